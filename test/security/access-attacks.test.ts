/** Attempts to come in without an identity, or under a false one; the rows of "Access: attacks" in docs/hardening.md. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import { test } from 'node:test';
import { connectRaw, rootPem, route, site, startEdge, startRecorder, upstreamAt } from '../edge/edge.ts';
import { mends } from '../support/outside.ts';

/** The status of a GET over HTTP/2 with these fields. */
async function statusOverHttp2(port: number, fields: Record<string, string>): Promise<number> {
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: rootPem, servername: 'chat.test' });
  try {
    const stream = session.request({ ':authority': 'chat.test', ':path': '/', ...fields });
    const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
    return Number(headers[':status']);
  } finally {
    session.destroy();
  }
}

const addressFields = [
  ['X-Forwarded-For', '192.0.2.7'],
  ['X-Real-IP', '192.0.2.7'],
  ['Forwarded', 'for=192.0.2.7'],
  ['CF-Connecting-IP', '192.0.2.7'],
  ['True-Client-IP', '192.0.2.7'],
  ['X-Client-IP', '192.0.2.7'],
  ['X-Cluster-Client-IP', '192.0.2.7'],
] as const;

test('no field brings a visitor past a list of addresses', async (t) => {
  const measured = mends(t, 'attack/address-by-field');
  const app = await startRecorder(t);
  const access = { allow: ['192.0.2.0/24'] };
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port), { access })])]);
  const statuses = new Set<number>();
  for (const [name, value] of addressFields) {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(`GET / HTTP/1.1\r\nHost: chat.test\r\n${name}: ${value}\r\n\r\n`);
    const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(await client.until(/^HTTP\/1\.1 \d{3}[^]*\r\n\r\n/))!;
    statuses.add(Number(status));
    statuses.add(await statusOverHttp2(edge.httpsPort, { [name.toLowerCase()]: value }));
  }
  assert.deepEqual([...statuses], [403]);
  assert.equal(app.received(), '');
  Object.assign(measured, { fields: addressFields.length, statuses: [...statuses].join(', '), reached: 0 });
});
