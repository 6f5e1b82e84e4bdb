import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

interface Entry {
  /** The command's words, for example `trust install`; '' for the program itself. */
  path: string;
  commands: { name: string; summary: string }[];
  options: {
    flag: string;
    summary: string;
    takesFile: boolean;
    takesValue: boolean;
    /** Empty if any value is allowed. */
    choices: readonly string[];
  }[];
}

/** The completion script for one shell, generated from the commands. */
export function completionScript(program: Command, shell: Shell): string {
  const entries = walk(program, '');
  if (shell === 'bash') return bash(entries);
  return shell === 'zsh' ? zsh(entries) : fish(entries);
}

function walk(command: Command, path: string): Entry[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  const options = [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
  const entry: Entry = {
    path,
    commands: commands.map((child) => ({ name: child.name(), summary: child.summary() || child.description() })),
    options: options.flatMap((option) =>
      option.long === undefined
        ? []
        : [
            {
              flag: option.long,
              summary: option.description,
              takesFile: /FILE|DIR/.test(option.flags),
              takesValue: option.required || option.optional,
              choices: option.argChoices ?? [],
            },
          ],
    ),
  };
  return [entry, ...commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim()))];
}

function bash(entries: Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const words = [...commands.map(({ name }) => name), ...options.map(({ flag }) => flag)].join(' ');
    return `    '${path}') words='${words}' ;;`;
  });
  return `# everyhop completion for bash: eval "$(everyhop completion bash)"
_everyhop() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} path='' words='' word
  case $previous in
    ${fileFlags(entries).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
      ${knownPaths(entries)
        .map((path) => `'${path}'`)
        .join('|')}) path="\${path:+$path }$word" ;;
    esac
  done
  case $path in
${cases.join('\n')}
  esac
  case $path:$previous in
${valueCases(entries, (choices) => `words='${choices.join(' ')}'`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _everyhop everyhop
`;
}

function zsh(entries: Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const words = [
      ...commands.map(({ name, summary }) => zshWord(name, summary)),
      ...options.map(({ flag, summary }) => zshWord(flag, summary)),
    ];
    return `    '${path}') choices=(${words.join(' ')}) ;;`;
  });
  return `#compdef everyhop
# everyhop completion for zsh: eval "$(everyhop completion zsh)"
_everyhop() {
  local path_='' word
  local -a choices
  case \${words[CURRENT-1]} in
    ${fileFlags(entries).join('|')}) _files; return ;;
  esac
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${path_:+$path_ }$word" in
      ${knownPaths(entries)
        .map((path) => path.replaceAll(' ', '\\ '))
        .join('|')}) path_="\${path_:+$path_ }$word" ;;
    esac
  done
  case $path_ in
${cases.join('\n')}
  esac
  case $path_:\${words[CURRENT-1]} in
${valueCases(entries, (choices) => `choices=(${choices.join(' ')})`)}
  esac
  _describe everyhop choices
}
compdef _everyhop everyhop
`;
}

function zshWord(word: string, summary: string): string {
  return `'${word}:${summary.replaceAll("'", '’').replaceAll(':', '\\:')}'`;
}

function fish(entries: Entry[]): string {
  const lines = entries.flatMap(({ path, commands, options }) => {
    const steps = path === '' ? [] : path.split(' ');
    const children = commands.map(({ name }) => name).join(' ');
    const here = steps.map((step) => `__fish_seen_subcommand_from ${step}`);
    const noChild = children === '' ? [] : [`not __fish_seen_subcommand_from ${children}`];
    const when = (conditions: string[]): string =>
      conditions.length === 0 ? '' : ` -n '${conditions.join('; and ')}'`;
    return [
      ...commands.map(
        ({ name, summary }) =>
          `complete -c everyhop -f${when([...here, ...noChild])} -a ${name} -d ${fishText(summary)}`,
      ),
      ...options.map(
        ({ flag, summary, takesFile, takesValue, choices }) =>
          `complete -c everyhop${when(here)} -l ${flag.slice(2)}${takesFile ? ' -r -F' : takesValue ? ' -x' : ''}${choices.length > 0 ? ` -a '${choices.join(' ')}'` : ''} -d ${fishText(summary)}`,
      ),
    ];
  });
  return `# everyhop completion for fish: everyhop completion fish | source\n${lines.join('\n')}\n`;
}

function fishText(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** After a flag whose values are known. */
function valueCases(entries: Entry[], set: (choices: readonly string[]) => string): string {
  return entries
    .flatMap(({ path, options }) =>
      options
        .filter(({ choices }) => choices.length > 0)
        .map(({ flag, choices }) => `    '${path}:${flag}') ${set(choices)} ;;`),
    )
    .join('\n');
}

function knownPaths(entries: Entry[]): string[] {
  return entries.map(({ path }) => path).filter((path) => path !== '');
}

function fileFlags(entries: Entry[]): string[] {
  return [
    ...new Set(entries.flatMap(({ options }) => options.filter((option) => option.takesFile).map(({ flag }) => flag))),
  ];
}
