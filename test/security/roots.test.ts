/** The roots and TLS versions that our clients accept: the environment adds none. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { promisify } from 'node:util';
import { standIn } from '../../src/certificates/stand-in.ts';
import { systemClock } from '../../src/base/clock.ts';
import { authority, rootPem } from '../edge/edge.ts';
import { testRandom } from '../support/seed.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';

const directory = {
  newNonce: 'https://x/n',
  newAccount: 'https://x/a',
  newOrder: 'https://x/o',
  revokeCert: 'https://x/r',
};

/** Serves an ACME directory, and opens any tunnel. */
async function serve(t: TestContext, options: TlsOptions = {}): Promise<number> {
  const issued = await authority.issue(['localhost']);
  const server = https.createServer({ cert: issued.chainPem, key: issued.keyPem.reveal(), ...options }, (_, response) =>
    response.setHeader('content-type', 'application/json').end(JSON.stringify(directory)),
  );
  server.on('connect', (_, socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return (server.address() as AddressInfo).port;
}

/** Our clients that connect under this environment, each in its own process. */
async function connecting(port: number, env: Record<string, string>, rootFile?: string): Promise<string[]> {
  const args = [
    path.join(import.meta.dirname, 'clients.ts'),
    String(port),
    ...(rootFile === undefined ? [] : [rootFile]),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'], ...env } });
  return JSON.parse(stdout) as string[];
}

const everyClient = ['upstream', 'acme', 'proxy', 'library', 'probe'];

test('roots that the environment adds count for nothing; those of the machine are where SSL_CERT_FILE says', async (t) => {
  const folder = await temporaryFolder(t, 'roots');
  const [ours, theirs] = [path.join(folder, 'root.pem'), path.join(folder, 'other.pem')];
  await writeFile(ours, rootPem);
  await writeFile(theirs, (await standIn(['nobody.invalid'], systemClock, testRandom)).chainPem);
  const port = await serve(t);
  assert.deepEqual(await connecting(port, { NODE_EXTRA_CA_CERTS: ours }), []);
  assert.deepEqual(await connecting(port, { NODE_EXTRA_CA_CERTS: ours, NODE_OPTIONS: '--use-openssl-ca' }), []);
  // The machine's roots, for all without their own root.
  assert.deepEqual(await connecting(port, { SSL_CERT_FILE: ours }), ['upstream', 'acme', 'proxy', 'probe']);
  // A root that is named is the only one.
  assert.deepEqual(await connecting(port, { SSL_CERT_FILE: ours, NODE_EXTRA_CA_CERTS: ours }, theirs), ['proxy']);
  assert.deepEqual(await connecting(port, { SSL_CERT_FILE: theirs }, ours), ['upstream', 'acme', 'library', 'probe']);
});

test('options in NODE_OPTIONS permit no older TLS version and no weaker suite', async (t) => {
  const folder = await temporaryFolder(t, 'versions');
  const ours = path.join(folder, 'root.pem');
  await writeFile(ours, rootPem);
  const env = { SSL_CERT_FILE: ours, NODE_OPTIONS: '--tls-min-v1.0 --tls-cipher-list=ALL:@SECLEVEL=0' };
  assert.deepEqual(await connecting(await serve(t), env, ours), everyClient);
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  assert.deepEqual(await connecting(await serve(t, old), env, ours), []);
  const weak = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA' } as const;
  assert.deepEqual(
    (await connecting(await serve(t, weak), env, ours)).filter((name) => name !== 'library' && name !== 'probe'),
    [],
  );
});
