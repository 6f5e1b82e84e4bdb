import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { newAccountKey, openAccount, readAccount } from '../../src/acme/account.ts';
import { AcmeClient } from '../../src/acme/client.ts';
import { obtain } from '../../src/acme/obtain.ts';
import { systemClock } from '../../src/base/clock.ts';
import { execute } from '../../src/base/process.ts';
import { mends } from '../support/outside.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';
import {
  changed,
  json,
  type Lie,
  type LyingAuthority,
  problem,
  type ReceivedRequest,
  startLyingAuthority,
} from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver, soon, withCode } from './support.ts';

const solvers = [new RecordingSolver()];

/** One certificate from an authority with this lie. */
async function obtainFrom(t: TestContext, lie: Lie): Promise<{ authority: LyingAuthority; clock: HastyClock }> {
  const authority = await startLyingAuthority(t, lie);
  const clock = new HastyClock();
  const client = clientOf(t, authority, { clock });
  await obtain(client, { account: await accountAt(client), names: ['a.test'], solvers });
  return { authority, clock };
}

test('takes all URLs from the directory and ignores its unknown keys', async (t) => {
  const { authority } = await obtainFrom(t, (_, honest) => honest);
  assert.deepEqual(authority.acts(), ['/join/', '/want/', '/try/0', '/make/0']);
});

test('sends a User-Agent with every request, and signs each request’s own URL', async (t) => {
  const authority = await startLyingAuthority(t);
  const client = clientOf(t, authority, { userAgent: 'everyhop/1.2.3' });
  await obtain(client, { account: await accountAt(client), names: ['a.test'], solvers });
  assert.ok(authority.seen.length >= 9);
  for (const { userAgent, header, path, method } of authority.seen) {
    assert.equal(userAgent, 'everyhop/1.2.3');
    if (method === 'POST') assert.equal(header.url, new URL(path, authority.directoryUrl).href);
  }
});

test('requests one nonce by HEAD, then takes each answer’s, errors included', async (t) => {
  const { authority } = await obtainFrom(t, ({ path, count }, honest) => {
    return path.startsWith('/want') && count === 1 ? { ...problem(503, 'busy'), headers: honest.headers } : honest;
  });
  const nonces = authority.seen.flatMap(({ header }) => header.nonce ?? []);
  assert.equal(new Set(nonces).size, nonces.length, 'no nonce is reused');
  assert.deepEqual(
    authority.seen.filter(({ method }) => method === 'HEAD').map(({ path }) => path),
    ['/once/'],
  );
});

test('replaces a bad nonce many times, but not forever', async (t) => {
  const isRefused = ({ path, count }: ReceivedRequest): boolean => path === '/want/' && count <= 12;
  const { authority } = await obtainFrom(t, (seen, honest) => {
    return isRefused(seen) ? { ...problem(400, 'badNonce'), headers: honest.headers } : honest;
  });
  assert.equal(authority.seen.filter(({ path }) => path === '/want/').length, 13);
  assert.equal(authority.seen.filter(({ method }) => method === 'HEAD').length, 1);

  const stubborn = obtainFrom(t, ({ path }, honest) => (path === '/want/' ? problem(400, 'badNonce') : honest));
  await assert.rejects(stubborn, withCode('acme.refused'));
});

test('reads with POST-as-GET; responds to a challenge with {}', async (t) => {
  const { authority } = await obtainFrom(t, (_, honest) => honest);
  const payloadOf = (path: string): unknown => authority.seen.find((seen) => seen.path === path)!.payload;
  assert.equal(payloadOf('/prove/0'), '');
  assert.equal(payloadOf('/take/0'), '');
  assert.deepEqual(payloadOf('/try/0'), {});
  assert.equal(authority.seen.find(({ path }) => path === '/take/0')!.accept, 'application/pem-certificate-chain');
});

test('waits for a short Retry-After of 503 and 429, in seconds or as a date', async (t) => {
  const soonText = new Date(Date.now() + 40_000).toUTCString();
  const busy: Record<number, Lie> = {
    1: () => problem(503, 'busy', {}, { 'retry-after': '7' }),
    2: () => problem(429, 'rateLimited', {}, { 'retry-after': '11' }),
    3: () => problem(503, 'busy', {}, { 'retry-after': soonText }),
  };
  const { clock } = await obtainFrom(t, (seen, honest, response) => {
    const lie = seen.path === '/want/' ? busy[seen.count] : undefined;
    return lie ? lie(seen, honest, response) : honest;
  });
  const waits = clock.waitsMs.filter((ms) => ms > 5000);
  assert.deepEqual(waits.slice(0, 2), [7000, 11_000]);
  assert.ok(waits[2]! > 15_000 && waits[2]! <= 22_000, `${waits[2]}: 18 of the 40 seconds had passed`);
});

test('returns a long Retry-After, at most a day, instead of waiting', async (t) => {
  for (const [header, expectedMs] of [
    ['7200', 7_200_000],
    ['999999999', 86_400_000],
    [new Date(Date.now() + 3_600_000).toUTCString(), 3_600_000],
  ] as const) {
    const refusal = obtainFrom(t, ({ path }, honest) => {
      return path === '/want/' ? problem(429, 'rateLimited', {}, { 'retry-after': header }) : honest;
    });
    await assert.rejects(
      refusal,
      withCode('acme.rate-limited', ({ retryAfterMs, message }) => {
        assert.match(message, /\(next attempt from \d{4}-\d\d-\d\dT[\d:]+Z\)/);
        assert.ok(Math.abs(retryAfterMs! - expectedMs) < 30_000, `${header}: ${retryAfterMs}`);
      }),
    );
  }
});

test('retries a temporary failure, and reports a lasting one', async (t) => {
  const { authority } = await obtainFrom(t, ({ path, count }, honest) => {
    if (count > 2 || path === '/join/') return honest;
    return count === 1 ? { status: 500, headers: {}, body: '<h1>oops' } : { status: 502, headers: {}, body: '' };
  });
  assert.equal(authority.seen.filter(({ path }) => path.startsWith('/make/')).length, 3);
  const broken = obtainFrom(t, ({ path }, honest) =>
    path === '/want/' ? json(500, { detail: 'out\nof \u001B[31mpaper' }) : honest,
  );
  await assert.rejects(
    broken,
    withCode('acme.server-failed', (error) => assert.match(error.message, /status 500\): out of \[31mpaper$/)),
  );
});

test('reconnects after a connection breaks in the middle of an answer', async (t) => {
  let broken = 0;
  await obtainFrom(t, ({ path, count }, honest, response) => {
    if (path === '/join/' || count > 1) return honest;
    broken += 1;
    response.writeHead(200, { 'content-length': honest.body.length + 100 });
    response.write(honest.body, () => response.destroy());
    return undefined;
  });
  assert.ok(broken >= 6, String(broken));
});

test('says what answers at the URL of a directory that is none', async (t) => {
  mends(t, 'acme/misleading-words');
  for (const [status, body, pattern] of [
    [200, '{}', /newNonce is missing or invalid/],
    [200, '{"newNonce":"http://a.test/"}', /newNonce is missing or invalid/],
    [200, '<h1>Sign in</h1>', /JSON is missing or invalid/],
    [404, '<h1>Not found</h1>', /status 404/],
    [403, JSON.stringify({ type: 'urn:ietf:params:acme:error:unauthorized' }), /status 403/],
  ] as const) {
    const attempt = obtainFrom(t, (seen, honest) =>
      seen.path === '/where/else?a=1' ? { ...honest, status, body } : honest,
    );
    await assert.rejects(
      attempt,
      withCode('acme.no-directory', (error) => {
        assert.match(error.message, pattern);
        assert.ok(error.message.includes('/where/else?a=1'));
        assert.match(error.report('zh').message, /[一-鿿]：.*[一-鿿]/);
      }),
    );
  }
});

test('reports invalid answers with URL and field', async (t) => {
  const lies: [string, string, (body: string) => string][] = [
    ['/want/', 'JSON', (body) => body.slice(0, -9)],
    ['/want/', 'JSON', () => '[]'],
    ['/want/', 'identifiers', () => '{"identifiers": 7}'],
    ['/prove/0', 'identifier', () => '{"status":"pending"}'],
    ['/prove/0', 'identifier.type', () => '{"identifier":{"type":"uri","value":"a"},"status":"pending"}'],
  ];
  for (const [path, field, lie] of lies) {
    const attempt = obtainFrom(t, (seen, honest) =>
      seen.path === path ? { ...honest, body: lie(honest.body) } : honest,
    );
    await assert.rejects(
      attempt,
      withCode('acme.answer-malformed', ({ params }) => {
        assert.equal((params as { field: string }).field, field);
        assert.ok((params as { url: string }).url.endsWith(path));
      }),
    );
  }
});

test('rejects an order for other names than requested', async (t) => {
  const other = { identifiers: [{ type: 'dns', value: 'b.test' }] };
  const attempt = obtainFrom(t, ({ path }, honest) => (path === '/want/' ? changed(honest, other) : honest));
  await assert.rejects(attempt, withCode('acme.answer-malformed'));
});

test('rejects redirects, and names the target', async (t) => {
  const attempt = obtainFrom(t, ({ path }, honest) => {
    return path === '/want/' ? { status: 307, headers: { location: '/want/' }, body: '' } : honest;
  });
  await assert.rejects(
    attempt,
    withCode('acme.redirected', (error) => assert.match(error.message, /want\/ redirects to \/want\/;/)),
  );
});

test('rejects 10 MB of headers and an endless body', async (t) => {
  const many = obtainFrom(t, ({ path }, honest, response) => {
    if (path !== '/want/') return honest;
    const socket = response.socket!;
    socket.on('error', () => {}); // the client hangs up
    socket.write(`HTTP/1.1 200 OK\r\n${`X-Filler: ${'x'.repeat(1000)}\r\n`.repeat(10_000)}\r\n`);
    return undefined;
  });
  await assert.rejects(many, withCode('acme.answer-too-large'));

  const endless = obtainFrom(t, ({ path }, honest, response) => {
    if (path !== '/want/') return honest;
    response.writeHead(200);
    response.on('error', () => {});
    const pour = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      if (!response.destroyed) response.once('drain', pour);
    };
    pour();
    return undefined;
  });
  await assert.rejects(endless, withCode('acme.answer-too-large'));
});

test('limits the time of a request, even while its answer trickles in', async (t) => {
  const hanging: ServerResponse[] = [];
  const authority = await startLyingAuthority(t, ({ path }, honest, response) => {
    if (path === '/join/' || path === '/once/') return honest;
    if (path.startsWith('/where')) return honest;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
    hanging.push(response);
    return undefined;
  });
  const client = clientOf(t, authority, { requestTimeoutMs: 200 });
  const account = await accountAt(client);
  await assert.rejects(
    readAccount(client, account, soon()),
    withCode('acme.timeout', (error) => assert.match(error.message, /within 0\.2 s/)),
  );
  assert.equal(hanging.length, 1);
});

test('ends an order at the deadline and deactivates the authorization', async (t) => {
  const authority = await startLyingAuthority(t, ({ path }, honest) => {
    return path.startsWith('/prove') ? changed(honest, { status: 'pending' }) : honest;
  });
  const client = clientOf(t, authority);
  const solver = new RecordingSolver();
  const request = { account: await accountAt(client), names: ['a.test'], solvers: [solver], deadlineMs: 300 };
  await assert.rejects(obtain(client, request), withCode('acme.deadline'));
  assert.deepEqual(solver.calls, ['prepare a.test', 'clean a.test']);
  assert.equal(authority.acts().at(-1), '/prove/0');
});

test('a hanging solver does not delay the deadline', async (t) => {
  mends(t, 'acme/misleading-words');
  const authority = await startLyingAuthority(t);
  const client = clientOf(t, authority);
  const solver = { type: 'http-01', prepare: () => new Promise<void>(() => {}), clean: () => Promise.resolve() };
  const request = { account: await accountAt(client), names: ['a.test'], solvers: [solver], deadlineMs: 200 };
  await assert.rejects(
    obtain(client, request),
    // Nor is the authority blamed for it.
    withCode('acme.answers-late', (error) => assert.match(error.message, /publishing the answers/)),
  );
});

test('keeps an otherwise idle process alive until the order ends', async (t) => {
  const authority = await startLyingAuthority(t, ({ path, count }, honest) => {
    if (path === '/want/' && count < 3) return problem(503, 'busy');
    return path === '/prove/2' && count < 6 ? changed(honest, { status: 'pending' }) : honest;
  });
  const rootFile = path.join(await temporaryFolder(t, 'alone'), 'root.pem');
  await writeFile(rootFile, authority.rootPem);
  const script = path.join(import.meta.dirname, 'alone.ts');
  const { code, stdout, stderr } = await execute(process.execPath, [script, authority.directoryUrl, rootFile]);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^[0-9a-f]+$/);
});

test('an abort ends the order with the signal’s reason', async (t) => {
  const authority = await startLyingAuthority(t, ({ path }, honest) => {
    if (path.startsWith('/try')) setImmediate(() => abort.abort(new Error('we are leaving')));
    return path.startsWith('/prove') ? changed(honest, { status: 'pending' }) : honest;
  });
  const abort = new AbortController();
  const client = clientOf(t, authority);
  const request = { account: await accountAt(client), names: ['a.test'], solvers, signal: abort.signal };
  await assert.rejects(obtain(client, request), /we are leaving/);
});

test('an abort and a close do not wait for a connection that is being established', { timeout: 120_000 }, async (t) => {
  mends(t, 'acme/misleading-words');
  const silent = net.createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  atEnd(t, () => silent.close());
  const { port } = silent.address() as AddressInfo;
  for (const proxied of [false, true]) {
    const before = process.env['HTTPS_PROXY'];
    if (proxied) process.env['HTTPS_PROXY'] = `127.0.0.1:${port}`;
    const directoryUrl = proxied ? 'https://authority.test/dir' : `https://127.0.0.1:${port}/dir`;
    const client = new AcmeClient({ directoryUrl, requestTimeoutMs: 600_000 });
    const stopping = new AbortController();
    const connected = once(silent, 'connection');
    const asked = client.directory(stopping.signal);
    asked.catch(() => {});
    await connected;
    stopping.abort(new Error('stopped by a person'));
    await assert.rejects(asked, /stopped by a person/);
    await client.close();
    if (before === undefined) delete process.env['HTTPS_PROXY'];
    else process.env['HTTPS_PROXY'] = before;
  }
});

test('distinguishes an untrusted, an unreachable and a plain-HTTP directory', async (t) => {
  const authority = await startLyingAuthority(t);
  const clock = new HastyClock();
  const untrusted = new AcmeClient({ directoryUrl: authority.directoryUrl, clock, requestTimeoutMs: 40_000 });
  t.after(() => untrusted.close());
  await assert.rejects(
    untrusted.directory(soon()),
    withCode('acme.untrusted', (error) => assert.match(error.message, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/)),
  );
  assert.equal(clock.waitsMs.filter((ms) => ms === 250).length, 0, 'not retried');

  const nobody = clientOf(t, { ...authority, directoryUrl: 'https://127.0.0.1:1/directory' }, { clock });
  await assert.rejects(nobody.directory(soon()), withCode('acme.unreachable'));
  assert.deepEqual(clock.waitsMs, [250, 1000, 4000]);
  assert.throws(() => new AcmeClient({ directoryUrl: 'http://a.test/' }), withCode('acme.url-insecure'));
});

test('fetches the directory again after an hour', async (t) => {
  const authority = await startLyingAuthority(t);
  let passedMs = 0;
  const clock = { ...systemClock, monotonic: () => performance.now() + passedMs };
  const client = clientOf(t, authority, { clock });
  await client.directory(soon());
  await client.directory(soon());
  assert.equal(authority.seen.length, 1);
  passedMs = 3_600_001;
  await client.directory(soon());
  assert.equal(authority.seen.length, 2);
});

test('requires agreement to the terms in the directory', async (t) => {
  const termsOfService = 'https://a.test/terms-2031.pdf';
  const authority = await startLyingAuthority(t, ({ path, payload }, honest) => {
    if (path.startsWith('/where')) return changed(honest, { meta: { termsOfService } });
    const isQuestion = (payload as { onlyReturnExisting?: boolean } | undefined)?.onlyReturnExisting === true;
    return isQuestion ? problem(400, 'accountDoesNotExist') : honest;
  });
  const client = clientOf(t, authority);
  const request = { keyPem: await newAccountKey(), contacts: [], termsAgreed: false };
  await assert.rejects(
    openAccount(client, request, soon()),
    withCode('acme.terms-required', (error) => assert.ok(error.message.includes(termsOfService))),
  );
  await openAccount(client, { ...request, termsAgreed: true }, soon());
  assert.deepEqual(authority.seen.at(-1)!.payload, { termsOfServiceAgreed: true });
});

test('reports new terms with the authority’s page', async (t) => {
  const attempt = obtainFrom(t, ({ path }, honest) => {
    if (path !== '/want/') return honest;
    return problem(403, 'userActionRequired', { instance: 'https://a.test/agree' });
  });
  await assert.rejects(
    attempt,
    withCode('acme.terms-required', (error) => assert.match(error.message, /a\.test\/agree/)),
  );
});
