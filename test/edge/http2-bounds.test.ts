import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from '../support/up.ts';
import { startRecorder } from './edge.ts';
import type { Http2Case } from './http2-cases.ts';
import { crowds, provocations } from './http2-misuse-cases.ts';
import { downgrades, floods } from './http2-cases.ts';
import { FrameClient } from './http2-frames.ts';

const root = path.resolve(import.meta.dirname, '../..');
const host = 'chat.test';
/** For one case and all its clients. Most cases need a tenth of it. */
const cpuLimitMs = 3000;
/** For all cases together. Generous, because garbage is collected late; a leak would exceed it. */
const memoryLimitBytes = 256 * 1024 * 1024;
const clients = 5;
/** Linux reports CPU time in hundredths of a second. */
const tickMs = 10;

interface Worker {
  port: number;
  pid: number;
}

/** Runs the real program with one worker, so that CPU and memory can be measured per process. */
async function startWorker(t: TestContext, appPort: number): Promise<Worker> {
  const folder = await temporaryFolder(t, 'bounds');
  const [port] = (await freePorts(1)) as [number];
  const config = path.join(folder, 'everyhop.yaml');
  await writeFile(
    config,
    `https_port: ${port}\nhttp_port: false\nlisten: [127.0.0.1]\nworkers: 1\nsites:\n  - host: ${host}\n    upstream: http://127.0.0.1:${appPort}\n`,
  );
  const program = path.join(root, 'bin/everyhop.js');
  const args = [program, 'up', '--config', config, '--state', path.join(folder, 'state'), '--json'];
  const child = spawn(process.execPath, args, {
    env: cleanEnvironment(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(t, async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await once(lines, 'line')) as [string];
  lines.on('line', () => {});
  const { workers } = JSON.parse(first) as { workers: { pid: number }[] };
  return { port, pid: workers[0]!.pid };
}

function cpuMs({ pid }: Worker): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

function residentBytes({ pid }: Worker): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
}

async function attack(misuse: Http2Case, { port }: Worker): Promise<string> {
  // Other tests check the certificate; here its authority has just been created.
  const options = { port, host: '127.0.0.1', servername: host, rejectUnauthorized: false };
  const client = await FrameClient.connect(options, misuse.first);
  const outcome = await misuse.run(client);
  client.socket.destroy();
  await client.closed;
  return outcome;
}

const linuxOnly = { skip: process.platform === 'linux' ? false : 'reads /proc' };

test(
  'HTTP/2 misuse by five clients at a time: CPU, memory and requests of the worker stay within bounds',
  linuxOnly,
  async (t) => {
    const app = await startRecorder(t, (received, socket) => {
      if (!received.includes('/never')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const requests = (): number => app.received().match(/ HTTP\/1\.1\r\n/g)?.length ?? 0;
    const worker = await startWorker(t, app.port);
    await attack(downgrades.at(-1)!, worker);
    const atFirst = residentBytes(worker);
    for (const misuse of [...floods, ...provocations, ...crowds]) {
      const [cpuBefore, requestsBefore] = [cpuMs(worker), requests()];
      await Promise.all(Array.from({ length: clients }, () => attack(misuse, worker)));
      const cpu = cpuMs(worker) - cpuBefore;
      const seen = requests() - requestsBefore;
      assert.ok(cpu < cpuLimitMs, `${misuse.name}: ${cpu} ms of CPU`);
      assert.ok(seen <= clients * misuse.requests, `${misuse.name}: ${seen} requests`);
    }
    assert.equal(await attack(downgrades.at(-1)!, worker), '200', 'the next client is served by the same worker');
    const grown = residentBytes(worker) - atFirst;
    assert.ok(grown < memoryLimitBytes, `memory grew by ${grown} bytes`);
  },
);
