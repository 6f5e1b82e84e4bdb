import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { BodyWalker } from '../../src/edge/http1/body.ts';
import { BadMessage, type Framing } from '../../src/edge/http1/head.ts';
import { connectRaw, route, site, startApp, startEdge, upstreamAt } from './edge.ts';
import { readRequests, type ParsedRequest } from './strict-reader.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Writes the text in pieces, each in a new turn of the event loop. */
async function writePieces(socket: Socket, text: string, cuts: readonly number[]): Promise<void> {
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, bytes.length]) {
    if (end === from) continue;
    socket.write(bytes.subarray(from, end));
    from = end;
    await turn();
    await turn();
  }
}

const body = fc.string({ maxLength: 40 }).map((text) => Buffer.from(text).toString('latin1'));
const chunks = fc.array(
  body.filter((text) => text !== ''),
  { maxLength: 4 },
);

function chunked(parts: readonly string[]): string {
  return `${parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join('')}0\r\n\r\n`;
}

const message = fc.oneof(
  fc.record({ target: fc.constantFrom('/a', '/b?c=d'), kind: fc.constant('none' as const) }),
  fc.record({ target: fc.constantFrom('/a', '/e'), kind: fc.constant('length' as const), text: body }),
  fc.record({ target: fc.constantFrom('/a', '/f'), kind: fc.constant('chunked' as const), parts: chunks }),
);
type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

function requestText(one: Message): string {
  const head = `${one.kind === 'none' ? 'GET' : 'POST'} ${one.target} HTTP/1.1\r\nHost: chat.test\r\n`;
  if (one.kind === 'none') return `${head}\r\n`;
  if (one.kind === 'length') return `${head}Content-Length: ${one.text.length}\r\n\r\n${one.text}`;
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunked(one.parts)}`;
}

function bodyOf(one: Message): string {
  if (one.kind === 'none') return '';
  return one.kind === 'length' ? one.text : one.parts.join('');
}

test('requests sent in arbitrary pieces reach the app unchanged, exactly once and in order', async (t) => {
  const seen: ParsedRequest[] = [];
  const port = await startApp(t, (socket) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const read = readRequests(text);
      assert.equal(read.problem, undefined);
      text = read.rest;
      for (const one of read.whole) {
        seen.push(one);
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      }
    });
  });
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      async (messages, cuts) => {
        seen.length = 0;
        const client = await connectRaw(t, edge.httpsPort);
        await writePieces(client.socket, messages.map(requestText).join(''), cuts);
        await client.until(new RegExp(`^(HTTP/1\\.1 200 OK[\\s\\S]*?ok){${messages.length}}$`));
        client.socket.destroy();
        assert.deepEqual(
          seen.map(({ target, body }) => [target, body]),
          messages.map((one) => [one.target, bodyOf(one)]),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a response sent in arbitrary pieces reaches the client unchanged', async (t) => {
  let answer = '';
  let cuts: readonly number[] = [];
  const port = await startApp(t, (socket) => socket.on('data', () => void writePieces(socket, answer, cuts)));
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(port))])]);
  await fc.assert(
    fc.asyncProperty(chunks, fc.boolean(), fc.array(fc.nat(), { maxLength: 12 }), async (parts, long, where) => {
      const text = parts.join('');
      answer = long
        ? `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(parts)}`
        : `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
      cuts = where;
      const client = await connectRaw(t, edge.httpsPort);
      client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n');
      const received = await client.closed;
      assert.ok(received.clean);
      const final = received.text.slice(received.text.indexOf('HTTP/1.1 200'));
      const sent = final.slice(final.indexOf('\r\n\r\n') + 4);
      assert.equal(sent, long ? chunked(parts) : text);
    }),
    { numRuns: 60 },
  );
});

/** Runs the walker on a body in these pieces. */
function walk(
  framing: Framing,
  pieces: readonly Buffer[],
): { content: string; used: number; done: boolean } | 'refused' {
  const walker = new BodyWalker(framing);
  let content = '';
  let used = 0;
  try {
    for (const piece of pieces) {
      const end = walker.walk(piece, 0, (from, to) => (content += piece.toString('latin1', from, to)));
      used += end;
      if (walker.done) break;
    }
  } catch (error) {
    if (error instanceof BadMessage) return 'refused';
    throw error;
  }
  return { content, used, done: walker.done };
}

test('a chunked body, valid or with a changed byte, is parsed the same in two pieces as in one', () => {
  const text = `${chunked(['hello', 'x'.repeat(20)]).slice(0, -2)}X-Sum: 1\r\n\r\nGET /next`;
  const bytes = Buffer.from(text);
  const whole = walk('chunked', [bytes]);
  assert.deepEqual(whole, { content: `hello${'x'.repeat(20)}`, used: text.length - 'GET /next'.length, done: true });
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    assert.deepEqual(walk('chunked', [bytes.subarray(0, cut), bytes.subarray(cut)]), whole, `cut at ${cut}`);
  }
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, cut) => {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      assert.deepEqual(walk('chunked', [changed.subarray(0, cut), changed.subarray(cut)]), walk('chunked', [changed]));
    }),
    { numRuns: 3000 },
  );
});
