/**
 * `npm run security`: runs the tests of the security audit and writes their tables in docs/security.md, without a run of all tests;
 * then measures the readers, and writes sizes and times. `npm run security -- cost` does only that.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { recordVariable } from '../test/support/outside.ts';
import { readRecord } from './case-pages.ts';
import { renderSecurity, securityPage } from './security/cases.ts';
import { replacePart, table } from './security/parts.ts';

const root = path.resolve(import.meta.dirname, '..');
const page = path.join(root, securityPage);

function runTests(): number {
  const tests = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join('test', file))
    .filter((file) => /'security\/|takenOver/.test(readFileSync(path.join(root, file), 'utf8')));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-security-'));
  const record = path.join(folder, 'passed');
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/test.ts'), ...tests], {
    cwd: root,
    env: { ...process.env, [recordVariable]: record },
    stdio: 'inherit',
  });
  if (status === 0) writeFileSync(page, renderSecurity(readRecord(record), readFileSync(page, 'utf8')));
  rmSync(folder, { recursive: true });
  return status ?? 1;
}

if (process.argv[2] !== 'cost') process.exitCode = runTests();
const { costRows } = await import('./security/cost.ts');
const head = ['reader, and its worst input', 'size', 'a sixteenth', 'a quarter', 'whole', 'growth'];
writeFileSync(page, replacePart(readFileSync(page, 'utf8'), 'cost', table(head, costRows())));
