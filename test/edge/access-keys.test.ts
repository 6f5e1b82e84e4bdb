import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test, type TestContext } from 'node:test';
import { digestOf, makeKey } from '../../src/access/key.ts';
import type { EdgeKey } from '../../src/edge/notices.ts';
import type { EdgeAccess } from '../../src/edge/snapshot.ts';
import { mends } from '../support/outside.ts';
import { testRandom } from '../support/seed.ts';
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
} from './edge.ts';
import { readRequests } from './strict-reader.ts';

const secret = makeKey(testRandom).reveal();
const other = makeKey(testRandom).reveal();
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function add(edge: Edge, key: string, more: Partial<EdgeKey> = {}): EdgeKey {
  const one = { name: 'laptop', digest: digestOf(key), sites: [], expiresMs: undefined, rate: undefined, ...more };
  edge.keys.set(one.digest, one);
  return one;
}

async function start(t: TestContext, access: EdgeAccess = { keys: true }): Promise<{ edge: Edge; app: Recording }> {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
  return { edge, app };
}

interface Answer {
  status: number;
  head: string;
  body: string;
}

/** @param lines header lines, each with CRLF. */
async function ask(t: TestContext, edge: Edge, lines: string, target = '/v1/models', method = 'GET'): Promise<Answer> {
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(`${method} ${target} HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n${lines}\r\n`);
  const { text } = await client.closed;
  const [head = '', body = ''] = text.split('\r\n\r\n', 2);
  return { status: Number(head.split(' ')[1]), head, body };
}

const errorOf = ({ body }: Answer): Record<string, unknown> =>
  (JSON.parse(body) as { error: Record<string, unknown> }).error;

test('admits a key wherever clients send one; the app gets its name, and never the key', async (t) => {
  const { edge, app } = await start(t);
  add(edge, secret);
  const places = [
    `Authorization: Bearer ${secret}\r\n`,
    `authorization: bearer  ${secret}\r\n`,
    `X-Api-Key: ${secret}\r\n`,
    `api-key: ${secret}\r\n`,
    `x-goog-api-key: ${secret}\r\n`,
    `x-api-key: ${secret}\r\nAuthorization: Bearer ${secret}\r\n`,
  ];
  for (const place of places) assert.equal((await ask(t, edge, place)).status, 200, place);
  // The app's own credentials pass.
  assert.equal((await ask(t, edge, `x-api-key: ${secret}\r\nAuthorization: Bearer sk-app\r\n`)).status, 200);
  const seen = readRequests(app.received()).whole;
  assert.equal(seen.length, places.length + 1);
  assert.equal(app.received().match(/\r\nX-Forwarded-User: laptop\r\n/g)?.length, seen.length);
  assert.doesNotMatch(app.received(), new RegExp(secret));
  assert.equal(
    app
      .received()
      .match(/^(?:authorization|[a-z-]*api-key):.*$/gim)
      ?.join(),
    'Authorization: Bearer sk-app',
  );
  assert.deepEqual([...new Set(edge.log.map(({ user, status }) => `${status} ${user}`))], ['200 key laptop']);
  assert.deepEqual([...new Set(edge.keysUsed)], [digestOf(secret)]);
});

test('without a right key nothing reaches the app, by any method and protocol', async (t) => {
  const measured = mends(t, 'attack/key-elsewhere');
  const { edge, app } = await start(t);
  add(edge, secret);
  const missing = await ask(t, edge, '');
  assert.equal(missing.status, 401);
  assert.match(missing.head, /^WWW-Authenticate: Bearer realm="everyhop"$/m);
  assert.deepEqual(Object.keys(errorOf(missing)), ['message', 'type', 'param', 'code', 'request_id']);
  assert.equal(errorOf(missing)['code'], 'invalid_api_key');
  const wrong = await ask(t, edge, `Authorization: Bearer ${other}\r\n`);
  assert.deepEqual([wrong.status, errorOf(wrong)['code']], [401, 'invalid_api_key']);
  assert.match(wrong.head, /^WWW-Authenticate: Bearer realm="everyhop", error="invalid_token"$/m);
  const attempts: [lines: string, target: string, method: string][] = [
    [`Authorization: Basic ${Buffer.from(`x:${secret}`).toString('base64')}\r\n`, '/', 'GET'],
    [`Authorization: ${secret}\r\n`, '/', 'GET'],
    [`Authorization: Bearer ${secret.slice(0, -1)}\r\n`, '/', 'GET'],
    [`Authorization: Bearer ${secret}x\r\n`, '/', 'GET'],
    [`Authorization: Bearer ${secret.toLowerCase()}\r\n`, '/', 'GET'],
    [`x_api_key: ${secret}\r\n`, '/', 'GET'],
    ['X-Forwarded-User: laptop\r\n', '/', 'GET'],
    ['', `/?api_key=${secret}&key=${secret}`, 'GET'],
    ['', '/', 'HEAD'],
    ['', '/', 'OPTIONS'],
    ['', '*', 'OPTIONS'],
    ['', '/', 'PROPFIND'],
    ['Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n', '/', 'GET'],
  ];
  for (const [lines, target, method] of attempts)
    assert.equal((await ask(t, edge, lines, target, method)).status, 401, `${method} ${target} ${lines}`);
  assert.equal(app.connections(), 0);
  Object.assign(measured, { attempts: attempts.length, statuses: 401, reached: 'none of them' });
  const page = await ask(t, edge, 'Accept: text/html\r\nAccept-Language: zh-CN\r\n', '/');
  assert.equal(page.status, 401);
  assert.match(Buffer.from(page.body, 'latin1').toString(), /<h1>此地址需要访问密钥。<\/h1>/);
});

test('the log tells a wrong key from an expired one and one for other sites, without the key', async (t) => {
  const { edge, app } = await start(t, { keys: ['laptop', 'phone'] });
  const expiresMs = Date.now() + 60_000;
  t.mock.timers.enable({ apis: ['Date'], now: expiresMs - 1 });
  const key = add(edge, secret, { expiresMs });
  const bearer = `Authorization: Bearer ${secret}\r\n`;
  const outcome = async (): Promise<string> => {
    const { status } = await ask(t, edge, bearer);
    return `${status} ${edge.log.at(-1)!.error ?? edge.log.at(-1)!.user}`;
  };
  assert.equal(await outcome(), '200 key laptop');
  t.mock.timers.setTime(expiresMs); // no reload
  assert.equal(await outcome(), '401 edge.access-key-expired');
  add(edge, secret, { sites: ['other.test'] });
  assert.equal(await outcome(), '403 edge.access-key-elsewhere');
  add(edge, secret, { sites: ['other.test', 'chat.test'] });
  assert.equal(await outcome(), '200 key laptop');
  add(edge, secret, { name: 'tablet' });
  assert.equal(await outcome(), '403 edge.access-key-elsewhere');
  edge.keys.delete(key.digest);
  assert.equal(await outcome(), '401 edge.access-key-wrong');
  assert.doesNotMatch(JSON.stringify(edge.log), /eh_/);
  assert.equal(readRequests(app.received()).whole.length, 2);
});

test('a key for one name of a wildcard site opens that name alone', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['*.wild.test'], [route(upstreamAt(app.port), { access: { keys: true } })])]);
  add(edge, secret, { sites: ['a.wild.test'] });
  const outcomes: string[] = [];
  for (const host of ['a.wild.test', 'A.Wild.Test.:443', 'b.wild.test']) {
    const client = await connectRaw(t, edge.httpsPort, { servername: 'a.wild.test' });
    client.socket.write(
      `GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${secret}\r\nConnection: close\r\n\r\n`,
    );
    outcomes.push((await client.closed).text.split(' ')[1]!);
  }
  assert.deepEqual(outcomes, ['200', '200', '403']);
});

test('the rate of a key holds for all its clients, and says when to try again', async (t) => {
  const { edge } = await start(t);
  add(edge, secret, { rate: { count: 2, periodMs: 600_000 } });
  add(edge, other, { name: 'phone' });
  const bearer = `Authorization: Bearer ${secret}\r\n`;
  const answers = [await ask(t, edge, bearer), await ask(t, edge, bearer), await ask(t, edge, bearer)];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429],
  );
  const [, wait] = /^Retry-After: (\d+)$/m.exec(answers[2]!.head) ?? [];
  assert.ok(Number(wait) > 200 && Number(wait) <= 300, `waits ${wait}`);
  assert.equal(errorOf(answers[2]!)['code'], 'rate_limit_exceeded');
  assert.equal((await ask(t, edge, `Authorization: Bearer ${other}\r\n`)).status, 200);
});

test('guessing is slowed by address, and locks out no holder of a right key', async (t) => {
  const measured = mends(t, 'attack/key-guessing');
  const { edge } = await start(t);
  add(edge, secret);
  const guess = (): Promise<Answer> => ask(t, edge, `x-api-key: ${makeKey(testRandom).reveal()}\r\n`);
  const statuses: number[] = [];
  for (let at = 0; at < 35; at += 1) statuses.push((await guess()).status);
  assert.deepEqual([statuses.indexOf(429), new Set(statuses).size], [30, 2]);
  const holder = (await ask(t, edge, `x-api-key: ${secret}\r\n`)).status;
  assert.equal(holder, 200);
  Object.assign(measured, { wrong: 30, holder });
  assert.match((await guess()).head, /^Retry-After: [12]$/m);
});

test('HTTP/2: the same keys; ending them cuts their streams alone', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n'))
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access: { keys: true } })])]);
  const { digest } = add(edge, secret);
  add(edge, other, { name: 'phone' });
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const open = async (fields: Record<string, string>): Promise<[http2.ClientHttp2Stream, number]> => {
    const stream = session.request({ ':authority': 'chat.test', ':path': '/v1/chat', ...fields });
    stream.on('error', () => {});
    stream.resume();
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    return [stream, Number(headers[':status'])];
  };
  assert.equal((await open({}))[1], 401);
  assert.equal((await open({ 'x-api-key': makeKey(testRandom).reveal() }))[1], 401);
  const [mine, status] = await open({ authorization: `Bearer ${secret}` });
  const [theirs] = await open({ 'api-key': other });
  assert.equal(status, 200);
  for (const connection of edge.connections)
    connection.endStreams((visitor) => visitor.digest === digest, 'edge.access-key-revoked');
  await new Promise((resolve) => mine.once('close', resolve));
  assert.equal(mine.rstCode, http2.constants.NGHTTP2_INTERNAL_ERROR);
  assert.equal(theirs.closed, false);
  assert.equal((await open({ 'api-key': other }))[1], 200);
  const [ended] = edge.log.filter(({ error }) => error === 'edge.access-key-revoked');
  assert.deepEqual([ended?.user, ended?.kind], ['key laptop', 'sse']);
});

test('HTTP/1.1: ending a key cuts its stream and its WebSocket, on both sides', async (t) => {
  const closed = Promise.withResolvers<void>();
  let open = 2;
  const app = await startRecorder(t, (received, socket) => {
    if (!received.endsWith('\r\n\r\n')) return;
    if (/upgrade: websocket/i.test(received))
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    else socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: 1\n\n');
    socket.on('close', () => (open -= 1) === 0 && closed.resolve());
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access: { keys: true } })])]);
  const { digest } = add(edge, secret);
  const bearer = `GET / HTTP/1.1\r\nHost: chat.test\r\nAuthorization: Bearer ${secret}\r\n`;
  const stream = await connectRaw(t, edge.httpsPort);
  stream.socket.write(`${bearer}\r\n`);
  const tunnel = await connectRaw(t, edge.httpsPort);
  tunnel.socket.write(
    `${bearer}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n`,
  );
  const idle = await connectRaw(t, edge.httpsPort);
  await stream.until(/data: 1/);
  await tunnel.until(/ 101 /);
  for (const connection of edge.connections)
    connection.endStreams((visitor) => visitor.digest === digest, 'edge.access-key-revoked');
  assert.doesNotMatch((await stream.closed).text, /\r\n0\r\n/);
  await tunnel.closed;
  await closed.promise;
  assert.equal(idle.socket.destroyed, false);
  assert.deepEqual(
    edge.log.map(({ kind, error }) => `${kind} ${error}`),
    ['sse edge.access-key-revoked', 'websocket edge.access-key-revoked'],
  );
});

test('a script on a page sends its key as a WebSocket protocol, which the app does not get', async (t) => {
  const app = await startRecorder(t, (received, socket) => {
    if (!received.endsWith('\r\n\r\n')) return;
    const chosen = received.includes('realtime') ? 'Sec-WebSocket-Protocol: realtime\r\n' : '';
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${chosen}\r\n`);
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access: { keys: true } })])]);
  add(edge, secret);
  const protocol = `openai-insecure-api-key.${secret}`;
  const upgrade = async (protocols: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(
      `GET / HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: x\r\nSec-WebSocket-Protocol: ${protocols}\r\n\r\n`,
    );
    return client.until(/\r\n\r\n/);
  };
  const chosen = /^Sec-WebSocket-Protocol: (.*)$/m;
  assert.equal(chosen.exec(await upgrade(`realtime, ${protocol}, openai-beta.realtime-v1`))?.[1]?.trim(), 'realtime');
  assert.match(app.received(), /\r\nSec-WebSocket-Protocol: realtime, openai-beta.realtime-v1\r\n/);
  // A browser gives up if the server chooses none of the protocols that it offers.
  assert.equal(chosen.exec(await upgrade(protocol))?.[1]?.trim(), protocol);
  assert.match(await upgrade(`realtime, openai-insecure-api-key.${other}`), /^HTTP\/1\.1 401 /);
  assert.doesNotMatch(app.received(), /eh_/);
  assert.doesNotMatch(JSON.stringify(edge.log), /eh_/);
});

test('public paths need no key, and the app gets none there either', async (t) => {
  const { edge, app } = await start(t, { keys: true, public: ['/health', '/hooks/'] });
  add(edge, secret);
  for (const target of ['/health', '/health?x', '/hooks/a', '/hooks'])
    assert.equal((await ask(t, edge, `Authorization: Bearer ${secret}\r\nX-Note: a\r\n`, target)).status, 200, target);
  assert.doesNotMatch(app.received(), /eh_|X-Forwarded-User/);
  assert.equal(app.received().match(/X-Note: a\r\n/g)?.length, 4);
  for (const target of [
    '/',
    '/healthy',
    '/Health',
    '/health/../admin',
    '/x/../health',
    '/health/%2e%2e/admin',
    '/a?/health',
  ])
    assert.equal((await ask(t, edge, '', target)).status, 401, target);
});

test('addresses: the visitor behind a trusted proxy counts, deny wins, and no key helps', async (t) => {
  const app = await startRecorder(t, ok);
  const access = { keys: true, allow: ['203.0.113.0/24', '2001:db8::/32'], deny: ['203.0.113.66/32'] } as const;
  const sites = [
    site(
      ['chat.test'],
      [route(upstreamAt(app.port), { access: { keys: true, allow: [...access.allow], deny: [...access.deny] } })],
    ),
  ];
  const edge = await startEdge(t, sites, { trustedProxies: ['127.0.0.1'] });
  add(edge, secret);
  const from = async (chain: string): Promise<number> =>
    (await ask(t, edge, `X-Forwarded-For: ${chain}\r\nAuthorization: Bearer ${secret}\r\n`)).status;
  assert.equal(await from('203.0.113.7'), 200);
  assert.equal(await from('::ffff:203.0.113.7'), 200);
  assert.equal(await from('2001:DB8::7'), 200);
  assert.equal(await from('203.0.113.66'), 403);
  assert.equal(await from('198.51.100.1'), 403);
  // Anybody can write what comes before the last address.
  assert.equal(await from('203.0.113.7, 198.51.100.1'), 403);
  assert.equal(await from('nonsense'), 403);
  assert.equal((await ask(t, edge, '')).status, 403);
  assert.equal(edge.log.at(-1)!.error, 'edge.access-address');
});
