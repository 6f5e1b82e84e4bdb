import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stateFolder } from '../../src/store/state-folder.ts';

test('chooses the state folder', () => {
  const usual = { flag: undefined, env: {}, uid: 1000, home: '/home/me', platform: 'linux' as const };
  assert.equal(stateFolder(usual), '/home/me/.local/state/everyhop');
  assert.equal(stateFolder({ ...usual, env: { XDG_STATE_HOME: '/x' } }), '/x/everyhop');
  assert.equal(stateFolder({ ...usual, env: { XDG_STATE_HOME: 'x' } }), '/home/me/.local/state/everyhop');
  assert.equal(stateFolder({ ...usual, env: { XDG_STATE_HOME: '/x' }, uid: 0 }), '/var/lib/everyhop');
  assert.equal(stateFolder({ ...usual, flag: '/y', uid: 0 }), '/y');
  assert.equal(stateFolder({ ...usual, platform: 'darwin' }), '/home/me/Library/Application Support/everyhop');
});
