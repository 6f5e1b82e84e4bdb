import type { KeyObject } from 'node:crypto';
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
import { type OnStep, type Step, stepPhrase } from './step.ts';
import { certificateId } from './renewal-info.ts';
import { withinTime } from './wait.ts';

export interface ObtainRequest {
  account: Account;
  /** DNS names (`*.` allowed) and addresses, in any spelling; all go into subjectAltName. */
  names: readonly string[];
  /** In order of preference; the first that suits a name is used for it. */
  solvers: readonly ChallengeSolver[];
  /** Kind of the new certificate key (default P-256). */
  keyKind?: KeyKind;
  /** Use this key instead of a new one. */
  key?: KeyObject;
  /** Requested if the authority advertises it; `IssuedCertificate.profile` is the one it used. */
  profile?: string;
  /** `certificateId` of the certificate being replaced; must be from the same authority. */
  replaces?: string;
  /** Common name of the wanted root, if the authority offers several chains. */
  preferredChain?: string;
  onStep?: OnStep | undefined;
  signal?: AbortSignal;
  /** For the whole order (default ten minutes: DNS is slow). */
  deadlineMs?: number;
}

/** A verified certificate and its key. */
export interface IssuedCertificate {
  /** Leaf first, each signed by the next, without the root. */
  chainPem: string;
  /** PKCS#8 PEM. */
  keyPem: Secret<string>;
  /** Lower-case hex. */
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
  /** For renewal information, and for `replaces` of the next order; undefined without an authority key identifier. */
  certificateId: string | undefined;
  certificateUrl: string;
  /** The profile used by the authority. */
  profile: string | undefined;
  /** Whether the authority accepted it as a renewal, which is exempt from rate limits. */
  replaces: boolean;
  /** Common name of the root. */
  topIssuer: string;
}

/**
 * Obtains one certificate: places an order, validates every name, finalizes with a new key, downloads and verifies the
 * certificate.
 * @throws AcmeError with the authority's problem document, and `retryAfterMs` if it sent Retry-After; the signal's
 *   reason if it aborted; `x509.name-invalid`.
 */
export function obtain(client: AcmeClient, request: ObtainRequest): Promise<IssuedCertificate> {
  const limitMs = request.deadlineMs ?? 10 * 60 * 1000;
  let step: Step = 'order';
  const onStep = (next: Step): void => {
    step = next;
    request.onStep?.(next);
  };
  const late = (): Error => {
    const { authority } = client;
    const params = { authority, seconds: Math.round(limitMs / 1000), step: stepPhrase(step, authority) };
    return new AcmeError(step === 'answers' || step === 'visible' ? 'acme.answers-late' : 'acme.deadline', params);
  };
  return withinTime(client.clock, limitMs, late, request.signal, (signal) =>
    obtainUntil(client, { ...request, onStep }, signal),
  );
}

async function obtainUntil(
  client: AcmeClient,
  request: ObtainRequest & { onStep: OnStep },
  signal: AbortSignal,
): Promise<IssuedCertificate> {
  const { preferredChain, onStep } = request;
  const names = [...new Set(request.names.map((name) => certificateName(name).text))];
  const { authority, clock } = client;
  const signer = signerOf(request.account);
  const keyGeneration = request.key ? Promise.resolve(request.key) : generateKey(request.keyKind); // an RSA key takes seconds: validate meanwhile
  keyGeneration.catch(() => {});

  onStep('order');
  const order = await newOrder(client, signer, { ...request, names }, signal);
  await authorize(client, signer, order, request.solvers, signal, onStep);

  onStep('issuance');
  const key = await keyGeneration;
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
