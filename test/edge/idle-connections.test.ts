/** Requests at the moment in which the app closes idle connections. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { UpstreamPool } from '../../src/edge/upstream/pool.ts';
import { mends } from '../support/outside.ts';
import { connectRaw, request, route, site, startApp, startEdge, upstreamAt } from './edge.ts';

interface CountingApp {
  port: number;
  /** How often each target arrived in whole. */
  delivered: Map<string, number>;
  connections: number;
}

/** An app that closes a connection this long after each answer, without saying so. */
async function startClosingApp(t: TestContext, idleMs: number): Promise<CountingApp> {
  const app: CountingApp = { port: 0, delivered: new Map(), connections: 0 };
  app.port = await startApp(t, (socket) => {
    app.connections += 1;
    let text = '';
    let timer: NodeJS.Timeout | undefined;
    socket.on('close', () => clearTimeout(timer));
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const match = /^(?:GET|POST) (\S+)[\s\S]*\r\n\r\n(?:hello)?$/.exec(text);
      if (!match || (text.startsWith('POST') && !text.endsWith('hello'))) return;
      text = '';
      clearTimeout(timer);
      const target = match[1]!;
      app.delivered.set(target, (app.delivered.get(target) ?? 0) + 1);
      if (target.startsWith('/crash')) {
        socket.destroy();
        return;
      }
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      if (idleMs === 0) socket.end();
      else timer = globalThis.setTimeout(() => socket.end(), idleMs);
    });
  });
  return app;
}

test('300 of 300 POSTs arrive, each once, at apps that close idle connections at that moment', async (t) => {
  mends(t, 'edge/E07-keepalive-race-post');
  const rounds: [idleMs: number, clients: number, posts: number][] = [
    [0, 2, 50],
    [50, 4, 25],
    [300, 6, 10],
    [900, 8, 5],
  ];
  await Promise.all(
    rounds.map(async ([idleMs, clients, posts]) => {
      const app = await startClosingApp(t, idleMs);
      const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
      const lost: string[] = [];
      await Promise.all(
        Array.from({ length: clients }, async (_, index) => {
          const client = await connectRaw(t, edge.httpsPort);
          for (let post = 0; post < posts; post += 1) {
            const target = `/${index}-${post}`;
            const before = client.text().length;
            client.socket.write(`${request(target, 'Content-Length: 5\r\n', 'POST')}hello`);
            await client.until(new RegExp(`^[^]{${before}}HTTP/1.1 [^]*\r\n\r\n.`));
            if (!client.text().slice(before).startsWith('HTTP/1.1 200')) lost.push(target);
            await setTimeout(Math.max(0, idleMs - 4 + (post % 7)));
          }
        }),
      );
      assert.deepEqual(lost, [], `idle time ${idleMs} ms`);
      assert.equal(app.delivered.size, clients * posts);
      assert.deepEqual(new Set(app.delivered.values()), new Set([1]), 'each once');
    }),
  );
});

test('POSTs use an idle connection once others of the app have lasted, and are never sent again if it closes', async (t) => {
  const app = await startClosingApp(t, 5000);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const ask = async (target: string, method: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    const isPost = method === 'POST';
    client.socket.write(request(target, isPost ? 'Content-Length: 5\r\n' : '', method) + (isPost ? 'hello' : ''));
    return (await client.until(/\r\n\r\n./)).slice(9, 12);
  };
  assert.equal(await ask('/1', 'GET'), '200');
  await setTimeout(300);
  assert.equal(await ask('/2', 'POST'), '200');
  assert.equal(app.connections, 2, 'a new connection: nothing shows yet that the app keeps one for longer');
  await setTimeout(20);
  assert.equal(await ask('/3', 'POST'), '200');
  assert.equal(app.connections, 2, 'the second connection again');
  await setTimeout(20);
  assert.equal(await ask('/crash', 'POST'), '502');
  assert.equal(app.delivered.get('/crash'), 1);
  assert.equal(await ask('/4', 'POST'), '200');
  assert.equal(app.connections, 3, 'a new connection after one was lost');
});

test('a busy connection to a name is given up after 30 s, because the name may have another address; to an address, it is not', async (t) => {
  const port = await startApp(t, () => {});
  const isKept = async (host: string): Promise<boolean> => {
    const pool = new UpstreamPool(upstreamAt(port, { host }));
    const connection = pool.take(true, performance.now());
    const ready = Promise.withResolvers<void>();
    connection.user = { onReady: ready.resolve, onData() {}, onDrain() {}, onClosed() {} };
    await ready.promise;
    pool.give(connection, connection.openedMs + 29_000);
    assert.equal(pool.take(true, connection.openedMs + 29_000), connection);
    pool.give(connection, connection.openedMs + 31_000);
    const next = pool.take(true, connection.openedMs + 31_000);
    next.destroy();
    return next === connection;
  };
  assert.deepEqual([await isKept('127.0.0.1'), await isKept('localhost')], [true, false]);
});
