/** `certificates obtain` in this process, at a real Pebble. */
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { type Account, changeAccountKey, deactivateAccount, newAccountKey } from '../../../src/acme/account.ts';
import { type Event, EventBus } from '../../../src/base/events.ts';
import { exportPrivateKeyPem } from '../../../src/x509/key.ts';
import { revokeCertificate } from '../../../src/acme/revoke.ts';
import { obtainCertificate, type ObtainOptions } from '../../../src/app/certificates/obtain.ts';
import { listAccounts, resetAccount } from '../../../src/app/certificates/account.ts';
import { readBinding } from '../../../src/app/certificates/authorities.ts';
import { revokeCertificate as revoke } from '../../../src/app/certificates/revoke.ts';
import { readLedger } from '../../../src/app/certificates/ledger.ts';
import { Secret } from '../../../src/base/redact.ts';
import { clientOf, soon, withCode } from '../../acme/support.ts';
import { mends } from '../../support/outside.ts';
import { type Pebble, startPebble } from '../../support/pebble.ts';
import { without } from '../../support/tools.ts';
import { atEnd, runEveryhop, temporaryFolder } from '../../support/up.ts';

const name = 'chat.example.com';

interface House {
  pebble: Pebble;
  state: string;
  options: ObtainOptions & { stateFolder: string };
}

async function house(t: TestContext, pebbleOptions: Parameters<typeof startPebble>[1] = {}): Promise<House> {
  const pebble = await startPebble(t, pebbleOptions);
  const state = path.join(await temporaryFolder(t, 'obtain'), 'state');
  const options = {
    stateFolder: state,
    names: [name],
    authority: pebble.directoryUrl,
    authorityRootFile: pebble.rootFile,
    challenge: undefined,
    dns: undefined,
    dnsResolvers: undefined,
    webroot: undefined,
    httpPort: pebble.httpPort,
    httpsPort: pebble.tlsPort,
    profile: undefined,
    email: undefined,
    termsAgreed: true,
    env: {},
    version: '0',
    signal: AbortSignal.timeout(60_000),
  };
  return { pebble, state, options };
}

test('after failures on this side, obtains at once', { skip: without('pebble') }, async (t) => {
  mends(t, 'acme/lockout-for-local-failures');
  const { pebble, state, options } = await house(t);
  const unagreed = { ...options, termsAgreed: false };
  const untrusted = { ...options, authorityRootFile: undefined };
  const elsewhere = { ...options, authority: new URL('/nothing', pebble.directoryUrl).href };
  for (const wrong of [unagreed, untrusted, elsewhere]) {
    for (let count = 0; count < 5; count += 1) await assert.rejects(obtainCertificate(wrong));
  }
  const taken = createServer().listen(pebble.httpPort, '127.0.0.1');
  atEnd(t, () => taken.close());
  await once(taken, 'listening');
  const busy = { ...options, challenge: 'http-01' as const };
  for (let count = 0; count < 3; count += 1) {
    await assert.rejects(obtainCertificate(busy), withCode('acme.port-taken'));
  }
  await new Promise((resolve) => taken.close(resolve));
  assert.equal((await obtainCertificate(busy)).failure, undefined);
  const { attempts } = await readLedger(state);
  assert.equal(attempts.filter(({ outcome }) => outcome === 'failed').length, 18);
});

test(
  'shortly before the end, a name whose DNS fails is left out of the renewal, and taken in again later',
  { skip: without('pebble') },
  async (t) => {
    mends(t, 'acme/one-host-takes-all');
    const { pebble, state, options } = await house(t, { version: '2.4.0' }); // without renewal information
    const both = { ...options, names: [name, 'gone.example.com'], challenge: 'http-01' as const, insists: true };
    const first = await obtainCertificate(both);
    await pebble.dns.setServfail('gone.example.com');
    const database = new DatabaseSync(path.join(state, 'everyhop.db'));
    atEnd(t, () => database.close());
    const endIn = (days: number): unknown =>
      database.prepare('UPDATE generations SET not_after_ms = ?').run(Date.now() + days * 86_400_000);
    database.exec('UPDATE generations SET not_before_ms = not_before_ms - 80 * 86400000');
    endIn(20);
    const early = await obtainCertificate(both);
    assert.deepEqual([early.serial, early.failure?.code], [first.serial, 'acme.validation-connection']);
    endIn(2);
    const late = await obtainCertificate(both);
    assert.deepEqual([late.names, late.failure?.code], [[name], 'acme.validation-connection']);
    assert.equal(late.live.cert, first.live.cert);
    assert.equal(new X509Certificate(await readFile(late.live.cert)).subjectAltName, `DNS:${name}`);
    await pebble.dns.clearServfail('gone.example.com');
    const whole = await obtainCertificate(both);
    assert.deepEqual([whole.names, whole.failure, whole.live.cert], [first.names, undefined, first.live.cert]);
  },
);

test('asks for renewal information before it calls a certificate good', { skip: without('pebble') }, async (t) => {
  mends(t, 'acme/obtain-never-asks-ari', 'acme/ari-small');
  const { pebble, state, options } = await house(t);
  const asked = (): number => pebble.log().match(/GET \/draft-ietf-acme-ari-03\/renewalInfo\//g)?.length ?? 0;
  const first = await obtainCertificate(options);
  assert.equal(asked(), 1, 'right after issuance');
  assert.equal(first.renewal!.reason, 'advice');
  assert.deepEqual((await obtainCertificate(options)).serial, first.serial);
  assert.equal(asked(), 1, 'not again before the stored Retry-After');

  const database = new DatabaseSync(path.join(state, 'everyhop.db'));
  atEnd(t, () => database.close());
  const beginAgain = (): unknown => database.exec('UPDATE renewal_advice SET ask_again_ms = 0');
  beginAgain();
  const chain = await readFile(first.live.fullchain, 'utf8');
  const [start, end] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
  const explanationURL = 'https://authority.example/incident';
  const ariResponse = JSON.stringify({ suggestedWindow: { start, end }, explanationURL });
  await pebble.manage('/set-renewal-info/', { certificate: chain, ariResponse });
  const second = await obtainCertificate(options);
  assert.notEqual(second.serial, first.serial, 'the window has passed');

  // Another client revokes the new one: the authority then advises to renew at once.
  beginAgain();
  const client = clientOf(t, pebble);
  const keyPem = new Secret(await readFile(second.live.privkey, 'utf8'));
  const revoked = await readFile(second.live.fullchain, 'utf8');
  await revokeCertificate(client, revoked, 'superseded', { certificateKeyPem: keyPem }, soon());
  const third = await obtainCertificate({ ...options, names: [name] });
  assert.equal(third.renewal!.atMs > Date.now(), true, 'a second replacement within a day is not endless');
  database
    .prepare('UPDATE generations SET created_ms = created_ms - 2 * 86400000 WHERE serial <> ?')
    .run(second.serial);
  beginAgain();
  assert.notEqual((await obtainCertificate(options)).serial, second.serial, 'a revocation is noticed');
});

test('registers anew when the authority has ended or lost the account', { skip: without('pebble') }, async (t) => {
  mends(t, 'acme/account-deactivated');
  const { pebble, state, options } = await house(t);
  const events = new EventBus();
  const replaced: Extract<Event, { type: 'account.replaced' }>[] = [];
  events.on('account.replaced', (event) => replaced.push(event));
  const obtain = (host: string, more: object = {}): Promise<unknown> =>
    obtainCertificate({ ...options, events, names: [host], ...more });
  await obtain('a.example.com');
  const read = async (table: string): Promise<{ url: string; key: string }[]> => {
    const database = new DatabaseSync(path.join(state, 'everyhop.db'), { readOnly: true });
    const rows = database.prepare(`SELECT url, private_key FROM ${table}`).all();
    database.close();
    return rows.map((row) => ({
      url: String(row['url']),
      key: Buffer.from(row['private_key'] as Buffer).toString('hex'),
    }));
  };
  const accountOf = ({ url, key }: { url: string; key: string }): Account => ({
    url,
    keyPem: exportPrivateKeyPem(createPrivateKey({ key: Buffer.from(key, 'hex'), format: 'der', type: 'pkcs8' })),
  });
  const client = clientOf(t, pebble);
  const [first] = await read('acme_accounts');
  await deactivateAccount(client, accountOf(first!), soon());
  await assert.rejects(obtain('b.example.com', { termsAgreed: false }), withCode('acme.terms-required'));
  await obtain('b.example.com');
  const [second] = await read('acme_accounts');
  assert.notEqual(second!.key, first!.key);
  assert.deepEqual(await read('former_acme_accounts'), [first], 'the old key is kept');

  // Another program has given the account another key.
  await changeAccountKey(client, accountOf(second!), await newAccountKey(), soon());
  await obtain('c.example.com');
  const [third] = await read('acme_accounts');
  assert.notEqual(third!.url, second!.url);

  // A test authority has been started again without its accounts.
  const database = new DatabaseSync(path.join(state, 'everyhop.db'));
  database.exec(`UPDATE acme_accounts SET url = '${third!.url}0'`);
  database.close();
  await obtain('d.example.com');
  assert.deepEqual((await read('acme_accounts'))[0], third, 'found again by its key');
  assert.deepEqual(
    replaced.map(({ end, formerUrl, url }) => [end, formerUrl, url]),
    [
      ['ended', first!.url, undefined],
      ['ended', second!.url, third!.url],
      ['missing', `${third!.url}0`, third!.url],
    ],
  );

  const listed = (await listAccounts(state)).map(({ url, endedMs }) => [url, endedMs === undefined]);
  assert.deepEqual(listed, [
    [third!.url, true],
    [second!.url, false],
    [first!.url, false],
  ]);
  await assert.rejects(resetAccount(state, 'zerossl'), withCode('certificates.no-account'));
  await resetAccount(state, pebble.directoryUrl);
  await obtain('e.example.com');
  assert.notEqual((await read('acme_accounts'))[0]!.key, third!.key);
});

test(
  'opens an account that needs a binding, from options or from everyhop.yaml',
  { skip: without('pebble') },
  async (t) => {
    mends(t, 'acme/obtain-without-binding');
    const macKey = Buffer.from('a key that the authority has given').toString('base64url');
    const { pebble, state, options } = await house(t, {
      config: { externalAccountBindingRequired: true, externalAccountMACKeys: { 'customer-1': macKey } },
    });
    await assert.rejects(
      obtainCertificate(options),
      withCode('acme.binding-required', (error) => {
        for (const language of ['en', 'zh'] as const)
          assert.match(error.report(language).hint, /--eab-kid.*--eab-hmac-file/);
      }),
    );
    await assert.rejects(readBinding('customer-1', undefined), withCode('certificates.binding-incomplete'));
    const file = path.join(path.dirname(state), 'hmac');
    await writeFile(file, `${Buffer.from('another key, of another customer').toString('base64url')}\n`);
    await assert.rejects(
      obtainCertificate({ ...options, binding: await readBinding('customer-1', file) }),
      withCode('acme.binding-refused'),
    );
    await writeFile(file, `${macKey}\n`);
    const first = await obtainCertificate({ ...options, binding: await readBinding('customer-1', file) });
    assert.equal(first.failure, undefined);
    // The account exists now.
    await obtainCertificate({ ...options, names: ['other.example.com'] });

    const yaml = path.join(path.dirname(state), 'everyhop.yaml');
    const authority = `{ directory: "${pebble.directoryUrl}", root: "${pebble.rootFile}", key_id: customer-1, mac_key_file: hmac }`;
    const site = '{ host: [a.example.com, b.example.com], upstream: "http://127.0.0.1:9", certificate: ours }';
    await writeFile(yaml, `key_type: p384\nauthorities: { ours: ${authority} }\nsites: [${site}]\n`);
    const elsewhere = { ...options, stateFolder: `${state}-2`, authority: undefined, authorityRootFile: undefined };
    const fromFile = await obtainCertificate({ ...elsewhere, names: ['a.example.com'], configurationFile: yaml });
    assert.equal(fromFile.issuer, pebble.directoryUrl);
    assert.equal(await keyOf(fromFile.live.privkey), 'secp384r1');
  },
);

async function keyOf(file: string): Promise<string> {
  const { asymmetricKeyDetails: details = {} } = createPrivateKey(await readFile(file));
  return details.namedCurve ?? `rsa${details.modulusLength}`;
}

test('the kind of the key, its reuse, and further authorities', { skip: without('pebble') }, async (t) => {
  mends(t, 'acme/obtain-without-binding');
  const { pebble, state, options } = await house(t);
  const first = await obtainCertificate(options);
  const rsa = await obtainCertificate({ ...options, keyType: 'rsa2048' });
  assert.notEqual(rsa.serial, first.serial, 'a certificate with another kind of key is replaced');
  assert.equal(await keyOf(rsa.live.privkey), 'rsa2048');
  assert.equal((await obtainCertificate({ ...options, keyType: 'rsa2048' })).serial, rsa.serial);
  assert.equal((await obtainCertificate(options)).serial, rsa.serial, 'without a wish, any kind stays');

  const makeDue = (): void => {
    const database = new DatabaseSync(path.join(state, 'everyhop.db'));
    database.exec(
      'DELETE FROM renewal_advice; UPDATE generations SET not_before_ms = 1, not_after_ms = 2 + 1000 * unixepoch() + 60000',
    );
    database.close();
  };
  const key = await readFile(rsa.live.privkey, 'utf8');
  makeDue();
  const renewed = await obtainCertificate({ ...options, reusesKey: true });
  assert.notEqual(renewed.serial, rsa.serial);
  assert.equal(await readFile(renewed.live.privkey, 'utf8'), key);
  await revoke({
    stateFolder: state,
    name,
    reason: 'keyCompromise',
    authorityRootFile: pebble.rootFile,
    version: '0',
    signal: soon(),
  });
  const fresh = await obtainCertificate({ ...options, reusesKey: true });
  assert.notEqual(await readFile(fresh.live.privkey, 'utf8'), key, 'never the key of a revoked certificate');

  const nothing = new URL('/nothing', pebble.directoryUrl).href;
  const second = await obtainCertificate({
    ...options,
    names: ['fallback.example.com'],
    authority: [nothing, pebble.directoryUrl],
  });
  assert.equal(second.issuer, pebble.directoryUrl);
  await assert.rejects(
    obtainCertificate({ ...options, authority: 'letsencrpyt' }),
    withCode('certificates.mistyped-authority', (error) => assert.match(error.message, /letsencrypt\?$/)),
  );
  await assert.rejects(
    obtainCertificate({ ...options, authority: 'mycompany' }),
    withCode('certificates.unknown-authority'),
  );
});

test(
  'revoke names the files that still hold the key, and a command for the same authority',
  { skip: without('pebble') },
  async (t) => {
    mends(t, 'acme/misleading-words', 'acme/revoked-key-stays');
    const { pebble, state, options } = await house(t);
    const names = [name, 'www.example.com'];
    const former = await obtainCertificate({ ...options, names });
    const folder = path.dirname(state);
    const root = ['--authority-root', pebble.rootFile];
    const { code, stderr } = await runEveryhop(
      ['certificates', 'revoke', name, '--reason', 'keyCompromise', ...root, '--state', state],
      folder,
    );
    assert.equal(code, 0, stderr);
    assert.ok(stderr.includes(`still in ${path.dirname(former.live.fullchain)};`), stderr);
    const printed = /certificates obtain .*/.exec(stderr)![0].split(' ');
    assert.ok(printed.includes(pebble.directoryUrl) && printed.includes(pebble.rootFile), printed.join(' '));
    const ports = ['--http-port', String(pebble.httpPort), '--https-port', String(pebble.tlsPort)];
    const next = await runEveryhop([...printed, ...ports], folder);
    assert.equal(next.code, 0, next.stderr);
    assert.notEqual(await readFile(former.live.fullchain, 'utf8').then(serialOf), former.serial);
  },
);

function serialOf(pem: string): string {
  return new X509Certificate(pem).serialNumber.toLowerCase();
}
