import { withBrackets } from '../../names/address.ts';
import type { StreamServer } from '../model/streams.ts';
import { placeOf } from '../reading/located.ts';
import type { Expectation } from './expectation.ts';
import { keyOf, type Target } from './target.ts';

type CertificateExpectation = Extract<Expectation, { kind: 'certificate' }>;

/** The same certificate is expected through each stream listener on the public port, once for each name. */
export function streamTargets(
  streams: readonly StreamServer[],
  publicPort: number,
  expectations: readonly Expectation[],
): CertificateExpectation[] {
  const found = new Map<string, CertificateExpectation>();
  const direct = expectations.filter((one) => one.kind === 'certificate');
  for (const { located, listens } of streams) {
    for (const { address: own, proxyProtocol } of listens.filter(({ port }) => port === publicPort)) {
      const address = own === '0.0.0.0' ? '127.0.0.1' : own === '::' ? '::1' : own;
      const listener = `${withBrackets(own)}:${publicPort}`;
      const { file, line } = placeOf(located);
      for (const expectation of direct) {
        const { name, pattern } = expectation.target;
        const place = { address, port: publicPort, secure: true, proxyProtocol, listener };
        const target: Target = { ...place, name, pattern, place: { file, ...(line !== undefined && { line }) } };
        if (!found.has(keyOf(target))) found.set(keyOf(target), { ...expectation, target });
      }
    }
  }
  return [...found.values()];
}
