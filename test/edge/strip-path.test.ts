import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test } from 'node:test';
import { performance } from 'node:perf_hooks';
import { afterPrefix, folded, mayNameHost, pathViews, trimmed } from '../../src/edge/path-views.ts';
import * as fc from '../support/fast-check.ts';
import { connectRaw, request, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

/** The app's path for one below /app, with strip_path. A number: the edge's own status. */
const expected: [sent: string, got: string | number][] = [
  ['/app/x?y=//z', '/x?y=//z'],
  ['/app/', '/'],
  ['/app?x=1', 308],
  ['/app/?x=1', '/?x=1'],
  ['/app//evil.test/x', '/evil.test/x'],
  ['/app///evil.test', '/evil.test'],
  ['/app/\\evil.test', '/evil.test'],
  ['/app//\\//evil.test', '/evil.test'],
  ['/app/x//y', '/x//y'],
  ['/app/x%2Fy', '/x%2Fy'],
  ['/app/%2Fevil.test', 400],
  ['/app/%2fevil.test', 400],
  ['/app/%5Cevil.test', 400],
  ['/app/%252Fevil.test', 400],
  ['/app/.//evil.test', 400],
  ['/app/x/..//evil.test', 400],
  ['/app/%2e//evil.test', 400],
  ['/app/%2e//.', 400],
  ['/app/.%2e//..%2f', 400],
  ['/app/;a//evil.test', 400],
  ['/app/.%5C%5Cevil.test', 400],
];

test('strip_path never makes a path that begins with two slashes, in HTTP/1.1 and HTTP/2', async (t) => {
  const app = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\napp');
  const page = await startRecorder(t, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage');
  const edge = await startEdge(t, [
    site(['chat.test'], [route(upstreamAt(page.port)), route(upstreamAt(app.port), { path: '/app', stripPath: true })]),
  ]);
  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { ca: rootPem, servername: 'chat.test' });
  t.after(() => session.destroy());
  const overHttp2 = async (target: string): Promise<number> => {
    const stream = session.request({ ':path': target, ':authority': 'chat.test' });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpStatusHeader];
    stream.resume();
    return headers[':status']!;
  };
  const overHttp1 = async (target: string): Promise<number> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request(target, 'Connection: close\r\n'));
    return Number((await client.closed).text.slice(9, 12));
  };
  for (const get of [overHttp1, overHttp2])
    for (const [sent, got] of expected) {
      const before = app.received().length;
      const status = await get(sent);
      const line = /^GET (\S+) /m.exec(app.received().slice(before))?.[1];
      assert.equal(line ?? status, got, `${get.name} ${sent}`);
    }
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write(request('/app?x=1', 'Connection: close\r\n'));
  assert.match((await client.closed).text, /\r\nLocation: \/app\/\?x=1\r\n/i);
  assert.equal(page.received(), '');
});

test('a prefix in another spelling is stripped at its own length', () => {
  assert.equal(afterPrefix('/a~b/xyz?q', '/a%7eb'), '/xyz?q');
  assert.equal(afterPrefix('/a%7eb/xyz', '/a%7eb'), '/xyz');
  assert.equal(afterPrefix('/%e6%96%87/x', '/%E6%96%87'), '/x');
});

const part = fc.constantFrom('/', '\\', '%2f', '%5C', '%252F', '.', '..', '%2e', 'x', ';a', 'evil.test');

test('no path that a program resolves to two slashes is forwarded', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const rest = `/${parts.join('')}`;
      const forwarded = rest.replace(/^[/\\]+/, '/');
      if (mayNameHost(rest)) return;
      for (const decode of [(text: string) => text, decodeURIComponent]) {
        const seen = decode(forwarded);
        assert.ok(!/^[/\\]{2}/.test(seen), forwarded);
        // WHATWG URL, as browsers and Node.js resolve a path.
        assert.ok(!new URL(`http://app${seen.replace(/[?#]/g, '_')}`).pathname.startsWith('//'), forwarded);
      }
    }),
    { numRuns: 20_000 },
  );
});

test('reading a long path takes time in proportion to its length', () => {
  const cost = (unit: string, bytes: number): number => {
    const path = `/${unit.repeat(Math.floor(bytes / unit.length))}`;
    const start = performance.now();
    for (const view of pathViews(path) ?? []) trimmed(folded(view));
    mayNameHost(path);
    return performance.now() - start;
  };
  for (const unit of ['%2525252541', '..', './', '//', '\\', ';a', '%20', '. ', '%2e%2e%2f', '%EF%BD%81', 'a/../']) {
    for (let warm = 0; warm < 3; warm += 1) cost(unit, 8_000);
    const [small, large] = [8_000, 128_000].map((bytes) => Math.min(...[1, 2, 3, 4, 5].map(() => cost(unit, bytes))));
    // In proportion: 16 times; a quadratic reader: 256 times.
    assert.ok(large! < 100 * Math.max(small!, 0.3), `${unit}: ${small} ms, ${large} ms`);
  }
});
