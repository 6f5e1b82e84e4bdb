import { type Command, Help, type Option } from 'commander';
import type { Registries } from '../app/registries.ts';
import type { Language } from '../base/language.ts';
import { columnsOf } from './columns.ts';
import type { CommandContext } from './context.ts';
import { examples } from './examples.ts';
import { cliError, say, type WordKey } from './messages.ts';
import { wrap } from './wrap.ts';

/** Below this width, a description stands under its term. */
const leastColumns = 32;

/** Sets help and headings in the user's language. Usage errors are thrown, so that `main` reports them. */
export function localise(command: Command, context: CommandContext): Command {
  const word = (key: WordKey): string => say(context.language, key as 'help.program', {});
  const titles: Record<string, string> = {
    'Usage:': word('help.title.usage'),
    'Options:': word('help.title.options'),
    'Arguments:': word('help.title.arguments'),
    'Commands:': word('help.title.commands'),
  };
  const placeholders = (text: string): string =>
    text.replace('[options]', `[${word('help.options')}]`).replace('[command]', `[${word('help.command')}]`);
  return command
    .exitOverride()
    .configureOutput({ writeErr: () => {}, getOutHelpWidth: () => widthOf(context.env) })
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      displayWidth: columnsOf,
      boxWrap: (text, width) => wrap(text, width).join('\n'),
      formatItem,
      formatHelp,
      optionDescription: (option) => describe(option, context.language),
      styleUsage: (usage) => placeholders(usage),
      styleSubcommandTerm: (term) => placeholders(term),
    })
    .helpOption('-h, --help', word('help.help'))
    .helpCommand(false)
    .addHelpText('after', () => epilogue(command, context));
}

/** Examples, and how to write them where `everyhop` is not on the PATH. */
function epilogue(command: Command, { language, output }: CommandContext): string {
  const lines = examples[pathOf(command)];
  if (!lines) return '';
  const { program } = output.invocation;
  const note = program === 'everyhop' ? [] : ['', say(language, 'help.instead', {}), `  ${program}`];
  return ['', say(language, 'help.title.examples', {}), ...lines.map((line) => `  ${line}`), ...note].join('\n');
}

/** The words of a command, for example `trust install`; '' for the program itself. */
export function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();
}

/** `everyhop help certificates obtain`. @throws EveryhopError `cli.unknown-command`. */
export function showHelp(program: Command, path: readonly string[]): void {
  const found = path.reduce((command, name) => {
    const child = command.commands.find((one) => one.name() === name);
    if (!child) throw cliError('cli.unknown-command', { command: path.join(' ') });
    return child;
  }, program);
  found.outputHelp();
}

/** The terminal's width; without a terminal COLUMNS, as other programs read it, or 80. */
function widthOf(env: NodeJS.ProcessEnv): number {
  const columns = process.stdout.isTTY ? process.stdout.columns : Number(env['COLUMNS']);
  return Math.max(40, columns || 80);
}

/** No space follows a full-width colon. */
function formatHelp(this: Help, command: Command, helper: Help): string {
  return Help.prototype.formatHelp.call(this, command, helper).replace('： ', '：');
}

function formatItem(this: Help, term: string, termWidth: number, description: string): string {
  const width = this.helpWidth ?? 80;
  const indent = 2 + termWidth + 2;
  if (description === '') return `  ${term}`;
  if (width - indent < leastColumns) {
    return [`  ${term}`, ...wrap(description, width - 6).map((line) => `      ${line}`)].join('\n');
  }
  const [first = '', ...rest] = wrap(description, width - indent);
  const padding = ' '.repeat(Math.max(0, termWidth - columnsOf(term)) + 2);
  return [`  ${term}${padding}${first}`, ...rest.map((line) => ' '.repeat(indent) + line)].join('\n');
}

/** Appends the choices, unless the text already lists them all, and the default. */
function describe({ description, argChoices = [], defaultValue }: Option, language: Language): string {
  const isNamed = argChoices.every((choice) => description.includes(choice));
  const choices = argChoices.join(language === 'zh' ? '、' : ', ');
  const facts = [
    ...(isNamed ? [] : [say(language, 'help.choices', { choices })]),
    ...(defaultValue === undefined ? [] : [say(language, 'help.default', { value: String(defaultValue) })]),
  ];
  if (facts.length === 0) return description;
  return language === 'zh' ? `${description}（${facts.join('；')}）` : `${description} (${facts.join('; ')})`;
}

/** The DNS providers with their required variables. */
export function providerList(language: Language, providers: Registries['dnsProviders']): string {
  const [comma, open, close] = language === 'zh' ? ['、', '（', '）'] : [', ', ' (', ')'];
  const each = providers.map(({ id, needs }) => (needs.length === 0 ? id : `${id}${open}${needs.join(comma)}${close}`));
  return each.join(language === 'zh' ? '；' : '; ');
}
