import { type Entry, knownPaths, namesCommand, operandCases, optionCases } from './model.ts';

/** The words before the cursor are read as the program would: command, options with their values, operands. */
export function zsh(entries: readonly Entry[]): string {
  const cases = entries.map(({ path, commands, options }) => {
    const listed = (items: string[]): string => items.join(' ');
    const words = listed(commands.map(({ name, summary }) => item(name, summary)));
    return `    '${path}') choices=(${words}) flags=(${listed(options.map(({ flag, summary }) => item(flag, summary)))}) ;;`;
  });
  const values = optionCases(entries, ({ kind, choices, isList }) => {
    const list = isList ? ' list=1' : '';
    return kind === 'choice' ? `kind=choice${list} values=(${choices.join(' ')})` : `kind=${kind}${list}`;
  });
  const operands = operandCases(entries, ({ kind, choices }) =>
    kind === 'any' ? undefined : kind === 'choice' ? `choices+=(${choices.join(' ')})` : `kind=${kind}`,
  );
  return `#compdef everyhop
# everyhop completion for zsh: eval "$(everyhop completion zsh)"
_everyhop_option() {
  kind='' list='' values=()
  case $1 in
${values.join('\n')}
  esac
}
_everyhop() {
  local path_='' pending='' active='' kind='' list='' ended='' word next_
  local -i operands=0 first=0 i
  local -a choices flags values kept
  local current=\${words[CURRENT]}
  for ((i = 2; i < CURRENT; i++)); do
    word=\${words[i]}
    if [[ -n $ended ]]; then
      ((operands += 1)); ((first)) || first=i
    elif [[ -n $pending ]]; then
      [[ $pending == --state ]] && kept=(--state $word)
      pending=''
    elif [[ $word == -- ]]; then ended=1 active=''
    elif [[ $word == -* ]]; then
      active=''
      _everyhop_option "$path_:\${word%%=*}"
      if [[ -n $kind && $word != *=* ]]; then
        pending=$word
        [[ -n $list ]] && active=$word
      fi
    else
      next_="\${path_:+$path_ }$word"
      case $next_ in
        ${knownPaths(entries)
          .map((path) => path.replaceAll(' ', '\\ '))
          .join('|')}) path_=$next_; continue ;;
      esac
      [[ -n $active ]] && continue
      [[ $path_ == 'trust check' && $word == https://* ]] && continue
      ((operands += 1)); ((first)) || first=i
      [[ $path_ == run || $path_ == 'trust check' ]] && ended=1
    fi
  done
  kind=''
  if [[ -z $pending && -z $ended && $current == --*=* ]]; then
    pending=\${current%%=*}
    compset -P '*=' 2>/dev/null
  fi
  if [[ -n $pending ]]; then
    _everyhop_option "$path_:$pending"
    choices=($values)
  else
    case $path_ in
${cases.join('\n')}
    esac
    if [[ -n $active ]]; then
      _everyhop_option "$path_:$active"
      choices=($values)
    fi
    case $path_:$operands in
${operands.join('\n')}
    esac
    if [[ $kind == command && $current == -* && $operands == 0 && -z $ended ]]; then kind=''; fi
    if [[ -z $ended && ( $current == -* || ( -z $kind && \${#choices} == 0 ) ) ]]; then choices+=($flags); fi
  fi
  case $kind in
    file) _files ;;
    folder) _files -/ ;;
    name)
      choices+=(\${(f)"$(\${words[1]} ${namesCommand} $kept 2>/dev/null)"})
      _describe everyhop choices ;;
    command)
      ((first)) || first=CURRENT
      words=("\${(@)words[first,-1]}")
      ((CURRENT -= first - 1))
      _normal ;;
    *) _describe everyhop choices ;;
  esac
}
compdef _everyhop everyhop
`;
}

function item(word: string, summary: string): string {
  return `'${word}:${summary.replaceAll("'", '’').replaceAll(':', '\\:')}'`;
}
