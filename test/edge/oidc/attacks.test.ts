/** Attacks by visitors and by other sites. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { mends } from '../../support/outside.ts';
import { connectRaw, route, site, upstreamAt } from '../edge.ts';
import * as fc from '../../support/fast-check.ts';
import { safeReturnPath } from '../../../src/edge/access/oidc/return-path.ts';
import { cookieKey, type Mirrored, startLogIn } from './log-in.ts';
import { pageVisit, Visitor } from './visitor.ts';

test('a forged or changed session is none', async (t) => {
  const measured = mends(t, 'attack/oidc-forged-session');
  const { url, provider } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const [[name, value]] = visitor.jar(url) as unknown as [[string, string]];
  const bytes = Buffer.from(value, 'base64url');
  const forged = [
    '',
    'x',
    value.slice(0, -1),
    `${value}A`,
    `${value}=`,
    `"${value}"`,
    randomBytes(300).toString('base64url'),
    Buffer.from(JSON.stringify({ s: 'ann', e: 'ann@example.com', g: [], a: 0, x: 9e15 })).toString('base64url'),
    ...Array.from({ length: Math.ceil(bytes.length / 5) }, (_, step) => {
      const changed = Buffer.from(bytes);
      changed[step * 5]! ^= 1 << (step % 8);
      return changed.toString('base64url');
    }),
  ];
  const forger = new Visitor();
  for (const cookie of forged) {
    const headers = { ...pageVisit, Cookie: `${name}=${cookie}` };
    const answer = await forger.send(`${url}/`, { headers });
    assert.equal(answer.status, 302, cookie);
  }
  assert.equal((await visitor.visit(`${url}/`)).status, 200, 'the real one still is one');
  const doubled = { ...pageVisit, Cookie: `${name}=${value}; ${name}=${value}` };
  assert.equal((await new Visitor().send(`${url}/`, { headers: doubled })).status, 302, 'two are none');
  measured['forged'] = forged.length;
});

test('a session of another site, host, provider or client is none', async (t) => {
  const measured = mends(t, 'attack/oidc-foreign-session');
  const { url, provider, settings, edge, app } = await startLogIn(t, {}, (one, of, port) => [
    { ...one, hosts: ['chat.test', 'id.chat.test'], credentialIds: ['chat.test', 'chat.test'] },
    site(['other.test'], [route(upstreamAt(port), { access: { oidc: of } })]),
  ]);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const [[, value]] = visitor.jar(url) as unknown as [[string, string]];
  /** With this value under the name that the edge looks for. */
  const statusAt = async (address: string): Promise<number> => {
    const own = new Visitor([provider.rootPem]);
    await own.follow(address, 'ann');
    const names = [...own.jar(address).keys()];
    assert.equal(names.length, 1, address);
    return (await new Visitor().send(address, { headers: { ...pageVisit, Cookie: `${names[0]}=${value}` } })).status;
  };
  assert.equal(await statusAt(`${url}/`), 200);
  const tried = [];
  tried.push(await statusAt(url.replace('chat.test', 'other.test')));
  tried.push(await statusAt(url.replace('chat.test', 'id.chat.test')));
  for (const change of [{ clientId: 'another' }, { issuer: 'https://127.0.0.1:1' }]) {
    const oidc = { ...settings, ...change };
    await edge.apply({ sites: [site(['chat.test'], [route(upstreamAt(app), { access: { oidc } })])] });
    const [[name]] = visitor.jar(url) as unknown as [[string]];
    tried.push((await new Visitor().send(`${url}/`, { headers: { ...pageVisit, Cookie: `${name}=${value}` } })).status);
  }
  assert.deepEqual(tried, [302, 302, 302, 302]);
  measured['tried'] = tried.length;
});

test('a call-back counts once, only in the browser that began the log-in, and only at its site', async (t) => {
  const measured = mends(t, 'attack/oidc-log-in-csrf', 'attack/oidc-replay');
  const { url, provider, edge } = await startLogIn(t);
  // The attacker's own account, for the victim's browser.
  const attacker = new Visitor([provider.rootPem]);
  const callback = await attacker.untilCallback(`${url}/`, 'ann');
  const victim = new Visitor([provider.rootPem]);
  await victim.visit(`${url}/`); // begins another log-in
  await victim.visit((await victim.visit(`${url}/`)).location.startsWith(url) ? `${url}/everyhop/login` : `${url}/`);
  const before = new Map(victim.jar(url));
  const lured = await victim.visit(callback);
  assert.equal(lured.status, 400);
  assert.match(lured.body, /This log-in has expired\./);
  assert.equal(edge.log.at(-1)!.error, 'edge.oidc-lost');
  assert.deepEqual(victim.jar(url), before, 'nothing changed');
  const tokens = (): number => provider.requests.filter((line) => line === 'POST /token').length;
  assert.equal(tokens(), 0, 'the code was not redeemed');

  const pending = new Map(attacker.jar(url));
  assert.equal((await attacker.visit(callback)).status, 302);
  assert.equal(tokens(), 1);
  const again = await attacker.visit(callback);
  assert.equal(again.location, `${url}/`, 'the button Back of somebody who is logged in');
  const replayed = new Visitor([provider.rootPem]);
  for (const [name, value] of pending) replayed.jar(url).set(name, value);
  const second = await replayed.visit(callback);
  assert.equal(second.status, 502, 'even with the cookies: the provider redeems a code once');
  assert.match(edge.log.at(-1)!.detail!, /invalid_grant/);
  for (const query of [
    '',
    '?',
    '?code=abc',
    '?state=abc&code=x',
    `?state=${'A'.repeat(43)}&code=x`,
    '?error=access_denied',
  ])
    assert.equal((await victim.visit(`${url}/everyhop/callback${query}`)).status, 400, query);
  measured['status'] = lured.status;
});

test('nothing that a visitor brings along becomes a session: every log-in makes a new one', async (t) => {
  mends(t, 'attack/oidc-fixation');
  const { url, provider } = await startLogIn(t);
  const first = new Visitor([provider.rootPem]);
  await first.follow(`${url}/`, 'ann');
  const [[name, value]] = first.jar(url) as unknown as [[string, string]];
  const victim = new Visitor([provider.rootPem]);
  victim.jar(url).set(name, 'fixed');
  await victim.follow(`${url}/`, 'ann');
  assert.notEqual(victim.jar(url).get(name), 'fixed');
  assert.notEqual(victim.jar(url).get(name), value);
});

test('another website can neither log a visitor out nor act as the visitor', async (t) => {
  const measured = mends(t, 'attack/oidc-csrf');
  const { url, provider, edge } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const { host, port } = new URL(url);
  const foreign: Record<string, string>[] = [
    { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.test' },
    { 'Sec-Fetch-Site': 'same-site', Origin: 'https://evil.chat.test' },
    { Origin: 'https://evil.test' },
    { Origin: 'null' },
    { Origin: `http://${host}` },
    { Origin: `https://chat.test.evil.test:${port}` },
  ];
  const statuses = new Set<number>();
  for (const headers of foreign) {
    const out = await visitor.send(`${url}/everyhop/logout`, { method: 'POST', headers });
    assert.equal(out.status, 403);
    const act = await visitor.send(`${url}/api/delete`, { method: 'POST', headers, body: '{}' });
    assert.equal(act.status, 401, JSON.stringify(headers));
    assert.equal(edge.log.at(-1)!.error, 'edge.oidc-cross-origin');
    statuses.add(out.status).add(act.status);
    const raw = await connectRaw(t, Number(port));
    const [pair] = visitor.jar(url);
    const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    raw.socket.write(
      `GET /ws HTTP/1.1\r\nHost: ${host}\r\nCookie: ${pair!.join('=')}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n${fields.join('')}\r\n`,
    );
    assert.match(await raw.until(/\r\n\r\n/), /^HTTP\/1.1 401 /);
  }
  assert.equal((await visitor.visit(`${url}/`)).status, 200);
  const link = await visitor.visit(`${url}/everyhop/logout`, { 'Sec-Fetch-Site': 'cross-site' });
  assert.equal(link.status, 200, 'a link only asks');
  assert.equal((await visitor.visit(`${url}/`, { 'Sec-Fetch-Site': 'cross-site' })).status, 200, 'links work');
  measured['statuses'] = [...statuses].toSorted((one, other) => one - other).join(', ');
});

test('cors may lend the session to origins that it lists, and to no others', async (t) => {
  const cors = { origins: ['https://desk.chat.test'], credentials: true, expose: [], maxAgeSeconds: 600 };
  const { url, provider } = await startLogIn(t, {}, (one) => [
    { ...one, routes: one.routes.map((route) => ({ ...route, cors })) },
  ]);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  for (const [origin, status] of [
    ['https://desk.chat.test', 200],
    ['https://evil.chat.test', 401],
  ] as const) {
    const headers = { Origin: origin, 'Sec-Fetch-Site': 'same-site' };
    assert.equal((await visitor.send(`${url}/api`, { method: 'POST', headers, body: '{}' })).status, status);
  }
});

test('identity fields of a visitor are replaced by those of the session', async (t) => {
  mends(t, 'attack/oidc-forged-fields');
  const { url, provider } = await startLogIn(t);
  const visitor = new Visitor([provider.rootPem]);
  await visitor.follow(`${url}/`, 'ann');
  const forged = {
    'X-Forwarded-User': 'root',
    'X-Forwarded-Email': 'root@example.com',
    'X-Forwarded-Groups': 'admins',
    'X-Forwarded-Preferred-Username': 'root',
    X_Forwarded_User: 'root',
    'Remote-User': 'root',
    'X-Auth-Request-User': 'root',
  };
  const { headers } = JSON.parse((await visitor.visit(`${url}/`, forged)).body) as Mirrored;
  assert.equal(headers['x-forwarded-user'], 'Ann@Example.com');
  assert.doesNotMatch(JSON.stringify(headers), /root|admins/);
});

test('no way leads from the log-in to another website', async (t) => {
  const measured = mends(t, 'attack/oidc-open-redirect');
  const { url, provider } = await startLogIn(t);
  const traps = [
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    'https://evil.test/',
    'https:evil.test',
    '/%2f/evil.test',
    '/%2F%2Fevil.test',
    '/%5cevil.test',
    '/.//evil.test',
    '/x/..//evil.test',
    '/;//evil.test',
    'javascript:alert(1)',
    '@evil.test',
    '.evil.test',
    ':443@evil.test/',
    '/everyhop/callback?code=1',
    '/everyhop/logout',
  ];
  const loggedIn = new Visitor([provider.rootPem]);
  for (const [index, trap] of traps.entries()) {
    const entry = `${url}/everyhop/login?return=${encodeURIComponent(trap)}`;
    const visitor = index < 4 ? new Visitor([provider.rootPem]) : loggedIn;
    assert.equal((await visitor.follow(entry, 'ann')).url, `${url}/`, trap);
  }
  const pieces = fc.constantFrom(
    '/',
    '\\',
    '//',
    '..',
    '.',
    '%2f',
    '%5C',
    '%2e',
    ';',
    '?',
    '#',
    '@',
    ':',
    ' ',
    '\t',
    '\r\n',
    '\0',
    'https:',
    'evil.test',
    'é',
    'a',
  );
  let tried = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (target) => {
        tried += 1;
        const path = safeReturnPath(target);
        for (const written of [path, `https://chat.test${path}`])
          assert.equal(new URL(written, 'https://chat.test').host, 'chat.test');
        assert.match(path, /^\/(?![/\\])[\x21-\x7e]*$/);
        assert.ok(!path.includes('\\'));
      },
    ),
    { numRuns: 1000 },
  );
  assert.equal(safeReturnPath('/chat?q=a//b\\c'), '/');
  assert.equal(safeReturnPath('/chat/7?model=x&next=https://a.test/#top'), '/chat/7?model=x&next=https://a.test/#top');
  measured['traps'] = traps.length;
  measured['random'] = tried;
});

test('the paths of the log-in answer nothing to other methods, or to addresses that may not come in', async (t) => {
  const { url, edge } = await startLogIn(t, { cookieKeys: [cookieKey()] }, (one, oidc, app) => [
    { ...one, routes: [route(upstreamAt(app), { access: { oidc, deny: ['127.0.0.0/8'] } })] },
  ]);
  for (const path of ['login', 'callback', 'logout'])
    assert.equal((await new Visitor().visit(`${url}/everyhop/${path}`)).status, 403);
  assert.equal(edge.log.at(-1)!.error, 'edge.access-address');
});
