import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { temporaryFolder } from '../support/up.ts';

test('a home folder that cannot be read, like that of another user, does not keep a command from starting', async (t) => {
  const home = path.join(await temporaryFolder(t, 'home'), 'loop');
  await symlink(home, home);
  const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
  const { code, stdout, stderr } = await execute(process.execPath, [program, '--version'], { env: { HOME: home } });
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});
