/** Every command in our texts: written so that the reader can fill in the program's name, and valid for our own parser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from 'commander';
import { errorCatalogues, wordCatalogues } from '../../src/app/messages.ts';
import { loadRegistries } from '../../src/app/registries.ts';
import { demoWords } from '../../src/apps/demo.ts';
import { type Invocation, plainInvocation, spell } from '../../src/base/invocation.ts';
import { cliError, cliWords } from '../../src/cli/messages.ts';
import { Output } from '../../src/cli/output.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { consumers } from '../../src/trust/consumers.ts';
import { mends } from '../support/outside.ts';

const catalogues = [...errorCatalogues, cliError, ...wordCatalogues, demoWords, cliWords].map(({ texts }) => texts);
const texts = [...catalogues, consumers.map(({ settings }) => settings)].flatMap(stringsIn);

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** The words of a command: options, operands in capitals, parameters and the examples that our texts use. */
const word = String.raw`(?:--[\w-]*|-(?!\S)|\{\w+\}|[A-Z]{2,}|\d+|https?://[\w.:/]*\w|private|systemd|system|python3|app\.py|npm|java)`;
const commands = texts.flatMap((text) => [
  ...text.matchAll(new RegExp(String.raw`\{everyhop [^}]+\}(?: ${word})*`, 'g')),
]);

async function parse(line: string): Promise<void> {
  const output = new Output({ stdout: process.stdout, stderr: process.stderr, env: {} }, 'en', false);
  const program = buildProgram({ output, language: 'en', version: '0', env: {} }, await loadRegistries());
  const idle = (command: Command): void => {
    if (command.commands.length === 0) command.action(() => {});
    command.commands.forEach(idle);
  };
  idle(program);
  await program.parseAsync(line.split(' '), { from: 'user' });
}

test('every command in a hint exists, with these options', async (t) => {
  mends(t, 'ux/hint-program-name');
  const invocation: Invocation = { ...plainInvocation, stateFolder: '/srv/state', isDefaultState: false };
  const lines = new Set(
    commands.map(([command]) => spell(command, invocation).replace('{store}', 'system').replaceAll(/[{}]/g, '')),
  );
  assert.ok(lines.size > 30);
  for (const line of lines) {
    const args = line.replace(/^everyhop /, '');
    if (args === '--help') continue;
    await assert.doesNotReject(parse(args), line);
    assert.match(line, /^everyhop (?:config |completion )|--state \/srv\/state/, line);
  }
});

test('no text names a command without letting the reader fill in the program', () => {
  const names = 'up|access|status|reload|service|run|env|certificates|authority|trust|nginx|config|completion|--';
  const bare = texts.filter((text) => new RegExp(`(?<![{./])\\beveryhop (?:${names})`).test(text));
  assert.deepEqual(bare, []);
});
