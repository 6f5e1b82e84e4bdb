/**
 * Certificates: one, a thousand, a hundred thousand. Other clients obtain theirs from the same Pebble in the same run, in turn
 * within each round. Machines differ, so only the ratios within one run are meaningful.
 *
 *   npm run bench:acme -- [--quick]
 *
 * certbot and acme-tiny come from `.cache/bench-acme/python` (`python3 -m venv` there, `pip install certbot acme-tiny`), lego
 * and Caddy from Debian, Pebble from `npm run tools`. The table lists a missing client as missing.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import tls from 'node:tls';
import { type Pebble, startPebble } from '../../test/support/pebble.ts';
import { nameSets } from './many-names.ts';
import { type Cost, cpuMsOf, median } from './measure.ts';
import { obtainWithCaddy, type Opened, type Peer, peers, type Place } from './peers.ts';

const quick = process.argv.includes('--quick');
const rounds = quick ? 3 : 11;
const thousand = quick ? 50 : 1000;
/** Caddy limits itself to ten certificates in ten seconds. */
const ofCaddy = quick ? 10 : 100;
const many = quick ? 2000 : 100_000;
const shakes = quick ? 200 : 2000;

const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-bench-'));
const endings: (() => unknown)[] = [];
const scope = { after: (end: () => unknown) => void endings.push(end) } as unknown as TestContext;
try {
  // This Pebble answers requests and validates challenges without its default pauses.
  const pebble = await startPebble(scope);
  const lines = [
    ...(await oneCertificate(pebble)),
    '',
    ...(await thousandCertificates(pebble)),
    '',
    ...(await manyCertificates()),
    '',
    `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}, Pebble 2.10.1 on the same machine.`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
  if (!quick) {
    const results = path.join(import.meta.dirname, '../results');
    mkdirSync(results, { recursive: true });
    writeFileSync(path.join(results, 'acme.md'), `# Certificates\n\n\`npm run bench:acme\`\n\n${lines.join('\n')}`);
  }
} finally {
  for (const end of endings) await end();
  rmSync(folder, { recursive: true, force: true });
}

function placeOf(pebble: Pebble, name: string): Place {
  const own = mkdtempSync(path.join(folder, `${name.replaceAll(/\W+/g, '-')}-`));
  const { directoryUrl, rootFile, httpPort, tlsPort } = pebble;
  return { folder: own, directoryUrl, rootFile, httpPort, tlsPort };
}

async function oneCertificate(pebble: Pebble): Promise<string[]> {
  const there = peers.filter(({ version }) => version !== undefined);
  const opened = new Map<Peer, Opened>();
  const costs = new Map<Peer, Cost[]>(there.map((peer) => [peer, []]));
  try {
    for (const peer of there) {
      const open = await peer.open(placeOf(pebble, peer.name));
      opened.set(peer, open);
      await open.obtain('first.running.test');
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const peer of there) {
        costs.get(peer)!.push(await opened.get(peer)!.obtain(`r${round}.running.test`));
      }
    }
  } finally {
    for (const open of opened.values()) await open.close();
  }
  const middle = (peer: Peer, key: keyof Cost): number => median(costs.get(peer)!.map((cost) => cost[key]));
  const own = there[0]!;
  const cell = (peer: Peer, key: keyof Cost): string => {
    const value = middle(peer, key);
    return `${value.toFixed(0)}${peer === own ? '' : ` (${(middle(own, key) / value).toFixed(2)})`}`;
  };
  return [
    '## One certificate, with an existing account',
    '',
    '| | wall ms | CPU ms |',
    '|---|---|---|',
    ...peers.map((peer) => {
      if (peer.version === undefined) return `| ${peer.name} | missing | – |`;
      return `| ${peer.name} ${peer.version}, ${peer.how} | ${cell(peer, 'wallMs')} | ${cell(peer, 'cpuMs')} |`;
    }),
    '| acme.sh | in no package manager here | – |',
    '',
    `Medians of ${rounds} interleaved rounds; in brackets, the first row divided by this row. Each client obtains a certificate for one`,
    'new name by HTTP-01, measured from the start of the command to its end. acme-tiny gets its key and request before the clock',
    'starts and does not check the challenge itself; the others generate a key, and Everyhop checks the challenge first. Caddy is',
    'a server, measured from its start until the certificate is stored.',
  ];
}

async function thousandCertificates(pebble: Pebble): Promise<string[]> {
  const place = placeOf(pebble, 'thousand');
  const args = [place.folder, place.directoryUrl, place.rootFile, `${place.httpPort}`, `${thousand}`];
  const ours = JSON.parse(await run('thousand.ts', args)) as Cost & { peakBytes: number };
  const rows: [string, number, Cost & { peakBytes: number }][] = [['everyhop', thousand, ours]];
  const hasCaddy = peers.some(({ name, version }) => name === 'caddy' && version !== undefined);
  if (hasCaddy) {
    const names = Array.from({ length: ofCaddy }, (_, index) => `n${index}.caddy.test`);
    rows.push(['caddy', ofCaddy, await obtainWithCaddy(placeOf(pebble, 'caddy-thousand'), names)]);
  }
  const rate = (count: number, { wallMs }: Cost): number => (1000 * count) / wallMs;
  return [
    `## ${thousand.toLocaleString('en')} certificates of one name each, in one go`,
    '',
    '| | certificates | per second | CPU ms each | peak MiB |',
    '|---|---|---|---|---|',
    ...rows.map(([name, count, cost]) => {
      const ratio = (own: number, value: number): string => (cost === ours ? '' : ` (${(own / value).toFixed(2)})`);
      const cells = [
        `${count}`,
        `${rate(count, cost).toFixed(1)}${ratio(rate(thousand, ours), rate(count, cost))}`,
        `${(cost.cpuMs / count).toFixed(1)}${ratio(ours.cpuMs / thousand, cost.cpuMs / count)}`,
        `${(cost.peakBytes / 1024 ** 2).toFixed(0)}${ratio(ours.peakBytes, cost.peakBytes)}`,
      ];
      return `| ${name} | ${cells.join(' | ')} |`;
    }),
    '',
    'Everyhop runs in a process that is already up, with an empty store on disk and no account. Caddy is measured from its start; it',
    'limits itself to ten certificates in ten seconds, so it gets fewer names.',
  ];
}

interface ManyFigures {
  storeBytes: number;
  startMs: number;
  startCpuMs: number;
  passMs: number;
  passCpuMs: number;
  residentBytes: number;
  peakBytes: number;
}

async function manyCertificates(): Promise<string[]> {
  const state = path.join(folder, 'many');
  await run('many.ts', ['fill', state, `${many}`]);
  const runs: ManyFigures[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round += 1) {
    runs.push(JSON.parse(await run('many.ts', ['measure', state, `${many}`])) as ManyFigures);
  }
  const middle = (key: keyof ManyFigures): number => median(runs.map((figures) => figures[key]));
  const mebibytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
  const [single, all] = [await handshakeCosts(state, 1), await handshakeCosts(state, many)];
  return [
    `## ${many.toLocaleString('en')} certificates of two names each, in one process`,
    '',
    '| | |',
    '|---|---|',
    `| one pass of the schedule (each minute), nothing due | ${middle('passMs').toFixed(0)} ms, CPU ${middle('passCpuMs').toFixed(0)} ms |`,
    `| start: open and check the store, read and decide on all | ${(middle('startMs') / 1000).toFixed(1)} s, CPU ${(middle('startCpuMs') / 1000).toFixed(1)} s |`,
    `| memory after the start, and peak | ${mebibytes(middle('residentBytes'))}, ${mebibytes(middle('peakBytes'))} |`,
    `| store on disk | ${mebibytes(middle('storeBytes'))} |`,
    `| CPU of a handshake with one certificate at the edge | ${single.again.toFixed(0)} µs |`,
    `| … with all certificates, names requested before | ${all.again.toFixed(0)} µs (${(all.again / single.again).toFixed(2)}) |`,
    `| … names requested for the first time | ${all.first.toFixed(0)} µs (${(all.first / single.again).toFixed(2)}) |`,
    '',
    'All keys are P-256; for each certificate the store holds a renewal date from its authority.',
  ];
}

/** Server CPU per full handshake, µs: `first` for names that are new to the server, `again` for the same names later. */
async function handshakeCosts(state: string, count: number): Promise<{ first: number; again: number }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'sni.ts'), state, `${count}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(said.toString());
    const names = nameSets(count).flat();
    const step = Math.max(1, Math.floor(names.length / shakes));
    const asked = Array.from({ length: shakes }, (_, index) => names[(index * step) % names.length]!);
    const cost = async (): Promise<number> => {
      const before = cpuMsOf(child.pid!);
      await Promise.all(Array.from({ length: 4 }, (_, lane) => lanes(port, asked, lane, 4)));
      return ((cpuMsOf(child.pid!) - before) * 1000) / shakes;
    };
    // A round in between lets the JIT compiler settle.
    const first = await cost();
    await cost();
    return { first, again: await cost() };
  } finally {
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }
}

async function lanes(port: number, names: readonly string[], lane: number, of: number): Promise<void> {
  for (let index = lane; index < names.length; index += of) await shakeHands(port, names[index]!);
}

/** @throws Error if the certificate is for another name. No client trusts the benchmark's authority. */
function shakeHands(port: number, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = tls.connect({ port, host: '127.0.0.1', servername: name, rejectUnauthorized: false }, () => {
      const { subjectaltname } = socket.getPeerCertificate();
      if (!subjectaltname?.split(', ').includes(`DNS:${name}`)) reject(new Error(`${name}: ${subjectaltname}`));
      socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

/** Asynchronously, because Pebble blocks unless this process keeps reading its log. */
async function run(program: string, args: readonly string[]): Promise<string> {
  const command = [path.join(import.meta.dirname, program), ...args];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return said;
}
