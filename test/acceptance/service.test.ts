/** `everyhop up` survives reloads, signals, the death of a worker and a full disk. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { requestControl } from '../../src/control/client.ts';
import { openStreams, startStreamingApp, wholeBody } from '../support/streams.ts';
import { atEnd, freePorts, runEveryhop, startUp, temporaryFolder, type Up } from '../support/up.ts';
import { until } from '../support/until.ts';

/** The serial number of the certificate that a new connection gets. */
async function servedSerial(up: Up): Promise<string> {
  const ca = await readFile(up.rootFile, 'utf8');
  const socket = tls.connect({ port: up.httpsPort, host: '127.0.0.1', servername: 'localhost', ca });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

interface Status {
  pid: number;
  revision: number;
  workers: { pid: number; streams: number }[];
}

/** By the control socket: starting a command for each look would take most of the test's time. */
async function statusOf(up: Up): Promise<Status> {
  return (await requestControl(up.state, 'GET', '/status')).body as Status;
}

async function untilRevision(t: TestContext, up: Up, revision: number): Promise<void> {
  await until(t, async () => (await statusOf(up)).revision >= revision);
}

test(
  '2,000 streams survive ten reloads (by command, signal, and writing or renaming the file) and ten renewals',
  { timeout: 600_000 },
  async (t) => {
    const app = await startStreamingApp(t);
    const folder = await temporaryFolder(t, 'service');
    const file = path.join(folder, 'everyhop.yaml');
    const configuration = (round: number): string =>
      `connections_per_client: 5000\nsites:\n  - host: localhost\n    block: [/blocked-${round}]\n    upstream: http://127.0.0.1:${app.port}\n`;
    await writeFile(file, configuration(0));
    const up = await startUp(t, ['--config', file]);
    const readers = await openStreams(t, app, up, 2000);
    const serials = new Set([await servedSerial(up)]);
    const { pid } = await statusOf(up);
    app.tick();
    for (let round = 1; round <= 10; round += 1) {
      const { revision } = await statusOf(up);
      if (round % 4 === 0) {
        await writeFile(`${file}.new`, configuration(round));
        await rename(`${file}.new`, file);
      } else if (round % 4 === 1) await writeFile(file, configuration(round));
      else if (round % 4 === 2) process.kill(pid, 'SIGHUP');
      else assert.equal((await runEveryhop(['reload', '--state', up.state], folder)).code, 0);
      await untilRevision(t, up, revision + 1);
      app.tick();
      const renewal = await runEveryhop(['certificates', 'renew', '--state', up.state], folder);
      assert.equal(renewal.code, 0, renewal.stderr);
      serials.add(await servedSerial(up));
      app.tick();
    }
    assert.equal(serials.size, 11, 'each new certificate was served');
    app.finish();
    assert.ok((await Promise.all(readers.map((reader) => reader.whole))).every(Boolean), 'every stream is complete');
    assert.deepEqual(
      [...new Set(readers.map((reader) => reader.body()))],
      [wholeBody(21)],
      'nothing lost, duplicated or reordered',
    );
  },
);

test('renews the certificate of an existing site only', { timeout: 60_000 }, async (t) => {
  const app = await startStreamingApp(t);
  const folder = await temporaryFolder(t, 'service');
  const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
  const before = await servedSerial(up);
  const unknown = await runEveryhop(['certificates', 'renew', 'other.test', '--state', up.state], folder);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /^certificates\.unknown-name: No site has the name other\.test\.\n.*localhost/);
  assert.equal(await servedSerial(up), before);
  const renewal = await runEveryhop(['certificates', 'renew', 'LOCALHOST', '--state', up.state, '--json'], folder);
  assert.equal(renewal.code, 0, renewal.stderr);
  const [renewed] = JSON.parse(renewal.stdout) as { serial: string }[];
  assert.notEqual(renewed!.serial.toUpperCase(), before);
  assert.equal(await servedSerial(up), renewed!.serial.toUpperCase());
  await up.stop();
  const gone = await runEveryhop(['certificates', 'renew', '--state', up.state], folder);
  assert.match(gone.stderr, /^cli\.not-running: /);
});

test('a crash of a worker cuts only its own streams, and the worker is replaced', { timeout: 120_000 }, async (t) => {
  const app = await startStreamingApp(t);
  const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
  const readers = await openStreams(t, app, up, 60);
  app.tick();
  const before = await statusOf(up);
  const [victim] = before.workers.toSorted((a, b) => b.streams - a.streams);
  process.kill(victim!.pid, 'SIGKILL');
  await until(t, async () => {
    const { workers } = await statusOf(up);
    return workers.length === before.workers.length && workers.every(({ pid }) => pid !== victim!.pid);
  });
  app.tick();
  app.finish();
  const whole = await Promise.all(readers.map((reader) => reader.whole));
  assert.equal(whole.filter((one) => !one).length, victim!.streams);
  const [again] = await openStreams(t, app, up, 1);
  app.finish();
  assert.equal(await again!.whole, true, 'new connections are served');
});

test('SIGTERM stops accepting, lets open streams finish, and exits with 0', { timeout: 120_000 }, async (t) => {
  const app = await startStreamingApp(t);
  const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
  const [reader] = await openStreams(t, app, up, 1);
  app.tick();
  process.kill((await statusOf(up)).pid, 'SIGTERM');
  const isRefused = (): Promise<boolean> =>
    new Promise((resolve) => {
      const probe = net.connect(up.httpsPort, '127.0.0.1', () => {
        probe.destroy();
        resolve(false);
      });
      probe.on('error', () => resolve(true));
    });
  await until(t, isRefused);
  app.tick();
  app.finish();
  assert.equal(await reader!.whole, true);
  assert.equal(reader!.numbers(), '0 1 ');
  assert.equal(await up.exited, 0);
});

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
if (!mayMount && process.env['CI'] === 'true') throw new Error('the full-disk test needs root on Linux');

test(
  'a full disk: a clear error on the first and on later starts, without data loss',
  { skip: !mayMount && 'needs root on Linux, to mount a small file system', timeout: 120_000 },
  async (t) => {
    const folder = await temporaryFolder(t, 'disk');
    const state = path.join(folder, 'state');
    await mkdir(state);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0711', 'tmpfs', state]);
    atEnd(t, () => execFileSync('umount', ['-l', state]));
    const filler = path.join(state, 'filler');
    const fill = (): Promise<void> => writeFile(filler, Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
    const root = (): ReturnType<typeof runEveryhop> => runEveryhop(['authority', 'root', '--state', state], folder);

    await fill();
    const obtain = ['certificates', 'obtain', 'chat.test', '--state', state];
    const first = await runEveryhop(obtain, folder);
    assert.equal(first.code, 1);
    assert.match(first.stderr, /^file\.no-space: /);
    await rm(filler);
    assert.equal((await runEveryhop(obtain, folder)).code, 0);
    const made = await root();
    assert.equal(made.code, 0, made.stderr);

    await fill();
    const [httpsPort, httpPort] = await freePorts(2);
    const up = ['up', '--state', state, '--https-port', String(httpsPort), '--http-port', String(httpPort)];
    const full = await runEveryhop(up, folder);
    assert.equal(full.code, 1);
    assert.match(full.stderr, /^file\.no-space: /);
    await rm(filler);
    assert.equal((await root()).stdout, made.stdout, 'the same root as before');
  },
);
