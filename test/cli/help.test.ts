/** Help, global options and usage errors, as the whole program prints them. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Command } from 'commander';
import { loadRegistries } from '../../src/app/registries.ts';
import { columnsOf } from '../../src/cli/columns.ts';
import { examples } from '../../src/cli/examples.ts';
import { pathOf } from '../../src/cli/help.ts';
import { Output } from '../../src/cli/output.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { usageError } from '../../src/cli/usage.ts';
import { wrap } from '../../src/cli/wrap.ts';
import { mends } from '../support/outside.ts';
import { cleanEnvironment, temporaryFolder } from '../support/up.ts';

type Language = 'en' | 'zh';

async function programIn(language: Language, columns: number): Promise<Command> {
  const streams = { stdout: process.stdout, stderr: process.stderr, env: {} };
  const output = new Output(streams, language, false);
  const env = { COLUMNS: String(columns) };
  return buildProgram({ output, language, version: '0.1.0', env }, await loadRegistries());
}

function every(command: Command): Command[] {
  return [command, ...command.createHelp().visibleCommands(command).flatMap(every)];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (piece) => void (text += piece) }).outputHelp();
  return text;
}

test('help fits into 40, 60 and 100 columns in both languages, with examples that parse', async () => {
  for (const language of ['en', 'zh'] as const) {
    for (const columns of [40, 60, 100]) {
      for (const command of every(await programIn(language, columns))) {
        const lines = helpOf(command).split('\n');
        // A command or a list without spaces cannot be broken.
        const long = lines.filter((line) => columnsOf(line) > columns && /\s/.test(line.trim()));
        const unbroken = long.filter((line) => !/^(Usage:|用法：| {2}everyhop |\s+-)|^ {2}(eval|\w+ )/.test(line));
        assert.deepEqual(unbroken, [], `${pathOf(command)} ${columns}`);
        if (columns >= 60) assert.deepEqual(long, [], `${pathOf(command)} ${columns}`);
      }
    }
  }
  for (const [at, lines] of Object.entries(examples)) {
    for (const line of lines) {
      const words = line
        .replace(/^eval "\$\((.*)\)"$/, '$1')
        .replace(/ [>|] .*$/, '')
        .split(' ')
        .slice(1);
      const program = await programIn('en', 80);
      for (const command of every(program)) if (command.commands.length === 0) command.action(() => {});
      await assert.doesNotReject(program.parseAsync(words, { from: 'user' }), line);
      assert.ok(words.join(' ').startsWith(at), line);
    }
  }
});

test('Chinese breaks between characters, not before punctuation', () => {
  assert.deepEqual(wrap('让每一跳，都经过验证。', 10), ['让每一跳，', '都经过验', '证。']);
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('a\nb', 9), ['a', 'b']);
});

interface Printed {
  code: number;
  stdout: string;
  stderr: string;
}

function everyhop(folder: string): (...args: string[]) => Promise<Printed> {
  const file = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
  return (...args) =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [file, ...args],
        { cwd: folder, env: cleanEnvironment(folder) },
        (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      );
    });
}

async function world(t: TestContext): Promise<ReturnType<typeof everyhop>> {
  return everyhop(await temporaryFolder(t, 'help'));
}

test('global options work before and after the command; after it they win', async (t) => {
  const run = await world(t);
  const before = await run('--json', '--state', '/nowhere/a', '--lang', 'zh', 'certificates', 'list');
  const between = await run('certificates', '--json', '--state=/nowhere/a', 'list', '--lang', 'zh');
  assert.deepEqual(between, before);
  assert.equal(before.stdout.trim().startsWith('['), true, before.stderr);
  const twice = await run('--state', '/nowhere/a', '--json', 'status', '--state', '/nowhere/b');
  assert.match(twice.stdout, /"cli\.not-running".*\/nowhere\/b/);
  // They end where the user's program begins.
  const started = await run('--lang', 'en', 'run', '--state', 'state', 'echo', '--json', '--lang', 'xx');
  assert.deepEqual([started.code, started.stdout], [0, '--json --lang xx\n']);
});

test('help, version and -v', async (t) => {
  const run = await world(t);
  const { version } = JSON.parse((await run('version', '--json')).stdout) as { version: string };
  for (const args of [['-v'], ['-V'], ['--version']]) {
    assert.deepEqual(await run(...args), { code: 0, stdout: `${version}\n`, stderr: '' });
  }
  const platform = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  assert.equal((await run('version')).stdout, `${version} (source checkout, ${platform})\n`);
  assert.equal((await run('help')).stdout, (await run('--help')).stdout);
  const help = await run('help', 'certificates', 'obtain');
  assert.equal(help.stdout, (await run('certificates', 'obtain', '--help')).stdout);
  assert.match(help.stdout, /\nExamples:\n {2}everyhop certificates obtain /);
  assert.match((await run('help', 'certificates', 'obtian')).stderr, /^cli\.unknown-command: /);
});

test('every usage error has its own words, without commander’s English', async (t) => {
  mends(t, 'ux/zh-mixed');
  const program = await programIn('zh', 80);
  const bad = ['--no-such', '--lang', '--state'];
  for (const command of every(program)) {
    const words = pathOf(command).split(' ').filter(Boolean);
    const choice = command.options.find(
      ({ argChoices, mandatory }) => argChoices && !mandatory && argChoices.length < 9,
    );
    const attempts = [
      ...bad.map((word) => [word]),
      [],
      ['a', 'b', 'c', 'd', 'e'],
      ...(choice ? [[choice.long!, 'none-such']] : []),
    ];
    for (const attempt of attempts) {
      const fresh = await programIn('zh', 80);
      for (const each of every(fresh)) if (each.commands.length === 0) each.action(() => {});
      try {
        await fresh.parseAsync([...words, ...attempt], { from: 'user' });
      } catch (error) {
        const usage = usageError(error);
        if (usage === 'shown') continue;
        if (usage === undefined) throw error;
        const { code, message } = usage.report('zh');
        assert.notEqual(code, 'cli.wrong-arguments', [...words, ...attempt].join(' '));
        assert.match(message, /[\u4e00-\u9fff]/);
      }
    }
  }
});
