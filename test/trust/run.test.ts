/** `run` with programs that have their own settings: they stay in effect, and no root is lost. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { execute, type Execution } from '../../src/base/process.ts';
import { without } from '../support/tools.ts';
import { type PrivateHop, startPrivateHop } from '../support/trust-matrix.ts';
import { cleanEnvironment } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

/** Runs `everyhop run` with the hop's folder as home and working folder. @param env in addition to a clean environment. */
function run({ folder, state }: PrivateHop, command: string[], env: Record<string, string> = {}): Promise<Execution> {
  const args = [everyhop, 'run', '--state', state, '--', ...command];
  return execute(process.execPath, args, { env: { ...cleanEnvironment(folder), ...env }, cwd: folder });
}

const wget = (url: string): string[] => ['wget', '--no-verbose', '--tries=1', '--output-document=-', url];
/** wget's exit code for an error response, which means that the hop verified. */
const answered = 8;
const refused = 5;

test('wget: keeps the user’s settings and roots, unreadable to other users', { skip: without('wget') }, async (t) => {
  const [hop, office] = await Promise.all([startPrivateHop(t), startPrivateHop(t)]);
  const own = path.join(hop.folder, '.wgetrc');
  await writeFile(own, `user_agent = office\nca_certificate = ${path.join(office.state, 'root.pem')}\n`, {
    mode: 0o600,
  });
  await chmod(own, 0o600);
  const alone = (url: string) =>
    execute('wget', wget(url).slice(1), { env: cleanEnvironment(hop.folder) }).then(({ code }) => code);
  assert.deepEqual([await alone(hop.url), await alone(office.url)], [refused, answered]);
  assert.equal((await run(hop, wget(hop.url))).code, answered);
  assert.equal((await run(hop, wget(office.url))).code, answered);

  const printed = (await run(hop, ['printenv', 'WGETRC'])).stdout.trim();
  assert.match(await readFile(printed, 'utf8'), /^user_agent = office$/m);
  assert.equal((await stat(printed)).mode & 0o777, 0o600);
  // A nested run uses the same file; the next run picks up a changed setting.
  assert.equal((await run(hop, ['printenv', 'WGETRC'], { WGETRC: printed })).stdout.trim(), printed);
  await writeFile(own, 'user_agent = another\n');
  const next = (await run(hop, ['printenv', 'WGETRC'])).stdout.trim();
  assert.match(await readFile(next, 'utf8'), /^user_agent = another$/m);
});

test(
  'wget: keeps the settings of the former WGETRC, and ignores a missing one',
  { skip: without('wget') },
  async (t) => {
    const hop = await startPrivateHop(t);
    const named = path.join(hop.folder, 'named');
    await writeFile(named, 'user_agent = named\n');
    const printed = (await run(hop, ['printenv', 'WGETRC'], { WGETRC: named })).stdout.trim();
    assert.match(await readFile(printed, 'utf8'), /^user_agent = named$/m);
    assert.equal((await run(hop, wget(hop.url), { WGETRC: named })).code, answered);
    assert.equal((await run(hop, wget(hop.url), { WGETRC: '/no/such/file' })).code, answered);
    // If Everyhop's file cannot be written, WGETRC stays as it was.
    await rm(printed);
    await mkdir(printed);
    assert.equal((await run(hop, ['printenv', 'WGETRC'], { WGETRC: named })).stdout.trim(), named);
    // A folder is not a settings file.
    assert.equal((await run(hop, wget(hop.url), { WGETRC: hop.folder })).code, answered);
  },
);

test('the bundle includes roots from npm and git settings that the variables override', async (t) => {
  const [hop, office] = await Promise.all([startPrivateHop(t), startPrivateHop(t)]);
  const root = path.join(office.state, 'root.pem');
  await writeFile(path.join(hop.folder, '.npmrc'), `cafile=${root}\n`);
  await writeFile(path.join(hop.folder, '.gitconfig'), `[http]\n\tsslCAInfo = ${root}\n`);
  const view = (url: string) => ['npm', 'view', 'everyhop-probe', '--registry', url, '--fetch-retries', '0'];
  const list = (url: string) => ['git', 'ls-remote', url];
  for (const one of [hop, office]) {
    assert.match((await run(hop, view(one.url))).stderr, /E404/, one.url);
    assert.match((await run(hop, list(one.url))).stderr, /not found/, one.url);
  }
});

test('reports a missing root file from settings, and continues', async (t) => {
  const hop = await startPrivateHop(t);
  await writeFile(path.join(hop.folder, '.npmrc'), 'cafile=/no/such/file\n');
  const { code, stderr } = await run(hop, ['true']);
  assert.equal(code, 0);
  assert.match(stderr, /\.npmrc: cafile names \/no\/such\/file, which does not exist/);
});

test('PHP: its former settings folders stay in front', { skip: without('php') }, async (t) => {
  const hop = await startPrivateHop(t);
  const own = path.join(hop.folder, 'own');
  await mkdir(own);
  await writeFile(path.join(own, 'own.ini'), 'user_agent = office\n');
  const show = [
    'php',
    '-r',
    'echo ini_get("user_agent"), " ", ini_get("curl.cainfo"), " ", extension_loaded("curl") ? "curl" : "";',
  ];
  const full = path.join(hop.state, 'trust/full.pem');
  assert.equal((await run(hop, show)).stdout, ` ${full} curl`);
  assert.equal((await run(hop, show, { PHP_INI_SCAN_DIR: `:${own}` })).stdout, `office ${full} curl`);
  assert.equal(
    (await run(hop, [process.execPath, everyhop, 'run', '--state', hop.state, '--', ...show])).stdout,
    ` ${full} curl`,
  );
});

test(
  'Java: reports a replaced trust store, with the command that exports its roots',
  { skip: without('java') },
  async (t) => {
    const hop = await startPrivateHop(t);
    const store = path.join(hop.folder, 'office.jks');
    await writeFile(store, 'whatever it is');
    const { stderr } = await run(hop, ['true'], { JAVA_TOOL_OPTIONS: `-Djavax.net.ssl.trustStore=${store}` });
    assert.match(stderr, /office\.jks, whose roots it does not include\.\n.*\n.*keytool -list -rfc -keystore/);
  },
);

test('wget and PHP get the bundle’s path inside a container', async (t) => {
  const hop = await startPrivateHop(t);
  const out = path.join(hop.folder, 'out');
  const args = [everyhop, 'trust', 'bundle', '--state', hop.state, '--out', out, '--at', '/etc/trust'];
  assert.equal((await execute(process.execPath, args, { env: cleanEnvironment(hop.folder) })).code, 0);
  const variables = await readFile(path.join(out, 'env'), 'utf8');
  assert.match(variables, /^WGETRC=\/etc\/trust\/wgetrc$/m);
  assert.match(variables, /^PHP_INI_SCAN_DIR=:\/etc\/trust\/php$/m);
  assert.match(await readFile(path.join(out, 'wgetrc'), 'utf8'), /^ca_certificate = \/etc\/trust\/full\.pem$/m);
  assert.equal(await readFile(path.join(out, 'php/everyhop.ini'), 'utf8'), 'curl.cainfo = "/etc/trust/full.pem"\n');
  // A service or container does not have this user's settings.
  await writeFile(path.join(hop.folder, '.wgetrc'), 'user_agent = office\n');
  const env = [everyhop, 'env', '--state', hop.state, '--format', 'dotenv', '--at', '/etc/trust'];
  const { stdout } = await execute(process.execPath, env, { env: cleanEnvironment(hop.folder) });
  assert.match(stdout, /^WGETRC=\/etc\/trust\/wgetrc$/m);
});
