import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { findingReport } from '../../src/app/messages.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import type { EdgeSnapshot, EdgeUpstream } from '../../src/edge/snapshot.ts';
import { checkUpstreams, type UpstreamCheck } from '../../src/edge/upstream-check.ts';
import { mends } from '../support/outside.ts';
import { make } from '../probe/certificates.ts';
import { authority, freePort, rootPem, route, site, startApp, upstreamAt } from './edge.ts';

async function look(upstream: EdgeUpstream, listeners: EdgeSnapshot['listeners'] = []): Promise<UpstreamCheck> {
  const snapshot = { sites: [site(['chat.test'], [route(upstream)])], listeners } as unknown as EdgeSnapshot;
  const [check] = await checkUpstreams(snapshot, { clock, addresses: ['127.0.0.2'] });
  return check!;
}

async function startSecure(t: TestContext, cert: string, key: string): Promise<number> {
  const server = tls.createServer({ cert, key }).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('reports nothing for an app that answers, over plain HTTP on this machine or verified HTTPS', async (t) => {
  const plain = upstreamAt(await startApp(t, (socket) => socket.end()));
  assert.deepEqual(await look(plain), {
    upstream: `http://127.0.0.1:${plain.port}`,
    problem: undefined,
    reason: '',
    findings: [],
  });
  const issued = await authority.issue(['localhost']);
  const port = await startSecure(t, issued.chainPem, issued.keyPem.reveal());
  const { findings } = await look(upstreamAt(port, { protocol: 'https', host: 'localhost', rootsPem: rootPem }));
  assert.deepEqual(findings, []);
});

test('warns of an app that is not running, in both languages', async () => {
  const port = await freePort();
  const { problem, reason, findings } = await look(upstreamAt(port));
  assert.deepEqual([problem, reason, findings.length], ['down', 'refused', 1]);
  const [finding] = findings;
  const url = `http://127.0.0.1:${port}`;
  assert.deepEqual(finding!.hop, { from: { role: 'edge' }, to: { host: '127.0.0.1', port, url } });
  const said = (language: 'en' | 'zh'): string => findingReport(finding!, language).message;
  assert.equal(findingReport(finding!, 'en').severity, 'warning');
  assert.equal(said('en'), `No answer from ${url} yet: connection refused.`);
  assert.equal(said('zh'), `${url} 尚无应答（连接被拒绝）。`);
});

test('warns of an app whose certificate does not verify, with the certificate and the reason', async (t) => {
  const root = await make({ subject: 'Root', authority: true });
  const leaf = await make({
    subject: 'leaf',
    issuer: root,
    dns: ['localhost'],
    notBefore: new Date(0),
    notAfter: new Date(1000),
  });
  const port = await startSecure(t, leaf.pem, leaf.keyPem);
  const upstream = upstreamAt(port, { protocol: 'https', host: 'localhost', rootsPem: root.pem });
  const { problem, reason, findings } = await look(upstream);
  assert.deepEqual([problem, reason], ['untrusted', 'CERT_HAS_EXPIRED']);
  const { message, hop } = findingReport(findings[0]!, 'zh');
  assert.equal(message, `无法验证 https://localhost:${port} 的证书：证书已过期（CERT_HAS_EXPIRED）。`);
  assert.deepEqual(hop!.trust, { roots: 'private' });
  assert.equal(hop!.presents!.notAfterMs, 1000);
});

test('warns of plain HTTP to an app on another machine', async (t) => {
  const port = await startApp(t, (socket) => socket.end());
  // Linux connects this address to the machine itself, although it is not a loopback address.
  const { problem, findings } = await look(upstreamAt(port, { host: '0.0.0.0' }));
  assert.equal(problem, 'plain');
  assert.equal(findings[0]!.code, 'edge.upstream-plain');
});

test('warns of http:// for an app that speaks TLS, and of https:// for one that does not', async (t) => {
  mends(t, 'ux/upstream-scheme');
  const { chainPem, keyPem } = await authority.issue(['localhost']);
  const secure = await startSecure(t, chainPem, keyPem.reveal());
  // Go and nginx answer plain HTTP on a TLS port with a 400 page.
  const polite = await startPolite(t, chainPem, keyPem.reveal());
  for (const port of [secure, polite]) {
    const { problem, findings } = await look(upstreamAt(port));
    assert.equal(problem, 'scheme');
    const { message, hint } = findingReport(findings[0]!, 'en');
    assert.equal(message, `http://127.0.0.1:${port} speaks TLS, not plain HTTP.`);
    assert.equal(hint, `Write https://127.0.0.1:${port}`);
    assert.equal(findingReport(findings[0]!, 'zh').message, `http://127.0.0.1:${port} 使用 TLS，而不是明文 HTTP。`);
  }
  const app = await startApp(t, (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'));
  assert.deepEqual((await look(upstreamAt(app))).findings, []);
  const { problem, findings } = await look(upstreamAt(app, { protocol: 'https', host: 'localhost' }));
  assert.equal(problem, 'scheme');
  assert.equal(findingReport(findings[0]!, 'en').hint, `Write http://localhost:${app}`);
  assert.equal(findingReport(findings[0]!, 'zh').message, `https://localhost:${app} 使用明文 HTTP，而不是 TLS。`);
});

/** A TLS server that tells a client without TLS so. */
async function startPolite(t: TestContext, cert: string, key: string): Promise<number> {
  const secure = tls.createServer({ cert, key });
  secure.on('tlsClientError', () => {});
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (first: Buffer) => {
      if (first[0] !== 0x16)
        return socket.end('HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n');
      socket.pause();
      socket.unshift(first);
      return secure.emit('connection', socket);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('warns of an app on loopback that answers at another address of the machine, with its setting', async (t) => {
  mends(t, 'apps/app-open-beside-edge');
  const start = async (page: string, host: string): Promise<number> => {
    const server = createServer((_, response) => void response.setHeader('content-type', 'text/html').end(page));
    await once(server.listen(0, host), 'listening');
    t.after(() => server.close());
    return (server.address() as AddressInfo).port;
  };
  const page = '<title>Streamlit</title>';
  const open = await start(page, '0.0.0.0');
  const { problem, findings } = await look(upstreamAt(open));
  assert.equal(problem, 'open');
  const { message, hint } = findingReport(findings[0]!, 'en');
  const urls = `http://127.0.0.2:${open}`;
  assert.equal(message, `The app behind http://127.0.0.1:${open} is also open at ${urls}, without HTTPS.`);
  assert.equal(hint, 'Bind it to 127.0.0.1: Streamlit has --server.address 127.0.0.1');
  const other = await start('<title>Chat</title>', '0.0.0.0');
  const { hint: general } = findingReport((await look(upstreamAt(other))).findings[0]!, 'zh');
  assert.match(general!, new RegExp(`-p 127\\.0\\.0\\.1:${other}:${other} `));
  assert.deepEqual((await look(upstreamAt(await start(page, '127.0.0.1')))).findings, []);
});

test('warns of a NextChat whose open proxy the site does not close, with the lines to add', async (t) => {
  mends(t, 'apps/block-beats-allow');
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<title>NextChat</title>');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const check = async (more: Parameters<typeof site>[2]): Promise<UpstreamCheck> => {
    const sites = [site(['next.test'], [route(upstreamAt(port))], more)];
    const [found] = await checkUpstreams({ sites, listeners: [] } as unknown as EdgeSnapshot, { clock, addresses: [] });
    return found!;
  };
  const { problem, findings } = await check({});
  assert.equal(problem, 'open-proxy');
  const { message, hint } = findingReport(findings[0]!, 'en');
  assert.equal(message, 'NextChat at next.test fetches any address for any visitor.');
  assert.match(hint!, /: block: \[\/api\], allow: \[\/api\/openai, \/api\/config\]; /);
  assert.match(findingReport(findings[0]!, 'zh').hint!, /block: \[\/api\], allow: \[\/api\/openai, \/api\/config\]/);
  const closed = await check({ block: ['/api'], allow: ['/api/openai', '/api/config'] });
  assert.deepEqual([closed.problem, closed.findings], [undefined, []]);
  assert.equal((await check({ block: ['/api/proxy'] })).problem, 'open-proxy');
});

test('warns of a health path that the app answers with another status than configured', async (t) => {
  const app = createServer((asked, answer) => {
    answer.writeHead(asked.url === '/ready' ? 204 : 404).end();
  });
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(() => app.close());
  const upstream = upstreamAt((app.address() as AddressInfo).port);
  const lookAt = async (path: string, status?: number): Promise<UpstreamCheck> => {
    const routes = [route(upstream, { health: { path, intervalMs: 1000, status } })];
    const snapshot = { sites: [site(['chat.test'], routes)], listeners: [] } as unknown as EdgeSnapshot;
    return (await checkUpstreams(snapshot, { clock, addresses: [] }))[0]!;
  };
  assert.deepEqual([(await lookAt('/ready')).findings, (await lookAt('/ready', 204)).findings], [[], []]);
  const { problem, findings } = await lookAt('/helath');
  assert.equal(problem, undefined);
  const { message, hint } = findingReport(findings[0]!, 'en');
  assert.equal(message, `The health check of an app fails: http://127.0.0.1:${upstream.port}/helath answers 404.`);
  assert.match(hint!, /curl -i http:\/\/127\.0\.0\.1:\d+\/helath /);
  assert.equal((await lookAt('/ready', 200)).findings[0]!.params['wanted'], '200');
});

test('asks for the health path as the workers do: by a name of a wildcard site, and over HTTPS', async (t) => {
  const app = createServer((asked, answer) => {
    const isKnown = asked.headers.host === 'everyhop.chat.test';
    const isSecure = asked.headers['x-forwarded-proto'] === 'https';
    answer.writeHead(!isKnown ? 400 : isSecure ? 200 : 301).end();
  });
  await once(app.listen(0, '127.0.0.1'), 'listening');
  t.after(() => app.close());
  const upstream = upstreamAt((app.address() as AddressInfo).port);
  const routes = [route(upstream, { health: { path: '/health', intervalMs: 1000, status: 200 } })];
  const snapshot = { sites: [site(['*.chat.test'], routes)], listeners: [] } as unknown as EdgeSnapshot;
  assert.deepEqual((await checkUpstreams(snapshot, { clock, addresses: [] }))[0]!.findings, []);
});

test('an instance that is not running is a smaller matter while there are others', async (t) => {
  const [up, port] = [await startApp(t, (socket) => socket.end()), await freePort()];
  const routes = [{ ...route(upstreamAt(up)), upstreams: [upstreamAt(up), upstreamAt(port)] }];
  const snapshot = { sites: [site(['chat.test'], routes)], listeners: [] } as unknown as EdgeSnapshot;
  const checks = await checkUpstreams(snapshot, { clock, addresses: [] });
  assert.deepEqual(
    checks.map(({ problem, findings }) => [problem, findings.map(({ code }) => code)]),
    [
      [undefined, []],
      ['down', ['edge.instance-down']],
    ],
  );
});
