import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectRaw, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { corpus } from './smuggling-corpus.ts';
import { readRequests } from './strict-reader.ts';

test('the corpus has at least 60 cases with unique names', () => {
  assert.ok(corpus.length >= 60);
  assert.equal(new Set(corpus.map(({ name }) => name)).size, corpus.length);
});

test('no case reaches the app in an ambiguous form', async (t) => {
  for (const { name, bytes, expect } of corpus) {
    await t.test(name, async (t) => {
      const app = await startRecorder(t, answerEach());
      const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
      const client = await connectRaw(t, edge.httpsPort);
      client.socket.write(Buffer.from(bytes, 'latin1'));
      if ('refused' in expect) {
        const { text } = await client.closed;
        assert.match(text, new RegExp(`^HTTP/1\\.1 ${expect.refused} `));
        assert.equal(text.match(/HTTP\/1\.1 /g)!.length, 1, 'exactly one response');
        // An error in the body may appear after its head was forwarded; the app then never gets a complete request.
        assert.deepEqual(readRequests(app.received()).whole, []);
      } else {
        await client.until(new RegExp(`(HTTP/1\\.1 200 OK[\\s\\S]*){${expect.forwarded.length}}`));
        const read = readRequests(app.received());
        assert.equal(read.problem, undefined);
        assert.deepEqual(
          read.whole.map(({ method, target }) => `${method} ${target}`),
          expect.forwarded,
        );
        assert.ok(!/http2-settings|upgrade: h2c/i.test(app.received()));
      }
    });
  }
});

/** Answers every complete request once, on any connection. */
function answerEach(): (received: string, socket: import('node:net').Socket) => void {
  const answered = new WeakMap<object, number>();
  return (received, socket) => {
    const { whole } = readRequests(received);
    for (let at = answered.get(socket) ?? 0; at < whole.length; at += 1) {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }
    answered.set(socket, whole.length);
  };
}
