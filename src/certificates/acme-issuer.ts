import type { KeyObject } from 'node:crypto';
import { type Account, accountEnd, type ExternalBinding } from '../acme/account.ts';
import type { ChallengeSolver } from '../acme/challenge.ts';
import type { AcmeClient } from '../acme/client.ts';
import { acmeError } from '../acme/messages.ts';
import { type IssuedCertificate, obtain } from '../acme/obtain.ts';
import { AcmeError } from '../acme/problem.ts';
import { askRenewalInfo, certificateIdOf, type RenewalInfo, renewalRetryMs } from '../acme/renewal-info.ts';
import type { OnStep } from '../acme/step.ts';
import type { Clock } from '../base/clock.ts';
import { EveryhopError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import { errorsIn, type Finding } from '../hop/finding.ts';
import { importPrivateKey, type KeyKind, keyKindOf } from '../x509/key.ts';
import { isAddress } from '../names/address.ts';
import type { Database } from '../store/database.ts';
import { readDetail, writeDetail } from './attempt-detail.ts';
import { forgetAccountUrl, knownAccount, retireAccount, storedAccount } from './accounts.ts';
import { type Generation, nameSetKey } from './generation.ts';
import { HoldOffError, type Issuance, type IssueOptions, type Issuer, type Silence } from './issuer.ts';
import type { Ledger } from './ledger.ts';
import { certificatesError, certificatesWords } from './messages.ts';
import { type AuthorityLimits, standing } from './standing.ts';

export interface AcmeIssuerOptions {
  database: Database;
  ledger: Ledger;
  client: AcmeClient;
  clock: Clock;
  events?: EventBus | undefined;
  onStep?: OnStep | undefined;
  solvers: readonly ChallengeSolver[];
  contacts: readonly string[];
  termsAgreed: boolean;
  binding?: ExternalBinding | undefined;
  limits: AuthorityLimits;
  profile?: string | undefined;
  /** The profile for certificates with at least one address. */
  addressProfile?: string | undefined;
  preferredChain?: string | undefined;
  /** Kind of new keys; undefined: P-256, and any other kind is accepted. */
  keyType?: KeyKind | undefined;
  /** Renewals keep the key. */
  reusesKey?: boolean | undefined;
  /** The preflight before an attempt. If absent, none is made. */
  check?: (names: readonly string[], signal: AbortSignal) => Promise<Finding[]>;
  /** Whether the authority supports all of `names`. */
  permits?: (names: readonly string[]) => boolean;
}

/**
 * A public authority, or any other that speaks ACME. Records every attempt in the ledger, and makes none that the
 * ledger forbids.
 */
export class AcmeIssuer implements Issuer {
  readonly name: string;
  readonly #options: AcmeIssuerOptions;
  readonly #kinds = new WeakMap<Generation, string>();

  constructor(options: AcmeIssuerOptions) {
    this.#options = options;
    this.name = options.client.directoryUrl;
  }

  permits(names: readonly string[]): boolean {
    return this.#options.permits?.(names) ?? true;
  }

  /** @throws AcmeError; HoldOffError if the ledger says that an attempt would fail or do harm. */
  async issue(names: readonly string[], signal: AbortSignal, options: IssueOptions): Promise<Issuance> {
    const { former } = options;
    const { ledger } = this.#options;
    await this.#requireTurn(names, options);
    if (this.#options.check) this.#options.onStep?.('preflight');
    await this.#preflight(names, signal);
    const attempt = await ledger.begin(this.name, names);
    try {
      const { issuance, exempt } = await this.#obtainOrReregister(names, signal, former);
      await ledger.issued(attempt, exempt);
      return issuance;
    } catch (error) {
      if (signal.aborted) await ledger.withdraw(attempt);
      else await this.#recordFailure(attempt, error);
      throw error;
    }
  }

  /** False for a certificate whose key is of another kind than wanted. */
  accepts(generation: Generation): boolean {
    const { keyType } = this.#options;
    if (keyType === undefined) return true;
    let kind = this.#kinds.get(generation);
    if (!kind) this.#kinds.set(generation, (kind = keyKindOf(importPrivateKey(generation.keyPem.reveal())) ?? 'other'));
    return kind === keyType;
  }

  /** Renewal information (RFC 9773); undefined if the authority has none. @throws AcmeError. */
  async advise(chainPem: string, signal: AbortSignal): Promise<RenewalInfo | Silence | undefined> {
    try {
      return await askRenewalInfo(this.#options.client, chainPem, signal);
    } catch (error) {
      const retryAfterMs = error instanceof AcmeError ? error.retryAfterMs : undefined;
      if (retryAfterMs === undefined) throw error;
      return { isSilent: true, retryAfterMs: renewalRetryMs(retryAfterMs) };
    }
  }

  async #requireTurn(names: readonly string[], { former, insists }: IssueOptions): Promise<void> {
    const { ledger, clock, limits, client } = this.#options;
    const attempts = await ledger.attemptsFor(this.name, names);
    const found = standing(attempts, names, limits, clock.now(), former?.notAfterMs);
    const { nextMs, insistMs, reason, limit, failures } = found;
    const params = { authority: client.authority, names: names.join(', ') };
    if (reason === 'failures' && !insists) {
      const last = attempts.find((attempt) => attempt.names === nameSetKey(names) && attempt.detail)?.detail;
      throw new HoldOffError('certificates.held-off', nextMs, { ...params, failures, last: readDetail(last ?? '') });
    }
    if (limit === undefined) return;
    const why = certificatesWords(`certificates.limit.${limit}`, {});
    throw new HoldOffError('certificates.limit-reached', insistMs, { ...params, why });
  }

  async #preflight(names: readonly string[], signal: AbortSignal): Promise<void> {
    const faults = errorsIn((await this.#options.check?.(names, signal)) ?? []);
    if (faults.length === 0) return;
    const params = { authority: this.#options.client.authority, names: names.join(', ') };
    const errors = faults.map(({ error }) => error);
    throw certificatesError.gathered('certificates.preflight-stops', params, errors);
  }

  /** Registers again, once, if the authority no longer has or accepts the account. That counts against no limit. */
  async #obtainOrReregister(
    ...request: [names: readonly string[], signal: AbortSignal, former: Generation | undefined]
  ): Promise<{ issuance: Issuance; exempt: boolean }> {
    const { database, client, clock, events } = this.#options;
    const { directoryUrl, authority } = client;
    try {
      return await this.#obtain(...request);
    } catch (error) {
      const [, signal] = request;
      const account = await knownAccount(database, directoryUrl);
      const end = await this.#endOfAccount(error, account, signal);
      if (end === undefined) throw error;
      if (end === 'missing') await forgetAccountUrl(database, directoryUrl);
      else await retireAccount(database, directoryUrl, clock.now());
      try {
        return await this.#obtain(...request);
      } finally {
        const present = await knownAccount(database, directoryUrl);
        events?.emit({ type: 'account.replaced', authority, end, formerUrl: account?.url, url: present?.url });
      }
    }
  }

  /** Why a failure is one of the account; undefined if it is another one. */
  async #endOfAccount(
    error: unknown,
    account: Account | undefined,
    signal: AbortSignal,
  ): Promise<'missing' | 'ended' | undefined> {
    if (acmeError.is(error, 'acme.account-missing')) return 'missing';
    if (acmeError.is(error, 'acme.account-ended')) return 'ended';
    const isVague = acmeError.is(error, 'acme.account-refused') || acmeError.is(error, 'acme.refused');
    if (!isVague || !account) return undefined;
    return accountEnd(this.#options.client, account, signal).catch(() => undefined);
  }

  async #obtain(
    names: readonly string[],
    signal: AbortSignal,
    former: Generation | undefined,
  ): Promise<{ issuance: Issuance; exempt: boolean }> {
    const { database, client, clock, solvers, contacts, termsAgreed, binding, preferredChain, keyType, onStep } =
      this.#options;
    const registration = { contacts, termsAgreed, ...(binding ? { binding } : {}) };
    onStep?.('account');
    const account = await storedAccount(database, client, registration, clock, signal);
    const profile = this.#options.profile ?? (names.some(isAddress) ? this.#options.addressProfile : undefined);
    const replaces = former?.issuer === this.name ? certificateIdOf(former.chainPem) : undefined;
    const order = (key: KeyObject | undefined): Promise<IssuedCertificate> =>
      obtain(client, {
        account,
        names,
        solvers,
        signal,
        onStep,
        ...(keyType === undefined ? {} : { keyKind: keyType }),
        ...(key ? { key } : {}),
        ...(profile === undefined ? {} : { profile }),
        ...(replaces === undefined ? {} : { replaces }),
        ...(preferredChain === undefined ? {} : { preferredChain }),
      });
    const reused = this.#keyToReuse(former);
    const obtained = await order(reused).catch((error: unknown) => {
      // The authority may have learnt that the key is compromised.
      if (!reused || !acmeError.is(error, 'acme.key-refused')) throw error;
      return order(undefined);
    });
    const { chainPem, keyPem, serial, notBeforeMs, notAfterMs } = obtained;
    return { issuance: { chainPem, keyPem, serial, notBeforeMs, notAfterMs }, exempt: obtained.replaces };
  }

  /** Undefined: a new one. The key of a revoked certificate is never used again. */
  #keyToReuse(former: Generation | undefined): KeyObject | undefined {
    const { reusesKey } = this.#options;
    const isUsable = reusesKey && former && former.revokedMs === undefined && this.accepts(former);
    return isUsable ? importPrivateKey(former.keyPem.reveal()) : undefined;
  }

  async #recordFailure(attempt: string, error: unknown): Promise<void> {
    const { ledger } = this.#options;
    const code = error instanceof EveryhopError ? error.code : 'internal.defect';
    const retryAfterMs = error instanceof AcmeError ? error.retryAfterMs : undefined;
    await ledger.failed(attempt, code, writeDetail(error), retryAfterMs);
  }
}
