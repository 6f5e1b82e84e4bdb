/** What `npm run build:exe` makes: the same bytes everywhere, with a true list of its parts. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { built } from '../support/builds.ts';
import { pythonOf, without } from '../support/tools.ts';
import { atEnd } from '../support/up.ts';

const root = path.resolve(import.meta.dirname, '../..');

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

interface Part {
  SPDXID: string;
  name: string;
  versionInfo: string;
  licenseDeclared: string;
}

test('a build in another folder, at another time and in another language gives the same bytes', async (t) => {
  const file = await built('exe');
  // Beside the original: packages are links to the same files, which bundlers resolve.
  const copy = await mkdtemp(path.join(root, 'build/copy '));
  atEnd(t, () => rm(copy, { recursive: true }));
  for (const name of ['src', 'packaging', 'package.json', 'package-lock.json', 'LICENSE'])
    await cp(path.join(root, name), path.join(copy, name), { recursive: true });
  const linked = await execute('cp', ['-al', path.join(root, 'node_modules'), copy]);
  assert.equal(linked.code, 0, linked.stderr);
  await symlink(path.join(root, '.cache'), path.join(copy, '.cache'));
  await mkdir(path.join(copy, 'home'));
  const { code, stderr } = await execute(process.execPath, ['packaging/exe.ts'], {
    cwd: copy,
    env: {
      PATH: process.env['PATH'],
      HOME: path.join(copy, 'home'),
      TZ: 'Asia/Tokyo',
      LANG: 'zh_CN.UTF-8',
      SOURCE_DATE_EPOCH: '1000000000',
    },
    timeoutMs: 300_000,
  });
  assert.equal(code, 0, stderr);
  const other = path.join(copy, 'build', path.basename(file));
  assert.equal(await sha256(other), await sha256(file));
  assert.equal(await sha256(`${other}.licenses.txt`), await sha256(`${file}.licenses.txt`));
  const { creationInfo } = JSON.parse(await readFile(`${other}.spdx.json`, 'utf8')) as {
    creationInfo: { created: string };
  };
  assert.equal(creationInfo.created, '2001-09-09T01:46:40Z');
});

test('the bill of materials names every package, and SHA256SUMS holds for every file', async () => {
  const file = await built('exe');
  const sums = await execute('sha256sum', ['--check', '--quiet', '--ignore-missing', 'SHA256SUMS'], {
    cwd: path.dirname(file),
  });
  assert.equal(sums.code, 0, sums.stdout);
  const { packages, files } = JSON.parse(await readFile(`${file}.spdx.json`, 'utf8')) as {
    packages: Part[];
    files: { checksums: { algorithm: string; checksumValue: string }[] }[];
  };
  const sum = files[0]!.checksums.find(({ algorithm }) => algorithm === 'SHA256')!.checksumValue;
  assert.equal(sum, await sha256(file));
  const { dependencies } = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const licenses = await readFile(`${file}.licenses.txt`, 'utf8');
  for (const name of Object.keys(dependencies)) {
    const manifest = path.join(root, 'node_modules', name, 'package.json');
    const { version, license } = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, string>;
    const part = packages.find((each) => each.name === name);
    assert.deepEqual([part?.versionInfo, part?.licenseDeclared], [version, license], name);
    assert.ok(licenses.includes(`\n${name}\n`), name);
  }
  const { openssl, v8, sqlite } = process.versions;
  for (const [name, version] of Object.entries({ openssl, v8, sqlite, node: process.versions.node }))
    assert.equal(packages.find((each) => each.name === name)?.versionInfo, version, name);
});

test('an independent program accepts the bill of materials as SPDX 2.3', { skip: without('spdx') }, async () => {
  const file = await built('exe');
  const validator = path.join(path.dirname(pythonOf('spdx')), 'pyspdxtools');
  const { code, stderr } = await execute(validator, ['--version', 'SPDX-2.3', '--infile', `${file}.spdx.json`]);
  assert.equal(code, 0, stderr);
});
