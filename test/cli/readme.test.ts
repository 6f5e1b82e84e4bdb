/** Every command in the READMEs, documents and examples exists, with its options, in both languages alike. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { loadRegistries } from '../../src/app/registries.ts';
import { pathOf } from '../../src/cli/help.ts';
import { Output } from '../../src/cli/output.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { mends } from '../support/outside.ts';

const root = path.resolve(import.meta.dirname, '../..');
const examples = readdirSync(path.join(root, 'examples')).map((name) => `examples/${name}/README`);
const documents = readdirSync(path.join(root, 'docs')).filter(
  (name) => name.endsWith('.zh-CN.md') && !name.startsWith('commands'),
);
const pairs = [
  ['README.md', 'README.zh-CN.md'],
  ...documents.map((name) => [`docs/${name.replace('.zh-CN', '')}`, `docs/${name}`]),
  ...examples.map((name) => [`${name}.md`, `${name}.zh.md`]),
];
const starts = String.raw`(?:npm start --|npm run -s everyhop --|everyhop)`;

/** Lines of shell blocks, and inline code. The names that stand for values stay. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block]) => block!.split('\n'));
  const prose = text.replace(/```[^]*?```/g, '');
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replace(/\s+/g, ' '));
  const found = [...blocks, ...inline].flatMap((line) => {
    const [, start, rest] = new RegExp(String.raw`^(?:sudo )?(${starts}) (.+)$`).exec(line) ?? [];
    if (start === undefined || rest === undefined || /^COMMAND\b/.test(rest)) return [];
    return [
      `${start.startsWith('npm start') ? 'up ' : ''}${rest
        .replace(/\s+(?:#|\|\||>) .*$/, '')
        .replaceAll('…', '')
        .replaceAll('\\|', '|')}`,
    ];
  });
  return [...new Set(found)].sort();
}

function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

async function idleProgram(): Promise<Command> {
  const output = new Output({ stdout: process.stdout, stderr: process.stderr, env: {} }, 'en', false);
  const program = buildProgram({ output, language: 'en', version: '0', env: {} }, await loadRegistries());
  const idle = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(idle);
  };
  idle(program);
  return program;
}

test('the commands of the READMEs, documents and examples parse, and both languages show the same', async () => {
  const all = pairs.map((pair) => pair.map((file) => commandsIn(read(file)))) as [string[], string[]][];
  for (const [english, chinese] of all) assert.deepEqual(chinese, english);
  const lines = new Set(all.flatMap(([english]) => english));
  assert.ok(lines.size > 10);
  for (const line of lines) {
    const words = line.replace('bash|zsh|fish', 'bash').split(/\s+/);
    const parsed = (await idleProgram()).parseAsync(words, { from: 'user' });
    // Text names a command without its operands.
    if (/^[a-z -]+$/.test(line)) await parsed.catch((error: unknown) => assertOperandsMissing(error, line));
    else await assert.doesNotReject(parsed, line);
  }
});

function assertOperandsMissing(error: unknown, line: string): void {
  assert.equal((error as { code?: string }).code, 'commander.missingArgument', line);
}

test('the documents name every command, and the READMEs none as missing that exists', async (t) => {
  mends(t, 'ux/readme-contradiction');
  const program = await idleProgram();
  const groups = program.createHelp().visibleCommands(program);
  const named = groups.flatMap((group) => [group, ...group.createHelp().visibleCommands(group)]);
  for (const [file, missing, commands] of [
    ['README.md', /^Not there yet: (.*)$/m, 'docs/commands.md'],
    ['README.zh-CN.md', /^尚未提供：(.*)$/m, 'docs/commands.zh-CN.md'],
  ] as const) {
    const text = read(file);
    const reference = read(commands);
    for (const command of named) {
      assert.match(reference, new RegExp(`\\b${pathOf(command)}\\b`), `${commands}: ${pathOf(command)}`);
      assert.doesNotMatch(missing.exec(text)![1]!, new RegExp(`\\b${command.name()}\\b`), file);
    }
  }
});
