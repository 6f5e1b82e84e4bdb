import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { mends } from '../support/outside.ts';
import { connectRaw, request, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

test('redirects plain HTTP with 308, keeping path and query, but not for an unknown host', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  for (const [port, what] of [
    [edge.httpPort, 'the http port'],
    [edge.httpsPort, 'plain HTTP on the https port'],
  ] as const) {
    const client = await connectRaw(t, port, { plain: true });
    client.socket.write(`POST /a/b?c=d HTTP/1.1\r\nHost: chat.test:${port}\r\nContent-Length: 2\r\n\r\nab`);
    const { text } = await client.closed;
    assert.match(text, /^HTTP\/1\.1 308 /, what);
    assert.ok(text.includes(`Location: https://chat.test:${edge.httpsPort}/a/b?c=d\r\n`), what);
  }
  const stranger = await connectRaw(t, edge.httpPort, { plain: true });
  stranger.socket.write('GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n');
  assert.match((await stranger.closed).text, /^HTTP\/1\.1 404 /);
});

test('if the app is down: a page in the client’s language or JSON, with the request ID and no internal details', async (t) => {
  const gone = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(gone.port === 0 ? 1 : 1))])]);
  const ask = async (target: string, fields: string): Promise<{ text: string; id: string }> => {
    const entry = edge.nextEntry();
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request(target, fields));
    await client.until(/\r\n\r\n[\s\S]+$/);
    const { id, error } = await entry;
    assert.equal(error, 'edge.upstream-refused');
    return { text: client.text(), id };
  };
  const english = await ask('/', 'Accept: text/html\r\n');
  assert.match(english.text, /^HTTP\/1\.1 502 [\s\S]*The app is not running/);
  assert.ok(english.text.includes(english.id));
  assert.ok(!/127\.0\.0\.1|ECONNREFUSED/.test(english.text));
  const chinese = await ask('/', 'Accept-Language: zh-CN,zh;q=0.9\r\n');
  assert.ok(Buffer.from(chinese.text, 'latin1').toString().includes('应用没有运行'));
  const api = await ask('/v1/chat/completions', '');
  const { error } = JSON.parse(api.text.slice(api.text.indexOf('\r\n\r\n'))) as { error: Record<string, string> };
  assert.equal(error['request_id'], api.id);
  assert.equal(error['type'], 'server_error');
});

test('routes by path; blocks every spelling of a blocked path', async (t) => {
  const page = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage');
  const api = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napi');
  const edge = await startEdge(t, [
    site(
      ['chat.test'],
      [
        route(upstreamAt(page.port)),
        route(upstreamAt(api.port, { basePath: '/base' }), { path: '/v1', stripPath: true }),
      ],
      { block: ['/api/proxy'] },
    ),
  ]);
  const answer = async (target: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request(target, 'Connection: close\r\n'));
    const { text } = await client.closed;
    return text.startsWith('HTTP/1.1 200') ? text.slice(text.indexOf('\r\n\r\n') + 4) : text.slice(9, 12);
  };
  assert.equal(await answer('/'), 'page');
  assert.equal(await answer('/v10'), 'page');
  assert.equal(await answer('/v1'), '308');
  assert.equal(await answer('/v1/'), 'api');
  assert.equal(await answer('/v1/models?x=/v2'), 'api');
  assert.match(api.received(), /GET \/base\/ HTTP[\s\S]*GET \/base\/models\?x=\/v2 HTTP/);
  for (const dodge of [
    '/api/proxy',
    '/api/proxy/x',
    '/API/Proxy',
    '/api/%70roxy',
    '/api//proxy',
    '/api/./proxy',
    '/x/../api/proxy',
    '/api%2fproxy',
    '/api/%2570roxy',
    '/api\\proxy',
    '/api;a=b/proxy',
    '/x/..;/api/proxy',
    '/x/..;a=b/api/proxy',
    '/x/%2e%2e;/api/proxy',
    '/x/..%3b/api/proxy',
    '/api/.;/proxy',
    '/api/proxy;%2f..',
    '/%61pi/proxy?x',
  ]) {
    assert.equal(await answer(dodge), '404', dodge);
  }
  assert.equal(await answer('/api/proxys'), 'page');
  for (const ambiguous of ['/x/../v1/models', '/%761/models', '//v1'])
    assert.equal(await answer(ambiguous), '400', ambiguous);
});

test('the longest of block, allow and routes decides, and block if they are equal', async (t) => {
  mends(t, 'apps/block-beats-allow');
  const app = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp');
  const model = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nmodel');
  const edge = await startEdge(t, [
    site(['chat.test'], [route(upstreamAt(app.port)), route(upstreamAt(model.port), { path: '/api/model' })], {
      block: ['/api', '/api/openai/admin', '/equal'],
      allow: ['/api/openai', '/api/config', '/equal', '/api/%E4%BD%A0'],
    }),
  ]);
  const answer = async (target: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(Buffer.from(request(target, 'Connection: close\r\n'), 'latin1'));
    const { text } = await client.closed;
    return text.startsWith('HTTP/1.1 200') ? text.slice(text.indexOf('\r\n\r\n') + 4) : text.slice(9, 12);
  };
  const open = [
    '/',
    '/apis',
    '/api/openai',
    '/api/openai/v1/chat?x=/api',
    '/api/config/',
    '/api/%e4%bd%a0',
    '/api/\xe4\xbd\xa0',
  ];
  for (const target of open) assert.equal(await answer(target), 'app', target);
  assert.equal(await answer('/api/model/x'), 'model');
  for (const closed of [
    '/api',
    '/api/stability',
    '/api/openaix',
    '/api/openai/admin',
    '/api/openai/Admin/x',
    '/equal',
    '/API/openai',
    '/api/OpenAI',
    '/api/openai/../proxy',
    '/api/openai/%2e%2e/proxy',
    '/api/openai%2f..%2fproxy',
    '/api/openai/..%5cproxy',
    '/api/openai/..;/proxy',
    '/api/openai/%252e%252e/proxy',
    '/x/../api/proxy',
    '//api/proxy',
    '/%61pi/proxy',
    '/api;x/proxy',
    '/api/model/../proxy',
  ]) {
    assert.equal(await answer(closed), '404', closed);
  }
  assert.ok(!/proxy/.test(app.received() + model.received()));
});

test('raw UTF-8 in the path and the query is percent-encoded, and read alike by routes, blocks and the app', async (t) => {
  mends(t, 'edge/E10-raw-utf8-query');
  const app = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp');
  const docs = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndocs');
  const edge = await startEdge(t, [
    site(
      ['chat.test'],
      [route(upstreamAt(app.port)), route(upstreamAt(docs.port), { path: '/%E6%96%87', stripPath: true })],
      {
        block: ['/%E5%AF%86'],
      },
    ),
  ]);
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const overHttp2 = async (target: string): Promise<string> => {
    const stream = session.request({ ':path': Buffer.from(target).toString('latin1'), ':authority': 'chat.test' });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    return headers[':status'] === 200 ? text(stream) : String(headers[':status']);
  };
  const overHttp1 = async (target: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request(target, 'Connection: close\r\n'));
    const { text: answer } = await client.closed;
    return answer.startsWith('HTTP/1.1 200') ? answer.slice(answer.indexOf('\r\n\r\n') + 4) : answer.slice(9, 12);
  };
  for (const get of [overHttp1, overHttp2]) {
    assert.equal(await get('/search?q=你好&x=%e4%BD'), 'app');
    assert.match(app.received(), /GET \/search\?q=%E4%BD%A0%E5%A5%BD&x=%e4%BD HTTP\/1\.1\r\n(?![\s\S]*GET )/);
    for (const target of ['/文/x', '/%e6%96%87/x', '/%E6%96%87/x']) assert.equal(await get(target), 'docs', target);
    assert.match(docs.received(), /GET \/x HTTP\/1\.1/);
    assert.ok(!/GET [^ ]*%/.test(docs.received()), docs.received());
    for (const target of ['/密', '/%e5%af%86/x', '/x/../密']) assert.equal(await get(target), '404', target);
  }
});

test('every listener answers a proof request with the right token, without logging it', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  for (const [port, plain] of [
    [edge.httpsPort, false],
    [edge.httpPort, true],
  ] as const) {
    const client = await connectRaw(t, port, { plain });
    client.socket.write(request('/.well-known/everyhop/proof/proof-token'));
    await client.until(/"revision":1/);
  }
  const guess = await connectRaw(t, edge.httpsPort);
  guess.socket.write(request('/.well-known/everyhop/proof/guess'));
  await guess.until(/ok$/);
  assert.deepEqual(
    edge.log.map(({ path }) => path),
    ['/.well-known/everyhop/proof/guess'],
  );
});

test('the access log does not contain the query', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const entry = edge.nextEntry();
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/a?token=secret', 'Authorization: Bearer secret\r\nCookie: c=secret\r\n'));
  const logged = await entry;
  assert.equal(logged.path, '/a');
  assert.equal(logged.bytes, 2);
  assert.ok(!JSON.stringify(logged).includes('secret'));
});
