/** What a running `everyhop up` survives: reloads, signals, the death of a worker, a full disk. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import net, { type Socket } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls, { type TLSSocket } from 'node:tls';
import { atEnd, freePorts, runEveryhop, startUp, temporaryFolder, type Up } from '../support/up.ts';

interface App {
  port: number;
  streams: Socket[];
  /** Sends the next number to every open stream. */
  tick(): void;
  /** Ends every stream. */
  finish(): void;
}

/** An app whose every answer is a stream of numbers. */
async function startApp(t: TestContext): Promise<App> {
  const streams: Socket[] = [];
  let next = 0;
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => {
      if (!streams.includes(socket)) streams.push(socket);
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.close();
    for (const socket of streams) socket.destroy();
  });
  const send = (text: string): void => {
    for (const socket of streams) if (!socket.destroyed) socket.write(text);
  };
  return {
    port: (server.address() as net.AddressInfo).port,
    streams,
    tick() {
      const token = `${next++} `;
      send(`${token.length.toString(16)}\r\n${token}\r\n`);
    },
    finish: () => send('0\r\n\r\n'),
  };
}

interface Reader {
  socket: TLSSocket;
  numbers(): string;
  /** Everything after the head, as it came. */
  body(): string;
  whole: Promise<boolean>;
}

/** Opens a stream and keeps what it brings; `whole` tells whether it came to its proper end. */
async function openStream(up: Up): Promise<Reader> {
  const ca = await readFile(up.rootFile, 'utf8');
  const socket = tls.connect({ port: up.httpsPort, host: '127.0.0.1', servername: 'localhost', ca });
  let text = '';
  socket.on('error', () => {});
  const whole = new Promise<boolean>((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (text.endsWith('0\r\n\r\n')) resolve(true);
    });
    socket.on('close', () => resolve(text.endsWith('0\r\n\r\n')));
  });
  await once(socket, 'secureConnect');
  socket.write(`GET /stream HTTP/1.1\r\nHost: localhost:${up.httpsPort}\r\n\r\n`);
  return {
    socket,
    numbers: () => (text.match(/^\d+ $/gm) ?? []).join(''),
    body: () => text.slice(text.indexOf('\r\n\r\n') + 4),
    whole,
  };
}

/** The serial number of the certificate that a new connection gets. */
async function servedSerial(up: Up): Promise<string> {
  const ca = await readFile(up.rootFile, 'utf8');
  const socket = tls.connect({ port: up.httpsPort, host: '127.0.0.1', servername: 'localhost', ca });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

async function openStreams(app: App, up: Up, count: number): Promise<Reader[]> {
  const readers = await Promise.all(Array.from({ length: count }, () => openStream(up)));
  while (app.streams.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  return readers;
}

interface Status {
  pid: number;
  revision: number;
  workers: { pid: number; streams: number }[];
}

async function statusOf(up: Up, folder: string): Promise<Status> {
  const { stdout } = await runEveryhop(['status', '--json', '--state', up.state], folder);
  return JSON.parse(stdout) as Status;
}

async function untilRevision(up: Up, folder: string, revision: number): Promise<void> {
  while ((await statusOf(up, folder)).revision < revision) await new Promise((resolve) => setTimeout(resolve, 50));
}

test(
  '2,000 streams live through ten reloads (by command, by signal, by a file that is written or renamed) and ten new certificates',
  { timeout: 300_000 },
  async (t) => {
    const app = await startApp(t);
    const folder = await temporaryFolder(t, 'service');
    const file = path.join(folder, 'everyhop.yaml');
    const configuration = (round: number): string =>
      `connections_per_client: 5000\nsites:\n  - host: localhost\n    block: [/blocked-${round}]\n    upstream: http://127.0.0.1:${app.port}\n`;
    await writeFile(file, configuration(0));
    const up = await startUp(t, ['--config', file]);
    const readers = await openStreams(app, up, 2000);
    const serials = new Set([await servedSerial(up)]);
    const { pid } = await statusOf(up, folder);
    app.tick();
    for (let round = 1; round <= 10; round += 1) {
      const { revision } = await statusOf(up, folder);
      if (round % 4 === 0) {
        await writeFile(`${file}.new`, configuration(round));
        await rename(`${file}.new`, file);
      } else if (round % 4 === 1) await writeFile(file, configuration(round));
      else if (round % 4 === 2) process.kill(pid, 'SIGHUP');
      else assert.equal((await runEveryhop(['reload', '--state', up.state], folder)).code, 0);
      await untilRevision(up, folder, revision + 1);
      app.tick();
      const renewal = await runEveryhop(['certificates', 'renew', '--state', up.state], folder);
      assert.equal(renewal.code, 0, renewal.stderr);
      serials.add(await servedSerial(up));
      app.tick();
    }
    assert.equal(serials.size, 11, 'each new certificate was served');
    app.finish();
    assert.ok(
      (await Promise.all(readers.map((reader) => reader.whole))).every(Boolean),
      'every stream came to its end',
    );
    const tokens = Array.from({ length: 21 }, (_, index) => `${index} `);
    const expected = `${tokens.map((token) => `${token.length.toString(16)}\r\n${token}\r\n`).join('')}0\r\n\r\n`;
    assert.deepEqual(
      [...new Set(readers.map((reader) => reader.body()))],
      [expected],
      'nothing lost, doubled or moved',
    );
  },
);

test('a certificate is renewed for a site that there is, and only then', { timeout: 60_000 }, async (t) => {
  const app = await startApp(t);
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

test('a worker that dies cuts only its own streams, and is replaced', { timeout: 120_000 }, async (t) => {
  const app = await startApp(t);
  const folder = await temporaryFolder(t, 'service');
  const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
  const readers = await openStreams(app, up, 60);
  app.tick();
  const before = await statusOf(up, folder);
  const [victim] = before.workers.toSorted((a, b) => b.streams - a.streams);
  process.kill(victim!.pid, 'SIGKILL');
  for (;;) {
    const { workers } = await statusOf(up, folder);
    if (workers.length === before.workers.length && workers.every(({ pid }) => pid !== victim!.pid)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  app.tick();
  app.finish();
  const whole = await Promise.all(readers.map((reader) => reader.whole));
  assert.equal(whole.filter((one) => !one).length, victim!.streams);
  const again = await openStream(up);
  await once(again.socket, 'data');
  app.finish();
  assert.equal(await again.whole, true, 'new connections are answered');
});

test('SIGTERM lets an open stream end, takes no new connection, and exits with 0', { timeout: 120_000 }, async (t) => {
  const app = await startApp(t);
  const up = await startUp(t, [`http://127.0.0.1:${app.port}`]);
  const [reader] = await openStreams(app, up, 1);
  app.tick();
  process.kill((await statusOf(up, await temporaryFolder(t, 'service'))).pid, 'SIGTERM');
  for (;;) {
    const refused = await new Promise<boolean>((resolve) => {
      const probe = net.connect(up.httpsPort, '127.0.0.1', () => {
        probe.destroy();
        resolve(false);
      });
      probe.on('error', () => resolve(true));
    });
    if (refused) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  app.tick();
  app.finish();
  assert.equal(await reader!.whole, true);
  assert.equal(reader!.numbers(), '0 1 ');
  assert.equal(await up.exited, 0);
});

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
if (!mayMount && process.env['CI'] === 'true') throw new Error('the full-disk test needs root on Linux');

test(
  'a full disk: a clear error at the first start and later, and nothing is lost',
  { skip: !mayMount && 'needs root on Linux, to mount a small file system', timeout: 120_000 },
  async (t) => {
    const folder = await temporaryFolder(t, 'disk');
    const state = path.join(folder, 'state');
    await mkdir(state);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', state]);
    atEnd(t, () => execFileSync('umount', ['-l', state]));
    const filler = path.join(state, 'filler');
    const fill = (): Promise<void> => writeFile(filler, Buffer.alloc(2 * 1024 * 1024)).catch(() => {});
    const root = (): ReturnType<typeof runEveryhop> => runEveryhop(['authority', 'root', '--state', state], folder);

    await fill();
    const first = await root();
    assert.equal(first.code, 1);
    assert.match(first.stderr, /^file\.no-space: /);
    await rm(filler);
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
