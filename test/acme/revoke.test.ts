import assert from 'node:assert/strict';
import { test } from 'node:test';
import { obtain } from '../../src/acme/obtain.ts';
import { revokeCertificate } from '../../src/acme/revoke.ts';
import { pebbleVersions, startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { changed, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, httpSolver, RecordingSolver, soon, withCode } from './support.ts';

const skip = without('pebble');

for (const version of pebbleVersions) {
  test(`Pebble ${version}: revokes by the account or by the certificate's key`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version });
    const client = clientOf(t, pebble);
    const account = await accountAt(client);
    const obtained = (): ReturnType<typeof obtain> =>
      obtain(client, { account, names: ['a.test'], solvers: [httpSolver(pebble)] });
    const statusOf = async (serial: string): Promise<{ Status: string; Reason?: number }> =>
      JSON.parse(await pebble.manage(`/cert-status-by-serial/${serial}`)) as { Status: string; Reason?: number };

    const one = await obtained();
    assert.equal((await statusOf(one.serial)).Status, 'Valid');
    assert.equal(await revokeCertificate(client, one.chainPem, 'superseded', { account }, soon()), 'revoked');
    const status = await statusOf(one.serial);
    assert.deepEqual([status.Status, status.Reason], ['Revoked', 4]);
    assert.equal(await revokeCertificate(client, one.chainPem, 'superseded', { account }, soon()), 'already-revoked');

    const two = await obtained();
    const byKey = { certificateKeyPem: two.keyPem };
    assert.equal(await revokeCertificate(client, two.chainPem, 'keyCompromise', byKey, soon()), 'revoked');
    assert.equal((await statusOf(two.serial)).Reason, 1);

    const three = await obtained();
    const stranger = await accountAt(client);
    await assert.rejects(
      revokeCertificate(client, three.chainPem, 'unspecified', { account: stranger }, soon()),
      withCode('acme.account-refused'),
    );
    const wrongKey = { certificateKeyPem: two.keyPem };
    await assert.rejects(revokeCertificate(client, three.chainPem, 'unspecified', wrongKey, soon()));
    assert.equal((await statusOf(three.serial)).Status, 'Valid');
  });
}

test('sends only the leaf, and reports an authority without revocation', async (t) => {
  const authority = await startLyingAuthority(t);
  const client = clientOf(t, authority);
  const account = await accountAt(client);
  const { chainPem } = await obtain(client, { account, names: ['a.test'], solvers: [new RecordingSolver()] });
  await revokeCertificate(client, chainPem, 'cessationOfOperation', { account }, soon());
  const leaf = /BEGIN CERTIFICATE-----([^-]+)/.exec(chainPem)![1]!.replace(/\s/g, '');
  assert.deepEqual(authority.seen.at(-1)!.payload, {
    certificate: Buffer.from(leaf, 'base64').toString('base64url'),
    reason: 5,
  });

  authority.lie = ({ path }, honest) =>
    path.startsWith('/where') ? changed(honest, { revokeCert: undefined }) : honest;
  const other = clientOf(t, authority);
  await assert.rejects(
    revokeCertificate(other, chainPem, 'unspecified', { account }, soon()),
    withCode('acme.refused'),
  );
});
