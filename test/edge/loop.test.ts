import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { mends } from '../support/outside.ts';
import { systemClock as clock } from '../../src/base/clock.ts';
import { checkUpstreams } from '../../src/edge/upstream-check.ts';
import { connectRaw, request, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { readRequests } from './strict-reader.ts';

test('an app that is the edge itself gets 508 after a few passes, on the https and the http port', async (t) => {
  mends(t, 'edge/upstream-is-the-edge');
  const edge = await startEdge(t, [site(['chat.test', 'localhost'], [route(upstreamAt(1))])]);
  for (const [port, upstream, most] of [
    [edge.httpsPort, upstreamAt(edge.httpsPort, { protocol: 'https', host: 'localhost', rootsPem: rootPem }), 7],
    [edge.httpPort, upstreamAt(edge.httpPort), 2],
  ] as const) {
    await edge.apply({
      sites: [site(['chat.test', 'localhost'], [route(upstream)], { credentialIds: ['chat.test', 'chat.test'] })],
    });
    edge.log.length = 0;
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request('/a', 'Connection: close\r\nAccept: text/html\r\n'));
    const { text } = await client.closed;
    assert.match(text, /^HTTP\/1\.1 508 Loop Detected\r\n[^]*This address leads back to itself[^]*edge\.loop/);
    assert.ok(edge.log.length > 1 && edge.log.length <= most, `${edge.log.length} requests through port ${port}`);
    assert.ok(edge.log.some(({ error }) => error === 'edge.loop'));

    const [check] = await checkUpstreams(edge.context.snapshot(), { clock });
    assert.equal(check!.problem, 'loop');
    const report = findingReport(check!.findings[0]!, 'en');
    assert.deepEqual([report.code, report.severity], ['edge.upstream-loop', 'error']);
    assert.ok(report.message.includes(String(port)));
  }
});

test('an app may call itself through the edge with the fields of the request that it answers', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const pass = async (fields: string): Promise<string> => {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(request('/', `Connection: close\r\n${fields}`));
    return (await client.closed).text.slice(9, 12);
  };
  const marker = (): string =>
    readRequests(app.received())
      .whole.at(-1)!
      .fields.find(([name]) => name === 'cdn-loop')![1];
  assert.equal(await pass('CDN-Loop: cloudflare; loops=1\r\n'), '200');
  assert.match(marker(), /^cloudflare; loops=1, everyhop-[\da-f]{16}$/);
  for (let passes = 2; passes <= 5; passes += 1) assert.equal(await pass(`CDN-Loop: ${marker()}\r\n`), '200');
  assert.equal(await pass(`CDN-Loop: ${marker()}\r\n`), '508');
  const own = marker().split(', ').at(-1)!;
  assert.equal(await pass(`CDN-Loop: ${own.slice(0, -1)}x, ${'everyhop-0123456789abcdef, '.repeat(9)}a\r\n`), '200');
});
