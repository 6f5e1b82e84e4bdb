/** Files of the package that follow from the commands: completion and manual. */
import type { Command, Option } from 'commander';
import { loadRegistries } from '../../src/app/registries.ts';
import { completionScript } from '../../src/cli/completion.ts';
import { examples } from '../../src/cli/examples.ts';
import { Output } from '../../src/cli/output.ts';
import { buildProgram } from '../../src/cli/program.ts';

async function program(version: string): Promise<Command> {
  const output = new Output({ stdout: process.stdout, stderr: process.stderr, env: {} }, 'en', false);
  return buildProgram({ output, language: 'en', version, env: {} }, await loadRegistries());
}

/** By path. */
export async function completions(): Promise<Record<string, string>> {
  const commands = await program('');
  return {
    'usr/share/bash-completion/completions/everyhop': completionScript(commands, 'bash'),
    'usr/share/zsh/vendor-completions/_everyhop': completionScript(commands, 'zsh'),
    'usr/share/fish/vendor_completions.d/everyhop.fish': completionScript(commands, 'fish'),
  };
}

/** everyhop(1), in the language of man(7). */
export async function manual(version: string, date: Date): Promise<string> {
  const commands = await program(version);
  const day = date.toISOString().slice(0, 10);
  const lines = [
    `.TH EVERYHOP 1 ${day} "Everyhop ${version}" "User Commands"`,
    '.SH NAME',
    `everyhop \\- ${text(commands.description().replace(/\.$/, '').replace(/^V/, 'v'))}`,
    '.SH SYNOPSIS',
    '.B everyhop\n.I COMMAND\n.RI [ options ]',
    '.SH DESCRIPTION',
    text(commands.description()),
    '.SH COMMANDS',
    ...sections(commands, 'everyhop'),
    '.SH OPTIONS',
    'Of every command:',
    ...commands.createHelp().visibleOptions(commands).map(optionEntry),
    '.SH FILES',
    entry('/etc/everyhop/everyhop.yaml', 'configuration of the service'),
    entry('/var/lib/everyhop', 'state of the service and of root: certificates, their keys, the private root'),
    '.SH EXIT STATUS',
    '0: done; 1: failed, or not proven; 2: wrong usage or configuration.',
  ];
  return `${lines.join('\n')}\n`;
}

const shared = new Set(['--lang', '--state', '--json', '--help', '--version']);

function sections(command: Command, name: string): string[] {
  const help = command.createHelp();
  return help.visibleCommands(command).flatMap((child) => {
    const path = `${name} ${child.name()}`;
    if (child.commands.length > 0) return sections(child, path);
    const options = help.visibleOptions(child).filter(({ long }) => !shared.has(long ?? ''));
    const operands = child.registeredArguments.map((argument) =>
      argument.required ? `<${argument.name()}>` : argument.name(),
    );
    const lines = examples[path.replace('everyhop ', '')] ?? [];
    return [
      `.SS "${text([path, ...operands].join(' ').replaceAll('"', ''))}"`,
      text(child.description()),
      ...options.map(optionEntry),
      ...(lines.length === 0 ? [] : ['.PP\nExamples:', '.nf', ...lines.map((line) => `    ${text(line)}`), '.fi']),
    ];
  });
}

function optionEntry({ flags, description }: Option): string {
  return entry(flags, description);
}

function entry(term: string, description: string): string {
  return `.TP\n.B ${text(term)}\n${text(description)}`;
}

function text(plain: string): string {
  return plain
    .replaceAll('\\', '\\\\')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1');
}
