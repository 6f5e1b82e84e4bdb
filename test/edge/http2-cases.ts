import { encodeFields, encodeFrame, flag, frameType, type FrameClient, number32 } from './http2-frames.ts';

/** One misuse of HTTP/2 with handwritten frames. */
export interface Http2Case {
  name: string;
  /** Sent instead of the preface and empty SETTINGS. */
  first?: Buffer;
  /** Sends the frames on a new connection and returns the outcome (see `FrameClient.outcome`). */
  run(client: FrameClient): Promise<string>;
  /** The outcomes that are allowed. */
  expect: RegExp;
  /** The maximum number of requests that may reach the app. */
  requests: number;
}

type Field = readonly [name: string, value: string];

const pseudo: Field[] = [
  [':method', 'GET'],
  [':scheme', 'https'],
  [':path', '/h2'],
  [':authority', 'chat.test'],
];

function headers(stream: number, fields: readonly Field[], flags: number = flag.endStream | flag.endHeaders): Buffer {
  return encodeFrame(frameType.headers, flags, stream, encodeFields(fields));
}

/** The edge must reject a request with these fields at some level before it reaches the app. */
function refused(name: string, fields: readonly Field[], more: Buffer[] = []): Http2Case {
  const flags = more.length > 0 ? flag.endHeaders : undefined;
  return {
    name,
    async run(client) {
      await client.write(Buffer.concat([headers(1, fields, flags), ...more]));
      return client.outcome(1);
    },
    // `closed`: on a busy machine our next frame meets a closed socket, and its reset overtakes the GOAWAY.
    expect: /^(400|404|405|421|501|reset (PROTOCOL_ERROR|ENHANCE_YOUR_CALM)|GOAWAY (PROTOCOL|INTERNAL)_ERROR|closed)$/,
    requests: 0,
  };
}

/** The last field is invalid: the edge must drop it or reject the request. */
function leftOut(name: string, fields: readonly Field[]): Http2Case {
  return { ...refused(name, fields), expect: /^(200|400|reset PROTOCOL_ERROR)$/, requests: 1 };
}

const without = (name: string): Field[] => pseudo.filter(([other]) => other !== name);
const replaced = (name: string, value: string): Field[] =>
  pseudo.map((field) => (field[0] === name ? [name, value] : field));
const post = replaced(':method', 'POST');
const data = (text: string, flags: number = flag.endStream): Buffer =>
  encodeFrame(frameType.data, flags, 1, Buffer.from(text, 'latin1'));

/** Sends the bytes repeatedly until the connection closes or all are sent. */
async function flood(client: FrameClient, times: number, bytes: (round: number) => Buffer): Promise<string> {
  for (let round = 0; round < times && !client.ended; round += 1) await client.write(bytes(round));
  return client.outcome(0x7fffffff);
}

/** Sends the bytes repeatedly while the edge reads them. */
async function pour(client: FrameClient, times: number, bytes: Buffer): Promise<void> {
  for (let round = 0; round < times && !client.ended; round += 1) {
    const written = client.write(bytes).then(() => true);
    const patience = new Promise<false>((resolve) => setTimeout(() => resolve(false), 300).unref());
    if (!(await Promise.race([written, patience]))) return;
  }
}

const stopped = /^(GOAWAY|closed)/;

/** Conversion from HTTP/2 to the app's HTTP/1.1 (RFC 9113 §8.2, §10.3). */
export const downgrades: readonly Http2Case[] = [
  refused('content-length greater than the DATA', [...post, ['content-length', '9']], [data('abc')]),
  refused('content-length less than the DATA', [...post, ['content-length', '1']], [data('abcGET /smuggled HTTP/1.1')]),
  refused('content-length without DATA', [...post, ['content-length', '3']]),
  refused('two content-length', [...post, ['content-length', '3'], ['content-length', '4']], [data('abc')]),
  refused('content-length with a plus', [...post, ['content-length', '+3']], [data('abc')]),
  refused(
    'transfer-encoding: chunked',
    [...post, ['transfer-encoding', 'chunked']],
    [data('0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n')],
  ),
  refused('connection field', [...pseudo, ['connection', 'x-real-ip']]),
  refused('upgrade field', [...pseudo, ['upgrade', 'h2c']]),
  refused('keep-alive field', [...pseudo, ['keep-alive', 'timeout=5']]),
  refused('proxy-connection field', [...pseudo, ['proxy-connection', 'close']]),
  refused('te: gzip', [...pseudo, ['te', 'gzip']]),
  leftOut('CR LF in a value', [...pseudo, ['x-a', 'b\r\nHost: evil.test']]),
  leftOut('LF in a value', [...pseudo, ['x-a', 'b\nx-b: c']]),
  leftOut('NUL in a value', [...pseudo, ['x-a', 'b\0c']]),
  leftOut('CR LF in a name', [...pseudo, ['x-a: b\r\nx-b', 'c']]),
  leftOut('colon in a name', [...pseudo, ['x-a: b', 'c']]),
  leftOut('space in a name', [...pseudo, ['x a', 'b']]),
  refused('upper case in a name', [...pseudo, ['X-A', 'b']]),
  leftOut('empty name', [...pseudo, ['', 'b']]),
  refused('CR LF in :path', replaced(':path', '/a HTTP/1.1\r\nHost: evil.test\r\n\r\n')),
  refused('space in :path', replaced(':path', '/a HTTP/1.1')),
  refused('absolute URL in :path', replaced(':path', 'https://evil.test/')),
  refused('empty :path', replaced(':path', '')),
  refused(':path without slash', replaced(':path', 'a')),
  refused('fragment in :path', replaced(':path', '/a#b')),
  refused('space in :method', replaced(':method', 'GET /smuggled HTTP/1.1\r\n')),
  refused('empty :method', replaced(':method', '')),
  refused('CR LF in :authority', replaced(':authority', 'chat.test\r\nx-a: b')),
  refused('user in :authority', replaced(':authority', 'evil@chat.test')),
  refused(':authority of an unknown host', replaced(':authority', 'evil.test')),
  refused(':authority and host differ', [...pseudo, ['host', 'evil.test']]),
  refused('neither :authority nor host', without(':authority')),
  refused('no :method', without(':method')),
  refused('no :path', without(':path')),
  refused('no :scheme', without(':scheme')),
  refused('two :path', [...pseudo, [':path', '/other']]),
  refused('two :authority', [...pseudo, [':authority', 'evil.test']]),
  refused('pseudo field after a field', [['x-a', 'b'], ...pseudo]),
  refused('unknown pseudo field', [...pseudo, [':proxy', 'a']]),
  refused(':status in a request', [...pseudo, [':status', '200']]),
  refused('CONNECT', [
    [':method', 'CONNECT'],
    [':authority', 'chat.test:25'],
  ]),
  refused(
    'extended CONNECT for another protocol',
    [...replaced(':method', 'CONNECT'), [':protocol', 'connect-udp']],
    [data('')],
  ),
  refused('201 fields', [...pseudo, ...Array.from({ length: 201 }, (_, at): Field => [`x-${at}`, 'a'])]),
  refused('pseudo field in trailers', post, [
    encodeFrame(frameType.data, 0, 1, Buffer.from('abc')),
    headers(1, [[':path', '/other']]),
  ]),
  {
    name: 'several cookie fields become one',
    async run(client) {
      await client.write(headers(1, [...pseudo, ['cookie', 'a=1'], ['cookie', 'b=2']]));
      return client.outcome(1);
    },
    expect: /^200$/,
    requests: 1,
  },
];

/** Frames that no client should send, or not in such numbers. */
export const floods: readonly Http2Case[] = [
  {
    name: 'rapid reset: 5,000 requests, each reset immediately (CVE-2023-44487)',
    run: (client) =>
      flood(client, 500, (round) =>
        Buffer.concat(
          Array.from({ length: 10 }, (_, at) => {
            const stream = 2 * (round * 10 + at) + 1;
            return Buffer.concat([headers(stream, pseudo), encodeFrame(frameType.resetStream, 0, stream, number32(8))]);
          }),
        ),
      ),
    expect: stopped,
    requests: 1200,
  },
  {
    name: 'made to reset: 5,000 requests, each with a WINDOW_UPDATE of 0 (CVE-2025-8671)',
    run: (client) =>
      flood(client, 500, (round) =>
        Buffer.concat(
          Array.from({ length: 10 }, (_, at) => {
            const stream = 2 * (round * 10 + at) + 1;
            return Buffer.concat([
              headers(stream, pseudo),
              encodeFrame(frameType.windowUpdate, 0, stream, number32(0)),
            ]);
          }),
        ),
      ),
    expect: stopped,
    requests: 1200,
  },
  {
    name: 'made to reset: 5,000 bodies longer than their content-length',
    run: (client) =>
      flood(client, 500, (round) =>
        Buffer.concat(
          Array.from({ length: 10 }, (_, at) => {
            const stream = 2 * (round * 10 + at) + 1;
            return Buffer.concat([
              headers(stream, [...post, ['content-length', '1']], flag.endHeaders),
              encodeFrame(frameType.data, 0, stream, Buffer.from('abc')),
            ]);
          }),
        ),
      ),
    expect: stopped,
    requests: 1200,
  },
  {
    name: 'endless CONTINUATION: 64 MiB (CVE-2024-27316)',
    async run(client) {
      await client.write(headers(1, pseudo, flag.endStream));
      const piece = encodeFrame(frameType.continuation, 0, 1, encodeFields([['x-a', 'b'.repeat(16_000)]]));
      return flood(client, 4096, () => piece);
    },
    expect: stopped,
    requests: 0,
  },
  {
    name: 'empty CONTINUATION frames, 100,000',
    async run(client) {
      await client.write(headers(1, pseudo, flag.endStream));
      const piece = Buffer.concat(Array.from({ length: 100 }, () => encodeFrame(frameType.continuation, 0, 1)));
      return flood(client, 1000, () => piece);
    },
    expect: stopped,
    requests: 0,
  },
  {
    name: 'a compressed field repeated 20,000 times (HPACK bomb)',
    async run(client) {
      // Adds one field of 4,000 bytes to the dynamic table, then repeats it with one byte each.
      const first = Buffer.concat([
        Buffer.from([0x40, 3]),
        Buffer.from('x-a'),
        Buffer.from([0x7f, 0xa1, 0x1e]),
        Buffer.alloc(4000, 'b'),
      ]);
      const block = Buffer.concat([encodeFields(pseudo), first, Buffer.alloc(12_000, 0xbe)]);
      await client.write(encodeFrame(frameType.headers, flag.endStream | flag.endHeaders, 1, block));
      return client.outcome(1);
    },
    expect: /^(GOAWAY|closed|reset|400|431)/,
    requests: 0,
  },
  {
    name: 'SETTINGS, up to 50,000 frames, responses not read',
    async run(client) {
      client.socket.pause();
      const piece = Buffer.concat(Array.from({ length: 100 }, () => encodeFrame(frameType.settings, 0, 0)));
      await pour(client, 500, piece);
      client.socket.resume();
      return client.outcome(0x7fffffff);
    },
    expect: /^(GOAWAY|closed|goes on)/,
    requests: 0,
  },
  {
    name: 'PING, up to 100,000 frames, responses not read',
    async run(client) {
      client.socket.pause();
      const piece = Buffer.concat(
        Array.from({ length: 100 }, () => encodeFrame(frameType.ping, 0, 0, Buffer.alloc(8))),
      );
      await pour(client, 1000, piece);
      client.socket.resume();
      return client.outcome(0x7fffffff);
    },
    expect: /^(GOAWAY|closed|goes on)/,
    requests: 0,
  },
  {
    name: 'empty DATA frames, 100,000 on one request',
    async run(client) {
      await client.write(headers(1, post, flag.endHeaders));
      const piece = Buffer.concat(Array.from({ length: 100 }, () => encodeFrame(frameType.data, 0, 1)));
      return flood(client, 1000, () => piece);
    },
    expect: /^(GOAWAY|closed|goes on)/,
    requests: 1,
  },
  {
    name: 'PRIORITY, 100,000 frames',
    run: (client) => {
      const piece = Buffer.concat(
        Array.from({ length: 100 }, (_, at) =>
          encodeFrame(frameType.priority, 0, 2 * at + 1, Buffer.from([0, 0, 0, 0, 1])),
        ),
      );
      return flood(client, 1000, () => piece);
    },
    expect: /^(GOAWAY|closed|goes on)/,
    requests: 0,
  },
  {
    name: '2,000 concurrent requests that are never answered',
    async run(client) {
      for (let at = 0; at < 2000 && !client.ended; at += 1)
        await client.write(headers(2 * at + 1, replaced(':path', '/never')));
      return client.outcome(3999);
    },
    expect: /^(GOAWAY|closed|reset REFUSED_STREAM|goes on)/,
    requests: 250,
  },
  {
    name: 'window overflow on the connection',
    async run(client) {
      client.send(frameType.windowUpdate, 0, 0, number32(0x7fffffff));
      return client.outcome(1);
    },
    expect: /^GOAWAY FLOW_CONTROL_ERROR$/,
    requests: 0,
  },
  {
    name: 'DATA on a stream that was never opened',
    async run(client) {
      client.send(frameType.data, flag.endStream, 1, Buffer.from('abc'));
      return client.outcome(1);
    },
    expect: stopped,
    requests: 0,
  },
  {
    name: 'HEADERS on an even stream',
    async run(client) {
      await client.write(headers(2, pseudo));
      return client.outcome(2);
    },
    expect: stopped,
    requests: 0,
  },
  {
    name: 'another frame between HEADERS and CONTINUATION',
    async run(client) {
      await client.write(headers(1, pseudo, flag.endStream));
      client.send(frameType.ping, 0, 0, Buffer.alloc(8));
      return client.outcome(1);
    },
    expect: stopped,
    requests: 0,
  },
  {
    name: 'a frame longer than allowed (16,385 bytes)',
    async run(client) {
      await client.write(headers(1, post, flag.endHeaders));
      client.send(frameType.data, 0, 1, Buffer.alloc(16_385));
      return client.outcome(1);
    },
    expect: /^(GOAWAY|closed|reset)/,
    requests: 1,
  },
];
