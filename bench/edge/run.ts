/**
 * The edge beside nginx, HAProxy and Caddy: the same app behind each, one worker each, pinned to one core; load comes
 * from the other. CPU is the proxy's own, from the kernel. Machines differ, so only the ratios of one run mean something.
 *
 *   npm run bench:edge -- [--quick] [--only everyhop,nginx]
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cpuMicroseconds, handshakes, requests, requestsHttp2, residentBytes, streams } from './clients.ts';
import { host, type Peer, starters } from './peers.ts';

const quick = process.argv.includes('--quick');
const onlyAt = process.argv.indexOf('--only');
const names = onlyAt < 0 ? Object.keys(starters) : process.argv[onlyAt + 1]!.split(',');
const rounds = quick ? 1 : 3;
const proxyCore = 0;
const loadCore = 1;

interface Figures {
  request: number[];
  http2: number[];
  handshake: number[];
  token: number[];
  streamBytes: number[];
}

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
const app = spawn(
  'taskset',
  ['-c', String(loadCore), process.execPath, path.join(import.meta.dirname, 'upstream.ts')],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
execFileSync('taskset', ['-pc', String(loadCore), String(process.pid)], { stdio: 'ignore' });
const [portLine] = (await once(app.stdout, 'data')) as [Buffer];
const upstreamPort = Number(portLine.toString());

const figures = new Map<string, Figures>();
const versions = new Map<string, string>();
let port = 20_000 + (process.pid % 20_000);
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const own = path.join(folder, `${name}-${round}`);
      mkdirSync(own);
      const peer = await starters[name]!(
        { folder: own, upstreamPort, core: proxyCore, chainFile, keyFile },
        (port += 1),
      );
      versions.set(name, peer.version);
      try {
        const row = figures.get(name) ?? { request: [], http2: [], handshake: [], token: [], streamBytes: [] };
        figures.set(name, row);
        await measure(peer, row);
      } finally {
        await peer.stop();
      }
    }
  }
} finally {
  app.kill();
  rmSync(folder, { recursive: true, force: true });
}
report();

async function measure(peer: Peer, row: Figures): Promise<void> {
  const { pid } = peer;
  await requests(peer.port, quick ? 2 : 3, loadCore); // warm
  row.request.push(await perUnit(pid, () => requests(peer.port, quick ? 4 : 8, loadCore)));
  row.http2.push(await perUnit(pid, () => requestsHttp2(peer.port, quick ? 20_000 : 60_000, loadCore)));
  const shakes = quick ? 500 : 2000;
  row.handshake.push(await perUnit(pid, async () => (await handshakes(peer.port, shakes, 8), shakes)));
  const idle = residentBytes(pid);
  let open = 0;
  const count = 400;
  const tokens = 200;
  // Connecting is not part of a token's cost: counted from the moment when all streams are open.
  let begun = 0;
  let resident = 0;
  const reading = await streams(peer.port, count, tokens, 25, () => {
    begun = cpuMicroseconds(pid);
    open = count;
    setTimeout(() => (resident = residentBytes(pid)), 1500);
  });
  if (open !== count || reading.tokens !== count * tokens) throw new Error(`${peer.name}: ${reading.tokens} tokens`);
  row.token.push((cpuMicroseconds(pid) - begun) / reading.tokens);
  row.streamBytes.push((resident - idle) / count);
}

async function perUnit(pid: number, work: () => Promise<number>): Promise<number> {
  const before = cpuMicroseconds(pid);
  const units = await work();
  return (cpuMicroseconds(pid) - before) / units;
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function report(): void {
  const columns = ['request', 'http2', 'handshake', 'token', 'streamBytes'] as const;
  const own = figures.get('everyhop');
  const cell = (name: string, column: (typeof columns)[number]): string => {
    const value = median(figures.get(name)![column]);
    const ratio = own && name !== 'everyhop' ? ` (${(median(own[column]) / value).toFixed(2)})` : '';
    return `${column === 'streamBytes' ? `${(value / 1024).toFixed(0)} KiB` : value.toFixed(1)}${ratio}`;
  };
  const lines = [
    '| proxy | CPU µs per request (HTTP/1.1, keep-alive) | per request (HTTP/2) | per full handshake | per streamed token | memory per active stream |',
    '|---|---|---|---|---|---|',
    ...names.map(
      (name) => `| ${name} ${versions.get(name)} | ${columns.map((column) => cell(name, column)).join(' | ')} |`,
    ),
    '',
    `In brackets: Everyhop's figure divided by this one's. ${rounds} round${rounds === 1 ? '' : 's'}, medians; TLS everywhere; one worker each, pinned to a core; ${os.cpus()[0]?.model.trim()}, Node ${process.versions.node}.`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
  if (quick || onlyAt >= 0) return;
  const results = path.join(import.meta.dirname, '../results');
  mkdirSync(results, { recursive: true });
  writeFileSync(
    path.join(results, 'edge.md'),
    `# The edge beside nginx, HAProxy and Caddy\n\n\`npm run bench:edge\`\n\n${lines.join('\n')}`,
  );
}
