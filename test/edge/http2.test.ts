import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { rootPem, route, site, startApp, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

async function connect(t: TestContext, port: number): Promise<ClientHttp2Session> {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  return session;
}

interface Http2Response {
  headers: Record<string, unknown>;
  trailers: Record<string, unknown> | undefined;
  body: string;
  rstCode: number;
}

function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string): Promise<Http2Response> {
  const stream = session.request(
    { ':authority': 'chat.test', ':path': '/', ...headers },
    { endStream: body === undefined },
  );
  if (body !== undefined) stream.end(body);
  return read(stream);
}

function read(stream: ClientHttp2Stream): Promise<Http2Response> {
  const answer: Http2Response = { headers: {}, trailers: undefined, body: '', rstCode: 0 };
  return new Promise((resolve) => {
    stream.on('response', (headers) => (answer.headers = headers));
    stream.on('trailers', (trailers) => (answer.trailers = trailers));
    stream.on('data', (bytes: Buffer) => (answer.body += bytes.toString('latin1')));
    stream.on('error', () => {});
    stream.on('close', () => resolve({ ...answer, rstCode: stream.rstCode ?? 0 }));
  });
}

test('forwards an HTTP/2 request as one HTTP/1.1 request', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (readRequests(received).whole.length === 1 && socket.bytesWritten === 0) {
      socket.write(
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: X-Hop\r\nX-Hop: 1\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n',
      );
    }
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))], { hstsMaxAgeSeconds: 3600 })]);
  const session = await connect(t, edge.httpsPort);
  const answer = await ask(
    session,
    { ':method': 'POST', ':path': '/a?b', cookie: ['x=1', 'y=2'], 'x-forwarded-for': '6.6.6.6', te: 'trailers' },
    'hello',
  );
  const { whole, problem } = readRequests(app.received());
  assert.equal(problem, undefined);
  assert.equal(whole.length, 1);
  const fields = Object.fromEntries(whole[0]!.fields);
  assert.equal(`${whole[0]!.method} ${whole[0]!.target} ${whole[0]!.body}`, 'POST /a?b hello');
  assert.equal(fields['host'], 'chat.test');
  assert.equal(fields['cookie'], 'x=1; y=2');
  assert.equal(fields['x-forwarded-for'], '127.0.0.1');
  assert.equal(fields['x-forwarded-proto'], 'https');
  assert.equal(fields['te'], undefined);
  assert.equal(answer.headers[':status'], 200);
  assert.deepEqual(answer.headers['set-cookie'], ['a=1; Secure', 'b=2; Secure']);
  assert.equal(answer.headers['strict-transport-security'], 'max-age=3600');
  assert.equal(answer.headers['x-hop'], undefined);
  assert.equal(answer.headers['transfer-encoding'], undefined);
  assert.equal(answer.body, 'ok');
  assert.equal(answer.trailers?.['x-sum'], '7');
});

test('forwards tokens one by one on many streams of one connection', async (t) => {
  const apps: Socket[] = [];
  const port = await startApp(t, (socket) => {
    socket.once('data', () => {
      apps.push(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const session = await connect(t, edge.httpsPort);
  const streams = Array.from({ length: 20 }, () => session.request({ ':authority': 'chat.test', ':path': '/' }));
  await Promise.all(streams.map((stream) => once(stream, 'response')));
  for (const token of ['one', 'two']) {
    const arrived = Promise.all(streams.map((stream) => once(stream, 'data')));
    for (const app of apps) app.write(`3\r\n${token}\r\n`);
    for (const [bytes] of (await arrived) as [Buffer][]) assert.equal(bytes.toString(), token);
  }
});

test('closes the request to the app if the client cancels, and resets the stream if the app aborts', async (t) => {
  let app!: Socket;
  const port = await startApp(t, (socket) => {
    socket.once('data', () => {
      app = socket;
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello');
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const session = await connect(t, edge.httpsPort);
  const cancelled = session.request({ ':authority': 'chat.test', ':path': '/' });
  cancelled.on('error', () => {});
  await once(cancelled, 'data');
  const gone = once(app, 'close');
  cancelled.close(http2.constants.NGHTTP2_CANCEL);
  await gone;
  const broken = session.request({ ':authority': 'chat.test', ':path': '/' });
  const answer = read(broken);
  await once(broken, 'data');
  app.destroy();
  assert.equal((await answer).rstCode, http2.constants.NGHTTP2_INTERNAL_ERROR);
});

test('rejects requests that HTTP/1.1 could interpret differently', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const session = await connect(t, edge.httpsPort);
  for (const [what, headers, status] of [
    ['another host', { host: 'evil.test' }, 400],
    ['a user in the authority', { ':authority': 'evil@chat.test' }, 400],
    ['a host that is not served', { ':authority': 'evil.test' }, 421],
    ['a space in the path', { ':path': '/a b' }, 400],
    ['a fragment', { ':path': '/a#b' }, 400],
    ['an absolute path', { ':path': 'http://evil.test/' }, 400],
    ['TRACE', { ':method': 'TRACE' }, 405],
  ] as const) {
    const answer = await ask(session, headers);
    // nghttp2 resets streams that violate RFC 9113 §8.2.
    assert.ok(
      answer.headers[':status'] === status || (answer.headers[':status'] === undefined && answer.rstCode !== 0),
      what,
    );
  }
  assert.equal(app.received(), '');
  // A body longer or shorter than declared never looks complete to the app.
  for (const body of ['abc', 'a']) {
    await ask(session, { ':method': 'POST', 'content-length': '2' }, body).catch(() => {});
  }
  assert.deepEqual(readRequests(app.received()).whole, []);
});

test('pauses an upload while the app does not read', async (t) => {
  let app!: Socket;
  const port = await startApp(t, (socket) => {
    app = socket;
    socket.pause();
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const session = await connect(t, edge.httpsPort);
  const totalBytes = 32 * 1024 * 1024;
  const stream = session.request({
    ':method': 'POST',
    ':authority': 'chat.test',
    ':path': '/',
    'content-length': totalBytes,
  });
  const answer = read(stream);
  let taken = 0;
  const send = (): void => {
    while (taken < totalBytes) {
      taken += 65_536;
      if (!stream.write(Buffer.alloc(65_536))) {
        stream.once('drain', send);
        return;
      }
    }
    stream.end();
  };
  send();
  let last = -1;
  while (last !== taken) {
    last = taken;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  assert.ok(taken < totalBytes / 2, `${taken} bytes were accepted`);
  let received = 0;
  app.on('data', (bytes: Buffer) => {
    received += bytes.length;
    if (received >= totalBytes) app.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  app.resume();
  assert.equal((await answer).headers[':status'], 200);
});

async function startEcho(t: TestContext): Promise<{ port: number; seen: Record<string, unknown>[] }> {
  const seen: Record<string, unknown>[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/_stcore/stream' });
  server.on('connection', (socket, request) => {
    seen.push(request.headers);
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  await once(server, 'listening');
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { port: (server.address() as { port: number }).port, seen };
}

test('WebSocket over HTTP/1.1: preserves Origin and Host, carries messages both ways, closes without an error', async (t) => {
  const echo = await startEcho(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(echo.port))])]);
  const url = `wss://chat.test:${edge.httpsPort}/_stcore/stream`;
  const socket = new WebSocket(url, {
    ca: rootPem,
    origin: `https://chat.test:${edge.httpsPort}`,
    lookup: (_, options, done) => {
      const answer = [{ address: '127.0.0.1', family: 4 }];
      if (options.all) done(null, answer);
      else done(null, '127.0.0.1', 4);
    },
  });
  await once(socket, 'open');
  assert.equal(echo.seen[0]!['host'], `chat.test:${edge.httpsPort}`);
  assert.equal(echo.seen[0]!['origin'], `https://chat.test:${edge.httpsPort}`);
  const large = 'x'.repeat(1_000_000);
  for (const text of ['hello', large]) {
    const back = once(socket, 'message');
    socket.send(text);
    assert.equal(String((await back)[0]), text);
  }
  const entry = edge.nextEntry();
  socket.close(1000);
  await once(socket, 'close');
  const { kind, status, error } = await entry;
  assert.deepEqual({ kind, status, error }, { kind: 'websocket', status: 101, error: undefined });
});

test('WebSocket over HTTP/2 (RFC 8441)', async (t) => {
  const echo = await startEcho(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(echo.port))])]);
  const session = await connect(t, edge.httpsPort);
  assert.equal(session.remoteSettings.enableConnectProtocol, true);
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':authority': 'chat.test',
    ':scheme': 'https',
    ':path': '/_stcore/stream',
    'sec-websocket-version': '13',
    origin: 'https://chat.test',
  });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.equal(headers[':status'], 200);
  // A masked text frame "hi" (RFC 6455 §5.2) and its echo
  const mask = [1, 2, 3, 4];
  stream.write(Buffer.from([0x81, 0x82, ...mask, 0x68 ^ 1, 0x69 ^ 2]));
  const [frame] = (await once(stream, 'data')) as [Buffer];
  assert.deepEqual([...frame], [0x81, 2, 0x68, 0x69]);
  const entry = edge.nextEntry();
  stream.close();
  assert.equal((await entry).kind, 'websocket');
});

test('sends request trailers to the app after the last chunk', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (readRequests(received).whole.length === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const session = await connect(t, edge.httpsPort);
  const stream = session.request(
    { ':method': 'POST', ':authority': 'chat.test', ':path': '/' },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7', forwarded: 'for=6.6.6.6' }));
  const answer = read(stream);
  stream.end('hello');
  assert.equal((await answer).headers[':status'], 200);
  assert.match(app.received(), /5\r\nhello\r\n0\r\nx-sum: 7\r\n\r\n$/);
});

test('opens no HTTP/2 tunnel if the app does not switch to WebSocket', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const session = await connect(t, edge.httpsPort);
  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':authority': 'chat.test',
    ':scheme': 'https',
    ':path': '/',
    'sec-websocket-version': '13',
  });
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.equal(headers[':status'], 502);
});

test('disconnects a client that keeps opening and resetting streams (CVE-2023-44487)', async (t) => {
  const port = await startApp(t, () => {});
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  const session = await connect(t, edge.httpsPort);
  const goaway = once(session, 'goaway');
  let opened = 0;
  while (!session.destroyed && !session.closed && opened < 2000) {
    const stream = session.request({ ':authority': 'chat.test', ':path': '/' });
    stream.on('error', () => {});
    stream.close(http2.constants.NGHTTP2_CANCEL);
    opened += 1;
    if (opened % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const [code] = (await goaway) as [number];
  assert.equal(code, http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
});
