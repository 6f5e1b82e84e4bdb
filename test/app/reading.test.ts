/** Commands that only read create nothing, and need neither a store nor a writable disk. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openState } from '../../src/store/state.ts';
import { mends } from '../support/outside.ts';
import { atEnd, cleanEnvironment, startUp, temporaryFolder } from '../support/up.ts';

const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
const limit = { timeout: 120_000 };
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;
const mounting = { ...limit, skip: !mayMount && 'needs root on Linux, to mount a small file system' };

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** `everyhop ARGS --state FOLDER/state`, with `FOLDER` as home. */
function everyhop(folder: string, ...args: string[]): Promise<Ended> {
  const all = [program, ...args, '--state', path.join(folder, 'state')];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { env: cleanEnvironment(folder) }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

/** The answer of each reading command without a store. */
const withNothing: { args: string[]; code: number; says: RegExp }[] = [
  { args: ['certificates', 'list'], code: 0, says: /^The store contains no certificates\.$/m },
  { args: ['certificates', 'account'], code: 0, says: /^No accounts yet\./m },
  { args: ['certificates', 'ledger'], code: 0, says: /^No attempts in the last 30 days\.$/m },
  { args: ['certificates', 'show', 'x.test'], code: 1, says: /^certificates\.none-stored: /m },
  { args: ['certificates', 'export', 'x.test', 'out'], code: 1, says: /^certificates\.none-stored: /m },
  { args: ['certificates', 'revoke', 'x.test'], code: 1, says: /^certificates\.none-stored: /m },
  { args: ['authority', 'root'], code: 1, says: /^authority\.none: /m },
  { args: ['authority', 'show'], code: 1, says: /^authority\.none: /m },
  { args: ['trust', 'install', '--dry-run'], code: 1, says: /^authority\.none: /m },
  {
    args: ['trust', 'uninstall'],
    code: 0,
    says: /^No trust store contains a root that this state folder installed\.$/m,
  },
  { args: ['status'], code: 1, says: /^cli\.not-running: /m },
];

test('without a state folder, reading commands say so and create none', limit, async (t) => {
  const folder = await temporaryFolder(t, 'reading');
  for (const { args, code, says } of withNothing) {
    const ended = await everyhop(folder, ...args);
    assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stderr}`);
    assert.match(ended.stdout + ended.stderr, says);
    assert.equal(existsSync(path.join(folder, 'state')), false, args.join(' '));
  }
});

test('in an empty state folder, reading commands create neither store nor root', limit, async (t) => {
  const folder = await temporaryFolder(t, 'reading');
  const state = path.join(folder, 'state');
  await mkdir(state);
  for (const { args, code } of withNothing) {
    assert.equal((await everyhop(folder, ...args)).code, code, args.join(' '));
    assert.deepEqual(await readdir(state), [], args.join(' '));
  }
});

test('reading commands create no authority in a store without one', limit, async (t) => {
  const folder = await temporaryFolder(t, 'reading');
  const stateFolder = path.join(folder, 'state');
  await (await openState(stateFolder)).close();
  const before = await readFile(path.join(stateFolder, 'everyhop.db'));
  for (const { args, code, says } of withNothing) {
    const ended = await everyhop(folder, ...args);
    assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stderr}`);
    assert.match(ended.stdout + ended.stderr, says);
    assert.deepEqual(await readdir(stateFolder), ['everyhop.db'], args.join(' '));
  }
  assert.deepEqual(await readFile(path.join(stateFolder, 'everyhop.db')), before);
});

/** A separate file system with a certificate in the store. */
async function smallDisk(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t, 'reading');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
  atEnd(t, () => execFileSync('umount', ['-l', folder]));
  const { code, stderr } = await everyhop(folder, 'certificates', 'obtain', 'chat.test');
  assert.equal(code, 0, stderr);
  return folder;
}

const dryRun = ['trust', 'install', '--dry-run', '--store', 'nss'];

async function readsAll(t: TestContext, folder: string): Promise<void> {
  const target = await temporaryFolder(t, 'export');
  const rootFile = path.join(folder, 'state', 'root.pem');
  for (const [says, ...args] of [
    [/^chat\.test: /, 'certificates', 'list'],
    [/^ {2}SHA-256 /m, 'certificates', 'show', 'chat.test'],
    [/fullchain\.pem/, 'certificates', 'export', 'chat.test', target],
    [/^No attempts in the last/, 'certificates', 'ledger'],
    [/^-----BEGIN CERTIFICATE-----/, 'authority', 'root'],
    [/^The root key is in the store\.$/m, 'authority', 'show'],
  ] as [RegExp, ...string[]][]) {
    const ended = await everyhop(folder, ...args);
    assert.match(ended.stdout, says, `${args.join(' ')}: ${ended.stderr}`);
    assert.doesNotMatch(ended.stderr, /^(file|store)\./m, args.join(' '));
  }
  assert.equal((await everyhop(folder, 'authority', 'root')).stdout, await readFile(rootFile, 'utf8'));
  assert.ok(existsSync(path.join(target, 'privkey.pem')));
}

test('on a full disk, reads the store and exports from it', mounting, async (t) => {
  mends(t, 'acme/reading-needs-writing');
  const folder = await smallDisk(t);
  await writeFile(path.join(folder, 'ballast'), Buffer.alloc(2 ** 21)).catch(() => {});
  await readsAll(t, folder);
  assert.match((await everyhop(folder, ...dryRun)).stdout, /^\w+: would be installed in /m);
});

test('on a read-only disk, reads the store and exports from it', mounting, async (t) => {
  mends(t, 'acme/reading-needs-writing');
  const folder = await smallDisk(t);
  const files = await readdir(path.join(folder, 'state'));
  execFileSync('mount', ['-o', 'remount,ro', folder]);
  await readsAll(t, folder);
  // The root is read; the home folder, on the same disk, takes nothing.
  const { stdout, stderr } = await everyhop(folder, ...dryRun);
  assert.match(stdout, /^root: SHA-256 /m);
  assert.match(stderr, /^file\.denied: .*\n +cause: .*read-only/m);
  assert.deepEqual(await readdir(path.join(folder, 'state')), files);
});

test('show lists the stored certificates if nothing runs, else the sites of the running program', limit, async (t) => {
  const up = await startUp(t, ['http://127.0.0.1:9', '--host', 'app.test']);
  const folder = path.dirname(up.state);
  const running = await everyhop(folder, 'certificates', 'show', 'x.test');
  assert.match(running.stderr, /^certificates\.unknown-name: .*\n {2}cause: The running program serves: app\.test\.$/m);
  await up.stop();
  const stopped = await everyhop(folder, 'certificates', 'show', 'x.test');
  assert.equal(stopped.code, 1);
  assert.match(stopped.stderr, /^certificates\.not-stored: .*\n {2}cause: No Everyhop is running.*: app\.test\.$/m);
  const chinese = await everyhop(folder, 'certificates', 'show', 'x.test', '--lang', 'zh');
  assert.match(chinese.stderr, /没有正在运行的 Everyhop。.*app\.test/);
});
