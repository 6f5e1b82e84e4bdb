import assert from 'node:assert/strict';
import os from 'node:os';
import { test } from 'node:test';
import { chosenStateFolder } from '../../src/app/state-folder.ts';
import { mends } from '../support/outside.ts';

test('a user without HOME and without an entry in /etc/passwd, as in containers', (t) => {
  mends(t, 'further/user-without-passwd-entry');
  t.mock.method(os, 'homedir', () => {
    throw new Error('uv_os_homedir returned ENOENT');
  });
  t.mock.method(process as { getuid(): number }, 'getuid', () => 4242);
  assert.equal(chosenStateFolder('/data', {}), '/data');
  assert.equal(chosenStateFolder(undefined, {}), '/.local/state/everyhop');
});
