import type { LookupFunction } from 'node:net';
import { systemClock } from '../../base/clock.ts';
import { withBrackets } from '../../names/address.ts';
import { probeTls } from '../../probe/tls.ts';
import type { Challenge } from '../challenge.ts';
import { AcmeError } from '../problem.ts';
import { acmeTlsProtocol, type TlsAlpnAnswer, tlsAlpn01Type } from './certificate.ts';

const timeLimitMs = 5_000;

export interface TlsAlpnCheckOptions {
  /** Where the authority looks (default 443). */
  validationPort?: number;
  /** Default: the system's resolver. */
  lookup?: LookupFunction;
}

/**
 * What a client says that trusts the challenge certificate alone, and is shown a usual one, or nothing for this protocol. Of
 * a challenge certificate it says that it does not know the critical extension, whosever it is: whatever is said but these is
 * not held against the server.
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
 * Connects as the authority will, by name, to find a web server that answers in our place. Only what is seen to be wrong
 * counts: where nothing answers from here, the authority may see it well.
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

/** Why the answer is wrong; undefined where it is right, or cannot be told. */
async function wrongAnswer(
  host: string,
  { serverName, certificatePem }: TlsAlpnAnswer,
  signal: AbortSignal,
  { validationPort: port = 443, lookup }: TlsAlpnCheckOptions,
): Promise<string | undefined> {
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
  if (facts.reached && facts.verified) return 'the server shows a certificate without the challenge';
  const code = (facts.reached ? facts.problemCode : facts.code) ?? '';
  return strangers.has(code) ? `the server shows another certificate (${code})` : undefined;
}
