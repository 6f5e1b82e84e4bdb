import assert from 'node:assert/strict';
import { spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { baseError } from '../../../src/base/messages.ts';
import { makeBundle } from '../../../src/trust/bundle/make.ts';
import type { Bundle } from '../../../src/trust/bundle/merge.ts';
import { bundleError } from '../../../src/trust/bundle/messages.ts';
import { bundlePaths } from '../../../src/trust/bundle/paths.ts';
import { type Publication, publishBundle } from '../../../src/trust/bundle/publish.ts';
import { folderOf } from '../../support/oracles.ts';
import { type Made, makeRoot, nowMs } from './roots.ts';

const made = Array.from({ length: 4 }, () => makeRoot());

async function bundleOf(t: TestContext, roots: readonly Made[], distrust: string[] = []): Promise<Bundle> {
  const folder = await folderOf(t, { 'roots.pem': roots.map(({ pem }) => pem).join('') });
  const rootFiles = [path.join(folder, 'roots.pem')];
  return makeBundle({ nowMs, publicSet: 'none', rootFiles, distrust });
}

const publish = (folder: string, bundle: Bundle, allowSmaller = false): Publication =>
  publishBundle(folder, bundle, { toolVersion: '1.2.3', allowSmaller });

/** Every file and link below a folder, with the metadata that changes on rewriting. */
function picture(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    names.map((name) => {
      const { ino, mtimeMs, mode } = lstatSync(path.join(folder, name));
      return [name, `${ino} ${mtimeMs} ${mode.toString(8)}`];
    }),
  );
}

test('the folder has every documented file, world-readable under any umask', async (t) => {
  const folder = path.join(await folderOf(t), 'new', 'bundle');
  const old = process.umask(0o077);
  const { changed, paths } = publish(folder, await bundleOf(t, made));
  process.umask(old);
  assert.equal(changed, true);
  assert.deepEqual(paths, bundlePaths(folder));
  const pem = [...made].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)).map(({ pem }) => pem);
  assert.equal(readFileSync(paths.full, 'utf8'), pem.join(''));
  assert.equal(readFileSync(paths.private, 'utf8'), pem.join(''));
  assert.equal(readdirSync(paths.directory).length, made.length);
  for (const file of [paths.full, paths.pkcs12, paths.jks, paths.env, paths.manifest]) {
    assert.equal(statSync(file).mode & 0o777, 0o644, file);
  }
  for (const file of [folder, paths.directory]) assert.equal(statSync(file).mode & 0o777, 0o755, file);
});

test('equal roots give equal bytes, and the second publish writes nothing', async (t) => {
  const [one, other] = [await folderOf(t), await folderOf(t)];
  publish(one, await bundleOf(t, made));
  const before = picture(one);
  const again = await bundleOf(t, made);
  for (const anchor of again.anchors) anchor.sources = [{ kind: 'file', file: 'elsewhere.pem' }];
  const bundle = await bundleOf(t, made);
  for (const anchor of bundle.anchors) anchor.sources = [{ kind: 'file', file: 'elsewhere.pem' }];
  publish(other, bundle);
  const first = picture(other);
  assert.deepEqual(publish(other, again).changed, false);
  assert.deepEqual(picture(other), first);
  assert.deepEqual(picture(one), before);
  for (const name of ['full.pem', 'private.pem', 'truststore.p12', 'truststore.jks']) {
    assert.deepEqual(readFileSync(path.join(one, name)), readFileSync(path.join(other, name)), name);
  }
});

test('repairs changed and missing files', async (t) => {
  const folder = await folderOf(t);
  const bundle = await bundleOf(t, made);
  const paths = publish(folder, bundle).paths;
  const whole = readFileSync(paths.full);
  const [hashed] = readdirSync(paths.directory);
  const damages = [
    () => writeFileSync(paths.full, 'x'),
    () => writeFileSync(path.join(paths.directory, hashed!), ''),
    () => writeFileSync(path.join(paths.directory, 'ffffffff.0'), 'one more'),
    () => rmSync(path.join(folder, 'env')),
    () => rmSync(path.join(folder, '..data')),
  ];
  for (const damage of damages) {
    damage();
    assert.equal(publish(folder, bundle).changed, true);
    assert.deepEqual(readFileSync(paths.full), whole);
    assert.equal(readdirSync(paths.directory).length, made.length);
    assert.equal(publish(folder, bundle).changed, false);
  }
});

test('links unchanged files instead of rewriting them, but not modified ones', async (t) => {
  const folder = await folderOf(t);
  const { paths } = publish(folder, await bundleOf(t, made.slice(1)));
  const inode = (name: string): number => statSync(path.join(paths.directory, name)).ino;
  const names = readdirSync(paths.directory);
  const before = new Map(names.map((name) => [name, inode(name)]));
  writeFileSync(path.join(paths.directory, names[0]!), 'changed');
  publish(folder, await bundleOf(t, made));
  assert.deepEqual(
    names.map((name) => inode(name) === before.get(name)),
    names.map((_, index) => index > 0),
  );
  assert.match(readFileSync(path.join(paths.directory, names[0]!), 'utf8'), /^-----BEGIN CERTIFICATE/);
});

test('rejects a bundle with fewer roots, and keeps the published one', async (t) => {
  const folder = await folderOf(t);
  publish(folder, await bundleOf(t, made));
  const before = picture(folder);
  const fewer = await bundleOf(t, made.slice(1));
  assert.throws(
    () => publish(folder, fewer),
    (error) =>
      bundleError.is(error, 'trust.bundle-smaller') && error.params.missing === `CN=${made[0]!.name.commonName}`,
  );
  assert.deepEqual(picture(folder), before);
  const { difference } = publish(folder, fewer, true);
  assert.deepEqual(
    difference.removed.map(({ fingerprint }) => fingerprint),
    [made[0]!.fingerprint],
  );
  assert.deepEqual(difference.added, []);
});

test('a replaced or distrusted root is not a loss', async (t) => {
  const folder = await folderOf(t);
  publish(folder, await bundleOf(t, made.slice(0, 3)));
  const { difference } = publish(folder, await bundleOf(t, made.slice(1)));
  assert.deepEqual(
    [difference.added, difference.removed].map(([line]) => line!.fingerprint),
    [made[3]!.fingerprint, made[0]!.fingerprint],
  );
  const distrusted = await bundleOf(t, made.slice(1), [made[2]!.fingerprint]);
  assert.equal(publish(folder, distrusted).difference.removed.length, 1);
});

test('a private root that becomes public is a loss from private.pem', async (t) => {
  const folder = await folderOf(t);
  publish(folder, await bundleOf(t, made));
  const bundle = await bundleOf(t, made);
  bundle.anchors[0]!.isPrivate = false;
  assert.throws(
    () => publish(folder, bundle),
    (error) => bundleError.is(error, 'trust.bundle-smaller') && error.params.file === 'private.pem',
  );
});

test('with allowUpkeep, a tenth of the public roots may disappear, but no private one', async (t) => {
  const many = await makeBundle({ nowMs: Date.now(), publicSet: 'mozilla' });
  const without = (count: number) => ({ ...many, anchors: many.anchors.slice(count) });
  const options = { toolVersion: '0', allowUpkeep: true };
  const folder = await folderOf(t);
  publishBundle(folder, many, options);
  const smaller = (error: unknown): boolean => bundleError.is(error, 'trust.bundle-smaller');
  const tenth = Math.floor(many.anchors.length / 10);
  assert.throws(() => publishBundle(folder, without(tenth + 1), options), smaller);
  assert.throws(() => publishBundle(folder, without(1), { toolVersion: '0' }), smaller);
  assert.equal(publishBundle(folder, without(1), options).difference.removed.length, 1);

  const own = await folderOf(t);
  publishBundle(own, await bundleOf(t, made), options);
  const fewer = await bundleOf(t, made.slice(1));
  assert.throws(() => publishBundle(own, fewer, options), smaller);
});

test('a dry run compares and writes nothing', async (t) => {
  const folder = path.join(await folderOf(t), 'new');
  const { changed, difference } = publishBundle(folder, await bundleOf(t, made), { toolVersion: '0', dryRun: true });
  assert.equal(changed, true);
  assert.equal(difference.added.length, made.length);
  assert.equal(statSync(folder, { throwIfNoEntry: false }), undefined);
});

test('the env file contains the folder’s path as programs see it', async (t) => {
  const folder = await folderOf(t);
  const { paths } = publishBundle(folder, await bundleOf(t, made), { toolVersion: '0', seenAt: '/etc/trust' });
  assert.match(readFileSync(paths.env, 'utf8'), /^SSL_CERT_FILE=\/etc\/trust\/full\.pem$/m);
  assert.doesNotMatch(readFileSync(paths.env, 'utf8'), new RegExp(folder));
});

test('keeps and reports foreign files in the folder', async (t) => {
  const bundle = await bundleOf(t, made);
  const foreign = [
    (file: string) => writeFile(file, 'mine'),
    (file: string) => mkdir(file),
    (file: string) => symlink('/etc/hostname', file),
  ];
  for (const make of foreign) {
    const folder = await folderOf(t, { 'notes.txt': 'mine' });
    const file = path.join(folder, 'env');
    await make(file);
    const before = picture(folder);
    assert.throws(
      () => publish(folder, bundle),
      (error) => bundleError.is(error, 'trust.bundle-folder-taken') && error.params.file === file,
    );
    assert.deepEqual(picture(folder), before);
  }
});

test('reports a file in place of the folder, and a failing disk', async (t) => {
  const bundle = await bundleOf(t, made);
  const folder = await folderOf(t, { taken: '' });
  assert.throws(
    () => publish(path.join(folder, 'taken'), bundle),
    (error) => baseError.is(error, 'file.not-folder'),
  );
  assert.throws(
    () => publish('/proc/nowhere/bundle', bundle),
    (error) => baseError.is(error, 'file.missing'),
  );
  await symlink('gone', path.join(folder, 'dangling'));
  for (const below of ['', 'new']) {
    assert.throws(
      () => publish(path.join(folder, 'dangling', below), bundle),
      (error) => baseError.is(error, 'file.not-folder'),
    );
  }
});

test('keeps two older revisions, and removes leftovers of a killed process after an hour', async (t) => {
  const folder = await folderOf(t);
  const revisions = (): string[] => readdirSync(folder).filter((name) => name.startsWith('..bundle-'));
  const turn = async (number: number): Promise<unknown> =>
    publish(folder, await bundleOf(t, [...made.slice(0, number % 2), ...made.slice(2)]), true);
  for (let number = 0; number < 6; number++) await turn(number);
  assert.equal(revisions().length, 6, 'recent ones stay');
  for (const name of revisions()) utimesSync(path.join(folder, name), 1, 1);
  await turn(6);
  assert.equal(revisions().length, 3);
  assert.ok(revisions().includes(readlinkSync(path.join(folder, '..data'))));
  const [abandoned, begun] = ['..unfinished-1', '..unfinished-2'].map((name) => path.join(folder, name));
  mkdirSync(abandoned!);
  mkdirSync(begun!);
  utimesSync(abandoned!, 0, 0);
  publish(folder, await bundleOf(t, made.slice(1)), true);
  assert.equal(existsSync(abandoned!), false);
  assert.equal(existsSync(begun!), true, 'another process may still be writing it');
});

test('readers always find a complete bundle while two publishers are killed repeatedly', async (t) => {
  const [a, b] = [made.slice(0, 2), made.slice(2)].map((roots) => roots.map(({ pem }) => pem).join(''));
  const sources = await folderOf(t, { 'a.pem': a!, 'b.pem': b! });
  const folder = await folderOf(t);
  const allowed = new Set<string>();
  for (const roots of [made.slice(0, 2), made.slice(2)]) {
    const { paths } = publish(folder, await bundleOf(t, roots), true);
    allowed.add(readFileSync(paths.full, 'utf8'));
  }
  const program = path.join(import.meta.dirname, 'publisher.ts');
  for (let round = 0; round < 3; round++) {
    const children = ['a b', 'b a'].map((order) => {
      const files = order.split(' ').map((name) => path.join(sources, `${name}.pem`));
      const stdio: StdioOptions = ['ignore', 'pipe', 'inherit'];
      return spawn(process.execPath, [program, folder, ...files], { stdio });
    });
    const closed = Promise.all(children.map((child) => once(child, 'close')));
    await Promise.all(children.map((child) => once(child.stdout!, 'data')));
    let before = '';
    for (let changes = 0; changes < 20 + round;) {
      const content = readFileSync(path.join(folder, 'full.pem'), 'utf8');
      assert.ok(allowed.has(content), 'partial bundle');
      if (content !== before) changes++;
      before = content;
      assert.ok(children.some((child) => child.exitCode === null));
      await setImmediate();
    }
    for (const child of children) {
      assert.equal(child.exitCode, null, 'neither blocked the other');
      child.kill('SIGKILL');
    }
    await closed;
    assert.ok(allowed.has(readFileSync(path.join(folder, 'full.pem'), 'utf8')));
    const next = await bundleOf(t, made.slice(0, 2));
    assert.equal(publish(folder, next, true).changed, true);
    assert.equal(publish(folder, next).changed, false);
  }
});
