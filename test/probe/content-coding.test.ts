import assert from 'node:assert/strict';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { decodeBody } from '../../src/probe/content-coding.ts';
import { probeHttp } from '../../src/probe/http.ts';
import { serveWay, ways } from './ways.ts';

const text = 'the body of a page, '.repeat(200);
const coders: Record<string, (body: Buffer) => Buffer> = {
  gzip: (body) => zlib.gzipSync(body),
  'x-gzip': (body) => zlib.gzipSync(body),
  deflate: (body) => zlib.deflateSync(body),
  br: (body) => zlib.brotliCompressSync(body),
  zstd: (body) => zlib.zstdCompressSync(body),
  'gzip, br': (body) => zlib.brotliCompressSync(zlib.gzipSync(body)),
  identity: (body) => body,
};

for (const [coding, code] of Object.entries(coders)) {
  test(`keeps and decodes a body in ${coding}`, async (t) => {
    const coded = code(Buffer.from(text));
    const server = await serveWay(t, ways['HTTP/1.1']!, (request, answer) => {
      answer.writeHead(200, { 'content-encoding': coding, 'x-asked': request.headers['accept-encoding'] ?? 'none' });
      answer.end(coded);
    });
    const facts = await probeHttp(server.target());
    assert.ok(facts.body.equals(coded));
    assert.equal(facts.headers['x-asked'], 'none');
    const decoded = await decodeBody(facts, 100_000);
    assert.ok(!decoded.isCut && !decoded.isDamaged && decoded.body.toString() === text);
    const limited = await decodeBody(facts, 1000);
    assert.ok(limited.isCut && limited.body.toString() === text.slice(0, 1000));
  });

  test(`decodes the beginning of a body in ${coding}`, async (t) => {
    const coded = code(Buffer.from(text));
    const server = await serveWay(t, ways['HTTP/1.1']!, (_, answer) => {
      answer.writeHead(200, { 'content-encoding': coding }).end(coded);
    });
    const facts = await probeHttp({ ...server.target(), limitBytes: coded.length - 10 });
    const { body, isCut, isDamaged } = await decodeBody(facts, 100_000);
    assert.deepEqual([isCut, isDamaged, text.startsWith(body.toString())], [true, false, true]);
  });
}

const answerOf = (coding: string, body: Buffer): Parameters<typeof decodeBody>[0] => ({
  headers: { 'content-encoding': coding },
  body,
  isCut: false,
});

test('reports a body that is not in its stated coding as damaged', async () => {
  for (const coding of ['gzip', 'deflate', 'br', 'zstd']) {
    const { isDamaged } = await decodeBody(answerOf(coding, Buffer.from('not compressed at all')), 1000);
    assert.equal(isDamaged, true, coding);
  }
});

test('returns a body with unknown or too many codings unchanged', async () => {
  const body = Buffer.from('as it is');
  for (const coding of ['compress', 'gzip, aes128gcm', 'gzip, gzip, gzip, gzip', '']) {
    assert.deepEqual(await decodeBody(answerOf(coding, body), 1000), { body, isCut: false, isDamaged: false }, coding);
  }
});

test('decodes a compression bomb only up to the limit', async () => {
  const bomb = zlib.gzipSync(Buffer.alloc(64 * 1024 * 1024));
  assert.ok(bomb.length < 100_000);
  const { body, isCut } = await decodeBody(answerOf('gzip', bomb), 10_000);
  assert.deepEqual([body.length, isCut], [10_000, true]);
});
