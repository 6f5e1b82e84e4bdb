import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { hashPassword } from '../../../src/passwords/hash.ts';
import type { EdgeRoute } from '../../../src/edge/snapshot.ts';
import { type Edge, rootPem, route, site, startEdge, upstreamAt } from '../edge.ts';
import { basic, get, serve } from './client.ts';

const entries: [string, string][] = [['alice', hashPassword(Buffer.from('correct horse'))]];
const alice = basic('alice', 'correct horse');

async function start(
  t: TestContext,
  more: Partial<EdgeRoute> = {},
  open: string[] = [],
): Promise<{ edge: Edge; seen: IncomingMessage[] }> {
  const seen: IncomingMessage[] = [];
  const port = await serve(t, (incoming, response) => {
    seen.push(incoming);
    response.end('app');
  });
  const access = { users: { realm: 'chat.test', entries }, public: open };
  return { edge: await startEdge(t, [site(['chat.test'], [route(upstreamAt(port), { access, ...more })])]), seen };
}

const own = { origin: 'https://chat.test', 'sec-fetch-site': 'same-origin' };
const foreign = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };

test('a page of another website cannot use the password that a browser remembers', async (t) => {
  const { edge, seen } = await start(t);
  const send = async (fields: Record<string, string>, method = 'POST'): Promise<number> =>
    (await get(edge.httpsPort, '/api/delete', { ...alice, ...fields }, method)).status;
  assert.equal(await send(own), 200);
  assert.equal(await send({}), 200, 'no browser');
  assert.equal(await send({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }, 'GET'), 200, 'a link');
  assert.equal(seen.length, 3);
  assert.equal(await send(foreign), 403);
  assert.equal(await send({ origin: 'https://evil.test' }), 403, 'an old browser');
  assert.equal(await send({ origin: 'null', 'sec-fetch-site': 'cross-site' }), 403, 'a sandboxed frame');
  assert.equal(await send({ origin: 'https://evil.chat.test', 'sec-fetch-site': 'same-site' }), 403);
  // Apps such as llama.cpp let every origin read.
  assert.equal(await send(foreign, 'GET'), 403);
  assert.equal(seen.length, 3);
  assert.equal(edge.log.at(-1)!.error, 'edge.access-cross-origin');
});

test('nor open a WebSocket with it', async (t) => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  t.after(() => server.close());
  const access = { users: { realm: 'chat.test', entries } };
  const upstream = upstreamAt((server.address() as { port: number }).port);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstream, { access })])]);
  const open = async (origin: string): Promise<number> => {
    const socket = new WebSocket(`wss://127.0.0.1:${edge.httpsPort}/`, [], {
      createConnection: () =>
        tls.connect({ host: '127.0.0.1', port: edge.httpsPort, ca: rootPem, servername: 'chat.test' }),
      origin,
      headers: { host: 'chat.test', ...alice },
    });
    t.after(() => socket.terminate());
    socket.on('error', () => {});
    const answer = once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode as number);
    return Promise.race([answer, once(socket, 'open').then(() => 101)]);
  };
  assert.equal(await open('https://evil.test'), 403);
  assert.equal(await open('https://chat.test'), 101);
});

test('an origin that cors lists may', async (t) => {
  const from = async (origins: string[] | undefined, origin: string): Promise<number> => {
    const { edge } = await start(t, { cors: { origins, expose: [], credentials: false, maxAgeSeconds: 60 } });
    return (await get(edge.httpsPort, '/', { ...alice, origin, 'sec-fetch-site': 'cross-site' }, 'POST')).status;
  };
  assert.equal(await from(['https://app.test'], 'https://app.test'), 200);
  assert.equal(await from(['https://app.test'], 'https://evil.test'), 403);
  assert.equal(await from(undefined, 'https://evil.test'), 403, 'every origin, without credentials');
});

test('on public paths, the app gets no password of a user; credentials of its own pass', async (t) => {
  const { edge, seen } = await start(t, {}, ['/open']);
  const bot = basic('bot', 'of the app');
  for (const fields of [alice, bot, { authorization: 'Bearer of-the-app' }])
    assert.equal((await get(edge.httpsPort, '/open', fields)).status, 200);
  assert.deepEqual(
    seen.map(({ headers }) => headers.authorization),
    [undefined, bot['authorization'], 'Bearer of-the-app'],
  );
});
