import type { Secret } from '../base/redact.ts';
import { certificateName } from '../x509/host-name.ts';
import { exportPrivateKeyPem, generateKey, type KeyKind } from '../x509/key.ts';
import { makeRequest } from '../x509/request.ts';
import { type Account, signerOf } from './account.ts';
import { authorize } from './authorization.ts';
import { downloadCertificate } from './certificate.ts';
import type { ChallengeSolver } from './challenge.ts';
import type { AcmeClient } from './client.ts';
import { finalizeOrder, newOrder } from './order.ts';
import { AcmeError } from './problem.ts';
import { certificateId } from './renewal-info.ts';
import { withinTime } from './wait.ts';

export interface Wish {
  account: Account;
  /** DNS names (`*.` allowed) and addresses, in any spelling; all of them go into subjectAltName. */
  names: readonly string[];
  /** In order of preference; the first that suits a name proves it. */
  solvers: readonly ChallengeSolver[];
  /** Of the certificate's new key (default P-256). */
  keyKind?: KeyKind;
  /** Asked for where the authority advertises it; `Obtained.profile` tells whether it did. */
  profile?: string;
  /** `certificateId` of the certificate that this one replaces; only of the same authority. */
  replaces?: string;
  /** Common name of the root that the chain is to lead to, where the authority has several. */
  preferredChain?: string;
  signal?: AbortSignal;
  /** For everything together (default ten minutes: DNS is slow). */
  deadlineMs?: number;
}

/** A certificate that has been checked, and its key. */
export interface Obtained {
  /** Leaf first, each signed by the next, without the root. */
  chainPem: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
  /** Lower-case hex. */
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
  /** For renewal information, and `replaces` of the next order; undefined where the certificate has none. */
  certificateId: string | undefined;
  certificateUrl: string;
  /** As the authority took it. */
  profile: string | undefined;
  /** Did the authority take it for a renewal? Then rate limits did not count. */
  replaces: boolean;
  /** Common name of the root that the chain leads to. */
  topIssuer: string;
}

/**
 * Obtains one certificate: orders it, proves every name, has it made for a new key, fetches it and checks it.
 * @throws AcmeError with what the authority said; `retryAfterMs` where it asks to come back later. The signal's reason where
 *   that aborted. `x509.name-invalid` for a name that is none.
 */
export function obtain(client: AcmeClient, wish: Wish): Promise<Obtained> {
  const limitMs = wish.deadlineMs ?? 10 * 60 * 1000;
  const late = (): Error =>
    new AcmeError('acme.deadline', { authority: client.authority, seconds: Math.round(limitMs / 1000) });
  return withinTime(client.clock, limitMs, late, wish.signal, (signal) => obtainUntil(client, wish, signal));
}

async function obtainUntil(client: AcmeClient, wish: Wish, signal: AbortSignal): Promise<Obtained> {
  const { preferredChain } = wish;
  const names = [...new Set(wish.names.map((name) => certificateName(name).text))];
  const { authority, clock } = client;
  const signer = signerOf(wish.account);
  const making = generateKey(wish.keyKind); // an RSA key takes its time: meanwhile the names are proven
  making.catch(() => {});

  const order = await newOrder(client, signer, { ...wish, names }, signal);
  await authorize(client, signer, order.authorizations, wish.solvers, signal);

  const key = await making;
  const done = await finalizeOrder(client, signer, order, makeRequest(names, key), signal);

  const expected = { authority, names, key, nowMs: clock.now(), preferredChain };
  const { chainPem, leaf, topIssuer } = await downloadCertificate(client, signer, done.certificate, expected, signal);
  return {
    chainPem,
    keyPem: exportPrivateKeyPem(key),
    serial: leaf.serial,
    notBeforeMs: leaf.notBeforeMs,
    notAfterMs: leaf.notAfterMs,
    certificateId: certificateId(leaf),
    certificateUrl: done.certificate,
    profile: done.profile,
    replaces: order.replaces,
    topIssuer,
  };
}
