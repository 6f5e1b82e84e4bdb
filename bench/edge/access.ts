/**
 * What a request costs at the gate of its route: CPU time of this process, per request, without the rest of the edge.
 *
 *   node bench/edge/access.ts
 */
import { systemClock } from '../../src/base/clock.ts';
import { digestOf, makeKey } from '../../src/access/key.ts';
import { systemRandom } from '../../src/base/random.ts';
import { admit } from '../../src/edge/access/gate.ts';
import type { ConnectionFacts, EdgeContext } from '../../src/edge/connection.ts';
import { parseRequestHead } from '../../src/edge/http1/head.ts';
import type { EdgeKey } from '../../src/edge/notices.ts';
import { createRequest, type EdgeRequest } from '../../src/edge/request.ts';
import { LimitCounts } from '../../src/edge/shared-limits.ts';
import type { EdgeAccess, EdgeSite } from '../../src/edge/snapshot.ts';

const rounds = 7;
const requestsInRound = 100_000;

const key = makeKey(systemRandom).reveal();
const others = Array.from({ length: 10_000 }, (_, at) => ({ ...plain(`other-${at}`), digest: digestOf(String(at)) }));
const keys = new Map<string, EdgeKey>(others.map((one) => [one.digest, one]));
keys.set(digestOf(key), { ...plain('bench'), digest: digestOf(key) });
const limited = makeKey(systemRandom).reveal();
keys.set(digestOf(limited), {
  ...plain('limited'),
  digest: digestOf(limited),
  rate: { count: 1_000_000_000, periodMs: 1000 },
});

function plain(name: string): EdgeKey {
  return { name, digest: '', sites: [], expiresMs: Date.now() + 1e9, rate: undefined };
}

const uses = new Map<string, number>();
const context = {
  keys: () => keys,
  noteKeyUse: (digest: string, nowMs: number) => void uses.set(digest, nowMs),
  limitCounts: new LimitCounts(systemClock, 2),
} as Partial<EdgeContext> as EdgeContext;
const site = { hosts: ['bench.test'] } as Partial<EdgeSite> as EdgeSite;

function requestOf(address: string, authorization: string): EdgeRequest {
  const head = parseRequestHead(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: OpenAI/Python 2.1.0\r\nAccept: application/json\r\n` +
      `Content-Type: application/json\r\nX-Stainless-Lang: python\r\nX-Stainless-Runtime: CPython\r\n` +
      `X-Stainless-Async: false\r\nX-Stainless-Retry-Count: 0\r\nAuthorization: Bearer ${authorization}\r\nContent-Length: 0`,
  );
  const facts: ConnectionFacts = {
    remoteAddress: address,
    remotePort: 50_000,
    localAddress: '127.0.0.1',
    localPort: 443,
    secure: true,
    redirects: false,
    serverName: 'bench.test',
    policy: '1.2',
  };
  return createRequest(head, 'HTTP/1.1', facts, true);
}

const blocks = Array.from({ length: 10_000 }, (_, at) =>
  at % 2 === 0 ? `10.${(at >> 8) & 255}.${at & 255}.0/25` : `2001:db8:${at.toString(16)}::/48`,
);
const cases: [name: string, access: EdgeAccess, request: EdgeRequest][] = [
  ['a key, of 10,000', { keys: true }, requestOf('192.0.2.1', key)],
  ['a key with a rate', { keys: true }, requestOf('192.0.2.1', limited)],
  ['allow, 10,000 blocks, IPv4', { allow: blocks }, requestOf('10.20.2.9', '')],
  ['allow, 10,000 blocks, IPv6', { allow: blocks }, requestOf('2001:db8:1389:1:2:3:4:5', '')],
  ['deny, 10,000 blocks, IPv4', { deny: blocks }, requestOf('192.0.2.1', '')],
  ['a public path', { keys: true, public: ['/v1'] }, requestOf('192.0.2.1', '')],
];
for (const [name, access, request] of cases) {
  const figures: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    for (let at = 0; at < requestsInRound; at += 1)
      if (admit(request, site, access, context) !== undefined) throw new Error(`${name}: refused`);
    const { user, system } = process.cpuUsage(before);
    figures.push((user + system) / requestsInRound);
  }
  console.log(`${name.padEnd(32)} ${figures.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!.toFixed(2)} µs`);
}
