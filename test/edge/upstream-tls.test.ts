import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { authority, connectRaw, rootPem, route, site, startEdge, upstreamAt } from './edge.ts';

/** An app over TLS with a certificate for these names. Records the data it receives and the SNI of each connection. */
async function startSecureApp(
  t: TestContext,
  names: string[],
): Promise<{ port: number; heard: string[]; asked: string[] }> {
  const issued = await authority.issue(names);
  const heard: string[] = [];
  const asked: string[] = [];
  const server = tls.createServer({ cert: issued.chainPem, key: issued.keyPem.reveal() }, (socket) => {
    socket.on('error', () => {});
    asked.push(String(socket.servername));
    socket.on('data', (bytes: Buffer) => {
      heard.push(bytes.toString('latin1'));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { port: (server.address() as AddressInfo).port, heard, asked };
}

const secret = 'GET / HTTP/1.1\r\nHost: chat.test\r\nAuthorization: Bearer secret-token\r\n\r\n';

test('verifies an https app with the configured root and its own name, and reuses the connection', async (t) => {
  const app = await startSecureApp(t, ['localhost']);
  const upstream = upstreamAt(app.port, { protocol: 'https', host: 'localhost', rootsPem: rootPem });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstream)])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(secret);
  await client.until(/ok$/);
  client.socket.write(secret);
  await client.until(/ok[\s\S]*ok$/);
  assert.deepEqual(app.asked, ['localhost']);
  assert.equal(app.heard.length, 2);
});

test('verifies an https app by its address if the upstream is an address', async (t) => {
  const app = await startSecureApp(t, ['127.0.0.1']);
  const upstream = upstreamAt(app.port, { protocol: 'https', rootsPem: rootPem });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstream)])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(secret);
  await client.until(/ok$/);
});

test('sends nothing of the request to an app whose certificate does not verify', async (t) => {
  for (const [what, names, roots] of [
    ['an unknown root', ['localhost'], undefined],
    ['another name', ['other.test'], rootPem],
  ] as const) {
    const app = await startSecureApp(t, [...names]);
    const upstream = upstreamAt(app.port, { protocol: 'https', host: 'localhost', rootsPem: roots });
    const edge = await startEdge(t, [site(['chat.test'], [route(upstream)])]);
    const entry = edge.nextEntry();
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(secret);
    const text = await client.until(/\r\n\r\n[\s\S]*request ID/);
    assert.match(text, /^HTTP\/1\.1 502 /, what);
    assert.ok(!/CERT|SIGNED|localhost/.test(text), 'the page shows no internal details');
    assert.equal((await entry).error, 'edge.upstream-untrusted', what);
    assert.deepEqual(app.heard, [], what);
  }
});
