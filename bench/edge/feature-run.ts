/** Measures the edge with features on and off, beside programs with the same ones, and each check alone. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { cpuMicroseconds, requests } from './clients.ts';
import { type Feature, features } from './features.ts';
import { type PeerOptions, starters } from './peers.ts';

export interface FeatureRun {
  options: Omit<PeerOptions, 'feature'>;
  /** A second instance of the app. */
  otherPort: number;
  /** The core of the load. */
  loadCore: number;
  rounds: number;
  seconds: number;
  nextPort: () => number;
  tell: (line: string) => void;
}

const compared = ['everyhop', 'nginx', 'caddy'] as const;
type Compared = (typeof compared)[number];
type Figures = Map<string, Record<Compared, number[]>>;

/** @param names of the peers that are installed. Returns the lines of a section in Markdown. */
export async function measureFeatures(run: FeatureRun, names: readonly string[]): Promise<string[]> {
  const { options, otherPort, rounds, tell } = run;
  const peers = compared.filter((name) => names.includes(name));
  const all = features(options.folder, options.upstreamPort, otherPort);
  const figures: Figures = new Map(all.map(({ name }) => [name, { everyhop: [], nginx: [], caddy: [] }]));
  for (let round = 0; round < rounds; round += 1) {
    for (const feature of all) {
      for (const name of peers) {
        const cost = await costOf(run, name, feature, round).catch((error: Error) => {
          if (error.message !== 'no such feature') tell(`${name} ${feature.name}: ${error.message}`);
        });
        if (cost === undefined) continue;
        tell(`${name} ${feature.name}: ${cost.toFixed(1)} µs`);
        figures.get(feature.name)![name].push(cost);
      }
    }
  }
  return section(all, peers, figures);
}

async function costOf(run: FeatureRun, name: Compared, feature: Feature, round: number): Promise<number> {
  const folder = path.join(run.options.folder, `${name}-${feature.name}-${round}`);
  mkdirSync(folder);
  const port = run.nextPort();
  const peer = await starters[name]!({ ...run.options, folder, feature }, port);
  try {
    const load = (seconds: number): Promise<number> =>
      requests(port, seconds, run.loadCore, feature.connections, feature.target, peer.fields);
    await load(2); // warm
    const before = cpuMicroseconds(peer.pid);
    const answered = await load(run.seconds);
    return (cpuMicroseconds(peer.pid) - before) / answered;
  } finally {
    await peer.stop();
  }
}

function section(all: readonly Feature[], peers: readonly Compared[], figures: Figures): string[] {
  const median = (feature: string, peer: Compared): number | undefined => {
    const values = figures.get(feature)![peer].toSorted((a, b) => a - b);
    return values[Math.floor(values.length / 2)];
  };
  const cell = (feature: Feature, peer: Compared): string => {
    const value = median(feature.name, peer);
    if (value === undefined) return '–';
    const own = median(feature.name, 'everyhop');
    const ratio = peer === 'everyhop' || own === undefined ? '' : ` (${(own / value).toFixed(2)})`;
    const base = median(feature.target === '/page' ? 'page' : 'off', peer);
    const isBase = feature.name === 'off' || feature.name === 'page';
    const added =
      isBase || base === undefined ? '' : `, ${value < base ? '−' : '+'}${Math.abs(value - base).toFixed(1)}`;
    return `${value.toFixed(1)}${added}${ratio}`;
  };
  const checks = JSON.parse(
    execFileSync(process.execPath, [path.join(import.meta.dirname, 'checks.ts')], { encoding: 'utf8' }),
  ) as Record<string, number>;
  const spreads = [...figures.values()].flatMap((row) => Object.values(row).map(spread));
  return [
    '## Features',
    '',
    'CPU µs per request over HTTP/1.1 with keep-alive and TLS; after the comma: more or less than without the feature. In brackets:',
    "Everyhop's figure divided by this column's. Programs without the feature have no figure.",
    '',
    `| | ${peers.join(' | ')} |`,
    `|---|${peers.map(() => '---|').join('')}`,
    ...all.map((feature) => `| ${feature.title} | ${peers.map((peer) => cell(feature, peer)).join(' | ')} |`),
    '',
    `The rounds of one figure differ by up to ${(100 * Math.max(...spreads)).toFixed(0)} %: smaller differences between lines are noise. The second table has the cost of each check.`,
    '',
    'Each check alone, without sockets and TLS (`node bench/edge/checks.ts`), µs of CPU time:',
    '',
    '| check | µs |',
    '|---|---|',
    ...Object.entries(checks).map(([name, cost]) => `| ${name} | ${cost.toFixed(2)} |`),
    '',
  ];
}

/** Between the rounds of one figure, as a share of its median. */
function spread(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted.at(-1)! - sorted[0]!) / sorted[Math.floor(sorted.length / 2)]!;
}
