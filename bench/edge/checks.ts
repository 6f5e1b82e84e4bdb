/**
 * The cost of each check of the edge alone, without sockets and TLS, in µs of CPU time. Prints one JSON object.
 *
 *   node bench/edge/checks.ts
 */
import { digestOf, makeKey } from '../../src/access/key.ts';
import { systemRandom } from '../../src/base/random.ts';
import { admit } from '../../src/edge/access/gate.ts';
import { clientKey } from '../../src/edge/admission.ts';
import type { EdgeContext } from '../../src/edge/connection.ts';
import { parseRequestHead } from '../../src/edge/http1/head.ts';
import { Buckets } from '../../src/edge/rate.ts';
import { createRequest, type EdgeRequest } from '../../src/edge/request.ts';
import type { EdgeAccess, EdgeSite } from '../../src/edge/snapshot.ts';
import { StreamCounts } from '../../src/edge/stream-counts.ts';
import { randomBlocks, secretHash } from './features.ts';

const times = 200_000;
const addresses = Array.from({ length: 1000 }, (_, at) => `10.0.${at >> 8}.${at & 255}`);
const rate = { count: 1_000_000, periodMs: 1000 };

const key = makeKey(systemRandom).reveal();
const keys = new Map(
  [...Array.from({ length: 999 }, () => makeKey(systemRandom).reveal()), key].map((text, at) => {
    const digest = digestOf(text);
    return [digest, { digest, name: `key ${at}`, sites: [], expiresMs: undefined, rate: undefined }];
  }),
);
// The gate of these ways reads nothing else.
const context = { keys: () => keys, noteKeyUse: () => {} } as unknown as EdgeContext;
const site = { hosts: ['bench.test'] } as unknown as EdgeSite;

function requestsWith(field: string): EdgeRequest[] {
  const head = parseRequestHead(
    `GET /v1/chat/completions HTTP/1.1\r\nHost: bench.test\r\nUser-Agent: bench\r\nAccept: */*\r\n${field}`,
  );
  return addresses.map((remoteAddress) =>
    createRequest(
      head,
      'HTTP/1.1',
      {
        remoteAddress,
        remotePort: 1,
        localAddress: '127.0.0.1',
        localPort: 443,
        secure: true,
        redirects: false,
        serverName: undefined,
        policy: '',
      },
      true,
    ),
  );
}

/** The cost of admission, after the first request, which may compute a hash. */
async function admission(access: EdgeAccess, field: string): Promise<number> {
  const requests = requestsWith(field);
  if ((await admit(requests[0]!, site, access, context)) !== undefined) throw new Error('not admitted');
  return measure((at) => admit(requests[at % requests.length]!, site, access, context) !== undefined);
}

/** The lowest of several rounds: others disturb, and none makes it faster. @param run true: it went wrong. */
function measure(run: (at: number) => boolean): number {
  let best = Infinity;
  for (let round = 0; round < 8; round += 1) {
    const before = process.cpuUsage();
    for (let at = 0; at < times; at += 1) if (run(at)) throw new Error('the check fails');
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / times);
  }
  return best;
}

const buckets = [new Buckets(performanceClock(), 1), new Buckets(performanceClock(), 2)] as const;
const counts = new StreamCounts(2);
const named = addresses.map((address) => `bench.test/ ${address}`);
const v6 = addresses.map((_, at) => `2001:db8:${at.toString(16)}:7::1`);

const results = {
  'a key, of 1000': await admission({ keys: true }, `Authorization: Bearer ${key}`),
  'an allow list of 10,000 blocks': await admission({ allow: [...randomBlocks(10_000), '10.0.0.0/8'] }, 'X: y'),
  'a password that was right before': await admission(
    { users: { realm: 'bench', entries: [['alice', secretHash]] } },
    `Authorization: Basic ${Buffer.from('alice:secret').toString('base64')}`,
  ),
  'a rate, one worker': measure((at) => buckets[0].take(named[at % 1000]!, rate) > 0),
  'a rate, several workers': measure((at) => buckets[1].take(named[at % 1000]!, rate) > 0),
  'a limit of streams': measure((at) => {
    const isOpen = counts.begin(named[at % 1000]!, 4);
    counts.end(named[at % 1000]!);
    return !isOpen;
  }),
  'the name of an IPv6 visitor': measure((at) => clientKey(v6[at % 1000]!) === ''),
};
process.stdout.write(`${JSON.stringify(results)}\n`);

function performanceClock(): { monotonic(): number } {
  return { monotonic: () => performance.now() };
}
