import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { cleanEnvironment } from '../support/up.ts';
import { backupWorld, type BackupWorld, passphrase, program } from '../app/backup-world.ts';

/** Runs a command in its own terminal, and answers each question. */
async function atTerminal(world: BackupWorld, words: string[], answers: string[]): Promise<[number | null, string]> {
  const line = [process.execPath, program, ...words].map((word) => `'${word}'`).join(' ');
  const env = { ...cleanEnvironment(world.above), TERM: 'dumb' };
  const child = spawn('script', ['-qefc', line, path.join(world.above, 'seen.txt')], { env, cwd: world.above });
  let seen = '';
  const left = [...answers];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    seen += text;
    if (/(?:backup|more|age): $/.test(seen)) child.stdin.write(left.shift() ?? '\u0003');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, seen];
}

test('asks at a terminal for the passphrase, twice, and never shows it', async (t) => {
  const world = await backupWorld(t);
  const typed = `${passphrase}\r`;
  const differs = await atTerminal(world, ['backup', 'b.age', '--state', 'state'], [typed, 'something else\r']);
  assert.equal(differs[0], 2);
  assert.match(differs[1], /cli\.passphrases-differ/);
  const stopped = await atTerminal(world, ['backup', 'b.age', '--state', 'state'], ['\u0003']);
  assert.equal(stopped[0], 130);
  assert.ok(!(await readdir(world.above)).includes('b.age'));

  const [made, seenAtBackup] = await atTerminal(world, ['backup', 'b.age', '--state', 'state'], [typed, typed]);
  assert.equal(made, 0, seenAtBackup);
  assert.match(seenAtBackup, /1 certificates|authority take-offline/);
  const [restored, seenAtRestore] = await atTerminal(world, ['restore', 'b.age', '--state', 'other'], [typed]);
  assert.equal(restored, 0, seenAtRestore);
  for (const seen of [differs[1], seenAtBackup, seenAtRestore]) assert.ok(!seen.includes('horse'), seen);

  // Without a terminal, it says what to add.
  const piped = await world.run('backup', 'c.age', '--state', 'state', '--json');
  assert.equal(JSON.parse(piped.stdout).error.code, 'cli.no-lock');
  const again = await world.run('restore', 'b.age', '--state', 'third', '--json');
  assert.equal(JSON.parse(again.stdout).error.code, 'cli.needs-passphrase');
});
