import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { npmStart, type NpmSystem, withoutNpm } from '../../src/app/npm.ts';
import { mends } from '../support/outside.ts';

const root = path.resolve(import.meta.dirname, '../..');
const user = {
  PATH: '/home/u/bin:/usr/bin',
  HOME: '/home/u',
  PWD: '/home/u/chat',
  npm_config_registry: 'https://npm.test/',
};
/** As npm 11 sets it. */
const fromNpm = {
  ...user,
  PATH: `${root}/node_modules/.bin:/srv/node_modules/.bin:/usr/lib/node_modules/npm/lib/node-gyp-bin:${user.PATH}`,
  PWD: root,
  INIT_CWD: '/home/u/chat',
  NODE: '/usr/bin/node',
  npm_command: 'run',
  npm_config_local_prefix: root,
  npm_config_loglevel: 'silent',
  npm_config_prefix: root,
  npm_config_state: '/srv/state',
  npm_config_user_agent: 'npm/11.19.1 node/v20.20.2 linux x64 workspaces/false',
  npm_execpath: '/usr/lib/node_modules/npm/bin/npm-cli.js',
  npm_lifecycle_event: 'everyhop',
  npm_node_execpath: '/usr/bin/node',
  npm_package_json: path.join(root, 'package.json'),
};

/** Process 7 is npm, 8 the shell between, 9 this program. */
const processes: Record<number, { title: string; ppid: number; env: NodeJS.ProcessEnv }> = {
  7: { title: 'npm run everyhop', ppid: 1, env: user },
  8: { title: 'sh\0-c\0node', ppid: 7, env: fromNpm },
};
const system: NpmSystem = { ppid: () => 8, processOf: (pid) => processes[pid], readText: () => undefined };

test('reads the user’s environment from npm’s process, and what npm took from the difference', (t) => {
  mends(t, 'trust/npm-run-changes-node');
  const started = npmStart(fromNpm, root, system)!;
  assert.equal(started.folder, '/home/u/chat');
  assert.deepEqual(started.env, user);
  assert.equal(started.takenOptions.get('--state'), '/srv/state');
  assert.ok(!started.takenOptions.has('--registry'));
});

test('without /proc, removes by rule what npm adds in every run', () => {
  const blind: NpmSystem = { ...system, processOf: () => undefined };
  const { npm_config_state, ...rest } = npmStart(fromNpm, root, blind)!.env;
  assert.deepEqual([npm_config_state, rest], ['/srv/state', user]);
  // A PATH of the user's own that only looks similar stays.
  const own = '/home/u/bin:/x/node_modules/.bin:/x/node-gyp-bin';
  assert.equal(withoutNpm({ ...fromNpm, PATH: own })['PATH'], own);
});

test('a script of the user’s own project is theirs: nothing is undone', () => {
  assert.equal(npmStart({ ...fromNpm, npm_package_json: '/home/u/chat/package.json' }, root, system), undefined);
  assert.equal(npmStart(user, root, system), undefined);
});

test('notices the end of npm, and of the shell between', () => {
  const npm = npmStart(fromNpm, root, system)!;
  assert.equal(npm.isGone(), false);
  processes[8]!.ppid = 1;
  assert.equal(npm.isGone(), true);
  processes[8]!.ppid = 7;
  const orphan = { ppid: 8 };
  const started = npmStart(fromNpm, root, { ...system, ppid: () => orphan.ppid })!;
  orphan.ppid = 1;
  assert.equal(started.isGone(), true);
});
