/** References in the fields of a response, for an app that knows neither its prefix nor those of proxies in front. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { prefixIn } from '../../src/edge/outer-prefix.ts';
import { referenceFields } from '../../src/edge/references.ts';
import { mends } from '../support/outside.ts';
import { connectRaw, type Edge, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

interface World {
  edge: Edge;
  host: string;
  /** The value of a field that the app sends, as the visitor gets it. */
  returned: (target: string, field: string, value: string, more?: string) => Promise<string | undefined>;
  get: (target: string, more?: string, authority?: string) => Promise<string>;
  /** Of the last request that the app got. */
  sent: (name: string) => string[];
}

async function startWorld(t: TestContext): Promise<World> {
  let fields = '';
  const app = await startRecorder(t, (received, socket) => {
    if (received.endsWith('\r\n\r\n')) socket.write(`HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`);
  });
  const edge = await startEdge(t, [
    site(['chat.test'], [route(upstreamAt(app.port)), route(upstreamAt(app.port), { path: '/app', stripPath: true })]),
  ]);
  const host = `chat.test:${edge.httpsPort}`;
  const get = async (target: string, more = '', authority = host): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET ${target} HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n${more}\r\n`);
    return (await client.closed).text;
  };
  return {
    edge,
    host,
    get,
    returned: async (target, field, value, more) => {
      fields = `${field}: ${value}\r\n`;
      return new RegExp(`\r\n${field}: (.*)\r\n`).exec(await get(target, more))?.[1];
    },
    sent: (name) => {
      const { fields: seen } = readRequests(app.received()).whole.at(-1)!;
      return seen.filter(([other]) => other === name).map(([, value]) => value);
    },
  };
}

test('every field with a reference leads back under the path of strip_path', async (t) => {
  mends(t, 'edge/E14-strip-path-without-prefix');
  const { host, returned } = await startWorld(t);
  for (const [field, value, expected] of [
    ['Content-Location', '/page', '/app/page'],
    ['Refresh', '5; url=/login', '5; url=/app/login'],
    ['Refresh', '0;URL="/login"', '0;URL="/app/login"'],
    ['Refresh', "0, '/login'", "0, '/app/login'"],
    ['Refresh', `1; url=http://${host}/login?a=b`, `1; url=https://${host}/app/login?a=b`],
    ['Refresh', '5', '5'],
    ['Refresh', '5; url=https://other.test/', '5; url=https://other.test/'],
    [
      'Link',
      '</a.css>; rel=preload; title="</b>, </c>", <b.css>; rel=next, <https://other.test/d>; rel=x, </e>',
      '</app/a.css>; rel=preload; title="</b>, </c>", <b.css>; rel=next, <https://other.test/d>; rel=x, </app/e>',
    ],
    ['Service-Worker-Allowed', '/', '/app/'],
    ['SourceMap', '/a.js.map', '/app/a.js.map'],
    ['HX-Redirect', '/login', '/app/login'],
    ['HX-Push-Url', 'false', 'false'],
    ['HX-Location', '{"path":"/chat", "target":"#main"}', '{"path":"/app/chat", "target":"#main"}'],
    ['X-Other', '/page', '/page'],
  ] as const) {
    assert.equal(await returned('/app/x', field, value), expected, `${field}: ${value}`);
    if (!value.includes('http:')) assert.equal(await returned('/x', field, value), value, `without prefix: ${value}`);
  }
});

test('behind a trusted proxy that strips a path, redirects and cookies lead back under that path as well', async (t) => {
  const { edge, host, returned, get, sent } = await startWorld(t);
  const outer = 'X-Forwarded-Prefix: /outer\r\n';
  assert.equal(await returned('/app/x', 'Location', '/login', outer), '/app/login', 'of a stranger');
  await edge.apply({ trustedProxies: ['127.0.0.0/8'] });
  for (const [target, value, more, expected] of [
    ['/app/x', '/login', outer, '/outer/app/login'],
    ['/app/x', '/outer/app/login', outer, '/outer/app/login'],
    ['/app/x', '/app/login', outer, '/outer/app/login'],
    ['/x', '/login', outer, '/outer/login'],
    ['/x', '/outer/login', outer, '/outer/login'],
    ['/x', `http://${host}/login`, outer, `https://${host}/outer/login`],
    ['/x', '/login', `${outer}X-Forwarded-Prefix: /inner/\r\n`, '/outer/inner/login'],
    ['/x', '/login', 'X-Forwarded-Prefix: //evil.test\r\n', '/login'],
    ['/x', '/login', 'X-Forwarded-Prefix: https://evil.test\r\n', '/login'],
    ['/x', 'http://public.test/login', 'X-Forwarded-Host: public.test\r\n', 'https://public.test/login'],
    ['/app/x', 'https://public.test/login', 'X-Forwarded-Host: public.test\r\n', 'https://public.test/app/login'],
  ] as const)
    assert.equal(await returned(target, 'Location', value, more), expected, `${target} ${value} ${more}`);
  for (const [target, value, expected] of [
    ['/app/x', 'a=1; Path=/; Secure', 'a=1; Path=/outer/app; Secure'],
    ['/x', 'a=1; Path=/; Secure', 'a=1; Path=/outer; Secure'],
    ['/x', 'a=1; Path=/outer/api; Secure', 'a=1; Path=/outer/api; Secure'],
  ] as const)
    assert.equal(await returned(target, 'Set-Cookie', value, outer), expected, value);
  assert.match(await get('/app?a=b', outer), /^HTTP\/1\.1 308 [^]*\r\nLocation: \/outer\/app\/\?a=b\r\n/);
  await get('/app/x', 'X-Forwarded-Prefix: /outer/\r\nX-Forwarded-Prefix: /inner\r\n');
  assert.deepEqual(sent('x-forwarded-prefix'), ['/outer/inner/app']);
  await get('/app/x', 'X-Forwarded-Prefix: /../evil\r\n');
  assert.deepEqual(sent('x-forwarded-prefix'), ['/app']);
});

test('Forwarded has no quotes around the host: apps that compare it with Origin would refuse every WebSocket', async (t) => {
  mends(t, 'edge/forwarded-host-in-quotes');
  const { get, sent } = await startWorld(t);
  // As code-server reads it.
  const hostIn = (): string | undefined => /(?:^|[;,])\s*host=([^;,]*)/i.exec(sent('forwarded')[0]!)?.[1];
  await get('/x');
  assert.equal(hostIn(), undefined, 'with a port, Host and X-Forwarded-Host say it');
  await get('/x', '', 'chat.test');
  assert.equal(hostIn(), 'chat.test');
});

test('a prefix in front is a path, or nothing', () => {
  for (const [value, expected] of [
    [undefined, ''],
    ['/', ''],
    ['/a', '/a'],
    ['/a/, /b/c', '/a/b/c'],
    ['/ü', ''],
    ['/a%2Fb', '/a%2Fb'],
    ['//a', ''],
    ['/a//b', ''],
    ['/a/../b', ''],
    ['/\\a', ''],
    ['a', ''],
    ['/a?b', ''],
  ] as const)
    assert.equal(prefixIn(value), expected, String(value));
});

test('a quote in Link that nothing closes goes to the end, whatever its length', () => {
  const inLink = (value: string): string => referenceFields.get('link')!(value, (reference) => `/app${reference}`);
  assert.equal(inLink('</a>; title="<b>", </c>'), '</app/a>; title="<b>", </app/c>');
  const quotes = '\\"'.repeat(32_000);
  assert.equal(inLink(`</a>; title="${quotes}</b>`), `</app/a>; title="${quotes}</b>`);
  assert.equal(inLink('</a>; title="\\'), '</app/a>; title="\\');
});
