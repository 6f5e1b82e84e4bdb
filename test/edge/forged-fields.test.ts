/** No client can write the fields by which apps know the visitor: in no spelling, and in no place. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test } from 'node:test';
import { identityFields } from '../../src/edge/identity.ts';
import { connectRaw, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

const names = [
  ...identityFields,
  'X-Forwarded-For',
  'X-Forwarded-Email',
  'X-Forwarded-Client-Cert',
  'X-SSL-Client-Verify',
  'SSL-Client-Cert',
  'X-Remote-Extra-Scopes',
  'X-WebAuth-Role',
  'X-Auth-Request-User',
  'X-Authentik-Username',
  'X-Consumer-Username',
  'OIDC-Claim-Email',
  'Cf-Access-Authenticated-User-Email',
  'Tailscale-User-Login',
  'X-Amzn-Mtls-Clientcert',
  'X-Amzn-Oidc-Identity',
  'CF-Connecting-IP',
  'X-Real-IP',
  'X-Original-URL',
  'Forwarded',
  'Proxy',
];
const spelt = names.flatMap((name) => [
  name.toUpperCase(),
  ...['_', '.', '!', '~'].flatMap((mark) => [name.replaceAll('-', mark), name.replace('-', mark)]),
]);
const chunked = 'Transfer-Encoding: chunked\r\n';

test('no spelling of an identity field reaches the app from a client', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  // No head may have more than 200 fields.
  for (let at = 0; at < spelt.length; at += 50) {
    const lines = spelt.slice(at, at + 50).map((name) => `${name}: evil\r\n`);
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(
      `GET / HTTP/1.1\r\nHost: chat.test\r\n${lines.join('')}Content_Length: 5\r\nTransfer.Encoding: evil\r\n\r\n`,
    );
    await client.until(/200 OK[^]*ok$/);
  }
  const { whole, problem } = readRequests(app.received());
  assert.equal(problem, undefined);
  assert.ok(whole.length >= spelt.length / 50);
  assert.doesNotMatch(app.received(), /evil|content_length/i);
});

test('no identity field reaches the app as a trailer, which uvicorn and others add to the fields of the head', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (/\r\n0\r\n[^]*\r\n$/.test(received)) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  for (const name of [...names, 'Remote_User', 'x.forwarded.user', 'Content_Length', 'Host', 'Cookie', 'CDN-Loop']) {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`POST / HTTP/1.1\r\nHost: chat.test\r\n${chunked}\r\n2\r\nhi\r\n0\r\n${name}: evil\r\n\r\n`);
    assert.match((await client.closed).text, /^HTTP\/1\.1 400 /, name);
  }
  assert.deepEqual(readRequests(app.received()).whole, []);

  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const stream = session.request(
    { ':authority': 'chat.test', ':path': '/', ':method': 'POST' },
    { endStream: false, waitForTrailers: true },
  );
  stream.on('wantTrailers', () =>
    stream.sendTrailers({
      'x-sum': '1',
      ...Object.fromEntries([...names, 'Remote_User'].map((name) => [name.toLowerCase(), 'evil'])),
    }),
  );
  stream.end('hi');
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  assert.equal(headers[':status'], 200);
  const last = app.received().slice(app.received().lastIndexOf('POST /'));
  assert.match(last, /\r\n0\r\nx-sum: 1\r\n\r\n$/);
  assert.doesNotMatch(app.received(), /: evil/);
});
