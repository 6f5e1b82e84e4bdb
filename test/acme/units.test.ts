import assert from 'node:assert/strict';
import { createHmac, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { Answer } from '../../src/acme/answer.ts';
import { knownAuthorities, knownAuthority } from '../../src/acme/authorities.ts';
import { bindAccount, keyAuthorization, signJws, thumbprint } from '../../src/acme/jws.ts';
import { printable, problemError, problemText, readProblem } from '../../src/acme/problem.ts';
import { longestRetryAfterMs, readRetryAfter } from '../../src/acme/retry-after.ts';
import { poll, untilAborted, wait } from '../../src/acme/wait.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import { generateKey, importPrivateKey } from '../../src/x509/key.ts';
import { x509Error } from '../../src/x509/messages.ts';
import { FakeClock } from '../support/clock.ts';
import { HastyClock } from './support.ts';

const now = Date.parse('2026-01-15T12:00:00Z');

test('reads Retry-After in seconds and the three date formats only', () => {
  const cases: [string | undefined, number | undefined][] = [
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 15 Jan 2026 12:02:00 GMT', 120_000],
    ['Thursday, 15-Jan-26 12:02:00 GMT', 120_000],
    ['Thu Jan 15 12:02:00 2026', 120_000],
    ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
    ['86401', 86_400_000],
    ['99999999999999999999999', 86_400_000],
    ['Fri, 15 Jan 2027 12:00:00 GMT', 86_400_000],
    ['-5', undefined],
    ['1.5', undefined],
    ['5 minutes', undefined],
    ['2026-01-15T12:02:00Z', undefined],
    ['', undefined],
    [undefined, undefined],
  ];
  for (const [text, expected] of cases) assert.equal(readRetryAfter(text, now), expected, String(text));
});

test('clamps Retry-After to between now and a day', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.nat().map(String),
        fc.date({ noInvalidDate: true }).map((d) => d.toUTCString()),
      ),
      (text) => {
        const delayMs = readRetryAfter(text, now);
        assert.ok(delayMs === undefined || (delayMs >= 0 && delayMs <= longestRetryAfterMs));
      },
    ),
  );
});

test('reads a problem of any shape into an EveryhopError that prints on one safe line', () => {
  const anything = fc.anything({ withNullPrototype: false, maxDepth: 3 });
  const shaped = fc.record(
    {
      type: fc.oneof(
        anything,
        fc.constantFrom('caa', 'rateLimited', 'badNonce').map((type) => `urn:ietf:params:acme:error:${type}`),
      ),
      detail: fc.oneof(anything, fc.string({ unit: 'binary' })),
      instance: anything,
      identifier: fc.oneof(anything, fc.record({ type: fc.constant('dns'), value: fc.string() })),
      subproblems: fc.oneof(anything, fc.array(anything)),
      status: anything,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(anything, shaped), fc.integer({ min: 400, max: 599 }), (value, status) => {
      const problem = readProblem(value);
      const error = problemError('a.test', status, problem, { names: ['a.test'] });
      assert.ok(error instanceof EveryhopError);
      for (const text of [problem.type, problem.detail, problemText(problem), error.message]) {
        assert.ok(!/[\p{Cc}\p{Cf}]/u.test(text), JSON.stringify(text));
      }
    }),
  );
});

test('truncates long texts and thousands of subproblems', () => {
  assert.equal(printable('x'.repeat(5000)).length, 1001);
  const many = readProblem({ subproblems: Array.from({ length: 5000 }, () => ({ detail: 'no' })) });
  assert.equal(many.subproblems.length, 100);
});

test('matches the RSA thumbprint of RFC 7638 §3.1, in any order of members', async () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw';
  const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQAB' }, format: 'jwk' });
  assert.equal(thumbprint(key), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  assert.equal(keyAuthorization('token', key), 'token.NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs');
  const own = await generateKey();
  assert.equal(thumbprint(own), thumbprint(createPublicKey(own)));
});

test('signatures verify by key and by account; the inner one of a key change has no nonce', async () => {
  for (const kind of ['p256', 'p384', 'rsa2048'] as const) {
    const key = await generateKey(kind);
    for (const signer of [{ key }, { key, accountUrl: 'https://a.test/1' }]) {
      const jws = JSON.parse(signJws(signer, 'https://a.test/x', { a: 1 }, 'nonce')) as Record<string, string>;
      const header = JSON.parse(Buffer.from(jws['protected']!, 'base64url').toString()) as Record<string, unknown>;
      assert.equal(header['url'], 'https://a.test/x');
      assert.equal('jwk' in header, !('kid' in header));
      assert.ok(!('d' in ((header['jwk'] as object | undefined) ?? {})), 'the public key only');
      const signed = Buffer.from(`${jws['protected']}.${jws['payload']}`);
      const hash = kind === 'p384' ? 'sha384' : 'sha256';
      const publicKey = { key: createPublicKey(key), dsaEncoding: 'ieee-p1363' } as const;
      assert.ok(verify(hash, signed, publicKey, Buffer.from(jws['signature']!, 'base64url')));
    }
  }
  const ed25519 =
    '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n';
  assert.throws(
    () => signJws({ key: importPrivateKey(ed25519) }, 'https://a.test', {}, 'n'),
    (error) => x509Error.is(error, 'x509.key-unsupported') && error.params.kind === 'ed25519',
  );
});

test('signs an account binding over the public key with HS256', async () => {
  const macKey = Buffer.from('a shared secret');
  const bound = bindAccount(await generateKey(), 'kid-1', macKey, 'https://a.test/new') as Record<string, string>;
  const header = JSON.parse(Buffer.from(bound['protected']!, 'base64url').toString()) as object;
  assert.deepEqual(header, { alg: 'HS256', kid: 'kid-1', url: 'https://a.test/new' });
  const expected = createHmac('sha256', macKey).update(`${bound['protected']}.${bound['payload']}`).digest('base64url');
  assert.equal(bound['signature'], expected);
});

test('reads Link headers in every spelling', () => {
  const links = (link: string | string[]): string[] =>
    new Answer('https://a.test/cert/1', 200, { link }, Buffer.alloc(0), now).links('alternate');
  assert.deepEqual(links('<https://a.test/2>;rel="alternate"'), ['https://a.test/2']);
  assert.deepEqual(
    links(['</2>; rel=alternate', '<3> ; title="a" ; rel="up Alternate"', '<https://b.test/>;rel="index"']),
    ['https://a.test/2', 'https://a.test/cert/3'],
  );
  assert.deepEqual(links('<https://a.test/a,b>;rel="alternate", <//b.test/4>;rel="alternate"'), [
    'https://a.test/a,b',
    'https://b.test/4',
  ]);
  assert.deepEqual(links('nonsense, <http://[>;rel="alternate", <>;rel='), []);
});

test('an abort ends a wait at once and leaves no timer', async () => {
  const clock = new FakeClock();
  const abort = new AbortController();
  const waiting = wait(clock, 1000, abort.signal);
  assert.equal(clock.pending, 1);
  abort.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
  assert.equal(clock.pending, 0);
  await assert.rejects(wait(clock, 1, abort.signal), /enough/);
  await assert.rejects(untilAborted(new Promise(() => {}), abort.signal), /enough/);
});

test('polls quickly at first, then slowly', async () => {
  const clock = new HastyClock();
  let looks = 0;
  const look = (): Promise<{ retryAfterMs: undefined }> => {
    looks += 1;
    return Promise.resolve({ retryAfterMs: undefined });
  };
  await poll(clock, AbortSignal.timeout(10_000), { retryAfterMs: undefined }, () => looks === 8, look);
  assert.deepEqual(clock.waitsMs, [5, 10, 20, 40, 80, 160, 320, 640]);
});

test('finds known authorities by id and by URL; all use HTTPS', () => {
  for (const authority of knownAuthorities) {
    assert.equal(knownAuthority(authority.id), authority);
    assert.equal(knownAuthority(authority.directoryUrl), authority);
    assert.equal(new URL(authority.directoryUrl).protocol, 'https:');
  }
  assert.equal(new Set(knownAuthorities.map(({ id }) => id)).size, knownAuthorities.length);
  assert.equal(knownAuthority('buypass'), undefined);
});
