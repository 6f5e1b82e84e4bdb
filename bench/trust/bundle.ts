/**
 * Bundles: how long it takes to merge this system's roots with 200 private ones and to write them, and how many
 * certificates are parsed and deduplicated a second.
 *
 *   node bench/trust/bundle.ts
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeBundle } from '../../src/trust/bundle/make.ts';
import { mergeRoots } from '../../src/trust/bundle/merge.ts';
import { publishBundle } from '../../src/trust/bundle/publish.ts';
import { readPath } from '../../src/trust/bundle/read-file.ts';
import { makeRoot, nowMs } from '../../test/trust/bundle/roots.ts';

const rounds = 15;
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-bench-'));

const privateFile = path.join(folder, 'private.pem');
writeFileSync(privateFile, Array.from({ length: 200 }, () => makeRoot().pem).join(''));
const moreFile = path.join(folder, 'more.pem');
writeFileSync(moreFile, makeRoot().pem);
const stages: Record<string, number[]> = {};
for (let round = 0; round < rounds; round++) {
  const out = path.join(folder, String(round));
  const bundle = await timed('read, judge, merge', () => makeBundle({ nowMs, rootFiles: [privateFile] }));
  await timed('write all of it', () => publishBundle(out, bundle, { toolVersion: '0' }));
  await timed('find it unchanged', () => publishBundle(out, bundle, { toolVersion: '0' }));
  const more = await makeBundle({ nowMs, rootFiles: [privateFile, moreFile] });
  await timed('write one root more', () => publishBundle(out, more, { toolVersion: '0' }));
}
for (const [stage, values] of Object.entries(stages)) {
  console.log(`${stage}: median ${median(values).toFixed(1)} ms, first ${values[0]!.toFixed(1)} ms`);
}

const manyFile = path.join(folder, 'many.pem');
const { key } = makeRoot();
const many = Array.from({ length: 5_000 }, () => makeRoot({ key }).pem).join('');
writeFileSync(manyFile, many + many);
const rates: number[] = [];
for (let round = 0; round < 5; round++) {
  const start = performance.now();
  const { roots } = await readPath(manyFile, 'system');
  const { anchors } = mergeRoots([{ roots, findings: [] }], { nowMs });
  rates.push((roots.length / (performance.now() - start)) * 1000);
  if (anchors.length !== 5_000) throw new Error(`${anchors.length} of 5000 roots`);
}
console.log(`parsed and deduplicated: ${Math.round(median(rates))} certificates a second`);
rmSync(folder, { recursive: true });

async function timed<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  (stages[stage] ??= []).push(performance.now() - start);
  return result;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
