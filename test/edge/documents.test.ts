import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import http2 from 'node:http2';
import { test } from 'node:test';
import { RequestRate } from '../../src/edge/request-rate.ts';
import { FakeClock } from '../support/clock.ts';
import { connectRaw, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';

const base64 = (content: string): string => Buffer.from(content).toString('base64');
const documents = [
  {
    path: '/everyhop/trust',
    type: 'text/html; charset=utf-8',
    fields: ['X-Own', 'yes'],
    bodies: { en: base64('english'), zh: base64('chinese') },
  },
];

test('a site with documents serves them over HTTP and HTTPS; others redirect to HTTPS and forward', async (t) => {
  const app = await startRecorder(t);
  const sites = [
    site(['studio.local'], [route(upstreamAt(app.port))], { hasDocuments: true }),
    site(['chat.test'], [route(upstreamAt(app.port))]),
  ];
  const edge = await startEdge(t, sites, { documents });
  const ask = async (head: string, port = edge.httpPort): Promise<string> => {
    const client = await connectRaw(t, port, { plain: true });
    client.socket.write(`${head}Connection: close\r\n\r\n`);
    return (await client.closed).text;
  };
  const own = 'Host: studio.local\r\n';
  assert.match(
    await ask(`GET /everyhop/trust HTTP/1.1\r\n${own}Accept-Language: zh-CN\r\n`),
    /^HTTP\/1\.1 200 OK\r\n[^]*X-Own: yes\r\n[^]*chinese$/,
  );
  assert.match(await ask(`GET /everyhop/trust?lang=en HTTP/1.1\r\n${own}Accept-Language: zh\r\n`), /english$/);
  assert.match(
    await ask(`HEAD /everyhop/trust HTTP/1.1\r\n${own}`),
    /^HTTP\/1\.1 200 [^]*Content-Length: 7\r\n[^]*\r\n\r\n$/,
  );
  for (const head of [
    `POST /everyhop/trust HTTP/1.1\r\n${own}Content-Length: 0\r\n`,
    `GET /everyhop/trusty HTTP/1.1\r\n${own}`,
  ]) {
    assert.match(await ask(head), /^HTTP\/1\.1 308 /);
  }
  assert.match(await ask('GET /everyhop/trust HTTP/1.1\r\nHost: chat.test\r\n'), /^HTTP\/1\.1 308 /);
  assert.match(await ask('GET /everyhop/check HTTP/1.1\r\nHost: chat.test\r\n', edge.httpsPort), /^HTTP\/1\.1 308 /);
  assert.equal(app.received(), '');
  const clear = await ask(
    `GET /everyhop/check HTTP/1.1\r\n${own}Origin: http://studio.local:${edge.httpPort}\r\n`,
    edge.httpsPort,
  );
  assert.match(clear, /^HTTP\/1\.1 200 [^]*\r\nAccess-Control-Allow-Origin: http:\/\/studio\.local:\d+\r\n[^]*ok\n$/);

  const session = http2.connect(`https://127.0.0.1:${edge.httpsPort}`, { servername: 'studio.local', ca: rootPem });
  t.after(() => session.close());
  const check = async (origin?: string): Promise<unknown[]> => {
    const fields = { ':path': '/everyhop/check', ':authority': 'studio.local:8443', ...(origin ? { origin } : {}) };
    const stream = session.request(fields);
    let allowed: unknown;
    stream.on('response', (response) => (allowed = response['access-control-allow-origin']));
    return [await text(stream), allowed];
  };
  assert.deepEqual(await check('http://studio.local:8080'), ['ok\n', 'http://studio.local:8080']);
  assert.deepEqual(await check('https://evil.test'), ['ok\n', undefined], 'other websites may not read it');
  assert.deepEqual(await check('null'), ['ok\n', undefined]);
});

test('limits requests for documents by client, and says when to come back', async (t) => {
  const edge = await startEdge(t, [site(['studio.local'], [route(upstreamAt(1))], { hasDocuments: true })], {
    documents,
  });
  const client = await connectRaw(t, edge.httpPort, { plain: true });
  const one = 'GET /everyhop/check HTTP/1.1\r\nHost: studio.local\r\n';
  client.socket.write(`${`${one}\r\n`.repeat(400)}${one}Connection: close\r\n\r\n`);
  const { text: all } = await client.closed;
  assert.equal(all.match(/^HTTP\/1\.1 200 /gm)?.length, 300);
  assert.match(all, /HTTP\/1\.1 429 Too Many Requests\r\n[^]*Retry-After: 60\r\n/);

  const clock = new FakeClock();
  const rate = new RequestRate(clock);
  const admitted = (address: string): number => Array.from({ length: 400 }).filter(() => rate.admits(address)).length;
  assert.deepEqual([admitted('192.0.2.1'), admitted('192.0.2.2')], [300, 300]);
  assert.deepEqual([admitted('2001:db8::1'), admitted('2001:db8::2')], [300, 0], 'a client has a whole /64');
  clock.advance(60_000);
  assert.equal(admitted('192.0.2.1'), 300);
});
