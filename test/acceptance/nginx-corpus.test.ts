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
import { newerNginx } from '../support/newer-nginx.ts';
import { type ToolName, without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';

const notRoot = process.geteuid?.() === 0 ? false : 'requires root';
const needed: ToolName[] = ['nginx', 'openssl'];
/** More than a small machine's processors, as the trials mostly wait. */
const concurrency = 4;
/** Every nth trial runs the program in a separate process, as a user would. */
const everyAsProgram = 8;

/** With newer versions, every nth sample: the whole corpus takes minutes. `npm run corpus:nginx` runs all of them. */
const everyWithNewer = Number(process.env['CORPUS_EVERY'] ?? 12);

for (const [title, tool, nginx, every] of [
  ["the machine's nginx", 'nginx', undefined, 1],
  ['nginx 1.26', 'nginx126', newerNginx('trixie'), everyWithNewer],
  ['nginx 1.30', 'nginx130', newerNginx('forky'), everyWithNewer],
] as const)
  test(
    `secure and undo restore every file byte for byte, without a failed request: ${title}`,
    { concurrency, timeout: 900_000 },
    async (t) => {
      const app = await startApp(t);
      const chosen = corpus
        .map((sample, index) => ({ sample, index }))
        .filter(({ index }) => index % every === 0)
        // The Lua module belongs to the machine's nginx.
        .filter(({ sample }) => !nginx || !sample.needs?.includes('nginxLua'));
      await Promise.all(
        chosen.map(({ sample, index }) => {
          const pebble = isPublic(sample) ? (['pebble'] as const) : [];
          const skip = without(...needed, tool, ...(sample.needs ?? []), ...pebble);
          const everyhop: Everyhop = index % everyAsProgram === 0 ? asProgram : inProcess;
          return t.test(sample.title, { skip, timeout: 120_000 }, async (t) =>
            runTrial(await begin(t, sample, app, everyhop, { nginx, isOn443: index % 2 === 0 })),
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
