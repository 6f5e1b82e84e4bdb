/**
 * Bundles: the time to merge Mozilla's roots with 200 private ones and to write them, and the number of certificates that are
 * parsed and deduplicated per second. Writes `bench/results/trust.md`.
 *
 *   node bench/trust/bundle.ts [FOLDER]
 *
 * FOLDER: where to write (default: /dev/shm, in memory, if it exists).
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeBundle } from '../../src/trust/bundle/make.ts';
import { type Bundle, mergeRoots } from '../../src/trust/bundle/merge.ts';
import { publishBundle } from '../../src/trust/bundle/publish.ts';
import { readPath } from '../../src/trust/bundle/read-file.ts';
import { makeRoot, nowMs } from '../../test/trust/bundle/roots.ts';
import { measureCommands } from './commands.ts';

const rounds = 25;
const memory = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
const folder = mkdtempSync(path.join(process.argv[2] ?? memory, 'everyhop-bench-'));

const privateFile = path.join(folder, 'private.pem');
writeFileSync(privateFile, Array.from({ length: 200 }, () => makeRoot().pem).join(''));
const moreFile = path.join(folder, 'more.pem');
writeFileSync(moreFile, makeRoot().pem);
const stages = new Map<string, { wallMs: number[]; cpuMs: number[] }>();
const publish = (out: string, bundle: Bundle): unknown => publishBundle(out, bundle, { toolVersion: '0' });
for (let round = 0; round < rounds; round++) {
  const out = path.join(folder, String(round));
  const request = { nowMs, publicSet: 'mozilla', rootFiles: [privateFile] } as const;
  const bundle = await timed('read, check, merge', () => makeBundle(request));
  await timed('write for the first time', () => publish(out, bundle));
  await timed('find the bundle unchanged', () => publish(out, bundle));
  const more = await makeBundle({ ...request, rootFiles: [privateFile, moreFile] });
  await timed('write one more root', () => publish(out, more));
}

const manyFile = path.join(folder, 'many.pem');
const { key } = makeRoot();
const many = Array.from({ length: 5_000 }, () => makeRoot({ key }).pem).join('');
writeFileSync(manyFile, many + many);
const rates: number[] = [];
for (let round = 0; round < 5; round++) {
  const start = performance.now();
  const { roots } = readPath(manyFile, 'system');
  const { anchors } = mergeRoots([{ roots, findings: [] }], { nowMs });
  rates.push((roots.length / (performance.now() - start)) * 1000);
  if (anchors.length !== 5_000) throw new Error(`${anchors.length} of 5000 roots`);
}
const commands = measureCommands(folder);
rmSync(folder, { recursive: true });

const rows = [...stages].map(
  ([stage, { wallMs, cpuMs }]) =>
    `| ${stage} | ${median(wallMs)} | ${Math.min(...wallMs).toFixed(1)} | ${median(cpuMs)} |`,
);
const report = `# Bundles of roots

\`node bench/trust/bundle.ts\`

| Mozilla's roots and 200 private ones | ms, median | ms, best | CPU ms of the main thread |
|---|---|---|---|
${rows.join('\n')}

Parsed and deduplicated: ${Math.round(Number(median(rates)) / 1000)} thousand certificates per second (10,000 given, 5,000 distinct).

## Whole commands

${commands}
Interleaved rounds; the figures include the start of Node and loading our code. Debian's tool ran on separate folders. CPU covers all\nthreads and child processes of a command; other load on the machine affects it least.

${rounds} rounds; ${os.cpus()[0]!.model.trim()}, ${os.cpus().length} cores with a load of ${os.loadavg()[0]!.toFixed(1)}, Node ${process.versions.node}, ${folder.startsWith('/dev/shm') ? 'written to memory: a disk adds the time to create 300 small files' : 'written to a disk'}.
`;
writeFileSync(path.resolve(import.meta.dirname, '../results/trust.md'), report);
console.log(report);

async function timed<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const begun = process.threadCpuUsage();
  const result = await work();
  const { user, system } = process.threadCpuUsage(begun);
  const figures = stages.get(stage) ?? { wallMs: [], cpuMs: [] };
  stages.set(stage, figures);
  figures.wallMs.push(performance.now() - start);
  figures.cpuMs.push((user + system) / 1000);
  return result;
}

function median(values: readonly number[]): string {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(1);
}
