import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { ExecHookProvider } from '../../../../src/acme/dns-01/providers/exec.ts';
import { dns01Error } from '../../../../src/acme/dns-01/messages.ts';
import { baseError } from '../../../../src/base/messages.ts';
import { execute } from '../../../../src/base/process.ts';
import { temporaryFolder } from '../../../support/up.ts';
import { valueOf } from '../world.ts';

async function hook(
  t: TestContext,
  script: string,
  more: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<{ provider: ExecHookProvider; folder: string }> {
  const folder = await temporaryFolder(t, 'hook');
  const program = path.join(folder, 'hook.sh');
  await writeFile(program, `#!/bin/sh\ncd '${folder}'\n${script}\n`);
  await chmod(program, 0o755);
  const environment = { PATH: process.env['PATH'], HOME: folder, HTTPS_PROXY: 'http://proxy.test', OTHER_TOKEN: 'x' };
  return { folder, provider: new ExecHookProvider({ program, execute, environment, ...more }) };
}

test('calls the program as lego does, with only the basic variables of this environment', async (t) => {
  const { provider, folder } = await hook(
    t,
    'echo "$@" >> called; env | grep -Ev "^(PWD|OLDPWD|SHLVL|_)=" | sort > env',
    {
      env: { DNS_TOKEN: 'confidential' },
    },
  );
  await provider.present('_acme-challenge.example.test', valueOf('a'));
  await provider.cleanup('_acme-challenge.example.test', valueOf('a'));
  const called = ['present', 'cleanup'].map((action) => `${action} _acme-challenge.example.test. ${valueOf('a')}\n`);
  assert.equal(await readFile(path.join(folder, 'called'), 'utf8'), called.join(''));
  const env = (await readFile(path.join(folder, 'env'), 'utf8')).trim().split('\n');
  assert.deepEqual(
    env.map((line) => line.split('=')[0]),
    ['DNS_TOKEN', 'HOME', 'PATH'],
  );
});

test('an error shows the program’s output with secrets redacted', async (t) => {
  const { provider } = await hook(
    t,
    'printf "\\033[2J\\302\\233token %s" "$DNS_TOKEN" >&2; echo "\n  was refused; key sk-abcdefgh12345" >&2; exit 3',
    {
      env: { DNS_TOKEN: 'confidential' },
    },
  );
  await assert.rejects(provider.present('example.test', valueOf('a')), (error) => {
    assert.ok(dns01Error.is(error, 'acme-dns.hook-failed'));
    assert.equal(error.params.output, '[2J token [redacted] was refused; key [redacted]');
    assert.equal(error.params.ending, 'exit code 3');
    return true;
  });
});

test('kills a program that does not end, even if its child keeps the output open', { timeout: 20_000 }, async (t) => {
  const { provider } = await hook(t, 'sleep 60; true', { timeoutMs: 300 });
  await assert.rejects(provider.present('example.test', valueOf('a')), (error) =>
    baseError.is(error, 'program.timeout'),
  );
});

test('reports a missing program', async () => {
  const program = '/nonexistent/hook';
  const provider = new ExecHookProvider({ program, execute, environment: {} });
  await assert.rejects(provider.present('example.test', valueOf('a')), (error) =>
    baseError.is(error, 'program.missing'),
  );
});
