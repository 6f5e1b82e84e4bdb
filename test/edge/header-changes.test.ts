import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { type TestContext, test } from 'node:test';
import type { EdgeRoute } from '../../src/edge/snapshot.ts';
import { connectRaw, type Edge, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

const answer =
  'HTTP/1.1 200 OK\r\nServer: uvicorn\r\nX-A: app\r\nx-a: again\r\nCache-Control: no-cache\r\nSet-Cookie: a=1\r\nContent-Length: 2\r\n\r\nok';

async function startWorld(
  t: TestContext,
  settings: Partial<EdgeRoute>,
  text: Parameters<typeof startRecorder>[1] = answer,
) {
  const app = await startRecorder(t, text);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), settings)])]);
  const seen = (): [string, string][] => readRequests(app.received()).whole.at(-1)!.fields;
  return { app, edge, seen };
}

async function ask(
  t: TestContext,
  edge: Edge,
  fields: string[] = [],
  first = 'GET / HTTP/1.1',
  body = '',
): Promise<string> {
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write([first, 'Host: chat.test', 'Connection: close', ...fields, '', body].join('\r\n'));
  return (await client.closed).text;
}

/** The lines of a head. */
function linesOf(text: string): string[] {
  return text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
}

const none = { set: [], add: [], remove: [] };

test('sets, adds and removes fields of requests, in every spelling of a visitor', async (t) => {
  const { edge, seen } = await startWorld(t, {
    headers: {
      request: {
        set: [
          { name: 'X-Tenant', value: 'blue' },
          { name: 'CF-Connecting-IP', value: '{client}' },
          { name: 'X-Site', value: '{host} {"json":1} {client}' },
          { name: 'Remote-User', value: '{user}' },
        ],
        add: [
          { name: 'X-Tag', value: 'one' },
          { name: 'X-Tag', value: 'two' },
        ],
        remove: ['x-debug', 'user-agent'],
      },
    },
  });
  await ask(t, edge, [
    'X-Tenant: red',
    'x-tenant: red',
    'X_Tenant: red',
    'X.Tenant: red',
    'CF-Connecting-IP: 6.6.6.6',
    'Remote-User: root',
    'Remote_User: root',
    'X-Tag: visitor',
    'X-Debug: 1',
    'X_Debug: 1',
    'User-Agent: x',
    'X-Kept: yes',
  ]);
  const own = seen().filter(([name]) => /tenant|tag|debug|agent|kept|user|cf-|x-site/.test(name));
  assert.deepEqual(own, [
    ['x-tag', 'visitor'],
    ['x-kept', 'yes'],
    ['x-tenant', 'blue'],
    ['cf-connecting-ip', '127.0.0.1'],
    ['x-site', 'chat.test {"json":1} 127.0.0.1'],
    ['x-tag', 'one'],
    ['x-tag', 'two'],
  ]);
  // uvicorn adds trailers to the fields of the head.
  const trailer = '2\r\nok\r\n0\r\nX-Tenant: red\r\n\r\n';
  const text = await ask(t, edge, ['Transfer-Encoding: chunked'], 'POST / HTTP/1.1', trailer);
  assert.match(text, /^HTTP\/1\.1 400 /);
});

test('sets, adds and removes fields of responses, of upgrades, too, but not of early hints', async (t) => {
  const headers: EdgeRoute['headers'] = {
    response: { set: [{ name: 'X-A', value: 'edge' }], add: [{ name: 'X-B', value: 'b' }], remove: ['server'] },
  };
  const { edge } = await startWorld(t, { headers });
  assert.deepEqual(linesOf(await ask(t, edge)), [
    'HTTP/1.1 200 OK',
    'Cache-Control: no-cache',
    'Set-Cookie: a=1; Secure',
    'Content-Length: 2',
    'X-A: edge',
    'X-B: b',
    'Connection: close',
  ]);

  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const [fields] = (await once(session.request({ ':authority': 'chat.test' }), 'response')) as [
    http2.IncomingHttpHeaders,
  ];
  assert.equal(fields['x-a'], 'edge');
  assert.equal(fields['x-b'], 'b');
  assert.equal(fields['server'], undefined);

  const hints = 'HTTP/1.1 103 Early Hints\r\nServer: x\r\nLink: </a.css>\r\n\r\n';
  const early = await startWorld(t, { headers }, hints + answer);
  const [hint, final] = (await ask(t, early.edge)).split(/(?=HTTP\/1\.1 200)/);
  assert.deepEqual(linesOf(hint!), ['HTTP/1.1 103 Early Hints', 'Link: </a.css>']);
  assert.match(final!, /\r\nX-A: edge\r\n/);

  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nServer: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  const socket = await startWorld(t, { headers }, upgrade);
  const client = await connectRaw(t, socket.edge.httpsPort);
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
  const text = await client.until(/\r\n\r\n/);
  assert.ok(!text.includes('Server'), text);
});

test("an app's error page of ours is not cached by a field for the app's responses", async (t) => {
  const edge = await startEdge(t, [
    site(
      ['chat.test'],
      [
        route(upstreamAt(1), {
          headers: { response: { ...none, set: [{ name: 'Cache-Control', value: 'public, max-age=3600' }] } },
          securityHeaders: { frames: 'same-origin', referrerPolicy: 'no-referrer' },
        }),
      ],
    ),
  ]);
  const text = await ask(t, edge);
  assert.match(text, /^HTTP\/1\.1 502 /);
  assert.match(text, /\r\nCache-Control: no-store\r\n/);
  assert.match(text, /\r\nX-Frame-Options: SAMEORIGIN\r\n/);
  assert.match(text, /\r\nReferrer-Policy: no-referrer\r\n/);
});

test("security headers leave the app's own alone", async (t) => {
  const ask1 = async (settings: NonNullable<EdgeRoute['securityHeaders']>, fields: string): Promise<string[]> => {
    const { edge } = await startWorld(
      t,
      { securityHeaders: settings },
      `HTTP/1.1 200 OK\r\n${fields}Content-Length: 0\r\n\r\n`,
    );
    return linesOf(await ask(t, edge))
      .slice(1)
      .filter((line) => !/^Con(?:nection|tent-Length)/.test(line));
  };
  const usual = { frames: 'same-origin', referrerPolicy: 'strict-origin-when-cross-origin' } as const;
  const nosniff = 'X-Content-Type-Options: nosniff';
  const referrer = 'Referrer-Policy: strict-origin-when-cross-origin';
  assert.deepEqual(await ask1(usual, ''), [nosniff, referrer, 'X-Frame-Options: SAMEORIGIN']);
  assert.deepEqual(await ask1({ ...usual, frames: 'none' }, ''), [nosniff, referrer, 'X-Frame-Options: DENY']);
  assert.deepEqual(await ask1({ ...usual, frames: 'any' }, ''), [nosniff, referrer]);
  assert.deepEqual(await ask1({ ...usual, frames: ['https://intranet.test'] }, ''), [
    nosniff,
    referrer,
    "Content-Security-Policy: frame-ancestors 'self' https://intranet.test",
  ]);
  const policy = "Content-Security-Policy: default-src 'self'; frame-ancestors https://other.test";
  assert.deepEqual(await ask1(usual, `${policy}\r\nReferrer-Policy: origin\r\n`), [
    policy,
    'Referrer-Policy: origin',
    nosniff,
  ]);
  const own = { ...usual, permissionsPolicy: 'camera=()', contentSecurityPolicy: "default-src 'self'" };
  const script = "Content-Security-Policy: script-src 'self'";
  assert.deepEqual(await ask1(own, `${script}\r\n`), [
    script,
    nosniff,
    referrer,
    'X-Frame-Options: SAMEORIGIN',
    'Permissions-Policy: camera=()',
  ]);
});

test('a route whose secret cannot be read is closed', async (t) => {
  const { app, edge } = await startWorld(t, { headers: { request: none, isUnusable: true } });
  const entry = edge.nextEntry();
  assert.match(await ask(t, edge), /^HTTP\/1\.1 503 /);
  assert.equal((await entry).error, 'edge.header-file');
  assert.equal(app.connections(), 0);
});
