import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test } from 'node:test';
import type { Configuration } from '../../src/config/configuration.ts';
import { composeSnapshot } from '../../src/edge/compose.ts';
import { mends } from '../support/outside.ts';
import { connectRaw, request, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

test('replaces forwarding headers from an untrusted client with one value each, and drops hop-by-hop fields', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    `GET /x HTTP/1.1\r\nHost: chat.test:${edge.httpsPort}\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: http\r\nx_forwarded_proto: http\r\nX-Forwarded-Host: evil.test\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nProxy: evil\r\nProxy-Authorization: Basic c2VjcmV0\r\nKeep-Alive: timeout=9\r\nTE: trailers\r\nConnection: keep-alive, X-Hop, X-Forwarded-For\r\nX-Hop: 1\r\nX-Kept: yes\r\n\r\n`,
  );
  await client.until(/ok$/);
  const [seen] = readRequests(app.received()).whole;
  const values = (name: string): string[] => seen!.fields.filter(([other]) => other === name).map(([, value]) => value);
  assert.deepEqual(values('host'), [`chat.test:${edge.httpsPort}`]);
  assert.deepEqual(values('x-forwarded-for'), ['127.0.0.1']);
  assert.deepEqual(values('x-forwarded-proto'), ['https']);
  assert.deepEqual(values('x-forwarded-host'), [`chat.test:${edge.httpsPort}`]);
  assert.deepEqual(values('x-forwarded-port'), [String(edge.httpsPort)]);
  assert.deepEqual(values('x-real-ip'), ['127.0.0.1']);
  assert.deepEqual(values('forwarded'), ['for=127.0.0.1;proto=https']);
  assert.deepEqual(values('x-kept'), ['yes']);
  for (const gone of ['proxy', 'proxy-authorization', 'keep-alive', 'te', 'connection', 'x-hop', 'x_forwarded_proto']) {
    assert.deepEqual(values(gone), [], gone);
  }
});

test('keeps the values from a trusted proxy and appends its address', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
    trustedProxies: ['127.0.0.0/8'],
  });
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    request('/', 'X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nForwarded: for=203.0.113.9\r\n'),
  );
  await client.until(/ok$/);
  assert.match(app.received(), /X-Forwarded-For: 203\.0\.113\.9, 127\.0\.0\.1\r\n/);
  assert.match(app.received(), /Forwarded: for=203\.0\.113\.9, for=127\.0\.0\.1;/);
});

test('adapts redirects, cookies and headers of an app that does not know it is behind HTTPS', async (t) => {
  const app = await startRecorder(
    t,
    (received, socket) =>
      void (
        received.endsWith('\r\n\r\n') &&
        socket.write(
          'HTTP/1.1 302 Found\r\nLocation: http://chat.test/login?a=b\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2; Secure\r\nStrict-Transport-Security: max-age=1\r\nAlt-Svc: h3=":443"\r\nConnection: X-Hop\r\nX-Hop: 1\r\nContent-Length: 0\r\n\r\n',
        )
      ),
  );
  const edge = await startEdge(t, [
    site(['chat.test'], [route(upstreamAt(app.port))], { hstsMaxAgeSeconds: 3600, upgradeInsecureRequests: true }),
  ]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/'));
  const text = await client.until(/\r\n\r\n$/);
  assert.ok(text.includes('Location: https://chat.test/login?a=b\r\n'), text);
  assert.match(text, /Set-Cookie: a=1; Path=\/; Secure\r\nSet-Cookie: b=2; Secure\r\n/);
  assert.deepEqual(text.match(/Strict-Transport-Security: .*/g), ['Strict-Transport-Security: max-age=3600']);
  assert.match(text, /Content-Security-Policy: upgrade-insecure-requests\r\n/);
  assert.ok(!/alt-svc|x-hop/i.test(text));
});

test('HSTS is sent from port 443 only, unless the site asks for it', async (t) => {
  mends(t, 'apps/hsts-other-ports');
  const plan = { listeners: [], httpPort: 8080, substitutes: [] };
  const configured = (hsts: 'auto' | 'off' | 'preload') => ({
    configuration: { sites: [{ hosts: ['chat.test'], routes: [], hsts }] } as unknown as Configuration,
    revision: 1,
    proofToken: 'x',
    ticketKeys: Buffer.alloc(48),
    cookieKeys: [],
    credentials: [[{ id: 'a', chainPem: '', keyPem: '' }]],
    hstsMaxAgeSeconds: () => 3600,
    nobodyPem: '',
    listsOf: () => undefined,
    usersOf: () => undefined,
    pemOf: () => '',
  });
  for (const [hsts, httpsPort, expected] of [
    ['auto', 443, 3600],
    ['auto', 8443, undefined],
    ['preload', 8443, 3600],
    ['off', 443, undefined],
  ] as const) {
    const { sites } = composeSnapshot({ ...configured(hsts), plan: { ...plan, httpsPort } });
    assert.equal(sites[0]!.hstsMaxAgeSeconds, expected, `${hsts} on ${httpsPort}`);
  }
  // A container's port 443 may be published as another.
  const app = await startRecorder(
    t,
    'HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\nContent-Length: 2\r\n\r\nok',
  );
  const routes = [route(upstreamAt(app.port))];
  const edge = await startEdge(t, [
    site(['chat.test'], routes, { hstsMaxAgeSeconds: 3600 }),
    site(['explicit.test'], routes, { hstsMaxAgeSeconds: 3600, hsts: 'preload' }),
  ]);
  for (const [host, expected] of [
    ['chat.test', ['max-age=3600']],
    ['chat.test:443', ['max-age=3600']],
    ['chat.test:8443', []],
    ['explicit.test:8443', ['max-age=3600; includeSubDomains; preload']],
  ] as const) {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    const text = await client.until(/ok$/);
    assert.deepEqual(
      [...text.matchAll(/Strict-Transport-Security: (.*)/g)].map(([, value]) => value),
      expected,
      host,
    );
  }
});

test('the http port answers TLS with the certificate of the site and the way to the https port', async (t) => {
  mends(t, 'apps/hsts-other-ports');
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))], { hstsMaxAgeSeconds: 3600 })]);
  const location = `https://chat.test:${edge.httpsPort}/a?b`;
  const direct = await connectRaw(t, edge.httpPort);
  direct.socket.write(`GET /a?b HTTP/1.1\r\nHost: chat.test:${edge.httpPort}\r\nConnection: close\r\n\r\n`);
  const { text } = await direct.closed;
  assert.match(text, /^HTTP\/1\.1 308 /);
  assert.ok(text.includes(`Location: ${location}\r\n`), text);
  assert.ok(!text.includes('Strict-Transport-Security'));

  const session = http2.connect(`https://127.0.0.1:${edge.httpPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const stream = session.request({ ':path': '/a?b', ':authority': `chat.test:${edge.httpPort}` });
  const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
  assert.deepEqual([headers[':status'], headers.location], [308, location]);
  assert.equal(app.connections(), 0);
});

test('rewrites redirects to its own host in any spelling and to the app’s address, but not to another port', async (t) => {
  let location = '';
  const app = await startRecorder(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n'))
      socket.write(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const own = `https://chat.test:${edge.httpsPort}`;
  for (const [sent, expected] of [
    ['http://chat.test/', `${own}/`],
    ['HTTP://CHAT.test/a', `${own}/a`],
    [`http://chat.test:${edge.httpsPort}/a`, `${own}/a`],
    [`http://127.0.0.1:${app.port}/a`, `${own}/a`],
    ['http://chat.test:9999/a', 'http://chat.test:9999/a'],
    ['http://other.test/a', 'http://other.test/a'],
    ['http://chat.test.evil.test/', 'http://chat.test.evil.test/'],
    ['/a', '/a'],
  ]) {
    location = sent!;
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: chat.test:${edge.httpsPort}\r\n\r\n`);
    const text = await client.until(/\r\n\r\n$/);
    assert.equal(/Location: (.*)\r\n/.exec(text)?.[1], expected);
  }
});

test('an app behind strip_path learns its prefix, and its redirects and cookies stay under it', async (t) => {
  mends(t, 'edge/E14-strip-path-without-prefix', 'edge/cookie-path-under-a-prefix');
  let fields = '';
  const app = await startRecorder(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n')) socket.write(`HTTP/1.1 302 Found\r\n${fields}Content-Length: 0\r\n\r\n`);
  });
  const edge = await startEdge(t, [
    site(
      ['chat.test'],
      [
        route(upstreamAt(app.port)),
        route(upstreamAt(app.port), { path: '/app', stripPath: true }),
        route(upstreamAt(app.port, { basePath: '/base' }), { path: '/based', stripPath: true }),
        route(upstreamAt(app.port), { path: '/aware' }),
      ],
    ),
  ]);
  const host = `chat.test:${edge.httpsPort}`;
  const get = async (target: string, more = '', method = 'GET'): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`${method} ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`);
    return (await client.closed).text;
  };
  const prefixes = (): string[] => {
    const { fields: seen } = readRequests(app.received()).whole.at(-1)!;
    return seen.filter(([name]) => name === 'x-forwarded-prefix').map(([, value]) => value);
  };
  for (const [target, sent, expected] of [
    ['/app/x', '/login?next=/', '/app/login?next=/'],
    ['/app/x', '/', '/app/'],
    ['/app/x', '/app/login', '/app/login'],
    ['/app/x', '/application', '/app/application'],
    ['/app/x', 'login', 'login'],
    ['/app/x', '../login', '../login'],
    ['/app/x', '?a=b', '?a=b'],
    ['/app/x', '//other.test/login', '//other.test/login'],
    ['/app/x', 'https://other.test/login', 'https://other.test/login'],
    ['/app/x', `http://${host}/login`, `https://${host}/app/login`],
    ['/app/x', `https://${host}/login`, `https://${host}/app/login`],
    ['/app/x', `https://${host}`, `https://${host}/app/`],
    ['/app/x', `https://${host}/app/login`, `https://${host}/app/login`],
    ['/app/x', `http://127.0.0.1:${app.port}/login`, `https://${host}/app/login`],
    ['/based/x', '/base/login', '/based/login'],
    ['/based/x', '/base', '/based/'],
    ['/based/x', '/login', '/login'],
    ['/aware/x', '/login', '/login'],
    ['/x', '/login', '/login'],
  ]) {
    fields = `Location: ${sent}\r\n`;
    assert.equal(/Location: (.*)\r\n/.exec(await get(target!))?.[1], expected, `${target} ${sent}`);
  }
  for (const [target, sent, expected] of [
    ['/app/x', 'a=1; Path=/; HttpOnly', 'a=1; Path=/app; HttpOnly; Secure'],
    ['/app/x', 'a=1; path=/api', 'a=1; path=/app/api; Secure'],
    ['/app/x', 'a=1; Path=/app; Secure', 'a=1; Path=/app; Secure'],
    ['/app/x', 'a=1', 'a=1; Secure'],
    ['/app/x', '__Host-a=1; Path=/; Secure', '__Host-a=1; Path=/; Secure'],
    ['/based/x', 'a=1; Path=/base/', 'a=1; Path=/based/; Secure'],
    ['/x', 'a=1; Path=/', 'a=1; Path=/; Secure'],
  ]) {
    fields = `Set-Cookie: ${sent}\r\n`;
    assert.equal(/Set-Cookie: (.*)\r\n/.exec(await get(target!))?.[1], expected, `${target} ${sent}`);
  }
  await get('/app/x', 'X-Forwarded-Prefix: /evil\r\nX_Forwarded_Prefix: /evil\r\n');
  assert.deepEqual(prefixes(), ['/app']);
  await get('/x', 'X-Forwarded-Prefix: /evil\r\n');
  assert.deepEqual(prefixes(), []);
  await edge.apply({ trustedProxies: ['127.0.0.0/8'] });
  await get('/app/x', 'X-Forwarded-Prefix: /outer\r\n');
  assert.deepEqual(prefixes(), ['/outer/app']);

  const before = readRequests(app.received()).whole.length;
  assert.match(await get('/app?a=b'), /^HTTP\/1\.1 308 [^]*\r\nLocation: \/app\/\?a=b\r\n/);
  assert.equal(readRequests(app.received()).whole.length, before);
  assert.match(await get('/app', '', 'POST'), /^HTTP\/1\.1 302 /);
  assert.match(await get('/aware'), /^HTTP\/1\.1 302 /);
});
