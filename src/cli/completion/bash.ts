import { type Entry, knownPaths, namesCommand, operandCases, optionCases } from './model.ts';

/**
 * The words before the cursor are read as the program would: command, options with their values, operands. Bash splits
 * `--lang=zh` into three words.
 */
export function bash(entries: readonly Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const flags = options.map(({ flag }) => flag).join(' ');
    return `    '${path}') words='${commands.map(({ name }) => name).join(' ')}' flags='${flags}' ;;`;
  });
  const values = optionCases(entries, ({ kind, choices, isList }) => {
    const list = isList ? ' list=1' : '';
    return kind === 'choice' ? `kind=choice${list} values='${choices.join(' ')}'` : `kind=${kind}${list}`;
  });
  const operands = operandCases(entries, ({ kind, choices }) =>
    kind === 'any' ? undefined : kind === 'choice' ? `words+=' ${choices.join(' ')}'` : `kind=${kind}`,
  );
  return `# everyhop completion for bash: eval "$(everyhop completion bash)"
_everyhop_option() {
  kind='' list='' values=''
  case $1 in
${values.join('\n')}
  esac
}
_everyhop() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' pending='' active='' state='' words='' flags=''
  local kind='' list='' values='' ended='' operands=0 first=0 i word
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if [[ -n $ended ]]; then
      ((operands++)); ((first)) || first=$i
    elif [[ $word == '=' ]]; then continue
    elif [[ -n $pending ]]; then
      [[ $pending == --state ]] && state=$word
      pending=''
    elif [[ $word == -- ]]; then ended=1 active=''
    elif [[ $word == -* ]]; then
      active=''
      _everyhop_option "$path:\${word%%=*}"
      if [[ -n $kind && $word != *=* ]]; then
        pending=$word
        [[ -n $list ]] && active=$word
      fi
    else
      case \${path:+$path }$word in
        ${knownPaths(entries)
          .map((path) => `'${path}'`)
          .join('|')}) path="\${path:+$path }$word"; continue ;;
      esac
      [[ -n $active ]] && continue
      [[ $path == 'trust check' && $word == https://* ]] && continue
      ((operands++)); ((first)) || first=$i
      [[ $path == run || $path == 'trust check' ]] && ended=1
    fi
  done
  [[ $current == '=' ]] && current=''
  kind=''
  if [[ -n $pending ]]; then
    _everyhop_option "$path:$pending"
    words=$values
  else
    case $path in
${cases.join('\n')}
    esac
    if [[ -n $active ]]; then
      _everyhop_option "$path:$active"
      words=$values
    fi
    case $path:$operands in
${operands.join('\n')}
    esac
    if [[ $kind == command && $current == -* && $operands == 0 && -z $ended ]]; then kind=''; fi
    [[ -z $ended && ( $current == -* || ( -z $kind && -z \${words// /} ) ) ]] && words="$words $flags"
  fi
  case $kind in
    file) COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null ;;
    folder) COMPREPLY=($(compgen -d -- "$current")); compopt -o filenames 2>/dev/null ;;
    name) words="$words $("\${COMP_WORDS[0]}" ${namesCommand} \${state:+--state "$state"} 2>/dev/null)"
      COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    command)
      ((first)) || first=$COMP_CWORD
      if declare -F _command_offset >/dev/null; then _command_offset $first
      elif ((first == COMP_CWORD)); then COMPREPLY=($(compgen -c -- "$current"))
      else COMPREPLY=($(compgen -f -- "$current")); compopt -o filenames 2>/dev/null
      fi ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -o default -F _everyhop everyhop
`;
}
