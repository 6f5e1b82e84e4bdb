import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { EventBus } from '../../src/base/events.ts';
import { proofPath } from '../../src/edge/snapshot.ts';
import { Supervisor } from '../../src/edge/supervisor.ts';
import { until } from '../support/until.ts';
import { authority, connectRaw, freePort, type RawClient, route, site, startApp, upstreamAt } from './edge.ts';

const fields = 'Host: chat.test\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n';

/** One more request on a connection that stays open. */
async function status(client: RawClient, target: string): Promise<string> {
  const from = client.text().length;
  client.socket.write(`GET ${target} HTTP/1.1\r\n${fields}Accept: application/json\r\n\r\n`);
  await client.until(new RegExp(`^[^]{${from}}HTTP/1\\.1 [^]*\\r\\n\\r\\n`));
  return client.text().slice(from + 9, from + 12);
}

async function startWorkers(t: TestContext, limits: NonNullable<ReturnType<typeof route>['limits']>) {
  const app = await startApp(t, (socket) => {
    socket.on('data', (bytes) => {
      if (bytes.toString('latin1').startsWith('GET /events'))
        socket.write(
          'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n',
        );
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
  });
  const supervisor = new Supervisor({ clock: systemClock, events: new EventBus(), workers: 2, accessLog: 'off' });
  const port = await freePort();
  const issued = await authority.issue(['chat.test']);
  await supervisor.start({
    revision: 1,
    proofToken: 'token',
    listeners: [{ address: '127.0.0.1', port, secure: false }],
    httpsPort: 443,
    httpPort: port,
    trustedProxies: ['127.0.0.1/32'],
    connectionsPerClient: 100,
    sites: [site(['chat.test'], [route(upstreamAt(app), { limits })])],
    credentials: [{ id: 'chat.test', chainPem: issued.chainPem, keyPem: issued.keyPem.reveal() }],
    ticketKeys: Buffer.alloc(48).toString('base64'),
  });
  t.after(() => supervisor.drain(0));
  /** A connection to this worker, or to any but those. */
  const connectTo = async (accepts: (worker: number) => boolean): Promise<{ client: RawClient; worker: number }> => {
    for (;;) {
      const client = await connectRaw(t, port, { plain: true });
      client.socket.write(`GET ${proofPath}token HTTP/1.1\r\n${fields}\r\n`);
      const text = await client.until(/\{.*\}$/);
      const { worker } = JSON.parse(/\{.*\}$/.exec(text)![0]) as { worker: number };
      if (accepts(worker)) return { client, worker };
      client.socket.destroy();
    }
  };
  const first = await connectTo(() => true);
  const second = await connectTo((worker) => worker !== first.worker);
  return { supervisor, connectTo, first, second };
}

test('a rate holds for all workers together', async (t) => {
  const { first, second } = await startWorkers(t, {
    scope: 'chat.test/',
    rate: { count: 1000, periodMs: 86_400_000 },
  });
  first.client.socket.write(`GET / HTTP/1.1\r\n${fields}\r\n`.repeat(1000));
  await until(t, () => first.client.text().split(' 200 OK').length === 1002); // and the proof
  assert.equal(await status(first.client, '/'), '429');
  // The other worker admits what arrives before the report, and then nothing although its own bucket was full.
  let count = 0;
  await until(t, async () => {
    count += 1;
    return (await status(second.client, '/')) === '429';
  });
  assert.ok(count < 1000, String(count));
});

test('streams count over all workers, and a worker that dies gives its streams back', async (t) => {
  const { connectTo, first, second } = await startWorkers(t, { scope: 'chat.test/', streams: 2 });
  for (let at = 0; at < 2; at += 1) {
    const { client } = await connectTo((worker) => worker === first.worker);
    assert.equal(await status(client, '/events'), '200');
  }
  const attempt = async (): Promise<string> => {
    const { client } = await connectTo((worker) => worker === second.worker);
    const result = await status(client, '/events');
    client.socket.destroy();
    return result;
  };
  await until(t, async () => (await attempt()) === '429');
  process.kill(first.worker, 'SIGKILL');
  await until(t, async () => (await attempt()) === '200');
});
