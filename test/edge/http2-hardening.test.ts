import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Edge, type Recording, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { downgrades, floods, type Http2Case } from './http2-cases.ts';
import { encodeFields, flag, FrameClient, frameType } from './http2-frames.ts';
import { crowds, forbidden, provocations, readings } from './http2-misuse-cases.ts';
import { readRequests } from './strict-reader.ts';

const clientOptions = (edge: Edge) => ({
  port: edge.httpsPort,
  host: '127.0.0.1',
  servername: 'chat.test',
  ca: rootPem,
});

async function check(misuse: Http2Case, edge: Edge, app: Recording): Promise<void> {
  const client = await FrameClient.connect(clientOptions(edge), misuse.first);
  const outcome = await misuse.run(client);
  client.socket.destroy();
  await client.closed;
  assert.match(outcome, misuse.expect);
  const read = readRequests(app.received());
  const seen = read.whole.length + (read.rest === '' ? 0 : 1);
  assert.ok(seen <= misuse.requests, `${seen} requests reached the app`);
  const withoutRandom = app.received().replaceAll(/^x-request-id: .*$/gim, '');
  assert.ok(!/smuggled|evil|x-a|x-b/i.test(withoutRandom), 'nothing invalid reached the app');
  assert.equal(read.problem, undefined, 'the app got strictly valid HTTP/1.1');
}

async function nextClientIsServed(edge: Edge): Promise<void> {
  const client = await FrameClient.connect(clientOptions(edge));
  const fields = encodeFields([
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/next'],
    [':authority', 'chat.test'],
  ]);
  client.send(frameType.headers, flag.endStream | flag.endHeaders, 1, fields);
  assert.equal(await client.outcome(1, 5000), '200');
  client.socket.destroy();
}

for (const [group, cases] of Object.entries({ downgrades, readings, forbidden, provocations, floods, crowds })) {
  test(`HTTP/2 from handwritten frames: ${group}`, async (t) => {
    for (const misuse of cases) {
      await t.test(misuse.name, async (t) => {
        const app = await startRecorder(t, (received, socket) => {
          if (!received.includes('/never')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
        const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
        await check(misuse, edge, app);
        await nextClientIsServed(edge);
      });
    }
  });
}
