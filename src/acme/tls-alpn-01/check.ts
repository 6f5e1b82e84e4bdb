import type { LookupFunction } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import type { Phrase } from '../../base/language.ts';
import { withBrackets } from '../../names/address.ts';
import { probeTls } from '../../probe/tls.ts';
import { acmeTlsProtocol, type Challenge, tlsAlpn01Type } from '../challenge.ts';
import { acmeWords } from '../messages.ts';
import { AcmeError } from '../problem.ts';
import type { TlsAlpnAnswer } from './certificate.ts';

const timeLimitMs = 5_000;

export interface TlsAlpnCheckOptions {
  /** The port that the authority connects to (default 443). */
  validationPort?: number;
  /** Default: the system's resolver. */
  lookup?: LookupFunction;
}

/**
 * Errors of a client that trusts only the challenge certificate, on meeting an ordinary certificate or a server without
 * this protocol. A challenge certificate always fails with an unknown critical extension. Any other error proves
 * nothing.
 */
const strangers = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
]);

/**
 * Connects by name, as the authority will, to detect a web server answering in our place. Only a wrong certificate is a
 * failure: without an answer here, the authority may still reach this machine.
 * @throws AcmeError `acme.self-check`.
 */
export async function checkTlsAlpn01(
  pairs: readonly { challenge: Challenge; answer: TlsAlpnAnswer }[],
  signal: AbortSignal,
  options: TlsAlpnCheckOptions,
): Promise<void> {
  await Promise.all(
    pairs.map(async ({ challenge: { name }, answer }) => {
      const reason = await wrongAnswer(name, answer, signal, options);
      signal.throwIfAborted();
      const url = `https://${withBrackets(name)}/`;
      if (reason !== undefined) throw new AcmeError('acme.self-check', { name, type: tlsAlpn01Type, reason, url });
    }),
  );
}

/** Why the answer is wrong; undefined if it is right or unknown. */
async function wrongAnswer(
  host: string,
  { serverName, certificatePem }: TlsAlpnAnswer,
  signal: AbortSignal,
  { validationPort: port = 443, lookup }: TlsAlpnCheckOptions,
): Promise<Phrase | undefined> {
  const facts = await probeTls({
    host,
    port,
    serverName,
    alpn: [acmeTlsProtocol],
    roots: [certificatePem],
    clock: systemClock,
    timeoutMs: timeLimitMs,
    signal,
    ...(lookup && { lookup }),
  });
  if (facts.reached && facts.verified) return acmeWords('acme.check.no-challenge', {});
  const code = (facts.reached ? facts.problemCode : facts.code) ?? '';
  return strangers.has(code) ? acmeWords('acme.check.certificate', { code }) : undefined;
}
