/** Every reader of bytes from the network or from a file takes linear time at most. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answer } from '../../src/acme/answer.ts';
import { readProblem } from '../../src/acme/problem.ts';
import { redact } from '../../src/base/redact.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { ClientHelloParser } from '../../src/edge/client-hello.ts';
import { BodyWalker } from '../../src/edge/http1/body.ts';
import { parseRequestHead } from '../../src/edge/http1/head.ts';
import { parseResponseHead } from '../../src/edge/http1/response-head.ts';
import { Lexer } from '../../src/nginx/reading/lexer.ts';
import { decodePem } from '../../src/x509/pem.ts';
import { parseRevocationList } from '../../src/x509/revocation-list.ts';
import { readPkcs7 } from '../../src/x509/pkcs7.ts';
import { parseCertificate } from '../../src/x509/certificate.ts';
import { cpuMs } from '../support/cpu.ts';
import { mends } from '../support/outside.ts';

interface Reader {
  name: string;
  /** The largest input, in bytes, that its callers accept; a smaller one where linear time shows sooner. */
  bytes: number;
  input: (bytes: number) => Buffer;
  read: (input: Buffer) => unknown;
}

const repeat = (text: string, bytes: number): Buffer => Buffer.alloc(bytes, text, 'latin1');
const framed = (start: string, text: string, bytes: number, end: string): Buffer =>
  Buffer.concat([Buffer.from(start), repeat(text, bytes), Buffer.from(end)]);

function answerWith(headers: Record<string, string>, body = ''): Answer {
  return new Answer('https://ca.test/', 200, headers, Buffer.from(body), 0);
}

/** Elements of the definite form, each inside the one before it. */
function nested(bytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = bytes; left > 130; left -= 4) pieces.push(Buffer.from([0x30, 0x82, (left >> 8) & 255, left & 255]));
  return Buffer.concat(pieces);
}

const readers: Reader[] = [
  {
    name: 'ClientHello in records of one byte',
    bytes: 40_000,
    input: (bytes) =>
      Buffer.concat(
        Array.from({ length: bytes / 6 }, (_, at) => Buffer.from([22, 3, 1, 0, 1, [1, 0, 0x80, 0][at] ?? 0])),
      ),
    read: (input) => {
      const parser = new ClientHelloParser();
      for (let at = 0; at < input.length; at++) parser.push(input.subarray(at, at + 1));
    },
  },
  {
    name: 'request head with many fields',
    bytes: 60_000,
    input: (bytes) => framed('GET / HTTP/1.1\r\nHost: a', '\r\nx: y', bytes, ''),
    read: (input) => parseRequestHead(input.toString('latin1')),
  },
  {
    name: 'request head with one long field',
    bytes: 60_000,
    input: (bytes) => framed('GET / HTTP/1.1\r\nHost: a\r\nx:', ' ', bytes, 'y'),
    read: (input) => parseRequestHead(input.toString('latin1')),
  },
  {
    name: 'response head of spaces and tabs',
    bytes: 60_000,
    input: (bytes) => framed('HTTP/1.1 200 OK\r\nConnection: ', ' ,\t', bytes, '\r\nx:y'),
    read: (input) => parseResponseHead(input.toString('latin1'), 'GET'),
  },
  {
    name: 'chunks of one byte',
    bytes: 1_000_000,
    input: (bytes) => repeat('1\r\nx\r\n', bytes),
    read: (input) => new BodyWalker('chunked').walk(input, 0),
  },
  {
    name: 'one long trailer',
    bytes: 60_000,
    input: (bytes) => framed('0\r\nx:', 'y', bytes, '\r\n\r\n'),
    read: (input) => new BodyWalker('chunked').walk(input, 0),
  },
  {
    name: 'PEM in lines of four letters',
    bytes: 2_000_000,
    input: (bytes) => framed('-----BEGIN X-----\n', 'AAAA\n', bytes, '-----END X-----\n'),
    read: (input) => decodePem(input.toString('latin1')),
  },
  {
    name: 'PEM of empty blocks',
    bytes: 2_000_000,
    input: (bytes) => repeat('-----BEGIN X-----\nAAAA\n-----END X-----\n', bytes),
    read: (input) => decodePem(input.toString('latin1')),
  },
  { name: 'DER, deeply nested', bytes: 60_000, input: nested, read: (input) => parseCertificate(input) },
  { name: 'revocation list, deeply nested', bytes: 60_000, input: nested, read: (input) => parseRevocationList(input) },
  { name: 'PKCS#7, deeply nested', bytes: 60_000, input: nested, read: (input) => readPkcs7(input) },
  {
    name: 'DNS message of questions that point to one name',
    bytes: 60_000,
    input: (bytes) => {
      const name = Buffer.concat(Array.from({ length: 120 }, () => Buffer.from([1, 97])));
      const question = Buffer.from([0xc0, 12, 0, 1, 0, 1]);
      const count = Math.floor((bytes - name.length - 18) / question.length);
      const header = Buffer.from([0, 0, 0x80, 0, (count + 1) >> 8, (count + 1) & 255, 0, 0, 0, 0, 0, 0]);
      const first = Buffer.concat([name, Buffer.from([0, 0, 1, 0, 1])]);
      return Buffer.concat([header, first, ...Array.from({ length: count }, () => question)]);
    },
    read: (input) => decodeMessage(input),
  },
  {
    name: 'nginx: words, quotes and comments',
    bytes: 1_000_000,
    input: (bytes) => repeat('a "b\\"" c { # d\n e; }\n', bytes),
    read: (input) => {
      const lexer = new Lexer(input.toString('latin1'), 'nginx.conf');
      while (lexer.next().terminator !== 'end');
    },
  },
  ...['<', '<a>;', '<a>; rel="', ';='].map((text): Reader => ({
    name: `Link header of ${text}`,
    bytes: 16_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => answerWith({ link: input.toString('latin1') }).links('next'),
  })),
  {
    name: 'problem document of spaces',
    bytes: 1_000_000,
    input: (bytes) => framed('{"detail":"', ' ', bytes, 'x"}'),
    read: (input) => readProblem(JSON.parse(input.toString('latin1'))),
  },
  // Exponential time shows at once, and would never end with the long ones.
  ...[40, 100_000].map((bytes): Reader => ({
    name: `redaction of ${bytes} bytes of words after bearer`,
    bytes,
    input: (bytes) => framed('bearer ', 'a-', bytes, '~'),
    read: (input) => redact(input.toString('latin1')),
  })),
  ...[
    'a',
    'a.b-c',
    '://',
    '?',
    '?key',
    '&a=b',
    'token ',
    'bearer',
    '-----BEGIN PRIVATE KEY-----',
    'sk-',
    'http://a',
  ].map((text): Reader => ({
    name: `redaction of ${text}`,
    bytes: 200_000,
    input: (bytes) => repeat(text, bytes),
    read: (input) => redact(input.toString('latin1')),
  })),
];

/** CPU time of one reading, the least of several: other programs run beside it. */
function leastCpuMs(reader: Reader, bytes: number): number {
  const input = reader.input(bytes);
  const once = (): number => {
    const start = cpuMs();
    try {
      reader.read(input);
    } catch {
      // Refusing it is as good.
    }
    return cpuMs() - start;
  };
  return Math.min(once(), once(), once());
}

test('eight times the bytes cost no more than linear time', async (t) => {
  const measured = mends(t, 'security/S12-pem-of-short-lines');
  measured['readers'] = readers.length;
  for (const reader of readers) {
    await t.test(reader.name, (t) => {
      leastCpuMs(reader, reader.bytes / 8); // compiles
      const small = leastCpuMs(reader, reader.bytes / 8);
      const large = leastCpuMs(reader, reader.bytes);
      t.diagnostic(`${reader.bytes} bytes: ${large.toFixed(2)} ms`);
      // Quadratic time would be 64 times. Below 2 ms, the clock and the collector decide.
      assert.ok(large < 2 || large < 24 * Math.max(small, 0.1), `${small.toFixed(2)} ms, then ${large.toFixed(2)} ms`);
    });
  }
});
