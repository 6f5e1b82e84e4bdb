import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { EveryhopError } from '../../../src/base/errors.ts';
import { execute } from '../../../src/base/process.ts';
import { inspectNginx } from '../../../src/nginx/program/inspect.ts';
import { parseLogLine } from '../../../src/nginx/program/log-line.ts';
import { dumpConfiguration, testConfiguration } from '../../../src/nginx/program/test.ts';
import { nginxConf, nginxFolder, nginxProgram } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';

const skip = without('nginx');
const inspect = (folder: string, conf = 'nginx.conf') =>
  inspectNginx({ program: nginxProgram, conf: path.join(folder, conf), prefix: folder }, execute);

test('accepts a valid configuration and returns its warnings', { skip }, async (t) => {
  const server = 'server { listen 127.0.0.1:8; server_name a; }';
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(server), 'twice.conf': nginxConf(server + server) });
  assert.deepEqual(await testConfiguration(await inspect(folder), {}, execute), { ok: true, messages: [] });
  const twice = await testConfiguration(await inspect(folder), { confFile: path.join(folder, 'twice.conf') }, execute);
  assert.equal(twice.ok, true);
  assert.equal(twice.messages[0]!.level, 'warn');
  assert.match(twice.messages[0]!.text, /conflicting server name "a"/);
});

test('returns the place of a mistake', { skip }, async (t) => {
  const folder = await nginxFolder(t, {
    'nginx.conf': nginxConf('include sites/*;'),
    'sites/one two': 'server {\n  lissten 1;\n}\n',
  });
  const file = path.join(folder, 'sites/one two');
  const { ok, messages } = await testConfiguration(await inspect(folder), {}, execute);
  assert.equal(ok, false);
  const { pid: _, ...last } = messages.at(-1)!;
  assert.deepEqual(last, { level: 'emerg', text: 'unknown directive "lissten"', file, line: 2 });
  await assert.rejects(dumpConfiguration(await inspect(folder), execute), (error: EveryhopError) => {
    assert.equal(error.code, 'nginx.refused');
    assert.deepEqual(error.place, { file, line: 2 });
    assert.match(error.message, /unknown directive/);
    return true;
  });
});

test('dumps the files byte for byte', { skip }, async (t) => {
  const odd = '# \xff\xfe \x80 \xe4\xbd\xa0\nmap $uri $x { default "\xc3\x28"; }\r\n';
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf('include odd.conf;'), 'odd.conf': odd });
  const dump = await dumpConfiguration(await inspect(folder), execute);
  assert.ok(dump.toString('latin1').endsWith(`# configuration file ${folder}/odd.conf:\n${odd}\n`));
});

test('dumps a large configuration completely', { skip }, async (t) => {
  const comment = `# ${'x'.repeat(998)}\n`;
  const folder = await nginxFolder(t, { 'nginx.conf': nginxConf(comment.repeat(12_000) + '#last\n') });
  const dump = await dumpConfiguration(await inspect(folder), execute);
  assert.ok(dump.includes('#last'));
});

test('parses lines of a log and of standard error, and ignores others', () => {
  assert.deepEqual(parseLogLine('nginx: [emerg] directive "x" is not terminated by ";" in /a b/c.conf:12'), {
    level: 'emerg',
    text: 'directive "x" is not terminated by ";"',
    file: '/a b/c.conf',
    line: 12,
  });
  assert.deepEqual(
    parseLogLine('2026/11/21 13:58:15 [crit] 12#13: *7 connect() to unix:/x failed (2: No such file or directory)'),
    { level: 'crit', text: '*7 connect() to unix:/x failed (2: No such file or directory)', pid: 12 },
  );
  assert.equal(parseLogLine('nginx: configuration file /x test failed'), undefined);
  assert.equal(parseLogLine(''), undefined);
});
