/** Folders under `live/`, with the private authority. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdir, readFile, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { listCertificates, obtainCertificate, showCertificate } from '../../../src/app/certificates.ts';
import { certificatesError } from '../../../src/certificates/messages.ts';
import { mends } from '../../support/outside.ts';
import { temporaryFolder } from '../../support/up.ts';
import { startService } from '../serve/start.ts';

async function namesIn(state: string, folder: string): Promise<string> {
  const pem = await readFile(path.join(state, 'live', folder, 'cert.pem'));
  return new X509Certificate(pem).subjectAltName!.replaceAll('DNS:', '');
}

test('adding a name keeps the folder; a second certificate gets its own or is refused; show tells them apart', async (t) => {
  mends(t, 'acme/live-folder-by-first-sorted-name');
  const state = path.join(await temporaryFolder(t, 'folders'), 'state');
  const signal = new AbortController().signal;
  const obtain = (names: string[], folder?: string) =>
    obtainCertificate({
      stateFolder: state,
      names,
      folder,
      authority: undefined,
      authorityRootFile: undefined,
      termsAgreed: false,
      version: '0.0.0',
      signal,
    });
  await obtain(['chat.test']);
  const both = await obtain(['chat.test', 'api.test']);
  assert.equal(path.basename(path.dirname(both.live.fullchain)), 'chat.test');
  assert.equal(await namesIn(state, 'chat.test'), 'api.test, chat.test');
  assert.deepEqual(await readdir(path.join(state, 'live')), ['chat.test']);

  await assert.rejects(obtain(['chat.test']), (error) => {
    assert.ok(certificatesError.is(error, 'certificates.folder-taken'));
    assert.deepEqual([error.params.names, error.params.taken], ['chat.test', 'api.test, chat.test']);
    return true;
  });
  assert.equal(await namesIn(state, 'chat.test'), 'api.test, chat.test', 'what its programs were given');
  await obtain(['chat.test'], 'phones');
  assert.equal(await namesIn(state, 'phones'), 'chat.test');
  await obtain(['chat.test']);
  assert.equal(await namesIn(state, 'chat.test'), 'api.test, chat.test');

  const folders = (await listCertificates(state)).map(({ live }) => live && path.basename(path.dirname(live.cert)));
  assert.deepEqual(new Set(folders), new Set(['chat.test', 'phones']));
  const shown = await showCertificate(state, 'chat.test');
  assert.deepEqual(shown.served.names, ['api.test', 'chat.test'], 'the one in the folder of this name');
  assert.deepEqual(
    shown.others.map(({ names }) => names),
    [['chat.test']],
  );
  assert.deepEqual((await showCertificate(state, 'phones')).served.names, ['chat.test']);
});

test('up keeps the folder that an earlier version named, also when names are added', async (t) => {
  mends(t, 'acme/live-folder-by-first-sorted-name');
  const state = path.join(await temporaryFolder(t, 'folders'), 'state');
  const first = await startService(t, state, ['chat.test', 'api.test']);
  await first.service.stop(0);
  assert.deepEqual(await readdir(path.join(state, 'live')), ['chat.test']);
  // The earlier version: named by the alphabetically first name, and not recorded.
  for (const folder of ['live', 'archive']) {
    await rename(path.join(state, folder, 'chat.test'), path.join(state, folder, 'old'));
  }
  const [id] = await readdir(path.join(state, 'archive/old'));
  await rename(path.join(state, 'archive/old'), path.join(state, 'archive/api.test'));
  await rename(path.join(state, 'live/old'), path.join(state, 'live/gone'));
  await symlink(`../archive/api.test/${id}`, path.join(state, 'live/api.test'));
  const database = new DatabaseSync(path.join(state, 'everyhop.db'));
  database.exec('DELETE FROM live_folders');
  database.close();
  const second = await startService(t, state, ['chat.test', 'zoo.test', 'api.test']);
  await second.service.stop(0);
  assert.equal(await namesIn(state, 'api.test'), 'api.test, chat.test, zoo.test');
});
