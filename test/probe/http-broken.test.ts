import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HttpFacts, probeHttp } from '../../src/probe/http.ts';
import { encodeFields, encodeFrame, flag, frameType, number32 } from '../edge/http2-frames.ts';
import { serveTls } from './servers.ts';
import { leaf, root, serveBytes, serveFrames, serveWay, targetAt, ways } from './ways.ts';

const plain = ways['HTTP/1.1']!;
const overTls = ways['HTTP/1.1 over TLS']!;
const h2 = ways['HTTP/2']!;
const h2OverTls = ways['HTTP/2 over TLS']!;

type Outcome = [status: number | undefined, body: string, reason: string | undefined, code: string | undefined];

const outcomeOf = ({ status, body, failure }: HttpFacts): Outcome => [
  status,
  body.toString(),
  failure?.reason,
  failure?.code,
];

const http1Answers: Record<string, [bytes: string, status: number | undefined, body: string, reason?: string]> = {
  'a body shorter than its length': ['HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf', 200, 'half', 'closed'],
  'a body longer than its length': ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nlonger', 200, 'lo', 'malformed'],
  'two lengths': ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc', undefined, '', 'malformed'],
  'a length and chunks': [
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    undefined,
    '',
    'malformed',
  ],
  'a truncated chunk': [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nwhole\r\n9\r\nhalf',
    200,
    'wholehalf',
    'closed',
  ],
  'a chunk with an invalid size': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 200, '', 'malformed'],
  'a truncated head': ['HTTP/1.1 200 OK\r\nContent-Le', undefined, '', 'closed'],
  'no bytes': ['', undefined, '', 'closed'],
  'another protocol': ['SSH-2.0-OpenSSH_9.2\r\n', undefined, '', 'malformed'],
  'a body without length': ['HTTP/1.1 200 OK\r\n\r\nto the end', 200, 'to the end'],
  'HTTP/1.0': ['HTTP/1.0 404 Not Found\r\n\r\nold', 404, 'old'],
  'a switch of protocols': ['HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nx', 101, ''],
};

for (const [name, [bytes, status, body, reason]] of Object.entries(http1Answers)) {
  test(`HTTP/1.1: ${name}`, async (t) => {
    const { port } = await serveBytes(t, bytes);
    const facts = await probeHttp(targetAt(port, plain));
    assert.deepEqual([facts.status, facts.body.toString(), facts.failure?.reason], [status, body, reason]);
    if (status !== undefined) assert.equal(facts.version, bytes.slice(0, 8).toLowerCase());
  });
}

test('HTTP/1.1: a TCP reset is not an orderly close', async (t) => {
  const { port } = await serveBytes(t, '', 'resetAndDestroy');
  assert.deepEqual(outcomeOf(await probeHttp(targetAt(port, plain))), [undefined, '', 'reset', 'ECONNRESET']);
});

test('limits the number of interim answers', async (t) => {
  const { port } = await serveBytes(t, 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(40), 'stay');
  const facts = await probeHttp(targetAt(port, plain));
  assert.deepEqual([facts.status, facts.failure?.reason, facts.interim.length], [undefined, 'malformed', 32]);
});

const ok = encodeFrame(frameType.headers, flag.endHeaders, 1, encodeFields([[':status', '200']]));
const lengthOf = (length: number): Buffer =>
  encodeFrame(
    frameType.headers,
    flag.endHeaders,
    1,
    encodeFields([
      [':status', '200'],
      ['content-length', String(length)],
    ]),
  );
const data = (text: string, flags = 0): Buffer => encodeFrame(frameType.data, flags, 1, Buffer.from(text));
const resetStream = (code: number): Buffer => encodeFrame(frameType.resetStream, 0, 1, number32(code));
const goAway = (last: number, code: number): Buffer =>
  encodeFrame(frameType.goAway, 0, 0, Buffer.concat([number32(last), number32(code)]));

const http2Answers: Record<string, [frames: Buffer[], outcome: Outcome]> = {
  'a complete answer': [
    [ok, data('ok', flag.endStream)],
    [200, 'ok', undefined, undefined],
  ],
  'a stream reset before the head': [[resetStream(7)], [undefined, '', 'closed', 'REFUSED_STREAM']],
  'a stream reset in the body': [
    [ok, data('half'), resetStream(2)],
    [200, 'half', 'closed', 'INTERNAL_ERROR'],
  ],
  'a stream cancelled in the body': [
    [ok, data('half'), resetStream(8)],
    [200, 'half', 'closed', 'CANCEL'],
  ],
  'a server that requires HTTP/1.1': [[resetStream(13)], [undefined, '', 'closed', 'HTTP_1_1_REQUIRED']],
  'a stream closed without an answer': [[resetStream(0)], [undefined, '', 'closed', undefined]],
  'an unknown code': [[resetStream(0xbeef)], [undefined, '', 'closed', '0xbeef']],
  'a GOAWAY before the stream': [[goAway(0, 11)], [undefined, '', 'closed', 'ENHANCE_YOUR_CALM']],
  'a GOAWAY after the stream': [
    [goAway(1, 0), ok, data('ok', flag.endStream)],
    [200, 'ok', undefined, undefined],
  ],
  'a connection that ends before the head': [[], [undefined, '', 'closed', undefined]],
  'a connection that ends in the body': [
    [ok, data('half')],
    [200, 'half', 'closed', undefined],
  ],
  'a body shorter than its length': [
    [lengthOf(10), data('half', flag.endStream)],
    [200, 'half', 'malformed', 'PROTOCOL_ERROR'],
  ],
  'a body longer than its length': [
    [lengthOf(1), data('longer')],
    [200, '', 'malformed', 'ERR_HTTP2_ERROR'],
  ],
  'a body without a head': [[data('ok', flag.endStream)], [undefined, '', 'malformed', 'ERR_HTTP2_ERROR']],
  'invalid HPACK': [
    [encodeFrame(frameType.headers, flag.endHeaders, 1, Buffer.alloc(5, 0xff))],
    [undefined, '', 'malformed', 'ERR_HTTP2_ERROR'],
  ],
  'an upper-case field name': [
    [
      encodeFrame(
        frameType.headers,
        flag.endHeaders,
        1,
        encodeFields([
          [':status', '200'],
          ['X-Capital', '1'],
        ]),
      ),
    ],
    [undefined, '', 'malformed', 'PROTOCOL_ERROR'],
  ],
};

for (const [name, [frames, expected]] of Object.entries(http2Answers)) {
  test(`HTTP/2: ${name}`, async (t) => {
    const port = await serveFrames(t, frames);
    assert.deepEqual(outcomeOf(await probeHttp(targetAt(port, h2))), expected);
  });
}

test('HTTP/2 to a server that speaks only HTTP/1.1', async (t) => {
  const { port } = await serveWay(t, plain, (_, answer) => answer.end('one'));
  assert.equal((await probeHttp(targetAt(port, h2))).failure?.reason, 'malformed');
  const secure = await serveTls(t, [leaf], { answer: (socket) => void socket.end('HTTP/1.1 200 OK\r\n\r\n') });
  const withoutAlpn = await probeHttp(targetAt(secure.port, h2OverTls));
  assert.deepEqual(
    [withoutAlpn.tls?.reached, ...outcomeOf(withoutAlpn)],
    [true, undefined, '', 'no-version', undefined],
  );
  assert.equal(secure.received(), '');
  const strict = await serveTls(t, [leaf], { ALPNProtocols: ['http/1.1'] });
  const refused = await probeHttp(targetAt(strict.port, h2OverTls));
  assert.deepEqual(outcomeOf(refused), [undefined, '', 'tls-alert', 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL']);
});

test('HTTP/1.1 to a server that speaks only HTTP/2', async (t) => {
  const { port } = await serveWay(t, h2, (_, answer) => answer.end('two'));
  const facts = await probeHttp(targetAt(port, plain));
  assert.deepEqual([facts.status, facts.failure?.reason], [undefined, 'malformed']);
});

test('plain HTTP to a TLS port, and TLS to a plain HTTP port', async (t) => {
  const { port } = await serveWay(t, plain, (_, answer) => answer.end('ok'));
  const asTls = await probeHttp(targetAt(port, overTls));
  assert.deepEqual([asTls.tls?.reached, asTls.failure?.reason], [false, 'not-tls']);
  const secure = await serveTls(t, [leaf], {});
  const asPlain = await probeHttp(targetAt(secure.port, plain));
  assert.deepEqual([asPlain.tcp?.reached, asPlain.status], [true, undefined]);
  assert.ok(['malformed', 'closed', 'reset'].includes(asPlain.failure!.reason), asPlain.failure!.reason);
});

test('a required client certificate: an alert during the handshake (TLS 1.2) or after it (TLS 1.3)', async (t) => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const server = await serveTls(t, [leaf], { requestCert: true, ca: root.pem, maxVersion });
    const facts = await probeHttp(targetAt(server.port, overTls));
    assert.deepEqual([facts.tls?.reached, facts.failure?.reason], [maxVersion === 'TLSv1.3', 'tls-alert']);
    assert.equal(server.received(), '');
  }
});
