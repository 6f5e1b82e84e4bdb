/**
 * Runs the tests: `npm test`, `npm test -- test/edge`, `npm test -- test/edge/front.test.ts --test-name-pattern stream`.
 * First installs the tools that npm does not bring. Prints the seed of all random choices; `EVERYHOP_TEST_SEED` sets it. Exit
 * code 0 only if nothing failed.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { recordVariable } from '../test/support/outside.ts';
import { seed, seedNote, seedVariable } from '../test/support/seed.ts';
import { tools } from '../test/support/tools.ts';
import { checkCasePages } from './case-pages.ts';

const root = path.resolve(import.meta.dirname, '..');

/** These set the roots that a program trusts: values from this machine would distort the tests. */
const trustVariables = [
  'AWS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'GIT_SSL_CAINFO',
  'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH',
  'HTTPLIB2_CA_CERTS',
  'NIX_SSL_CERT_FILE',
  'NODE_EXTRA_CA_CERTS',
  'NODE_OPTIONS',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  'NODE_USE_SYSTEM_CA',
  'REQUESTS_CA_BUNDLE',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
];

function run(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** One installation at a time, even if two test runs start together. */
async function installTools(): Promise<number> {
  if (Object.values(tools).every((tool) => tool.isInstalled())) return 0;
  const command = [process.execPath, path.join(root, 'scripts/tools.ts')];
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const [program, ...args] = existsSync('/usr/bin/flock')
    ? ['/usr/bin/flock', '.cache/tools.lock', ...command]
    : command;
  return run(program!, args, process.env);
}

/**
 * Moves options before paths, as Node requires. An argument after an option that is not a path is the option's value. A folder
 * stands for the tests in it; without a path, all tests run.
 */
function arrange(args: string[]): string[] {
  const options: string[] = [];
  const paths: string[] = [];
  for (const [index, arg] of args.entries()) {
    const stat = statSync(path.resolve(root, arg), { throwIfNoEntry: false });
    if (stat?.isDirectory()) paths.push(`${arg.replace(/\/+$/, '')}/**/*.test.ts`);
    else if (stat || (arg.includes('*') && !arg.startsWith('-'))) paths.push(arg);
    else if (arg.startsWith('-') || args[index - 1]?.startsWith('-')) options.push(arg);
    else throw new Error(`no such file or folder: ${arg}`);
  }
  return [...options, ...(paths.length > 0 ? paths : ['test/**/*.test.ts'])];
}

const testArguments = arrange(process.argv.slice(2));
const toolsCode = await installTools();
if (toolsCode !== 0) process.exit(toolsCode);

const env = { ...process.env };
for (const name of trustVariables) delete env[name];
env[seedVariable] = String(seed);
const all = process.argv.length === 2;
const records = mkdtempSync(path.join(os.tmpdir(), 'everyhop-test-'));
if (all) env[recordVariable] = path.join(records, 'passed');
process.exitCode = await run(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    '--test-timeout=600000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/skipped.ts',
    '--test-reporter-destination=stdout',
    ...testArguments,
  ],
  env,
);
// Without CI, a skipped test is no failure, and the page cannot be complete.
if (all && process.exitCode === 0) {
  const problems = checkCasePages(path.join(records, 'passed'), process.env['EVERYHOP_WRITE_DOCS'] === '1');
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
}
rmSync(records, { recursive: true });
process.stdout.write(`\n${seedNote}\n`);
