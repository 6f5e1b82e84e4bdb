import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { GatheredError } from '../../src/base/errors.ts';
import { createTrust } from '../../src/index.ts';
import { type ServerCertificate, writeServerCertificate } from '../support/pebble.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';

async function startServer(t: TestContext): Promise<ServerCertificate & { url: string; port: number; folder: string }> {
  const folder = await temporaryFolder(t, 'library');
  const own = await writeServerCertificate(folder);
  const server = https.createServer({ cert: own.certificatePem, key: own.keyPem }, (_request, response) =>
    response.end('hello'),
  );
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ...own, url: `https://localhost:${port}/`, port, folder };
}

const env = {};

/** What each way to connect makes of it. */
async function outcomes(trust: Awaited<ReturnType<typeof createTrust>>, url: string): Promise<string[]> {
  const agent = trust.httpsAgent({ keepAlive: true });
  const byAgent = new Promise<string>((resolve) => {
    https
      .get(url, { agent }, (answer) => void answer.resume().on('end', () => resolve('verified')))
      .on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
  });
  const byFetch = trust.fetch(url).then(
    (answer) => answer.text().then(() => 'verified'),
    (error: Error) => String((error.cause as NodeJS.ErrnoException).code),
  );
  const { hostname: host, port } = new URL(url);
  const byContext = new Promise<string>((resolve) => {
    const socket = tls.connect({ host, port: Number(port), servername: host, secureContext: trust.secureContext() });
    socket.on('secureConnect', () => (socket.destroy(), resolve('verified')));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
  });
  return Promise.all([byAgent, byFetch, byContext]);
}

const allVerified = ['verified', 'verified', 'verified'];
const refused = Array.from({ length: 3 }, () => 'UNABLE_TO_VERIFY_LEAF_SIGNATURE');

test('private roots verify beside the public ones, and only where they are given', async (t) => {
  const server = await startServer(t);
  const trust = await createTrust({ rootFiles: [server.rootFile], env });
  atEnd(t, () => trust.close());
  assert.deepEqual(await outcomes(trust, server.url), allVerified);
  assert.ok(trust.roots().length > 100, 'the public ones are there');
  const plain = await createTrust({ env });
  atEnd(t, () => plain.close());
  assert.deepEqual(await outcomes(plain, server.url), refused);
});

test('a root that is replaced counts without a restart, and a broken one changes nothing', async (t) => {
  const [first, second] = [await startServer(t), await startServer(t)];
  const file = path.join(first.folder, 'roots.pem');
  await copyFile(first.rootFile, file);
  const rejected: unknown[] = [];
  const trust = await createTrust({
    rootFiles: [file],
    publicSet: 'none',
    env,
    onRejected: (error) => rejected.push(error),
  });
  atEnd(t, () => trust.close());
  assert.deepEqual(await outcomes(trust, first.url), allVerified);
  assert.deepEqual(await outcomes(trust, second.url), refused);

  await copyFile(second.rootFile, file);
  while (!trust.roots().includes(second.rootPem)) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual(await outcomes(trust, second.url), allVerified);
  assert.deepEqual(await outcomes(trust, first.url), refused, 'the former root is gone');

  await writeFile(file, (await readFile(file, 'utf8')).replace('A', '!'));
  while (rejected.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(rejected[0] instanceof GatheredError);
  assert.deepEqual(await outcomes(trust, second.url), allVerified);
  await assert.rejects(trust.reload(), (error) => error === rejected[0] || error instanceof GatheredError);
});

test('SSL_CERT_FILE and SSL_CERT_DIR each replace their own half, as with OpenSSL', async (t) => {
  const server = await startServer(t);
  const folder = path.join(server.folder, 'certs');
  await mkdir(folder);
  await copyFile(server.rootFile, path.join(folder, 'private.pem'));
  const rootsBy = async (variables: Record<string, string>): Promise<number> => {
    const trust = await createTrust({ env: variables });
    atEnd(t, () => trust.close());
    assert.equal(trust.roots().includes(server.rootPem), true);
    return trust.roots().length;
  };
  assert.ok((await rootsBy({ SSL_CERT_FILE: server.rootFile })) > 100, 'the folder of the system stays');
  assert.equal(await rootsBy({ SSL_CERT_DIR: folder }), 1);
  assert.equal(await rootsBy({ SSL_CERT_FILE: server.rootFile, SSL_CERT_DIR: folder }), 1);
});
