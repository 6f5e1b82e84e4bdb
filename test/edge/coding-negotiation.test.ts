import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptedCoding,
  encodedFields,
  isCompressible,
  unchangedFields,
} from '../../src/edge/compression/negotiation.ts';
import { type Fields, parseRequestHead } from '../../src/edge/http1/head.ts';
import { parseResponseHead, type ResponseHead } from '../../src/edge/http1/response-head.ts';

const requestFields = (lines: string[]): Fields =>
  parseRequestHead(['GET / HTTP/1.1', 'Host: a', ...lines].join('\r\n')).fields;
const response = (line: string, lines: string[]): ResponseHead =>
  parseResponseHead([`HTTP/1.1 ${line}`, ...lines].join('\r\n'), 'GET');
const valueOf = (fields: Fields, lower: string): string[] => {
  const values: string[] = [];
  for (let at = 1; at < fields.length; at += 3) if (fields[at] === lower) values.push(fields[at + 1]!);
  return values;
};

test('chooses the coding that Accept-Encoding prefers (RFC 9110 §12.5.3)', () => {
  const expected: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['deflate', undefined],
    ['gzip, deflate, br, zstd', 'zstd'],
    ['gzip, deflate, br', 'br'],
    ['gzip;q=1.0, br;q=0.9', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['gzip;q=0.000', undefined],
    ['*', 'zstd'],
    ['*;q=0.1, gzip;q=0.2', 'gzip'],
    ['zstd;q=0, *', 'br'],
    ['identity, gzip;q=0.5', undefined],
    ['identity;q=0.5, gzip', 'gzip'],
    ['identity;q=0, gzip;q=0.1', 'gzip'],
    ['gzip ; q=0.5 , br ; q=0.4', 'gzip'],
    ['gzip;q=2', undefined],
    ['gzip;q=abc', undefined],
    ['gzip;level=9', undefined],
    [',,gzip,', 'gzip'],
    ['gzipped', undefined],
  ];
  for (const [header, wanted] of expected) {
    const fields = requestFields(header === undefined ? [] : [`Accept-Encoding: ${header}`]);
    assert.equal(acceptedCoding(fields), wanted, header ?? 'none');
  }
  assert.equal(acceptedCoding(requestFields(['Accept-Encoding: br;q=0', 'Accept-Encoding: br;q=1, gzip'])), 'br');
});

test('compresses text with an end, and nothing else', () => {
  const length = 'Content-Length: 5000';
  const type = (name: string): string => `Content-Type: ${name}`;
  const yes: [string, string[]][] = [
    ['200 OK', [type('text/html; charset=utf-8'), length]],
    ['200 OK', [type('TEXT/CSS'), length]],
    ['200 OK', [type('application/json'), length]],
    ['404 Not Found', [type('application/problem+json'), length]],
    ['200 OK', [type('application/javascript;charset=utf-8'), length]],
    ['200 OK', [type('image/svg+xml'), length]],
    ['200 OK', [type('application/json'), 'Transfer-Encoding: chunked']],
  ];
  for (const [line, lines] of yes) assert.ok(isCompressible(response(line, lines), 'GET'), lines.join());
  const no: [string, string[]][] = [
    ['200 OK', [length]],
    ['200 OK', [type('text/event-stream'), length]],
    ['200 OK', [type('text/event-stream;charset=utf-8'), 'Transfer-Encoding: chunked']],
    ['200 OK', [type('application/x-ndjson'), length]],
    ['200 OK', [type('application/jsonl'), length]],
    ['200 OK', [type('application/json-seq'), length]],
    ['200 OK', [type('application/grpc-web+proto'), length]],
    ['200 OK', [type('image/png'), length]],
    ['200 OK', [type('application/octet-stream'), length]],
    ['200 OK', [type('multipart/x-mixed-replace; boundary=text/html'), length]],
    ['200 OK', [type('text/html'), 'Content-Length: 1023']],
    ['200 OK', [type('text/html'), length, 'Content-Encoding: gzip']],
    ['200 OK', [type('text/html'), length, 'Content-Encoding: identity']],
    ['200 OK', [type('text/html'), length, 'Cache-Control: public, No-Transform']],
    ['200 OK', [type('text/html'), length, 'Content-Digest: sha-256=:x:']],
    ['200 OK', [type('text/html'), 'Transfer-Encoding: chunked', 'Trailer: X-Sum']],
    ['206 Partial Content', [type('text/html'), length, 'Content-Range: bytes 0-4999/9999']],
    ['204 No Content', [type('text/html')]],
    ['304 Not Modified', [type('text/html'), length]],
  ];
  for (const [line, lines] of no) assert.equal(isCompressible(response(line, lines), 'GET'), false, lines.join());
});

test('the fields of a compressed response are true for its bytes', () => {
  const { fields } = response('200 OK', [
    'Content-Type: text/css',
    'Content-Length: 5000',
    'Accept-Ranges: bytes',
    'ETag: "abc"',
    'Vary: Cookie',
    'X-Other: kept',
  ]);
  const encoded = encodedFields(fields, 'br', 700);
  assert.deepEqual(valueOf(encoded, 'content-length'), ['700']);
  assert.deepEqual(valueOf(encoded, 'accept-ranges'), []);
  assert.deepEqual(valueOf(encoded, 'etag'), ['W/"abc"']);
  assert.deepEqual(valueOf(encoded, 'vary'), ['Cookie', 'Accept-Encoding']);
  assert.deepEqual(valueOf(encoded, 'content-encoding'), ['br']);
  assert.deepEqual(valueOf(encoded, 'x-other'), ['kept']);
  assert.deepEqual(valueOf(encodedFields(fields, 'br', undefined), 'content-length'), []);
  for (const vary of ['*', 'Origin, accept-encoding']) {
    const kept = response('200 OK', ['Content-Type: text/css', 'ETag: W/"x"', `Vary: ${vary}`]).fields;
    assert.deepEqual(valueOf(encodedFields(kept, 'gzip', 1), 'vary'), [vary]);
    assert.deepEqual(valueOf(encodedFields(kept, 'gzip', 1), 'etag'), ['W/"x"']);
  }
  assert.deepEqual(valueOf(unchangedFields(response('304 Not Modified', ['ETag: "abc"']).fields), 'etag'), ['W/"abc"']);
});
