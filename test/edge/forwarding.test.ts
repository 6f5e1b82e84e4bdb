import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectRaw, request, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

test('replaces forwarding headers from an untrusted client with one value each, and drops hop-by-hop fields', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    `GET /x HTTP/1.1\r\nHost: chat.test:${edge.httpsPort}\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: http\r\nx_forwarded_proto: http\r\nX-Forwarded-Host: evil.test\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nProxy: evil\r\nProxy-Authorization: Basic c2VjcmV0\r\nKeep-Alive: timeout=9\r\nTE: trailers\r\nConnection: keep-alive, X-Hop, X-Forwarded-For\r\nX-Hop: 1\r\nX-Kept: yes\r\n\r\n`,
  );
  await client.until(/ok$/);
  const [seen] = readRequests(app.received()).whole;
  const values = (name: string): string[] => seen!.fields.filter(([other]) => other === name).map(([, value]) => value);
  assert.deepEqual(values('host'), [`chat.test:${edge.httpsPort}`]);
  assert.deepEqual(values('x-forwarded-for'), ['127.0.0.1']);
  assert.deepEqual(values('x-forwarded-proto'), ['https']);
  assert.deepEqual(values('x-forwarded-host'), [`chat.test:${edge.httpsPort}`]);
  assert.deepEqual(values('x-forwarded-port'), [String(edge.httpsPort)]);
  assert.deepEqual(values('x-real-ip'), ['127.0.0.1']);
  assert.deepEqual(values('forwarded'), [`for=127.0.0.1;host="chat.test:${edge.httpsPort}";proto=https`]);
  assert.deepEqual(values('x-kept'), ['yes']);
  for (const gone of ['proxy', 'proxy-authorization', 'keep-alive', 'te', 'connection', 'x-hop', 'x_forwarded_proto']) {
    assert.deepEqual(values(gone), [], gone);
  }
});

test('keeps the values from a trusted proxy and appends its address', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
    trustedProxies: ['127.0.0.0/8'],
  });
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    request('/', 'X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nForwarded: for=203.0.113.9\r\n'),
  );
  await client.until(/ok$/);
  assert.match(app.received(), /X-Forwarded-For: 203\.0\.113\.9, 127\.0\.0\.1\r\n/);
  assert.match(app.received(), /Forwarded: for=203\.0\.113\.9, for=127\.0\.0\.1;/);
});

test('adapts redirects, cookies and headers of an app that does not know it is behind HTTPS', async (t) => {
  const app = await startRecorder(
    t,
    (received, socket) =>
      void (
        received.endsWith('\r\n\r\n') &&
        socket.write(
          'HTTP/1.1 302 Found\r\nLocation: http://chat.test/login?a=b\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Secure\r\nStrict-Transport-Security: max-age=1\r\nAlt-Svc: h3=":443"\r\nConnection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 0\r\n\r\n',
        )
      ),
  );
  const edge = await startEdge(t, [
    site(['chat.test'], [route(upstreamAt(app.port))], { hstsMaxAgeSeconds: 3600, upgradeInsecureRequests: true }),
  ]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(`GET / HTTP/1.1\r\nHost: chat.test:${edge.httpsPort}\r\n\r\n`);
  const text = await client.until(/\r\n\r\n$/);
  assert.ok(text.includes(`Location: https://chat.test:${edge.httpsPort}/login?a=b\r\n`), text);
  assert.match(text, /Set-Cookie: a=1; Path=\/; Secure\r\nSet-Cookie: b=2; Secure\r\n/);
  assert.deepEqual(text.match(/Strict-Transport-Security: .*/g), ['Strict-Transport-Security: max-age=3600']);
  assert.match(text, /Content-Security-Policy: upgrade-insecure-requests\r\n/);
  assert.ok(!/alt-svc|x-hop/i.test(text));
});

test('rewrites redirects to its own host in any spelling and to the app’s address, but not to another port', async (t) => {
  let location = '';
  const app = await startRecorder(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n'))
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const own = `https://chat.test:${edge.httpsPort}`;
  for (const [sent, expected] of [
    ['http://chat.test/', `${own}/`],
    ['HTTP://CHAT.test/a', `${own}/a`],
    [`http://chat.test:${edge.httpsPort}/a`, `${own}/a`],
    [`http://127.0.0.1:${app.port}/a`, `${own}/a`],
    ['http://chat.test:9999/a', 'http://chat.test:9999/a'],
    ['http://other.test/a', 'http://other.test/a'],
    ['http://chat.test.evil.test/', 'http://chat.test.evil.test/'],
    ['/a', '/a'],
  ]) {
    location = sent!;
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: chat.test:${edge.httpsPort}\r\n\r\n`);
    const text = await client.until(/\r\n\r\n$/);
    assert.equal(/Location: (.*)\r\n/.exec(text)?.[1], expected);
  }
});
