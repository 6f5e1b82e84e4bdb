import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import * as pkijs from 'pkijs';
import { Authority, type IssuedCertificate } from '../../src/authority/authority.ts';
import { loadRecords, type Records } from '../../src/authority/records.ts';
import { makeIntermediate, makeLeaf } from '../../src/authority/shape.ts';
import { systemClock } from '../../src/base/clock.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { randomSerial } from '../../src/x509/certificate-writer.ts';
import { parseCidr } from '../../src/names/cidr.ts';
import { exportPrivateKeyPem, generateKey, publicKeyInfo } from '../../src/x509/key.ts';
import { decodePem, encodePem } from '../../src/x509/pem.ts';
import { folderOf, javaVerify, judge, opensslVerify, pythonHandshakes } from '../support/oracles.ts';
import { peculiar } from '../support/peculiar.ts';
import { without } from '../support/tools.ts';
import { zlintFindings } from '../support/zlint.ts';
import { testRandom } from '../support/seed.ts';

/** All kinds of names in one certificate, and a host for each. */
const names = [
  'localhost',
  'chat.example.com',
  '*.lab.internal',
  '127.0.0.1',
  '10.1.2.3',
  '::1',
  'fd00::20',
  'xn--bcher-kva.test',
];
const hosts = [
  'localhost',
  'chat.example.com',
  'x.lab.internal',
  '127.0.0.1',
  '10.1.2.3',
  '::1',
  'fd00::20',
  'xn--bcher-kva.test',
];
const outside = ['www.example.net', 'chat.example.org', '8.8.8.8', '2001:db8::1'];

interface Scene {
  folder: string;
  authority: Authority;
  records: Records;
}

/**
 * An authority on the real clock, as the validators require; its root in `root.pem`, a chain for `names` in
 * `chain.pem`.
 */
async function scene(t: TestContext): Promise<Scene & { issued: IssuedCertificate }> {
  const database = await openSqlite(':memory:');
  t.after(() => database.close());
  const options = { clock: systemClock, random: testRandom, names: ['chat.example.com'] };
  const authority = await Authority.open(database, options);
  const issued = await authority.issue(names);
  const folder = await folderOf(t, { 'root.pem': authority.rootPem(), 'chain.pem': issued.chainPem });
  return { folder, authority, records: (await loadRecords(database))!, issued };
}

interface Forged {
  chainPem: string;
  keyPem: string;
}

/** A forgery with the intermediate's stolen key: a chain for any name. */
async function forge({ records }: Scene, name: string, intermediate = records.intermediate): Promise<Forged> {
  const key = await generateKey();
  const { certificate } = intermediate;
  const validity = { notBeforeMs: certificate.notBeforeMs, notAfterMs: certificate.notAfterMs };
  const leaf = makeLeaf(publicKeyInfo(key), [name], certificate, intermediate.key, validity, randomSerial(testRandom));
  const chainPem = encodePem('CERTIFICATE', leaf) + encodePem('CERTIFICATE', certificate.der);
  return { chainPem, keyPem: exportPrivateKeyPem(key).reveal() };
}

/** A forgery with the root's stolen key: an unconstrained intermediate, and a chain below it. */
async function forgeByRoot(scene: Scene, name: string): Promise<Forged> {
  const { root } = scene.records;
  const key = await generateKey();
  const everything = {
    permittedDnsNames: ['net'],
    permittedIpRanges: ['0.0.0.0/0', '::/0'].map((range) => parseCidr(range)!),
    excludedDnsNames: [],
    excludedIpRanges: [],
  };
  const validity = { notBeforeMs: root.certificate.notBeforeMs, notAfterMs: root.certificate.notAfterMs };
  const der = makeIntermediate(key, root.certificate, root.key!, everything, validity, testRandom);
  return forge(scene, name, { key, certificate: parseCertificate(der) });
}

async function serve(t: TestContext, { chainPem, keyPem }: Forged): Promise<number> {
  const server = tls.createServer({ cert: chainPem, key: keyPem }, (socket) => {
    socket.on('error', () => {}); // a client that rejects us may close the connection in any way
    socket.end();
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** `ok`, or the error, of a handshake with Node as the client. */
async function nodeHandshake(port: number, rootPem: string, host: string): Promise<string> {
  const isAddress = /^[\d.]+$|:/.test(host);
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    ca: rootPem,
    ...(isAddress ? {} : { servername: host }),
    checkServerIdentity: (_, certificate) => tls.checkServerIdentity(host, certificate),
  });
  try {
    await once(socket, 'secureConnect');
    return 'ok';
  } catch (error) {
    return String(error);
  } finally {
    socket.destroy();
  }
}

test(
  'strict openssl accepts issued certificates and rejects names outside the constraints',
  { skip: without('openssl') },
  async (t) => {
    const all = await scene(t);
    assert.equal(await opensslVerify(all.folder), '');
    for (const name of outside) {
      await writeFile(path.join(all.folder, 'forged.pem'), (await forge(all, name)).chainPem);
      assert.match(await opensslVerify(all.folder, 'forged.pem'), /permitted subtree violation/, name);
    }
    await writeFile(path.join(all.folder, 'forged.pem'), (await forgeByRoot(all, 'www.example.net')).chainPem);
    assert.match(await opensslVerify(all.folder, 'forged.pem'), /permitted subtree violation/);
  },
);

test(
  'Java accepts issued certificates and rejects names outside the constraints, even under its own anchor',
  { skip: without('java') },
  async (t) => {
    const all = await scene(t);
    const file = (name: string): string => path.join(all.folder, name);
    const inside = await forge(all, 'localhost'); // same forgery, permitted name: the rejection is due to the name
    await writeFile(file('inside.pem'), inside.chainPem);
    for (const name of outside)
      await writeFile(file(`${outside.indexOf(name)}.pem`), (await forge(all, name)).chainPem);
    const chains = ['chain.pem', 'inside.pem', ...outside.map((_, index) => `${index}.pem`)];
    const [issued, allowed, ...refused] = await javaVerify(file('root.pem'), chains.map(file));
    assert.deepEqual([issued, allowed], ['ok', 'ok']);
    assert.equal(refused.length, outside.length);
    for (const answer of refused) assert.match(answer, /name constraints/i);

    const { code, stdout } = await judge('keytool', '-printcert', '-file', file('chain.pem'));
    assert.equal(code, 0, stdout);
    assert.match(stdout, /DNSName: chat\.example\.com/);
  },
);

test('Python, as strict as 3.13, completes a handshake for every host', async (t) => {
  const all = await scene(t);
  const root = path.join(all.folder, 'root.pem');
  const { chainPem, keyPem } = all.issued;
  const port = await serve(t, { chainPem, keyPem: keyPem.reveal() });
  assert.deepEqual(
    await pythonHandshakes(root, port, hosts),
    hosts.map(() => 'ok'),
  );
  const [other] = await pythonHandshakes(root, port, ['other.test']);
  assert.match(other!, /Hostname mismatch/);
  const forged = await forge(all, 'www.example.net');
  const [refused] = await pythonHandshakes(root, await serve(t, forged), ['www.example.net']);
  assert.match(refused!, /permitted subtree violation/);
});

test('Node completes a handshake for every host, and rejects names outside the constraints', async (t) => {
  const all = await scene(t);
  const rootPem = all.authority.rootPem();
  const { chainPem, keyPem } = all.issued;
  const port = await serve(t, { chainPem, keyPem: keyPem.reveal() });
  for (const host of hosts) assert.equal(await nodeHandshake(port, rootPem, host), 'ok', host);
  assert.match(await nodeHandshake(port, rootPem, 'other.test'), /does not match certificate's altnames/);
  for (const forged of [await forge(all, 'www.example.net'), await forgeByRoot(all, 'www.example.net')]) {
    assert.match(
      await nodeHandshake(await serve(t, forged), rootPem, 'www.example.net'),
      /permitted subtree violation/,
    );
  }
});

test(
  'the browsers’ NSS accepts issued certificates and rejects names outside the constraints',
  { skip: without('certutil') },
  async (t) => {
    const all = await scene(t);
    const store = `sql:${all.folder}`;
    const certutil = (...args: string[]): ReturnType<typeof judge> => judge('certutil', '-d', store, ...args);
    const forged = await forge(all, 'www.example.net');
    const [leaf, intermediate] = all.issued.chainPem.split(/(?<=-----END CERTIFICATE-----\n)/);
    const files = { intermediate, leaf, forged: forged.chainPem };
    assert.equal((await certutil('-N', '--empty-password')).code, 0);
    await certutil('-A', '-n', 'root', '-t', 'C,,', '-a', '-i', path.join(all.folder, 'root.pem'));
    for (const [name, pem] of Object.entries(files)) {
      const file = path.join(all.folder, `${name}.pem`);
      await writeFile(file, pem!);
      assert.equal((await certutil('-A', '-n', name, '-t', ',,', '-a', '-i', file)).code, 0, name);
    }
    const taken = await certutil('-V', '-u', 'V', '-e', '-n', 'leaf');
    assert.equal(taken.code, 0, taken.stdout + taken.stderr);
    const refused = await certutil('-V', '-u', 'V', '-e', '-n', 'forged');
    assert.notEqual(refused.code, 0);
    assert.match(refused.stdout + refused.stderr, /not permitted|name constraint|inadequate/i);
  },
);

test('@peculiar/x509 and pkijs build and accept the chain', async (t) => {
  const { authority, issued } = await scene(t);
  const root = decodePem(authority.rootPem())[0]!.der;
  const chain = decodePem(issued.chainPem).map(({ der }) => der);
  const builder = new peculiar.X509ChainBuilder({
    certificates: [root, ...chain].map((der) => new peculiar.X509Certificate(der)),
  });
  assert.equal((await builder.build(new peculiar.X509Certificate(chain[0]!))).length, 3);
  const engine = new pkijs.CertificateChainValidationEngine({
    trustedCerts: [pkijs.Certificate.fromBER(root)],
    certs: chain.toReversed().map((der) => pkijs.Certificate.fromBER(der)),
  });
  const { result, resultMessage } = await engine.verify();
  assert.ok(result, resultMessage);
});

/** zlint findings that apply only to public authorities (CA/Browser Forum rules), each with the reason why it does not apply to ours. */
const notForPrivate: Record<string, string> = {
  e_ca_country_name_missing: 'no country is verified',
  e_ext_nc_intersects_reserved_ip: 'private addresses are the purpose',
  e_ext_san_contains_reserved_ip: 'private addresses are the purpose',
  e_dnsname_not_valid_tld: 'private names are the purpose',
  w_root_ca_basic_constraints_path_len_constraint_field_present: 'one level below the root is enough',
  e_invalid_ca_certificate_policies: 'there is no policy document',
  e_sub_ca_certificate_policies_missing: 'there is no policy document',
  e_sub_cert_cert_policy_empty: 'there is no policy document',
  e_sub_cert_certificate_policies_missing: 'there is no policy document',
  e_sub_ca_crl_distribution_points_missing: 'it works offline: there is no URL to point to',
  w_sub_ca_aia_does_not_contain_issuing_ca_url: 'it works offline: there is no URL to point to',
  w_sub_ca_aia_missing: 'it works offline: there is no URL to point to',
  e_sub_cert_aia_missing: 'it works offline: there is no URL to point to',
  w_sub_cert_aia_does_not_contain_issuing_ca_url: 'it works offline: there is no URL to point to',
  w_ext_subject_key_identifier_not_recommended_subscriber: 'RFC 5280 §4.2.1.2 recommends it',
};

test('zlint finds nothing but rules for public authorities', { skip: without('zlint') }, async (t) => {
  const { folder, authority, issued } = await scene(t);
  const [leaf, intermediate] = decodePem(issued.chainPem).map(({ der }) => encodePem('CERTIFICATE', der));
  const found = new Set<string>();
  for (const [name, pem] of Object.entries({ root: authority.rootPem(), intermediate, leaf })) {
    const file = path.join(folder, `${name}.pem`);
    await writeFile(file, pem!);
    for (const lint of await zlintFindings(file)) found.add(lint);
  }
  assert.deepEqual([...found].sort(), Object.keys(notForPrivate).sort());
});
