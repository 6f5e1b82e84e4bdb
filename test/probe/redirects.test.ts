import assert from 'node:assert/strict';
import http from 'node:http';
import type { LookupFunction } from 'node:net';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type HttpFacts, probeHttp } from '../../src/probe/http.ts';
import { FakeClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/up.ts';
import { type Handler, listenAt, serveWay, type Way, ways, type WayServer } from './ways.ts';

const plain = ways['HTTP/1.1']!;
const secure = ways['HTTP/2 over TLS']!;
const toLoopback: LookupFunction = (_name, options, done) => {
  if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

/** Redirects each path in `places`; any other path echoes the request. */
function leading(places: Record<string, string>, status = 302): Handler {
  return (request, answer) => {
    const location = places[request.url!];
    if (location !== undefined) answer.writeHead(status, { location }).end('elsewhere');
    else answer.end(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
  };
}

/** Path and outcome of every stop, in order. */
function trailOf({ before, ...last }: HttpFacts): string[] {
  return [...before, last].map(({ url, status, redirect }) => {
    const { pathname, search } = new URL(url);
    return `${pathname}${search} ${status} ${redirect ? redirect.outcome : 'answered'}`;
  });
}

function serve(t: TestContext, places: Record<string, string>, way: Way = plain): Promise<WayServer> {
  return serveWay(t, way, leading(places));
}

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: reports a redirect, and follows it on request`, async (t) => {
    const server = await serve(t, { '/': '/one?x#part', '/one?x': 'two' }, way);
    const unfollowed = await probeHttp(server.target());
    assert.deepEqual([unfollowed.status, unfollowed.before, unfollowed.body.toString()], [302, [], 'elsewhere']);
    const { origin } = new URL(server.target().url);
    assert.deepEqual(unfollowed.redirect, {
      location: '/one?x#part',
      to: `${origin}/one?x`,
      isRepeat: false,
      outcome: 'not-followed',
    });
    const facts = await probeHttp({ ...server.target(), redirects: { limit: 5 } });
    assert.deepEqual(trailOf(facts), ['/ 302 followed', '/one?x 302 followed', '/two 200 answered']);
    assert.match(facts.body.toString(), /^GET \/two /);
    assert.ok(facts.before.every(({ tls, tcp }) => (tls ?? tcp)?.reached));
  });
}

test('follows no more redirects than the limit', async (t) => {
  const server = await serve(t, { '/0': '/1', '/1': '/2', '/2': '/3', '/3': '/4' });
  const visit = (limit: number): Promise<HttpFacts> => probeHttp({ ...server.target('/0'), redirects: { limit } });
  assert.deepEqual(trailOf(await visit(0)), ['/0 302 limit']);
  assert.deepEqual(trailOf(await visit(2)), ['/0 302 followed', '/1 302 followed', '/2 302 limit']);
  assert.deepEqual(trailOf(await visit(4)).at(-1), '/4 200 answered');
});

test('a loop ends at the limit and is reported', async (t) => {
  const server = await serve(t, { '/a': '/b', '/b': '/a' });
  const facts = await probeHttp({ ...server.target('/a'), redirects: { limit: 3 } });
  assert.deepEqual(trailOf(facts), ['/a 302 followed', '/b 302 followed', '/a 302 followed', '/b 302 limit']);
  assert.deepEqual(
    [...facts.before, facts].map(({ redirect }) => redirect?.isRepeat),
    [false, true, true, true],
  );
  const follow = (_: URL, { isRepeat }: { isRepeat: boolean }): boolean => !isRepeat;
  const stopped = await probeHttp({ ...server.target('/a'), redirects: { limit: 3, follow } });
  assert.deepEqual(trailOf(stopped), ['/a 302 followed', '/b 302 declined']);
});

test('looks up another host by name and sends it no secrets', async (t) => {
  const there = await serve(t, {});
  const here = await serve(t, { '/': `http://elsewhere.test:${there.port}/x`, '/same': '/y' });
  const headers = { authorization: 'Bearer t', cookie: 'a=b', 'x-key': 'k', accept: 'text/html', host: 'own.test' };
  const visit = { headers, redirects: { limit: 1 }, lookup: toLoopback };
  const facts = await probeHttp({ ...here.target(), ...visit });
  const sent = (body: Buffer): unknown => JSON.parse(body.toString().replace(/^\S+ \S+ /, ''));
  assert.deepEqual(sent(facts.body), {
    host: `elsewhere.test:${there.port}`,
    connection: 'close',
    accept: 'text/html',
    'user-agent': 'everyhop',
  });
  const same = await probeHttp({ ...here.target('/same'), ...visit });
  assert.deepEqual(sent(same.body), {
    ...headers,
    host: `chat.test:${here.port}`,
    connection: 'close',
    'user-agent': 'everyhop',
  });
  const nowhere = await probeHttp({ ...here.target(), redirects: { limit: 1 } });
  assert.deepEqual([nowhere.status, nowhere.failure?.reason, nowhere.before.length], [undefined, 'dns', 1]);
});

test('from http to https and back: keeps the address of the host and verifies the certificate', async (t) => {
  const places: Record<string, string> = {};
  const there = await serve(t, places, secure);
  const here = await serve(t, { '/': `https://chat.test:${there.port}/` });
  places['/'] = `http://chat.test:${here.port}/end`;
  const visit = { ...here.target(), versions: ['h2', 'http/1.1'] as const, redirects: { limit: 5 } };
  const facts = await probeHttp(visit);
  assert.deepEqual(trailOf(facts), ['/ 302 followed', '/ 302 followed', '/end 200 answered']);
  assert.deepEqual(
    [...facts.before, facts].map(({ version }) => version),
    ['http/1.1', 'h2', 'http/1.1'],
  );
  const untrusting = await probeHttp({ ...visit, roots: [] });
  assert.deepEqual([untrusting.status, untrusting.failure?.reason], [undefined, 'unverified']);
  assert.equal(untrusting.before.length, 1);
});

test('does not follow a location that is not an HTTP URL', async (t) => {
  const server = await serve(t, { '/ftp': 'ftp://chat.test/', '/broken': 'http://[broken/', '/js': 'javascript:0' });
  for (const [path, to] of [
    ['/ftp', 'ftp://chat.test/'],
    ['/broken', undefined],
    ['/js', 'javascript:0'],
  ] as const) {
    const { redirect, before } = await probeHttp({ ...server.target(path), redirects: { limit: 5 } });
    assert.deepEqual([redirect?.outcome, redirect?.to, before], ['no-http', to, []], path);
  }
});

test('a location without a redirect status, or a redirect status without a location, is an answer', async (t) => {
  const server = await serveWay(t, plain, (request, answer) => {
    if (request.url === '/created') answer.writeHead(201, { location: '/new' }).end();
    else answer.writeHead(302).end();
  });
  for (const path of ['/created', '/bare']) {
    const facts = await probeHttp({ ...server.target(path), redirects: { limit: 5 } });
    assert.deepEqual([facts.redirect, facts.before], [undefined, []], path);
  }
});

test('the caller decides which redirects to follow, and by which way', async (t) => {
  const server = await serve(t, { '/': '/one', '/one': 'http://other.test/two' });
  const folder = await temporaryFolder(t, 'redirects');
  const socketPath = `${folder}/http`;
  await listenAt(t, http.createServer(leading({})), socketPath);
  const asked: string[] = [];
  const facts = await probeHttp({
    ...server.target(),
    redirects: {
      limit: 5,
      follow: (to) => {
        asked.push(to.href);
        return to.host === 'other.test' ? { socketPath } : true;
      },
    },
  });
  assert.deepEqual(asked, [`http://chat.test:${server.port}/one`, 'http://other.test/two']);
  assert.deepEqual([facts.status, facts.tcp?.reached && facts.tcp.address], [200, socketPath]);
});

test('keeps a Unix socket for the same origin and looks up other hosts', async (t) => {
  const socketPath = `${await temporaryFolder(t, 'redirects')}/http`;
  await listenAt(t, http.createServer(leading({ '/': '/in', '/out': 'http://nowhere.invalid/' })), socketPath);
  const visit = { socketPath, clock: systemClock, redirects: { limit: 1 } };
  assert.equal((await probeHttp({ ...visit, url: 'http://chat.test/' })).status, 200);
  const out = await probeHttp({ ...visit, url: 'http://chat.test/out' });
  assert.deepEqual([out.status, out.failure?.reason], [undefined, 'dns']);
});

test('the status decides the method after a redirect', async (t) => {
  for (const [status, method, next] of [
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'GET', 'GET'],
  ] as const) {
    const server = await serveWay(t, plain, leading({ '/': '/next' }, status));
    const facts = await probeHttp({ ...server.target(), method, redirects: { limit: 1 } });
    assert.equal(facts.body.toString().split(' ')[0], next, `${status} ${method}`);
  }
});

test('does not wait for the body of a redirect that it follows', async (t) => {
  const server = await serveWay(t, plain, (request, answer) => {
    if (request.url === '/end') {
      answer.end('ok');
    } else {
      answer.writeHead(302, { location: '/end' });
      answer.write('and on it goes');
    }
  });
  const facts = await probeHttp({ ...server.target(), redirects: { limit: 1 } });
  assert.deepEqual([facts.body.toString(), facts.before[0]?.body.length, facts.failure], ['ok', 0, undefined]);
});

test('the deadline covers all stops of a visit', async (t) => {
  const clock = new FakeClock();
  const server = await serveWay(t, plain, (request, answer) => {
    const step = Number(request.url!.slice(1));
    if (step === 4) return;
    answer.writeHead(302, { location: `/${step + 1}` }).end();
    clock.advance(1000);
  });
  const facts = await probeHttp({ ...server.target('/0'), clock, deadlineMs: 3500, redirects: { limit: 9 } });
  assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'timed-out']);
  assert.ok(facts.before.length < 4, String(facts.before.length));
  assert.equal(clock.pending, 0);
});

test('neither sends nor reports credentials in a URL', async (t) => {
  const server = await serve(t, { '/': 'http://user:hunter2@chat.test/in' });
  const url = `http://user:hunter2@chat.test:${server.port}/`;
  const facts = await probeHttp({ ...server.target(), url });
  assert.equal(facts.redirect?.to, 'http://chat.test/in');
  assert.doesNotMatch(JSON.stringify({ ...facts, headers: {}, redirect: facts.redirect?.to }), /hunter2/);
  const echo = await probeHttp({ ...server.target(), url: `${url}echo` });
  assert.doesNotMatch(echo.body.toString(), /hunter2|authorization/);
});
