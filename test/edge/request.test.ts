import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessEntry, ConnectionFacts, EdgeContext } from '../../src/edge/connection.ts';
import { parseRequestHead } from '../../src/edge/http1/head.ts';
import {
  beginTunnel,
  createRequest,
  type EdgeRequest,
  isBodyLate,
  logRequest,
  releaseBody,
  sendBody,
} from '../../src/edge/request.ts';
import type { Exchange } from '../../src/edge/upstream/exchange.ts';

const facts: ConnectionFacts = {
  remoteAddress: '192.0.2.1',
  remotePort: 50_000,
  localAddress: '192.0.2.2',
  localPort: 443,
  secure: true,
  serverName: 'chat.test',
  redirects: false,
  policy: '1.2',
};
const hourMs = 3_600_000;

/** A request forwarded to an app that accepts body bytes while `takes` is true. */
function forwarded(app = { takes: true }): EdgeRequest {
  const head = parseRequestHead('POST /v1/chat?key=secret HTTP/1.1\r\nHost: chat.test\r\nContent-Length: 3');
  const request = createRequest(head, 'HTTP/2', facts, false);
  request.upstream = { send: () => app.takes } as unknown as Exchange;
  return request;
}

function logged(request: EdgeRequest): AccessEntry[] {
  const entries: AccessEntry[] = [];
  logRequest(request, { log: (entry) => void entries.push(entry) } as EdgeContext);
  return entries;
}

test('a body is late once the client has sent none of it for the time limit', () => {
  const request = forwarded();
  assert.equal(isBodyLate(request, request.bodyHeardMs + 119_000), false);
  assert.equal(isBodyLate(request, request.bodyHeardMs + 121_000), true);
});

test('a body is not late while the app accepts none of it; the time limit restarts afterwards', () => {
  const request = forwarded({ takes: false });
  assert.equal(releaseBody(request), false);
  assert.equal(sendBody(request, Buffer.from('a')), false);
  assert.equal(isBodyLate(request, performance.now() + hourMs), false);
  request.bodyHeardMs = 0;
  assert.equal(releaseBody(request), true);
  assert.ok(request.bodyHeardMs > 0);
  assert.equal(isBodyLate(request, performance.now() + hourMs), true);
});

test('a WebSocket has no body time limit, and may end at any time without an error', () => {
  const request = forwarded();
  beginTunnel(request, 200);
  assert.equal(isBodyLate(request, performance.now() + hourMs), false);
  const [entry] = logged(request);
  assert.equal(entry!.kind, 'websocket');
  assert.equal(entry!.error, undefined);
});

test('logs a request without a response as client-gone, without the query', () => {
  const [entry] = logged(forwarded());
  assert.equal(entry!.error, 'client-gone');
  assert.equal(entry!.path, '/v1/chat');
  assert.equal(entry!.status, 0);
});

test('does not log proof requests', () => {
  const request = forwarded();
  request.unlogged = true;
  assert.deepEqual(logged(request), []);
});
