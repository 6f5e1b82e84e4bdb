import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import undici from 'undici';
import { type Clock, systemClock } from '../../src/base/clock.ts';
import { GatheredError } from '../../src/base/errors.ts';
import { createTrust } from '../../src/index.ts';
import { openSslRoots } from '../../src/trust/bundle/openssl-roots.ts';
import { type ServerCertificate, writeServerCertificate } from '../support/pebble.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';
import { until } from '../support/until.ts';

interface TestServer extends ServerCertificate {
  url: string;
  folder: string;
  /** Resolves when `count` responses of `/slow` have begun. */
  begun(count: number): Promise<void>;
  /** Completes these responses. */
  finish(): void;
}

/** `/echo` returns the request body; `/slow` begins a response and waits for `finish`. */
async function startServer(t: TestContext): Promise<TestServer> {
  const folder = await temporaryFolder(t, 'library');
  const own = await writeServerCertificate(folder);
  const slow: ServerResponse[] = [];
  const server = https.createServer({ cert: own.certificatePem, key: own.keyPem }, (request, response) => {
    if (request.url === '/echo') request.pipe(response);
    else if (request.url === '/slow') {
      response.write('begun');
      slow.push(response);
      server.emit('slow');
    } else response.end('hello');
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...own,
    url: `https://localhost:${port}/`,
    folder,
    async begun(count) {
      while (slow.length < count) await once(server, 'slow');
    },
    finish: () => slow.forEach((response) => response.end(' and ended')),
  };
}

async function textOf(answer: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of answer) text += piece.toString();
  return text;
}

const env = {};
/** Runs timers twenty times as fast, so that files are polled more often. */
const clock: Clock = { ...systemClock, after: (ms, run) => systemClock.after(ms / 20, run) };

/** The outcome of each way to connect. */
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

test('trusts private roots in addition to public ones, only in this instance', async (t) => {
  const server = await startServer(t);
  const trust = await createTrust({ rootFiles: [server.rootFile], env });
  atEnd(t, () => trust.close());
  assert.deepEqual(await outcomes(trust, server.url), allVerified);
  assert.ok(trust.roots().length > 100, 'includes the public roots');
  const plain = await createTrust({ env });
  atEnd(t, () => plain.close());
  assert.deepEqual(await outcomes(plain, server.url), refused);
});

test('uses a replaced root without a restart, and ignores a damaged one', async (t) => {
  const [first, second] = [await startServer(t), await startServer(t)];
  const file = path.join(first.folder, 'roots.pem');
  await copyFile(first.rootFile, file);
  const rejected: unknown[] = [];
  const trust = await createTrust({
    rootFiles: [file],
    publicSet: 'none',
    env,
    clock,
    onRejected: (error) => rejected.push(error),
  });
  atEnd(t, () => trust.close());
  assert.deepEqual(await outcomes(trust, first.url), allVerified);
  assert.deepEqual(await outcomes(trust, second.url), refused);

  await copyFile(second.rootFile, file);
  await until(t, () => trust.roots().includes(second.rootPem));
  assert.deepEqual(await outcomes(trust, second.url), allVerified);
  assert.deepEqual(await outcomes(trust, first.url), refused, 'former root is no longer trusted');

  await writeFile(file, (await readFile(file, 'utf8')).replace('A', '!'));
  await until(t, () => rejected.length > 0);
  assert.ok(rejected[0] instanceof GatheredError);
  assert.deepEqual(await outcomes(trust, second.url), allVerified);
  await assert.rejects(trust.reload(), (error) => error === rejected[0] || error instanceof GatheredError);
});

test('notices changed and new files in a folder', async (t) => {
  const [first, second, third] = [await startServer(t), await startServer(t), await startServer(t)];
  const folder = path.join(first.folder, 'roots');
  await mkdir(folder);
  await copyFile(first.rootFile, path.join(folder, 'root.pem'));
  const trust = await createTrust({ rootFiles: [folder], publicSet: 'none', env, clock });
  atEnd(t, () => trust.close());
  const untilTrusted = (root: string): Promise<void> => until(t, () => trust.roots().includes(root));
  await copyFile(second.rootFile, path.join(folder, 'root.pem'));
  await untilTrusted(second.rootPem);
  assert.deepEqual(await outcomes(trust, second.url), allVerified);
  await copyFile(third.rootFile, path.join(folder, 'later.pem'));
  await untilTrusted(third.rootPem);
  await copyFile(first.rootFile, path.join(folder, 'later.pem'));
  await untilTrusted(first.rootPem);
  assert.deepEqual(await outcomes(trust, third.url), refused);
});

test('completes a response that is in progress when the roots change', async (t) => {
  const server = await startServer(t);
  const file = path.join(server.folder, 'roots.pem');
  await copyFile(server.rootFile, file);
  const trust = await createTrust({ rootFiles: [file], publicSet: 'none', env });
  atEnd(t, () => trust.close());
  const agent = trust.httpsAgent({ keepAlive: true });
  atEnd(t, () => agent.destroy());
  const byAgent = new Promise<string>((resolve, reject) => {
    https.get(`${server.url}slow`, { agent }, (answer) => resolve(textOf(answer))).on('error', reject);
  });
  const byFetch = trust.fetch(`${server.url}slow`).then((answer) => answer.text());
  await server.begun(2);
  await copyFile((await startServer(t)).rootFile, file);
  await trust.reload();
  assert.deepEqual(await outcomes(trust, server.url), refused);
  server.finish();
  assert.deepEqual(await Promise.all([byAgent, byFetch]), ['begun and ended', 'begun and ended']);
});

test('fetch works with the global classes, and the dispatcher with undici’s', async (t) => {
  const server = await startServer(t);
  const trust = await createTrust({ rootFiles: [server.rootFile], publicSet: 'none', env });
  atEnd(t, () => trust.close());
  const answer = await trust.fetch(new Request(`${server.url}echo`, { method: 'POST', body: 'words' }));
  assert.ok(answer instanceof Response);
  assert.equal(await answer.text(), 'words');
  const form = new FormData();
  form.append('file', new Blob(['words of a file']), 'words.txt');
  const sent = await trust.fetch(`${server.url}echo`, { method: 'POST', body: form });
  assert.match(await sent.text(), /filename="words\.txt"[^]*words of a file/);
  await assert.rejects(trust.fetch(server.url, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  const { body } = await undici.request(`${server.url}echo`, {
    method: 'POST',
    body: 'words',
    dispatcher: trust.dispatcher,
  });
  assert.equal(await body.text(), 'words');
});

test('SSL_CERT_FILE and SSL_CERT_DIR each replace their half of the system’s roots, as in OpenSSL', async (t) => {
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
  for (const variables of [{ SSL_CERT_FILE: server.rootFile }, { SSL_CERT_DIR: folder }]) {
    const roots = await rootsBy(variables);
    // Systems differ in which of the two keeps the system's roots.
    if (openSslRoots(variables).hasSystem) assert.ok(roots > 100, String(roots));
    else assert.equal(roots, 1);
  }
  assert.equal(await rootsBy({ SSL_CERT_FILE: server.rootFile, SSL_CERT_DIR: folder }), 1);
});
