import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeRoot } from '../trust/bundle/roots.ts';
import { atEnd, cleanEnvironment, temporaryFolder } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
// These processes use the real clock.
const days = Math.floor((Date.now() - Date.parse('2030-06-01T12:00:00Z')) / 86_400_000);
const root = makeRoot({ name: 'Root that is offered', from: days - 1, until: days + 365 });
const printed = root.fingerprint.toUpperCase().match(/../g)!.join(':');

async function serve(t: TestContext, body = root.pem): Promise<string> {
  const server = createServer((_, answer) => answer.end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/root.pem`;
}

interface Outcome {
  code: number | null;
  /** The whole output, as a person sees it. */
  seen: string;
  full: string | undefined;
}

/**
 * Runs `everyhop trust bundle --from URL` in its own terminal. `typed`: input for the question; `undefined`: run in a pipe, without
 * a terminal.
 */
async function bundleFrom(
  t: TestContext,
  from: string,
  typed: string | undefined,
  ...more: string[]
): Promise<Outcome> {
  const home = await temporaryFolder(t, 'ask');
  const out = path.join(home, 'out');
  const args = [
    everyhop,
    'trust',
    'bundle',
    '--public',
    'none',
    '--state',
    home,
    '--out',
    out,
    '--from',
    from,
    ...more,
  ];
  const line = [process.execPath, ...args].map((arg) => `'${arg}'`).join(' ');
  const [program, given] =
    typed === undefined ? [process.execPath, args] : ['script', ['-qefc', line, path.join(home, 'seen.txt')]];
  const child = spawn(program, given, { env: { ...cleanEnvironment(home), TERM: 'dumb' }, stdio: 'pipe' });
  let seen = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      const isAsked = !seen.includes('[y/N]') && (seen + text).includes('[y/N]');
      seen += text;
      if (isAsked && typed !== undefined) child.stdin.write(typed);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  const full = path.join(out, 'full.pem');
  return { code, seen, full: existsSync(full) ? readFileSync(full, 'utf8') : undefined };
}

test('at a terminal, shows a root with its fingerprint, and trusts it after confirmation', async (t) => {
  const from = await serve(t);
  const { code, seen, full } = await bundleFrom(t, from, 'y\n');
  assert.equal(code, 0, seen);
  assert.equal(full, root.pem);
  for (const shown of [from, 'CN=Root that is offered', printed, 'valid until 20'])
    assert.ok(seen.includes(shown), seen);
  assert.match(seen, new RegExp(`next time, add: --pin ${root.fingerprint}`));
  assert.match(seen, /1 from the network/);
});

for (const [what, typed] of [
  ['no', 'n\n'],
  ['nothing', '\n'],
  ['something else', 'yes, but\n'],
  ['the end of the input', '\u0004'],
] as const) {
  test(`at a terminal, ${what} means no: publishes nothing and explains --pin`, async (t) => {
    const { code, seen, full } = await bundleFrom(t, await serve(t), typed);
    assert.equal(code, 1, seen);
    assert.equal(full, undefined);
    assert.match(seen, /trust\.root-unconfirmed/);
    assert.match(seen, new RegExp(`run the same command with --pin ${root.fingerprint}`));
  });
}

test('Ctrl-C at the question stops the program', async (t) => {
  const { code, full } = await bundleFrom(t, await serve(t), '\u0003');
  assert.equal(code, 130);
  assert.equal(full, undefined);
});

test('does not ask in a pipe, with a pin, with --json, or about too many roots to compare', async (t) => {
  const from = await serve(t);
  const piped = await bundleFrom(t, from, undefined);
  assert.deepEqual([piped.code, piped.full], [1, undefined]);
  assert.match(piped.seen, new RegExp(`--pin ${root.fingerprint}`));
  const pinned = await bundleFrom(t, from, 'n\n', '--pin', printed);
  assert.deepEqual([pinned.code, pinned.full], [0, root.pem]);
  const json = await bundleFrom(t, from, 'y\n', '--json');
  assert.deepEqual([json.code, json.full], [1, undefined]);
  const many = await bundleFrom(t, await serve(t, Array.from({ length: 6 }, () => makeRoot().pem).join('')), 'y\n');
  assert.deepEqual([many.code, many.full], [1, undefined]);
  for (const { seen } of [piped, pinned, json, many]) assert.doesNotMatch(seen, /\[y\/N\]/);
});
