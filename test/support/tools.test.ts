import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Execution, execute } from '../../src/base/process.ts';
import { tools, without } from './tools.ts';
import { temporaryFolder } from './up.ts';

const runner = path.resolve(import.meta.dirname, '../../scripts/test.ts');

/** Runs these lines as a separate test file, through the script of `npm test`. */
async function runTests(
  t: TestContext,
  lines: string,
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<Execution> {
  const file = path.join(await temporaryFolder(t, 'runner'), 'some.test.ts');
  await writeFile(file, `import { test } from 'node:test';\nimport assert from 'node:assert';\n${lines}\n`);
  // With this variable, Node's runner would behave as part of the outer run.
  const { NODE_TEST_CONTEXT: _, ...clean } = process.env;
  return execute(process.execPath, [runner, file, ...args], { env: { ...clean, ...env } });
}

const ready = Object.values(tools).every((tool) => tool.isInstalled());

test('names a missing tool with the command that installs it; with CI=true that is a failure', (t) => {
  const { PATH, CI } = process.env;
  t.after(() => {
    process.env['PATH'] = PATH;
    if (CI === undefined) delete process.env['CI'];
    else process.env['CI'] = CI;
  });
  process.env['PATH'] = '/nonexistent';
  delete process.env['CI'];
  assert.equal(
    without('certutil'),
    'libnss3-tools is missing; to install it: sudo apt-get install --yes libnss3-tools',
  );
  process.env['CI'] = 'true';
  assert.throws(() => without('certutil'), /libnss3-tools is missing/);
});

const skip = ready ? false : 'the runner would install tools in the middle of a test; first: npx node scripts/tools.ts';

test('the runner fails if and only if a test fails', { skip }, async (t) => {
  assert.equal((await runTests(t, "test('one', () => {});")).code, 0);
  assert.equal((await runTests(t, "test('one', () => assert.ok(false));")).code, 1);
});

test('the runner lists skipped tests with their reasons at the end', { skip }, async (t) => {
  const { stdout } = await runTests(t, "test('one', { skip: 'no moon tonight' }, () => {});");
  assert.match(
    stdout,
    /Skipped \(1\):\n {2}.*some\.test\.ts: one: no moon tonight\n\nseed: (\d+); repeat with EVERYHOP_TEST_SEED=\1\n$/,
  );
  assert.match((await runTests(t, "test('two', () => {});")).stdout, /Nothing was skipped\.\n\nseed: /);
});

test("the machine's trust settings do not affect the tests", { skip }, async (t) => {
  const { code } = await runTests(t, "test('one', () => assert.equal(process.env.SSL_CERT_FILE, undefined));", {
    SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt',
  });
  assert.equal(code, 0);
});

test('options may follow paths, and a missing path is reported', { skip }, async (t) => {
  const two = "test('one', () => assert.fail()); test('two', () => {});";
  assert.equal((await runTests(t, two, {}, ['--test-name-pattern', 'two'])).code, 0);
  const missing = await runTests(t, two, {}, ['test/nowhere']);
  assert.notEqual(missing.code, 0);
  assert.match(missing.stderr, /no such file or folder: test\/nowhere/);
});
