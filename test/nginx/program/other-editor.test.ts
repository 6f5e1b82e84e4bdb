import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { otherEditor } from '../../../src/nginx/program/other-editor.ts';
import { atEnd, temporaryFolder } from '../../support/up.ts';

/** Locks like certbot (`certbot.compat.filesystem`, `certbot._internal.lock`). */
const lock = `
import fcntl, sys
file = open(sys.argv[1], 'w')
fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
print('held', flush=True)
sys.stdin.read()
`;

async function end(child: ChildProcess): Promise<void> {
  if (child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

test('detects certbot by its lock, only while it holds it', async (t) => {
  const folder = await temporaryFolder(t, 'certbot');
  const file = path.join(folder, '.certbot.lock');
  assert.equal(await otherEditor(folder), undefined);
  const holder = spawn('python3', ['-c', lock, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  atEnd(t, () => end(holder));
  await once(holder.stdout, 'data');
  const found = await otherEditor(folder);
  assert.deepEqual({ ...found, program: '' }, { pid: holder.pid, file, program: '' });
  assert.match(found!.program, /^python/);
  await end(holder);
  assert.equal(await otherEditor(folder), undefined, 'a file without a lock does not count');
});

/** A process with the name of an editor. */
async function startEditor(t: TestContext, folder: string, name: string): Promise<ChildProcess> {
  const program = path.join(folder, name);
  await copyFile('/bin/sleep', program);
  const child = spawn(program, ['600'], { stdio: 'ignore' });
  await once(child, 'spawn');
  atEnd(t, () => end(child));
  return child;
}

test('detects a file that is open in vim', async (t) => {
  const folder = await temporaryFolder(t, 'vim');
  const vim = await startEditor(t, folder, 'vim');
  const edited = path.join(folder, 'site.conf');
  const swap = path.join(folder, '.site.conf.swp');
  const block = Buffer.alloc(4096);
  block.write('b0VIM 9.0');
  block.writeUInt32LE(vim.pid!, 24);
  await writeFile(swap, block);
  assert.deepEqual(await otherEditor(folder, [edited]), { program: 'vim', pid: vim.pid, file: swap });
  assert.equal(await otherEditor(folder, [path.join(folder, 'other.conf')]), undefined);
  block.writeUInt32LE(process.pid, 24);
  await writeFile(swap, block);
  assert.equal(await otherEditor(folder, [edited]), undefined, 'another program has its pid');
  await writeFile(swap, 'b0VIM');
  assert.equal(await otherEditor(folder, [edited]), undefined, 'an incomplete block');
});

test('detects a file that is open in Emacs', async (t) => {
  const folder = await temporaryFolder(t, 'emacs');
  const emacs = await startEditor(t, folder, 'emacs-gtk');
  const edited = path.join(folder, 'site.conf');
  const link = path.join(folder, '.#site.conf');
  await symlink(`root@machine.example.${emacs.pid}:1763000000`, link);
  assert.deepEqual(await otherEditor(folder, [edited]), { program: 'emacs-gtk', pid: emacs.pid, file: link });
  await end(emacs);
  assert.equal(await otherEditor(folder, [edited]), undefined);
});
