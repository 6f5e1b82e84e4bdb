import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { probeWords } from '../../src/probe/messages.ts';
import { probeTls, type TlsFacts } from '../../src/probe/tls.ts';
import { FakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/up.ts';
import { make } from './certificates.ts';
import { listen, serveTls } from './servers.ts';

const root = await make({ subject: 'Root', authority: true });
const intermediate = await make({ subject: 'Intermediate', issuer: root, authority: true });
const otherRoot = await make({ subject: 'Other root', authority: true });
const good = await make({
  subject: 'good',
  issuer: intermediate,
  dns: ['chat.test', '*.apps.test'],
  ip: ['127.0.0.1', '::1'],
});
const onLoopback = { host: 'chat.test', address: '127.0.0.1', roots: [root.pem], clock: systemClock };
const hourMs = 60 * 60 * 1000;

type HandshakeFacts = Extract<TlsFacts, { reached: true }>;

function handshakeIn(facts: TlsFacts): HandshakeFacts {
  assert.ok(facts.reached, JSON.stringify(facts));
  return facts;
}

function problem(facts: TlsFacts): [boolean, string | undefined, string | undefined] {
  const { verified, problem: kind, problemCode } = handshakeIn(facts);
  return [verified, kind, problemCode];
}

test('a valid chain verifies by name, wildcard and address, and the handshake is described', async (t) => {
  const { port } = await serveTls(t, [good, intermediate]);
  const facts = handshakeIn(await probeTls({ ...onLoopback, port }));
  assert.equal(facts.verified, true);
  assert.deepEqual([facts.problem, facts.problemCode], [undefined, undefined]);
  assert.deepEqual([facts.address, facts.family, facts.protocol], ['127.0.0.1', 4, 'TLSv1.3']);
  assert.match(facts.cipher, /^TLS_/);
  assert.notEqual(facts.group, '');
  assert.match(facts.fingerprint, /^[0-9a-f]{64}$/);
  for (const host of ['127.0.0.1', 'one.apps.test', 'chat.test.', 'CHAT.test']) {
    assert.equal(handshakeIn(await probeTls({ ...onLoopback, host, port })).verified, true, host);
  }
  for (const host of ['127.0.0.2', 'apps.test', 'a.b.apps.test', 'else.test', 'localhost']) {
    const facts = await probeTls({ ...onLoopback, host, port });
    assert.deepEqual(problem(facts), [false, 'name-mismatch', 'ERR_TLS_CERT_ALTNAME_INVALID'], host);
  }
});

test('verifies and reports an IPv6 address', async (t) => {
  const { port } = await serveTls(t, [good, intermediate], { address: '::1' });
  const facts = handshakeIn(await probeTls({ host: '::1', port, roots: [root.pem], clock: systemClock }));
  assert.deepEqual([facts.verified, facts.family, facts.address], [true, 6, '::1']);
});

const wrong = {
  expired: {
    chain: async () =>
      make({
        subject: 'leaf',
        issuer: root,
        dns: ['chat.test'],
        notBefore: new Date(Date.now() - 2 * hourMs),
        notAfter: new Date(Date.now() - hourMs),
      }),
    problem: ['expired', 'CERT_HAS_EXPIRED'],
  },
  'not yet valid': {
    chain: async () =>
      make({
        subject: 'leaf',
        issuer: root,
        dns: ['chat.test'],
        notBefore: new Date(Date.now() + hourMs),
        notAfter: new Date(Date.now() + 2 * hourMs),
      }),
    problem: ['not-yet-valid', 'CERT_NOT_YET_VALID'],
  },
  'self-signed': {
    chain: async () => make({ subject: 'leaf', dns: ['chat.test'] }),
    problem: ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  },
  'a common name and no alternative names': {
    chain: async () => make({ subject: 'chat.test', issuer: root }),
    problem: ['name-mismatch', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  },
  'without its intermediate': {
    chain: async () => good,
    problem: ['missing-issuer', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  },
} as const;

for (const [name, { chain, problem: expected }] of Object.entries(wrong)) {
  test(`reports a chain that does not verify: ${name}`, async (t) => {
    const server = await serveTls(t, [await chain()]);
    assert.deepEqual(problem(await probeTls({ ...onLoopback, port: server.port })), [false, ...expected]);
    assert.equal(server.received(), '');
  });
}

test('an address in a dNSName entry does not count', async (t) => {
  const leaf = await make({ subject: '127.0.0.1', issuer: root, dns: ['127.0.0.1', 'localhost'] });
  const { port } = await serveTls(t, [leaf]);
  assert.deepEqual(problem(await probeTls({ ...onLoopback, host: '127.0.0.1', port })).slice(0, 2), [
    false,
    'name-mismatch',
  ]);
});

test('reports an unknown root', async (t) => {
  const { port } = await serveTls(t, [good, intermediate]);
  const facts = await probeTls({ ...onLoopback, port, roots: [otherRoot.pem] });
  assert.deepEqual(problem(facts).slice(0, 2), [false, 'unknown-authority']);
  const withRoot = await serveTls(t, [good, intermediate, root]);
  const shown = await probeTls({ ...onLoopback, port: withRoot.port, roots: [otherRoot.pem] });
  assert.deepEqual(problem(shown), [false, 'unknown-authority', 'SELF_SIGNED_CERT_IN_CHAIN']);
});

test('accepts any order of the chain after the leaf, as OpenSSL does', async (t) => {
  const { port } = await serveTls(t, [good, root, intermediate]);
  assert.equal(handshakeIn(await probeTls({ ...onLoopback, port })).verified, true);
});

test('with TLS 1.2, a required client certificate fails the handshake', async (t) => {
  const { port } = await serveTls(t, [good, intermediate], {
    requestCert: true,
    ca: otherRoot.pem,
    maxVersion: 'TLSv1.2',
  });
  const facts = await probeTls({ ...onLoopback, port });
  assert.deepEqual([facts.reached, facts.reached || facts.reason], [false, 'tls-alert']);
});

test('reports a refused connection and a name that does not resolve', async (t) => {
  const server = net.createServer();
  const port = await listen(t, server);
  server.close();
  await once(server, 'close');
  const refused = await probeTls({ ...onLoopback, port });
  assert.ok(!refused.reached && refused.reason === 'refused', JSON.stringify(refused));
  assert.match(String(refused.detail), /ECONNREFUSED/);
  const both = await probeTls({ host: 'localhost', port, clock: systemClock });
  assert.ok(!both.reached && both.reason === 'refused', JSON.stringify(both));
  assert.match(String(both.detail), /ECONNREFUSED/);
  const unknown = await probeTls({ host: 'nowhere.invalid', port, clock: systemClock });
  assert.ok(!unknown.reached && unknown.reason === 'dns', JSON.stringify(unknown));
});

for (const [name, reply] of [
  ['plain HTTP', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'],
  ['garbage', Buffer.alloc(300, 0xfe)],
] as const) {
  test(`${name} on the port is not TLS`, async (t) => {
    const port = await listen(
      t,
      net.createServer((socket) => void socket.once('data', () => socket.end(reply))),
    );
    const facts = await probeTls({ ...onLoopback, port });
    assert.ok(!facts.reached && facts.reason === 'not-tls', JSON.stringify(facts));
  });
}

test('reports a peer that closes or resets during the handshake', async (t) => {
  for (const end of ['end', 'resetAndDestroy'] as const) {
    const port = await listen(
      t,
      net.createServer((socket) => void socket.once('data', () => socket[end]())),
    );
    const facts = await probeTls({ ...onLoopback, port });
    assert.ok(!facts.reached && facts.reason === 'reset', JSON.stringify(facts));
  }
});

test('times out on a peer that accepts and stays silent', async (t) => {
  const clock = new FakeClock();
  const silent = net.createServer((socket) => void socket.resume());
  const port = await listen(t, silent);
  const hello = new Promise<net.Socket>((resolve) => {
    silent.on('connection', (socket) => socket.once('data', () => resolve(socket)));
  });
  const facts = probeTls({ ...onLoopback, port, clock, timeoutMs: 5000 });
  const socket = await hello;
  const closed = once(socket, 'close');
  clock.advance(5000);
  assert.deepEqual(await facts, {
    reached: false,
    reason: 'no-handshake',
    detail: probeWords('probe.slow-handshake', { ms: 5000 }),
  });
  await closed;
  assert.equal(clock.pending, 0);
});

test('rejects a server that supports only TLS 1.1', async (t) => {
  const folder = await temporaryFolder(t, 'old-tls');
  const file = path.join(folder, 'server.pem');
  await writeFile(file, good.pem + good.keyPem);
  const args = [
    's_server',
    '-tls1_1',
    '-cipher',
    'ALL:@SECLEVEL=0',
    '-accept',
    '127.0.0.1:0',
    '-cert',
    file,
    '-key',
    file,
  ];
  const server = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(server, 'close');
  t.after(async () => {
    server.kill();
    await ended;
  });
  const port = await new Promise<number>((resolve, reject) => {
    let printed = '';
    const listenTo = (data: Buffer): void => {
      printed += data.toString();
      const match = /^ACCEPT 127\.0\.0\.1:(\d+)/m.exec(printed);
      if (match) resolve(Number(match[1]));
    };
    server.stdout.on('data', listenTo);
    server.stderr.on('data', listenTo);
    void ended.then(() => reject(new Error(printed)));
  });
  const facts = await probeTls({ ...onLoopback, port });
  assert.ok(!facts.reached, JSON.stringify(facts));
  assert.ok(facts.reason === 'tls-alert' || facts.reason === 'no-handshake', JSON.stringify(facts));
});
