import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { EdgeForwardAuth, EdgeUpstream } from '../../../src/edge/snapshot.ts';
import {
  connectRaw,
  type Edge,
  freePort,
  request,
  route,
  site,
  startApp,
  startEdge,
  startRecorder,
  upstreamAt,
} from '../edge.ts';
import { mends } from '../../support/outside.ts';
import { ServiceExchange } from '../../../src/edge/access/service-exchange.ts';
import { checkForwardAuth } from '../../../src/edge/forward-auth-check.ts';
import { get, serve, session } from './client.ts';

type Service = (incoming: IncomingMessage, response: ServerResponse) => void;

function forwardAuth(upstream: EdgeUpstream, more: Partial<EdgeForwardAuth> = {}): EdgeForwardAuth {
  return {
    upstream,
    authority: `127.0.0.1:${upstream.port}`,
    target: '/verify?for=chat',
    copyHeaders: undefined,
    signIn: undefined,
    ...more,
  };
}

async function start(
  t: TestContext,
  service: Service,
  more: Partial<EdgeForwardAuth> = {},
  open: string[] = [],
): Promise<{ edge: Edge; asked: IncomingMessage[]; seen: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const seen: IncomingMessage[] = [];
  const servicePort = await serve(t, (incoming, response) => {
    asked.push(incoming);
    service(incoming, response);
  });
  const appPort = await serve(t, (incoming, response) => {
    seen.push(incoming);
    incoming.resume().on('end', () => response.end('app'));
  });
  const access = { forwardAuth: forwardAuth(upstreamAt(servicePort), more), public: open };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(appPort), { access })])]);
  return { edge, asked, seen };
}

const page = { accept: 'text/html,*/*', 'sec-fetch-mode': 'navigate' };

test('the service learns of the request as from nginx and Traefik, without its body', async (t) => {
  const measured = mends(t, 'attack/forward-auth-misled');
  const { edge, asked, seen } = await start(t, (_, response) => response.writeHead(202).end());
  const sent = await get(
    edge.httpsPort,
    '/v1/chat?model=x%20y',
    {
      cookie: '_oauth2_proxy=abc',
      authorization: 'Bearer token',
      'content-type': 'application/json',
      'user-agent': 'test',
      'if-none-match': '"1"',
      range: 'bytes=0-1',
      expect: '100-continue',
      connection: 'close, X-Hop',
      'x-hop': '1',
      'x-forwarded-uri': '/public',
      'x-forwarded-method': 'GET',
      'x-original-url': 'https://chat.test/public',
      'x-original-method': 'OPTIONS',
      x_original_url: 'https://chat.test/public',
      'x-forwarded-for': '6.6.6.6',
      'remote-user': 'root',
    },
    'POST',
    '{"a":1}',
  );
  assert.equal(sent.body, 'app');
  const [question] = asked;
  assert.equal(`${question!.method} ${question!.url}`, 'GET /verify?for=chat');
  const { 'x-request-id': id, 'cdn-loop': loop, ...rest } = question!.headers;
  assert.match(String(id), /^[\w-]{8}$/);
  assert.match(String(loop), /^everyhop-/);
  assert.deepEqual(rest, {
    host: `127.0.0.1:${question!.socket.localPort}`,
    cookie: '_oauth2_proxy=abc',
    authorization: 'Bearer token',
    'user-agent': 'test',
    'x-forwarded-method': 'POST',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'chat.test',
    'x-forwarded-uri': '/v1/chat?model=x%20y',
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    'x-original-url': 'https://chat.test/v1/chat?model=x%20y',
    'x-original-method': 'POST',
  });
  assert.equal(seen[0]!.headers['remote-user'], undefined);
  measured['misled'] = 0;
});

test('its fields reach the app, and no copy of a visitor does, in any spelling', async (t) => {
  const measured = mends(t, 'attack/forward-auth-forgery');
  const service: Service = (_, response) =>
    response
      .writeHead(200, {
        'X-Auth-Request-User': 'u-1',
        'X-Auth-Request-Email': 'alice@example.test',
        'X-Secret': 'no',
        'Set-Cookie': ['_oauth2_proxy=new; Path=/; Secure', 'b=2'],
      })
      .end('anything');
  const { edge, seen } = await start(t, service);
  const forged = {
    'X-Auth-Request-User': 'root',
    x_auth_request_email: 'root',
    'X-Auth-Request-Groups': 'admin',
    'X.Auth.Request.Groups': 'admin',
    'Remote-Groups': 'admin',
    'X-Authentik-Username': 'root',
    'X-Forwarded-User': 'root',
    'X-Forwarded-Groups': 'admin',
  };
  const answer = await get(edge.httpsPort, '/', forged);
  assert.equal(answer.status, 200);
  const { headers, rawHeaders } = seen[0]!;
  assert.equal(headers['x-auth-request-user'], 'u-1');
  assert.equal(headers['x-auth-request-email'], 'alice@example.test');
  assert.equal(headers['x-forwarded-user'], 'alice@example.test');
  assert.equal(headers['x-secret'], undefined);
  assert.ok(!rawHeaders.includes('root') && !rawHeaders.includes('admin'), rawHeaders.join(' '));
  assert.deepEqual(answer.headers['set-cookie'], ['_oauth2_proxy=new; Path=/; Secure', 'b=2']);
  measured['fields'] = Object.keys(forged).length;
  assert.equal(edge.log[0]!.user, 'forward-auth alice@example.test');
});

test('a field named in copy_headers is the service’s alone, on public paths and in trailers, too', async (t) => {
  const app = await startRecorder(t);
  const servicePort = await serve(t, (_, response) => response.writeHead(200, { 'X-My-User': 'alice' }).end());
  const access = {
    forwardAuth: forwardAuth(upstreamAt(servicePort), { copyHeaders: ['x-my-user', 'authorization'] }),
    public: ['/health'],
  };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
  const client = await connectRaw(t, edge.httpsPort);
  const forged = 'X-My-User: root\r\nX_My_User: root\r\nAuthorization: Bearer root\r\n';
  client.socket.write(request('/private', forged));
  await client.until(/ok$/);
  client.socket.write(request('/health', forged));
  await client.until(/ok[^]*ok$/);
  client.socket.write(request('/private', `Transfer-Encoding: chunked\r\n`, 'POST'));
  client.socket.write('1\r\nx\r\n0\r\nX-My-User: root\r\nx_my_user: root\r\n\r\n');
  await client.until(/ok[^]*ok[^]*(?:ok$|HTTP\/1\.1 4)/);
  assert.equal(app.received().match(/x-my-user: alice/gi)!.length, 2);
  assert.doesNotMatch(app.received(), /root/);
});

test('401, 403 and redirects pass to the visitor as they are', async (t) => {
  const answers: Record<string, [number, Record<string, string | string[]>, string]> = {
    '/401': [401, { 'WWW-Authenticate': 'Bearer', 'Content-Type': 'application/json' }, '{"error":"log in"}'],
    '/403': [403, { 'Content-Type': 'text/html', 'Set-Cookie': ['a=1', 'b=2'] }, '<p>no</p>'],
    '/302': [302, { Location: 'http://auth.test/?rd=https%3A%2F%2Fchat.test%2F', 'Set-Cookie': 'csrf=1' }, ''],
    '/429': [429, { 'Retry-After': '9' }, 'slow down'],
  };
  const { edge, seen } = await start(t, (incoming, response) => {
    const [status, headers, body] = answers[incoming.headers['x-forwarded-uri'] as string]!;
    response.writeHead(status, headers).end(body);
  });
  const over2 = await session(t, edge.httpsPort);
  for (const [path, [status, headers, body]] of Object.entries(answers)) {
    for (const answer of [await get(edge.httpsPort, path, page), await over2(path, page)]) {
      assert.equal(answer.status, status, path);
      assert.equal(answer.body, body);
      for (const [name, value] of Object.entries(headers)) {
        const expected = name === 'Set-Cookie' ? [value].flat() : value;
        assert.deepEqual(answer.headers[name.toLowerCase()], expected, `${path} ${name}`);
      }
    }
  }
  assert.equal(seen.length, 0);
  assert.ok(edge.log.every(({ error }) => error === 'edge.forward-auth-refused'));
});

test('a visit of a page that needs a log-in goes to the log-in page; a script gets the 401', async (t) => {
  const { edge } = await start(t, (_, response) => response.writeHead(401).end('no'), { signIn: '/oauth2/sign_in' });
  const opened = await get(edge.httpsPort, '/chat?a=1&b=2', page);
  assert.equal(opened.status, 302);
  assert.equal(opened.headers.location, '/oauth2/sign_in?rd=%2Fchat%3Fa%3D1%26b%3D2');
  // A log-in page that goes back there must not take it for a host.
  for (const path of ['//evil.test/x', '/\\evil.test/x'])
    assert.equal((await get(edge.httpsPort, path, page)).headers.location, '/oauth2/sign_in?rd=%2Fevil.test%2Fx', path);
  assert.equal((await get(edge.httpsPort, '//evil.test/', page)).headers.location?.includes('evil.test/'), false);
  for (const script of [{ accept: '*/*' }, { accept: 'text/html', 'sec-fetch-mode': 'cors' }])
    assert.equal((await get(edge.httpsPort, '/chat', script)).status, 401);
  assert.equal((await get(edge.httpsPort, '/chat', page, 'POST', 'x')).status, 401);

  const placed = await start(t, (_, response) => response.writeHead(403).end(), {
    signIn: 'https://auth.test/?to={url}',
  });
  assert.equal(
    (await get(placed.edge.httpsPort, '/x', page)).headers.location,
    'https://auth.test/?to=https%3A%2F%2Fchat.test%2Fx',
  );
  // As Authelia answers nginx.
  const authelia = await start(t, (_, response) =>
    response.writeHead(401, { Location: 'https://auth.test/?rd=x' }).end(),
  );
  assert.equal((await get(authelia.edge.httpsPort, '/', page)).headers.location, 'https://auth.test/?rd=x');
  assert.equal((await get(authelia.edge.httpsPort, '/')).status, 401);
});

const lies: Record<string, [answer: string | ((socket: Socket) => void), status: number, error: string]> = {
  'an error': ['HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\nno', 503, 'edge.forward-auth-failed'],
  '503': ['HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n', 503, 'edge.forward-auth-failed'],
  'not modified': ['HTTP/1.1 304 Not Modified\r\n\r\n', 503, 'edge.forward-auth-failed'],
  '101': ['HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 503, 'edge.forward-auth-failed'],
  'no HTTP': ['SSH-2.0-OpenSSH\r\n\r\n', 503, 'edge.forward-auth-failed'],
  'endless fields': [
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => {
        while (socket.writable && socket.write(`X-More: ${'x'.repeat(1000)}\r\n`));
        if (socket.writable) socket.once('drain', more);
      };
      more();
    },
    503,
    'edge.forward-auth-failed',
  ],
  'an endless body': [
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const more = (): void => {
        while (socket.writable && socket.write(`3e8\r\n${'x'.repeat(1000)}\r\n`));
        if (socket.writable) socket.once('drain', more);
      };
      more();
    },
    503,
    'edge.forward-auth-failed',
  ],
  'a cut 200': [
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc'),
    502,
    'edge.forward-auth-unreachable',
  ],
  'a cut head': [(socket) => socket.end('HTTP/1.1 200 OK\r\nX-'), 502, 'edge.forward-auth-unreachable'],
  'a closed connection': [(socket) => void socket.destroy(), 502, 'edge.forward-auth-unreachable'],
};

for (const [name, [answer, status, error]] of Object.entries(lies)) {
  test(`the route stays closed if the service answers with ${name}`, async (t) => {
    const measured = mends(t, 'attack/forward-auth-lies');
    const app = await startRecorder(t);
    const port = await startApp(t, (socket) => {
      socket.once('data', () => (typeof answer === 'string' ? socket.write(answer) : answer(socket)));
    });
    const access = { forwardAuth: forwardAuth(upstreamAt(port)) };
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
    const closed = await get(edge.httpsPort, '/', page);
    assert.equal(closed.status, status);
    assert.ok(closed.body.includes(error), closed.body);
    assert.doesNotMatch(closed.body, /http-equiv="refresh"|<svg class="hops"/, 'the app is not what fails');
    assert.equal(edge.log[0]!.error, error);
    assert.equal(app.connections(), 0);
    Object.assign(measured, { lies: Object.keys(lies).length + 4, reached: 0 });
  });
}

test('the route stays closed if the service does not run, has a wrong certificate, or is this very route', async (t) => {
  mends(t, 'attack/forward-auth-lies');
  const app = await startRecorder(t);
  const other = await startEdge(t, [site(['other.test'], [route(upstreamAt(app.port))])]);
  const services = [
    [upstreamAt(await freePort()), 502, 'edge.forward-auth-unreachable'],
    [upstreamAt(other.httpsPort, { protocol: 'https' }), 502, 'edge.forward-auth-untrusted'],
  ] as const;
  for (const [upstream, status, error] of services) {
    const access = { forwardAuth: forwardAuth(upstream) };
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
    assert.equal((await get(edge.httpsPort, '/', page)).status, status);
    assert.equal(edge.log[0]!.error, error);
  }
  const self = upstreamAt(1, { protocol: 'http' });
  const sites = [
    site(['chat.test', '127.0.0.1'], [route(upstreamAt(app.port), { access: { forwardAuth: forwardAuth(self) } })]),
  ];
  const edge = await startEdge(t, sites);
  const looped = upstreamAt(edge.httpPort);
  await edge.apply({
    sites: [
      site(['chat.test', '127.0.0.1'], [route(upstreamAt(app.port), { access: { forwardAuth: forwardAuth(looped) } })]),
    ],
  });
  const { status } = await get(edge.httpsPort, '/');
  assert.notEqual(status, 200);
  assert.equal(app.connections(), 0);
});

test('a visitor who leaves ends the question', async (t) => {
  const app = await startRecorder(t);
  let isEnded = (): void => {};
  const ended = new Promise<void>((resolve) => (isEnded = resolve));
  let isAsked = (): void => {};
  const asked = new Promise<void>((resolve) => (isAsked = resolve));
  const port = await startApp(t, (socket) => {
    socket.once('data', () => isAsked());
    socket.once('close', () => isEnded());
  });
  const access = { forwardAuth: forwardAuth(upstreamAt(port)) };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/', 'Content-Length: 5\r\n', 'POST'));
  await asked;
  const entry = edge.nextEntry();
  client.socket.destroy();
  await ended;
  assert.equal((await entry).error, 'client-gone');
  assert.equal(app.connections(), 0);
});

test('questions share connections to the service', async (t) => {
  const ports = new Set<number>();
  const { edge } = await start(t, ({ socket }, response) => {
    ports.add(socket.remotePort!);
    response.end('ok');
  });
  for (let at = 0; at < 10; at += 1) assert.equal((await get(edge.httpsPort, `/${at}`)).status, 200);
  assert.equal(ports.size, 1);
});

test('an upgrade waits for the answer, and gets a refusal as a response', async (t) => {
  const { edge } = await start(t, (_, response) => response.writeHead(401).end('no'));
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(
    request(
      '/ws',
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n',
    ),
  );
  client.socket.write('bytes that must not reach the app');
  const [entry] = await Promise.all([edge.nextEntry(), once(client.socket, 'data')]);
  assert.match(client.text(), /^HTTP\/1\.1 401 /);
  assert.equal(entry.error, 'edge.forward-auth-refused');
});

test('what is wrong with a service is a finding, with what to do', async (t) => {
  const answering = (status: number): Promise<number> =>
    serve(t, (incoming, response) => {
      assert.equal(incoming.headers['x-forwarded-host'], 'chat.test');
      response.writeHead(status).end();
    });
  const app = await startRecorder(t);
  const other = await startEdge(t, [site(['other.test'], [route(upstreamAt(app.port))])]);
  const cases: [EdgeUpstream, string | undefined][] = [
    [upstreamAt(await answering(401)), undefined],
    [upstreamAt(await answering(302)), undefined],
    [upstreamAt(await answering(200)), 'edge.forward-auth-open'],
    [upstreamAt(await answering(404)), 'edge.forward-auth-failed'],
    [upstreamAt(await answering(502)), 'edge.forward-auth-failed'],
    [upstreamAt(await freePort()), 'edge.forward-auth-unreachable'],
    [upstreamAt(other.httpsPort, { protocol: 'https' }), 'edge.forward-auth-untrusted'],
  ];
  for (const [upstream, code] of cases) {
    const access = { forwardAuth: forwardAuth(upstream) };
    const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
    const findings = await checkForwardAuth(edge.context.snapshot());
    assert.deepEqual(
      findings.map((finding) => finding.code),
      code === undefined ? [] : [code],
    );
  }
});

test('the route stays closed if the service is slow', async (t) => {
  mends(t, 'attack/forward-auth-lies');
  const port = await startApp(t, (socket) => socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n')));
  const service = forwardAuth(upstreamAt(port));
  const answer = await new ServiceExchange(service, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 20).answer;
  assert.ok('failure' in answer && answer.failure === 'edge.upstream-timeout');
});
