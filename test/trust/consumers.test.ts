/** Real clients against a private hop: refused on their own, verified by `run`, and foreseen by `trust check`. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { say } from '../../src/base/messages/index.ts';
import type { ProbeOutcome } from '../../src/trust/consumers/consumer.ts';
import { consumers } from '../../src/trust/consumers/index.ts';
import { without } from '../support/tools.ts';
import { buildGoClient, interpreterOf, startPrivateHop, tried, tryConsumer } from '../support/trust-matrix.ts';
import { cleanEnvironment, runEveryhop } from '../support/up.ts';

const skip = without('pythonClients', 'javascript', 'java', 'curl');
const run = promisify(execFile);

/** What the table says of those that are tried here. */
const outcomes = new Map<string, { alone: ProbeOutcome['outcome']; started: ProbeOutcome['outcome'] }>();

test(
  'each client refuses a private hop on its own, and verifies it when run starts it',
  { skip, timeout: 300_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    for (const consumer of tried) {
      await t.test(consumer.id, async () => {
        const alone = await tryConsumer(consumer, hop, false);
        const started = await tryConsumer(consumer, hop, true);
        outcomes.set(consumer.id, { alone: alone.outcome, started: started.outcome });
        assert.equal(alone.outcome, 'refused', alone.detail);
        // No variable reaches wget, and that is what is said of it.
        const expected = consumer.traps.includes('trap.no-variable') ? 'refused' : 'verified';
        assert.equal(started.outcome, expected, started.detail);
      });
    }
    await t.test('and the page says so', async () => {
      const page = path.resolve(import.meta.dirname, '../../docs/trust-matrix.md');
      if (process.env['EVERYHOP_WRITE_DOCS'] === '1') await writeFile(page, matrixPage());
      assert.equal(await readFile(page, 'utf8'), matrixPage(), 'npm run trust-matrix writes it anew');
    });
  },
);

function matrixPage(): string {
  const rows = consumers.map(({ id, variables, traps, standing }) => {
    const read = variables.map(({ name, effect }) => `${name} (${effect === 'replace' ? 'replaces' : 'adds'})`);
    const seen = outcomes.get(id);
    const known = traps.map((trap) => say('en', trap, {}));
    const cells = [
      id,
      read.join(', ') || '–',
      seen?.alone ?? '–',
      seen?.started ?? '–',
      known.join('; ') || '–',
      standing,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `# Who trusts what, by which variable

Each row that says "tested" was tried against a server with a certificate of the private authority, on Debian, with nothing else in
the environment: on its own, and started by \`everyhop run\`. The others are from documentation and source. \`npm run trust-matrix\` writes this page anew;
the test suite fails where it no longer holds.

"Replaces": only what the variable names is trusted then, so it gets \`full.pem\` (public and private roots). "Adds": what the program trusts otherwise
stays, so it gets \`private.pem\`.

| consumer | variables | on its own | started by run | known to go wrong | |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

test('the example in Python builds one context, and verifies by it', { skip, timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const example = path.resolve(import.meta.dirname, '../../examples/trust/chat.py');
  const python = interpreterOf(tried.find(({ runtime }) => runtime === 'python')!);
  const started = await runEveryhop(['run', '--state', hop.state, '--', python, example, hop.url], hop.folder);
  assert.deepEqual([started.code, started.stdout, started.stderr], [0, '404\n', '']);
});

test('a Go binary verifies when run starts it', { skip, timeout: 120_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const program = await buildGoClient(hop.folder);
  const env = cleanEnvironment(hop.folder);
  await assert.rejects(run(program, [hop.url], { env }), /certificate signed by unknown authority/);
  const started = await runEveryhop(['run', '--state', hop.state, '--', program, hop.url], hop.folder);
  assert.deepEqual([started.code, started.stderr], [0, '']);
});

test(
  'trust check tries the interpreter of a command in both directions, and can fail',
  { skip, timeout: 300_000 },
  async (t) => {
    const hop = await startPrivateHop(t);
    const check = async (command: string[], url = hop.url) => {
      const args = ['trust', 'check', '--state', hop.state, '--json', url, '--', ...command];
      const { code, stdout } = await runEveryhop(args, hop.folder);
      const report = JSON.parse(stdout) as {
        ok: boolean;
        results: { consumer: string; url: string; direction: string; outcome: string }[];
        weakenings: { file: string; line: number; kind: string }[];
        switches: { name: string }[];
      };
      return { code, ...report };
    };
    for (const runtime of ['python', 'node', 'java', 'curl', 'git', 'deno', 'bun']) {
      const consumer = tried.find((one) => one.runtime === runtime)!;
      const { code, ok, results } = await check([interpreterOf(consumer)]);
      assert.deepEqual([code, ok], [0, true], `${runtime}: ${JSON.stringify(results)}`);
      const directions = new Set(results.map(({ direction }) => direction));
      assert.ok(directions.has('private') && directions.has('without'));
      assert.equal(directions.has('public'), !['node', 'deno', 'bun'].includes(runtime));
      assert.ok(results.some(({ url }) => url === hop.url));
    }

    const app = path.join(hop.folder, 'app');
    await mkdir(app);
    const script = path.join(app, 'chat.py');
    await writeFile(script, '# verify=False was here\nimport requests\nrequests.get("https://x", verify=False)\n');
    const python = interpreterOf(tried.find(({ runtime }) => runtime === 'python')!);
    const weak = await check([python, script]);
    assert.deepEqual([weak.code, weak.ok], [1, false]);
    assert.deepEqual(weak.weakenings, [
      { file: script, line: 3, kind: 'off', text: 'requests.get("https://x", verify=False)' },
    ]);

    const other = await startPrivateHop(t);
    const strange = await check([python], other.url);
    assert.equal(strange.code, 1, 'a hop of another authority');
    assert.ok(strange.results.filter(({ url }) => url === other.url).every(({ outcome }) => outcome === 'refused'));
  },
);

test('trust explain shows the chain, and which roots accept it', { timeout: 60_000 }, async (t) => {
  const hop = await startPrivateHop(t);
  const explain = (state: string) => runEveryhop(['trust', 'explain', hop.url, '--state', state, '--json'], hop.folder);
  const known = await explain(hop.state);
  assert.equal(known.code, 0);
  const { chain, sets } = JSON.parse(known.stdout) as {
    chain: { subject: string }[];
    sets: { id: string; verified: boolean; problem?: string; anchor?: { subject: string } }[];
  };
  assert.equal(chain.length, 2, 'as it is served: leaf and intermediate');
  assert.deepEqual(
    sets.map(({ id, verified, problem }) => [id, verified, problem]),
    [
      ['system', false, 'unknown-authority'],
      ['mozilla', false, 'unknown-authority'],
      ['bundle', true, undefined],
    ],
  );
  assert.match(sets[2]!.anchor!.subject, /Everyhop/);
  const unknown = await explain(path.join(hop.folder, 'other'));
  assert.equal(unknown.code, 1);
});
