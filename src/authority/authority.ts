import type { KeyObject } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { Finding } from '../hop/finding.ts';
import { baseError } from '../base/messages.ts';
import type { Random } from '../base/random.ts';
import type { Secret } from '../base/redact.ts';
import type { HostName } from '../names/host-name.ts';
import type { Database } from '../store/database.ts';
import { randomSerial } from '../x509/certificate-writer.ts';
import { isCertificateOf, parseCertificate } from '../x509/certificate.ts';
import type { NameConstraints } from '../x509/extension.ts';
import { certificateName } from '../x509/host-name.ts';
import { exportPrivateKeyPem, generateKey, importPrivateKey, keyFingerprint, publicKeyInfo } from '../x509/key.ts';
import { encodePem } from '../x509/pem.ts';
import { isPermitted, privateConstraints, widenConstraints } from './constraints.ts';
import {
  intermediateValidityMs,
  isRenewalDue,
  isRootOld,
  issuerValidity,
  leafValidity,
  leafValidityMs,
  lifetimeFindings,
  requireClock,
  rootValidityMs,
} from './lifetime.ts';
import { isPublicSuffix } from './public-suffix.ts';
import { authorityError, authorityWords } from './messages.ts';
import {
  type Intermediate,
  isCurrent,
  loadRecords,
  type Records,
  removeRootKeys,
  retireRecord,
  type Root,
  saveRecord,
} from './records.ts';
import { authorityName, makeIntermediate, makeLeaf, makeRoot } from './shape.ts';
import { type AuthoritySummary, summaryOf } from './summary.ts';

export interface AuthorityOptions {
  clock: Clock;
  random: Random;
  /** Hosts that a new authority permits besides private names and addresses. Ignored for an existing one. */
  names: readonly string[];
}

/** The result of `issue`. */
export interface IssuedCertificate {
  /** Leaf, then intermediate. */
  chainPem: string;
  /** PKCS#8. */
  keyPem: Secret<string>;
  /** Hex. */
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
}

/**
 * The private certificate authority: a root and an intermediate, both restricted to private names by critical name
 * constraints. Several processes may use it at once; each sees the others' changes when it next issues or refreshes.
 */
export class Authority {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #random: Random;
  #records: Records;

  private constructor(database: Database, { clock, random }: AuthorityOptions, records: Records) {
    this.#database = database;
    this.#clock = clock;
    this.#random = random;
    this.#records = records;
  }

  /**
   * Loads the authority from the store, or creates it. Root and intermediate are saved in one transaction: a killed
   * process leaves neither, and concurrent processes end up with the same authority.
   * @throws EveryhopError `authority.clock-wrong`, `authority.damaged`, `x509.name-invalid`.
   */
  static async open(database: Database, options: AuthorityOptions): Promise<Authority> {
    const { clock, random, names } = options;
    const records = await database.transaction(async (transaction) => {
      const existing = await loadRecords(transaction);
      if (existing) return existing;
      requireClock(clock.now());
      const constraints = widenConstraints(privateConstraints, await withoutPublicSuffixes(names));
      return makeAuthority(transaction, constraints, clock.now(), random);
    });
    const authority = new Authority(database, options, records);
    await authority.refresh();
    return authority;
  }

  /** The root that clients trust. */
  rootPem(): string {
    return encodePem('CERTIFICATE', this.#records.root.certificate.der);
  }

  /** SHA-256 of the root certificate, hex. */
  rootFingerprint(): string {
    return this.#records.root.certificate.fingerprint;
  }

  /** Whether the root's private key is in the store. */
  hasRootKey(): boolean {
    return this.#records.root.key !== undefined;
  }

  summary(): AuthoritySummary {
    return summaryOf(this.#records);
  }

  /** Whether it may issue for this host name, wildcard or address. False for an invalid name. */
  permits(name: string): boolean {
    try {
      return isPermitted(this.#constraints(), certificateName(name));
    } catch {
      return false;
    }
  }

  /**
   * Actions needed from the operator: `authority.intermediate-ending` (from 90 days before; only if the root key is
   * offline, otherwise the renewal is automatic) and `authority.root-ending` (from a year before).
   */
  findings(): Finding[] {
    return lifetimeFindings(this.#records, this.#clock.now());
  }

  /** Loads other processes' changes, and renews the intermediate if it is due and the root key is available. */
  async refresh(): Promise<void> {
    if (!(await isCurrent(this.#database, this.#records))) this.#records = await loadExisting(this.#database);
    if (!this.hasRootKey() || !isRenewalDue(this.#records, this.#clock.now())) return;
    await this.#change(async (transaction, records, nowMs) => {
      if (!records.root.key || !isRenewalDue(records, nowMs)) return records; // another process renewed it first
      const next = await makeNextIntermediate(records.root, records.root.key, nowMs, this.#random);
      return replaceIntermediate(transaction, records, records.root, next, nowMs);
    });
  }

  /**
   * Issues a certificate for a TLS server, with a new P-256 key.
   * @param names DNS names (wildcards too) and IP addresses, at least one.
   * @param options.validityMs default 30 days; never past the end of the intermediate.
   * @throws EveryhopError `authority.name-not-permitted`, `authority.public-suffix`, `authority.intermediate-ended`, `authority.clock-wrong`,
   *   `x509.name-invalid`.
   */
  async issue(names: readonly string[], options: { validityMs?: number } = {}): Promise<IssuedCertificate> {
    if (names.length === 0) throw baseError('internal.defect', { detail: 'a certificate without names' });
    const hostNames = names.map(certificateName);
    await this.refresh();
    await this.#requirePermitted(hostNames);
    const { certificate: issuer, key: issuerKey } = this.#records.intermediate;
    const validity = leafValidity(this.#clock.now(), options.validityMs ?? leafValidityMs, issuer);
    const key = await generateKey();
    const serial = randomSerial(this.#random);
    const texts = [...new Set(hostNames.map((name) => name.text))];
    const leaf = makeLeaf(publicKeyInfo(key), texts, issuer, issuerKey, validity, serial);
    return {
      chainPem: encodePem('CERTIFICATE', leaf) + encodePem('CERTIFICATE', issuer.der),
      keyPem: exportPrivateKeyPem(key),
      serial: serial.toString('hex'),
      ...validity,
    };
  }

  /**
   * Permits more names. Makes a new root certificate with the same key and subject, and a new intermediate, in one
   * transaction. Existing certificates stay valid with either root; the new names need the new root on the clients.
   * @param options.rootKeyPem the root's key, if it is offline. Used once and not stored.
   * @returns whether the root changed; false if all names were permitted already.
   * @throws EveryhopError `authority.public-suffix`, `authority.root-key-offline`, `authority.root-key-mismatch`, `x509.*`.
   */
  async widen(names: readonly string[], options: { rootKeyPem?: Secret<string> } = {}): Promise<boolean> {
    const before = this.rootFingerprint();
    for (const name of names.filter((text) => !text.includes('/'))) await refusePublicSuffix(certificateName(name));
    await this.#change(async (transaction, records, nowMs) => {
      const current = records.root.certificate.nameConstraints!;
      const wider = widenConstraints(current, names);
      if (wider === current) return records;
      const command = `{everyhop authority widen} ${names.join(' ')} --root-key FILE`;
      const rootKey = rootKeyOf(records.root, options.rootKeyPem, command);
      return this.#makeNextRoot(transaction, records, rootKey, wider, nowMs);
    });
    return this.rootFingerprint() !== before;
  }

  /**
   * Makes a new intermediate now, and a new root certificate (same key and subject) if the root expires within two
   * years.
   * @param options.rootKeyPem as for `widen`.
   * @returns whether the root changed.
   * @throws EveryhopError `authority.root-key-offline`, `authority.root-key-mismatch`, `x509.key-*`.
   */
  async renew(options: { rootKeyPem?: Secret<string> } = {}): Promise<boolean> {
    const before = this.rootFingerprint();
    await this.#change(async (transaction, records, nowMs) => {
      const { root } = records;
      const rootKey = rootKeyOf(root, options.rootKeyPem, '{everyhop authority renew} --root-key FILE');
      if (isRootOld(records, nowMs)) {
        return this.#makeNextRoot(transaction, records, rootKey, root.certificate.nameConstraints!, nowMs);
      }
      const next = await makeNextIntermediate(root, rootKey, nowMs, this.#random);
      return replaceIntermediate(transaction, records, root, next, nowMs);
    });
    return this.rootFingerprint() !== before;
  }

  /**
   * First step of taking the root key offline: returns the key and changes nothing. The caller writes it, reads it
   * back, and passes the copy's fingerprint to `forgetRootKey`.
   * @throws EveryhopError `authority.root-key-gone`.
   */
  exportRootKey(): Secret<string> {
    const { key } = this.#records.root;
    if (!key) throw authorityError('authority.root-key-gone', {});
    return exportPrivateKeyPem(key);
  }

  /**
   * Second step: removes the root key from the store, given the fingerprint (`privateKeyFingerprint`) of the written
   * copy.
   * @throws EveryhopError `authority.root-key-mismatch`; the key is then still in the store.
   */
  async forgetRootKey(exportedFingerprint: string): Promise<void> {
    await this.#change(async (transaction, records) => {
      const expected = keyFingerprint(records.root.certificate.publicKeyInfo);
      if (exportedFingerprint !== expected) {
        throw authorityError('authority.root-key-mismatch', { expected, found: exportedFingerprint });
      }
      await removeRootKeys(transaction);
      return { ...records, root: { ...records.root, key: undefined } };
    });
  }

  #constraints(): NameConstraints {
    return this.#records.intermediate.certificate.nameConstraints!;
  }

  async #requirePermitted(hostNames: readonly HostName[]): Promise<void> {
    const outside = hostNames.find((name) => !isPermitted(this.#constraints(), name));
    if (!outside) return;
    await refusePublicSuffix(outside);
    throw authorityError('authority.name-not-permitted', { name: outside.text });
  }

  /** Loads the current records, changes them in the store, and only then in memory. */
  async #change(work: (transaction: Database, records: Records, nowMs: number) => Promise<Records>): Promise<void> {
    this.#records = await this.#database.transaction(async (transaction) =>
      work(transaction, await loadExisting(transaction), this.#clock.now()),
    );
  }

  async #makeNextRoot(
    transaction: Database,
    records: Records,
    rootKey: KeyObject,
    constraints: NameConstraints,
    nowMs: number,
  ): Promise<Records> {
    requireClock(nowMs, records.root.certificate.notBeforeMs);
    const validity = issuerValidity(nowMs, rootValidityMs);
    const { subject } = records.root.certificate;
    const certificate = parseCertificate(makeRoot(rootKey, subject, constraints, validity, this.#random));
    const root: Root = { certificate, key: records.root.key };
    await retireRecord(transaction, records.root.certificate, nowMs);
    await saveRecord(transaction, 'root', root, nowMs);
    const next = await makeNextIntermediate(root, rootKey, nowMs, this.#random);
    return replaceIntermediate(transaction, records, root, next, nowMs);
  }
}

/** SHA-256 of the public key, hex; the argument of `forgetRootKey`. @throws EveryhopError `x509.key-*`. */
export function privateKeyFingerprint(keyPem: Secret<string>): string {
  return keyFingerprint(publicKeyInfo(importPrivateKey(keyPem.reveal())));
}

async function makeAuthority(
  transaction: Database,
  constraints: NameConstraints,
  nowMs: number,
  random: Random,
): Promise<Records> {
  const key = await generateKey();
  const validity = issuerValidity(nowMs, rootValidityMs);
  const root = {
    key,
    certificate: parseCertificate(makeRoot(key, authorityName('root', key), constraints, validity, random)),
  };
  const intermediate = await makeNextIntermediate(root, key, nowMs, random);
  await saveRecord(transaction, 'root', root, nowMs);
  await saveRecord(transaction, 'intermediate', intermediate, nowMs);
  return { root, intermediate };
}

async function makeNextIntermediate(
  root: Root,
  rootKey: KeyObject,
  nowMs: number,
  random: Random,
): Promise<Intermediate> {
  requireClock(nowMs, root.certificate.notBeforeMs);
  const key = await generateKey();
  const constraints = root.certificate.nameConstraints!;
  const validity = issuerValidity(nowMs, intermediateValidityMs, root.certificate.notAfterMs);
  const der = makeIntermediate(key, root.certificate, rootKey, constraints, validity, random);
  return { key, certificate: parseCertificate(der) };
}

async function replaceIntermediate(
  transaction: Database,
  records: Records,
  root: Root,
  intermediate: Intermediate,
  nowMs: number,
): Promise<Records> {
  await retireRecord(transaction, records.intermediate.certificate, nowMs);
  await saveRecord(transaction, 'intermediate', intermediate, nowMs);
  return { root, intermediate };
}

async function loadExisting(database: Database): Promise<Records> {
  const records = await loadRecords(database);
  if (!records) throw authorityError('authority.damaged', { detail: authorityWords('authority.damage.none', {}) });
  return records;
}

function rootKeyOf(root: Root, given: Secret<string> | undefined, command: string): KeyObject {
  if (!given) {
    if (root.key) return root.key;
    throw authorityError('authority.root-key-offline', { command });
  }
  const key = importPrivateKey(given.reveal());
  if (isCertificateOf(root.certificate, key)) return key;
  const expected = keyFingerprint(root.certificate.publicKeyInfo);
  throw authorityError('authority.root-key-mismatch', { expected, found: keyFingerprint(publicKeyInfo(key)) });
}

/** A site with such a name fails on its own when its certificate is issued. */
async function withoutPublicSuffixes(names: readonly string[]): Promise<string[]> {
  const isWanted = async (name: string): Promise<boolean> =>
    name.includes('/') ||
    isPermitted(privateConstraints, certificateName(name)) ||
    !(await isPublicSuffix(certificateName(name)));
  const wanted = await Promise.all(names.map(isWanted));
  return names.filter((_, index) => wanted[index]);
}

async function refusePublicSuffix(name: HostName): Promise<void> {
  if (name.kind === 'ip' || isPermitted(privateConstraints, name) || !(await isPublicSuffix(name))) return;
  throw authorityError('authority.public-suffix', { name: name.text, suffix: name.base });
}
