/** Log-in at a real provider, by a visitor without a browser. */
import assert from 'node:assert/strict';
import http2 from 'node:http2';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connectRaw, rootPem, route, site, upstreamAt } from '../edge.ts';
import { cookieKey, type Mirrored, startLogIn } from './log-in.ts';
import { Visitor } from './visitor.ts';

test('a page visit leads to the provider and back to the page, and the app learns who it is', async (t) => {
  const { url, provider, edge } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  const page = `${url}/chat/7?model=a&x=%2F`;
  const first = await visitor.visit(page);
  assert.equal(first.status, 302);
  assert.ok(first.location.startsWith(`${url}/everyhop/login?return=`), 'the provider is not known yet');
  const start = await visitor.visit(first.location);
  assert.ok(start.location.startsWith(`${provider.issuer}/auth?`), start.location);
  const asked = new URL(start.location).searchParams;
  assert.equal(asked.get('code_challenge_method'), 'S256');
  assert.equal(asked.get('redirect_uri'), `${url}/everyhop/callback`);
  const second = await visitor.visit(page);
  assert.ok(second.location.startsWith(`${provider.issuer}/auth?`), 'now it is');

  const end = await visitor.follow(page, 'ann');
  assert.equal(end.status, 200, end.body);
  assert.equal(end.url, page);
  const { headers } = JSON.parse(end.body) as Mirrored;
  assert.equal(headers['x-forwarded-user'], 'Ann@Example.com');
  assert.equal(headers['x-forwarded-email'], 'Ann@Example.com');
  assert.equal(headers['x-forwarded-preferred-username'], 'ann');
  assert.equal(headers['x-forwarded-groups'], 'staff,chat');
  assert.equal(headers['cookie'], undefined, 'our cookies do not reach the app');
  assert.equal(edge.log.at(-1)!.user, 'oidc Ann@Example.com');
});

const script = { Accept: '*/*', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Site': 'same-origin' };

test('scripts, streams, frames and WebSockets are not redirected; with a session, all of them pass', async (t) => {
  const { url, provider } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  const api = await visitor.send(`${url}/api/chat`, { method: 'POST', headers: script, body: '{}' });
  assert.equal(api.status, 401);
  assert.equal((JSON.parse(api.body) as { error: { code: string } }).error.code, 'edge.access-needed');
  const stream = await visitor.send(`${url}/events`, { headers: { ...script, Accept: 'text/event-stream' } });
  assert.equal(stream.status, 401);
  assert.match(stream.headers['content-type']!, /json/);
  const frame = await visitor.visit(`${url}/chat`, { 'Sec-Fetch-Dest': 'iframe' });
  assert.equal(frame.status, 401);
  assert.match(frame.body, /href="\/everyhop\/login\?return=%2Fchat" target="_blank"/);
  assert.equal(visitor.jar(url).size, 0, 'none of these began a log-in');

  await visitor.follow(`${url}/`, 'ann');
  const again = await visitor.send(`${url}/api/chat`, { method: 'POST', headers: script, body: '{}' });
  assert.equal(again.status, 200);
  const [pair] = visitor.jar(url);
  const session = http2.connect(url, { ca: rootPem, servername: 'chat.test', host: '127.0.0.1' } as object);
  t.after(() => session.destroy());
  const overHttp2 = session.request({ ':path': '/two', cookie: `a=b; ${pair!.join('=')}` });
  const { headers } = JSON.parse(await text(overHttp2)) as Mirrored;
  assert.equal(headers['x-forwarded-user'], 'Ann@Example.com');
  assert.equal(headers['cookie'], 'a=b');

  const raw = await connectRaw(t, Number(new URL(url).port));
  const upgrade = `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n`;
  const host = new URL(url).host;
  raw.socket.write(`GET /ws HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${url}\r\n${upgrade}\r\n`);
  assert.match(await raw.until(/\r\n\r\n/), /^HTTP\/1.1 401 /);
  const second = await connectRaw(t, Number(new URL(url).port));
  second.socket.write(
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${url}\r\nCookie: ${pair!.join('=')}\r\n${upgrade}\r\n`,
  );
  assert.match(await second.until(/\r\n\r\n/), /^HTTP\/1.1 200 /, 'the app, which knows no WebSockets, answered');
});

test('an account that is not allowed gets a page with its name, and may log in with another', async (t) => {
  const { url, provider, edge } = await startLogIn(t);
  for (const [login, name] of [
    ['bob', 'bob@elsewhere.test'],
    ['eve', 'ann@example.com'], // not hers: not verified
  ] as const) {
    const visitor = new Visitor([provider.rootPem]);
    const end = await visitor.follow(`${url}/chat`, login);
    assert.equal(end.status, 403);
    assert.match(end.body, new RegExp(`The account ${name} is not allowed here\\.`));
    assert.equal(edge.log.at(-1)!.error, 'edge.oidc-account');
    assert.equal(edge.log.at(-1)!.detail, login === 'bob' ? name : `${name}: not verified by the provider`);
    assert.equal(end.body.includes('is not verified'), login === 'eve');
    assert.equal(visitor.jar(url).size, 0, 'no session, and no pending log-in');
    const [, href = ''] = /class="button" href="([^"]*)"/.exec(end.body) ?? [];
    const again = await visitor.visit(url + href.replaceAll('&#38;', '&'));
    assert.equal(new URL(again.location).searchParams.get('prompt'), 'login');
    visitor.jar(provider.issuer).clear();
    const other = await visitor.follow(again.location, 'ann');
    assert.equal(other.url, `${url}/chat`);
    assert.equal(other.status, 200);
  }
});

test('groups as a list or one text admit; who is no longer allowed is refused at the next request', async (t) => {
  const allow = { emails: [], domains: [], groups: ['staff'] };
  const { url, provider, settings, edge, app } = await startLogIn(t, { allow });
  const visitors = [];
  for (const login of ['ann', 'bob']) {
    const visitor = new Visitor([provider.rootPem]);
    assert.equal((await visitor.follow(`${url}/`, login)).status, 200, login);
    visitors.push(visitor);
  }
  const stricter = { ...settings, allow: { ...allow, groups: ['chat'] } };
  await edge.apply({ sites: [site(['chat.test'], [route(upstreamAt(app), { access: { oidc: stricter } })])] });
  assert.equal((await visitors[0]!.visit(`${url}/`)).status, 200);
  const refused = await visitors[1]!.visit(`${url}/`);
  assert.equal(refused.status, 403);
  assert.match(refused.body, /bob@elsewhere\.test/);
});

test('several tabs log in at once, each to its own page; many that never do leave four cookies', async (t) => {
  const { url, provider } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  const one = await visitor.untilCallback(`${url}/one`, 'ann');
  const two = await visitor.untilCallback(`${url}/two`, 'ann');
  assert.equal((await visitor.visit(one)).location, `${url}/one`);
  assert.equal((await visitor.visit(two)).location, `${url}/two`);
  assert.equal(visitor.jar(url).size, 1);

  const idle = new Visitor([provider.rootPem]);
  for (let page = 0; page < 9; page += 1) await idle.visit(`${url}/${page}`);
  assert.equal(idle.jar(url).size, 4);
});

test('a session is renewed while it is used, and ends a week after the log-in', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const hourMs = 3_600_000;
  const { url, provider } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const copy = new Map(visitor.jar(url));
  t.mock.timers.tick(hourMs / 2);
  assert.equal((await visitor.visit(`${url}/`)).headers['set-cookie'], undefined, 'too early');
  for (let hours = 0; hours < 24 * 7 - 12; hours += 11) {
    t.mock.timers.tick(11 * hourMs);
    const answer = await visitor.visit(`${url}/`);
    assert.equal(answer.status, 200, `after ${hours + 11} hours`);
    assert.match(
      answer.headers['set-cookie']![0]!,
      /^__Host-everyhop-session-[0-9a-f]{8}=[\w-]+; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=Lax$/,
    );
  }
  t.mock.timers.tick(14 * hourMs);
  assert.equal((await visitor.visit(`${url}/`)).status, 302, 'however much it was used');
  visitor.jar(url).clear();
  for (const [name, value] of copy) visitor.jar(url).set(name, value);
  assert.equal((await visitor.visit(`${url}/`)).status, 302, 'the first cookie has ended long ago');
});

test('sessions outlast a restart and a rotation of the key, and end when the key is gone', async (t) => {
  const { url, provider, settings, edge, app } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const withKeys = (cookieKeys: string[]) =>
    edge.apply({
      sites: [site(['chat.test'], [route(upstreamAt(app), { access: { oidc: { ...settings, cookieKeys } } })])],
    });
  const next = cookieKey();
  await withKeys([next, ...settings.cookieKeys]);
  assert.equal((await visitor.visit(`${url}/`)).status, 200);
  await withKeys([next]);
  assert.equal((await visitor.visit(`${url}/`)).status, 302);
});

test('while the provider is down, sessions go on, and a log-in says why it fails, until the provider is back', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const { url, provider, edge, settings } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  await provider.stop();
  assert.equal((await visitor.visit(`${url}/`)).status, 200);

  await edge.apply({
    sites: [site(['chat.test'], [route(upstreamAt(1), { access: { oidc: { ...settings, scopes: ['email'] } } })])],
  });
  const stranger = new Visitor([provider.rootPem]);
  const start = await stranger.visit(`${url}/chat`);
  for (const [language, message] of [
    ['en', 'Logging in is not possible at the moment: the identity provider does not answer.'],
    ['zh-CN', '目前无法登录：身份提供方没有应答。'],
  ] as const) {
    const page = await stranger.visit(start.location, { 'Accept-Language': language });
    assert.equal(page.status, 503);
    assert.ok(page.body.includes(message), page.body);
    assert.equal(edge.log.at(-1)!.error, 'edge.oidc-unreachable');
    assert.match(edge.log.at(-1)!.detail!, /connection refused/);
  }
  await provider.start();
  assert.equal((await stranger.visit(start.location)).status, 503, 'at most one attempt in five seconds');
  t.mock.timers.tick(6000);
  assert.ok((await stranger.visit(start.location)).location.startsWith(provider.issuer));
});

test('logging out asks first, ends the session here and at the provider, and tells that it is done', async (t) => {
  const { url, provider } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const question = await visitor.visit(`${url}/everyhop/logout`);
  assert.equal(question.status, 200);
  assert.match(question.body, /<form method="post" action="\/everyhop\/logout"/);
  assert.match(question.body, /You are logged in as Ann@Example\.com\./);
  const left = await visitor.send(`${url}/everyhop/logout`, {
    method: 'POST',
    headers: { 'Sec-Fetch-Site': 'same-origin' },
  });
  assert.equal(left.status, 303);
  assert.ok(left.location.startsWith(`${provider.issuer}/session/end?`), left.location);
  assert.equal(new URL(left.location).searchParams.get('post_logout_redirect_uri'), `${url}/everyhop/logout`);
  assert.equal(visitor.jar(url).size, 0);
  const done = await visitor.visit(`${url}/everyhop/logout`);
  assert.match(done.body, /You are logged out\./);
  assert.equal((await visitor.visit(`${url}/`)).status, 302);
});

test('behind a trusted proxy, the addresses are those of the visitor: other name, prefix removed', async (t) => {
  const { url, provider, edge } = await startLogIn(t);
  await edge.apply({ trustedProxies: ['127.0.0.0/8'] });
  const proxied = {
    'X-Forwarded-For': '192.0.2.7',
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'front.test',
    'X-Forwarded-Prefix': '/ai',
  };
  const visitor = new Visitor([provider.rootPem]);
  await visitor.visit(`${url}/everyhop/login`, proxied);
  const { location } = await visitor.visit(`${url}/chat`, proxied);
  assert.equal(new URL(location).searchParams.get('redirect_uri'), 'https://front.test/ai/everyhop/callback');
  const lost = await visitor.visit(`${url}/everyhop/callback`, proxied);
  assert.match(lost.body, /href="\/ai\/everyhop\/login"/);
  const script = await visitor.send(`${url}/api`, { headers: { ...proxied, Accept: 'application/json' } });
  assert.equal(script.status, 401);
});

test('a file that cannot be used closes the route, also for those who are logged in', async (t) => {
  const { url, provider, settings, edge, app } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const broken = { ...settings, clientSecret: undefined, unusableFile: '/etc/everyhop/secret' };
  await edge.apply({ sites: [site(['chat.test'], [route(upstreamAt(app), { access: { oidc: broken } })])] });
  const answer = await visitor.visit(`${url}/`);
  assert.equal(answer.status, 503);
  assert.equal(edge.log.at(-1)!.error, 'edge.oidc-file');
  assert.equal((await visitor.send(`${url}/api`)).status, 401);
});

test('only routes with a log-in ask for one, and the app of another route does not get the session', async (t) => {
  const { url, provider } = await startLogIn(t, {}, (one, settings, app) => [
    {
      ...one,
      routes: [route(upstreamAt(app)), route(upstreamAt(app), { path: '/admin', access: { oidc: settings } })],
    },
  ]);
  const visitor = new Visitor([provider.rootPem]);
  assert.equal((await visitor.visit(`${url}/`)).status, 200);
  const end = await visitor.follow(`${url}/admin/users`, 'ann');
  assert.equal(end.url, `${url}/admin/users`);
  visitor.jar(url).set('theme', 'dark');
  const { headers } = JSON.parse((await visitor.visit(`${url}/`)).body) as Mirrored;
  assert.equal(headers['cookie'], 'theme=dark');
  assert.equal(headers['x-forwarded-user'], undefined);
});

test('names in any script reach the app as UTF-8, once', async (t) => {
  const { url, provider, edge } = await startLogIn(t, { allow: 'everyone' });
  const visitor = new Visitor([provider.rootPem]);
  const end = await visitor.follow(`${url}/`, '张伟');
  const { headers } = JSON.parse(end.body) as Mirrored;
  const read = (name: string): string => Buffer.from(String(headers[name]), 'latin1').toString();
  assert.deepEqual(['x-forwarded-user', 'x-forwarded-preferred-username', 'x-forwarded-groups'].map(read), [
    '张伟',
    '张伟',
    '研发',
  ]);
  assert.equal(edge.log.at(-1)!.user, 'oidc 张伟');
});
