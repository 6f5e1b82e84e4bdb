/** Workers of `everyhop up` are killed while configurations are read again. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { runningStatus } from '../../src/app/running.ts';
import type { ServiceStatus } from '../../src/app/serve.ts';
import { mends } from '../support/outside.ts';
import { atEnd, runEveryhop, startUp, temporaryFolder, type Up } from '../support/up.ts';
import { until } from '../support/until.ts';

/** Requests one after the other, each on its own connection. */
class Load {
  requests = 0;
  readonly failures: string[] = [];
  #isOver = false;
  readonly #loops: Promise<void>[];

  constructor(up: Up, ca: string, loops: number) {
    const loop = async (): Promise<void> => {
      while (!this.#isOver) await this.#request(up, ca);
    };
    this.#loops = Array.from({ length: loops }, loop);
  }

  #request(up: Up, ca: string): Promise<void> {
    return new Promise((resolve) => {
      const done = (failure?: string): void => {
        this.requests += 1;
        if (failure !== undefined) this.failures.push(failure);
        resolve();
      };
      https
        .get(
          {
            port: up.httpsPort,
            host: '127.0.0.1',
            servername: 'localhost',
            ca,
            agent: false,
            path: '/',
            headers: { host: 'localhost' },
          },
          (answer) => {
            answer.resume();
            answer.on('end', () => done(answer.statusCode === 200 ? undefined : String(answer.statusCode)));
            answer.on('error', (error) => done(error.message));
          },
        )
        .on('error', (error) => done(error.message))
        .setTimeout(20_000, () => done('no answer'));
    });
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#loops);
  }
}

/** Resolves once both workers serve a revision after this one. */
async function wholeAfter(t: TestContext, up: Up, revision: number): Promise<ServiceStatus> {
  let status = await runningStatus(up.state);
  const isWhole = ({ workers, findings, revision: current }: ServiceStatus): boolean =>
    workers.length === 2 &&
    workers.every((worker) => worker.revision === current) &&
    findings.length === 0 &&
    current > revision;
  await until(t, async () => isWhole((status = await runningStatus(up.state))));
  return status;
}

async function startTwo(
  t: TestContext,
): Promise<{ up: Up; file: string; folder: string; text: (listen: string) => string }> {
  const app = http.createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  atEnd(t, () => app.close());
  await once(app, 'listening');
  const { port } = app.address() as AddressInfo;
  const folder = await temporaryFolder(t, 'workers');
  const file = path.join(folder, 'everyhop.yaml');
  const text = (listen: string): string =>
    `workers: 2\nlisten: [${listen}]\nsites:\n  - host: localhost\n    upstream: http://127.0.0.1:${port}\n`;
  await writeFile(file, text('127.0.0.1'));
  return { up: await startUp(t, ['--config', file]), file, folder, text };
}

test(
  'a worker is killed and the configuration is read again, at every distance: all workers serve it, and no other request is lost',
  { timeout: 240_000 },
  async (t) => {
    mends(t, 'edge/E01-reload-while-worker-starts');
    const { up, file, text } = await startTwo(t);
    const load = new Load(up, await readFile(up.rootFile, 'utf8'), 4);
    atEnd(t, () => load.end());
    let kills = 0;
    let status = await wholeAfter(t, up, 0);
    for (const [round, distanceMs] of [0, 50, 100, 200, 250, 300, 350, 400, 600].entries()) {
      const { pid, workers, revision } = status;
      process.kill(workers[round % 2]!.pid, 'SIGKILL');
      kills += 1;
      // Every third time another listener comes or goes; every fourth time there are many reloads.
      if (round % 3 === 2) await writeFile(file, text(round % 2 === 0 ? '127.0.0.1' : '127.0.0.1, 127.0.0.2'));
      for (let reload = 0; reload < (round % 4 === 3 ? 10 : 1); reload += 1) {
        await pause(distanceMs / (round % 4 === 3 ? 4 : 1));
        process.kill(pid, 'SIGHUP');
      }
      status = await wholeAfter(t, up, revision);
    }
    await load.end();
    const { pid, revision } = status;
    await writeFile(file, text('127.0.0.1'));
    process.kill(pid, 'SIGHUP');
    await wholeAfter(t, up, revision);
    const former = net.connect(up.httpsPort, '127.0.0.2');
    const [error] = (await once(former, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED', 'no process holds a listener that is not configured any more');
    assert.ok(load.requests > 100, `${load.requests} requests`);
    // Each kill cuts at most the open request of each loop.
    assert.ok(load.failures.length <= kills * 4, load.failures.join(', '));
    assert.deepEqual(
      load.failures.filter((text) => !/ECONNRESET|socket|disconnected/.test(text)),
      [],
    );
    t.diagnostic(`${load.requests} requests, ${load.failures.length} cut by ${kills} kills`);
  },
);

test('status says so while no worker answers, and reload still answers', { timeout: 120_000 }, async (t) => {
  const { up, folder } = await startTwo(t);
  const { workers } = await runningStatus(up.state);
  for (const { pid } of workers) process.kill(pid, 'SIGSTOP');
  const printed = await runEveryhop(['status', '--state', up.state], folder);
  assert.match(printed.stdout, /✗ https:\/\/localhost/);
  assert.match(`${printed.stdout}${printed.stderr}`, /0 of 2 worker processes serve/);
  const { revision } = await runningStatus(up.state);
  const reload = runEveryhop(['reload', '--state', up.state], folder);
  for (const { pid } of workers) process.kill(pid, 'SIGKILL');
  assert.equal((await reload).code, 0, (await reload).stderr);
  const pids = (await wholeAfter(t, up, revision)).workers.map(({ pid }) => pid);
  assert.ok(workers.every(({ pid }) => !pids.includes(pid)));
});
