import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { fetchRoot } from '../../../src/app/trust/fetch.ts';
import { fingerprintLines } from '../../../src/base/fingerprint.ts';
import { fetchError } from '../../../src/trust/messages.ts';
import { atEnd, runEveryhop, temporaryFolder } from '../../support/up.ts';
import { startService } from '../serve/start.ts';

/** A machine that offers its root. `page`: the link that its terminal shows. */
async function machine(
  t: TestContext,
): Promise<{ page: string; rootFile: string; fingerprint: string; https: string }> {
  const state = path.join(await temporaryFolder(t, 'fetch'), 'state');
  const { service, httpsPort } = await startService(t, state, ['127.0.0.1'], { args: { trustPage: true } });
  const { lan } = await service.status();
  const rootFile = path.join(state, 'root.pem');
  const fingerprint = new X509Certificate(await readFile(rootFile)).fingerprint256.replaceAll(':', '').toLowerCase();
  assert.equal(lan!.rootFingerprint, fingerprint);
  return { page: lan!.trustUrl!, rootFile, fingerprint, https: `https://127.0.0.1:${httpsPort}` };
}

async function serverWith(t: TestContext, body: string | Buffer): Promise<string> {
  const server = createServer((_, answer) => answer.end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/everyhop/trust`;
}

test('fetches the root from the page’s link, its machine or a file, and only the expected one', async (t) => {
  const { page, rootFile, fingerprint, https } = await machine(t);
  const origin = new URL(page).origin;
  const request = { fingerprint, confirm: undefined };
  for (const url of [page, `${page}/`, origin, new URL(page).host, `${origin}/everyhop/root.crt`]) {
    assert.equal((await fetchRoot({ ...request, url })).pem, await readFile(rootFile, 'utf8'), url);
  }
  const wrong = 'ab'.repeat(32);
  const mismatch = await fetchRoot({ ...request, url: page, fingerprint: wrong }).catch((error: unknown) => error);
  assert.ok(fetchError.is(mismatch, 'trust.fetch-mismatch'));
  assert.deepEqual(mismatch.params, { url: page, found: fingerprint, expected: wrong });
  const asked: string[] = [];
  const confirm = (answer: boolean) => async (root: { certificate: { fingerprint: string } }) => {
    asked.push(root.certificate.fingerprint);
    return answer;
  };
  const unconfirmed = { url: page, fingerprint: undefined };
  assert.equal((await fetchRoot({ ...unconfirmed, confirm: confirm(true) })).fingerprint, fingerprint);
  for (const one of [confirm(false), undefined]) {
    const error = await fetchRoot({ ...unconfirmed, confirm: one }).catch((failure: unknown) => failure);
    assert.ok(fetchError.is(error, 'trust.fetch-unconfirmed'), String(error));
  }
  assert.deepEqual(asked, [fingerprint, fingerprint]);
  const overHttps = await fetchRoot({ ...request, url: https }).catch((error: unknown) => error);
  assert.ok(fetchError.is(overHttps, 'trust.fetch-over-https'), 'HTTPS is verified, as everywhere');
  for (const body of ['<html>a login page</html>', '']) {
    await assert.rejects(fetchRoot({ ...request, url: await serverWith(t, body) }));
  }
});

test('trust fetch writes the file for the four lines of a terminal, and nothing else otherwise', async (t) => {
  const { page, rootFile, fingerprint } = await machine(t);
  const home = await temporaryFolder(t, 'home');
  const file = path.join(home, 'office.pem');
  const fetch = (...more: string[]): ReturnType<typeof runEveryhop> =>
    runEveryhop(['trust', 'fetch', page, '--out', file, ...more], home);
  const lines = fingerprintLines(fingerprint).join(' ').split(' ');
  const wrong = await fetch('--fingerprint', ...lines.with(3, '0000'));
  assert.equal(wrong.code, 1);
  assert.match(wrong.stderr, /Do not install it/);
  const none = await fetch();
  assert.equal(none.code, 1);
  assert.match(none.stderr, new RegExp(`trust fetch ${page} --fingerprint ${fingerprint}`));
  await assert.rejects(readFile(file));

  const right = await fetch('--fingerprint', ...lines);
  assert.equal(right.code, 0, right.stderr);
  assert.match(right.stdout, new RegExp(`trust install --root ${file}`));
  assert.equal(await readFile(file, 'utf8'), await readFile(rootFile, 'utf8'));
  assert.equal((await fetch('--fingerprint', fingerprint)).code, 0, 'again');
  await writeFile(file, 'a diary');
  assert.equal((await fetch('--fingerprint', fingerprint)).code, 2);
  assert.equal(await readFile(file, 'utf8'), 'a diary');
});
