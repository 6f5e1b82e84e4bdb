/** The environment cannot switch off verification. Runs under NODE_TLS_REJECT_UNAUTHORIZED=0, which Node.js obeys by default. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { before, test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { createTrust } from '../../src/index.ts';
import { startLyingAuthority } from '../acme/lying-authority.ts';
import { accountAt, clientOf, withCode } from '../acme/support.ts';
import { authority, connectRaw, rootPem, route, site, startEdge, upstreamAt } from '../edge/edge.ts';
import { mends } from '../support/outside.ts';
import { atEnd } from '../support/up.ts';

const environmentCase = 'security/S02-verification-off-by-environment';

before(() => {
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
});

/** A server with an untrusted root, and what it receives. */
async function startStranger(t: TestContext): Promise<{ port: number; heard: () => string }> {
  const issued = await authority.issue(['localhost', '127.0.0.1']);
  let heard = '';
  const server = tls.createServer({ cert: issued.chainPem, key: issued.keyPem.reveal() }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1');
      socket.end('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil');
    });
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

test('the edge sends nothing to an app that does not verify', async (t) => {
  const measured = mends(t, environmentCase);
  const stranger = await startStranger(t);
  const edge = await startEdge(t, [
    site(['chat.test'], [route(upstreamAt(stranger.port, { protocol: 'https', host: 'localhost' }))]),
  ]);
  const client = await connectRaw(t, edge.httpsPort);
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\nAuthorization: Bearer secret-token\r\n\r\n');
  assert.match(await client.until(/\r\n\r\n/), /^HTTP\/1\.1 502 /);
  assert.equal(stranger.heard(), '');
  measured['status'] = 502;
  measured['appHeard'] = stranger.heard().length;
});

test('the ACME client does not talk to an authority that does not verify', async (t) => {
  const measured = mends(t, environmentCase);
  const lying = await startLyingAuthority(t);
  const client = clientOf(t, { directoryUrl: lying.directoryUrl, rootPem });
  await assert.rejects(accountAt(client), withCode('acme.untrusted'));
  assert.deepEqual(lying.seen, []);
  measured['authorityHeard'] = lying.seen.length;
});

test('the library verifies by fetch and by node:https', async (t) => {
  mends(t, environmentCase);
  const stranger = await startStranger(t);
  const trust = await createTrust({ env: {} });
  atEnd(t, () => trust.close());
  const url = `https://localhost:${stranger.port}/`;
  await assert.rejects(trust.fetch(url));
  await assert.rejects(once(https.get(url, { agent: trust.httpsAgent() }), 'response'));
  assert.equal(stranger.heard(), '');
});

/** Each call that opens or configures TLS in the source, up to its closing parenthesis. */
function tlsCalls(opening: RegExp): { file: string; call: string }[] {
  const source = path.resolve(import.meta.dirname, '../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' });
  const ours = files.filter((file) => file.endsWith('.ts') && !file.startsWith(path.join('trust', 'consumers')));
  return ours.flatMap((file) => {
    const text = readFileSync(path.join(source, file), 'utf8');
    return [...text.matchAll(opening)].flatMap(({ index }) => {
      if (/^\s*(?:\/?\*|\/\/)/m.test(text.slice(text.lastIndexOf('\n', index), index))) return [];
      return [{ file, call: text.slice(index, text.indexOf(');', index)) }];
    });
  });
}

const verifies = /\.\.\.verifiedConnection\b|rejectUnauthorized: (?:true|false)/;
const namesVersion = /\.\.\.verifiedConnection\b|secureContext|minVersion/;
const namesRoots = /\bca\b|secureContext/;

test('every TLS client in the source says how it verifies, with which roots, and from which version on', (t) => {
  mends(t, environmentCase);
  const clients = tlsCalls(
    /\b(?:tls\.connect|buildConnector|new https\.Agent)\(|\bhttps(?: : http\))?\.(?:request|get)\(/g,
  );
  for (const { file, call } of clients) {
    for (const rule of [verifies, namesVersion, namesRoots]) assert.match(call, rule, `${file}: ${call.slice(0, 80)}`);
  }
  assert.ok(clients.length >= 6, `${clients.length} clients`);
});

test('every TLS context and server in the source says its oldest version', (t) => {
  mends(t, environmentCase);
  const contexts = tlsCalls(/\b(?:tls\.)?createSecureContext\(|\btls\.createServer\(/g).filter(
    // Only tries whether OpenSSL accepts a certificate; the options come from a function that is looked at itself.
    ({ file, call }) => file !== path.join('certificates', 'files', 'pair.ts') && !call.includes('contextOptions('),
  );
  for (const { file, call } of contexts) assert.match(call, /minVersion/, `${file}: ${call.slice(0, 80)}`);
  assert.ok(contexts.length >= 4, `${contexts.length} contexts`);
});
