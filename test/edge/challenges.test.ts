import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import tls from 'node:tls';
import { once } from 'node:events';
import type { Challenge } from '../../src/acme/challenge.ts';
import { systemClock } from '../../src/base/clock.ts';
import { EdgeChallenges } from '../../src/edge/challenges.ts';
import { connectRaw, type Edge, rootPem, route, site, startEdge, startRecorder, upstreamAt } from './edge.ts';
import { testRandom } from '../support/seed.ts';

function challenge(token: string, value = 'chat.test'): Challenge {
  return {
    identifier: { type: 'dns', value },
    name: value,
    isWildcard: false,
    token,
    keyAuthorization: `${token}.thumbprint`,
    dnsValue: '',
  };
}

function challengesOf(edge: Edge): EdgeChallenges {
  return new EdgeChallenges({
    clock: systemClock,
    random: testRandom,
    publish: async (answers) => edge.answerChallenges(answers),
  });
}

async function ask(t: Parameters<typeof connectRaw>[0], port: number, target: string): Promise<string> {
  const client = await connectRaw(t, port, { plain: true });
  client.socket.write(`GET ${target} HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n`);
  return (await client.closed).text;
}

test('answers HTTP-01 on the plain listener until the challenge is cleaned up', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const { http01 } = challengesOf(edge);
  const path = '/.well-known/acme-challenge/';
  await http01.prepare([challenge('one'), challenge('two')], new AbortController().signal);
  assert.match(await ask(t, edge.httpPort, `${path}one`), /^HTTP\/1\.1 200 [\s\S]*\r\n\r\none\.thumbprint$/);
  assert.match(await ask(t, edge.httpPort, `${path}two`), /two\.thumbprint$/);
  for (const other of ['three', 'constructor', '', 'one/', 'one?x']) {
    assert.match(await ask(t, edge.httpPort, path + other), /^HTTP\/1\.1 308 /);
  }
  await http01.clean([challenge('one')]);
  assert.match(await ask(t, edge.httpPort, `${path}one`), /^HTTP\/1\.1 308 /);
  assert.match(await ask(t, edge.httpPort, `${path}two`), /two\.thumbprint$/);
  assert.equal(app.received(), '');
});

test('forwards an unknown token to the app, over HTTPS', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const { http01 } = challengesOf(edge);
  await http01.prepare([challenge('ours')], new AbortController().signal);
  for (const [token, shape] of [
    ['ours', /ours\.thumbprint$/],
    ['theirs', /ok$/],
  ] as const) {
    const client = await connectRaw(t, edge.httpsPort);
    client.socket.write(
      `GET /.well-known/acme-challenge/${token} HTTP/1.1\r\nHost: chat.test\r\nConnection: close\r\n\r\n`,
    );
    assert.match((await client.closed).text, shape);
  }
  assert.match(app.received(), /^GET \/\.well-known\/acme-challenge\/theirs /);
});

test('answers TLS-ALPN-01 on the HTTPS listener, which keeps serving other clients', async (t) => {
  const app = await startRecorder(t);
  const edge = await startEdge(t, [site(['chat.test'], [route(upstreamAt(app.port))])]);
  const { tlsAlpn01 } = challengesOf(edge);
  const one = challenge('one');
  await tlsAlpn01.prepare([one], new AbortController().signal);
  const validate = (): tls.TLSSocket =>
    tls.connect({
      port: edge.httpsPort,
      host: '127.0.0.1',
      servername: 'chat.test',
      ALPNProtocols: ['acme-tls/1'],
      rejectUnauthorized: false, // RFC 8737 requires a self-signed certificate
    });
  const seen = validate();
  await once(seen, 'secureConnect');
  assert.equal(seen.alpnProtocol, 'acme-tls/1');
  const { raw } = seen.getPeerCertificate();
  const digest = createHash('sha256').update(one.keyAuthorization).digest();
  assert.ok(raw.includes(Buffer.concat([Buffer.from([0x04, 0x20]), digest])), 'acmeIdentifier contains the digest');
  await once(seen, 'close');

  const client = await connectRaw(t, edge.httpsPort, { ca: rootPem });
  client.socket.write('GET / HTTP/1.1\r\nHost: chat.test\r\n\r\n');
  await client.until(/ok$/);

  await tlsAlpn01.clean([one]);
  const late = validate();
  const [error] = (await once(late, 'error')) as [Error];
  assert.match(error.message, /no application protocol/i);
});
