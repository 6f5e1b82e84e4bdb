/** docs/commands.md and its Chinese counterpart, from the program that parses the commands. */
import type { Command, Option } from 'commander';
import { loadRegistries } from '../src/app/registries.ts';
import type { Language } from '../src/base/language.ts';
import { examples } from '../src/cli/examples.ts';
import { pathOf } from '../src/cli/help.ts';
import { Output } from '../src/cli/output.ts';
import { buildProgram } from '../src/cli/program.ts';

const texts = {
  en: {
    intro: `# Commands

[简体中文](commands.zh-CN.md)

\`everyhop COMMAND --help\` shows the same in the terminal. In a checkout, \`npm run -s everyhop -- COMMAND\` does the same;
without the two dashes, npm keeps the options for itself. Relative paths start at your folder. \`npm run docs\` generates
this page from \`src/cli/program.ts\`.

Exit code 0: done. 1: failed, or not proven. 2: wrong usage or configuration. 3: \`trust check\`
found nothing wrong, but could not prove everything. \`run\` passes on the code of its program.`,
    everywhere: 'Options of every command',
    command: 'command',
    option: 'option',
    argument: 'argument',
  },
  zh: {
    intro: `# 命令

[English](commands.md)

\`everyhop COMMAND --help\` 在终端中显示同样的内容。在源码目录中，\`npm run -s everyhop -- COMMAND\` 效果相同；如果漏掉两个短横线，npm 会截留后面的选项。
相对路径以您所在的文件夹为准。本页由 \`npm run docs\` 根据 \`src/cli/program.ts\` 生成。

退出码 0：完成。1：失败，或未能验证。2：用法或配置有误。3：\`trust check\` 没有发现问题，但未能全部证实。\`run\` 返回所启动程序的退出码。`,
    everywhere: '所有命令的选项',
    command: '命令',
    option: '选项',
    argument: '参数',
  },
} as const;

const globals = ['--lang', '--state', '--json', '--help'];

export async function commandsPage(language: Language): Promise<string> {
  const output = new Output({ stdout: process.stdout, stderr: process.stderr, env: {} }, language, false);
  const program = buildProgram({ output, language, version: '0', env: {} }, await loadRegistries());
  const words = texts[language];
  const all = leaves(program);
  const overview = all.map((command) => `| ${linkTo(command)} | ${cell(command.description())} |`);
  const common = visibleOptions(all[0]!).filter(isGlobal);
  const sections = all.map((command) => sectionOf(command, words));
  return `${words.intro}

| ${words.command} | |
|---|---|
${overview.join('\n')}

## ${words.everywhere}

${tableOf(common, all[0]!, words.option)}

${sections.join('\n\n')}
`;
}

function leaves(command: Command): Command[] {
  const children = command.createHelp().visibleCommands(command);
  return children.length === 0 ? [command] : children.flatMap(leaves);
}

function linkTo(command: Command): string {
  return `[\`${pathOf(command)}\`](#everyhop-${pathOf(command).replaceAll(' ', '-')})`;
}

function visibleOptions(command: Command): Option[] {
  return command.createHelp().visibleOptions(command);
}

function isGlobal(option: Option): boolean {
  return globals.includes(option.long ?? '');
}

function sectionOf(command: Command, words: (typeof texts)[Language]): string {
  const help = command.createHelp();
  const path = pathOf(command);
  const own = visibleOptions(command).filter((option) => !isGlobal(option));
  const operands = help.visibleArguments(command);
  const usage = ['everyhop', path, ...operands.map((one) => operandOf(one.name(), one.required))].join(' ');
  const parts = [`## everyhop ${path}`, sentence(command.description()), `\`${usage}\``];
  if (operands.length > 0) {
    const rows = operands.map((one) => `| \`${one.name()}\` | ${cell(help.argumentDescription(one))} |`);
    parts.push(`| ${words.argument} | |\n|---|---|\n${rows.join('\n')}`);
  }
  if (own.length > 0) parts.push(tableOf(own, command, words.option));
  const lines = examples[path];
  if (lines) parts.push(`\`\`\`\n${lines.join('\n')}\n\`\`\``);
  return parts.join('\n\n');
}

function operandOf(name: string, required: boolean): string {
  return required ? name : `[${name}]`;
}

function tableOf(options: readonly Option[], command: Command, title: string): string {
  const help = command.createHelp();
  const describe = (option: Option): string => help.optionDescription(option);
  const rows = options.map((option) => `| \`${option.flags.replaceAll('|', '\\|')}\` | ${cell(describe(option))} |`);
  return `| ${title} | |\n|---|---|\n${rows.join('\n')}`;
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.。]$/.test(first) ? first : first + (/[\u4e00-\u9fff]/.test(first) ? '。' : '.');
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/<(?=[A-Z])/g, '&lt;');
}
