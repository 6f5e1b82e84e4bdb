import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { openSslRoots } from '../../../src/trust/bundle/openssl-roots.ts';
import { folderOf, judge } from '../../support/oracles.ts';

/** Default locations, as compiled into OpenSSL. */
async function homeOf(t: TestContext, has: { file: boolean; hashed: boolean }): Promise<string> {
  const home = await folderOf(t);
  await mkdir(path.join(home, 'certs'));
  await writeFile(path.join(home, 'certs', 'one.pem'), '');
  if (has.hashed) await symlink('one.pem', path.join(home, 'certs', '1a2b3c4d.0'));
  if (has.file) await writeFile(path.join(home, 'cert.pem'), '');
  return home;
}

const variables: Record<'none' | 'file' | 'folder' | 'both', Record<string, string>> = {
  none: {},
  file: { SSL_CERT_FILE: '/own.pem' },
  folder: { SSL_CERT_DIR: '/own:/other' },
  both: { SSL_CERT_FILE: '/own.pem', SSL_CERT_DIR: '/own' },
};
const systems = {
  Debian: { has: { file: false, hashed: true }, stays: { none: true, file: true, folder: false, both: false } },
  RHEL: { has: { file: true, hashed: false }, stays: { none: true, file: false, folder: true, both: false } },
  Alpine: { has: { file: true, hashed: true }, stays: { none: true, file: true, folder: true, both: false } },
};
for (const [system, { has, stays }] of Object.entries(systems)) {
  test(`on ${system}, which variable keeps the system's roots`, async (t) => {
    const homes = ['/nowhere', await homeOf(t, has), '/etc/ssl'];
    for (const [which, env] of Object.entries(variables)) {
      assert.equal(openSslRoots(env, homes).hasSystem, stays[which as keyof typeof stays], which);
    }
  });
}

test('several folders, and empty variables', () => {
  assert.deepEqual(openSslRoots(variables.folder, []).folders, ['/own', '/other']);
  assert.deepEqual(openSslRoots({ SSL_CERT_FILE: '', SSL_CERT_DIR: '' }, []), {
    files: [],
    folders: [],
    hasSystem: true,
  });
});

test('on this system, the same as Python’s OpenSSL', async () => {
  const count =
    'import ssl, sys, os\n' +
    'context = ssl.create_default_context()\n' +
    'folder = ssl.get_default_verify_paths().capath\n' +
    'hashed = [name for name in os.listdir(folder) if name[-2:-1] == "."] if folder else []\n' +
    'print(len(hashed) > 1 or context.cert_store_stats()["x509_ca"] > 1)\n';
  for (const env of [variables.none, variables.file, variables.folder, variables.both]) {
    const given = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    const { stdout, stderr } = await judge('env', ...given, '/usr/bin/python3', '-I', '-c', count);
    assert.equal(stdout.trim(), openSslRoots(env).hasSystem ? 'True' : 'False', `${given.join()} ${stderr}`);
  }
});
