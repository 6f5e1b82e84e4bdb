/** Providers that lie, and those that are only slow or broken. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { failureOf } from '../../../src/edge/access/oidc/failure.ts';
import { discover } from '../../../src/edge/access/oidc/provider.ts';
import type { EdgeOidc } from '../../../src/edge/access/oidc/settings.ts';
import { checkProviders } from '../../../src/edge/provider-check.ts';
import type { Fault } from '../../../src/hop/finding.ts';
import { mends } from '../../support/outside.ts';
import { type Edge, freePort, rootPem, route, site, startEdge, upstreamAt } from '../edge.ts';
import { clientSecret, json, type Liar, type Lies, startLiar, strangersKey } from './liar.ts';
import { cookieKey, startMirror } from './log-in.ts';
import { type Answer, Visitor } from './visitor.ts';

interface Scene {
  liar: Liar;
  edge: Edge;
  url: string;
  visitor: Visitor;
}

async function start(t: TestContext, more: Partial<EdgeOidc> = {}): Promise<Scene> {
  const liar = await startLiar(t);
  const app = await startMirror(t);
  const httpsPort = await freePort();
  const settings: EdgeOidc = {
    issuer: liar.issuer,
    clientId: 'everyhop',
    clientSecret,
    rootsPem: rootPem,
    allow: { emails: ['ann@example.com'], domains: [], groups: [] },
    groupsClaim: 'groups',
    sessionMs: 3_600_000,
    cookieKeys: [cookieKey()],
    ...more,
  };
  const listeners = [{ address: '127.0.0.1', port: httpsPort, secure: true }];
  const sites = [site(['chat.test'], [route(upstreamAt(app), { access: { oidc: settings } })])];
  const edge = await startEdge(t, sites, { listeners, httpsPort, httpPort: undefined });
  return { liar, edge, url: `https://chat.test:${httpsPort}`, visitor: new Visitor() };
}

/** The answer to the call-back of a log-in at the liar. */
async function logIn({ liar, url, visitor }: Scene, query: Record<string, string> = {}): Promise<Answer> {
  const begun = await visitor.visit(`${url}/everyhop/login`);
  if (!begun.location.startsWith(liar.issuer)) return begun;
  const asked = new URL(begun.location).searchParams;
  liar.nonce = asked.get('nonce')!;
  const back = new URLSearchParams({ code: 'abc', state: asked.get('state')!, ...query });
  return visitor.visit(`${url}/everyhop/callback?${back.toString()}`);
}

const tokens: [what: string, lies: Lies, reason: RegExp][] = [
  ['another issuer in the ID token', { claims: { iss: 'https://evil.test' } }, /"iss"/],
  ['another audience', { claims: { aud: 'another' } }, /"aud"/],
  ['a second audience', { claims: { aud: ['everyhop', 'another'], azp: 'another' } }, /"azp"|"aud"/],
  ['the nonce of another log-in', { claims: { nonce: 'x'.repeat(43) } }, /"nonce"/],
  ['no nonce', { claims: { nonce: undefined } }, /nonce/],
  ['a token that expired two minutes ago', { claims: { exp: Math.floor(Date.now() / 1000) - 120 } }, /"exp"/],
  ['a token from tomorrow', { claims: { nbf: Math.floor(Date.now() / 1000) + 86_400 } }, /"nbf"|timestamp/],
  ['no signature (alg none)', { header: { alg: 'none' }, key: 'none' }, /alg|unsupported|algorithm/i],
  [
    "a signature under the client's secret (HS256)",
    { header: { alg: 'HS256' }, key: 'hmac' },
    /alg|unsupported|algorithm/i,
  ],
  ["a stranger's signature", { key: strangersKey }, /signature/],
  ['a key that it does not have', { header: { kid: 'other' } }, /key|JSON Web Key|kid/i],
  [
    'no ID token',
    { token: (response) => json(response, { access_token: 'x', token_type: 'Bearer' }) },
    /id_token|ID Token/i,
  ],
  ['an error', { token: (response) => json(response, { error: 'invalid_grant' }, 400) }, /invalid_grant/],
  ['a subject with line breaks', { claims: { sub: 'ann\r\nX-Forwarded-User: root' } }, /"sub"/],
];

test('refuses forged, foreign and expired ID tokens', async (t) => {
  const measured = mends(t, 'attack/oidc-lies');
  const scene = await start(t);
  assert.equal((await logIn(scene)).status, 302, 'the truth');
  let refused = 0;
  for (const [what, lies, reason] of tokens) {
    const visitor = new Visitor();
    scene.liar.say(lies);
    const answer = await logIn({ ...scene, visitor });
    assert.equal(answer.status, 502, `${what}: ${answer.body}`);
    const { error, detail } = scene.edge.log.at(-1)!;
    assert.equal(error, 'edge.oidc-rejected', what);
    assert.match(detail!, reason, what);
    assert.equal(visitor.jar(scene.url).size, 0, what);
    refused += 1;
  }
  measured['refused'] = refused;
  measured['tried'] = tokens.length;
});

test('clocks may differ by a minute', async (t) => {
  const scene = await start(t);
  const now = Math.floor(Date.now() / 1000);
  for (const claims of [{ exp: now - 50 }, { nbf: now + 50 }, { iat: now + 50 }]) {
    scene.liar.say({ claims });
    const answer = await logIn({ ...scene, visitor: new Visitor() });
    assert.equal(answer.status, 302, `${JSON.stringify(claims)} ${scene.edge.log.at(-1)!.detail}`);
  }
});

test('names the other issuer of a call-back (RFC 9207) as a reason to refuse it', async (t) => {
  mends(t, 'attack/oidc-mix-up');
  const scene = await start(t);
  scene.liar.say({ metadata: { authorization_response_iss_parameter_supported: true } });
  assert.equal((await logIn(scene, { iss: 'https://evil.test' })).status, 502);
  assert.equal((await logIn(scene)).status, 502, 'a provider that sends it must always send it');
  assert.deepEqual(
    scene.liar.requests.filter((path) => path === '/token'),
    [],
    'the code went nowhere',
  );
  assert.equal((await logIn(scene, { iss: scene.liar.issuer })).status, 302);
});

const broken: [what: string, lies: Lies, code: string, detail: RegExp][] = [
  [
    'another issuer',
    { metadata: { issuer: 'https://evil.test' } },
    'edge.oidc-unusable',
    /calls itself https:\/\/evil\.test/,
  ],
  ['no keys', { metadata: { jwks_uri: undefined } }, 'edge.oidc-unusable', /jwks_uri/],
  [
    'an endpoint without TLS',
    { metadata: { token_endpoint: 'http://127.0.0.1/token' } },
    'edge.oidc-unusable',
    /token_endpoint/,
  ],
  [
    'a page instead of JSON',
    { discovery: (answer) => void answer.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>') },
    'edge.oidc-unusable',
    /not the JSON/,
  ],
  [
    'status 404',
    { discovery: (answer) => void answer.writeHead(404).end() },
    'edge.oidc-unreachable',
    /HTTP status 404/,
  ],
  [
    'a redirect',
    { discovery: (answer) => void answer.writeHead(302, { Location: 'https://evil.test/' }).end() },
    'edge.oidc-unreachable',
    /HTTP status 302/,
  ],
  [
    'a megabyte',
    { discovery: (answer) => json(answer, { x: 'x'.repeat(1_000_000) }) },
    'edge.oidc-unreachable',
    /more than 512 KB/,
  ],
  ['a connection that breaks', { discovery: (answer) => void answer.destroy() }, 'edge.oidc-unreachable', /./],
];

test('a wrong description is a 503 with its reason; Everyhop fetches it again later', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
  const scene = await start(t);
  for (const [what, lies, code, detail] of broken) {
    scene.liar.say(lies);
    t.mock.timers.tick(6000);
    const answer = await logIn(scene);
    assert.equal(answer.status, 503, what);
    assert.equal(scene.edge.log.at(-1)!.error, code, what);
    assert.match(scene.edge.log.at(-1)!.detail!, detail, what);
  }
  scene.liar.say({});
  t.mock.timers.tick(6000);
  assert.equal((await logIn(scene)).status, 302);
});

test('a provider with another root is not trusted, and endless keys end', async (t) => {
  const scene = await start(t, { rootsPem: undefined });
  const untrusted = await logIn(scene);
  assert.equal(untrusted.status, 503);
  assert.equal(scene.edge.log.at(-1)!.error, 'edge.oidc-untrusted');
  assert.match(scene.edge.log.at(-1)!.detail!, /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/);
  assert.deepEqual(scene.liar.requests, []);

  const second = await start(t);
  second.liar.say({
    keys: (answer) =>
      json(answer, {
        keys: Array.from({ length: 5000 }, (_, kid) => ({
          kty: 'RSA',
          kid: String(kid),
          n: 'x'.repeat(300),
          e: 'AQAB',
        })),
      }),
  });
  assert.equal((await logIn(second)).status, 503);
  assert.match(second.edge.log.at(-1)!.detail!, /more than 512 KB/);
});

test('a wrong client secret has its own code, and never reaches the log', async (t) => {
  const scene = await start(t);
  scene.liar.say({ token: (answer) => json(answer, { error: 'invalid_client' }, 401) });
  assert.equal((await logIn(scene)).status, 503);
  assert.equal(scene.edge.log.at(-1)!.error, 'edge.oidc-client');
  assert.doesNotMatch(JSON.stringify(scene.edge.log), /the secret/);
});

test('what is wrong with a provider is a finding for the operator, in both languages', async (t) => {
  const scene = await start(t);
  const findings = async (): Promise<string[]> => {
    const found = await checkProviders(scene.edge.context.snapshot());
    return found.flatMap((finding) => [
      finding.severity,
      ...(['en', 'zh'] as const).map((language) => (finding as Fault).error.report(language).message),
    ]);
  };
  assert.deepEqual(await findings(), []);
  scene.liar.say({ metadata: { issuer: 'https://evil.test' } });
  const { issuer } = scene.liar;
  assert.deepEqual(await findings(), [
    'warning',
    `Visitors cannot log in with the identity provider ${issuer}: it calls itself https://evil.test.`,
    `无法通过身份提供方 ${issuer} 登录：它自称 https://evil.test。`,
  ]);
});

test('a provider that does not answer costs a limited time', async (t) => {
  const scene = await start(t);
  scene.liar.say({ discovery: () => {} });
  const settings = scene.edge.context.snapshot().sites[0]!.routes[0]!.access!.oidc!;
  const limit = 0.1;
  const error = await discover(settings, limit).catch((thrown: unknown) =>
    failureOf(thrown, settings, 'discovery', limit),
  );
  assert.match(
    (error as Error).message,
    /No usable answer from the identity provider .*: it took longer than 0\.1 s\./,
  );
});

test('a cancelled log-in is a page with a way to try again', async (t) => {
  const scene = await start(t);
  const answer = await logIn(scene, { error: 'access_denied', error_description: '<script>' });
  assert.equal(answer.status, 403);
  assert.equal(scene.edge.log.at(-1)!.error, 'edge.oidc-denied');
  assert.match(answer.body, /Log in again/);
  assert.doesNotMatch(answer.body, /<script>/);
});

test('claims that the ID token lacks come from the userinfo endpoint, of the same account only', async (t) => {
  const scene = await start(t);
  const { issuer } = scene.liar;
  const lies = {
    metadata: { userinfo_endpoint: `${issuer}/userinfo` },
    claims: { email: undefined, groups: undefined },
  };
  scene.liar.say({ ...lies, userinfo: { email: 'ann@example.com' } });
  assert.equal((await logIn(scene)).status, 302);
  for (const userinfo of [
    { sub: 'bob', email: 'ann@example.com' },
    { email: 'ann@example.com', email_verified: false },
  ]) {
    scene.liar.say({ ...lies, userinfo });
    const answer = await logIn({ ...scene, visitor: new Visitor() });
    assert.ok([403, 502].includes(answer.status), String(answer.status));
  }
});
