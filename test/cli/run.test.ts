/** `everyhop run`: the program it starts, its environment, signals and exit code. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { writeServerCertificate } from '../support/pebble.ts';
import { cleanEnvironment, temporaryFolder } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

interface Started {
  child: ReturnType<typeof spawn>;
  /** Resolves with the output after the program has exited. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string }>;
}

function start(folder: string, args: string[], env: Record<string, string> = {}): Started {
  const child = spawn(process.execPath, [everyhop, ...args], {
    env: { ...cleanEnvironment(folder), ...env },
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout,
    stderr,
  }));
  return { child, ended };
}

async function world(t: TestContext): Promise<{ folder: string; state: string[]; root: string; rootPem: string }> {
  const folder = await temporaryFolder(t, 'run');
  const { rootFile, rootPem } = await writeServerCertificate(folder);
  return { folder, state: ['--state', path.join(folder, 'state')], root: rootFile, rootPem };
}

test('passes arguments, output and exit code through', async (t) => {
  const { folder, state } = await world(t);
  const { ended } = start(folder, [
    'run',
    ...state,
    '--',
    'sh',
    '-c',
    'echo "$1 $2"; exit 7',
    'sh',
    '--json',
    '--lang',
  ]);
  const { code, stdout, stderr } = await ended;
  assert.deepEqual([code, stdout, stderr], [7, '--json --lang\n', '']);
  // Arguments after the program belong to it even without the dashes.
  const plain = await start(folder, ['run', 'echo', '--json', '--state', 'x'], { XDG_STATE_HOME: folder }).ended;
  assert.deepEqual([plain.code, plain.stdout], [0, '--json --state x\n']);
});

test('forwards signals, and ends with the signal that ended the program', async (t) => {
  const { folder, state } = await world(t);
  const script = 'trap "echo told; exit 5" TERM; echo ready; while :; do sleep 0.05; done';
  const polite = start(folder, ['run', ...state, '--', 'sh', '-c', script]);
  await once(polite.child.stdout!, 'data');
  polite.child.kill('SIGTERM');
  const told = await polite.ended;
  assert.deepEqual([told.code, told.stdout], [5, 'ready\ntold\n']);
  const killed = await start(folder, ['run', ...state, '--', 'sh', '-c', 'kill -KILL $$']).ended;
  assert.equal(killed.signal, 'SIGKILL');
});

test('exits like a shell if the program is missing or not executable', async (t) => {
  const { folder, state } = await world(t);
  const missing = await start(folder, ['run', ...state, '--', 'no-such-program']).ended;
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /^program\.missing: .*no-such-program/);
  const file = path.join(folder, 'plain.txt');
  await writeFile(file, 'no program');
  const denied = await start(folder, ['run', ...state, '--', file]).ended;
  assert.equal(denied.code, 126);
  assert.match(denied.stderr, /^program\.denied: /);
});

test('starts nothing if a root is broken', async (t) => {
  const { folder, state } = await world(t);
  const broken = path.join(folder, 'broken.pem');
  await writeFile(broken, '-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n');
  const refused = await start(folder, ['run', ...state, '--root', broken, '--', 'echo', 'started']).ended;
  assert.equal(refused.code, 1);
  assert.equal(refused.stdout, '');
  assert.match(refused.stderr, /broken\.pem:\d/);
});

/** The value of a variable in the program's environment. */
async function seen(folder: string, args: string[], name: string, env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await start(folder, ['run', ...args, '--', 'printenv', name], env).ended;
  return stdout.trim();
}

test('also trusts roots from the environment; other roots make another bundle', async (t) => {
  const { folder, state, root, rootPem } = await world(t);
  const holds = async (file: string): Promise<boolean> =>
    (await readFile(file, 'utf8')).includes(rootPem.split('\n')[3]!);
  const usual = await seen(folder, state, 'SSL_CERT_FILE');
  assert.equal(await holds(usual), false);
  const replaced = await seen(folder, state, 'REQUESTS_CA_BUNDLE', { SSL_CERT_FILE: root });
  assert.notEqual(replaced, usual);
  assert.ok(await holds(replaced));
  assert.ok(await holds(await seen(folder, state, 'NODE_EXTRA_CA_CERTS', { NODE_EXTRA_CA_CERTS: root })));
  assert.ok(await holds(await seen(folder, [...state, '--root', root], 'NODE_EXTRA_CA_CERTS')));
  assert.equal(await holds(usual), false, 'the usual bundle is as it was');
  const java = await seen(folder, state, 'JAVA_TOOL_OPTIONS', {
    JAVA_TOOL_OPTIONS: '-Xmx1g -Djavax.net.ssl.trustStore=/old',
  });
  assert.match(java, /^-Xmx1g -Djavax\.net\.ssl\.trustStore=.*truststore\.jks$/);
});

test('discards the cached bundle after any change to its inputs or outputs', async (t) => {
  const { folder, state, root } = await world(t);
  const args = [...state, '--root', root];
  const file = await seen(folder, args, 'NODE_EXTRA_CA_CERTS');
  const made = `${path.dirname(file)}.made.json`;
  const first = await readFile(made, 'utf8');
  await seen(folder, args, 'NODE_EXTRA_CA_CERTS');
  assert.equal(await readFile(made, 'utf8'), first, 'nothing was made again');

  const content = await readFile(file, 'utf8');
  await writeFile(file, 'damaged');
  await seen(folder, args, 'NODE_EXTRA_CA_CERTS');
  assert.equal(await readFile(file, 'utf8'), content);

  const other = await writeServerCertificate(await temporaryFolder(t, 'other'));
  await writeFile(root, content + other.rootPem);
  await seen(folder, args, 'NODE_EXTRA_CA_CERTS');
  assert.ok((await readFile(file, 'utf8')).includes(other.rootPem));
  await writeFile(root, '-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n');
  const refused = await start(folder, ['run', ...args, '--', 'echo', 'started']).ended;
  assert.deepEqual([refused.code, refused.stdout], [1, '']);

  const fresh = ['--state', path.join(folder, 'fresh')];
  const before = await readFile(await seen(folder, fresh, 'SSL_CERT_FILE'), 'utf8');
  await start(folder, ['certificates', 'obtain', 'chat.test', ...fresh]).ended;
  const rootNow = await start(folder, ['authority', 'root', ...fresh]).ended;
  assert.equal(rootNow.code, 0);
  assert.ok(!before.includes(rootNow.stdout));
  assert.ok((await readFile(await seen(folder, fresh, 'SSL_CERT_FILE'), 'utf8')).includes(rootNow.stdout));
});

test('also trusts the roots in everyhop.yaml in the working directory', async (t) => {
  const { folder, state, root, rootPem } = await world(t);
  const file = path.join(folder, 'everyhop.yaml');
  await writeFile(file, `sites: [{ host: localhost, upstream: 3000 }]\ntrust: { roots: [${path.basename(root)}] }\n`);
  const added = await seen(folder, state, 'NODE_EXTRA_CA_CERTS');
  assert.equal(await readFile(added, 'utf8'), rootPem);
  await writeFile(file, 'sites: [{ host: localhost, upstream: 3000 }]\ntrust: { root: [a.pem] }\n');
  const mistaken = await start(folder, ['run', ...state, '--', 'true']).ended;
  assert.equal(mistaken.code, 2);
  assert.match(mistaken.stderr, /everyhop\.yaml:2:\d+/);
});

test('reports a setting that disables verification, and a missing file', async (t) => {
  const { folder, state } = await world(t);
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0', SSL_CERT_FILE: '/no/such/file' };
  const { stderr } = await start(folder, ['run', ...state, '--', 'true'], env).ended;
  assert.match(
    stderr,
    /^! SSL_CERT_FILE names \/no\/such\/file, which does not exist\.\n {2}cause: .+\n {2}hint: .+$/m,
  );
  assert.match(
    stderr,
    /^✗ NODE_TLS_REJECT_UNAUTHORIZED=0 disables certificate verification\.\n {2}cause: .+\n {2}hint: Remove /m,
  );
});

test('env prints the variables that run would set, for a shell', async (t) => {
  const { folder, state, root } = await world(t);
  const printed = await start(folder, ['env', ...state, '--root', root]).ended;
  const script = `${printed.stdout}\nprintenv NODE_EXTRA_CA_CERTS JAVA_TOOL_OPTIONS`;
  const shell = spawn('sh', ['-c', script], { env: cleanEnvironment(folder), stdio: ['ignore', 'pipe', 'inherit'] });
  let stdout = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  await once(shell, 'close');
  const ran = await start(folder, [
    'run',
    ...state,
    '--root',
    root,
    '--',
    'printenv',
    'NODE_EXTRA_CA_CERTS',
    'JAVA_TOOL_OPTIONS',
  ]).ended;
  assert.equal(stdout, ran.stdout);
  const elsewhere = await start(folder, ['env', ...state, '--format', 'dotenv', '--at', '/etc/trust']).ended;
  assert.match(elsewhere.stdout, /^SSL_CERT_FILE=\/etc\/trust\/full\.pem$/m);
});
