/** The completion scripts in real shells. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { dnsProviders } from '../../src/acme/dns-providers.ts';
import { without } from '../support/tools.ts';
import { cleanEnvironment, temporaryFolder } from '../support/up.ts';

const run = promisify(execFile);
const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

async function script(t: TestContext, shell: string): Promise<{ folder: string; file: string }> {
  const folder = await temporaryFolder(t, 'completion');
  const { stdout } = await run(process.execPath, [program, 'completion', shell], { env: cleanEnvironment(folder) });
  const file = path.join(folder, `everyhop.${shell}`);
  await writeFile(file, stdout);
  return { folder, file };
}

const asked: [line: string[], complete: string[]][] = [
  [['st'], ['status']],
  [
    ['trust', ''],
    ['install', 'uninstall'],
  ],
  [['up', '--https'], ['--https-port']],
  [['authority', 'w'], ['widen']],
  [['up', '--dns', ''], dnsProviders.map(({ id }) => id)],
  [['nginx', 'secure', 'a.test', '--dns', 'rfc'], ['rfc2136']],
  [['nginx', 'secure', '--app', 'open'], ['open-webui']],
  [['certificates', 'revoke', '--reason', 'sup'], ['superseded']],
];

test('bash completes commands and options', async (t) => {
  const { folder, file } = await script(t, 'bash');
  for (const [line, expected] of asked) {
    const words = ['everyhop', ...line].map((word) => `'${word}'`).join(' ');
    const body = `. '${file}'; COMP_WORDS=(${words}); COMP_CWORD=${line.length}; _everyhop; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run('bash', ['--norc', '-c', body], { env: cleanEnvironment(folder) });
    const given = stdout
      .trim()
      .split('\n')
      .filter((word) => word.startsWith(line.at(-1) || expected[0]![0]!) || expected.includes(word));
    for (const word of expected) assert.ok(given.includes(word), `${line.join(' ')}: ${stdout}`);
  }
});

test('fish completes commands and options', { skip: without('fish') }, async (t) => {
  const { folder, file } = await script(t, 'fish');
  for (const [line, expected] of asked) {
    const body = `source '${file}'; complete -C 'everyhop ${line.join(' ')}'`;
    const { stdout } = await run('fish', ['--no-config', '-c', body], { env: cleanEnvironment(folder) });
    const given = stdout
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0]);
    for (const word of expected) assert.ok(given.includes(word), `${line.join(' ')}: ${stdout}`);
  }
});

test('zsh completes commands and options', { skip: without('zsh') }, async (t) => {
  const { folder, file } = await script(t, 'zsh');
  for (const [line, expected] of asked) {
    // zsh shows the choices with _describe, so a replacement captures them.
    const words = ['everyhop', ...line].map((word) => `'${word}'`).join(' ');
    const body = `compdef() { }; _files() { }; _describe() { print -rl -- "\${(@)choices%%:*}" }; . '${file}'; words=(${words}); CURRENT=${line.length + 1}; _everyhop`;
    const { stdout } = await run('zsh', ['-f', '-c', body], { env: cleanEnvironment(folder) });
    for (const word of expected) assert.ok(stdout.split('\n').includes(word), `${line.join(' ')}: ${stdout}`);
  }
});
