import { readTsigKey } from '../../../src/acme/dns-01/tsig-key-file.ts';
import type { PresentedRecord, PresentedRecords } from '../../../src/acme/dns-01/provider.ts';
import { Rfc2136Provider, type Rfc2136Options } from '../../../src/acme/dns-01/providers/rfc2136.ts';
import type { Challenge } from '../../../src/acme/challenge.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { exchangeDns } from '../../../src/dns/exchange.ts';
import type { DnsServer } from '../../../src/dns/server.ts';
import { type PublicDns, publicDns } from '../../../src/dns/public-dns.ts';
import { type BindKey, keyStatement } from '../../support/bind.ts';
import { testRandom } from '../../support/seed.ts';

export const goodKey: BindKey = {
  name: 'everyhop',
  algorithm: 'hmac-sha256',
  secretBase64: Buffer.alloc(32, 'good').toString('base64'),
};

export const valueOf = (letter: string): string => letter.repeat(43);

export function providerAt(server: DnsServer, key: BindKey, more: Partial<Rfc2136Options> = {}): Rfc2136Provider {
  const tsig = readTsigKey(keyStatement(key), 'everyhop.key');
  const usual = { clock: systemClock, random: testRandom, exchange: exchangeDns };
  return new Rfc2136Provider({ ...usual, server, key: tsig, ...more });
}

/** Public DNS as served by this server, which also acts as the resolver. */
export function dnsOf(resolver: DnsServer): PublicDns {
  return publicDns({ clock: systemClock, resolvers: [resolver], authoritativePort: resolver.port, timeoutMs: 2_000 });
}

export class RecordsInMemory implements PresentedRecords {
  readonly kept = new Map<string, PresentedRecord>();

  async add(record: PresentedRecord): Promise<void> {
    this.kept.set(`${record.fqdn} ${record.value}`, record);
  }

  async remove(record: PresentedRecord): Promise<void> {
    this.kept.delete(`${record.fqdn} ${record.value}`);
  }

  async list(): Promise<PresentedRecord[]> {
    return [...this.kept.values()];
  }
}

export function challengeFor(name: string, dnsValue: string, isWildcard = false): Challenge {
  const identifier = { type: 'dns' as const, value: name };
  return { identifier, name, isWildcard, token: 'token', keyAuthorization: 'token.thumbprint', dnsValue };
}

export const never = new AbortController().signal;
