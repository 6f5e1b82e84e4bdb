/** Answers whose app closes at once, early refusals of uploads, and answers that break off: what was read arrives. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ClientHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import tls from 'node:tls';
import { mends } from '../support/outside.ts';
import {
  authority,
  type Edge,
  connectRaw,
  request,
  rootPem,
  route,
  site,
  startApp,
  startEdge,
  upstreamAt,
} from './edge.ts';

/** @param answer called once per connection, at its first bytes. */
async function startEdgeTo(t: TestContext, answer: (socket: Socket, head: string) => void): Promise<Edge> {
  const port = await startApp(t, (socket) => {
    socket.once('data', (bytes: Buffer) => answer(socket, bytes.toString('latin1')));
  });
  return startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
}

async function connect(t: TestContext, edge: Edge): Promise<ClientHttp2Session> {
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  return session;
}

interface Answer {
  status: number;
  bytes: number;
  isWhole: boolean;
}

/** One request over HTTP/2. @param pauseMs how long to wait before each read. */
async function ask(
  session: ClientHttp2Session,
  target: string,
  { upload = 0, pauseMs = 0 }: { upload?: number; pauseMs?: number } = {},
): Promise<Answer> {
  const head = { ':method': upload > 0 ? 'POST' : 'GET', ':authority': 'chat.test', ':path': target };
  const stream = session.request(head, { endStream: upload === 0 });
  const answer: Answer = { status: 0, bytes: 0, isWhole: false };
  stream.on('response', (headers) => (answer.status = headers[':status'] ?? 0));
  stream.on('error', () => {});
  const closed = new Promise((resolve) => stream.on('close', resolve));
  stream.on('end', () => (answer.isWhole = stream.rstCode === http2.constants.NGHTTP2_NO_ERROR));
  stream.on('data', (bytes: Buffer) => {
    answer.bytes += bytes.length;
    if (pauseMs === 0) return;
    stream.pause();
    void setTimeout(pauseMs).then(() => stream.resume());
  });
  for (let left = upload; left > 0 && !stream.destroyed; left -= 65_536) {
    if (!stream.write(Buffer.alloc(65_536))) await Promise.race([once(stream, 'drain').catch(() => {}), closed]);
  }
  if (upload > 0) stream.end();
  await closed;
  return answer;
}

/** The same over HTTP/1.1, on a new connection that closes after the answer. */
async function askHttp1(
  t: TestContext,
  edge: Edge,
  target: string,
  { upload = 0, pauseMs = 0 }: { upload?: number; pauseMs?: number } = {},
): Promise<Answer> {
  const { socket } = await connectRaw(t, edge.httpsPort);
  socket.removeAllListeners('data');
  const pieces: Buffer[] = [];
  let isEnded = false;
  socket.setMaxListeners(1000);
  const closed = new Promise((resolve) => socket.on('close', resolve));
  socket.on('end', () => (isEnded = true));
  socket.on('data', (bytes: Buffer) => {
    pieces.push(bytes);
    if (pauseMs === 0) return;
    socket.pause();
    void setTimeout(pauseMs).then(() => socket.resume());
  });
  const fields = upload > 0 ? `Content-Length: ${upload}\r\n` : 'Connection: close\r\n';
  socket.write(request(target, fields, upload > 0 ? 'POST' : 'GET'));
  for (let left = upload; left > 0 && !socket.destroyed && !socket.readableEnded; left -= 65_536) {
    if (!socket.write(Buffer.alloc(Math.min(left, 65_536)))) {
      await Promise.race([once(socket, 'drain').catch(() => {}), closed]);
    }
  }
  await closed;
  const all = Buffer.concat(pieces);
  const end = all.indexOf('\r\n\r\n') + 4;
  const head = all.toString('latin1', 0, end);
  let body = all.subarray(end);
  const isChunked = /transfer-encoding: chunked/i.test(head);
  let isWhole = isEnded && body.length === Number(/content-length: (\d+)/i.exec(head)?.[1] ?? -1);
  if (isChunked) {
    const payload: Buffer[] = [];
    for (;;) {
      const lineEnd = body.indexOf('\r\n');
      const size = Number.parseInt(body.toString('latin1', 0, lineEnd), 16);
      if (lineEnd < 0 || size === 0) {
        isWhole = size === 0;
        break;
      }
      payload.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
      body = body.subarray(lineEnd + 4 + size);
    }
    body = Buffer.concat(payload);
  }
  return { status: Number(head.split(' ')[1] ?? 0), bytes: body.length, isWhole };
}

const framings = {
  length: (body: Buffer) => [`Content-Length: ${body.length}\r\n\r\n`, body, ''],
  chunked: (body: Buffer) => [
    `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`,
    body,
    '\r\n0\r\n\r\n',
  ],
  close: (body: Buffer) => ['Connection: close\r\n\r\n', body, ''],
} as const;

test('an answer is whole if the app closes right after its last byte, however slowly the client reads', async (t) => {
  const size = 1_500_000;
  const edge = await startEdgeTo(t, (socket, head) => {
    const framing = framings[/[?](\w+)/.exec(head)![1] as keyof typeof framings];
    for (const piece of [`HTTP/1.1 200 OK\r\n`, ...framing(Buffer.alloc(size, 'y'))])
      if (piece.length > 0) socket.write(piece);
    if (head.includes('/reset')) socket.write('', () => socket.destroy());
    else socket.end();
  });
  const session = await connect(t, edge);
  for (const framing of Object.keys(framings)) {
    for (const target of [`/end?${framing}`, `/reset?${framing}`]) {
      const whole = { status: 200, bytes: size, isWhole: true };
      assert.deepEqual(await ask(session, target, { pauseMs: 1 }), whole, `HTTP/2 ${target}`);
      assert.deepEqual(await askHttp1(t, edge, target, { pauseMs: 1 }), whole, `HTTP/1.1 ${target}`);
    }
  }
});

test('an answer of an https app that closes right after its last byte is whole', async (t) => {
  const size = 1_500_000;
  const issued = await authority.issue(['localhost']);
  const app = tls.createServer({ cert: issued.chainPem, key: issued.keyPem.reveal() }, (socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size, 'y'), () => socket.destroy());
    });
  });
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(() => app.close());
  const to = { protocol: 'https', host: 'localhost', rootsPem: rootPem } as const;
  const { port } = app.address() as AddressInfo;
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port, to))])]);
  const session = await connect(t, edge);
  const whole = { status: 200, bytes: size, isWhole: true };
  for (const pauseMs of [0, 1]) {
    assert.deepEqual(await ask(session, '/', { pauseMs }), whole, `HTTP/2, ${pauseMs}`);
    assert.deepEqual(await askHttp1(t, edge, '/', { pauseMs }), whole, `HTTP/1.1, ${pauseMs}`);
  }
});

test('an early refusal of an upload reaches the client, although the app closes without reading the rest', async (t) => {
  mends(t, 'edge/E13-upload-refused-early', 'further/long-refusal-of-an-upload');
  const reason = 'at most 10 MB. '.repeat(4000);
  const edge = await startEdgeTo(t, (socket, head) => {
    const framing = framings[/[?](\w+)/.exec(head)![1] as keyof typeof framings];
    const answer = framing(Buffer.from(reason)).join('');
    socket.pause();
    socket.write(`HTTP/1.1 413 Content Too Large\r\n${answer}`, () => socket.destroy());
  });
  const session = await connect(t, edge);
  for (let run = 0; run < 5; run += 1) {
    for (const framing of Object.keys(framings)) {
      const refused = { status: 413, bytes: reason.length, isWhole: true };
      const target = `/?${framing}`;
      assert.deepEqual(await ask(session, target, { upload: 65_536 * 64 }), refused, `HTTP/2 ${framing}`);
      assert.deepEqual(await askHttp1(t, edge, target, { upload: 65_536 * 64 }), refused, `HTTP/1.1 ${framing}`);
    }
  }
});

test('if the app breaks off, a slow client still gets what the app has sent, and sees that it is not whole', async (t) => {
  const size = 3_000_000;
  const edge = await startEdgeTo(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size * 2}\r\n\r\n`);
    socket.end(Buffer.alloc(size, 'y'));
  });
  const cut = { status: 200, bytes: size, isWhole: false };
  assert.deepEqual(await askHttp1(t, edge, '/', { pauseMs: 1 }), cut);
});
