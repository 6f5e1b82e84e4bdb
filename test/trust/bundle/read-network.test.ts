import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import net from 'node:net';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { mergeRoots } from '../../../src/trust/bundle/merge.ts';
import { bundleError } from '../../../src/trust/bundle/messages.ts';
import { readNetwork } from '../../../src/trust/bundle/read-network.ts';
import { basicConstraints, keyUsage } from '../../../src/x509/extension.ts';
import { makeLeaf, makeRoot, nowMs } from './roots.ts';

const root = makeRoot({ name: 'Root on the network' });
const intermediate = makeRoot({ name: 'Intermediate on the network', issuer: root });
const leaf = makeLeaf(intermediate);

/** Listens on a free port until the test ends. */
async function portOf(t: TestContext, server: net.Server | Server): Promise<number> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as net.AddressInfo).port;
}

const serving = (t: TestContext, body: string, status = 200): Promise<number> =>
  portOf(
    t,
    createServer((_, answer) => answer.writeHead(status).end(body)),
  );

function tlsServing(t: TestContext, chain: string, key: string): Promise<number> {
  const server = tls.createServer({ cert: chain, key }, (socket) => socket.on('error', () => {}));
  server.on('tlsClientError', () => {});
  return portOf(t, server);
}

async function seen(from: string, ...pins: string[]): Promise<{ roots: string[]; said: string[] }> {
  const { roots, findings } = await readNetwork(from, new Set(pins), { timeoutMs: 2_000 });
  return {
    roots: roots.map(({ certificate }) => certificate.fingerprint),
    said: findings.map(({ outcome, error }) => `${outcome} ${error.code}`),
  };
}

test('a file at a URL: reports its fingerprint, and accepts the root once pinned', async (t) => {
  const from = `http://127.0.0.1:${await serving(t, root.pem)}/root.pem`;
  const { findings } = await readNetwork(from, new Set());
  const [finding] = findings;
  assert.ok(bundleError.is(finding!.error, 'trust.root-unconfirmed'));
  assert.equal(finding!.error.params.fingerprint, root.fingerprint);
  assert.match(finding!.error.report('en').hint, new RegExp(`--pin ${root.fingerprint}`));
  assert.deepEqual(await seen(from, root.fingerprint), { roots: [root.fingerprint], said: [] });
});

test('accepts only the pinned ones of several roots at a URL', async (t) => {
  const from = `http://127.0.0.1:${await serving(t, makeRoot().pem + root.pem)}/`;
  assert.deepEqual(await seen(from, root.fingerprint), {
    roots: [root.fingerprint],
    said: ['dropped trust.root-unconfirmed'],
  });
  assert.deepEqual(await seen(from, 'ab'.repeat(32)), {
    roots: [],
    said: ['refused trust.root-unconfirmed', 'refused trust.root-unconfirmed'],
  });
});

test('reads the root that a server sends', async (t) => {
  const port = await tlsServing(t, leaf.pem + intermediate.pem + root.pem, leaf.keyPem);
  const from = `tls://localhost:${port}`;
  assert.deepEqual(await seen(from), { roots: [], said: ['refused trust.root-unconfirmed'] });
  assert.deepEqual(await seen(from, root.fingerprint), { roots: [root.fingerprint], said: [] });
  assert.deepEqual(await seen(`tls://127.0.0.1:${port}`, leaf.fingerprint), {
    roots: [],
    said: ['refused trust.root-unconfirmed'],
  });
});

test('reports a server that does not send its root', async (t) => {
  const from = `tls://127.0.0.1:${await tlsServing(t, leaf.pem + intermediate.pem, leaf.keyPem)}`;
  const { findings } = await readNetwork(from, new Set([root.fingerprint]));
  assert.ok(bundleError.is(findings[0]!.error, 'trust.server-sends-no-root'));
  assert.equal(findings[0]!.error.params.issuer, 'CN=Root on the network');
});

test('accepts a server’s self-signed certificate once pinned', async (t) => {
  const own = makeRoot({ extensions: [basicConstraints(false), keyUsage('digitalSignature')] });
  const from = `tls://127.0.0.1:${await tlsServing(t, own.pem, own.keyPem)}`;
  const pins = [own.fingerprint];
  const source = await readNetwork(from, new Set(pins));
  const { anchors } = mergeRoots([source], { nowMs, pins });
  assert.deepEqual(
    anchors.map(({ certificate, isPrivate }) => [certificate.fingerprint, isPrivate]),
    [[own.fingerprint, true]],
  );
});

test('a pin does not make an invalid root acceptable', async (t) => {
  const expired = makeRoot({ from: -10, until: -1 });
  const from = `http://127.0.0.1:${await serving(t, expired.pem)}/`;
  const source = await readNetwork(from, new Set([expired.fingerprint]));
  assert.throws(
    () => mergeRoots([source], { nowMs, pins: [expired.fingerprint] }),
    (error) => bundleError.is(error, 'trust.bundle-refused'),
  );
});

test('reports network failures', async (t) => {
  const closed = net.createServer();
  const port = await portOf(t, closed);
  await new Promise((resolve) => {
    closed.close(resolve);
  });
  const silent = await portOf(t, net.createServer());
  const failed = { roots: [], said: ['refused trust.network-failed'] };
  assert.deepEqual(await seen(`http://127.0.0.1:${port}/`), failed);
  assert.deepEqual(await seen(`tls://127.0.0.1:${port}`), failed);
  assert.deepEqual(await seen(`http://127.0.0.1:${await serving(t, 'gone', 404)}/`), failed);
  const untrusted = await tlsServing(t, leaf.pem + intermediate.pem, leaf.keyPem);
  assert.deepEqual(await seen(`https://localhost:${untrusted}/`), failed);
  assert.deepEqual(await seen(`tls://127.0.0.1:${await serving(t, root.pem)}`), failed);
  for (const scheme of ['http', 'tls']) {
    const { findings } = await readNetwork(`${scheme}://127.0.0.1:${silent}`, new Set(), { timeoutMs: 100 });
    assert.ok(bundleError.is(findings[0]!.error, 'trust.network-failed'));
  }
});

test('follows redirects, and decompresses', async (t) => {
  const port = await portOf(
    t,
    createServer((asked, answer) => {
      if (asked.url === '/moved') answer.writeHead(301, { location: '/root.pem' }).end();
      else if (asked.url === '/loop') answer.writeHead(302, { location: '/loop' }).end();
      else if (asked.url === '/damaged') answer.writeHead(200, { 'content-encoding': 'gzip' }).end(root.pem);
      else answer.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(root.pem));
    }),
  );
  const at = (path: string): ReturnType<typeof seen> => seen(`http://127.0.0.1:${port}${path}`, root.fingerprint);
  assert.deepEqual(await at('/root.pem'), { roots: [root.fingerprint], said: [] });
  assert.deepEqual(await at('/moved'), { roots: [root.fingerprint], said: [] });
  for (const path of ['/loop', '/damaged']) {
    assert.deepEqual(await at(path), { roots: [], said: ['refused trust.network-failed'] }, path);
  }
});

test('reports responses that are not roots or too large', async (t) => {
  const at = async (body: string): Promise<string[]> =>
    (await seen(`http://127.0.0.1:${await serving(t, body)}/`, root.fingerprint)).said;
  assert.deepEqual(await at(''), ['refused trust.source-empty']);
  assert.deepEqual(await at('<html>'), ['refused trust.source-no-certificate']);
  assert.deepEqual(await at(root.pem + root.keyPem), ['refused trust.block-holds-key']);
  assert.deepEqual(await at('x'.repeat(1024 * 1024 + 1)), ['refused file.too-large']);
  for (const from of ['ca.example.com', 'ftp://ca.example.com/', 'tls://chat.example.com', 'tls://', 'file:///etc']) {
    assert.deepEqual((await seen(from)).said, ['refused trust.from-unreadable'], from);
  }
});

test('a password in a URL never appears in roots or findings', async () => {
  const said = await readNetwork('http://user:hunter2@127.0.0.1:1/root.pem?token=hunter2', new Set());
  assert.doesNotMatch(JSON.stringify([said, said.findings[0]!.error.report('en')]), /hunter2/);
});
