import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { type TestContext, test } from 'node:test';
import { rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

async function startSession(t: TestContext, answer: string | (() => void)): Promise<http2.ClientHttp2Session> {
  const app = await startRecorder(t, answer);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const session = http2.connect(`https://chat.test:${edge.httpsPort}`, {
    ca: rootPem,
    host: '127.0.0.1',
    servername: 'chat.test',
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  session.on('error', () => {});
  t.after(() => session.destroy());
  await once(session, 'connect');
  return session;
}

async function get(
  session: http2.ClientHttp2Session,
): Promise<{ headers: http2.IncomingHttpHeaders; trailers: [string, unknown][] }> {
  const stream = session.request({ ':path': '/' });
  let trailers: [string, unknown][] = [];
  stream.on('trailers', (fields) => (trailers = Object.entries(fields)));
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  stream.resume();
  if (!stream.closed) await once(stream, 'close');
  return { headers, trailers };
}

test('fields that an app repeats or that HTTP/2 forbids do not crash the worker', async (t) => {
  const session = await startSession(
    t,
    'HTTP/1.1 200 OK\r\nDate: now\r\nDate: then\r\nContent-Type: text/plain\r\nContent-Type: text/plain\r\n' +
      'HTTP2-Settings: AA\r\nTE: gzip\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\nok',
  );
  const { headers: answer } = await get(session);
  assert.equal(answer[':status'], 200);
  assert.equal(answer['http2-settings'], undefined);
  assert.equal(answer['te'], undefined);
  assert.deepEqual(answer['set-cookie'], ['a=1; Secure', 'b=2; Secure']);
});

test('passes on a field named like a property of every object', async (t) => {
  const session = await startSession(t, 'HTTP/1.1 200 OK\r\nConstructor: x\r\nContent-Length: 2\r\n\r\nok');
  assert.equal((await get(session)).headers['constructor'], 'x');
});

test('drops the body of a response whose status does not allow one', async (t) => {
  const session = await startSession(t, 'HTTP/1.1 205 Reset Content\r\nContent-Length: 5\r\n\r\nhello');
  const { headers } = await get(session);
  assert.equal(headers[':status'], 205);
  assert.ok(headers['content-length'] === undefined || headers['content-length'] === '0');
  assert.equal((await get(session)).headers[':status'], 205);
});

test('drops hop-by-hop trailers and passes on the others, joining repeated ones', async (t) => {
  const session = await startSession(
    t,
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n' +
      'Keep-Alive: timeout=5\r\nProxy-Connection: close\r\nX-Sum: a\r\nX-Sum: b\r\n\r\n',
  );
  assert.deepEqual((await get(session)).trailers, [['x-sum', 'a, b']]);
});

test('a client that keeps resetting streams gets ENHANCE_YOUR_CALM, even with another error code', async (t) => {
  const session = await startSession(t, () => {});
  const goaway = once(session, 'goaway') as Promise<[code: number]>;
  for (let round = 0; round < 5 && !session.destroyed; round += 1) {
    const streams = Array.from({ length: 50 }, () => session.request({ ':path': '/' }));
    for (const stream of streams) stream.on('error', () => {});
    await answered(session); // a reset in the same turn would cancel the request before it is sent
    for (const stream of streams) stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    await answered(session);
  }
  assert.equal((await goaway)[0], http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
});

/** Resolves when the edge has read everything sent so far, or has closed the session. */
function answered(session: http2.ClientHttp2Session): Promise<void> {
  return new Promise((resolve) => {
    session.once('close', resolve);
    if (session.closed || session.destroyed || !session.ping(() => resolve())) resolve();
  });
}
