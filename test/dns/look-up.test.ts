import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { systemClock } from '../../src/base/clock.ts';
import { exchangeDns } from '../../src/dns/exchange.ts';
import { type LookUpOptions, lookUp } from '../../src/dns/look-up.ts';
import { dnsWords } from '../../src/dns/messages.ts';
import { decodeMessage, encodeRecord, questionOf, txtData } from '../../src/dns/message.ts';
import { dnsError } from '../../src/dns/messages.ts';
import { encodeName } from '../../src/dns/name.ts';
import type { LookUpOutcome } from '../../src/dns/outcome.ts';
import { type LookUpType, recordTypes } from '../../src/dns/record.ts';
import { parseServer } from '../../src/dns/server.ts';
import { FakeClock } from '../support/clock.ts';
import { testRandom } from '../support/seed.ts';

type Reply = (query: Buffer, protocol: 'udp' | 'tcp') => Buffer[];

/** A name server with scripted replies over UDP and TCP, on one loopback port. */
async function serve(t: TestContext, reply: Reply): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const udp = dgram.createSocket('udp4');
  udp.on('message', (query, from) => {
    asked.push('udp');
    for (const answer of reply(query, 'udp')) udp.send(answer, from.port, from.address);
  });
  const tcp = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (octets: Buffer) => {
      asked.push('tcp');
      for (const answer of reply(octets.subarray(2), 'tcp')) {
        // Length and message in pieces, as may happen on a network.
        const length = Buffer.of(answer.length >> 8, answer.length & 0xff);
        socket.write(length);
        socket.write(answer.subarray(0, 1));
        socket.write(answer.subarray(1));
      }
      socket.end();
    });
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as net.AddressInfo;
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  t.after(() => {
    udp.close();
    tcp.close();
  });
  return { port, asked };
}

function ask(port: number, type: LookUpType = 'TXT', more: Partial<LookUpOptions> = {}): Promise<LookUpOutcome> {
  const servers = [{ address: '127.0.0.1', port }];
  const usual = { clock: systemClock, random: testRandom, exchange: exchangeDns, servers, recursive: true };
  return lookUp('Example.test.', type, { ...usual, ...more });
}

const rdata: Record<string, Buffer> = {
  TXT: txtData('hello'),
  CNAME: encodeName('other.test'),
};

function answerTo(
  query: Buffer,
  records: [name: string, type: 'TXT' | 'CNAME' | 'OPT', octets?: Buffer][],
  { code = 0, truncated = false } = {},
): Buffer {
  const question = decodeMessage(query)!.questions[0]!;
  const body = records.map(([name, type, octets]) =>
    encodeRecord({ ...questionOf(name, type), ttlSeconds: 5, octets: octets ?? rdata[type]! }),
  );
  const head = Buffer.from([0, 0, 0x84 | (truncated ? 2 : 0), code, 0, 1, 0, records.length, 0, 0, 0, 0]);
  query.copy(head, 0, 0, 2);
  const fixed = Buffer.of(question.typeNumber >> 8, question.typeNumber & 0xff, 0, 1);
  return Buffer.concat([head, encodeName(question.name), fixed, ...body]);
}

test('reads an answer, also behind an alias', async (t) => {
  const { port } = await serve(t, (query) => [
    answerTo(query, [
      ['example.test', 'CNAME'],
      ['other.test', 'TXT'],
      ['stranger.test', 'TXT', txtData('not ours')],
    ]),
  ]);
  const found = await ask(port);
  assert.ok(found.outcome === 'answer');
  assert.deepEqual(found.aliases, ['other.test']);
  assert.deepEqual(
    found.records.map(({ data }) => data),
    [{ type: 'TXT', value: 'hello' }],
  );
  const alias = await ask(port, 'CNAME');
  assert.ok(alias.outcome === 'answer');
  assert.deepEqual(alias.records[0]!.data, { type: 'CNAME', target: 'other.test' });
});

test('maps response codes to outcomes', async (t) => {
  let code = 0;
  const { port } = await serve(t, (query) => [answerTo(query, [], { code })]);
  const outcomes: [number, LookUpOutcome['outcome']][] = [
    [0, 'no-data'],
    [2, 'servfail'],
    [3, 'no-name'],
    [5, 'refused'],
    [7, 'failed'],
  ];
  for (const [rcode, outcome] of outcomes) {
    code = rcode;
    assert.equal((await ask(port)).outcome, outcome);
  }
});

test('repeats a query over TCP if the UDP answer is truncated', async (t) => {
  const long = txtData('x'.repeat(2000));
  const { port, asked } = await serve(t, (query, protocol) => [
    protocol === 'udp' ? answerTo(query, [], { truncated: true }) : answerTo(query, [['example.test', 'TXT', long]]),
  ]);
  const found = await ask(port);
  assert.ok(found.outcome === 'answer');
  assert.deepEqual(found.records[0]!.data, { type: 'TXT', value: 'x'.repeat(2000) });
  assert.deepEqual(asked, ['udp', 'tcp']);
});

test('repeats a query without EDNS if the server does not support it', async (t) => {
  const { port } = await serve(t, (query) => {
    const withEdns = decodeMessage(query)!.additional.some(({ typeNumber }) => typeNumber === recordTypes.OPT);
    return [withEdns ? answerTo(query, [], { code: 1 }) : answerTo(query, [['example.test', 'TXT']])];
  });
  assert.equal((await ask(port)).outcome, 'answer');
});

test('ignores answers with another ID or question', async (t) => {
  const { port } = await serve(t, (query) => {
    const otherId = answerTo(query, [['example.test', 'TXT', txtData('forged')]]);
    otherId.writeUInt16BE((query.readUInt16BE(0) + 1) & 0xffff, 0);
    const otherName = answerTo(query, [['example.test', 'TXT', txtData('forged')]]);
    otherName[13] = 0x66;
    const echo = Buffer.from(query);
    return [otherId, otherName, echo, Buffer.alloc(0), answerTo(query, [['example.test', 'TXT']])];
  });
  const found = await ask(port);
  assert.ok(found.outcome === 'answer');
  assert.deepEqual(
    found.records.map(({ data }) => data),
    [{ type: 'TXT', value: 'hello' }],
  );
});

test('an alias loop is malformed', async (t) => {
  const circle: [string, 'CNAME', Buffer][] = [
    ['example.test', 'CNAME', encodeName('b.test')],
    ['b.test', 'CNAME', encodeName('c.test')],
    ['c.test', 'CNAME', encodeName('b.test')],
  ];
  const { port } = await serve(t, (query) => [answerTo(query, circle)]);
  assert.equal((await ask(port)).outcome, 'malformed');
});

test('hostile answers become outcomes, over UDP and TCP', async (t) => {
  let make: (query: Buffer) => Buffer = (query) => query;
  let truncate = false;
  const { port } = await serve(t, (query, protocol) =>
    truncate && protocol === 'udp' ? [answerTo(query, [], { truncated: true })] : [make(query)],
  );
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 6, max: 60 }), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 12, max: 200 }),
      fc.boolean(),
      async (changes, cut, overTcp) => {
        truncate = overTcp;
        make = (query) => {
          const octets = answerTo(query, [
            ['example.test', 'CNAME'],
            ['other.test', 'TXT'],
          ]);
          for (const [at, value] of changes) if (at < octets.length) octets[at] = value;
          return octets.subarray(0, cut);
        };
        outcomes.add((await ask(port, 'TXT', { timeoutMs: 25, attempts: 1 })).outcome);
      },
    ),
    { numRuns: 150 },
  );
  assert.ok(outcomes.has('malformed'));
});

test('times out on a silent server and retries up to the limit', async (t) => {
  const clock = new FakeClock();
  let queries = 0;
  const { port } = await serve(t, () => {
    queries += 1;
    queueMicrotask(() => clock.advance(3_000));
    return [];
  });
  const found = await ask(port, 'TXT', { clock, attempts: 3 });
  assert.deepEqual(found, { outcome: 'timed-out', detail: dnsWords('dns.no-answer', { ms: 3000 }) });
  assert.equal(queries, 3);
  assert.equal(clock.pending, 0);
});

test('a closed port fails immediately, and the next server is tried', async (t) => {
  const { port } = await serve(t, (query) => [answerTo(query, [['example.test', 'TXT']])]);
  const closed = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(closed, 'listening');
  const unused = { address: '127.0.0.1', port: closed.address().port };
  closed.close();
  assert.equal((await ask(0, 'TXT', { servers: [unused] })).outcome, 'unreachable');
  const servers = [unused, { address: '127.0.0.1', port }];
  assert.equal((await ask(0, 'TXT', { servers })).outcome, 'answer');
});

test('an abort ends the look-up', async (t) => {
  const giveUp = new AbortController();
  const { port, asked } = await serve(t, () => {
    giveUp.abort();
    return [];
  });
  assert.equal((await ask(port, 'TXT', { signal: giveUp.signal })).outcome, 'aborted');
  assert.equal((await ask(port, 'TXT', { signal: giveUp.signal })).outcome, 'aborted');
  assert.deepEqual(asked, ['udp']);
});

test('rejects an invalid name before sending anything', async () => {
  const options = { clock: systemClock, random: testRandom, exchange: exchangeDns, servers: [], recursive: true };
  await assert.rejects(lookUp('a..b', 'A', options), (error) => dnsError.is(error, 'dns.name-invalid'));
});

test('parses server addresses', () => {
  assert.deepEqual(parseServer('192.0.2.1'), { address: '192.0.2.1', port: 53 });
  assert.deepEqual(parseServer('192.0.2.1:5353'), { address: '192.0.2.1', port: 5353 });
  assert.deepEqual(parseServer('2001:db8::1'), { address: '2001:db8::1', port: 53 });
  assert.deepEqual(parseServer('[2001:db8::1]:5353'), { address: '2001:db8::1', port: 5353 });
  for (const wrong of ['', 'ns1.example', '192.0.2.1:', '192.0.2.1:0', '192.0.2.1:70000', '[192.0.2', '192.0.2.256']) {
    assert.equal(parseServer(wrong), undefined, wrong);
  }
});
