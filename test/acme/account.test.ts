import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import {
  changeAccountKey,
  deactivateAccount,
  findAccount,
  newAccountKey,
  openAccount,
  readAccount,
  updateContacts,
} from '../../src/acme/account.ts';
import { obtain } from '../../src/acme/obtain.ts';
import { Secret } from '../../src/base/redact.ts';
import { pebbleVersions, startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { changed, json, problem, type ReceivedRequest, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver, soon, withCode } from './support.ts';

const skip = without('pebble');
const isQuestion = ({ payload }: ReceivedRequest): boolean => {
  return (payload as { onlyReturnExisting?: boolean } | undefined)?.onlyReturnExisting === true;
};

for (const version of pebbleVersions) {
  test(`Pebble ${version}: registers an account once and finds it again by its key`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version });
    const client = clientOf(t, pebble);
    const keyPem = await newAccountKey();
    assert.equal(await findAccount(client, keyPem, soon()), undefined);
    const request = { keyPem, contacts: ['root@a.test', 'mailto:admin@a.test'], termsAgreed: true };
    const account = await openAccount(client, request, soon());
    assert.equal((await openAccount(client, request, soon())).url, account.url);
    assert.equal((await findAccount(client, keyPem, soon()))!.url, account.url);
    assert.deepEqual((await readAccount(client, account, soon())).contacts, [
      'mailto:root@a.test',
      'mailto:admin@a.test',
    ]);
  });

  test(`Pebble ${version}: changes contacts and key, and deactivates the account`, { skip }, async (t) => {
    const pebble = await startPebble(t, { version });
    const client = clientOf(t, pebble, { clock: new HastyClock() });
    const account = await accountAt(client);
    const facts = await updateContacts(client, account, ['new@a.test'], soon());
    assert.deepEqual(facts, { status: 'valid', contacts: ['mailto:new@a.test'] });

    const changedAccount = await changeAccountKey(client, account, await newAccountKey('rsa2048'), soon());
    assert.equal(changedAccount.url, account.url);
    assert.equal((await readAccount(client, changedAccount, soon())).status, 'valid');
    await assert.rejects(readAccount(client, account, soon()), 'the old key no longer works');
    const other = await accountAt(client);
    // The newer Pebble answers 200 and changes nothing; the older answers 500.
    const code = version === '2.4.0' ? 'acme.server-failed' : 'acme.refused';
    await assert.rejects(changeAccountKey(client, changedAccount, other.keyPem, soon()), withCode(code));

    await deactivateAccount(client, changedAccount, soon());
    const request = { account: changedAccount, names: ['a.test'], solvers: [new RecordingSolver()] };
    await assert.rejects(obtain(client, request), withCode('acme.account-refused'));
  });

  test(`Pebble ${version}: binds an external account with HS256, and explains a wrong binding`, { skip }, async (t) => {
    const macKey = 'zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W';
    const config = { externalAccountBindingRequired: true, externalAccountMACKeys: { 'kid-1': macKey } };
    const pebble = await startPebble(t, { version, config });
    const client = clientOf(t, pebble);
    const request = { keyPem: await newAccountKey(), contacts: [], termsAgreed: true };
    await assert.rejects(openAccount(client, request, soon()), withCode('acme.binding-required'));

    const binding = { keyId: 'kid-1', macKey: new Secret(macKey) };
    const wrong = { ...binding, macKey: new Secret(`X${macKey.slice(1)}`) };
    await assert.rejects(openAccount(client, { ...request, binding: wrong }, soon()), withCode('acme.binding-refused'));
    const unknown = { ...binding, keyId: 'kid-7' };
    await assert.rejects(
      openAccount(client, { ...request, binding: unknown }, soon()),
      withCode('acme.binding-refused'),
    );
    const garbled = { ...binding, macKey: new Secret('no base64!') };
    await assert.rejects(
      openAccount(client, { ...request, binding: garbled }, soon()),
      withCode('acme.binding-unreadable', (error) => assert.ok(!inspect(error).includes('no base64!'))),
    );
    const account = await openAccount(client, { ...request, binding }, soon());
    assert.equal((await readAccount(client, account, soon())).status, 'valid');
  });
}

test('never sends a spent binding again, not even after a lost answer', async (t) => {
  let made = 0;
  const authority = await startLyingAuthority(t, (seen, honest, response) => {
    if (seen.path !== '/join/') return honest;
    if (isQuestion(seen)) return made > 0 ? { ...honest, status: 200 } : problem(400, 'accountDoesNotExist');
    made += 1;
    response.destroy(); // the account exists, but the answer is lost
    return undefined;
  });
  const client = clientOf(t, authority, { clock: new HastyClock() });
  const binding = { keyId: 'kid', macKey: new Secret('c2VjcmV0LXNlY3JldC1zZWNyZXQ') };
  const request = { keyPem: await newAccountKey(), contacts: [], termsAgreed: true, binding };
  const account = await openAccount(client, request, soon());
  assert.ok(account.url.endsWith('/member/7'));
  await openAccount(client, request, soon());
  assert.equal(made, 1);
});

test('accepts a binding with padding or in plain base64', async (t) => {
  const authority = await startLyingAuthority(t, (seen, honest) => {
    return isQuestion(seen) ? problem(400, 'accountDoesNotExist') : honest;
  });
  const client = clientOf(t, authority);
  const bindings: unknown[] = [];
  const keyPem = await newAccountKey();
  for (const macKey of ['-_8xMjM0NTY3ODkwMTIzNDU2', '+/8xMjM0NTY3ODkwMTIzNDU2==', ' -_8xMjM0NTY3ODkwMTIzNDU2\n']) {
    const binding = { keyId: 'kid', macKey: new Secret(macKey) };
    await openAccount(client, { keyPem, contacts: [], termsAgreed: true, binding }, soon());
    bindings.push((authority.seen.at(-1)!.payload as { externalAccountBinding: unknown }).externalAccountBinding);
  }
  assert.deepEqual(bindings[1], bindings[0]);
  assert.deepEqual(bindings[2], bindings[0]);
  const { protected: header } = bindings[0] as { protected: string };
  assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), {
    alg: 'HS256',
    kid: 'kid',
    url: new URL('/join/', authority.directoryUrl).href,
  });
});

test('detects a key change whose answer was lost, and reports a missing keyChange', async (t) => {
  let isChanged = false;
  const authority = await startLyingAuthority(t, ({ path, header }, honest, response) => {
    if (path.startsWith('/where'))
      return changed(honest, { keyChange: new URL('/swap/', authority.directoryUrl).href });
    if (path === '/swap/' && !isChanged) {
      isChanged = true;
      response.destroy();
      return undefined;
    }
    return path === '/swap/' ? problem(401, 'unauthorized', { detail: `no such key ${header.kid}` }) : honest;
  });
  const client = clientOf(t, authority, { clock: new HastyClock() });
  const account = await accountAt(client);
  const keyPem = await newAccountKey();
  assert.deepEqual(await changeAccountKey(client, account, keyPem, soon()), { url: account.url, keyPem });

  const plain = clientOf(t, await startLyingAuthority(t));
  await assert.rejects(changeAccountKey(plain, account, keyPem, soon()), withCode('acme.key-change-unsupported'));
});

test('reports an account that the authority has forgotten', async (t) => {
  const authority = await startLyingAuthority(t, ({ path }, honest) => {
    return path === '/want/' ? problem(400, 'accountDoesNotExist') : honest;
  });
  const client = clientOf(t, authority);
  const request = { account: await accountAt(client), names: ['a.test'], solvers: [new RecordingSolver()] };
  await assert.rejects(obtain(client, request), withCode('acme.account-missing'));
});

test('rejects an account without a URL', async (t) => {
  const authority = await startLyingAuthority(t, ({ path }, honest) => (path === '/join/' ? json(201, {}) : honest));
  await assert.rejects(accountAt(clientOf(t, authority)), withCode('acme.answer-malformed'));
});

test('reports refused contacts', async (t) => {
  const authority = await startLyingAuthority(t, (seen, honest) => {
    if (seen.path !== '/join/') return honest;
    return problem(400, isQuestion(seen) ? 'accountDoesNotExist' : 'invalidContact');
  });
  const request = { keyPem: await newAccountKey(), contacts: ['a@example.com'], termsAgreed: true };
  await assert.rejects(openAccount(clientOf(t, authority), request, soon()), withCode('acme.contact-refused'));
});

test('printing an account does not show its key', async () => {
  const account = { url: 'https://a.test/1', keyPem: await newAccountKey() };
  assert.ok(!`${inspect(account)} ${JSON.stringify(account)} ${String(account.keyPem)}`.includes('PRIVATE KEY'));
});
