import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type PeerCertificate } from 'node:tls';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import type { Challenge, Identifier } from '../../src/acme/challenge.ts';
import { acmeTlsProtocol } from '../../src/acme/challenge.ts';
import { makeTlsAlpnAnswer, tlsAlpnServerName } from '../../src/acme/tls-alpn-01/certificate.ts';
import { TlsAlpnListenerSolver } from '../../src/acme/tls-alpn-01/listener.ts';
import { systemClock } from '../../src/base/clock.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { formatAddress } from '../../src/names/address.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { writeServerCertificate } from '../support/pebble.ts';
import { atEnd, freePorts, temporaryFolder } from '../support/up.ts';
import { soon, toLoopback, withCode } from './support.ts';
import { testRandom } from '../support/seed.ts';

function challengeFor(identifier: Identifier): Challenge {
  const { value } = identifier;
  const token = `token-of-${value}`;
  return { identifier, name: value, isWildcard: false, token, keyAuthorization: `${token}.thumbprint`, dnsValue: '' };
}

const name = challengeFor({ type: 'dns', value: 'a.test' });
const address = challengeFor({ type: 'ip', value: '192.0.2.7' });

test('the certificate contains only the name, and the digest in a critical acmeIdentifier', async () => {
  for (const challenge of [name, address]) {
    const { certificatePem } = await makeTlsAlpnAnswer(challenge, systemClock, testRandom);
    const certificate = parseCertificate(decodePem(certificatePem)[0]!.der);
    const names = [...certificate.dnsNames, ...certificate.ipAddresses];
    assert.deepEqual(names, [challenge.name]);
    const extension = certificate.extensions.find(({ oid }) => oid === '1.3.6.1.5.5.7.1.31');
    assert.equal(extension!.isCritical, true);
    const digest = createHash('sha256').update(challenge.keyAuthorization).digest();
    // RFC 8737 §3: the extension contains an OCTET STRING of 32 octets.
    const octets = Buffer.concat([Buffer.from([0x04, 0x22, 0x04, 0x20]), digest]);
    assert.ok(certificate.der.includes(octets));
    assert.ok(certificate.notBeforeMs < Date.now() && certificate.notAfterMs > Date.now());
  }
});

test('uses the reverse name of an address as server name', () => {
  const nameOf = (value: string): string => tlsAlpnServerName({ type: 'ip', value });
  assert.equal(nameOf('192.0.2.7'), '7.2.0.192.in-addr.arpa');
  // The example of RFC 8738 §6.
  assert.equal(nameOf('2001:db8::1'), '1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa');
  assert.equal(tlsAlpnServerName({ type: 'dns', value: 'a.test' }), 'a.test');
});

test('a reverse name maps back to its address', () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(octets, (address) => {
      const labels = tlsAlpnServerName({ type: 'ip', value: formatAddress(address) })
        .split('.')
        .slice(0, -2)
        .toReversed();
      const back = address.length === 4 ? Buffer.from(labels.map(Number)) : Buffer.from(labels.join(''), 'hex');
      assert.deepEqual([...back], [...address]);
    }),
  );
});

interface Shown {
  protocol: string | false | null;
  certificate: PeerCertificate;
  error: string | undefined;
}

/** A client that trusts nothing and only reads the certificate. */
function look(port: number, servername: string, protocols: string[]): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername,
      ALPNProtocols: protocols,
      rejectUnauthorized: false,
    });
    socket.on('error', reject);
    socket.on('secureConnect', () => {
      resolve({
        protocol: socket.alpnProtocol,
        certificate: socket.getPeerCertificate(),
        error: socket.authorizationError as unknown as string | undefined,
      });
      socket.destroy();
    });
  });
}

test('serves each name its own certificate, only over acme-tls/1, and closes after the last', async () => {
  const [port] = (await freePorts(1)) as [number];
  const solver = new TlsAlpnListenerSolver({ port, address: '127.0.0.1' });
  await solver.prepare([name]);
  await solver.prepare([address]);
  const shown = await look(port, 'A.Test', [acmeTlsProtocol]);
  assert.equal(shown.protocol, acmeTlsProtocol);
  assert.equal(shown.certificate.subjectaltname, 'DNS:a.test');
  const reverse = await look(port, '7.2.0.192.in-addr.arpa', [acmeTlsProtocol]);
  assert.equal(reverse.certificate.subjectaltname, 'IP Address:192.0.2.7');
  await assert.rejects(look(port, 'a.test', ['h2', 'http/1.1']), /no application protocol/i);
  await assert.rejects(look(port, 'b.test', [acmeTlsProtocol]));
  await assert.rejects(look(port, '__proto__', [acmeTlsProtocol]));

  await solver.clean([name]);
  await assert.rejects(look(port, 'a.test', [acmeTlsProtocol]));
  await solver.clean([address]);
  await assert.rejects(look(port, 'a.test', [acmeTlsProtocol]), /ECONNREFUSED/);
});

test('two orders for one name: serves the answer of the remaining one', async () => {
  const [port] = (await freePorts(1)) as [number];
  const solver = new TlsAlpnListenerSolver({ port, address: '127.0.0.1' });
  const other = { ...name, token: 'another-token', keyAuthorization: 'another-token.thumbprint' };
  await solver.prepare([name]);
  const first = await look(port, 'a.test', [acmeTlsProtocol]);
  await solver.prepare([other]);
  const second = await look(port, 'a.test', [acmeTlsProtocol]);
  assert.notEqual(first.certificate.fingerprint256, second.certificate.fingerprint256);
  await solver.clean([other]);
  const third = await look(port, 'a.test', [acmeTlsProtocol]);
  assert.equal(third.certificate.fingerprint256, first.certificate.fingerprint256);
  await solver.clean([name]);
});

test('the self-check detects a web server in place of the answer', async (t) => {
  const [port, closed] = (await freePorts(2)) as [number, number];
  const options = { address: '127.0.0.1', validationPort: port, lookup: toLoopback };
  const solver = new TlsAlpnListenerSolver({ ...options, port });
  const hidden = new TlsAlpnListenerSolver({ ...options, port: closed });
  atEnd(t, () => hidden.clean([name]));
  await hidden.prepare([name]);
  await hidden.check([name], soon()); // no answer from here proves nothing

  await solver.prepare([name, address]);
  await solver.check([name, address], soon());
  await solver.clean([name, address]);

  const usual = await writeServerCertificate(await temporaryFolder(t, 'usual'));
  for (const [protocols, reason] of [
    [['h2'], /NO_APPLICATION_PROTOCOL/],
    [undefined, /another certificate \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/],
  ] as const) {
    const { certificatePem: cert, keyPem: key } = usual;
    const web = createServer({ cert, key, ...(protocols ? { ALPNProtocols: [...protocols] } : {}) });
    web.listen(port, '127.0.0.1');
    await once(web, 'listening');
    await assert.rejects(
      hidden.check([name], soon()),
      withCode('acme.self-check', (error) => assert.match(error.message, reason)),
    );
    await new Promise((resolve) => web.close(resolve));
  }
});
