/** Apps that refuse their visitors' Host get their own, and visitors notice nothing of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test } from 'node:test';
import type { AppFacts } from '../../src/apps/examine.ts';
import { profileOf } from '../../src/apps/profiles.ts';
import { ownHost } from '../../src/edge/own-host.ts';
import type { EdgeSite } from '../../src/edge/snapshot.ts';
import { until } from '../support/until.ts';
import { connectRaw, request, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

const own = { ownHost: 'localhost:8888', ownOrigin: 'http://localhost:8888' };
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

/** The fields of these names that the app has got, one line each. */
function seen(received: string, ...names: string[]): string[] {
  return received.split('\r\n').filter((line) => names.includes(line.split(':')[0]!.toLowerCase()));
}

test('an app gets its own Host; X-Forwarded-Host keeps that of the visitor, over HTTP/1.1 and HTTP/2', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port, own))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/', 'X-Forwarded-Host: evil.test\r\n'));
  await client.until(/ok$/);
  const expected = ['Host: localhost:8888', 'X-Forwarded-Host: chat.test'];
  assert.deepEqual(seen(app.received(), 'host', 'x-forwarded-host'), expected);
  assert.match(app.received(), /^Forwarded: for=127\.0\.0\.1;host=chat\.test;proto=https\r$/m);
  const session = http2.connect(`https://localhost:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const origin = 'https://chat.test';
  const stream = session.request({ ':path': '/', ':authority': 'chat.test', origin }).resume();
  await once(stream, 'end');
  const second = seen(app.received(), 'host', 'x-forwarded-host', 'origin');
  assert.deepEqual(second.slice(2).sort(), [...expected, 'origin: http://localhost:8888'].sort());
});

test('Origin and Referer of the site agree with that Host; those of others reach the app as they are', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test', 'other.test'], [route(upstreamAt(app.port, own))])]);
  const at = `chat.test:${edge.httpsPort}`;
  const cases: [field: string, sent: string, forwarded: string][] = [
    ['Origin', `https://${at}`, 'http://localhost:8888'],
    ['Referer', `https://${at}/lab/tree?x=1`, 'http://localhost:8888/lab/tree?x=1'],
    ...[
      'https://evil.test',
      'null',
      `http://${at}`,
      'https://chat.test',
      `https://other.test:${edge.httpsPort}`,
      `https://${at}.evil.test`,
      `https://${at}@evil.test`,
      `https://${at}0`,
      `https://evil.test/https://${at}`,
      `https://x.${at}`,
    ].map((sent): [string, string, string] => ['Origin', sent, sent]),
    ['Referer', `https://evil.test/https://${at}/`, `https://evil.test/https://${at}/`],
  ];
  for (const [field, sent, forwarded] of cases) {
    const before = app.received().length;
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: ${at}\r\n${field}: ${sent}\r\nConnection: close\r\n\r\n`);
    await client.until(/ok$/);
    const text = app.received().slice(before);
    assert.deepEqual(seen(text, field.toLowerCase()), [`${field}: ${forwarded}`], sent);
  }
});

test('behind a trusted proxy, the Origin of the site has the host that the proxy says', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test', 'inner.test'], [route(upstreamAt(app.port, own))])], {
    trustedProxies: ['127.0.0.0/8'],
  });
  const client = await connectRaw(t, edge.httpsPort);
  const about = 'X-Forwarded-Host: chat.example.com\r\nX-Forwarded-Proto: https\r\n';
  client.socket.write(`GET / HTTP/1.1\r\nHost: inner.test\r\nOrigin: https://chat.example.com\r\n${about}\r\n`);
  await client.until(/ok$/);
  assert.deepEqual(seen(app.received(), 'origin'), ['Origin: http://localhost:8888']);
});

test('redirects, cookies and CORS fields for that Host return as those of the visitor', async (t) => {
  const fields = [
    'Location: http://localhost:8888/lab?',
    'Set-Cookie: a=1; Domain=localhost; Path=/',
    'Set-Cookie: b=2; domain=.LocalHost',
    'Set-Cookie: c=3; Domain=localhost.example; Secure',
    'Set-Cookie: d=4',
    'Access-Control-Allow-Origin: http://localhost:8888',
  ];
  const head = `HTTP/1.1 302 Found\r\n${fields.join('\r\n')}\r\nContent-Length: 2\r\n\r\nok`;
  const app = await startRecorder(t, (received, socket) => void (received.endsWith('\r\n\r\n') && socket.write(head)));
  const edge = await startEdge(t, [site(['chat.test', '127.0.0.1'], [route(upstreamAt(app.port, own))])]);
  const ask = async (host: string): Promise<string[]> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    const text = await client.until(/ok$/);
    return seen(text, 'location', 'set-cookie', 'access-control-allow-origin');
  };
  assert.deepEqual(await ask('chat.test'), [
    'Location: https://chat.test/lab?',
    'Set-Cookie: a=1; Domain=chat.test; Path=/; Secure',
    'Set-Cookie: b=2; Domain=chat.test; Secure',
    'Set-Cookie: c=3; Domain=localhost.example; Secure',
    'Set-Cookie: d=4; Secure',
    'Access-Control-Allow-Origin: https://chat.test',
  ]);
  const [, a, b] = await ask('127.0.0.1');
  assert.deepEqual([a, b], ['Set-Cookie: a=1; Path=/; Secure', 'Set-Cookie: b=2; Secure']);
});

test('without an own Host, Host, Origin and redirects to localhost stay as they are', async (t) => {
  const app = await startRecorder(t, answer);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/', 'Origin: https://chat.test\r\n'));
  await client.until(/ok$/);
  assert.deepEqual(seen(app.received(), 'host', 'origin'), ['Host: chat.test', 'Origin: https://chat.test']);
});

test(
  'an instance that needs its own Host later gets it, and so do its health checks',
  { timeout: 60_000 },
  async (t) => {
    const guarded = await startRecorder(t, (received, socket) => {
      const last = received.split('\r\n\r\n').at(-2)!;
      const status = last.includes('Host: localhost:8888') ? '200 OK' : '403 Forbidden';
      if (received.endsWith('\r\n\r\n')) socket.write(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`);
    });
    const sites = (more: object): EdgeSite[] => {
      const health = { path: '/health', intervalMs: 1000, status: undefined };
      return [site(['chat.test'], [route(upstreamAt(guarded.port, more), { balance: 'least-streams', health })])];
    };
    const edge = await startEdge(t, sites({}));
    const ask = async (): Promise<string> => {
      const client = await connectRaw(t, edge.httpsPort);
      client.socket.write('GET /page HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n');
      return (await client.until(/ok$/)).slice(9, 12);
    };
    assert.equal(await ask(), '403');
    await edge.apply({ sites: sites(own) });
    assert.equal(await ask(), '200');
    const checks = (): string[] =>
      guarded
        .received()
        .match(/GET \/health HTTP\/1\.1\r\nHost: [^\r]*/g)
        ?.map((line) => line.split(': ')[1]!) ?? [];
    await until(t, () => checks().includes('localhost:8888'));
  },
);

test('which Host and Origin an app gets', () => {
  const upstream = { protocol: 'http' as const, port: 8888 };
  const of = (id: string, isRefused: boolean): AppFacts => ({
    app: profileOf(id),
    ...(isRefused && { refusal: { host: 'chat.test', status: 403, accepted: 'localhost:8888' } }),
    hasLogIn: undefined,
  });
  const origin = 'http://localhost:8888';
  const both = { ownHost: 'localhost:8888', ownOrigin: origin };
  // recognised
  assert.deepEqual(ownHost({}, upstream, of('jupyter', true)), both);
  assert.deepEqual(ownHost({}, upstream, of('jupyter', false)), {}, "it accepts the visitor's");
  assert.deepEqual(ownHost({}, upstream, of('vite', true)), { ownHost: 'localhost:8888' });
  assert.deepEqual(ownHost({}, upstream, undefined), {});
  // named in the configuration, before the app answers
  assert.deepEqual(ownHost({ app: 'jupyter' }, upstream, undefined), both);
  assert.deepEqual(ownHost({ app: 'any' }, upstream, of('jupyter', true)), {});
  assert.deepEqual(ownHost({ app: 'streamlit' }, upstream, of('jupyter', true)), {});
  // the Host is given
  assert.deepEqual(ownHost({ hostHeader: 'x.test' }, upstream, undefined), {
    ownHost: 'x.test',
    ownOrigin: 'http://x.test',
  });
  assert.deepEqual(ownHost({ app: 'code-server', hostHeader: 'x.test' }, upstream, undefined), { ownHost: 'x.test' });
  assert.deepEqual(ownHost({ app: 'comfyui', hostHeader: 'localhost:8188' }, upstream, undefined), {
    ownHost: 'localhost:8188',
    ownOrigin: 'http://localhost:8188',
  });
});
