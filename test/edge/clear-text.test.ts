import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingReport } from '../../src/app/messages.ts';
import { clearTextFindings } from '../../src/edge/clear-text.ts';
import { mends } from '../support/outside.ts';
import { connectRaw, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

test('what a client sends in clear before the redirect is counted, logged and reported with what to change', async (t) => {
  mends(t, 'apps/clear-text-post-silent');
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test', 'www.test'], [route(upstreamAt(app.port))])]);
  const send = async (line: string, fields: string[], port = edge.httpPort): Promise<string> => {
    const client = await connectRaw(t, port, { plain: true });
    client.socket.write([`${line} HTTP/1.1`, `Host: chat.test:${port}`, ...fields, '', ''].join('\r\n'));
    return client.until(/\r\n\r\n$/);
  };
  for (const [line, fields, kind] of [
    ['POST /knowledge_base/chat?a=b', ['Content-Length: 5'], 'body'],
    ['PUT /upload', ['Transfer-Encoding: chunked', 'Cookie: a=1'], 'body'],
    ['GET /v1/models', ['Authorization: Bearer sk-secret'], 'credential'],
    ['GET /v1/realtime', ['Sec-WebSocket-Protocol: realtime, openai-insecure-api-key.sk-secret'], 'credential'],
    ['POST /v1/chat', ['X-Api-Key: sk-secret', 'Content-Length: 5'], 'credential'],
    ['GET /api?alt=sse&key=sk-secret', [], 'key-in-url'],
    ['GET /tree?token=sk-secret', [], 'key-in-url'],
    ['GET /', ['Cookie: session=secret'], 'cookie'],
    ['GET /', [], undefined],
    ['POST /empty', ['Content-Length: 0'], undefined],
  ] as [string, string[], string | undefined][]) {
    const entry = edge.nextEntry();
    assert.match(await send(line, fields), /^HTTP\/1\.1 308 /);
    const { status, error, detail, ...rest } = await entry;
    assert.deepEqual([status, error, detail], [308, kind && 'edge.clear-text', kind], line);
    assert.ok(!JSON.stringify(rest).includes('secret'));
  }
  await send('POST /knowledge_base/chat', ['Content-Length: 5'], edge.httpPort);
  await send('POST /plain-on-https', ['Content-Length: 5'], edge.httpsPort);
  assert.equal(app.connections(), 0);

  const uses = edge.context.clearText.list();
  assert.equal(uses.length, 9);
  const findings = clearTextFindings([...uses, ...uses], 'chat.test', edge.httpsPort);
  assert.equal(findings.length, 5, 'the latest');
  const report = findingReport(
    findings.find((finding) => JSON.stringify(finding).includes('knowledge'))!,
    'en',
  );
  assert.equal(report.severity, 'warning');
  assert.equal(
    report.message,
    `127.0.0.1 sent a request body in clear to http://chat.test:${edge.httpPort}/knowledge_base/chat (POST, 4×). Everyhop then redirected it to HTTPS.`,
  );
  assert.ok(report.hint!.includes(`https://chat.test:${edge.httpsPort}/knowledge_base/chat`));
  assert.ok(!JSON.stringify(findings).includes('secret'));
  assert.deepEqual(clearTextFindings(uses, 'other.test', 443), []);
});

test('remembers a bounded number of kinds, the latest', async (t) => {
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(1))])]);
  const client = await connectRaw(t, edge.httpPort, { plain: true });
  const request = (at: number): string => `GET /${at} HTTP/1.1\r\nHost: chat.test\r\nCookie: a=1\r\n\r\n`;
  client.socket.write(request(0));
  await client.closed;
  for (let at = 1; at <= 60; at += 1) {
    const next = await connectRaw(t, edge.httpPort, { plain: true });
    next.socket.write(request(at));
    await next.closed;
  }
  const paths = edge.context.clearText.list().map(({ path }) => path);
  assert.deepEqual(
    paths,
    Array.from({ length: 50 }, (_, at) => `/${at + 11}`),
  );
});
