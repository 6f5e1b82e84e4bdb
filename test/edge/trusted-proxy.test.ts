import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { mends } from '../support/outside.ts';
import {
  connectRaw,
  type Edge,
  type Recording,
  rootPem,
  route,
  site,
  startEdge,
  startRecorder,
  upstreamAt,
} from './edge.ts';
import { type ParsedRequest, readRequests } from './strict-reader.ts';

const answer = 'HTTP/1.1 302 Found\r\nLocation: http://chat.test/login\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n';

const lastRequests = new WeakMap<Recording, ParsedRequest>();

/** An app that remembers its last request. */
async function startApp(t: TestContext, answerText: string): Promise<Recording> {
  const app: Recording = await startRecorder(t, (received, socket) => {
    if (!received.endsWith('\r\n\r\n')) return;
    lastRequests.set(app, readRequests(received).whole.at(-1)!);
    socket.write(answerText);
  });
  return app;
}

async function startBehindProxy(
  t: TestContext,
  trustedProxies: string[],
  more: Parameters<typeof site>[2] = {},
): Promise<{ edge: Edge; app: Recording }> {
  const app = await startApp(t, answer);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))], more)], { trustedProxies });
  return { edge, app };
}

async function ask(t: TestContext, edge: Edge, fields: string[], port = edge.httpPort): Promise<string> {
  const client = await connectRaw(t, port, { plain: port === edge.httpPort });
  client.socket.write(['POST /a?b HTTP/1.1', 'Host: chat.test', 'Connection: close', ...fields, '', ''].join('\r\n'));
  return (await client.closed).text;
}

/** The fields of the last request that reached the app on any connection. */
function lastSeen(app: Recording): (name: string) => string | undefined {
  const { fields } = lastRequests.get(app)!;
  return (name) => {
    const values = fields.filter(([other]) => other === name).map(([, value]) => value);
    assert.ok(values.length <= 1, `${name} once`);
    return values[0];
  };
}

test('the http port serves what arrived over HTTPS at a trusted proxy, however it says so', async (t) => {
  mends(t, 'edge/E05-http-port-behind-tunnel', 'edge/forwarded-proto-wss');
  const { edge, app } = await startBehindProxy(t, ['127.0.0.0/8'], { hstsMaxAgeSeconds: 3600 });
  for (const said of [
    'X-Forwarded-Proto: https',
    'X-Forwarded-Proto: HTTPS',
    'X-Forwarded-Proto: https, http',
    'X-Forwarded-Proto: wss',
    'Forwarded: for=203.0.113.7;proto=https',
    'Forwarded: For="[2001:db8::7]:4711"; Proto="https"; host=chat.test, for=10.0.0.1;proto=http',
    'X-Forwarded-Ssl: on',
    'Front-End-Https: On',
    'X-Forwarded-Scheme: https',
    'X-Url-Scheme: https',
  ]) {
    const text = await ask(t, edge, [said]);
    assert.match(text, /^HTTP\/1\.1 302 /, said);
    assert.match(text, /\r\nLocation: https:\/\/chat\.test\/login\r\nSet-Cookie: a=1; Secure\r\n/, said);
    assert.ok(!text.includes('Strict-Transport-Security'), 'HTTPS is up to the proxy');
    const seen = lastSeen(app);
    assert.equal(seen('x-forwarded-proto'), 'https');
    assert.equal(seen('x-forwarded-port'), '443');
    assert.match(seen('forwarded')!, /^[^,]*proto="?https/i);
  }
  const before = app.connections();
  const ports = { proxy: '', edge: `:${edge.httpsPort}` };
  for (const [said, where] of [
    ['X-Forwarded-Proto: http', 'proxy'],
    ['X-Forwarded-Proto: http\r\nX-Forwarded-Ssl: on', 'proxy'],
    ['X-Forwarded-Proto: https2', 'edge'],
    ['X-Forwarded-Ssl: off', 'edge'],
    ['X-A: b', 'edge'],
  ] as const) {
    const text = await ask(t, edge, [said]);
    assert.match(text, /^HTTP\/1\.1 308 /, said);
    assert.ok(text.includes(`\r\nLocation: https://chat.test${ports[where]}/a?b\r\n`), said);
  }
  assert.equal(app.connections(), before);
});

test('a WebSocket of a trusted proxy passes through the http port', async (t) => {
  mends(t, 'edge/E05-http-port-behind-tunnel', 'edge/forwarded-proto-wss');
  const app = await startApp(
    t,
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
  );
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])], {
    trustedProxies: ['127.0.0.0/8'],
  });
  const client = await connectRaw(t, edge.httpPort, { plain: true });
  client.socket.write(
    'GET /ws HTTP/1.1\r\nHost: chat.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Forwarded-Proto: wss\r\n\r\n',
  );
  await client.until(/^HTTP\/1\.1 101 [^]*hello$/);
  assert.equal(lastSeen(app)('x-forwarded-proto'), 'https');
});

test('the http port redirects what others call HTTPS', async (t) => {
  const { edge, app } = await startBehindProxy(t, ['192.0.2.1/32']);
  for (const said of [
    'X-Forwarded-Proto: https',
    'Forwarded: proto=https',
    'X-Forwarded-Ssl: on',
    'Front-End-Https: on',
  ]) {
    assert.match(
      await ask(t, edge, [said]),
      new RegExp(`^HTTP/1.1 308 [^]*Location: https://chat.test:${edge.httpsPort}/`),
    );
  }
  assert.equal(app.connections(), 0);
});

test('a trusted proxy does not replace a client certificate', async (t) => {
  const clientCertificates = { rootsPem: rootPem, optional: false };
  const { edge, app } = await startBehindProxy(t, ['127.0.0.0/8'], { clientCertificates });
  assert.match(await ask(t, edge, ['X-Forwarded-Proto: https']), /^HTTP\/1\.1 421 /);
  assert.equal(app.connections(), 0);
});

test('the visitor is the last untrusted address of the chain, for the app and for the log', async (t) => {
  mends(t, 'edge/E06-real-ip-with-trusted-proxy', 'edge/forwarded-for-with-a-port');
  const { edge, app } = await startBehindProxy(t, ['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8']);
  for (const [fields, visitor] of [
    [['X-Forwarded-For: 203.0.113.7'], '203.0.113.7'],
    [['X-Forwarded-For: 6.6.6.6, 203.0.113.7'], '203.0.113.7'],
    [['X-Forwarded-For: 6.6.6.6', 'X-Forwarded-For: 203.0.113.7, 10.0.0.1'], '203.0.113.7'],
    [['X-Forwarded-For: 203.0.113.7:51234'], '203.0.113.7'],
    [['X-Forwarded-For: [2001:DB8::7]:51234, fd00::1'], '2001:db8::7'],
    [['X-Forwarded-For: 2001:db8::7'], '2001:db8::7'],
    [['X-Forwarded-For: ::ffff:203.0.113.7'], '203.0.113.7'],
    [['X-Forwarded-For: 10.0.0.5, 10.0.0.1'], '10.0.0.5'],
    [['X-Forwarded-For: 6.6.6.6, unknown, 10.0.0.1'], '10.0.0.1'],
    [['X-Forwarded-For: unknown'], '127.0.0.1'],
    [['Forwarded: for=6.6.6.6, for="[2001:db8::7]:4711";proto=https'], '2001:db8::7'],
    [['X-Real-IP: 203.0.113.7'], '203.0.113.7'],
    [[], '127.0.0.1'],
  ] as [string[], string][]) {
    const entry = edge.nextEntry();
    await ask(t, edge, fields, edge.httpsPort);
    assert.equal(lastSeen(app)('x-real-ip'), visitor, fields.join());
    assert.equal((await entry).client, visitor, fields.join());
  }
});

test('drops fields about the visitor from anybody but a trusted proxy', async (t) => {
  mends(t, 'edge/E06-real-ip-with-trusted-proxy');
  const fields = [
    'CF-Connecting-IP: 6.6.6.6',
    'CF-Visitor: {"scheme":"https"}',
    'True-Client-IP: 6.6.6.6',
    'X-Client-IP: 6.6.6.6',
    'X-Cluster-Client-IP: 6.6.6.6',
    'X-Original-Forwarded-For: 6.6.6.6',
    'Fastly-Client-IP: 6.6.6.6',
    'Client-IP: 6.6.6.6',
    'X-Forwarded-Prefix: /evil',
    'X-Forwarded-User: root',
    'X-Forwarded-Email: root@chat.test',
    'Front-End-Https: on',
    'X-Script-Name: /evil',
  ];
  const underscored = fields.map((field) => field.replace(/^[^:]*/, (name) => name.replaceAll('-', '_')));
  const stranger = await startBehindProxy(t, ['192.0.2.1/32']);
  await ask(t, stranger.edge, [...fields, ...underscored, 'X-Kept: yes'], stranger.edge.httpsPort);
  assert.equal(lastSeen(stranger.app)('x-kept'), 'yes');
  const withoutRandom = stranger.app.received().replaceAll(/^x-request-id: .*$/gim, '');
  assert.ok(!/6\.6\.6\.6|evil|root|CF-|Front/i.test(withoutRandom), withoutRandom);

  const trusted = await startBehindProxy(t, ['127.0.0.0/8']);
  await ask(t, trusted.edge, [...fields, ...underscored], trusted.edge.httpsPort);
  const seen = lastSeen(trusted.app);
  assert.equal(seen('cf-connecting-ip'), '6.6.6.6');
  assert.equal(seen('x-forwarded-prefix'), '/evil');
  assert.equal(seen('x-forwarded-user'), 'root');
  const names = readRequests(trusted.app.received())
    .whole.at(-1)!
    .fields.map(([name]) => name);
  assert.ok(!names.join().includes('_'), 'the proxy has checked only its own spelling');
});
