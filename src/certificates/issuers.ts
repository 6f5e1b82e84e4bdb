import { knownAuthority } from '../acme/authorities.ts';
import type { ChallengeSolver } from '../acme/challenge.ts';
import { AcmeClient } from '../acme/client.ts';
import type { Authority } from '../authority/authority.ts';
import type { Clock } from '../base/clock.ts';
import type { Secret } from '../base/redact.ts';
import type { AuthoritySettings } from '../config/configuration.ts';
import type { Database } from '../store/database.ts';
import { AcmeIssuer } from './acme-issuer.ts';
import { authoritiesFor } from './choice.ts';
import { nameSetKey } from './generation.ts';
import type { Issuer } from './issuer.ts';
import type { AuthorityLimits, Ledger } from './ledger.ts';
import { privateIssuer } from './private-issuer.ts';

/** Let's Encrypt's, which others of its kind do not go below. */
const publicLimits: AuthorityLimits = { sameNamesPerWeek: 5 };

/** What is known of an authority's limits. @param directoryUrl of its directory. */
export function limitsOf(directoryUrl: string): AuthorityLimits {
  const known = knownAuthority(directoryUrl);
  return known && !known.isStaging ? publicLimits : {};
}

export interface IssuersOptions {
  database: Database;
  authority: Authority;
  ledger: Ledger;
  clock: Clock;
  /** Who answers challenges, in order of preference. */
  solvers: () => readonly ChallengeSolver[];
  userAgent: string;
}

/** An authority of the configuration, with the files that it names read. */
export interface ReadAuthority extends Omit<AuthoritySettings, 'rootFile' | 'binding'> {
  rootsPem: string | undefined;
  binding: { keyId: string; macKey: Secret<string> } | undefined;
}

export interface IssuerSettings {
  email: string | undefined;
  /** Has the person agreed to the terms of the authorities that are used? */
  termsAgreed: boolean;
  authorities: Record<string, ReadAuthority>;
  /** The sets of names for which authorities were chosen. */
  chosen: readonly { names: readonly string[]; certificate: readonly string[] | undefined }[];
}

/** Knows who certifies which names, by the configuration in force. */
export class Issuers {
  readonly #options: IssuersOptions;
  #settings: IssuerSettings = { email: undefined, termsAgreed: false, authorities: {}, chosen: [] };
  #chosen = new Map<string, readonly string[] | undefined>();
  readonly #private: Issuer;
  /** Made when first needed, anew for each configuration. */
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
    return authoritiesFor(names, this.#chosen.get(nameSetKey(names))).map((name) => this.#issuer(name));
  }

  /** Does it take an authority that must see the edge run before it certifies these names? */
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
    const { database, ledger, clock } = this.#options;
    const { email, termsAgreed, authorities } = this.#settings;
    const settings = authorities[name];
    const directoryUrl = settings?.directoryUrl ?? knownAuthority(name)?.directoryUrl ?? name;
    const known = knownAuthority(directoryUrl);
    return new AcmeIssuer({
      database,
      ledger,
      clock,
      client: this.#client(directoryUrl, settings?.rootsPem),
      solvers: this.#options.solvers().filter(({ type }) => (settings?.challenge ?? type) === type),
      contacts: email === undefined ? [] : [email],
      termsAgreed,
      binding: settings?.binding,
      limits: limitsOf(directoryUrl),
      profile: settings?.profile,
      addressProfile: known?.addressProfile,
    });
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
