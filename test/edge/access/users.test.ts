import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import http2 from 'node:http2';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { hashPassword } from '../../../src/passwords/hash.ts';
import { mends } from '../../support/outside.ts';
import { connectRaw, type Edge, request, rootPem, route, site, startEdge, startRecorder, upstreamAt } from '../edge.ts';
import { type Answer, basic, get, serve, session } from './client.ts';

type Entry = [name: string, encoded: string];
const alice: Entry = ['alice', hashPassword(Buffer.from('correct horse'))];
// SHA-512 of "gehäim", by openssl.
const jörg: Entry = [
  Buffer.from('jörg').toString('latin1'),
  '$6$saltstring$1UygHRT7gtth6pGns7IHEI7VXHPi/7dnAjZ5nAlNRFTvpdmMg.gKMYo0.YWvb2SaBCB86bfLc4H4trPybf8YA.',
];
const costly: Entry = ['costly', `$2y$10$${'a'.repeat(53)}`];

const accessOf = (entries: Entry[]): { users: { realm: string; entries: Entry[] } } => ({
  users: { realm: 'chat.test', entries },
});

async function start(
  t: TestContext,
  entries: Entry[],
): Promise<{ edge: Edge; seen: IncomingMessage[]; apply: (entries: Entry[]) => Promise<void> }> {
  const seen: IncomingMessage[] = [];
  const port = await serve(t, (incoming, response) => {
    seen.push(incoming);
    response.end('app');
  });
  const sites = (users: Entry[]): ReturnType<typeof site>[] => [
    site(['chat.test'], [route(upstreamAt(port), { access: accessOf(users) })]),
  ];
  const edge = await startEdge(t, sites(entries));
  return { edge, seen, apply: (users) => edge.apply({ sites: sites(users) }) };
}

test('a user comes in with the password; the app gets the name and not the password', async (t) => {
  const { edge, seen } = await start(t, [alice, jörg]);
  const closed = await get(edge.httpsPort, '/');
  assert.equal(closed.status, 401);
  assert.equal(closed.headers['www-authenticate'], 'Basic realm="chat.test", charset="UTF-8"');
  assert.equal((await get(edge.httpsPort, '/', basic('alice', 'correct horse'))).body, 'app');
  assert.equal((await get(edge.httpsPort, '/', basic('jörg', 'gehäim'))).body, 'app');
  const names = seen.map(({ headers }) => Buffer.from(headers['x-forwarded-user'] as string, 'latin1').toString());
  assert.deepEqual(names, ['alice', 'jörg']);
  assert.ok(seen.every(({ headers }) => headers.authorization === undefined));
  const over2 = await session(t, edge.httpsPort);
  assert.equal((await over2('/', basic('alice', 'correct horse'))).body, 'app');
  assert.equal((await over2('/')).headers['www-authenticate'], closed.headers['www-authenticate']);
  assert.deepEqual(
    edge.log.map(({ status, user, error }) => [status, user, error]),
    [
      [401, undefined, 'edge.access-needed'],
      [200, 'user alice', undefined],
      [200, 'user jörg', undefined],
      [200, 'user alice', undefined],
      [401, undefined, 'edge.access-needed'],
    ],
  );
});

test('wrong, malformed and forged credentials do not reach the app', async (t) => {
  const { edge, seen } = await start(t, [alice]);
  const b64 = (text: string): string => Buffer.from(text).toString('base64');
  for (const authorization of [
    `Basic ${b64('alice:wrong')}`,
    `Basic ${b64('alice:')}`,
    `Basic ${b64(':correct horse')}`,
    `Basic ${b64('alice')}`,
    `Basic ${b64('alice\0:correct horse')}`,
    `Basic ${b64('Alice:correct horse')}`,
    `Basic ${b64('alice:correct horse')}, Basic x`,
    'Basic',
    'Basic ',
    'Basic ***',
    `Basic${b64('alice:correct horse')}`,
    `Bearer ${b64('alice:correct horse')}`,
  ]) {
    const refused = await get(edge.httpsPort, '/', { authorization });
    assert.equal(refused.status, 401, authorization);
    const hasCredentials = /^basic /i.test(authorization.trim() + ' ') && authorization.trim().length > 5;
    assert.equal(refused.body.includes('edge.access-wrong'), hasCredentials, authorization);
  }
  for (const field of ['X-Forwarded-User', 'Remote-User', 'X_Forwarded_User', 'X-Auth-Request-User'])
    assert.equal((await get(edge.httpsPort, '/', { [field]: 'alice' })).status, 401);
  assert.equal(seen.length, 0);
  const forged = { ...basic('alice', 'correct horse'), 'Remote-User': 'root', X_Forwarded_User: 'root' };
  assert.equal((await get(edge.httpsPort, '/', forged)).status, 200);
  assert.equal(seen[0]!.headers['x-forwarded-user'], 'alice');
  assert.ok(!seen[0]!.rawHeaders.includes('root'));
});

/** CPU time in milliseconds. */
async function cpuOf(run: () => Promise<Answer[]>): Promise<{ cpu: number; answers: Answer[] }> {
  const before = process.cpuUsage();
  const answers = await run();
  const { user, system } = process.cpuUsage(before);
  return { cpu: Math.round((user + system) / 1000), answers };
}

test('a page whose 40 assets come at once costs one hash, and later ones none', async (t) => {
  const { edge, seen } = await start(t, [alice]);
  const ask = await session(t, edge.httpsPort);
  const credentials = basic('alice', 'correct horse');
  const page = (): Promise<Answer[]> =>
    Promise.all(Array.from({ length: 40 }, (_, at) => ask(`/asset/${at}`, credentials)));
  const first = await cpuOf(page);
  assert.ok(first.answers.every(({ status }) => status === 200));
  assert.equal(seen.length, 40);
  const later = await cpuOf(page);
  const hash = await cpuOf(async () => {
    hashPassword(Buffer.from('x'));
    return [];
  });
  t.diagnostic(`CPU: 40 at once ${first.cpu} ms, again ${later.cpu} ms, one hash ${hash.cpu} ms`);
  assert.ok(first.cpu < later.cpu + 10 * hash.cpu, `${first.cpu} ms for 40 requests, ${hash.cpu} ms for a hash`);
});

test('a user removed from the file is out at once; the others need not log in again', async (t) => {
  const { edge, apply } = await start(t, [alice, jörg]);
  assert.equal((await get(edge.httpsPort, '/', basic('jörg', 'gehäim'))).status, 200);
  await apply([alice]);
  assert.equal((await get(edge.httpsPort, '/', basic('jörg', 'gehäim'))).status, 401);
  assert.equal((await get(edge.httpsPort, '/', basic('alice', 'correct horse'))).status, 200);
  await apply([]);
  assert.equal((await get(edge.httpsPort, '/', basic('alice', 'correct horse'))).status, 503);
  assert.equal((await get(edge.httpsPort, '/')).status, 503);
});

test('guesses make their address wait, but not a visitor whose password was verified before', async (t) => {
  const measured = mends(t, 'attack/password-guessing');
  const { edge, seen } = await start(t, [alice]);
  assert.equal((await get(edge.httpsPort, '/', basic('alice', 'correct horse'))).status, 200);
  const guesses = [];
  for (let at = 0; at < 8; at += 1) guesses.push(await get(edge.httpsPort, '/', basic('alice', `guess ${at}`)));
  const late = guesses.find(({ status }) => status === 429)!;
  assert.ok(Number(late.headers['retry-after']) >= 1);
  assert.equal((await get(edge.httpsPort, '/', basic('alice', 'correct horse'))).status, 200);
  assert.equal(seen.length, 2);
  assert.ok(edge.log.some(({ error }) => error === 'edge.access-delayed'));
  Object.assign(measured, { free: 5, user: 200 });
});

test('the same wrong password again and again, as an open page sends it, makes no one wait', async (t) => {
  const { edge } = await start(t, [alice]);
  for (let at = 0; at < 20; at += 1)
    assert.equal((await get(edge.httpsPort, '/', basic('alice', 'old password'))).status, 401);
  assert.equal((await get(edge.httpsPort, '/', basic('alice', 'correct horse'))).status, 200);
});

test('a name that the file lacks takes as long as a wrong password', async (t) => {
  mends(t, 'attack/user-names');
  const { edge } = await start(t, [alice]);
  const attempt = async (name: string): Promise<number> => {
    const { cpu } = await cpuOf(async () => [await get(edge.httpsPort, '/', basic(name, `${name} x`))]);
    return cpu;
  };
  await attempt('warm-up');
  const known = await attempt('alice');
  const unknown = await attempt('mallory');
  const { cpu: none } = await cpuOf(async () => [await get(edge.httpsPort, '/')]);
  t.diagnostic(`CPU: known ${known} ms, unknown ${unknown} ms, no credentials ${none} ms`);
  assert.ok(unknown > (known + none) / 2, `${unknown} ms, ${known} ms for a known name`);
});

test('hundreds of guesses at once leave the tokens of other visitors alone', async (t) => {
  const measured = mends(t, 'attack/password-flood');
  let send = (): void => {};
  const port = await serve(t, (incoming, response) => {
    if (incoming.url !== '/stream') {
      response.end('app');
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    send = () => void response.write(`data: ${performance.now()}\n\n`);
    send();
  });
  const access = accessOf([alice, costly]);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port), { access })])]);
  const reader = await connectRaw(t, edge.httpsPort);
  reader.socket.write(request('/stream', `Authorization: ${basic('alice', 'correct horse')['authorization']}\r\n`));
  await reader.until(/data: /);
  // On one connection: a hundred handshakes would hold up the tokens as well.
  const ask = await session(t, edge.httpsPort);
  const over = new AbortController();
  const guesses = Promise.all(Array.from({ length: 100 }, (_, at) => ask('/', basic('costly', `guess ${at}`)))).finally(
    () => over.abort(),
  );
  let tokens = 0;
  while (!over.signal.aborted) {
    const before = reader.text().length;
    send();
    while (reader.text().length === before && !over.signal.aborted)
      await new Promise((resolve) => setImmediate(resolve));
    tokens += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const statuses = (await guesses).map(({ status }) => status);
  const hashes = statuses.filter((status) => status === 401).length;
  t.diagnostic(`${hashes} hashes, ${tokens} tokens meanwhile`);
  assert.ok(hashes >= 1 && hashes <= 8, `${hashes} hashes`);
  assert.ok(statuses.every((status) => [401, 429, 503].includes(status)));
  // If a hash blocked the worker, there would be one token for each.
  assert.ok(tokens > 3 * hashes, `${tokens} tokens during ${hashes} hashes`);
  measured['most'] = 8;
});

test('WebSockets open with the password only', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => server.close());
  server.on('connection', (socket, incoming) => socket.send(String(incoming.headers['x-forwarded-user'])));
  const { port } = server.address() as { port: number };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port), { access: accessOf([alice]) })])]);
  const open = (headers: Record<string, string>): WebSocket =>
    new WebSocket(`wss://127.0.0.1:${edge.httpsPort}/`, [], {
      createConnection: () =>
        tls.connect({ host: '127.0.0.1', port: edge.httpsPort, ca: rootPem, servername: 'chat.test' }),
      headers: { host: 'chat.test', ...headers },
    });
  const socket = open(basic('alice', 'correct horse'));
  const [message] = (await once(socket, 'message')) as [Buffer];
  assert.equal(message.toString(), 'alice');
  socket.terminate();
  for (const headers of [{}, basic('alice', 'wrong')]) {
    const [error] = (await once(open(headers), 'error')) as [Error];
    assert.match(error.message, /401/);
  }
});

test('a body waits until the password is verified, and then arrives whole', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access: accessOf([alice]) })])]);
  const body = 'x'.repeat(300_000);
  const sent = await get(edge.httpsPort, '/v1/chat', basic('alice', 'correct horse'), 'POST', body);
  assert.equal(sent.body, 'ok');
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(app.received().includes('x-forwarded-user: alice') || app.received().includes('X-Forwarded-User: alice'));
});

test('trailers that arrive while a password is being checked end nothing but their request', async (t) => {
  const { edge, seen } = await start(t, [alice]);
  const client = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => client.destroy());
  for (const [password, status] of [
    ['wrong', 401],
    ['correct horse', 200],
  ] as const) {
    const headers = { ':authority': 'chat.test', ':path': '/', ':method': 'POST', ...basic('alice', password) };
    const stream = client.request(headers, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }));
    stream.on('error', () => {});
    stream.end('body');
    const [answer] = (await once(stream, 'response')) as [Record<string, unknown>];
    assert.equal(answer[':status'], status);
  }
  assert.equal(seen.length, 1);
});
