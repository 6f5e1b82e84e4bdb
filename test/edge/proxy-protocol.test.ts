import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { readProxyHeader } from '../../src/edge/proxy-protocol.ts';
import { prove } from '../../src/edge/proof.ts';
import { systemClock } from '../../src/base/clock.ts';
import * as fc from '../support/fast-check.ts';
import { connectRaw, type Edge, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n');

/** A header of version 2. */
function binary(command: number, family: number, rest: Buffer): Buffer {
  const fixed = Buffer.from([0x20 | command, family, rest.length >> 8, rest.length & 0xff]);
  return Buffer.concat([signature, fixed, rest]);
}

const tcp4 = Buffer.from([203, 0, 113, 7, 192, 0, 2, 1, 0xc7, 0x38, 0x01, 0xbb]);
const tcp6 = Buffer.from('20010db800000000000000000000000720010db8000000000000000000000001c73801bb', 'hex');
const mapped = Buffer.from('00000000000000000000ffffcb00710700000000000000000000ffffc0000201c73801bb', 'hex');
const extension = (type: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 0xff]), value]);
/** PP2_TYPE_SSL: client flags, verification, and the version within. */
const overTls = extension(0x20, Buffer.concat([Buffer.from([1, 0, 0, 0, 0]), extension(0x21, Buffer.from('TLSv1.3'))]));
/** Extensions of AWS and others: the id of an endpoint, a checksum, padding. */
const others = Buffer.concat([
  extension(0xea, Buffer.from('\u0001vpce-08d2bf15fac5001c9')),
  extension(0x03, Buffer.alloc(4)),
  extension(0x04, Buffer.alloc(300)),
]);

const visitor = { remoteAddress: '203.0.113.7', remotePort: 51_000, localAddress: '192.0.2.1', localPort: 443 };
const visitor6 = { ...visitor, remoteAddress: '2001:db8::7', localAddress: '2001:db8::1' };

test('reads headers of both versions and every family', () => {
  for (const [bytes, endpoints, tlsEnded] of [
    [Buffer.from('PROXY TCP4 203.0.113.7 192.0.2.1 51000 443\r\n'), visitor, false],
    [Buffer.from('PROXY TCP6 2001:DB8:0::7 2001:db8::1 51000 443\r\n'), visitor6, false],
    [Buffer.from('PROXY TCP6 ::ffff:203.0.113.7 ::ffff:192.0.2.1 51000 443\r\n'), visitor, false],
    [Buffer.from('PROXY UNKNOWN\r\n'), undefined, false],
    [Buffer.from('PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n'), undefined, false],
    [binary(1, 0x11, tcp4), visitor, false],
    [binary(1, 0x21, tcp6), visitor6, false],
    [binary(1, 0x21, mapped), visitor, false],
    [binary(1, 0x11, Buffer.concat([tcp4, others])), visitor, false],
    [binary(1, 0x11, Buffer.concat([tcp4, others, overTls])), visitor, true],
    [binary(1, 0x11, Buffer.concat([tcp4, extension(0x20, Buffer.alloc(5))])), visitor, false],
    [binary(1, 0x11, Buffer.concat([tcp4, Buffer.from([0x20, 0xff, 0xff, 1])])), visitor, false],
    [binary(1, 0x31, Buffer.alloc(216)), undefined, false],
    [binary(1, 0x00, Buffer.alloc(0)), undefined, false],
    [binary(1, 0x00, overTls), undefined, false],
    [binary(0, 0x00, Buffer.alloc(0)), undefined, false],
    [binary(0, 0x11, tcp4), undefined, false],
    [binary(0, 0x77, Buffer.from('anything')), undefined, false],
  ] as const) {
    const expected = { header: { endpoints, overTls: tlsEnded }, lengthBytes: bytes.length };
    assert.deepEqual(readProxyHeader(bytes), expected, JSON.stringify(bytes.toString('latin1')));
    assert.deepEqual(readProxyHeader(Buffer.concat([bytes, Buffer.from('GET')])), expected);
    for (let length = 1; length < bytes.length; length += 1)
      assert.equal(readProxyHeader(bytes.subarray(0, length)), 'incomplete', `${length} bytes`);
  }
});

test('rejects headers of another form, and those that are too long', () => {
  for (const line of [
    'PROXY TCP4 203.0.113.7 192.0.2.1 51000\r\n',
    'PROXY TCP4 203.0.113.7  192.0.2.1 51000 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 51000 443 \r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 051000 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 65536 443\r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 -1 443\r\n',
    'PROXY TCP4 203.0.113.007 192.0.2.1 51000 443\r\n',
    'PROXY TCP4 0xcb.0.113.7 192.0.2.1 51000 443\r\n',
    'PROXY TCP4 2001:db8::7 2001:db8::1 51000 443\r\n',
    'PROXY TCP6 203.0.113.7 192.0.2.1 51000 443\r\n',
    'PROXY TCP6 fe80::1%eth0 fe80::2 51000 443\r\n',
    'PROXY UDP4 203.0.113.7 192.0.2.1 51000 443\r\n',
    'PROXY UNKNOWNX\r\n',
    'PROXY \r\n',
    'PROXY TCP4 203.0.113.7 192.0.2.1 51000 443\n\r\n',
    `PROXY UNKNOWN ${'x'.repeat(200)}\r\n`,
    `PROXY UNKNOWN ${'x'.repeat(93)}`,
  ])
    assert.equal(readProxyHeader(Buffer.from(line)), 'invalid', line);
  for (const bytes of [
    binary(2, 0x11, tcp4),
    binary(1, 0x12, tcp4), // a datagram
    binary(1, 0x41, tcp4),
    binary(1, 0x11, tcp4.subarray(1)),
    binary(1, 0x21, tcp4),
    binary(1, 0x31, tcp4),
    binary(1, 0x11, Buffer.alloc(16 * 1024 + 1)),
    Buffer.concat([signature, Buffer.from([0x11, 0x11, 0, 12]), tcp4]),
  ])
    assert.equal(readProxyHeader(bytes), 'invalid', bytes.toString('hex'));
  for (const other of ['GET / HTTP/1.1\r\n', 'PUT', 'proxy TCP4', '\x16\x03\x01', '\r\n\r\n\r', 'PROXYTCP4'])
    assert.equal(readProxyHeader(Buffer.from(other, 'latin1')), 'missing', other);
});

test('reads any bytes without an exception, and never beyond its length', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(signature, Buffer.from('PROXY TCP4 ')),
      (rest, start) => {
        const bytes = Buffer.concat([start, rest]);
        const reading = readProxyHeader(bytes);
        assert.ok(typeof reading === 'string' || reading.lengthBytes <= bytes.length);
      },
    ),
    { numRuns: 2000 },
  );
});

const fields = 'X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Real-IP: 6.6.6.6\r\nConnection: close\r\n';
const request = `GET /a HTTP/1.1\r\nHost: chat.test\r\n${fields}\r\n`;
const line = 'PROXY TCP4 203.0.113.7 192.0.2.1 51000 443\r\n';

interface World {
  edge: Edge;
  seen: () => (name: string) => string | undefined;
}

async function startWorld(t: TestContext, more: Parameters<typeof startEdge>[2] = {}): Promise<World> {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
    trustedProxies: ['127.0.0.0/8'],
    proxyProtocol: true,
    ...more,
  });
  const seen = () => {
    const last = readRequests(app.received()).whole.at(-1)!;
    return (name: string) => last.fields.find(([other]) => other === name)?.[1];
  };
  return { edge, seen };
}

/** Everything received until the connection closes. */
async function textOf(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  await once(socket, 'close');
  return text;
}

async function connect(t: TestContext, port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true, noDelay: true });
  t.after(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** HTTPS after a header; the handshake's bytes may follow in the same piece. */
async function askSecurely(t: TestContext, edge: Edge, header: Buffer | string, text = request): Promise<string> {
  const socket = await connect(t, edge.httpsPort);
  socket.write(header);
  const secure = tls.connect({ socket, servername: 'chat.test', ca: rootPem });
  secure.write(text);
  return textOf(secure);
}

test('the visitor that the header names is the visitor for app, log and fields, on both ports', async (t) => {
  const { edge, seen } = await startWorld(t);
  for (const [header, address] of [
    [line, '203.0.113.7'],
    [binary(1, 0x11, Buffer.concat([tcp4, others])), '203.0.113.7'],
    [binary(1, 0x21, tcp6), '2001:db8::7'],
  ] as const) {
    const entry = edge.nextEntry();
    assert.match(await askSecurely(t, edge, header), /^HTTP\/1\.1 200 /);
    assert.equal((await entry).client, address);
    const field = seen();
    assert.equal(field('x-real-ip'), address);
    assert.equal(field('x-forwarded-for'), address, "the visitor's own field is not believed");
    assert.equal(field('x-forwarded-port'), '443', 'the port of the proxy');
    assert.match(field('forwarded')!, /^for="?\[?[\d.:a-f]+\]?"?;host=chat\.test;proto=https$/);
  }

  // Without TLS, a redirect to the proxy's port, and what the visitor says does not change that.
  const plain = await connect(t, edge.httpPort);
  plain.write(`${line}${request}`);
  assert.match(await textOf(plain), /^HTTP\/1\.1 308 [^]*\r\nLocation: https:\/\/chat\.test\/a\r\n/);
  // TLS on the http port, after HSTS.
  const onHttpPort = await connect(t, edge.httpPort);
  onHttpPort.write(line);
  const secure = tls.connect({ socket: onHttpPort, servername: 'chat.test', ca: rootPem });
  secure.write(request);
  assert.match(await textOf(secure), /^HTTP\/1\.1 308 /);
});

test('serves a connection whose TLS the proxy has ended, if the header says so', async (t) => {
  const { edge, seen } = await startWorld(t);
  const socket = await connect(t, edge.httpPort);
  socket.write(Buffer.concat([binary(1, 0x11, Buffer.concat([tcp4, overTls])), Buffer.from(request)]));
  assert.match(await textOf(socket), /^HTTP\/1\.1 200 /);
  const field = seen();
  assert.equal(field('x-forwarded-proto'), 'https');
  assert.equal(field('x-forwarded-port'), '443');
  assert.equal(field('x-real-ip'), '203.0.113.7');
});

test('reads a header that arrives byte by byte', async (t) => {
  const { edge, seen } = await startWorld(t);
  for (const header of [Buffer.from(line), binary(1, 0x11, tcp4)]) {
    const socket = await connect(t, edge.httpPort);
    for (const byte of Buffer.concat([header, Buffer.from('G')])) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(request.slice(1));
    assert.match(await textOf(socket), /^HTTP\/1\.1 308 /);
  }
  assert.equal(edge.log.at(-1)!.client, '203.0.113.7');
  await askSecurely(t, edge, line);
  assert.equal(seen()('x-real-ip'), '203.0.113.7');
});

test('an address in the header that is a trusted proxy, such as a CDN, tells its own visitor', async (t) => {
  const { edge, seen } = await startWorld(t, { trustedProxies: ['127.0.0.0/8', '203.0.113.0/24'] });
  await askSecurely(t, edge, line);
  assert.equal(seen()('x-real-ip'), '6.6.6.6');
  assert.equal(seen()('x-forwarded-for'), '6.6.6.6, 203.0.113.7');
});

test('a connection of unknown origin counts as the proxy, but its fields are not believed', async (t) => {
  const { edge, seen } = await startWorld(t);
  for (const header of ['PROXY UNKNOWN\r\n', binary(0, 0, Buffer.alloc(0)), binary(1, 0x31, Buffer.alloc(216))]) {
    assert.match(await askSecurely(t, edge, header), /^HTTP\/1\.1 200 /);
    assert.equal(seen()('x-real-ip'), '127.0.0.1');
    assert.equal(seen()('x-forwarded-for'), '127.0.0.1');
  }
});

test('closes connections of a trusted proxy without a valid header, and logs why', async (t) => {
  const { edge } = await startWorld(t);
  for (const [bytes, error] of [
    [request, 'edge.proxy-header-missing'],
    ['PROXY TCP4 nonsense\r\n', 'edge.proxy-header-invalid'],
    [binary(3, 0x11, tcp4), 'edge.proxy-header-invalid'],
    // A visitor's own header after the proxy's.
    [`${line}PROXY TCP4 6.6.6.6 192.0.2.1 1 443\r\n${request}`, 'edge.proxy-header-unexpected'],
    [Buffer.concat([Buffer.from(line), binary(1, 0x11, tcp4), Buffer.from(request)]), 'edge.proxy-header-unexpected'],
  ] as const) {
    const entry = edge.nextEntry();
    const socket = await connect(t, edge.httpPort);
    socket.write(bytes);
    assert.equal(await textOf(socket), '');
    const { client, error: logged, status } = await entry;
    assert.deepEqual({ client, logged, status }, { client: '127.0.0.1', logged: error, status: 0 });
  }
  const entry = edge.nextEntry();
  await assert.rejects(connectRaw(t, edge.httpsPort));
  assert.equal((await entry).error, 'edge.proxy-header-missing');
  // A check that only connects is no mistake.
  const lines = edge.log.length;
  const check = await connect(t, edge.httpsPort);
  check.end();
  await textOf(check);
  await askSecurely(t, edge, line);
  assert.equal(edge.log.length, lines + 1);
});

test('refuses a header from any other sender, and with proxy_protocol off, from trusted proxies, too', async (t) => {
  const { edge, seen } = await startWorld(t, { trustedProxies: ['127.0.0.9/32'] });
  const off = await startWorld(t, { proxyProtocol: false });
  for (const [port, log] of [
    [edge.httpPort, edge],
    [edge.httpsPort, edge],
    [off.edge.httpPort, off.edge],
    [off.edge.httpsPort, off.edge],
  ] as const) {
    for (const header of [line, binary(1, 0x11, tcp4)]) {
      const entry = log.nextEntry();
      const socket = await connect(t, port);
      socket.write(Buffer.concat([Buffer.from(header), Buffer.from(request)]));
      assert.equal(await textOf(socket), '');
      assert.equal((await entry).error, 'edge.proxy-header-unexpected');
      assert.equal((await entry).client, '127.0.0.1');
    }
  }
  // Split after its first bytes, it reaches the HTTP parser, which refuses it.
  for (const header of [Buffer.from(line), binary(1, 0x11, tcp4)]) {
    const before = new Set(edge.connections);
    const socket = await connect(t, edge.httpPort);
    socket.write(header.subarray(0, 2));
    const begun = edge.nextEntry();
    while ([...edge.connections].every((one) => before.has(one))) await new Promise((resolve) => setImmediate(resolve));
    socket.write(Buffer.concat([header.subarray(2), Buffer.from(request)]));
    assert.match(await textOf(socket), /^HTTP\/1\.1 400 /);
    assert.equal((await begun).client, '127.0.0.1');
  }
  // Others need none.
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request);
  assert.match((await client.closed).text, /^HTTP\/1\.1 200 /);
  assert.equal(seen()('x-real-ip'), '127.0.0.1');
});

test('connections count for the visitor, not for the proxy', async (t) => {
  const { edge } = await startWorld(t, { connectionsPerClient: 1 });
  const other = 'PROXY TCP4 203.0.113.8 192.0.2.1 51000 443\r\n';
  const hold = async (header: string): Promise<tls.TLSSocket> => {
    const socket = await connect(t, edge.httpsPort);
    socket.write(header);
    const secure = tls.connect({ socket, servername: 'chat.test', ca: rootPem });
    secure.on('error', () => {});
    await once(secure, 'secureConnect').catch(() => {});
    return secure;
  };
  const first = await hold(line);
  const second = await hold(other);
  assert.ok(first.authorized && second.authorized);
  const third = await hold(line);
  assert.ok(!third.authorized);
  assert.equal(edge.admission.refused, 1);
  first.destroy();
  while (edge.connections.size > 1) await new Promise((resolve) => setImmediate(resolve));
  assert.match(await askSecurely(t, edge, line), /^HTTP\/1\.1 200 /);
});

test('a header may come slowly, but not for ever', { timeout: 60_000 }, async (t) => {
  const { edge } = await startWorld(t);
  const entry = edge.nextEntry();
  const socket = await connect(t, edge.httpsPort);
  const timer = setInterval(() => socket.write(' '), 1000);
  socket.write('PROXY UNKNOWN ');
  assert.equal(await textOf(socket), '');
  clearInterval(timer);
  assert.equal((await entry).error, 'edge.proxy-header-missing');
});

test('the proof of a start comes from a trusted address of this machine, too', async (t) => {
  const { edge } = await startWorld(t);
  const options = { clock: systemClock, roots: [rootPem], ownAddresses: ['127.0.0.1'] };
  const [proof] = await prove(edge.context.snapshot(), options);
  assert.deepEqual(proof!.findings, []);
});
