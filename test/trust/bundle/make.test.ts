import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isError } from '../../../src/base/errors.ts';
import { type BundleRequest, makeBundle } from '../../../src/trust/bundle/make.ts';
import type { Bundle } from '../../../src/trust/bundle/merge.ts';
import { systemRootFiles } from '../../../src/trust/bundle/system-files.ts';
import { linuxLayouts } from '../../../src/trust/system.ts';
import { folderOf } from '../../support/oracles.ts';
import { makeRoot, nowMs } from './roots.ts';

const { key } = makeRoot();
const publics = Array.from({ length: 60 }, () => makeRoot({ key }));
const own = makeRoot();

async function systemOf(t: TestContext, pem: string): Promise<string[]> {
  return [path.join(await folderOf(t, { 'system.pem': pem }), 'system.pem')];
}

const make = (request: Partial<BundleRequest>): Promise<Bundle> => makeBundle({ nowMs, ...request });
const refused = (code: string) => (error: unknown) => isError(error, code);
const pemOf = (count: number): string =>
  publics
    .slice(0, count)
    .map(({ pem }) => pem)
    .join('');

test('distinguishes roots of the system, the authority and files', async (t) => {
  const systemFiles = await systemOf(t, pemOf(60));
  const folder = await folderOf(t, { 'own.crt': own.der });
  const authority = makeRoot();
  const { anchors } = await make({ systemFiles, rootFiles: [folder], authorityRootPem: authority.pem });
  const privates = anchors.filter(({ isPrivate }) => isPrivate);
  assert.equal(anchors.length, 62);
  assert.deepEqual(
    new Set(privates.map(({ certificate, sources }) => `${sources[0]!.kind} ${certificate.fingerprint}`)),
    new Set([`file ${own.fingerprint}`, `authority ${authority.fingerprint}`]),
  );
});

test('rejects fewer than fifty public roots unless allowed; private ones do not count', async (t) => {
  const systemFiles = await systemOf(t, pemOf(49));
  const rootFiles = [path.join(await folderOf(t, { 'own.pem': own.pem }), 'own.pem')];
  await assert.rejects(make({ systemFiles, rootFiles }), refused('trust.bundle-few-public'));
  assert.equal((await make({ systemFiles, rootFiles, allowSmaller: true })).anchors.length, 50);
  assert.equal((await make({ systemFiles: await systemOf(t, pemOf(50)), rootFiles })).anchors.length, 51);
  assert.equal((await make({ publicSet: 'none', rootFiles })).anchors.length, 1);
});

test('rejects a missing or empty system file, and an empty bundle', async (t) => {
  await assert.rejects(make({ systemFiles: ['/nowhere/roots.pem'] }), refused('trust.no-system-roots'));
  await assert.rejects(make({ systemFiles: await systemOf(t, '') }), refused('trust.bundle-refused'));
  await assert.rejects(make({ publicSet: 'none' }), refused('trust.bundle-empty'));
});

test('uses the first root file that exists', async (t) => {
  const [second] = await systemOf(t, pemOf(60));
  const { anchors } = await make({ systemFiles: ['/nowhere/roots.pem', second!, '/etc/hostname'] });
  assert.equal(anchors.length, 60);
});

test('knows the root file of every supported system store', () => {
  for (const { bundle } of linuxLayouts) assert.ok(systemRootFiles.includes(bundle), bundle);
});

test('uses Node’s copy of Mozilla’s roots', async () => {
  const { anchors } = await make({ publicSet: 'mozilla', nowMs: Date.now() });
  assert.ok(anchors.length > 100);
  assert.ok(anchors.every(({ isPrivate, sources }) => !isPrivate && sources[0]!.kind === 'mozilla'));
});

test('rejects a malformed pin before reading anything', async () => {
  await assert.rejects(make({ publicSet: 'none', pins: ['abc'] }), refused('trust.fingerprint-unreadable'));
});
