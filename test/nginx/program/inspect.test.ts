import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { type Execute, execute } from '../../../src/base/process.ts';
import { nginxError } from '../../../src/nginx/messages.ts';
import { inspectNginx } from '../../../src/nginx/program/inspect.ts';
import { nginxProgram } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { temporaryFolder } from '../../support/up.ts';

/** A program that prints this text for -V. */
function saying(version: string, configureArguments = ''): Execute {
  const stderr = `nginx version: ${version}\nbuilt with OpenSSL 3.0\nconfigure arguments: ${configureArguments}\n`;
  return async () => ({ code: 0, signal: null, stdout: '', stderr });
}

test("reads the facts of Debian's nginx", { skip: without('nginx') }, async () => {
  const nginx = await inspectNginx({ program: nginxProgram }, execute);
  assert.equal(nginx.program, nginxProgram);
  assert.equal(nginx.confFile, '/etc/nginx/nginx.conf');
  assert.equal(nginx.prefix, '/usr/share/nginx');
  assert.equal(nginx.defaultPidFile, '/run/nginx.pid');
  assert.deepEqual(nginx.args, []);
  assert.match(nginx.version, /^1\.\d+\.\d+$/);
  assert.ok(nginx.atLeast(1, 18, 0));
  assert.ok(nginx.hasModule('http_v2_module'));
  assert.ok(nginx.hasModule('http_ssl_module'));
  assert.ok(nginx.hasModule('http_rewrite_module'), 'built in by default');
  assert.ok(!nginx.hasModule('http_perl_module'), 'a dynamic module');
  assert.ok(!nginx.hasModule('http_no_such_module'));
  assert.ok(nginx.configureArguments.some((argument) => /^--with-cc-opt=-g .* -/.test(argument)));
});

test("finds nginx in Debian's folder outside the PATH", { skip: without('nginx') }, async () => {
  const searched: Execute = (program, args, options) => execute(program, args, { ...options, env: { PATH: '/bin' } });
  const nginx = await inspectNginx({}, searched);
  assert.match(nginx.program, /^\/usr\/(local\/)?sbin\/nginx$/);
});

test('passes a configuration and a prefix to every call', async () => {
  const nginx = await inspectNginx({ conf: 'site/nginx.conf', prefix: '/srv/web/' }, saying('nginx/1.22.1'));
  assert.equal(nginx.confFile, path.resolve('site/nginx.conf'));
  assert.equal(nginx.prefix, '/srv/web');
  assert.deepEqual(nginx.args, ['-p', '/srv/web', '-c', path.resolve('site/nginx.conf')]);
});

test('a build without options uses the folders of nginx.org', async () => {
  const nginx = await inspectNginx({}, saying('nginx/1.26.2'));
  assert.equal(nginx.confFile, '/usr/local/nginx/conf/nginx.conf');
  assert.equal(nginx.defaultPidFile, '/usr/local/nginx/logs/nginx.pid');
  assert.equal(nginx.errorLogDefault, '/usr/local/nginx/logs/error.log');
  assert.ok(!nginx.hasModule('http_ssl_module'));
  const elsewhere = await inspectNginx({ prefix: '/srv' }, saying('nginx/1.26.2'));
  assert.equal(elsewhere.confFile, '/srv/conf/nginx.conf');
});

test('compares versions by number, also of other builds', async () => {
  const nginx = await inspectNginx({}, saying('openresty/1.9.7.4'));
  assert.equal(nginx.version, '1.9.7');
  assert.ok(nginx.atLeast(1, 9, 5) && nginx.atLeast(1, 9, 7));
  assert.ok(!nginx.atLeast(1, 13, 0) && !nginx.atLeast(1, 9, 10) && !nginx.atLeast(2, 0, 0));
});

test('a module excluded from the build is missing', async () => {
  const nginx = await inspectNginx({}, saying('nginx/1.22.1', '--without-http_rewrite_module --with-http_v2_module'));
  assert.ok(!nginx.hasModule('http_rewrite_module'));
  assert.ok(nginx.hasModule('http_v2_module') && nginx.hasModule('http_map_module'));
  const streamOnly = await inspectNginx({}, saying('nginx/1.22.1', '--without-http'));
  assert.ok(!streamOnly.hasModule('http_core_module'));
});

test('splits arguments like a shell', async () => {
  const said = `--with-cc-opt='-g -O2 -f"x"' --prefix="/opt/my nginx" --error-log-path=stderr`;
  const nginx = await inspectNginx({}, saying('nginx/1.22.1', said));
  assert.deepEqual(nginx.configureArguments, [
    '--with-cc-opt=-g -O2 -f"x"',
    '--prefix=/opt/my nginx',
    '--error-log-path=stderr',
  ]);
  assert.equal(nginx.prefix, '/opt/my nginx');
  assert.equal(nginx.errorLogDefault, undefined);
});

test('rejects a missing program, another program, and a file that is not a program', async (t) => {
  const missing = inspectNginx({ program: 'no-such-nginx' }, execute);
  await assert.rejects(missing, (error) => nginxError.is(error, 'nginx.program-missing'));
  await assert.rejects(inspectNginx({ program: '/no/such/nginx' }, execute), { code: 'nginx.program-missing' });
  await assert.rejects(inspectNginx({ program: '/bin/true' }, execute), { code: 'nginx.not-nginx' });
  const folder = await temporaryFolder(t, 'program');
  const file = path.join(folder, 'nginx');
  await writeFile(file, 'text');
  await chmod(file, 0o644);
  await assert.rejects(inspectNginx({ program: file }, execute), { code: 'file.denied' });
  await mkdir(path.join(folder, 'folder'));
  await assert.rejects(inspectNginx({ program: path.join(folder, 'folder') }, execute), { code: 'file.denied' });
});
