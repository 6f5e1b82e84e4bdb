import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { dns01Error } from '../../../../src/acme/dns-01/messages.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { EveryhopError } from '../../../../src/base/errors.ts';
import { type DnsExchange, exchangeDns } from '../../../../src/dns/exchange.ts';
import { decodeMessage } from '../../../../src/dns/message.ts';
import { type Bind, freeDnsPort, startBind } from '../../../support/bind.ts';
import { without } from '../../../support/tools.ts';
import { goodKey, providerAt, valueOf } from '../world.ts';

const skip = without('bind');
const name = '_acme-challenge.www.example.test';
const grants = `update-policy { grant everyhop zonesub TXT; };`;

function start(t: TestContext): Promise<Bind> {
  const records = ['@ NS ns1', 'ns1 A 127.0.0.1', 'child NS ns1.child', 'ns1.child A 127.0.0.1'];
  const keys = [
    goodKey,
    { ...goodKey, name: 'everyhop-384', algorithm: 'hmac-sha384' },
    { ...goodKey, name: 'everyhop-512', algorithm: 'hmac-sha512' },
    { ...goodKey, name: 'everyhop-1', algorithm: 'hmac-sha1' },
    { ...goodKey, name: 'stranger' },
  ];
  const all = keys.slice(0, 4).map((key) => `grant ${key.name} zonesub TXT;`);
  return startBind(t, {
    keys,
    zones: [
      { name: 'example.test', records, statements: `update-policy { ${all.join(' ')} };` },
      { name: 'child.example.test', records: ['@ NS ns1', 'ns1 A 127.0.0.1'], statements: grants },
    ],
  });
}

test('keeps two values under one name and removes them one by one', { skip }, async (t) => {
  const bind = await start(t);
  const provider = providerAt(bind.server, goodKey);
  await provider.present(name, valueOf('a'));
  await provider.present(name, valueOf('b'));
  await provider.present(name, valueOf('b'));
  assert.deepEqual(await bind.txt(name), [valueOf('a'), valueOf('b')]);
  await provider.cleanup(name, valueOf('a'));
  assert.deepEqual(await bind.txt(name), [valueOf('b')]);
  await provider.cleanup(name, valueOf('b'));
  await provider.cleanup(name, valueOf('b'));
  assert.equal((await bind.ask(name, 'TXT')).outcome, 'no-name', 'the name no longer exists');
});

test('signs with every algorithm of a key file', { skip }, async (t) => {
  const bind = await start(t);
  const names = { 'everyhop-384': 'hmac-sha384', 'everyhop-512': 'hmac-sha512', 'everyhop-1': 'hmac-sha1' };
  for (const [keyName, algorithm] of Object.entries(names)) {
    await providerAt(bind.server, { ...goodKey, name: keyName, algorithm }).present(name, valueOf(keyName.at(-1)!));
  }
  assert.equal((await bind.txt(name)).length, 3);
});

test('writes to the innermost zone that the server serves', { skip }, async (t) => {
  const bind = await start(t);
  const provider = providerAt(bind.server, goodKey);
  assert.equal(await provider.check('_acme-challenge.a.b.example.test'), 'example.test');
  assert.equal(await provider.check('_acme-challenge.a.child.example.test'), 'child.example.test');
  await provider.present('_acme-challenge.child.example.test', valueOf('c'));
  assert.deepEqual(await bind.txt('_acme-challenge.child.example.test'), [valueOf('c')]);
});

test('distinguishes a wrong secret, an unknown key and a wrong clock', { skip }, async (t) => {
  const bind = await start(t);
  const wrongSecret = { ...goodKey, secretBase64: Buffer.alloc(32, 'evil').toString('base64') };
  await assert.rejects(providerAt(bind.server, wrongSecret).present(name, valueOf('a')), (error) =>
    dns01Error.is(error, 'acme-dns.key-wrong'),
  );
  const unknown = { ...goodKey, name: 'nobody' };
  await assert.rejects(providerAt(bind.server, unknown).present(name, valueOf('a')), (error) =>
    dns01Error.is(error, 'acme-dns.key-unknown'),
  );
  const clock = { ...systemClock, now: () => Date.now() - 3_600_000 };
  await assert.rejects(providerAt(bind.server, goodKey, { clock }).present(name, valueOf('a')), (error) => {
    assert.ok(dns01Error.is(error, 'acme-dns.clock-differs'));
    assert.ok(Math.abs(Number(error.params.seconds) - 3600) < 5, `difference: ${String(error.params.seconds)}`);
    return true;
  });
  assert.deepEqual(await bind.txt(name), []);
});

test('rejects a key without permission and a zone the server does not serve', { skip }, async (t) => {
  const bind = await start(t);
  const stranger = providerAt(bind.server, { ...goodKey, name: 'stranger' });
  await assert.rejects(stranger.present(name, valueOf('a')), (error) => {
    assert.ok(dns01Error.is(error, 'acme-dns.update-refused'));
    assert.equal(error.params.zone, 'example.test');
    return true;
  });
  await assert.rejects(
    providerAt(bind.server, goodKey).present('_acme-challenge.other.invalid', valueOf('a')),
    (error) => dns01Error.is(error, 'acme-dns.zone-not-served'),
  );
  const fixed = providerAt(bind.server, goodKey, { zone: 'Other.test.' });
  await assert.rejects(fixed.present(name, valueOf('a')), (error) => dns01Error.is(error, 'acme-dns.zone-not-served'));
  await assert.rejects(fixed.present('_acme-challenge.other.test', valueOf('a')), (error) =>
    dns01Error.is(error, 'acme-dns.zone-not-served'),
  );
});

test('check needs the same permission as writing, and changes nothing', { skip }, async (t) => {
  const bind = await start(t);
  const serial = async (): Promise<unknown> => {
    const found = await bind.ask('example.test', 'SOA');
    return found.outcome === 'answer' && found.records[0]!.data.type === 'SOA' && found.records[0]!.data.serial;
  };
  const before = await serial();
  const provider = providerAt(bind.server, goodKey);
  await provider.present(name, valueOf('a'));
  const afterwards = await serial();
  assert.notEqual(afterwards, before);
  assert.equal(await provider.check(name), 'example.test');
  assert.equal(await providerAt(bind.server, goodKey, { zone: 'example.test' }).check(name), 'example.test');
  assert.equal(await serial(), afterwards);
  assert.deepEqual(await bind.txt(name), [valueOf('a')]);
  await assert.rejects(providerAt(bind.server, { ...goodKey, name: 'stranger' }).check(name), (error) =>
    dns01Error.is(error, 'acme-dns.update-refused'),
  );
});

test('reports an unreachable server', async () => {
  const server = { address: '127.0.0.1', port: await freeDnsPort() };
  await assert.rejects(providerAt(server, goodKey).present(name, valueOf('a')), (error) =>
    dns01Error.is(error, 'acme-dns.update-unreachable'),
  );
});

/** A server that answers with this response code and does not sign. */
function unsignedAnswers(responseCode: number): DnsExchange {
  return async (_, query) => {
    const octets = Buffer.from(query);
    octets[2]! |= 0x84;
    octets[3]! |= responseCode;
    const { additional } = decodeMessage(octets)!;
    const withoutTsig = octets.subarray(0, additional[0]!.offset);
    withoutTsig.writeUInt16BE(0, 10);
    return { arrived: true, message: decodeMessage(withoutTsig)! };
  };
}

test('accepts an unsigned answer only if it reports a failure', async () => {
  const server = { address: '2001:db8::1', port: 53 };
  const codes: [number, string][] = [
    [0, 'acme-dns.answer-not-authentic'],
    [2, 'acme-dns.update-failed'],
    [4, 'acme-dns.update-failed'],
    [5, 'acme-dns.update-refused'],
    [9, 'acme-dns.zone-not-served'],
  ];
  for (const [responseCode, code] of codes) {
    const provider = providerAt(server, goodKey, { zone: 'example.test', exchange: unsignedAnswers(responseCode) });
    await assert.rejects(provider.present(name, valueOf('a')), (error) => {
      assert.ok(error instanceof EveryhopError);
      assert.equal(error.code, code);
      assert.match(error.message, /\[2001:db8::1\]:53/);
      return true;
    });
  }
});

test('rejects an answer to another request, even with a valid signature', { skip }, async (t) => {
  const bind = await start(t);
  let first: Awaited<ReturnType<DnsExchange>> | undefined;
  const exchange: DnsExchange = async (...request) => {
    first ??= await exchangeDns(...request);
    return first;
  };
  const provider = providerAt(bind.server, goodKey, { exchange, zone: 'example.test' });
  await assert.rejects(provider.present(name, valueOf('a')), (error) =>
    dns01Error.is(error, 'acme-dns.answer-not-authentic'),
  );
});
