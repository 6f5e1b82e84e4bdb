import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { systemClock } from '../../src/base/clock.ts';
import { probeHttp } from '../../src/probe/http.ts';
import { FakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/up.ts';
import { make } from './certificates.ts';
import { listen, serveTls } from './servers.ts';

const root = await make({ subject: 'Root', authority: true });
const leaf = await make({ subject: 'leaf', issuer: root, dns: ['chat.test'] });
const expired = await make({
  subject: 'leaf',
  issuer: root,
  dns: ['chat.test'],
  notBefore: new Date(0),
  notAfter: new Date(1000),
});
const trusting = { address: '127.0.0.1', roots: [root.pem], clock: systemClock };
const answering = (text: string) => (socket: TLSSocket) => void socket.end(text);

test('sends one request over a verified connection and reports the answer', async (t) => {
  const server = await serveTls(t, [leaf], {
    answer: answering('HTTP/1.1 200 OK\r\nX-One: 1\r\nContent-Length: 2\r\n\r\nok'),
  });
  const facts = await probeHttp({
    ...trusting,
    url: `https://chat.test:${server.port}/a?b=c`,
    headers: { 'x-mine': '2' },
  });
  assert.deepEqual(
    [facts.status, facts.body.toString(), facts.headers['x-one'], facts.failure],
    [200, 'ok', '1', undefined],
  );
  assert.ok(facts.tls?.reached && facts.tls.verified);
  assert.match(server.received(), new RegExp(`^GET /a\\?b=c HTTP/1.1\\r\\nhost: chat.test:${server.port}\\r\\n`, 'i'));
  assert.match(server.received(), /x-mine: 2/);
});

test('sends nothing over an unverified connection', async (t) => {
  for (const [chain, host, roots, failure] of [
    [expired, 'chat.test', [root.pem], 'CERT_HAS_EXPIRED'],
    [leaf, 'other.test', [root.pem], 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [leaf, 'chat.test', [expired.pem], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ] as const) {
    const server = await serveTls(t, [chain], { answer: answering('HTTP/1.1 200 OK\r\n\r\n') });
    const facts = await probeHttp({
      ...trusting,
      roots: [...roots],
      url: `https://${host}:${server.port}/`,
      headers: { authorization: 'Bearer t' },
    });
    assert.deepEqual([facts.status, facts.failure?.reason, facts.failure?.code], [undefined, 'unverified', failure]);
    assert.equal(server.received(), '');
  }
});

test('visits plain HTTP, and reports a redirect without following it', async (t) => {
  let asked = 0;
  const server = http.createServer((_, response) => {
    asked++;
    response.writeHead(308, { location: 'https://elsewhere.test/' }).end();
  });
  const facts = await probeHttp({ url: `http://127.0.0.1:${await listen(t, server)}/`, clock: systemClock });
  assert.deepEqual([facts.status, facts.headers['location'], facts.tls], [308, 'https://elsewhere.test/', undefined]);
  assert.ok(facts.tcp?.reached);
  assert.equal(asked, 1);
});

test('reads an endless body up to the limit, then closes the connection', async (t) => {
  const server = http.createServer((request, response) => {
    const more = (): void =>
      void (response.write('x'.repeat(10_000)) ? setImmediate(more) : response.once('drain', more));
    more();
    gone = once(request.socket, 'close');
  });
  let gone: Promise<unknown> = Promise.resolve();
  const port = await listen(t, server);
  const facts = await probeHttp({ url: `http://127.0.0.1:${port}/`, clock: systemClock, limitBytes: 1000 });
  assert.deepEqual([facts.status, facts.body.length, facts.failure], [200, 1000, undefined]);
  await gone;
});

test('times out on a slow body and keeps its beginning', async (t) => {
  const clock = new FakeClock();
  const server = http.createServer((_, response) => void response.write('begun'));
  const port = await listen(t, server);
  const answered = once(server, 'request');
  const facts = probeHttp({ url: `http://127.0.0.1:${port}/`, clock, timeoutMs: 3000 });
  await answered;
  await roundTrip(port);
  clock.advance(3000);
  const { status, body, failure } = await facts;
  assert.deepEqual([status, body.toString(), failure?.reason], [200, 'begun', 'timed-out']);
});

test('reports a truncated body as a failure', async (t) => {
  const server = await serveTls(t, [leaf], { answer: answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf') });
  const facts = await probeHttp({ ...trusting, url: `https://chat.test:${server.port}/` });
  assert.deepEqual([facts.status, facts.body.toString()], [200, 'half']);
  assert.equal(facts.failure?.reason, 'closed');
});

test('a required client certificate is a failure after the handshake', async (t) => {
  const server = await serveTls(t, [leaf], { requestCert: true, ca: root.pem });
  const facts = await probeHttp({ ...trusting, url: `https://chat.test:${server.port}/` });
  assert.ok(facts.tls?.reached && facts.tls.verified);
  assert.equal(facts.status, undefined);
  assert.equal(facts.failure?.reason, 'tls-alert');
});

test('an answer that is not HTTP is a failure', async (t) => {
  const server = await serveTls(t, [leaf], { answer: answering('SSH-2.0-x\r\n') });
  const facts = await probeHttp({ ...trusting, url: `https://chat.test:${server.port}/` });
  assert.equal(facts.status, undefined);
  assert.equal(facts.failure?.reason, 'malformed');
});

test('connects to a Unix socket, and sends the preface first', async (t) => {
  const socketPath = path.join(await temporaryFolder(t, 'socket'), 'http');
  const server = net.createServer((socket) => {
    socket.once('data', (data) => {
      socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${data.length}\r\n\r\n${data.toString('latin1')}`);
    });
  });
  server.listen(socketPath);
  await once(server, 'listening');
  t.after(() => server.close());
  const facts = await probeHttp({ url: 'http://chat.test/', socketPath, preface: 'PROXY\r\n', clock: systemClock });
  assert.match(facts.body.toString(), /^PROXY\r\nGET \/ HTTP\/1\.1\r\nhost: chat\.test\r\n/);
  assert.ok(facts.tcp?.reached && facts.tcp.family === 'unix' && facts.tcp.address === socketPath);
});

/** Afterwards, this process has read everything that the server wrote to earlier connections. */
async function roundTrip(port: number): Promise<void> {
  await probeHttp({ url: `http://127.0.0.1:${port}/`, clock: systemClock, limitBytes: 1 });
}
