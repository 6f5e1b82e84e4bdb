import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { type Execute, execute } from '../../../src/base/process.ts';
import { findCertifi, readMozillaRoots } from '../../../src/trust/bundle/mozilla-roots.ts';
import { folderOf } from '../../support/oracles.ts';
import { makeRoot, nowMs } from './roots.ts';

const ofNode = tls.getCACertificates('bundled');

/** A folder of Python packages with a certifi that contains these roots. */
async function certifiWith(t: TestContext, pem: string, recorded = pem): Promise<string> {
  const packages = await folderOf(t);
  const hash = createHash('sha256').update(recorded).digest('base64url');
  await mkdir(path.join(packages, 'certifi'));
  await mkdir(path.join(packages, 'certifi-2030.5.31.dist-info'));
  await writeFile(path.join(packages, 'certifi', 'cacert.pem'), pem);
  const record = `certifi/__init__.py,sha256=abc,1\r\ncertifi/cacert.pem,sha256=${hash},${recorded.length}\r\n`;
  await writeFile(path.join(packages, 'certifi-2030.5.31.dist-info', 'RECORD'), record);
  return path.join(packages, 'certifi', 'cacert.pem');
}

/** Source and number of the roots, and the findings. */
async function outcome(certifiFile?: string): Promise<[file: string, count: number, codes: string]> {
  const { roots, findings } = await readMozillaRoots(certifiFile);
  const files = new Set(roots.map(({ source }) => source.file));
  assert.equal(files.size, 1);
  return [[...files][0]!, roots.length, findings.map(({ outcome, error }) => `${outcome} ${error.code}`).join()];
}

const node = `Node ${process.versions.node}`;

test('without certifi, uses Node’s roots and names their version', async () => {
  assert.deepEqual(await outcome(), [node, ofNode.length, '']);
});

test('the set with the youngest exclusive root is the newer one', async (t) => {
  const { roots } = await readMozillaRoots();
  const oldest = roots.toSorted((a, b) => a.certificate.notBeforeMs - b.certificate.notBeforeMs)[0]!;
  const youngest = roots.toSorted((a, b) => b.certificate.notBeforeMs - a.certificate.notBeforeMs)[0]!;
  const without = (root: (typeof roots)[number]): string =>
    `${ofNode.filter((_, index) => index !== roots.indexOf(root)).join('\n')}\n`;
  assert.ok(nowMs > Date.now(), 'the test’s root is younger than any current one');
  const [young, old] = [makeRoot().pem, makeRoot({ from: -365 * 50, until: 365 }).pem];

  const newer = await certifiWith(t, without(oldest) + young);
  assert.deepEqual(await outcome(newer), [newer, ofNode.length, '']);
  const older = await certifiWith(t, without(youngest) + old);
  assert.deepEqual(await outcome(older), [node, ofNode.length, '']);
  const fewer = await certifiWith(t, without(oldest));
  assert.deepEqual(await outcome(fewer), [fewer, ofNode.length - 1, '']);
  const more = await certifiWith(t, without(oldest) + without(youngest) + young);
  assert.deepEqual(await outcome(more), [node, ofNode.length, '']);
  const same = await certifiWith(t, ofNode.join('\n'));
  assert.deepEqual(await outcome(same), [node, ofNode.length, '']);
});

test('ignores a changed, damaged or unrecorded certifi, with a warning', async (t) => {
  const pem = `${ofNode.join('\n')}\n${makeRoot().pem}`;
  const damaged = `${pem}-----BEGIN CERTIFICATE-----\n!`;
  const unrecorded = await folderOf(t, { 'cacert.pem': pem });
  for (const file of [
    await certifiWith(t, pem, ofNode.join('\n')),
    await certifiWith(t, damaged),
    path.join(unrecorded, 'cacert.pem'),
    path.join(unrecorded, 'gone', 'cacert.pem'),
  ]) {
    assert.deepEqual(await outcome(file), [node, ofNode.length, 'noted trust.certifi-changed'], file);
  }
});

test('finds certifi in the active virtual environment, otherwise in the first Python that has it', async (t) => {
  const [active, first, second] = [await folderOf(t), await folderOf(t), await folderOf(t)];
  const program = async (file: string, script: string): Promise<void> => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `#!/bin/sh\n${script}\n`);
    await chmod(file, 0o755);
  };
  const pathTo = [first, second].join(':');
  const found = (env: NodeJS.ProcessEnv): Promise<string | undefined> =>
    findCertifi(execute, { PATH: `${pathTo}:/usr/bin:/bin`, ...env });
  await program(path.join(active, 'bin', 'python'), 'echo /active/certifi/cacert.pem');
  await program(path.join(first, 'python3'), 'exit 1');
  await program(path.join(second, 'python'), 'echo /second/certifi/cacert.pem');
  assert.equal(await found({ VIRTUAL_ENV: active }), '/active/certifi/cacert.pem');
  assert.equal(await found({}), '/second/certifi/cacert.pem');
  await program(path.join(second, 'python'), 'echo /etc/ssl/certs/ca-certificates.crt');
  assert.equal(await found({}), undefined, 'Debian’s leads to the system’s roots');
  const nothing: Execute = () => Promise.reject(new Error('hangs'));
  assert.equal(await findCertifi(nothing, {}), undefined);
});

test('never runs a certifi from the working folder or PYTHONPATH', async (t) => {
  const trap = await folderOf(t, { 'certifi.py': 'print("/trap/cacert.pem")\ndef where(): return "/trap/cacert.pem"' });
  const bare = await folderOf(t);
  await symlink('/usr/bin/python3', path.join(bare, 'python3'));
  const inTrap: Execute = (program, args, options) => execute(program, args, { ...options, cwd: trap });
  assert.notEqual(await findCertifi(inTrap, { PATH: bare, PYTHONPATH: trap }), '/trap/cacert.pem');
});
