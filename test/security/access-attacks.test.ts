/** Attempts to come in without an identity, or under a false one; the rows of "Access: attacks" in docs/hardening.md. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test, type TestContext } from 'node:test';
import { digestOf, makeKey } from '../../src/access/key.ts';
import { identityFields } from '../../src/edge/identity.ts';
import type { EdgeSnapshot } from '../../src/edge/snapshot.ts';
import {
  connectRaw,
  type Edge,
  type Recording,
  rootPem,
  route,
  site,
  startEdge,
  startRecorder,
  upstreamAt,
} from '../edge/edge.ts';
import { readRequests } from '../edge/strict-reader.ts';
import { mends } from '../support/outside.ts';
import { testRandom } from '../support/seed.ts';

const key = makeKey(testRandom).reveal();
/** SHA-512 crypt of `secret`. */
const anna =
  '$6$rounds=1000$K53kCUGQKH6Efc9V$yfAt8oA/6oCn4ujU5nMoq7vVpjjvKEDVmVA/FI8f0RymoAao3RiBs8v3JO82ESWj6U1UydhjJE5qKgruFKLiJ0';

/** A site that keys and passwords open. */
async function start(
  t: TestContext,
  more: Partial<EdgeSnapshot> = {},
  app?: Recording,
): Promise<{ edge: Edge; app: Recording }> {
  const recorder = app ?? (await startRecorder(t));
  const access = { keys: true as const, users: { realm: 'chat', entries: [['anna', anna] as [string, string]] } };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(recorder.port), { access })])], more);
  const digest = digestOf(key);
  edge.keys.set(digest, { name: 'laptop', digest, sites: [], expiresMs: undefined, rate: undefined });
  return { edge, app: recorder };
}

/** The status of a GET over HTTP/2 with these fields. */
async function statusOverHttp2(port: number, fields: Record<string, string>): Promise<number> {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: rootPem, servername: 'chat.test' });
  try {
    const stream = session.request({ ':authority': 'chat.test', ':path': '/', ...fields });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    return Number(headers[':status']);
  } finally {
    session.destroy();
  }
}

const addressFields = [
  ['X-Forwarded-For', '192.0.2.7'],
  ['X-Real-IP', '192.0.2.7'],
  ['Forwarded', 'for=192.0.2.7'],
  ['CF-Connecting-IP', '192.0.2.7'],
  ['True-Client-IP', '192.0.2.7'],
  ['X-Client-IP', '192.0.2.7'],
  ['X-Cluster-Client-IP', '192.0.2.7'],
] as const;

test('no field brings a visitor past a list of addresses', async (t) => {
  const measured = mends(t, 'attack/address-by-field');
  const app = await startRecorder(t);
  const access = { allow: ['192.0.2.0/24'] };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
  const statuses = new Set<number>();
  for (const [name, value] of addressFields) {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: chat.test\r\n${name}: ${value}\r\n\r\n`);
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(await client.until(/^HTTP\/1\.1 \d{3}[^]*\r\n\r\n/))!;
    statuses.add(Number(status));
    statuses.add(await statusOverHttp2(edge.httpsPort, { [name.toLowerCase()]: value }));
  }
  assert.deepEqual([...statuses], [403]);
  assert.equal(app.received(), '');
  Object.assign(measured, { fields: addressFields.length, statuses: [...statuses].join(', '), reached: 0 });
});

const forged = [
  ...identityFields,
  'X-Forwarded-User',
  'X-Forwarded-Email',
  'X-Forwarded-Groups',
  'X-Forwarded-Preferred-Username',
  'X-Auth-Request-User',
  'X-Authentik-Username',
  'X-WebAuth-User',
];
const spelt = forged.flatMap((name) => [name, name.toLowerCase().replaceAll('-', '_'), name.replace('-', '.')]);

for (const [from, more] of [
  ['a visitor', {}],
  ['a trusted proxy that passes them on', { trustedProxies: ['127.0.0.0/8'] }],
] as [string, Partial<EdgeSnapshot>][]) {
  test(`forged identity fields from ${from} do not reach the app beside a right key or password`, async (t) => {
    const measured = mends(t, 'attack/forged-identity');
    const { edge, app } = await start(t, more);
    const lines = spelt.map((name) => `${name}: admin\r\n`).join('');
    const credentials = [`Bearer ${key}`, `Basic ${Buffer.from('anna:secret').toString('base64')}`];
    for (const authorization of credentials) {
      for (const half of [
        lines.slice(0, lines.length / 2).replace(/[^\n]*$/, ''),
        lines.slice(lines.length / 2).replace(/^[^\n]*\n/, ''),
      ]) {
        const client = await connectRaw(t, edge.httpsPort);
        client.socket.write(`GET / HTTP/1.1\r\nHost: chat.test\r\nAuthorization: ${authorization}\r\n${half}\r\n`);
        await client.until(/200 OK[^]*ok$/);
      }
    }
    const seen = app.received();
    assert.doesNotMatch(seen, /admin/i);
    assert.doesNotMatch(seen, /authorization|eh_|secret/i);
    assert.deepEqual(
      [...seen.matchAll(/^X-Forwarded-User: (.*)$/gm)].map(([, name]) => name),
      ['laptop', 'laptop', 'anna', 'anna'],
    );
    Object.assign(measured, { spellings: spelt.length });
  });
}

test('a key opens its own request alone, not the next one on the connection', async (t) => {
  const measured = mends(t, 'attack/next-request');
  const { edge, app } = await start(t);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    `GET /mine HTTP/1.1\r\nHost: chat.test\r\nAuthorization: Bearer ${key}\r\n\r\nGET /next HTTP/1.1\r\nHost: chat.test\r\n\r\n`,
  );
  const text = await client.until(/ok[^]*HTTP\/1\.1 401/);
  assert.match(text, /^HTTP\/1\.1 200/);
  assert.deepEqual(
    readRequests(app.received()).whole.map(({ target }) => target),
    ['/mine'],
  );
  measured['next'] = 401;
});

test('the body of a refused request is never read as a request', async (t) => {
  const measured = mends(t, 'attack/body-as-request');
  const { edge, app } = await start(t);
  const inner = `GET /inner HTTP/1.1\r\nHost: chat.test\r\nAuthorization: Bearer ${key}\r\n\r\n`;
  for (const framing of [
    `Content-Length: ${inner.length}`,
    'Transfer-Encoding: chunked',
    'Content-Length: 0\r\nExpect: 100-continue',
  ]) {
    const client = await connectRaw(t, edge.httpsPort);
    const body = framing.includes('chunked') ? `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n` : inner;
    client.socket.write(
      `POST /outer HTTP/1.1\r\nHost: chat.test\r\n${framing}\r\n\r\n${framing.includes(': 0') ? '' : body}`,
    );
    const { text } = framing.includes(': 0') ? { text: await client.until(/401/) } : await client.closed;
    assert.equal(text.match(/HTTP\/1\.1 \d{3}/g)?.length, 1, text);
    assert.match(text, /^HTTP\/1\.1 401/);
  }
  assert.equal(app.received(), '');
  measured['reached'] = 0;
});

test('a WebSocket opens no connection to the app before access is decided', async (t) => {
  const measured = mends(t, 'attack/websocket-first');
  const { edge, app } = await start(t);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    `GET /ws HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\x81\x02hi`,
  );
  await client.until(/^HTTP\/1\.1 401/);
  assert.equal(
    await statusOverHttp2(edge.httpsPort, { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https' }),
    401,
  );
  assert.equal(app.connections(), 0);
  measured['connections'] = app.connections();
});

test('behind a trusted proxy, a route that only lists addresses keeps what the proxy says of the visitor', async (t) => {
  const app = await startRecorder(t);
  const access = { allow: ['127.0.0.0/8'] };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])], {
    trustedProxies: ['127.0.0.0/8'],
  });
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\nX-Forwarded-Proto: https\r\nRemote-User: anna\r\n\r\n');
  await client.until(/ok$/);
  assert.match(app.received(), /^Remote-User: anna$/m);
});

test('a wrong key beside a right password opens, and does not reach the app', async (t) => {
  const { edge, app } = await start(t);
  const wrong = makeKey(testRandom).reveal();
  const client = await connectRaw(t, edge.httpsPort);
  const basic = Buffer.from('anna:secret').toString('base64');
  client.socket.write(
    `GET / HTTP/1.1\r\nHost: chat.test\r\nX-Api-Key: ${wrong}\r\nAuthorization: Basic ${basic}\r\n\r\n`,
  );
  await client.until(/^HTTP\/1\.1 200[^]*ok$/);
  assert.match(app.received(), /^X-Forwarded-User: anna$/m);
  assert.doesNotMatch(app.received(), /eh_/);
  const entry = edge.log.at(-1)!;
  assert.deepEqual([entry.user, entry.error], ['user anna', undefined]);
});

test('after a refusal without a body, the next request goes over the same connection', async (t) => {
  const { edge, app } = await start(t);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write('GET /first HTTP/1.1\r\nHost: chat.test\r\n\r\n');
  const refused = await client.until(/^HTTP\/1\.1 401[^]*\}$/);
  assert.doesNotMatch(refused, /connection: close/i);
  client.socket.write(`GET /second HTTP/1.1\r\nHost: chat.test\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  await client.until(/HTTP\/1\.1 200[^]*ok$/);
  assert.deepEqual(
    readRequests(app.received()).whole.map(({ target }) => target),
    ['/second'],
  );
});
