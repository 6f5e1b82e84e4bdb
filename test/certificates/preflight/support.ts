import assert from 'node:assert/strict';
import { findingReport } from '../../../src/app/messages.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type PublicDns, publicDns } from '../../../src/dns/public-dns.ts';
import type { Finding } from '../../../src/hop/finding.ts';
import type { Bind } from '../../support/bind.ts';

/** The codes of all faults. Renders every text in both languages. */
export function complaints(findings: readonly Finding[]): string[] {
  for (const finding of findings) {
    for (const language of ['en', 'zh'] as const) {
      const { message, cause = '', hint = '' } = findingReport(finding, language);
      assert.doesNotMatch(`${message}${cause}${hint}`, /\{\w+\}|undefined|NaN/);
    }
  }
  return findings.filter(({ severity }) => severity !== 'ok').map(({ severity, code }) => `${severity} ${code}`);
}

export function dnsOf(resolver: Bind, authoritativePort = resolver.server.port): PublicDns {
  return publicDns({ clock: systemClock, resolvers: [resolver.server], authoritativePort, timeoutMs: 2_000 });
}

/** Records common to every zone. */
export const own = ['@ NS ns1', 'ns1 A 127.0.0.1'];
