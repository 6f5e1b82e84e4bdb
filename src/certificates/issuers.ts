import { knownAuthority } from '../acme/authorities.ts';
import type { ChallengeSolver } from '../acme/challenge.ts';
import { AcmeClient } from '../acme/client.ts';
import type { EveryhopError } from '../base/errors.ts';
import type { RevocationReason } from '../acme/revocation-reason.ts';
import { revokeCertificate } from '../acme/revoke.ts';
import type { Step } from '../acme/step.ts';
import type { Authority } from '../authority/authority.ts';
import type { Clock } from '../base/clock.ts';
import type { EventBus } from '../base/events.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/redact.ts';
import type { AuthoritySettings } from '../config/configuration.ts';
import type { PublicDns } from '../dns/public-dns.ts';
import type { Finding } from '../hop/finding.ts';
import type { Database } from '../store/database.ts';
import type { KeyKind } from '../x509/key.ts';
import { AcmeIssuer } from './acme-issuer.ts';
import { knownAccount } from './accounts.ts';
import { check, checkOffline } from './checks.ts';
import { authoritiesFor } from './choice.ts';
import { type Generation, markRevoked, nameSetKey } from './generation.ts';
import type { Issuer } from './issuer.ts';
import type { Ledger } from './ledger.ts';
import { privateIssuer } from './private-issuer.ts';
import type { AuthorityLimits } from './standing.ts';

/** Let's Encrypt's limits; comparable authorities permit at least as many. */
const publicLimits: AuthorityLimits = { sameNamesPerWeek: 5, failedValidationsPerHour: 5 };

/** The known limits of an authority. @param directoryUrl of its directory. */
export function limitsOf(directoryUrl: string): AuthorityLimits {
  const known = knownAuthority(directoryUrl);
  return known && !known.isStaging ? publicLimits : {};
}

export interface IssuersOptions {
  database: Database;
  /** Opens the private authority, and creates it if missing. */
  authority: () => Promise<Authority>;
  ledger: Ledger;
  clock: Clock;
  random: Random;
  events?: EventBus | undefined;
  /** @param authority its host. */
  onStep?: ((step: Step, authority: string) => void) | undefined;
  userAgent: string;
}

/** A configured authority, with its files read. */
export interface ResolvedAuthority extends Omit<AuthoritySettings, 'rootFile' | 'binding'> {
  rootsPem: string | undefined;
  binding: { keyId: string; macKey: Secret<string> } | undefined;
  /** Why it cannot be used. */
  problem?: EveryhopError;
}

export interface IssuerSettings {
  email: string | undefined;
  /** The certificate profile, requested if the authority offers it. */
  profile: string | undefined;
  /** Kind of new keys; undefined: P-256, and certificates with any other kind stay. */
  keyType?: KeyKind | undefined;
  /** Renewals keep the key. */
  reusesKey?: boolean | undefined;
  /** In order of preference. */
  solvers: readonly ChallengeSolver[];
  /** Public DNS, for the preflight. */
  dns: PublicDns;
  /** Whether the operator agreed to the terms of the authorities in use. */
  termsAgreed: boolean;
  authorities: Record<string, ResolvedAuthority>;
  /** The authorities chosen for each set of names. */
  chosen: readonly { names: readonly string[]; certificate: readonly string[] | undefined }[];
}

/** Maps names to issuers by the current configuration. Call `configure` first. */
export class Issuers {
  readonly #options: IssuersOptions;
  #settings!: IssuerSettings;
  #chosen = new Map<string, readonly string[] | undefined>();
  readonly #private: Issuer;
  /** Created on first use, and again for each configuration. */
  #issuers = new Map<string, Issuer>();
  readonly #clients = new Map<string, AcmeClient>();

  constructor(options: IssuersOptions) {
    this.#options = options;
    this.#private = privateIssuer(options.authority);
  }

  configure(settings: IssuerSettings): void {
    this.#settings = settings;
    this.#chosen = new Map(settings.chosen.map(({ names, certificate }) => [nameSetKey(names), certificate]));
    this.#issuers = new Map();
  }

  /** In order of preference. */
  for(names: readonly string[]): readonly Issuer[] {
    return authoritiesFor(names, this.#chosenFor(names)).map((name) => this.#issuer(name));
  }

  /** Some names of a set have the authorities of the set. */
  #chosenFor(names: readonly string[]): readonly string[] | undefined {
    const key = nameSetKey(names);
    if (this.#chosen.has(key)) return this.#chosen.get(key);
    return this.#settings.chosen.find((set) => names.every((name) => set.names.includes(name)))?.certificate;
  }

  /** Whether the edge must be running before the authority can certify these names. */
  needsEdge(names: readonly string[]): boolean {
    return this.for(names)[0] !== this.#private;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#clients.values()].map((client) => client.close()));
  }

  #issuer(name: string): Issuer {
    if (name === 'private') return this.#private;
    let issuer = this.#issuers.get(name);
    if (!issuer) this.#issuers.set(name, (issuer = this.#makeIssuer(name)));
    return issuer;
  }

  #makeIssuer(name: string): Issuer {
    const { database, ledger, clock, events, onStep } = this.#options;
    const { email, profile, keyType, reusesKey, solvers, termsAgreed, authorities } = this.#settings;
    const settings = authorities[name];
    const directoryUrl = this.#directoryOf(name);
    const problem = settings?.problem;
    if (problem) return { name: directoryUrl, issue: () => Promise.reject(problem) };
    const known = knownAuthority(directoryUrl);
    const client = this.#client(directoryUrl, settings?.rootsPem);
    return new AcmeIssuer({
      database,
      ledger,
      clock,
      events,
      ...(onStep ? { onStep: (step: Step) => onStep(step, client.authority) } : {}),
      client,
      solvers,
      // A custom directory may see names that are not public.
      ...(known ? { check: (names, signal) => this.#check(client, names, signal) } : {}),
      contacts: email === undefined ? [] : [email],
      termsAgreed,
      binding: settings?.binding,
      limits: limitsOf(directoryUrl),
      profile: settings?.profile ?? profile,
      keyType,
      reusesKey,
      addressProfile: known?.addressProfile,
      preferredChain: settings?.preferredChain,
    });
  }

  #directoryOf(name: string): string {
    return this.#settings.authorities[name]?.directoryUrl ?? knownAuthority(name)?.directoryUrl ?? name;
  }

  async #check(client: AcmeClient, names: readonly string[], signal: AbortSignal, run = check): Promise<Finding[]> {
    const { database, clock, random } = this.#options;
    const { solvers, dns } = this.#settings;
    const account = await knownAccount(database, client.directoryUrl);
    return run(names, { client, accountUrl: account?.url, solvers, dns, clock, random }, signal);
  }

  /**
   * The preflight for the first authority of these names.
   * @returns undefined if the private authority certifies them: there is nothing to check.
   */
  async preflight(names: readonly string[], signal: AbortSignal): Promise<Finding[] | undefined> {
    const [name = 'private'] = authoritiesFor(names, this.#chosenFor(names));
    if (name === 'private') return undefined;
    const client = this.#client(this.#directoryOf(name), this.#settings.authorities[name]?.rootsPem);
    this.#options.onStep?.('preflight', client.authority);
    return this.#check(client, names, signal, checkOffline);
  }

  /**
   * Revokes a certificate at its authority: with the stored account, otherwise with the certificate's own key. A
   * private certificate is only marked as revoked.
   */
  async revoke(generation: Generation, reason: RevocationReason, signal: AbortSignal): Promise<void> {
    const { database, clock } = this.#options;
    const { id, issuer, chainPem, keyPem } = generation;
    if (issuer !== this.#private.name) {
      const name = Object.keys(this.#settings.authorities).find((one) => this.#directoryOf(one) === issuer);
      const client = this.#client(issuer, name === undefined ? undefined : this.#settings.authorities[name]?.rootsPem);
      const account = await knownAccount(database, issuer);
      const authorization = account ? { account } : { certificateKeyPem: keyPem };
      await revokeCertificate(client, chainPem, reason, authorization, signal);
    }
    await markRevoked(database, id, clock.now());
  }

  #client(directoryUrl: string, rootsPem: string | undefined): AcmeClient {
    const key = `${directoryUrl} ${rootsPem ?? ''}`;
    let client = this.#clients.get(key);
    if (!client) {
      const { clock, userAgent } = this.#options;
      client = new AcmeClient({ directoryUrl, clock, userAgent, ...(rootsPem === undefined ? {} : { rootsPem }) });
      this.#clients.set(key, client);
    }
    return client;
  }
}
