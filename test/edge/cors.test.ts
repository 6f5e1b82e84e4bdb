import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { EdgeRoute } from '../../src/edge/snapshot.ts';
import { connectRaw, type Edge, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

type Cors = NonNullable<EdgeRoute['cors']>;

const answer =
  'HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\naccess-control-allow-credentials: true\r\nAccess-Control-Allow-Origin: http://evil.test\r\nContent-Length: 2\r\n\r\nok';

async function startWorld(t: TestContext, cors: Partial<Cors>, more: Partial<EdgeRoute> = {}) {
  const app = await startRecorder(t, answer);
  const settings = { cors: { expose: [], credentials: false, maxAgeSeconds: 600, ...cors }, ...more };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), settings)])]);
  return { app, edge };
}

/** The status, and the fields that concern CORS. */
async function ask(t: TestContext, edge: Edge, method: string, fields: string[] = []): Promise<string[]> {
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write([`${method} / HTTP/1.1`, 'Host: chat.test', 'Connection: close', ...fields, '', ''].join('\r\n'));
  const { text } = await client.closed;
  const [status, ...lines] = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  return [status!.slice(9, 12), ...lines.filter((line) => /^(?:access-control|vary)/i.test(line))];
}

const preflight = (origin: string, ...more: string[]): string[] => [
  `Origin: ${origin}`,
  'Access-Control-Request-Method: POST',
  'Access-Control-Request-Headers: authorization,content-type',
  ...more,
];
const vary =
  'Vary: Origin, Access-Control-Request-Method, Access-Control-Request-Headers, Access-Control-Request-Private-Network';
const methods = 'Access-Control-Allow-Methods: GET, HEAD, POST, PUT, PATCH, DELETE';

test('answers preflights for every origin, before access, and replaces the fields of the app', async (t) => {
  const { app, edge } = await startWorld(t, {}, { access: { deny: ['127.0.0.0/8'] } });
  assert.deepEqual(
    await ask(t, edge, 'OPTIONS', preflight('https://any.test', 'Access-Control-Request-Private-Network: true')),
    [
      '204',
      'Access-Control-Allow-Origin: *',
      methods,
      'Access-Control-Allow-Headers: authorization, content-type',
      'Access-Control-Max-Age: 600',
      vary,
    ],
  );
  // Refused, and the page may read why.
  assert.deepEqual(await ask(t, edge, 'GET', ['Origin: https://any.test']), ['403', 'Access-Control-Allow-Origin: *']);
  assert.equal(app.connections(), 0);
  const open = await startWorld(t, { expose: ['X-Request-Id', 'X-Cost'] });
  for (const fields of [['Origin: https://any.test'], []])
    assert.deepEqual(await ask(t, open.edge, 'GET', fields), [
      '200',
      'Access-Control-Allow-Origin: *',
      'Access-Control-Expose-Headers: X-Request-Id, X-Cost',
    ]);
  // Any other OPTIONS is the app's.
  assert.equal((await ask(t, open.edge, 'OPTIONS', ['Origin: https://any.test']))[0], '200');
});

test('an origin comes back only if it is listed, with credentials as well', async (t) => {
  const { edge } = await startWorld(t, {
    origins: ['https://app.test', 'http://localhost:3000', 'https://*.example.test', 'app://obsidian.md'],
    credentials: true,
    headers: ['Authorization'],
    methods: ['GET', 'POST'],
    maxAgeSeconds: 0,
  });
  for (const origin of [
    'https://app.test',
    'http://localhost:3000',
    'https://a.example.test',
    'https://a.b.example.test',
    'app://obsidian.md',
  ]) {
    assert.deepEqual(await ask(t, edge, 'OPTIONS', preflight(origin, 'Access-Control-Request-Private-Network: true')), [
      '204',
      `Access-Control-Allow-Origin: ${origin}`,
      'Access-Control-Allow-Credentials: true',
      'Access-Control-Allow-Methods: GET, POST',
      'Access-Control-Allow-Headers: Authorization',
      'Access-Control-Allow-Private-Network: true',
      'Access-Control-Max-Age: 0',
      vary,
    ]);
    assert.deepEqual(await ask(t, edge, 'GET', [`Origin: ${origin}`]), [
      '200',
      `Access-Control-Allow-Origin: ${origin}`,
      'Access-Control-Allow-Credentials: true',
      'Vary: Origin',
    ]);
  }
  for (const origin of [
    'https://evil.test',
    'http://app.test',
    'https://app.test:444',
    'https://app.test.evil.test',
    'https://evilapp.test',
    'https://example.test',
    'https://.example.test',
    'https://evil.test/.example.test',
    'https://evil.test#.example.test',
    'https://evil.test\\.example.test',
    'https://evil.test:1.example.test',
    'https://EVILexample.test',
    'https://app.test, https://evil.test',
    'null',
    '*',
  ]) {
    const entry = edge.nextEntry();
    assert.deepEqual(await ask(t, edge, 'OPTIONS', preflight(origin)), ['403', 'Vary: Origin'], origin);
    assert.equal((await entry).error, 'edge.cors-origin');
    assert.deepEqual(await ask(t, edge, 'GET', [`Origin: ${origin}`]), ['200', 'Vary: Origin'], origin);
  }
  assert.deepEqual(await ask(t, edge, 'GET'), ['200', 'Vary: Origin']);
});

test('asks for nothing that is not a list of names', async (t) => {
  const { edge } = await startWorld(t, {});
  for (const list of ['a b', 'x-a, y:z', 'x'.repeat(5000)]) {
    const fields = [
      'Origin: https://any.test',
      'Access-Control-Request-Method: GET',
      `Access-Control-Request-Headers: ${list}`,
    ];
    const text = (await ask(t, edge, 'OPTIONS', fields)).join('\n');
    assert.match(text, /^204\n/);
    assert.doesNotMatch(text, /Allow-Headers/, list.slice(0, 20));
  }
});
