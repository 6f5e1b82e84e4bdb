import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { EventBus } from '../../src/base/events.ts';
import type { EdgeSnapshot } from '../../src/edge/snapshot.ts';
import { Supervisor } from '../../src/edge/supervisor.ts';
import { mends } from '../support/outside.ts';
import { until } from '../support/until.ts';
import { freePort } from './edge.ts';

test('a worker that cannot take its port reports why, and tries again until it can', async (t) => {
  mends(t, 'edge/E01-reload-while-worker-starts');
  const events = new EventBus();
  const supervisor = new Supervisor({ clock: systemClock, events, workers: 1, accessLog: 'off' });
  const port = await freePort();
  const snapshot: EdgeSnapshot = {
    revision: 1,
    proofToken: 'proof-token',
    listeners: [{ address: '127.0.0.1', port, secure: false }],
    httpsPort: 443,
    httpPort: port,
    trustedProxies: [],
    connectionsPerClient: 100,
    sites: [],
    credentials: [],
    ticketKeys: Buffer.alloc(48).toString('base64'),
  };
  await supervisor.start(snapshot);
  t.after(() => supervisor.drain(0));
  const [worker] = await supervisor.status();
  // As soon as the worker has gone, another server takes its port.
  const other = net.createServer((socket) => socket.destroy());
  t.after(() => other.close());
  events.on('worker.lost', () => void (other.listening || other.listen(port, '127.0.0.1')));
  const refused = new Promise<string>((resolve) => events.on('worker.refused', ({ error }) => resolve(error.code)));
  process.kill(worker!.pid, 'SIGKILL');
  assert.equal(await refused, 'edge.port-taken');
  assert.equal(supervisor.refusal?.code, 'edge.port-taken');
  other.close();
  await once(other, 'close');
  await until(t, async () => (await supervisor.status()).some(({ revision }) => revision === 1));
  await until(t, () => supervisor.refusal === undefined);
});
