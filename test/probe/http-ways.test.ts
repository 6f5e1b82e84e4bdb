import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { probeHttp } from '../../src/probe/http.ts';
import { FakeClock } from '../support/clock.ts';
import { serveWay, ways } from './ways.ts';

for (const [name, way] of Object.entries(ways)) {
  test(`${name}: reports head, body and trailers`, async (t) => {
    const server = await serveWay(t, way, (request, answer) => {
      answer.setHeader('trailer', 'x-sum');
      answer.writeHead(203, { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'] });
      const { 'x-mine': mine, 'user-agent': agent } = request.headers;
      answer.write([request.method, request.url, mine, agent].join(' '));
      answer.addTrailers({ 'x-sum': '42' });
      answer.end();
    });
    const facts = await probeHttp({ ...server.target('/a%20b?c=d'), headers: { 'X-Mine': '2' } });
    assert.deepEqual([facts.status, facts.version, facts.failure], [203, way.version, undefined]);
    assert.equal(facts.body.toString(), 'GET /a%20b?c=d 2 everyhop');
    assert.deepEqual([facts.headers['x-one'], facts.headers['set-cookie']], ['1', ['a=1', 'b=2']]);
    assert.deepEqual(facts.trailers, { 'x-sum': '42' });
    assert.deepEqual([facts.isCut, facts.redirect, facts.before], [false, undefined, []]);
    assert.equal(facts.url, `${way.secure ? 'https' : 'http'}://chat.test:${server.port}/a%20b?c=d`);
    assert.deepEqual([facts.tls?.reached, facts.tcp?.reached], way.secure ? [true, undefined] : [undefined, true]);
  });

  test(`${name}: sends host and port of the URL, or the caller's Host`, async (t) => {
    const server = await serveWay(t, way, (request, answer) => {
      answer.end(String(request.headers.host ?? request.headers[':authority']));
    });
    assert.equal((await probeHttp(server.target())).body.toString(), `chat.test:${server.port}`);
    const renamed = await probeHttp({ ...server.target(), headers: { Host: 'other.test' } });
    assert.equal(renamed.body.toString(), 'other.test');
  });

  test(`${name}: HEAD, 204 and an empty body`, async (t) => {
    const server = await serveWay(t, way, (request, answer) => {
      answer.writeHead(request.url === '/204' ? 204 : 200);
      answer.end(request.method === 'HEAD' || request.url !== '/body' ? undefined : 'body');
    });
    for (const [method, path, status, body] of [
      ['HEAD', '/body', 200, ''],
      ['GET', '/204', 204, ''],
      ['GET', '/empty', 200, ''],
      ['GET', '/body', 200, 'body'],
    ] as const) {
      const facts = await probeHttp({ ...server.target(path), method });
      assert.deepEqual([facts.status, facts.body.toString(), facts.failure], [status, body, undefined], method + path);
    }
  });

  test(`${name}: reports interim answers`, async (t) => {
    const server = await serveWay(t, way, (_, answer) => {
      answer.writeEarlyHints({ link: '</style.css>; rel=preload' });
      answer.end('ok');
    });
    const facts = await probeHttp(server.target());
    assert.deepEqual([facts.status, facts.body.toString()], [200, 'ok']);
    assert.deepEqual(
      facts.interim.map(({ status, headers }) => [status, headers['link']]),
      [[103, '</style.css>; rel=preload']],
    );
  });

  test(`${name}: times out without a head`, async (t) => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<void>();
    const server = await serveWay(t, way, () => asked.resolve());
    const visit = probeHttp({ ...server.target(), clock, timeoutMs: 3000 });
    await asked.promise;
    const gone = once(server.sockets[0]!, 'close');
    clock.advance(2999);
    clock.advance(1);
    const facts = await visit;
    assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'timed-out']);
    assert.equal(clock.pending, 0);
    await gone;
  });

  test(`${name}: times out in a body and keeps its beginning`, async (t) => {
    const clock = new FakeClock();
    const asked = Promise.withResolvers<void>();
    const server = await serveWay(t, way, (_, answer) => void answer.write('begun', () => asked.resolve()));
    const visit = probeHttp({ ...server.target(), clock, timeoutMs: 3000, bodyTimeoutMs: 500 });
    await asked.promise;
    await server.roundTrip();
    clock.advance(500);
    const { status, body, failure, isCut } = await visit;
    assert.deepEqual([status, body.toString(), failure?.reason, isCut], [200, 'begun', 'timed-out', false]);
    assert.equal(clock.pending, 0);
  });

  test(`${name}: reads an endless body up to the limit, then closes the connection`, async (t) => {
    const server = await serveWay(t, way, (_, answer) => {
      const more = (): void =>
        void (answer.write('x'.repeat(10_000)) ? setImmediate(more) : answer.once('drain', more));
      more();
    });
    const facts = await probeHttp({ ...server.target(), limitBytes: 25_000 });
    assert.deepEqual([facts.status, facts.body.length, facts.isCut, facts.failure], [200, 25_000, true, undefined]);
    if (!server.sockets[0]!.destroyed) await once(server.sockets[0]!, 'close');
  });

  test(`${name}: a body of exactly the limit is complete`, async (t) => {
    const server = await serveWay(t, way, (_, answer) => answer.end('x'.repeat(1000)));
    const facts = await probeHttp({ ...server.target(), limitBytes: 1000 });
    assert.deepEqual([facts.body.length, facts.isCut, facts.failure], [1000, false, undefined]);
    const larger = await probeHttp({ ...server.target(), limitBytes: 999 });
    assert.deepEqual([larger.body.length, larger.isCut, larger.failure], [999, true, undefined]);
  });

  test(`${name}: rejects a head that is too large`, async (t) => {
    const server = await serveWay(t, way, (request, answer) => {
      const [count, size] = request.url!.slice(1).split('/').map(Number) as [number, number];
      for (let index = 0; index < count; index++) answer.setHeader(`x-${index}`, 'y'.repeat(size));
      answer.end('ok');
    });
    for (const path of ['/1/20000', '/200/100', '/1/60000']) {
      const facts = await probeHttp(server.target(path));
      assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'head-too-large'], path);
    }
    const many = await probeHttp(server.target('/200/10'));
    assert.deepEqual([many.status, many.headers['x-199'], many.failure], [200, 'yyyyyyyyyy', undefined]);
  });

  for (const [how, end] of [
    ['closed', 'destroy'],
    ['reset', 'resetAndDestroy'],
  ] as const) {
    test(`${name}: a connection ${how} before the head, or in the body`, async (t) => {
      const begun = Promise.withResolvers<void>();
      const server = await serveWay(t, way, (request, answer) => {
        if (request.url === '/head') {
          server.sockets.at(-1)![end]();
        } else {
          answer.writeHead(200, { 'content-length': '10' });
          answer.write('begun', () => begun.resolve());
        }
      });
      const before = await probeHttp(server.target('/head'));
      assert.deepEqual([before.status, before.failure?.reason], [undefined, how]);
      const visit = probeHttp(server.target('/body'));
      await begun.promise;
      await server.roundTrip();
      server.sockets[1]![end]();
      const within = await visit;
      assert.deepEqual([within.status, within.body.toString(), within.failure?.reason], [200, 'begun', how]);
    });
  }

  test(`${name}: the caller aborts before or during the visit`, async (t) => {
    const aborting = new AbortController();
    const server = await serveWay(t, way, () => aborting.abort(new Error('no longer wanted')));
    const facts = await probeHttp({ ...server.target(), signal: aborting.signal });
    assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'aborted']);
    assert.equal(facts.failure?.detail, 'no longer wanted');
    const never = await probeHttp({ ...server.target(), signal: aborting.signal });
    assert.equal(never.failure?.reason, 'aborted');
    assert.equal(server.sockets.length, 1);
  });
}
