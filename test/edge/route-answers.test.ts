import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { type TestContext, test } from 'node:test';
import type { EdgeRoute, EdgeSite } from '../../src/edge/snapshot.ts';
import * as fc from '../support/fast-check.ts';
import { connectRaw, type Edge, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

type Answer = NonNullable<EdgeRoute['answer']>;

const redirect = (to: string, more: object = {}): Answer => ({
  kind: 'redirect',
  to,
  status: 308,
  keepsPath: true,
  ...more,
});
const answering = (path: string, answer: Answer, more: Partial<EdgeRoute> = {}): EdgeRoute => ({
  path,
  stripPath: false,
  upstreams: [],
  answer,
  ...more,
});

async function startWorld(t: TestContext, routes: EdgeRoute[], more: Partial<EdgeSite> = {}): Promise<Edge> {
  return startEdge(t, [site(['chat.test'], routes, more)]);
}

async function ask(t: TestContext, edge: Edge, first: string, fields: string[] = [], body = ''): Promise<string> {
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write([`${first} HTTP/1.1`, 'Host: chat.test', 'Connection: close', ...fields, '', body].join('\r\n'));
  return (await client.closed).text;
}

async function locationOf(t: TestContext, edge: Edge, target: string): Promise<string> {
  const text = await ask(t, edge, `GET ${target}`);
  return /\r\nLocation: (.*)\r\n/.exec(text)?.[1] ?? text.slice(0, 12);
}

test('a redirect keeps the rest of the path and the query, for every method', async (t) => {
  const app = await startRecorder(t);
  const edge = await startWorld(t, [
    answering('/', redirect('https://example.test/')),
    answering('/old', redirect('/new')),
    answering('/root', redirect('/')),
    answering('/base', redirect('https://example.test:8443/b')),
    answering('/one', redirect('/other?x=1#y', { keepsPath: false, status: 302 })),
    route(upstreamAt(app.port), { path: '/app' }),
  ]);
  for (const [target, location] of [
    ['/', 'https://example.test/'],
    ['/a/b?c=d&e', 'https://example.test/a/b?c=d&e'],
    ['/?q', 'https://example.test/?q'],
    ['/.well-known/x', 'https://example.test/.well-known/x'],
    ['/old', '/new'],
    ['/old/', '/new/'],
    ['/old/x?y', '/new/x?y'],
    ['/old?y', '/new?y'],
    ['/older', 'https://example.test/older'],
    ['/root/x', '/x'],
    ['/root', '/'],
    ['/root?x', '/?x'],
    ['/base/x', 'https://example.test:8443/b/x'],
    ['/one/x?y', '/other?x=1#y'],
  ] as const)
    assert.equal(await locationOf(t, edge, target), location, target);
  assert.match(await ask(t, edge, 'GET /one'), /^HTTP\/1\.1 302 Found\r\n/);
  for (const method of ['HEAD', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND'])
    assert.match(await ask(t, edge, `${method} /old/x`), /^HTTP\/1\.1 308 [^]*\r\nLocation: \/new\/x\r\n/, method);
  const text = await ask(t, edge, 'POST /old', ['Content-Length: 5'], 'hello');
  assert.match(text, /^HTTP\/1\.1 308 [^]*\r\nConnection: close\r\n/);
  assert.match(await ask(t, edge, 'OPTIONS *'), /\r\nLocation: https:\/\/example\.test\/\r\n/);
  assert.equal(app.connections(), 0);

  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const request = session.request({ ':authority': 'chat.test', ':method': 'POST', ':path': '/old/x?y' });
  request.write('a body that never ends');
  const [fields] = (await once(request, 'response')) as [http2.IncomingHttpHeaders];
  assert.equal(fields[':status'], 308);
  assert.equal(fields['location'], '/new/x?y');
});

test('no path makes a redirect lead to another host', async (t) => {
  const edge = await startWorld(t, [
    answering('/', redirect('https://example.test')),
    answering('/root', redirect('/')),
    answering('/old', redirect('/new')),
  ]);
  const leadsTo = async (target: string): Promise<string> => {
    const location = await locationOf(t, edge, target);
    return location.startsWith('HTTP') ? 'refused' : new URL(location, 'https://chat.test/').host;
  };
  for (const target of [
    '/root//evil.test',
    '/root///evil.test',
    '/root/\\evil.test',
    '/root/\\/evil.test',
    '/root/%2fevil.test',
  ]) {
    assert.ok(['chat.test', 'refused'].includes(await leadsTo(target)), target);
  }
  for (const target of ['//evil.test', '/@evil.test', '/.evil.test', '/:80/', '/\\evil.test', '/a@evil.test'])
    assert.ok(['example.test', 'refused'].includes(await leadsTo(target)), target);
  const pieces = fc.array(
    fc.constantFrom('/', '\\', '.', '..', '%2f', '%5c', '%2e', '@', ':', ';', 'evil.test', '?', 'x'),
    { maxLength: 7 },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('/root', '/root/', '/', '/old/'), pieces, async (start, parts) => {
      const target = start + parts.join('');
      assert.ok(['chat.test', 'example.test', 'refused'].includes(await leadsTo(target)), target);
    }),
    { numRuns: 150 },
  );
});

test('fixed answers: text, a page with the meaning of the status, nothing', async (t) => {
  const fixed = (status: number, more: object = {}): Answer => ({
    kind: 'fixed',
    status,
    type: 'text/plain; charset=utf-8',
    ...more,
  });
  const edge = await startWorld(
    t,
    [
      answering('/robots.txt', fixed(200, { body: 'User-agent: *\nDisallow: /\n' }), {
        headers: {
          response: {
            set: [
              { name: 'Cache-Control', value: 'max-age=60' },
              { name: 'Content-Type', value: 'text/x' },
            ],
            add: [],
            remove: [],
          },
        },
      }),
      answering('/', fixed(503, { retryAfterSeconds: 300 })),
      answering('/gone', fixed(410)),
      answering('/none', fixed(204)),
      answering('/closed', fixed(403), { access: { deny: ['127.0.0.0/8'] } }),
      answering('/missing', fixed(404)),
    ],
    { hstsMaxAgeSeconds: 60, hsts: 'preload' },
  );
  const robots = await ask(t, edge, 'GET /robots.txt');
  assert.match(
    robots,
    /^HTTP\/1\.1 200 OK\r\nContent-Length: 26\r\nCache-Control: max-age=60\r\nContent-Type: text\/x\r\nStrict-Transport-Security: max-age=60; includeSubDomains; preload\r\n[^]*\r\n\r\nUser-agent: \*\nDisallow: \/\n$/,
  );
  assert.match(await ask(t, edge, 'HEAD /robots.txt'), /^HTTP\/1\.1 200 [^]*Content-Length: 26\r\n[^]*\r\n\r\n$/);
  const page = await ask(t, edge, 'GET /x', ['Accept: text/html', 'Accept-Language: zh']);
  assert.match(
    Buffer.from(page, 'latin1').toString(),
    /^HTTP\/1\.1 503 [^]*\r\nCache-Control: no-store\r\n[^]*\r\nRetry-After: 300\r\n[^]*正在维护/,
  );
  const json = await ask(
    t,
    edge,
    'POST /v1/chat/completions',
    ['Content-Type: application/json', 'Content-Length: 2'],
    '{}',
  );
  assert.match(json, /^HTTP\/1\.1 503 [^]*"message":"This site is being maintained/);
  assert.match(await ask(t, edge, 'GET /gone'), /^HTTP\/1\.1 410 Gone\r\nContent-Length: 0\r\n/);
  const none = await ask(t, edge, 'GET /none');
  assert.match(none, /^HTTP\/1\.1 204 No Content\r\n/);
  assert.doesNotMatch(none, /Content-Length/);
  assert.match(await ask(t, edge, 'GET /missing'), /^HTTP\/1\.1 404 [^]*edge\.no-route/);
  // Access comes first.
  await ask(t, edge, 'GET /closed');
  assert.equal(edge.log.at(-1)!.error, 'edge.access-address');
  assert.equal(edge.log.at(-2)!.error, undefined);
});
