import type { Http2Case } from './http2-cases.ts';
import { encodeFields, encodeFrame, flag, type FrameClient, frameType, noStream, number32 } from './http2-frames.ts';

type Field = readonly [name: string, value: string];

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const padded = 8;
const pushPromise = 5;
const settingNames = { headerTableSize: 1, enablePush: 2, initialWindowSize: 4, maxFrameSize: 5 } as const;

const pseudo = (path: string, method = 'GET'): Field[] => [
  [':method', method],
  [':scheme', 'https'],
  [':path', path],
  [':authority', 'chat.test'],
];
const headers = (stream: number, fields: readonly Field[], flags: number = flag.endStream | flag.endHeaders): Buffer =>
  encodeFrame(frameType.headers, flags, stream, encodeFields(fields));
const never = (stream: number, flags?: number): Buffer => headers(stream, pseudo('/never'), flags);

function settings(...values: [name: keyof typeof settingNames, value: number][]): Buffer {
  const payload = Buffer.alloc(6 * values.length);
  for (const [at, [name, value]] of values.entries()) {
    payload.writeUInt16BE(settingNames[name], 6 * at);
    payload.writeUInt32BE(value, 6 * at + 2);
  }
  return encodeFrame(frameType.settings, 0, 0, payload);
}

const ended = /^(GOAWAY|closed)/;
const endedOrReset = /^(GOAWAY|closed|reset)/;
const anyEnd = /^(GOAWAY|closed|goes on|reset)/;

/** A few bytes that must end the connection or the stream without a request to the app. */
function wrong(name: string, bytes: Buffer, more: Partial<Http2Case> = {}): Http2Case {
  return {
    name,
    async run(client) {
      await client.write(bytes);
      return client.outcome(1);
    },
    expect: endedOrReset,
    requests: 0,
    ...more,
  };
}

/** 2,000 requests, each followed by a frame that forces the edge to reset the stream (CVE-2025-8671). */
function madeToReset(name: string, after: (stream: number) => Buffer, flags?: number): Http2Case {
  return {
    name: `made to reset: ${name}, 2,000 requests`,
    run: (client) =>
      repeat(client, 200, (round) =>
        Buffer.concat(
          Array.from({ length: 10 }, (_, at) => {
            const stream = 2 * (round * 10 + at) + 1;
            return Buffer.concat([never(stream, flags), after(stream)]);
          }),
        ),
      ),
    expect: ended,
    requests: 300,
  };
}

async function repeat(client: FrameClient, times: number, bytes: (round: number) => Buffer): Promise<string> {
  for (let round = 0; round < times && !client.ended; round += 1) await client.write(bytes(round));
  return client.outcome(noStream, 5000);
}

/** The same frame 100,000 times. */
function tooMany(
  name: string,
  frame: Buffer,
  more: Partial<Http2Case> = {},
  before: Buffer = Buffer.alloc(0),
): Http2Case {
  const hundred = Buffer.concat(Array.from({ length: 100 }, () => frame));
  return {
    name: `${name}, 100,000 frames`,
    async run(client) {
      await client.write(before);
      return repeat(client, 1000, () => hundred);
    },
    expect: anyEnd,
    requests: 0,
    ...more,
  };
}

const block = (...bytes: number[]): Buffer =>
  encodeFrame(
    frameType.headers,
    flag.endStream | flag.endHeaders,
    1,
    Buffer.concat([encodeFields(pseudo('/h2')), Buffer.from(bytes)]),
  );

/** Frames that make the edge reset streams, which an attacker could use to evade its stream limit (CVE-2025-8671). */
export const provocations: readonly Http2Case[] = [
  madeToReset('a window that overflows', (stream) =>
    encodeFrame(frameType.windowUpdate, 0, stream, number32(0x7fffffff)),
  ),
  madeToReset('DATA after END_STREAM', (stream) =>
    encodeFrame(frameType.data, flag.endStream, stream, Buffer.from('late')),
  ),
  madeToReset('HEADERS after END_STREAM', (stream) => never(stream)),
  madeToReset('PRIORITY of 4 bytes', (stream) => encodeFrame(frameType.priority, 0, stream, Buffer.alloc(4))),
  madeToReset('a stream that depends on itself', (stream) =>
    encodeFrame(frameType.priority, 0, stream, Buffer.concat([number32(stream), Buffer.from([1])])),
  ),
  madeToReset('RST_STREAM of 3 bytes', (stream) => encodeFrame(frameType.resetStream, 0, stream, Buffer.alloc(3))),
  madeToReset(
    'trailers without END_STREAM',
    (stream) => headers(stream, [['x-a', 'b']], flag.endHeaders),
    flag.endHeaders,
  ),
  {
    name: 'rejected by the edge: 20,000 requests with an upper-case name',
    run: (client) =>
      repeat(client, 200, (round) =>
        Buffer.concat(
          Array.from({ length: 100 }, (_, at) => headers(2 * (round * 100 + at) + 1, [...pseudo('/h2'), ['X-A', 'b']])),
        ),
      ),
    expect: ended,
    requests: 0,
  },
  {
    name: 'rejected by the edge: 2,000 requests of 201 fields',
    run: (client) =>
      repeat(client, 200, (round) =>
        Buffer.concat(
          Array.from({ length: 10 }, (_, at) =>
            headers(2 * (round * 10 + at) + 1, [
              ...pseudo('/h2'),
              ...Array.from({ length: 201 }, (_, field): Field => [`x-${field}`, '']),
            ]),
          ),
        ),
      ),
    expect: anyEnd,
    requests: 0,
  },
];

/** Large numbers of frames that cost the sender almost nothing. */
export const crowds: readonly Http2Case[] = [
  tooMany('WINDOW_UPDATE of 1', encodeFrame(frameType.windowUpdate, 0, 0, number32(1))),
  tooMany(
    'SETTINGS that change the window of 100 open streams',
    Buffer.concat([settings(['initialWindowSize', 1]), settings(['initialWindowSize', 65_535])]),
    { requests: 100 },
    Buffer.concat(Array.from({ length: 100 }, (_, at) => never(2 * at + 1))),
  ),
  tooMany(
    'SETTINGS that change the size of the header table',
    Buffer.concat([settings(['headerTableSize', 0]), settings(['headerTableSize', 4096])]),
  ),
  tooMany('frames of an unknown type', encodeFrame(0xbe, 0, 0, Buffer.alloc(8))),
  tooMany(
    'DATA with padding only',
    encodeFrame(frameType.data, padded, 1, Buffer.concat([Buffer.from([255]), Buffer.alloc(255)])),
    { requests: 1 },
    headers(1, pseudo('/never', 'POST'), flag.endHeaders),
  ),
  tooMany('RST_STREAM on a closed stream', encodeFrame(frameType.resetStream, 0, 1, number32(8)), {}, never(1)),
  {
    ...tooMany('GOAWAY', encodeFrame(frameType.goAway, 0, 0, Buffer.alloc(8))),
    expect: /^(GOAWAY|closed|goes on|no answer)/,
  },
  {
    name: '16,000 fields without name and value (CVE-2019-9516)',
    async run(client) {
      const empty = Buffer.alloc(3 * 5000);
      const end = encodeFields(pseudo('/h2'));
      await client.write(
        Buffer.concat([
          encodeFrame(frameType.headers, flag.endStream, 1, end),
          encodeFrame(frameType.continuation, 0, 1, empty),
          encodeFrame(frameType.continuation, 0, 1, empty),
          encodeFrame(frameType.continuation, flag.endHeaders, 1, empty),
        ]),
      );
      return client.outcome(1);
    },
    // The edge ignores them or rejects the request.
    expect: /^(GOAWAY|closed|reset|4\d\d|200)/,
    requests: 1,
  },
  {
    name: '250 responses that the client never reads (window of 0)',
    async run(client) {
      await client.write(Buffer.concat(Array.from({ length: 250 }, (_, at) => headers(2 * at + 1, pseudo('/big')))));
      return client.outcome(499);
    },
    first: Buffer.concat([preface, settings(['initialWindowSize', 0]), encodeFrame(frameType.settings, flag.ack, 0)]),
    expect: /^(GOAWAY|closed|200|reset|goes on)/,
    requests: 250,
  },
];

/** Single frames that RFC 9113 or RFC 7541 forbids. */
export const forbidden: readonly Http2Case[] = [
  wrong('HTTP/1.1 instead of the preface', Buffer.alloc(0), {
    first: Buffer.from('GET /smuggled HTTP/1.1\r\nHost: chat.test\r\n\r\n'),
    expect: ended,
  }),
  wrong('random bytes instead of the preface', Buffer.alloc(0), { first: Buffer.alloc(64, 0xa5), expect: ended }),
  wrong('a preface with another version', Buffer.alloc(0), {
    first: Buffer.from('PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n'),
    expect: ended,
  }),
  wrong('a request instead of SETTINGS', Buffer.alloc(0), {
    first: Buffer.concat([preface, never(1)]),
    expect: ended,
  }),
  wrong('SETTINGS of 5 bytes', encodeFrame(frameType.settings, 0, 0, Buffer.alloc(5))),
  wrong('SETTINGS on a stream', encodeFrame(frameType.settings, 0, 1)),
  wrong('SETTINGS acknowledgement with a payload', encodeFrame(frameType.settings, flag.ack, 0, Buffer.alloc(6))),
  wrong('SETTINGS: push is 2', settings(['enablePush', 2])),
  wrong('SETTINGS: a window of 2^31', settings(['initialWindowSize', 0x80000000])),
  wrong('SETTINGS: frames of 1 byte', settings(['maxFrameSize', 1])),
  wrong('PING of 7 bytes', encodeFrame(frameType.ping, 0, 0, Buffer.alloc(7))),
  wrong('PING on a stream', encodeFrame(frameType.ping, 0, 1, Buffer.alloc(8))),
  wrong('GOAWAY on a stream', encodeFrame(frameType.goAway, 0, 1, Buffer.alloc(8))),
  wrong('RST_STREAM on the connection', encodeFrame(frameType.resetStream, 0, 0, number32(8))),
  wrong('RST_STREAM on a stream that was never opened', encodeFrame(frameType.resetStream, 0, 1, number32(8))),
  wrong('WINDOW_UPDATE on a stream that was never opened', encodeFrame(frameType.windowUpdate, 0, 1, number32(1))),
  wrong('WINDOW_UPDATE of 3 bytes', encodeFrame(frameType.windowUpdate, 0, 0, Buffer.alloc(3))),
  wrong('WINDOW_UPDATE of 0 on the connection', encodeFrame(frameType.windowUpdate, 0, 0, number32(0))),
  wrong('PUSH_PROMISE from a client', encodeFrame(pushPromise, flag.endHeaders, 1, number32(2))),
  wrong('CONTINUATION without HEADERS', encodeFrame(frameType.continuation, flag.endHeaders, 1)),
  wrong(
    'CONTINUATION for another stream',
    Buffer.concat([headers(1, pseudo('/h2'), flag.endStream), encodeFrame(frameType.continuation, flag.endHeaders, 3)]),
  ),
  wrong('HEADERS on the connection', headers(0, pseudo('/h2'))),
  wrong('DATA on the connection', encodeFrame(frameType.data, 0, 0, Buffer.from('abc'))),
  wrong(
    'HEADERS with more padding than payload',
    encodeFrame(
      frameType.headers,
      padded | flag.endStream | flag.endHeaders,
      1,
      Buffer.concat([Buffer.from([255]), encodeFields(pseudo('/h2'))]),
    ),
  ),
  wrong(
    'DATA with more padding than payload',
    Buffer.concat([
      headers(1, pseudo('/h2', 'POST'), flag.endHeaders),
      encodeFrame(frameType.data, padded, 1, Buffer.from([255, 1])),
    ]),
    { requests: 1 },
  ),
  {
    name: 'a stream number lower than the previous one',
    async run(client) {
      await client.write(headers(5, pseudo('/never')));
      await client.write(headers(3, pseudo('/h2')));
      return client.outcome(3);
    },
    // The edge ignores it as a frame on a closed stream (RFC 9113 §5.1), or closes the connection.
    expect: /^(GOAWAY|closed|goes on)/,
    requests: 1,
  },
  wrong('HPACK: index 0', block(0x80)),
  wrong('HPACK: an index beyond the table', block(0xff, 0x7f)),
  wrong('HPACK: an unterminated integer', block(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
  wrong('HPACK: a string longer than the block', block(0x00, 0x03, 0x78, 0x2d, 0x61, 0x7f, 0xff, 0x7f)),
  wrong('HPACK: Huffman code with EOS inside', block(0x00, 0x03, 0x78, 0x2d, 0x61, 0x84, 0xff, 0xff, 0xff, 0xff)),
  wrong(
    'HPACK: a table larger than negotiated',
    encodeFrame(
      frameType.headers,
      flag.endStream | flag.endHeaders,
      1,
      Buffer.concat([Buffer.from([0x3f, 0xe1, 0xff, 0x7f]), encodeFields(pseudo('/h2'))]),
    ),
  ),
  wrong('HPACK: a table size update at the end', block(0x20)),
];

/** Well-formed frames with ambiguous requests: the app must get one interpretation or nothing. */
export const readings: readonly Http2Case[] = [
  wrong(
    'content-length: 0 with DATA',
    Buffer.concat([
      headers(1, [...pseudo('/h2', 'POST'), ['content-length', '0']], flag.endHeaders),
      encodeFrame(frameType.data, flag.endStream, 1, Buffer.from('GET /smuggled HTTP/1.1\r\n\r\n')),
    ]),
    // According to its head the request is complete, so it may be forwarded before DATA arrives.
    { requests: 1 },
  ),
  wrong(
    'content-length beyond 2^53',
    Buffer.concat([
      headers(1, [...pseudo('/h2', 'POST'), ['content-length', '99999999999999999999']], flag.endHeaders),
      encodeFrame(frameType.data, flag.endStream, 1, Buffer.from('abc')),
    ]),
  ),
  wrong(
    'two equal content-length',
    Buffer.concat([
      headers(1, [...pseudo('/h2', 'POST'), ['content-length', '3'], ['content-length', '3']], flag.endHeaders),
      encodeFrame(frameType.data, flag.endStream, 1, Buffer.from('abc')),
    ]),
  ),
  {
    ...wrong(
      'transfer-encoding in trailers',
      Buffer.concat([
        headers(1, pseudo('/h2', 'POST'), flag.endHeaders),
        encodeFrame(frameType.data, 0, 1, Buffer.from('abc')),
        headers(1, [['transfer-encoding', 'chunked']]),
      ]),
    ),
    expect: /^(200|400|reset PROTOCOL_ERROR)$/,
    requests: 1,
  },
  {
    ...wrong(
      'host in trailers',
      Buffer.concat([
        headers(1, pseudo('/h2', 'POST'), flag.endHeaders),
        encodeFrame(frameType.data, 0, 1, Buffer.from('abc')),
        headers(1, [['host', 'evil.test']]),
      ]),
    ),
    expect: /^(200|400|reset PROTOCOL_ERROR)$/,
    requests: 1,
  },
  ...(
    [
      ['te: trailers', [...pseudo('/h2'), ['te', 'trailers']], 1],
      ['host instead of :authority', [...pseudo('/h2').slice(0, 3), ['host', 'chat.test']], 1],
      ['host equal to :authority', [...pseudo('/h2'), ['host', 'chat.test']], 1],
      ['two host', [...pseudo('/h2').slice(0, 3), ['host', 'chat.test'], ['host', 'evil.test']], 0],
      ['two :method', [[':method', 'POST'], ...pseudo('/h2')], 0],
      ['empty :authority and a host', [...pseudo('/h2').slice(0, 3), [':authority', ''], ['host', 'evil.test']], 0],
      ['* in :path of a GET', pseudo('*'), 0],
      ['* in :path of OPTIONS', pseudo('*', 'OPTIONS'), 1],
      ['bytes beyond ASCII in :path', pseudo('/\xe4'), 1],
      ['NUL in :path', pseudo('/a\0b'), 0],
      ['TRACE', pseudo('/h2', 'TRACE'), 0],
      ['PRI as a method', pseudo('/h2', 'PRI'), 1],
    ] as [string, Field[], number][]
  ).map(([name, fields, requests]): Http2Case => ({
    ...wrong(name, headers(1, fields)),
    expect: requests === 0 ? /^(400|405|421|501|reset PROTOCOL_ERROR|GOAWAY PROTOCOL_ERROR)$/ : /^200$/,
    requests,
  })),
];
