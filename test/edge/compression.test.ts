import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import zlib from 'node:zlib';
import { until } from '../support/until.ts';
import { connectRaw, request, rootPem, route, site, startApp, startEdge, upstreamAt } from './edge.ts';

const decoders = { gzip: zlib.gunzipSync, br: zlib.brotliDecompressSync, zstd: zlib.zstdDecompressSync };
type Coding = keyof typeof decoders;

const words = (bytes: number): Buffer => Buffer.from('everyhop serves text. '.repeat(bytes / 20)).subarray(0, bytes);
const page = words(20_000);
/** Bytes that compress to more than a socket holds. */
const long = Buffer.from(Array.from({ length: 300_000 }, (_, at) => `${(at * 7919) % 100_003} `).join(''));

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: Buffer;
}

/** What the app answers to a path: a whole message, or pieces of one with a pause between them. */
type Script = Record<string, (socket: Socket) => void>;

const message =
  (fields: string[], body: Buffer | string, status = '200 OK') =>
  (socket: Socket) => {
    const bytes = Buffer.from(body);
    const head = [`HTTP/1.1 ${status}`, ...fields, `Content-Length: ${bytes.length}`, '', ''].join('\r\n');
    socket.write(Buffer.concat([Buffer.from(head), bytes]));
  };
const headOnly =
  (fields: string[], status = '200 OK') =>
  (socket: Socket) =>
    void socket.write([`HTTP/1.1 ${status}`, ...fields, '', ''].join('\r\n'));

async function start(t: TestContext, script: Script) {
  const port = await startApp(t, (socket) => {
    let text = '';
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      if (!text.includes('\r\n\r\n')) return;
      const path = /^\S+ (\S+)/.exec(text)![1]!;
      text = '';
      script[path]!(socket);
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port), { compress: true })])]);
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  return { edge, session };
}

async function over2(session: ClientHttp2Session, path: string, headers: Record<string, string>): Promise<Answer> {
  const stream = session.request({ ':authority': 'chat.test', ':path': path, ...headers });
  const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
  const pieces: Buffer[] = [];
  stream.on('data', (bytes: Buffer) => pieces.push(bytes));
  await once(stream, 'end');
  return { status: Number(answer[':status']), headers: answer, body: Buffer.concat(pieces) };
}

/** Reads the framing strictly. */
async function over1(t: TestContext, port: number, path: string, fields = '', method = 'GET'): Promise<Answer> {
  const client = await connectRaw(t, port);
  client.socket.write(request(path, `${fields}Connection: close\r\n`, method));
  const { text } = await client.closed;
  const [head, ...rest] = text.split('\r\n\r\n');
  const headers = Object.fromEntries(
    head!
      .split('\r\n')
      .slice(1)
      .map((line) => [line.split(': ')[0]!.toLowerCase(), line.split(': ').slice(1).join(': ')]),
  );
  let body: Buffer = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
  if (headers['transfer-encoding'] === 'chunked') body = unchunked(body);
  else if (method !== 'HEAD' && headers['content-length'] !== undefined)
    assert.equal(body.length, Number(headers['content-length']));
  return { status: Number(text.slice(9, 12)), headers, body };
}

function unchunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    assert.ok(size >= 0 && bytes.length >= end + 2 + size + 2, 'a whole chunk');
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

const html = ['Content-Type: text/html', 'ETag: "v1"', 'Accept-Ranges: bytes'];

test('compresses text in the coding that the client prefers, whole and in pieces, over HTTP/1.1 and HTTP/2', async (t) => {
  const { edge, session } = await start(t, {
    '/page': message(html, page),
    '/long': message(html, long),
    '/chunked': (socket) => {
      const whole = [page.length.toString(16), page.toString('latin1'), '0', '', ''].join('\r\n');
      socket.write(`HTTP/1.1 200 OK\r\n${html.join('\r\n')}\r\nTransfer-Encoding: chunked\r\n\r\n${whole}`);
    },
  });
  for (const coding of ['gzip', 'br', 'zstd'] as Coding[]) {
    for (const [path, content] of [
      ['/page', page],
      ['/long', long],
      ['/chunked', page],
    ] as const) {
      for (const answer of [
        await over1(t, edge.httpsPort, path, `Accept-Encoding: ${coding}\r\n`),
        await over2(session, path, { 'accept-encoding': coding }),
      ]) {
        const { headers, body } = answer;
        assert.equal(headers['content-encoding'], coding, path);
        assert.equal(headers['vary'], 'Accept-Encoding');
        assert.equal(headers['etag'], 'W/"v1"');
        assert.equal(headers['accept-ranges'], undefined);
        assert.ok(body.length < content.length / 2);
        assert.ok(decoders[coding](body).equals(content), `${coding} ${path}`);
        if (path !== '/long') assert.equal(Number(headers['content-length']), body.length);
      }
    }
  }
  assert.equal(edge.log.length, 18);
  assert.ok(edge.log.every(({ status, error, bytes }) => status === 200 && error === undefined && bytes > 0));
});

test('leaves alone everything that must stay as it is', async (t) => {
  const { edge, session } = await start(t, {
    '/none': message(html, page),
    '/tiny': message(html, 'x'.repeat(1000)),
    '/image': message(['Content-Type: image/png'], page),
    '/encoded': message([...html, 'Content-Encoding: gzip'], zlib.gzipSync(page)),
    '/part': message([...html, 'Content-Range: bytes 0-19999/30000'], page, '206 Partial Content'),
    '/kept': message([...html, 'Cache-Control: no-transform'], page),
    '/same': headOnly(['ETag: "v1"'], '304 Not Modified'),
    '/head': headOnly([...html, 'Content-Length: 20000']),
  });
  const all = { 'accept-encoding': 'gzip, br, zstd' };
  for (const path of ['/tiny', '/image', '/encoded', '/part', '/kept']) {
    const { headers, body } = await over2(session, path, all);
    assert.equal(headers['content-encoding'], path === '/encoded' ? 'gzip' : undefined, path);
    assert.equal(headers['vary'], undefined, path);
    assert.equal(Number(headers['content-length']), body.length);
    if (path !== '/image') assert.equal(headers['etag'], '"v1"', path);
  }
  const unwanted: Record<string, string>[] = [
    {},
    { 'accept-encoding': 'identity' },
    { 'accept-encoding': 'gzip;q=0' },
    { ...all, 'cache-control': 'no-transform' },
  ];
  for (const headers of unwanted) {
    const answer = await over2(session, '/none', headers);
    assert.ok(answer.body.equals(page));
    assert.equal(answer.headers['content-encoding'], undefined);
    assert.equal(answer.headers['vary'], 'Accept-Encoding', 'caches must know that others get another body');
    assert.equal(answer.headers['etag'], '"v1"');
  }
  const same = await over2(session, '/same', { ...all, 'if-none-match': 'W/"v1"' });
  assert.deepEqual([same.status, same.headers['etag'], same.headers['vary']], [304, 'W/"v1"', 'Accept-Encoding']);
  // HEAD says what GET would.
  for (const answer of [
    await over2(session, '/head', { ':method': 'HEAD', ...all }),
    await over1(t, edge.httpsPort, '/head', 'Accept-Encoding: zstd\r\n', 'HEAD'),
  ]) {
    assert.deepEqual(
      [
        answer.headers['content-encoding'],
        answer.headers['content-length'],
        answer.headers['etag'],
        answer.body.length,
      ],
      ['zstd', undefined, 'W/"v1"', 0],
    );
  }
  const old = await connectRaw(t, edge.httpsPort);
  old.socket.write('GET /none HTTP/1.0\r\nHost: chat.test\r\nAccept-Encoding: gzip\r\n\r\n');
  assert.match((await old.closed).text, /\r\nContent-Length: 20000\r\n/);
});

test('streams pass on at once: events, JSON lines, text whose end is not known, and text that arrives slowly', async (t) => {
  const pieces: Record<string, string> = {
    '/events': 'Content-Type: text/event-stream\r\nTransfer-Encoding: chunked',
    '/lines': 'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked',
    '/json': 'Content-Type: application/json\r\nTransfer-Encoding: chunked',
    '/closing': 'Content-Type: text/plain',
    '/slow': 'Content-Type: text/plain\r\nContent-Length: 50000',
  };
  const sockets: Socket[] = [];
  const { edge, session } = await start(
    t,
    Object.fromEntries(
      Object.entries(pieces).map(([path, fields]) => [
        path,
        (socket: Socket) => {
          sockets.push(socket);
          const token = 'x'.repeat(2000);
          const framed = fields.includes('chunked') ? `7d0\r\n${token}\r\n` : token;
          socket.write(`HTTP/1.1 200 OK\r\n${fields}\r\n\r\n${framed}`);
        },
      ]),
    ),
  );
  for (const path of Object.keys(pieces)) {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request(path, 'Accept-Encoding: gzip, br, zstd\r\n'));
    // The app sends no more until its first piece has reached the client.
    const text = await client.until(/x{2000}/);
    assert.doesNotMatch(text, /content-encoding/i, path);
    const stream = session.request({ ':authority': 'chat.test', ':path': path, 'accept-encoding': 'gzip' });
    stream.on('error', () => {});
    const [bytes] = (await once(stream, 'data')) as [Buffer];
    assert.equal(bytes.toString('latin1', 0, 5), 'xxxxx', path);
    stream.close(http2.constants.NGHTTP2_CANCEL);
  }
});

test('of a long body that stops half-way, what has arrived reaches the client; a cut one is never complete', async (t) => {
  let app!: Socket;
  const { edge } = await start(t, {
    '/long': (socket) => {
      app = socket;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${2 * long.length}\r\n\r\n`);
      socket.write(long);
    },
  });
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/long', 'Accept-Encoding: gzip\r\n'));
  const decoder = zlib.createGunzip();
  let decoded = 0;
  decoder.on('data', (bytes: Buffer) => (decoded += bytes.length));
  decoder.on('error', () => {});
  let seen = 0;
  await until(t, () => {
    const [head, ...rest] = client.text().split('\r\n\r\n');
    if (rest.length === 0) return false;
    assert.match(head!, /Content-Encoding: gzip/);
    // Chunk by chunk, as far as they have arrived.
    const bytes = Buffer.from(rest.join('\r\n\r\n'), 'latin1');
    for (;;) {
      const end = bytes.indexOf('\r\n', seen);
      const size = end < 0 ? -1 : Number.parseInt(bytes.toString('latin1', seen, end), 16);
      if (size <= 0 || bytes.length < end + size + 4) break;
      decoder.write(bytes.subarray(end + 2, end + 2 + size));
      seen = end + size + 4;
    }
    return decoded === long.length;
  });
  app.destroy();
  const { text } = await client.closed;
  assert.ok(!text.endsWith('\r\n0\r\n\r\n'));
  await until(t, () => edge.log.length === 1);
  assert.equal(edge.log[0]!.error, 'edge.upstream-closed');
});

test('clients that do not read hold few encoders, and leave none behind when they cancel', async (t) => {
  const { edge } = await start(t, {
    '/long': (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${4 * long.length}\r\n\r\n`);
      const more = (left: number): void => {
        for (; left > 0; left -= 1) if (!socket.write(long)) return void socket.once('drain', () => more(left - 1));
      };
      more(4);
    },
    '/page': message(html, page),
  });
  const open = async (): Promise<http2.ClientHttp2Session> => {
    const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
    session.on('error', () => {});
    await once(session, 'connect');
    t.after(() => session.destroy());
    return session;
  };
  const sessions = [await open(), await open()];
  const streams = sessions.flatMap((session) =>
    Array.from({ length: 75 }, () => {
      const stream = session.request({ ':authority': 'chat.test', ':path': '/long', 'accept-encoding': 'br' });
      stream.on('error', () => {});
      stream.pause();
      return stream;
    }),
  );
  const coded: string[] = [];
  await Promise.all(
    streams.map(async (stream) => {
      const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
      coded.push(String(headers['content-encoding']));
    }),
  );
  const compressed = coded.filter((coding) => coding === 'br').length;
  assert.ok(compressed > 0 && compressed <= 64, `${compressed} are compressed, the others pass as they are`);
  // Others are served meanwhile, compressed once the encoders at work have filled the buffers of those clients.
  const another = await open();
  await until(t, async () => {
    const { headers } = await over2(another, '/page', { 'accept-encoding': 'gzip' });
    return headers['content-encoding'] === 'gzip';
  });
  for (const session of sessions) session.destroy();
  await until(t, () => edge.log.filter(({ error }) => error === 'client-gone').length === 150);
  // The encoders are free again.
  let again: Answer;
  await until(t, async () => {
    again = await over2(another, '/long', { 'accept-encoding': 'gzip' });
    return again.headers['content-encoding'] === 'gzip';
  });
  assert.equal(zlib.gunzipSync(again!.body).length, 4 * long.length);
});
