/** Tries every way to install Everyhop from nothing to removal, and writes what happened to docs/ways-in.md: `npm run ways-in`. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type WayIn, waysInVariable } from '../test/support/ways-in.ts';

const root = path.resolve(import.meta.dirname, '..');
const tests = ['files', 'service', 'deb', 'image', 'compose'].map((name) => `test/packaging/${name}.test.ts`);
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-ways-'));
const record = path.join(folder, 'record');

const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...tests], {
  cwd: root,
  env: { ...process.env, [waysInVariable]: record },
  stdio: 'inherit',
});
const lines = existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : [];
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
if (status === 0)
  writeFileSync(path.join(root, 'docs/ways-in.md'), page(lines.map((line) => JSON.parse(line) as WayIn)));

function page(ways: readonly WayIn[]): string {
  const mark = (is: boolean | undefined): string => (is === undefined ? '–' : is ? 'yes' : '**no**');
  const rows = ways.map((one) =>
    [
      one.way,
      one.on,
      mark(one.provenFromOutside),
      mark(one.keepsStateOnUpgrade),
      mark(one.isRemoved),
      one.left.join('; '),
      one.megabytes === 0 ? '–' : `${one.megabytes < 10 ? one.megabytes.toFixed(1) : Math.round(one.megabytes)} MB`,
      `${Math.round(one.seconds)} s`,
    ].join(' | '),
  );
  return `# Ways in, tried from nothing to removal

\`npm run ways-in\` makes this table: it installs Everyhop in each way where nothing of it is present, verifies a page with curl from outside
of the machine or container, installs a later build or starts anew over the same state, and removes it. The seconds are from
nothing to the first page that curl verified, on a machine with two cores.

| way | on | verified from outside | root and certificates stay | removed | left behind | size | first page after |
|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}
`;
}
