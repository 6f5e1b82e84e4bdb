import { type CompletedOption, type Entry, namesCommand } from './model.ts';

/** fish reads options and their values itself. */
export function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, commands, options, operands }) => {
    const steps = path === '' ? [] : path.split(' ');
    const children = commands.map(({ name }) => name).join(' ');
    const here = steps.map((step) => `__fish_seen_subcommand_from ${step}`);
    const noChild = children === '' ? [] : [`not __fish_seen_subcommand_from ${children}`];
    return [
      ...commands.map(
        ({ name, summary }) => `complete -c everyhop -f${when([...here, ...noChild])} -a ${name} -d ${quoted(summary)}`,
      ),
      ...options.flatMap((option) => optionLines(option, here)),
      ...operands.flatMap(({ kind, choices }) => {
        const value = {
          choice: ` -f -a '${choices.join(' ')}'`,
          file: ' -F',
          folder: folder.replace(' -x', ' -f'),
          any: ' -f',
          name: ` -f -a '(__everyhop_names)'`,
          command: ` -x -a '(__everyhop_command ${steps.at(-1)})'`,
        }[kind];
        return [`complete -c everyhop${when(here)}${value}`];
      }),
    ];
  });
  const starting = entries.filter(({ operands }) => operands.some(({ kind }) => kind === 'command'));
  const options = starting.flatMap((entry) => entry.options).filter(({ kind }) => kind !== 'none');
  const valued = [...new Set(options.map(({ flag }) => flag))];
  return `# everyhop completion for fish: everyhop completion fish | source
function __everyhop_names
  set -l words (commandline -opc)
  set -l at (contains -i -- --state $words)
  and $words[1] ${namesCommand} --state $words[(math $at + 1)] 2>/dev/null
  or $words[1] ${namesCommand} 2>/dev/null
end
# True if the last option takes a list, which this word continues.
function __everyhop_in_list
  test "$(string match -r -- '^--.+' (commandline -opc) | tail -n 1)" = $argv[1]
end
# The program after "--", or the first word after the command that is neither an option nor a URL.
function __everyhop_command
  set -l words (commandline -opc)
  set -l at (contains -i -- -- $words)
  if not set -q at[1]
    set at (contains -i -- $argv[1] $words)
    while set -q words[(math $at + 1)]; and string match -qr '^(-|https://)' -- $words[(math $at + 1)]
      set at (math $at + 1)
      contains -- $words[$at] ${valued.join(' ')}; and set at (math $at + 1)
    end
  end
  set -l rest (string escape -- $words[(math $at + 1)..-1])
  complete -C (string join ' ' -- $rest (commandline -ct))
end
${lines.join('\n')}
`;
}

function optionLines({ flag, summary, kind, choices, isList }: CompletedOption, here: readonly string[]): string[] {
  const value = { none: '', choice: ` -x -a '${choices.join(' ')}'`, file: ' -r -F', folder, any: ' -x' }[kind];
  const line = `complete -c everyhop${when(here)} -l ${flag.slice(2)}${value} -d ${quoted(summary)}`;
  if (!isList || kind !== 'choice') return [line];
  return [line, `complete -c everyhop -f${when([...here, `__everyhop_in_list ${flag}`])} -a '${choices.join(' ')}'`];
}

const folder = ` -x -a '(__fish_complete_directories (commandline -ct))'`;

function when(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` -n '${conditions.join('; and ')}'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
