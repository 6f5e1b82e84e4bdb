/** The completion scripts in real shells. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { dnsProviders } from '../../src/acme/dns-providers.ts';
import { environmentFormats } from '../../src/trust/environment-text.ts';
import { mends } from '../support/outside.ts';
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

/** `{state}` stands for a state folder with a certificate for chat.test, `{folder}` for one with a file and a folder. */
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

/** Values, where other options would be wrong. */
const values: [line: string[], complete: string[]][] = [
  [['env', '--format', ''], [...environmentFormats]],
  [
    ['up', '--lang', ''],
    ['en', 'zh'],
  ],
  [['--lang', 'z'], ['zh']],
  [
    ['trust', 'install', '--store', ''],
    ['java', 'nss', 'system'],
  ],
  [['trust', 'install', '--store', 'system', 'n'], ['nss']],
  [['up', '--authority', 'letsencrypt-'], ['letsencrypt-staging']],
  [['certificates', 'obtain', 'a.test', '--challenge', 'dns'], ['dns-01']],
  [
    ['completion', ''],
    ['bash', 'fish', 'zsh'],
  ],
  [['help', 'cert'], ['certificates']],
  [['certificates', 'show', '--state', '{state}', 'ch'], ['chat.test']],
  [['nginx', 'undo', '--state', '{state}', ''], ['chat.test']],
  [['run', '--', 'everyho'], ['everyhop']],
  [['run', '--config', 'x.yaml', 'everyho'], ['everyhop']],
  [['trust', 'check', 'https://a.test/', '--', 'everyho'], ['everyhop']],
  [['config', 'check', '{folder}/si'], ['{folder}/sites.yaml']],
];

interface World {
  folder: string;
  file: string;
  env: Record<string, string>;
  /** The line with the placeholders filled in. */
  filled: (line: readonly string[]) => string[];
}

async function world(t: TestContext, shell: string): Promise<World> {
  const { folder, file } = await script(t, shell);
  const [tools, state] = ['tools', 'state'].map((name) => path.join(folder, name)) as [string, string];
  await mkdir(tools);
  await symlink(program, path.join(tools, 'everyhop'));
  await symlink(process.execPath, path.join(tools, 'node'));
  await writeFile(path.join(folder, 'sites.yaml'), '');
  const env = { ...cleanEnvironment(folder), PATH: `${tools}:${process.env['PATH']}` };
  await run('everyhop', ['certificates', 'obtain', 'chat.test', '--state', state, '--new'], { env });
  const filled = (line: readonly string[]): string[] =>
    line.map((word) => word.replace('{state}', state).replace('{folder}', folder));
  return { folder, file, env, filled };
}

const quoted = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');
const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '');

test('bash completes commands, options, values, names and programs', { timeout: 120_000 }, async (t) => {
  mends(t, 'ux/completion-values');
  const { file, env, filled } = await world(t, 'bash');
  const complete = async (line: readonly string[]): Promise<string[]> => {
    const words = ['everyhop', ...filled(line)];
    const body = `. '${file}'; COMP_WORDS=(${quoted(words)}); COMP_CWORD=${line.length}; _everyhop; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return linesOf((await run('bash', ['--norc', '-c', body], { env })).stdout);
  };
  for (const [line, expected] of asked) {
    const given = await complete(line);
    for (const word of expected) assert.ok(given.includes(word), `${line.join(' ')}: ${given.join(' ')}`);
  }
  for (const [line, expected] of values) {
    const given = [...new Set(await complete(line))].sort();
    assert.deepEqual(given, filled(expected).sort(), line.join(' '));
  }
  assert.deepEqual(await complete(['up', '--lang', '=', 'z']), ['zh']);
  assert.deepEqual(await complete(['env', '--format', '=']), [...environmentFormats]);
});

test(
  'fish completes commands, options, values, names and programs',
  { skip: without('fish'), timeout: 120_000 },
  async (t) => {
    mends(t, 'ux/completion-values');
    const { file, env, filled } = await world(t, 'fish');
    for (const [line, expected] of [...asked, ...values]) {
      const body = `source '${file}'; complete -C 'everyhop ${filled(line).join(' ')}'`;
      const { stdout } = await run('fish', ['--no-config', '-c', body], { env });
      const given = linesOf(stdout).map((each) => each.split('\t')[0]!);
      for (const word of filled(expected)) assert.ok(given.includes(word), `${line.join(' ')}: ${stdout}`);
      const isValue = values.some(([one]) => one === line);
      assert.ok(!isValue || given.every((word) => !word.startsWith('--')), `${line.join(' ')}: ${stdout}`);
    }
  },
);

test(
  'zsh completes commands, options, values, names and programs',
  { skip: without('zsh'), timeout: 120_000 },
  async (t) => {
    mends(t, 'ux/completion-values');
    const { file, env, filled } = await world(t, 'zsh');
    for (const [line, expected] of [...asked, ...values]) {
      // zsh shows the choices with _describe, so a replacement captures them; _normal then completes a program.
      const words = quoted(['everyhop', ...filled(line)]);
      const replaced = [
        'compdef() { }',
        '_files() { print -rl -- ${words[CURRENT]}*(N) }',
        '_normal() { print -rl -- ${(k)commands[(I)${words[CURRENT]}*]} }',
        '_describe() { print -rl -- "${(@)choices%%:*}" }',
      ];
      const body = `${replaced.join('; ')}; . '${file}'; words=(${words}); CURRENT=${line.length + 1}; _everyhop`;
      const { stdout } = await run('zsh', ['-f', '-c', body], { env });
      const given = linesOf(stdout);
      for (const word of filled(expected)) assert.ok(given.includes(word), `${line.join(' ')}: ${stdout}`);
      const isValue = values.some(([one]) => one === line);
      assert.ok(!isValue || given.every((word) => !word.startsWith('--')), `${line.join(' ')}: ${stdout}`);
    }
  },
);

test(
  'in interactive zsh, the Tab key completes a value and a program',
  { skip: without('zsh'), timeout: 120_000 },
  async (t) => {
    mends(t, 'ux/completion-values');
    const { folder, file, env } = await world(t, 'zsh');
    const lines = ['everyhop env --format dockerf', 'everyhop up --lang=z', 'everyhop run -- everyho'];
    const body = `zmodload zsh/zpty
zpty tab zsh -f -i
zpty -w tab "PROMPT='>' ; unsetopt zle_bracketed_paste ; autoload -Uz compinit && compinit -u -D && . '${file}' ; print re''ady"
zpty -r tab out '*ready*'
${lines.map((line) => `zpty -w -n tab $'${line}\t; print -r \\C-aprint -r -- \\C-e done\n'; zpty -r tab out '*done*done*'; print -r -- "$out"`).join('\n')}
zpty -d tab`;
    await writeFile(path.join(folder, 'tab.zsh'), body);
    const { stdout } = await run('zsh', ['-f', path.join(folder, 'tab.zsh')], { env: { ...env, TERM: 'dumb' } });
    for (const whole of ['--format dockerfile', '--lang=zh', 'run -- everyhop'])
      assert.ok(stdout.includes(whole), stdout);
  },
);
