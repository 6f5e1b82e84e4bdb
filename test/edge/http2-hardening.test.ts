import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Edge, type Recording, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { downgrades, floods, type Http2Case } from './http2-cases.ts';
import { FrameClient } from './http2-frames.ts';
import { readRequests } from './strict-reader.ts';

async function settle(edge: Edge): Promise<void> {
  while (edge.connections.size > 0) {
    for (const connection of edge.connections) connection.drain();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function check(http2Case: Http2Case, edge: Edge, app: Recording): Promise<void> {
  const client = await FrameClient.connect({
    port: edge.httpsPort,
    host: '127.0.0.1',
    servername: 'chat.test',
    ca: rootPem,
  });
  const outcome = await http2Case.run(client);
  client.socket.destroy();
  await client.closed;
  assert.match(outcome, http2Case.expect);
  const read = readRequests(app.received());
  const seen = read.whole.length + (read.rest === '' ? 0 : 1);
  assert.ok(seen <= http2Case.requests, `${seen} requests reached the app`);
  assert.ok(!/smuggled|evil|x-a|x-b/i.test(app.received()), 'nothing of what was wrong reached the app');
  assert.equal(read.problem, undefined, 'what reached the app is HTTP/1.1 of the strictest kind');
}

for (const [group, cases] of Object.entries({ downgrades, floods })) {
  test(`HTTP/2 by hand: ${group}`, async (t) => {
    for (const http2Case of cases) {
      await t.test(http2Case.name, async (t) => {
        const app = await startRecorder(t, (received, socket) => {
          if (!received.includes('/never')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
        const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
        await check(http2Case, edge, app);
        await settle(edge);
        // Whatever it was, the next client is served.
        const client = await FrameClient.connect({
          port: edge.httpsPort,
          host: '127.0.0.1',
          servername: 'chat.test',
          ca: rootPem,
        });
        assert.equal(await downgrades.at(-1)!.run(client), '200');
        client.socket.destroy();
      });
    }
  });
}
