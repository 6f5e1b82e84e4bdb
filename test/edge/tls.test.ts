import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net, { type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { mends } from '../support/outside.ts';
import { until } from '../support/until.ts';
import {
  connectRaw,
  freePort,
  request,
  rootPem,
  route,
  site,
  startApp,
  startEdge,
  startRecorder,
  upstreamAt,
} from './edge.ts';
import { readRequests } from './strict-reader.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-mtls-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A client certificate and its authority, created with openssl. */
function clientCertificate(name: string): { cert: string; key: string; root: string } {
  const file = (suffix: string): string => path.join(folder, `${name}.${suffix}`);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...curve,
    '-days',
    '2',
    '-subj',
    `/CN=${name} root`,
    '-keyout',
    file('root.key'),
    '-out',
    file('root.pem'),
  );
  openssl('req', ...curve, '-subj', `/CN=${name}`, '-keyout', file('key'), '-out', file('csr'));
  openssl(
    'x509',
    '-req',
    '-in',
    file('csr'),
    '-CA',
    file('root.pem'),
    '-CAkey',
    file('root.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-out',
    file('pem'),
  );
  const read = (suffix: string): string => readFileSync(file(suffix), 'utf8');
  return { cert: read('pem'), key: read('key'), root: read('root.pem') };
}

const member = clientCertificate('member');
const stranger = clientCertificate('stranger');

const get = (host: string): string => `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;

/** Sends a request. Returns the status, or the error of the handshake. */
function visit(port: number, name: string, options: tls.ConnectionOptions = {}, host = name): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = tls.connect({ port, host: '127.0.0.1', servername: name, ca: rootPem, ...options }, () => {
      socket.write(get(host));
    });
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve(text.slice(9, 12) || 'closed'));
  });
}

test('each site on a port has its own minimum TLS version', async (t) => {
  const app = await startRecorder(t);
  const routes = [route(upstreamAt(app.port))];
  const edge = await startEdge(t, [site(['new.test'], routes, { minTls: '1.3' }), site(['old.test'], routes)]);
  const old: tls.ConnectionOptions = { maxVersion: 'TLSv1.2' };
  assert.equal(await visit(edge.httpsPort, 'old.test', old), '200');
  assert.equal(await visit(edge.httpsPort, 'old.test'), '200');
  assert.equal(await visit(edge.httpsPort, 'new.test'), '200');
  assert.match(await visit(edge.httpsPort, 'new.test', old), /PROTOCOL_VERSION/);
  assert.match(
    await visit(edge.httpsPort, 'old.test', {
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    }),
    /PROTOCOL_VERSION/,
  );
  // A connection with TLS 1.2 cannot be used for the site that requires 1.3.
  assert.equal(await visit(edge.httpsPort, 'old.test', old, 'new.test'), '421');
});

test('TLS 1.2 has no renegotiation, and no suites without authenticated encryption or forward secrecy', async (t) => {
  const measured = mends(t, 'security/S08-renegotiation-without-end');
  const edge = await startEdge(t, [site(['old.test'], [route(upstreamAt(1))])]);
  const options = { port: edge.httpsPort, host: '127.0.0.1', servername: 'old.test', ca: rootPem };
  const socket = tls.connect({ ...options, maxVersion: 'TLSv1.2' });
  await once(socket, 'secureConnect');
  const outcome = await new Promise<Error | null>((resolve) => {
    socket.on('error', resolve);
    socket.on('close', () => resolve(new Error('closed')));
    socket.renegotiate({}, resolve);
  });
  assert.ok(outcome, 'renegotiated');
  socket.destroy();
  const refused = [
    'ECDHE-ECDSA-AES128-SHA',
    'ECDHE-ECDSA-AES128-SHA256',
    'AES128-GCM-SHA256',
    'DHE-RSA-AES128-GCM-SHA256',
  ];
  for (const ciphers of refused) {
    assert.match(await visit(edge.httpsPort, 'old.test', { maxVersion: 'TLSv1.2', ciphers }), /SSL|ECONNRESET/);
  }
  Object.assign(measured, { renegotiations: 0, suites: refused.join(', ') });
});

const optionalCase = 'security/S09-optional-client-certificates';

test('a site with client certificates serves members only; the other site requests none', async (t) => {
  const measured = mends(t, optionalCase);
  const app = await startRecorder(t);
  const routes = [route(upstreamAt(app.port))];
  const edge = await startEdge(t, [
    site(['open.test'], routes),
    site(['closed.test'], routes, { clientCertificates: { rootsPem: member.root, optional: false } }),
    site(['half.test'], routes, { clientCertificates: { rootsPem: member.root, optional: true } }),
  ]);
  const { cert, key } = member;
  assert.equal(await visit(edge.httpsPort, 'open.test'), '200');
  assert.equal(await visit(edge.httpsPort, 'closed.test', { cert, key }), '200');
  assert.notEqual(await visit(edge.httpsPort, 'closed.test'), '200');
  assert.notEqual(await visit(edge.httpsPort, 'closed.test', { cert: stranger.cert, key: stranger.key }), '200');
  assert.equal(await visit(edge.httpsPort, 'half.test'), '200');
  assert.equal(await visit(edge.httpsPort, 'half.test', { cert, key }), '200');
  // Optional means none or a valid one, in every version.
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const foreign = { cert: stranger.cert, key: stranger.key, maxVersion };
    assert.notEqual(await visit(edge.httpsPort, 'half.test', foreign), '200');
    measured['stranger'] = 'handshake refused';
    assert.equal(await visit(edge.httpsPort, 'half.test', { cert, key, maxVersion }), '200');
  }
  // The Host header does not bypass this.
  assert.equal(await visit(edge.httpsPort, 'open.test', {}, 'closed.test'), '421');
  assert.equal(await visit(edge.httpsPort, 'half.test', {}, 'closed.test'), '421');
});

test('the app learns the verified client certificate from the edge alone (RFC 9440)', async (t) => {
  mends(t, optionalCase);
  const app = await startRecorder(t);
  const routes = [route(upstreamAt(app.port))];
  const clientCertificates = { rootsPem: member.root, optional: true };
  for (const trustedProxies of [[], ['127.0.0.0/8']]) {
    const edge = await startEdge(t, [site(['half.test'], routes, { clientCertificates })], { trustedProxies });
    const { cert, key } = member;
    const certificate = new X509Certificate(cert).raw.toString('base64');
    const forged = ['Client-Cert: :Zm9yZ2Vk:', 'client_cert: :Zm9yZ2Vk:'];
    for (const [options, expected] of [
      [{ cert, key }, [`:${certificate}:`]],
      [{}, trustedProxies.length === 0 ? [] : [':Zm9yZ2Vk:']],
    ] as const) {
      const before = readRequests(app.received()).whole.length;
      const socket = tls.connect({
        port: edge.httpsPort,
        host: '127.0.0.1',
        servername: 'half.test',
        ca: rootPem,
        ...options,
      });
      socket.write(`GET / HTTP/1.1\r\nHost: half.test\r\nConnection: close\r\n${forged.join('\r\n')}\r\n\r\n`);
      socket.resume();
      await once(socket, 'close');
      const [seen] = readRequests(app.received()).whole.slice(before);
      const values = seen!.fields.filter(([name]) => name.replaceAll('_', '-') === 'client-cert');
      assert.deepEqual(
        values.map(([, value]) => value),
        expected,
      );
    }
  }
});

test('fields that tell an app who the visitor is come from trusted proxies only', async (t) => {
  const measured = mends(t, optionalCase);
  const app = await startRecorder(t);
  const forged = [
    'X-SSL-Client-Verify',
    'X-Forwarded-Client-Cert',
    'X-Forwarded-User',
    'Remote-User',
    'X-WebAuth-User',
    'Cf-Access-Jwt-Assertion',
    'X-Auth-Request-Email',
    'SSL-Client-Cert',
    'x_remote_user',
  ];
  for (const [trustedProxies, count] of [
    [[], 0],
    [['127.0.0.0/8'], forged.length - 1],
  ] as const) {
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
      trustedProxies: [...trustedProxies],
    });
    const client = await connectRaw(t, edge.httpsPort);
    const before = readRequests(app.received()).whole.length;
    client.socket.write(
      `GET / HTTP/1.1\r\nHost: chat.test\r\n${forged.map((name) => `${name}: admin\r\n`).join('')}\r\n`,
    );
    await client.until(/ok$/);
    const [seen] = readRequests(app.received()).whole.slice(before);
    assert.equal(seen!.fields.filter(([, value]) => value === 'admin').length, count);
  }
  Object.assign(measured, { forged: forged.length, arrived: 0 });
});

/** Gets a session ticket from `first`, and returns whether `second` resumes it. */
async function resumes(
  first: { port: number; name: string },
  second: { port: number; name: string },
): Promise<boolean> {
  const session = await new Promise<Buffer>((resolve, reject) => {
    const socket = tls.connect({ port: first.port, host: '127.0.0.1', servername: first.name, ca: rootPem });
    socket.on('error', reject);
    socket.on('session', (given: Buffer) => {
      socket.destroy();
      resolve(given);
    });
  });
  return new Promise((resolve, reject) => {
    const options = { port: second.port, host: '127.0.0.1', servername: second.name, ca: rootPem, session };
    const socket = tls.connect(options, () => {
      resolve(socket.isSessionReused());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

test('another worker with the same ticket keys resumes a session, but never under another policy', async (t) => {
  const app = await startRecorder(t);
  const routes = [route(upstreamAt(app.port))];
  const sites = [
    site(['chat.test'], routes),
    site(['half.test'], routes, { clientCertificates: { rootsPem: member.root, optional: true } }),
  ];
  const one = await startEdge(t, sites);
  const two = await startEdge(t, sites);
  assert.equal(
    await resumes({ port: one.httpsPort, name: 'chat.test' }, { port: two.httpsPort, name: 'chat.test' }),
    true,
  );
  assert.equal(
    await resumes({ port: one.httpsPort, name: 'chat.test' }, { port: one.httpsPort, name: 'half.test' }),
    false,
  );
});

test('negotiates X25519MLKEM768 if the client supports it', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connectRaw(t, edge.httpsPort);
  const key = (client.socket as tls.TLSSocket).getEphemeralKeyInfo() as { name: string };
  assert.equal(key.name, 'X25519MLKEM768');
});

test('new connections get the new snapshot; open ones continue without their listener', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  const moved = await freePort();
  await edge.apply({ httpsPort: moved, listeners: [{ address: '127.0.0.1', port: moved, secure: true }] });
  client.socket.write(get('chat.test'));
  assert.match((await client.closed).text, /^HTTP\/1\.1 200/);
  assert.equal(await visit(edge.httpsPort, 'chat.test'), 'ECONNREFUSED');
  assert.equal(await visit(moved, 'chat.test'), '200');
});

test('a snapshot with an invalid key changes nothing', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  await assert.rejects(edge.apply({ credentials: [{ id: 'chat.test', chainPem: 'nonsense', keyPem: 'nonsense' }] }));
  assert.equal(await visit(edge.httpsPort, 'chat.test'), '200');
});

test('a visitor that resets the connection right after its request passes for no other: deny holds', async (t) => {
  const app = await startRecorder(t);
  const denied = route(upstreamAt(app.port), { access: { deny: ['127.0.0.0/8'] } });
  const edge = await startEdge(t, [site(['chat.test'], [denied])]);
  for (let round = 0; round < 5; round += 1) {
    // Holds back the end of the handshake and the request, to send them with the reset.
    let onward!: Socket;
    const held: Buffer[] = [];
    const port = await startApp(t, (socket) => {
      onward = net.connect({ port: edge.httpsPort, host: '127.0.0.1' });
      onward.on('error', () => {});
      socket.once('data', (hello: Buffer) => {
        onward.write(hello);
        socket.on('data', (bytes: Buffer) => held.push(bytes));
      });
      onward.on('data', (bytes: Buffer) => socket.write(bytes));
    });
    const client = await connectRaw(t, port, { minVersion: 'TLSv1.3' });
    const asked = request('/', '', 'POST');
    client.socket.write(asked);
    await until(t, () => Buffer.concat(held).length > asked.length + 60);
    onward.write(Buffer.concat(held));
    onward.resetAndDestroy();
  }
  const last = await connectRaw(t, edge.httpsPort);
  last.socket.write(request('/'));
  await last.until(/^HTTP\/1\.1 403 /);
  // A busy system may deliver a reset later than the request: then that is refused as any other.
  assert.deepEqual(new Set(edge.log.map(({ client }) => client)), new Set(['127.0.0.1']));
  assert.equal(app.connections(), 0);
});
