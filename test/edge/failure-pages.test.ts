import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import tls from 'node:tls';
import { errorResponse } from '../../src/edge/error-page.ts';
import type { EdgeUpstream } from '../../src/edge/snapshot.ts';
import { mends } from '../support/outside.ts';
import {
  authority,
  connectRaw,
  freePort,
  request,
  rootPem,
  route,
  site,
  startApp,
  startEdge,
  upstreamAt,
} from './edge.ts';

interface Failure {
  code: string;
  upstream: EdgeUpstream;
  en: string;
  zh: string;
}

async function startFailures(t: TestContext): Promise<Failure[]> {
  const { chainPem, keyPem } = await authority.issue(['elsewhere.test']);
  const secure = tls.createServer({ cert: chainPem, key: keyPem.reveal() }).listen(0, '127.0.0.1');
  secure.on('tlsClientError', () => {});
  await once(secure, 'listening');
  t.after(() => secure.close());
  const { port: securePort } = secure.address() as AddressInfo;
  return [
    {
      code: 'edge.upstream-refused',
      upstream: upstreamAt(await freePort()),
      en: 'The app is not running, or it is still starting.',
      zh: '应用没有运行，或仍在启动。',
    },
    {
      code: 'edge.upstream-unresolved',
      upstream: upstreamAt(80, { host: `secret-${'x'.repeat(64)}.invalid` }), // too long a label for any network query
      en: 'The machine that runs the app cannot be found',
      zh: '找不到运行该应用的机器',
    },
    {
      code: 'edge.upstream-untrusted',
      upstream: upstreamAt(securePort, { protocol: 'https', host: 'localhost', rootsPem: rootPem }),
      en: 'The certificate of the app could not be verified',
      zh: '无法验证应用的证书',
    },
    {
      code: 'edge.upstream-closed',
      upstream: upstreamAt(await startApp(t, (socket) => socket.once('data', () => socket.end()))),
      en: 'The app closed the connection before it answered.',
      zh: '应用在应答之前关闭了连接',
    },
    {
      code: 'edge.upstream-malformed',
      upstream: upstreamAt(await startApp(t, (socket) => socket.once('data', () => socket.write('SSH-2.0-x\r\n')))),
      en: 'The app answered, but its answer is not valid HTTP.',
      zh: '应用已应答，但应答不是有效的 HTTP',
    },
  ];
}

test('each failure of an app has a page in the visitor’s words and JSON for API clients, with the ID of the log line', async (t) => {
  mends(t, 'edge/E08-answers-refused');
  const failures = await startFailures(t);
  const edge = await startEdge(t, [
    site(
      ['chat.test'],
      failures.map(({ upstream }, at) => route(upstream, { path: at === 0 ? '/' : `/${at}` })),
    ),
  ]);
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const overHttp1 = async (target: string, fields: Record<string, string>): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    client.socket.write(request(target, `Connection: close\r\n${lines.join('')}`));
    return Buffer.from((await client.closed).text.replace(/^[^]*?\r\n\r\n/, ''), 'latin1').toString();
  };
  const overHttp2 = async (target: string, fields: Record<string, string>): Promise<string> =>
    text(session.request({ ':path': target, ...fields }));
  for (const [at, { code, upstream, en, zh }] of failures.entries()) {
    for (const get of [overHttp1, overHttp2]) {
      const logged = async (fields: Record<string, string>, path = ''): Promise<{ body: string; id: string }> => {
        const entry = edge.nextEntry();
        const body = await get(`/${at}${path}`, fields);
        const { id, error, status } = await entry;
        assert.deepEqual([status, error], [502, code]);
        assert.ok(body.includes(id) && body.includes(code), body);
        assert.ok(!/127\.0\.0\.1|localhost|secret|ECONN|ENOTFOUND|SSH|ERR_/.test(body), body);
        assert.ok(!body.includes(String(upstream.port)) || upstream.port === 80, body);
        return { body, id };
      };
      const english = await logged({
        accept: 'text/html,application/xhtml+xml',
        'accept-language': 'de,en;q=0.5,zh;q=0.3',
      });
      assert.ok(english.body.includes(`<html lang="en">`) && english.body.includes(en), english.body);
      const chinese = await logged({ accept: 'text/html', 'accept-language': 'en;q=0.5, zh-CN' });
      assert.ok(chinese.body.includes('<html lang="zh-CN">') && chinese.body.includes(zh), chinese.body);
      const plain = await logged({ accept: '*/*' });
      assert.ok(plain.body.startsWith(en) && !plain.body.includes('<'), plain.body);
      for (const [fields, path] of [
        [{ accept: 'application/json', 'accept-language': 'zh' }, ''],
        [{ accept: 'text/event-stream' }, ''],
        [{ accept: '*/*', 'content-type': 'application/json' }, ''],
        [{ accept: '*/*' }, '/v1/models'],
        [{}, '/api/tags'],
      ] as [Record<string, string>, string][]) {
        const { body, id } = await logged(fields, path);
        const { error } = JSON.parse(body) as { error: Record<string, string | null> };
        assert.deepEqual(error, {
          message: error['message'],
          type: 'server_error',
          param: null,
          code,
          request_id: id,
        });
        assert.ok(body.includes(`"message":"${fields['accept-language'] ? zh : en}`), body);
      }
    }
  }
});

test('a page tries again if a later attempt can succeed, and never repeats a POST', () => {
  const accept = ['Accept', 'accept', 'text/html,*/*;q=0.8'];
  const page = (status: 404 | 502 | 504, code: string, method?: string): string => {
    const { fields, body } = errorResponse(status, code, 'ID', accept, '/', method);
    const policy = fields[fields.indexOf('Content-Security-Policy') + 1]!;
    const html = body.toString();
    for (const [, element = '', content = ''] of html.matchAll(/<(style|script)>([^]*?)<\/\1>/g)) {
      const hash = createHash('sha256').update(content).digest('base64');
      assert.ok(policy.includes(`${element}-src 'sha256-${hash}'`), element);
    }
    assert.ok(!/(?:src|href)="(?!data:,")[^"]/.test(html), 'nothing from elsewhere');
    return html;
  };
  const retries = (html: string): boolean[] => ['<script>', 'http-equiv="refresh"'].map((part) => html.includes(part));
  for (const code of ['refused', 'closed', 'unreachable', 'unresolved'])
    assert.deepEqual(retries(page(502, `edge.upstream-${code}`)), [true, true], code);
  assert.deepEqual(retries(page(504, 'edge.upstream-timeout')), [true, true]);
  for (const method of ['POST', 'PUT', 'DELETE'])
    assert.deepEqual(retries(page(502, 'edge.upstream-refused', method)), [false, false], method);
  for (const code of ['untrusted', 'malformed'])
    assert.deepEqual(retries(page(502, `edge.upstream-${code}`)), [false, false], code);
  assert.deepEqual(retries(page(404, 'edge.no-route')), [false, false]);
});

test('an app that connects too slowly has its own words, and a blocked path is like one that does not exist', () => {
  const accept = ['Accept', 'accept', 'application/json'];
  const slow = errorResponse(504, 'edge.upstream-timeout', 'ID', accept, '/').body.toString();
  assert.match(slow, /^\{"error":\{"message":"The app did not answer in time\./);
  assert.match(slow, /"code":"edge\.upstream-timeout","request_id":"ID"\}\}$/);
  const notFound = (code: string): string => errorResponse(404, code, 'ID', [], '/').body.toString();
  assert.equal(notFound('edge.blocked'), notFound('edge.no-route'));
});
