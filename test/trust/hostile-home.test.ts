/** Root installs a root for the browsers of a user who is hostile. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chmod, chown, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { execute, type ExecuteOptions } from '../../src/base/process.ts';
import { JavaStore } from '../../src/trust/java.ts';
import { NssStore } from '../../src/trust/nss.ts';
import { type Root } from '../../src/trust/store.ts';
import { X509Certificate } from 'node:crypto';
import { rootPem } from '../edge/edge.ts';
import { without } from '../support/tools.ts';
import { temporaryFolder } from '../support/up.ts';

const skip = process.getuid?.() === 0 ? without('certutil') : 'needs root';
const user = { uid: 12_345, gid: 12_345 };
const root: Root = {
  pem: rootPem,
  fingerprint: new X509Certificate(rootPem).fingerprint256.replaceAll(':', '').toLowerCase(),
};

async function hostileHome(t: TestContext): Promise<{ folder: string; home: string }> {
  const folder = await temporaryFolder(t, 'hostile');
  await chmod(folder, 0o755);
  const home = path.join(folder, 'home');
  await mkdir(home);
  await chown(home, user.uid, user.gid);
  return { folder, home };
}

test('root follows no link out of a user’s home: neither into a database nor to make folders', { skip }, async (t) => {
  const { folder, home } = await hostileHome(t);
  const ofRoot = path.join(folder, 'root-only');
  await mkdir(path.join(ofRoot, 'nssdb'), { recursive: true, mode: 0o700 });
  await execute('certutil', ['-N', '--empty-password', '-d', `sql:${ofRoot}/nssdb`]);
  const before = await readFile(path.join(ofRoot, 'nssdb/cert9.db'));
  const pki = path.join(home, '.pki');
  await symlink(ofRoot, pki);
  const store = new NssStore(execute, home);
  const location = path.join(pki, 'nssdb');
  await assert.rejects(async () => {
    await store.prepare(location, root);
    await store.install(location, root);
  });
  assert.deepEqual(await readFile(path.join(ofRoot, 'nssdb/cert9.db')), before);

  const empty = path.join(folder, 'empty');
  await mkdir(empty, { mode: 0o700 });
  const mozilla = path.join(home, '.local');
  await symlink(empty, mozilla);
  await assert.rejects(store.install(path.join(mozilla, 'share/pki/nssdb'), root));
  assert.deepEqual(await readdir(empty), []);
  await assert.rejects(store.uninstall(path.join(pki, 'nssdb'), root.fingerprint, { made: pki }));
  assert.ok(existsSync(path.join(ofRoot, 'nssdb/cert9.db')));
});

test(
  'the folders and the database are the user’s, and their programs see nothing of root’s environment',
  { skip },
  async (t) => {
    const { home } = await hostileHome(t);
    process.env['EVERYHOP_TEST_TOKEN'] = 'secret';
    t.after(() => delete process.env['EVERYHOP_TEST_TOKEN']);
    const started: ExecuteOptions[] = [];
    const store = new NssStore((program, args, options = {}) => {
      if (program !== 'id') started.push(options);
      return execute(program, args, options);
    }, home);
    const [location] = (await store.find()) as [string];
    started.length = 0;
    const undo = await store.prepare(location, root);
    await store.install(location, root);
    assert.ok(await store.has(location, root));
    for (const file of ['.pki', '.pki/nssdb', '.pki/nssdb/cert9.db']) {
      const { uid, mode } = await stat(path.join(home, file));
      assert.deepEqual([uid, mode & 0o077], [user.uid, 0], file);
    }
    await store.uninstall(location, root.fingerprint, undo);
    assert.ok(!(await lstat(path.join(home, '.pki')).catch(() => undefined)), 'removes the folders that it made');
    for (const { user: as, env } of started) {
      assert.equal(as?.uid, user.uid);
      assert.deepEqual(Object.keys(env!).sort(), ['HOME', 'LANG', 'PATH']);
    }
  },
);

test('root does not start the Java of another user', { skip: skip && 'needs root' }, async (t) => {
  const { home, folder } = await hostileHome(t);
  const proof = path.join(folder, 'was-run');
  for (const inside of ['bin', 'lib/security']) await mkdir(path.join(home, inside), { recursive: true });
  await writeFile(path.join(home, 'bin/keytool'), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  await writeFile(path.join(home, 'lib/security/cacerts'), '');
  const env = { JAVA_HOME: home, PATH: process.env['PATH'] ?? '' };
  const store = new JavaStore(execute, env, { uid: 0, sudoUid: undefined });
  const [location] = (await store.find()) as [string];
  await assert.rejects(store.has(location, root), { code: 'trust.foreign-java' });
  assert.ok(!existsSync(proof));
});
