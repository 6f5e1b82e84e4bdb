import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command, Option } from 'commander';
import { usageError } from '../../src/cli/usage.ts';

function mistake(args: string[]): { code: string; params: object } {
  const program = new Command('everyhop');
  const quiet = (command: Command): Command => command.exitOverride().configureOutput({ writeErr: () => {} });
  quiet(quiet(program).command('up'))
    .argument('[UPSTREAM]')
    .addOption(new Option('--format <FORMAT>').choices(['shell', 'dotenv']))
    .action(() => {});
  quiet(program.command('completion'))
    .addArgument(program.createArgument('<SHELL>').choices(['bash', 'zsh']))
    .action(() => {});
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    const usage = usageError(error);
    assert.ok(usage instanceof Error);
    return { code: usage.code, params: usage.params };
  }
  throw new Error('commander accepted the arguments');
}

test('counts surplus arguments and names them, without commander’s English', () => {
  const { code, params } = mistake(['up', 'a', "b'c", 'd.']);
  assert.equal(code, 'cli.too-many-arguments');
  assert.deepEqual(params, { command: 'up', maximum: '1', arguments: "a, b'c, d." });
});

test('lists the choices of an option and of an argument', () => {
  assert.deepEqual(mistake(['up', '--format', "it's"]), {
    code: 'cli.bad-choice',
    params: { option: '--format <FORMAT>', value: "it's", choices: 'shell, dotenv' },
  });
  assert.deepEqual(mistake(['completion', 'tcsh']), {
    code: 'cli.bad-choice',
    params: { option: 'SHELL', value: 'tcsh', choices: 'bash, zsh' },
  });
});
