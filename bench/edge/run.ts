/**
 * The edge compared with nginx, HAProxy and Caddy: the same app behind each, one worker each, pinned to one core; load comes
 * from the other. CPU is the proxy's own, from the kernel. Machines differ, so only the ratios within one run are meaningful.
 *
 *   npm run bench:edge -- [--quick] [--only everyhop,nginx] [--features]
 *
 * `--features` measures only the features, and keeps the rest of the results.
 * Installs missing peers if this user may (root on Debian); otherwise leaves them out and lists them in the output.
 */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable } from 'node:stream';
import {
  cpuMicroseconds,
  download,
  firstBytes,
  handshakes,
  idle,
  requests,
  requestsHttp2,
  residentBytes,
  streams,
  upload,
} from './clients.ts';
import { measureFeatures } from './feature-run.ts';
import { host, type Peer, starters } from './peers.ts';
import { findPrograms } from './programs.ts';

const quick = process.argv.includes('--quick');
const featuresOnly = process.argv.includes('--features');
const onlyAt = process.argv.indexOf('--only');
const wanted = onlyAt < 0 ? Object.keys(starters) : (process.argv[onlyAt + 1] ?? '').split(',');
const unknown = wanted.filter((name) => !starters[name]);
if (unknown.length > 0) {
  process.stderr.write(`--only: unknown ${unknown.join(', ')}; known are ${Object.keys(starters).join(', ')}\n`);
  process.exit(2);
}
const rounds = quick ? 1 : 3;
const resultFile = path.join(import.meta.dirname, '../results/edge.md');
const proxyCore = 0;
const loadCore = 1;

interface Figures {
  request: number[];
  http2: number[];
  handshake: number[];
  token: number[];
  firstByteMedian: number[];
  firstByteSlow: number[];
  down: number[];
  up: number[];
  idleBytes: number[];
  manyBytes: number[];
}

const gibibyte = 1024 ** 3;
/** As many as the limit on open files allows; a proxy needs two files for each stream. */
const manyStreams = Math.min(10_000, Math.floor((openFiles() - 1000) / 2));

const programs = await findPrograms(wanted, (line) => process.stderr.write(`${line}\n`));
/** The peers to measure, without those that failed to start. */
let names = programs.peers;
const leftOut = programs.missing;

const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-bench-'));
const chainFile = path.join(folder, 'chain.pem');
const keyFile = path.join(folder, 'key.pem');
execFileSync(
  'openssl',
  [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '5',
    '-subj',
    `/CN=${host}`,
    '-addext',
    `subjectAltName=DNS:${host}`,
    '-keyout',
    keyFile,
    '-out',
    chainFile,
  ],
  { stdio: 'ignore' },
);
const startApp = (): ChildProcessByStdio<null, Readable, null> =>
  spawn('taskset', ['-c', String(loadCore), process.execPath, path.join(import.meta.dirname, 'upstream.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
const app = startApp();
execFileSync('taskset', ['-pc', String(loadCore), String(process.pid)], { stdio: 'ignore' });
const [portLine] = (await once(app.stdout, 'data')) as [Buffer];
const upstreamPort = Number(portLine.toString());

const figures = new Map<string, Figures>();
const versions = new Map<string, string>();
// Below the system's range of ephemeral ports.
let featureLines: string[] = [];
let port = 20_000 + (process.pid % 12_000);
try {
  for (let round = 0; round < (featuresOnly ? 0 : rounds); round += 1) {
    for (const name of names) {
      const own = path.join(folder, `${name}-${round}`);
      mkdirSync(own);
      const options = { folder: own, upstreamPort, core: proxyCore, chainFile, keyFile };
      const peer = await starters[name]!(options, (port += 1)).catch((error: Error) => leaveOut(name, error));
      if (!peer) continue;
      versions.set(name, peer.version);
      try {
        const row = figures.get(name) ?? noFigures();
        figures.set(name, row);
        await measure(peer, row);
      } finally {
        await peer.stop();
      }
    }
  }
  if (programs.hasLoad) featureLines = await withFeatures();
} finally {
  app.kill();
  rmSync(folder, { recursive: true, force: true });
}
report();

async function withFeatures(): Promise<string[]> {
  const other = startApp();
  try {
    const [line] = (await once(other.stdout, 'data')) as [Buffer];
    const run = {
      options: { folder, upstreamPort, core: proxyCore, chainFile, keyFile },
      otherPort: Number(line.toString()),
      loadCore,
      rounds,
      seconds: quick ? 2 : 4,
      nextPort: () => (port += 1),
      tell: (text: string) => void process.stderr.write(`${text}\n`),
    };
    return await measureFeatures(run, names);
  } finally {
    other.kill();
  }
}

function leaveOut(name: string, error: Error): undefined {
  if (name === 'everyhop') throw error;
  names = names.filter((each) => each !== name);
  leftOut.push(`${name} did not start: ${error.message}`);
}

function noFigures(): Figures {
  return {
    request: [],
    http2: [],
    handshake: [],
    token: [],
    firstByteMedian: [],
    firstByteSlow: [],
    down: [],
    up: [],
    idleBytes: [],
    manyBytes: [],
  };
}

async function measure(peer: Peer, row: Figures): Promise<void> {
  const { pid, port, name } = peer;
  if (programs.hasLoad) {
    await requests(port, quick ? 2 : 3, loadCore); // warm
    row.request.push(await perUnit(pid, () => requests(port, quick ? 4 : 8, loadCore)));
    const count = quick ? 20_000 : 60_000;
    if (name !== 'bare') row.http2.push(await perUnit(pid, () => requestsHttp2(port, count, loadCore)));
  }
  const shakes = quick ? 500 : 2000;
  row.handshake.push(await perUnit(pid, async () => (await handshakes(port, shakes, 8), shakes)));
  row.token.push(await perToken(peer));
  if (quick) return;
  const direct = await firstBytes(upstreamPort, 1000, false);
  const through = await firstBytes(port, 1000, true);
  row.firstByteMedian.push(1000 * (quantile(through, 0.5) - quantile(direct, 0.5)));
  row.firstByteSlow.push(1000 * (quantile(through, 0.99) - quantile(direct, 0.99)));
  row.down.push((await perUnit(pid, async () => (await download(port, gibibyte), 1))) / 1000);
  row.up.push((await perUnit(pid, async () => (await upload(port, gibibyte), 1))) / 1000);
  const before = residentBytes(pid);
  await idle(port, manyStreams, async () => void row.idleBytes.push((residentBytes(pid) - before) / manyStreams));
  await new Promise((resolve) => setTimeout(resolve, 1000));
  // One token a second on each of very many streams: the memory cost of many users who wait for a model.
  await streams(port, manyStreams, 5, 1000, () => void setTimeout(() => row.manyBytes.push(residentBytes(pid)), 2000));
}

/** Counts from the moment when all streams are open, because connecting is not part of a token's cost. */
async function perToken({ pid, port, name }: Peer): Promise<number> {
  const [count, tokens] = [400, 200];
  let begun: number | undefined;
  const reading = await streams(port, count, tokens, 25, () => void (begun = cpuMicroseconds(pid)));
  if (begun === undefined || reading.tokens !== count * tokens) throw new Error(`${name}: ${reading.tokens} tokens`);
  return (cpuMicroseconds(pid) - begun) / reading.tokens;
}

async function perUnit(pid: number, work: () => Promise<number>): Promise<number> {
  const before = cpuMicroseconds(pid);
  const units = await work();
  return (cpuMicroseconds(pid) - before) / units;
}

function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)]!;
}

function report(): void {
  const columns: [key: keyof Figures, title: string, render: (value: number) => string][] = [
    ['request', 'CPU µs per request, HTTP/1.1, keep-alive', (value) => value.toFixed(1)],
    ['http2', 'CPU µs per request, HTTP/2', (value) => value.toFixed(1)],
    ['handshake', 'CPU µs per full handshake', (value) => value.toFixed(0)],
    ['token', 'CPU µs per streamed token, 400 streams', (value) => value.toFixed(1)],
    ['firstByteMedian', 'added time to first byte, µs, median', (value) => value.toFixed(0)],
    ['firstByteSlow', 'added time to first byte, µs, p99', (value) => value.toFixed(0)],
    ['down', 'CPU ms per GiB down', (value) => value.toFixed(0)],
    ['up', 'CPU ms per GiB up', (value) => value.toFixed(0)],
    ['idleBytes', 'KiB per idle connection', (value) => (value / 1024).toFixed(0)],
    ['manyBytes', `MiB in total with ${manyStreams} streams`, (value) => (value / 1024 ** 2).toFixed(0)],
  ];
  const own = figures.get('everyhop');
  const cell = (name: string, [key, , render]: (typeof columns)[number]): string => {
    const values = figures.get(name)![key];
    if (values.length === 0) return '–';
    const value = quantile(values, 0.5);
    const ratio = own && name !== 'everyhop' ? ` (${(quantile(own[key], 0.5) / value).toFixed(2)})` : '';
    return `${render(value)}${ratio}`;
  };
  if (featuresOnly) {
    process.stdout.write(featureLines.join('\n'));
    if (quick || onlyAt >= 0) return;
    const before = readFileSync(resultFile, 'utf8').split('## Features')[0]!;
    return writeFileSync(resultFile, `${before.trimEnd()}\n\n${featureLines.join('\n')}`);
  }
  const omissions = leftOut.map((sentence) => `Left out: ${sentence}\n`);
  if (names.length === 0) return void process.stdout.write(omissions.join(''));
  const lines = [
    `| | ${names.map((name) => `${name} ${versions.get(name)}`).join(' | ')} |`,
    `|---|${names.map(() => '---|').join('')}`,
    ...columns
      .filter(([key]) => figures.get(names[0]!)![key].length > 0)
      .map((column) => `| ${column[1]} | ${names.map((name) => cell(name, column)).join(' | ')} |`),
    '',
    `In brackets: Everyhop's figure divided by this column's. ${rounds} round${rounds === 1 ? '' : 's'}, medians; TLS everywhere; one worker each, pinned to a core; ${os.cpus()[0]?.model.trim()}, Node ${process.versions.node}.`,
    '',
    ...omissions,
    ...featureLines,
  ];
  process.stdout.write(lines.join('\n'));
  if (quick || onlyAt >= 0 || leftOut.length > 0) return; // not the whole comparison
  mkdirSync(path.dirname(resultFile), { recursive: true });
  writeFileSync(
    resultFile,
    `# The edge compared with nginx, HAProxy and Caddy\n\n\`npm run bench:edge\`\n\n${lines.join('\n')}`,
  );
}

function openFiles(): number {
  return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1] ?? 4096);
}
