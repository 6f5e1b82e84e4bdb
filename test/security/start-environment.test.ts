/** Settings for Node.js programs do not weaken Everyhop, and are reported. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { weakenings, withoutWeakenings } from '../../src/base/start-environment.ts';
import { runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

const bin = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
const isRoot = process.getuid?.() === 0;
const skip = (process.platform !== 'linux' || !isRoot) && 'needs root on Linux';

async function everyhop(args: string[], env: Record<string, string>): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [bin, ...args], { env: { PATH: process.env['PATH'], ...env } });
}

const harmful: readonly (readonly [NODE_OPTIONS: string, found: string[], rest: string | undefined])[] = [
  ['--max-old-space-size=500', [], '--max-old-space-size=500'],
  ['--tls-keylog=/k', ['--tls-keylog'], undefined],
  ['--tls_keylog /k --no-warnings', ['--tls-keylog'], '--no-warnings'],
  ['-r "/a b/c.js" --tls-min-v1.0', ['-r', '--tls-min-v1.0'], undefined],
  ['--import=x --import=y', ['--import'], undefined],
  [String.raw`--title="a \"b\" c" --inspect=0.0.0.0:9229`, ['--inspect'], String.raw`"--title=a \"b\" c"`],
  ['--insecure-http-parser  --tls-cipher-list=ALL', ['--insecure-http-parser', '--tls-cipher-list'], undefined],
];

test('finds harmful options in NODE_OPTIONS and keeps the others', () => {
  for (const [NODE_OPTIONS, found, rest] of harmful) {
    assert.deepEqual(
      weakenings({ NODE_OPTIONS }, []).map(({ option }) => option),
      found,
      NODE_OPTIONS,
    );
    assert.equal(withoutWeakenings({ NODE_OPTIONS })['NODE_OPTIONS'], rest, NODE_OPTIONS);
  }
});

test('ignores variables that weaken nothing', () => {
  const harmless = {
    NODE_TLS_REJECT_UNAUTHORIZED: '1',
    OPENSSL_CONF: '/dev/null',
    SSL_CERT_FILE: '/r',
    NODE_DEBUG: '',
  };
  assert.deepEqual(weakenings(harmless, ['--no-warnings', '--inspect', '--import=x']), []);
  assert.deepEqual(withoutWeakenings(harmless), harmless);
});

test('up starts again without them, reports each, and writes no session keys', { timeout: 300_000 }, async (t) => {
  const folder = await temporaryFolder(t, 'weak');
  const [keys, preload, openssl] = ['keys', 'preload.cjs', 'openssl.cnf'].map((name) => path.join(folder, name));
  await writeFile(preload!, '');
  await writeFile(
    openssl!,
    'nodejs_conf = n\n[n]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\nCipherString = ALL:@SECLEVEL=0\n',
  );
  const options = `--tls-keylog=${keys} --require ${preload} --max-http-header-size=20000`;
  const up = await startUp(t, ['--host', 'chat.localhost'], undefined, {
    NODE_OPTIONS: options,
    OPENSSL_CONF: openssl!,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    SSLKEYLOGFILE: keys!,
    NODE_DEBUG: 'net',
  });
  const { stdout } = await runEveryhop(['status', '--state', up.state, '--json'], up.state);
  const status = JSON.parse(stdout) as { pid: number; findings: { code: string; message: string }[] };
  const found = status.findings.filter(({ code }) => code.startsWith('environment.'));
  assert.deepEqual(new Set(found.map(({ code }) => code)), new Set(['environment.weakening']));
  const reported = found
    .map(({ message }) => /^NODE_OPTIONS \((\S+)\)|^\w+/.exec(message))
    .map((match) => match?.[1] ?? match?.[0]);
  assert.deepEqual(
    new Set(reported),
    new Set([
      '--tls-keylog',
      '--require',
      'OPENSSL_CONF',
      'NODE_TLS_REJECT_UNAUTHORIZED',
      'SSLKEYLOGFILE',
      'NODE_DEBUG',
    ]),
  );
  if (process.platform === 'linux') {
    const environment = readFileSync(`/proc/${status.pid}/environ`, 'latin1').split('\0');
    assert.ok(environment.includes('NODE_OPTIONS=--max-http-header-size=20000'), environment.join('\n'));
    for (const name of ['OPENSSL_CONF', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_DEBUG'])
      assert.ok(!environment.some((line) => line.startsWith(`${name}=`)), name);
  }
  assert.ok(!existsSync(keys!), 'the proofs wrote their session keys');
});

test('run leaves the program its environment, and says what disables its verification', async (t) => {
  const home = await temporaryFolder(t, 'weak-run');
  const env = { HOME: home, NODE_OPTIONS: '--tls-min-v1.0', NODE_TLS_REJECT_UNAUTHORIZED: '0', NODE_DEBUG: 'x' };
  const print =
    'console.log(process.env.NODE_OPTIONS, process.env.NODE_TLS_REJECT_UNAUTHORIZED, process.env.EVERYHOP_GIVEN)';
  const { stdout, stderr } = await everyhop(['run', '--public', 'mozilla', '--', process.execPath, '-e', print], env);
  assert.equal(stdout.trim(), '--tls-min-v1.0 0 undefined');
  assert.match(stderr, /✗ NODE_TLS_REJECT_UNAUTHORIZED=0 disables/);
  assert.match(stderr, /! NODE_OPTIONS \(--tls-min-v1\.0\) permits/);
  assert.equal(stderr.match(/NODE_TLS_REJECT_UNAUTHORIZED=0/g)?.length, 1);
});

test('root starts no program from a folder of its PATH that others can change', { skip }, async (t) => {
  const folder = await temporaryFolder(t, 'weak-path');
  const [open, home] = [path.join(folder, 'open'), path.join(folder, 'home')];
  await mkdir(open);
  await mkdir(home);
  await chmod(folder, 0o755);
  await chmod(open, 0o777);
  const proof = path.join(folder, 'was-run');
  for (const name of ['certutil', 'update-ca-certificates', 'keytool', 'java']) {
    await writeFile(path.join(open, name), `#!/bin/sh\ntouch ${proof}\n`, { mode: 0o755 });
  }
  const env = { PATH: `${open}:.:${process.env['PATH']}`, HOME: home };
  const state = path.join(folder, 'state');
  await everyhop(['up', '--help'], env);
  const { stderr } = await everyhop(['certificates', 'list', '--state', state], env);
  assert.match(stderr, new RegExp(`Other users can change the programs in ${open} \\.,`));
  await everyhop(['authority', 'widen', 'weak.test', '--state', state], env).catch(() => {});
  await everyhop(['trust', 'install', '--state', state, '--dry-run'], env).catch(() => {});
  assert.ok(!existsSync(proof), 'a program of another user ran');
});

test('root keeps no compiled code in the folder of another user', { skip }, async (t) => {
  const home = await temporaryFolder(t, 'weak-cache');
  await mkdir(path.join(home, '.cache'));
  await chmod(home, 0o755);
  await chown(path.join(home, '.cache'), 65534, 65534);
  await everyhop(['--version'], { HOME: home });
  assert.deepEqual(await readdir(path.join(home, '.cache')), []);
});
