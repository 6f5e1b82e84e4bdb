import assert from 'node:assert/strict';
import http from 'node:http';
import net, { type LookupFunction } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type HttpTarget, probeHttp } from '../../src/probe/http.ts';
import { proxyLine } from '../../src/probe/proxy-protocol.ts';
import { FakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/up.ts';
import { make } from './certificates.ts';
import { listen, serveTls } from './servers.ts';
import { listenAt, serveBytes, serveWay, targetAt, ways } from './ways.ts';

const plain = ways['HTTP/1.1']!;

test('the server chooses among the offered versions', async (t) => {
  for (const [name, way] of Object.entries(ways).filter(([, { secure }]) => secure)) {
    const server = await serveWay(t, way, (request, answer) => answer.end(request.httpVersion));
    const facts = await probeHttp({ ...server.target(), versions: ['h2', 'http/1.1'] });
    assert.deepEqual([facts.version, facts.tls?.reached && facts.tls.alpn], [way.version, way.version], name);
    const { versions: _, ...usual } = server.target();
    const withoutAlpn = await probeHttp(usual);
    assert.equal(withoutAlpn.tls?.reached && withoutAlpn.tls.alpn, undefined);
  }
});

test('plain HTTP uses HTTP/2 only if it is the only version listed', async (t) => {
  const server = await serveWay(t, plain, (request, answer) => answer.end(request.httpVersion));
  const facts = await probeHttp({ ...server.target(), versions: ['h2', 'http/1.1'] });
  assert.deepEqual([facts.version, facts.body.toString()], ['http/1.1', '1.1']);
});

for (const [name, way] of Object.entries(ways).filter(([, { secure }]) => secure)) {
  test(`${name}: sends nothing over an unverified connection, unless allowed explicitly`, async (t) => {
    const selfSigned = await make({ subject: 'self', dns: ['chat.test'] });
    const server = await serveTls(t, [selfSigned], { ALPNProtocols: [way.version] });
    const facts = await probeHttp(targetAt(server.port, way));
    assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'unverified']);
    assert.deepEqual([facts.failure?.code, server.received()], ['DEPTH_ZERO_SELF_SIGNED_CERT', '']);
    const real = await serveWay(t, way, (_, answer) => answer.end('ok'));
    const { headers: _, method: __, ...visit } = real.target();
    const unverified: HttpTarget = { ...visit, roots: [], allowUnverified: true };
    const { status, body, tls } = await probeHttp(unverified);
    assert.deepEqual([status, body.toString(), tls?.reached && tls.verified], [200, 'ok', false]);
  });

  test(`${name}: sends the PROXY line before the handshake`, async (t) => {
    const real = await serveWay(t, way, (_, answer) => answer.end('behind'));
    let line = '';
    const balancer = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (first: Buffer) => {
        const end = first.indexOf('\r\n') + 2;
        line = first.subarray(0, end).toString();
        const onward = net.connect(real.port, '127.0.0.1');
        onward.on('error', () => {});
        if (end < first.length) onward.write(first.subarray(end));
        socket.pipe(onward).pipe(socket);
      });
    });
    const port = await listen(t, balancer);
    const facts = await probeHttp({ ...targetAt(port, way), preface: proxyLine('127.0.0.1', port) });
    assert.deepEqual([facts.status, facts.body.toString(), facts.version], [200, 'behind', way.version]);
    assert.equal(line, `PROXY TCP4 127.0.0.1 127.0.0.1 49152 ${port}\r\n`);
  });

  test(`${name}: connects to a Unix socket`, async (t) => {
    const real = await serveWay(t, way, (_, answer) => answer.end('by path'));
    const socketPath = `${await temporaryFolder(t, 'probe')}/https`;
    const relay = net.createServer((socket) => {
      const onward = net.connect(real.port, '127.0.0.1');
      socket
        .on('error', () => {})
        .pipe(onward.on('error', () => {}))
        .pipe(socket);
    });
    await listenAt(t, relay, socketPath);
    const facts = await probeHttp({ ...targetAt(443, way), socketPath });
    assert.deepEqual([facts.status, facts.body.toString(), facts.url], [200, 'by path', 'https://chat.test/']);
    assert.ok(facts.tls?.reached && facts.tls.family === 'unix' && facts.tls.address === socketPath);
  });
}

test('the PROXY line depends on the address family', () => {
  assert.equal(proxyLine('::1', 443), 'PROXY TCP6 ::1 ::1 49152 443\r\n');
  assert.equal(proxyLine(undefined, 0), 'PROXY UNKNOWN\r\n');
});

test('sends a host unchanged that the URL parser would rewrite', async (t) => {
  const server = await serveWay(t, plain, (request, answer) => answer.end(request.headers.host));
  for (const host of ['10.1', 'UPPER.test', 'under_score.test', 'xn--nonsense-.test']) {
    const url = { secure: false, host, port: server.port, path: '/' };
    const facts = await probeHttp({ ...server.target(), url });
    assert.equal(facts.body.toString(), `${host}:${server.port}`);
  }
  const six = { secure: false, host: '::1', port: 80, path: '/' };
  const facts = await probeHttp({ ...server.target(), url: six, address: '127.0.0.1' });
  assert.equal(facts.url, 'http://[::1]/');
  await assert.rejects(probeHttp({ url: 'ftp://chat.test/', clock: systemClock }), TypeError);
});

test("uses the caller's look-up", async (t) => {
  const server = await serveWay(t, plain, (_, answer) => answer.end('found'));
  const { address: _, ...visit } = server.target();
  const asked: string[] = [];
  const lookup: LookupFunction = (name, options, done) => {
    asked.push(name);
    if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  };
  assert.equal((await probeHttp({ ...visit, lookup })).body.toString(), 'found');
  assert.deepEqual(asked, ['chat.test']);
  const failing: LookupFunction = (_, __, done) => {
    done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
  };
  assert.equal((await probeHttp({ ...visit, lookup: failing })).failure?.reason, 'dns');
});

test('reports why a connection fails', async (t) => {
  const { port } = await serveBytes(t, '');
  const closed = net.createServer();
  const closedPort = await listen(t, closed);
  await new Promise((resolve) => closed.close(resolve));
  for (const way of Object.values(ways)) {
    const facts = await probeHttp(targetAt(closedPort, way));
    assert.deepEqual([facts.failure?.reason, facts.failure?.code], ['refused', 'ECONNREFUSED']);
    assert.equal((facts.tls ?? facts.tcp)?.reached, false);
  }
  const socketPath = `${await temporaryFolder(t, 'probe')}/absent`;
  const absent = await probeHttp({ url: 'http://chat.test/', socketPath, clock: systemClock });
  assert.deepEqual([absent.failure?.reason, absent.failure?.code], ['failed', 'ENOENT']);
  const hungUp = await probeHttp(targetAt(port, ways['HTTP/1.1 over TLS']!));
  assert.deepEqual([hungUp.tls?.reached, hungUp.failure?.reason], [false, 'reset']);
});

test('measures the time from the request to the first byte, not to the head', async (t) => {
  const clock = new FakeClock();
  const server = net.createServer((socket) => {
    socket.once('data', () => {
      clock.advance(250);
      socket.write('HTTP/1.1 ');
      // Send the next byte only after the first has been read, in this same process.
      setImmediate(() =>
        setImmediate(() => {
          clock.advance(500);
          socket.end('200 OK\r\nContent-Length: 0\r\n\r\n');
        }),
      );
    });
  });
  const port = await listen(t, server);
  const facts = await probeHttp({ ...targetAt(port, plain), clock });
  assert.deepEqual([facts.status, facts.firstByteMs], [200, 250]);
});

test('the deadline covers the connection, the handshake and the answer', async (t) => {
  const reached = Promise.withResolvers<void>();
  const silent = await listen(
    t,
    net.createServer((socket) => void socket.once('data', () => reached.resolve())),
  );
  const asked = Promise.withResolvers<void>();
  const web = await listen(
    t,
    http.createServer(() => asked.resolve()),
  );
  for (const [target, moment] of [
    [targetAt(silent, plain), Promise.resolve()],
    [targetAt(silent, ways['HTTP/1.1 over TLS']!), reached.promise],
    [targetAt(web, plain), asked.promise],
  ] as const) {
    const clock = new FakeClock();
    const visit = probeHttp({ ...target, clock, deadlineMs: 700 });
    await moment;
    clock.advance(700);
    const facts = await visit;
    assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'timed-out']);
    assert.equal(clock.pending, 0);
  }
});
