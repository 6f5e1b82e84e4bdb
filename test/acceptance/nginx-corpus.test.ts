/** Secures, checks and undoes every configuration of the corpus, and rejects the bad ones. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { startApp } from '../nginx/corpus/app.ts';
import { badSamples } from '../nginx/corpus/bad.ts';
import { asProgram, type Everyhop, inProcess } from '../nginx/corpus/command.ts';
import { corpus } from '../nginx/corpus/index.ts';
import { installSample, snapshot, startWith, writeTree } from '../nginx/corpus/install.ts';
import type { BadSample } from '../nginx/corpus/sample.ts';
import { begin, isPublic, runTrial } from '../nginx/corpus/trial.ts';
import { type ToolName, without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';

const notRoot = process.geteuid?.() === 0 ? false : 'requires root';
const needed: ToolName[] = ['nginx', 'openssl'];
/** More than a small machine's processors, as the trials mostly wait. */
const concurrency = 4;
/** Every nth trial runs the program in a separate process, as a user would. */
const everyAsProgram = 8;

test(
  'secure and undo restore every file byte for byte, without a failed request',
  { concurrency, timeout: 600_000 },
  async (t) => {
    const app = await startApp(t);
    await Promise.all(
      corpus.map((sample, index) => {
        const skip = without(...needed, ...(sample.needs ?? []), ...(isPublic(sample) ? (['pebble'] as const) : []));
        const everyhop: Everyhop = index % everyAsProgram === 0 ? asProgram : inProcess;
        return t.test(sample.title, { skip, timeout: 120_000 }, async (t) =>
          runTrial(await begin(t, sample, app, everyhop, { isOn443: index % 2 === 0 })),
        );
      }),
    );
  },
);

test('rejects bad configurations and changes nothing', { concurrency, timeout: 300_000 }, async (t) => {
  const app = await startApp(t);
  await Promise.all(
    badSamples.map((sample) =>
      t.test(
        sample.title,
        { skip: without(...needed, ...(sample.needs ?? [])) || (sample.asRoot === true && notRoot), timeout: 60_000 },
        (t) => isRefused(t, sample, app),
      ),
    ),
  );
});

async function isRefused(t: TestContext, sample: BadSample, app: number): Promise<void> {
  const { tree, names, args = () => ['--yes'], code, says } = sample;
  const runs = 'runsWith' in sample ? sample.runsWith : tree;
  const laidOut = await installSample(t, { ...sample, tree: runs ?? tree }, app);
  const { at, confFile } = laidOut;
  if (runs) await startWith(t, laidOut);
  if (runs && runs !== tree) {
    await rm(path.join(at.root, 'etc'), { recursive: true });
    await writeTree(at.root, tree(at));
  }
  await sample.meanwhile?.(t, at);
  const home = await temporaryFolder(t, 'nginx-state');
  const before = await snapshot(at.root);
  const given = ['nginx', 'secure', ...names, ...laidOut.args, '--tls-port', String(at.tls), ...args(at)];
  for (const language of ['en', 'zh']) {
    const ended = await inProcess([...given, '--state', path.join(home, language), '--lang', language], home);
    assert.equal(ended.code, 1, `${ended.stdout}${ended.stderr}`);
    assert.deepEqual(
      [...ended.stderr.matchAll(/^([a-z]+\.[a-z0-9-]+): /gm)].map(([, one]) => one),
      [code],
      ended.stderr,
    );
    if (says) assert.match(ended.stderr, says);
    assert.deepEqual(await snapshot(at.root), before, confFile);
  }
}
