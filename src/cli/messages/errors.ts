import { defineErrors } from '../../base/errors.ts';

export const cliError = defineErrors({
  'cli.unknown-option': {
    en: {
      meaning: 'Unknown option {option}.',
      cause: 'It is mistyped or belongs to another command.',
      hint: 'Use --help to list the options of this command.',
    },
    zh: {
      meaning: '未知选项 {option}。',
      cause: '拼写有误，或者属于另一个命令。',
      hint: '用 --help 查看此命令的选项。',
    },
  },
  'cli.mistyped-option': {
    en: { meaning: 'Unknown option {option}.', cause: 'It looks mistyped.', hint: 'Did you mean {suggestion}?' },
    zh: { meaning: '未知选项 {option}。', cause: '看起来拼写有误。', hint: '您是想用 {suggestion} 吗？' },
  },
  'cli.unknown-command': {
    en: {
      meaning: 'Unknown command {command}.',
      cause: 'It is mistyped, or this version of Everyhop does not have it.',
      hint: 'List all commands: {everyhop --help}',
    },
    zh: {
      meaning: '未知命令 {command}。',
      cause: '拼写有误，或者当前版本的 Everyhop 没有此命令。',
      hint: '查看所有命令：{everyhop --help}',
    },
  },
  'cli.mistyped-command': {
    en: { meaning: 'Unknown command {command}.', cause: 'It looks mistyped.', hint: 'Did you mean {suggestion}?' },
    zh: { meaning: '未知命令 {command}。', cause: '看起来拼写有误。', hint: '您是想用 {suggestion} 吗？' },
  },
  'cli.no-lock': {
    en: {
      meaning: 'A backup needs a passphrase or a recipient.',
      cause:
        'It holds every private key, so it is always encrypted, and there is no terminal here to ask for a passphrase.',
      hint: 'Add --passphrase-file FILE, or --recipient age1… with a key made by age-keygen on another machine.',
    },
    zh: {
      meaning: '备份需要口令或接收者公钥。',
      cause: '备份中有全部私钥，因此始终加密；而这里没有可以询问口令的终端。',
      hint: '请加上 --passphrase-file FILE，或 --recipient age1…（用 age-keygen 在另一台机器上生成的密钥）。',
    },
  },
  'cli.two-locks': {
    en: {
      meaning: 'A backup has either a passphrase or recipients.',
      cause:
        'age’s format does not combine them: a passphrase that someone else knows would open the recipients’ file.',
      hint: 'Leave out --passphrase-file or the recipients. Several recipients may be given.',
    },
    zh: {
      meaning: '备份只能使用口令或接收者公钥之一。',
      cause: 'age 格式不允许二者并用：知道口令的人就能打开发给接收者的文件。',
      hint: '请去掉 --passphrase-file 或接收者选项。可以指定多个接收者。',
    },
  },
  'cli.passphrases-differ': {
    en: {
      meaning: 'The two passphrases differ.',
      cause: 'One of them was mistyped. Nothing was written.',
      hint: 'Run the command again.',
    },
    zh: {
      meaning: '两次输入的口令不一致。',
      cause: '其中一次输入有误。没有写入任何文件。',
      hint: '请重新运行该命令。',
    },
  },
  'cli.needs-passphrase': {
    en: {
      meaning: '{file} is encrypted with a passphrase.',
      cause: 'There is no terminal here to ask for it, or --identity was given instead.',
      hint: 'Add --passphrase-file FILE, or run the command in a terminal without --identity.',
    },
    zh: {
      meaning: '{file} 是用口令加密的。',
      cause: '这里没有可以询问口令的终端，或者给出的是 --identity。',
      hint: '请加上 --passphrase-file FILE，或在终端中不带 --identity 运行该命令。',
    },
  },
  'cli.needs-identity': {
    en: {
      meaning: '{file} is encrypted for recipients, not with a passphrase.',
      cause: 'The secret key of one of them opens it.',
      hint: 'Add --identity FILE with the file that age-keygen wrote.',
    },
    zh: {
      meaning: '{file} 是为接收者加密的，没有口令。',
      cause: '只有其中一个接收者的私钥才能打开它。',
      hint: '请加上 --identity FILE，即 age-keygen 写出的文件。',
    },
  },
  'cli.binary-to-terminal': {
    en: {
      meaning: 'A backup does not fit on a terminal.',
      cause: '- stands for standard output, and a backup is not text.',
      hint: 'Name a file, or pass the output on: {everyhop backup} - | ssh backup.example.com "cat > everyhop.age"',
    },
    zh: {
      meaning: '备份不能输出到终端。',
      cause: '- 表示标准输出，而备份不是文本。',
      hint: '请指定一个文件，或把输出交给其他程序：{everyhop backup} - | ssh backup.example.com "cat > everyhop.age"',
    },
  },
  'cli.no-command': {
    en: {
      meaning: 'No command given.',
      cause: 'A command must follow the program name or command group.',
      hint: 'Start with: {everyhop up} http://127.0.0.1:7861; list all: {everyhop --help}',
    },
    zh: {
      meaning: '没有指定命令。',
      cause: '程序名或命令组之后必须写上命令。',
      hint: '可以这样开始：{everyhop up} http://127.0.0.1:7861；查看全部：{everyhop --help}',
    },
  },
  'cli.missing-argument': {
    en: {
      meaning: 'The argument {argument} is missing.',
      cause: 'This command requires it.',
      hint: 'Use --help to see the arguments of this command.',
    },
    zh: { meaning: '缺少参数 {argument}。', cause: '此命令需要该参数。', hint: '用 --help 查看此命令的参数。' },
  },
  'cli.missing-option': {
    en: {
      meaning: 'The option {option} is missing.',
      cause: 'This command requires it.',
      hint: 'Use --help to see the options of this command.',
    },
    zh: { meaning: '缺少选项 {option}。', cause: '此命令需要该选项。', hint: '用 --help 查看此命令的选项。' },
  },
  'cli.nginx-names-missing': {
    en: {
      meaning: 'No name given.',
      cause: 'nginx has these names without HTTPS by Everyhop: {names}.',
      hint: 'Name those of one site: {everyhop nginx secure} {example}',
    },
    zh: {
      meaning: '没有指定名称。',
      cause: 'nginx 中尚未由 Everyhop 启用 HTTPS 的名称：{names}。',
      hint: '请指定一个站点的名称：{everyhop nginx secure} {example}',
    },
  },
  'cli.missing-value': {
    en: {
      meaning: 'The option {option} needs a value.',
      cause: 'Nothing follows it, or another option does.',
      hint: 'Add a value after it; --help shows which.',
    },
    zh: {
      meaning: '选项 {option} 需要一个值。',
      cause: '后面没有内容，或者是另一个选项。',
      hint: '在其后写上值；用 --help 查看可用的值。',
    },
  },
  'cli.too-many-arguments': {
    en: {
      meaning: 'Too many arguments: {arguments}',
      cause: 'Maximum for {command}: {maximum}.',
      hint: 'Use --help to see the arguments of this command.',
    },
    zh: {
      meaning: '参数过多：{arguments}',
      cause: '{command} 最多接受 {maximum} 个参数。',
      hint: '用 --help 查看此命令的参数。',
    },
  },
  'cli.bad-choice': {
    en: {
      meaning: 'Invalid value for {option}: {value}',
      cause: 'It is none of the allowed values.',
      hint: 'Use one of: {choices}',
    },
    zh: { meaning: '{option} 的值无效：{value}', cause: '它不在允许的值之中。', hint: '可选值：{choices}' },
  },
  'cli.wrong-arguments': {
    en: {
      meaning: 'Invalid arguments: {reason}',
      cause: 'This command does not accept them.',
      hint: 'Use --help to see the usage of this command.',
    },
    zh: { meaning: '参数无效：{reason}', cause: '此命令不接受这些参数。', hint: '用 --help 查看此命令的用法。' },
  },
  'cli.npm-took-options': {
    en: {
      meaning: 'npm kept these options for itself: {options}',
      cause: 'npm passes on only the options that follow two dashes.',
      hint: 'Write two dashes before the options: {command}',
    },
    zh: {
      meaning: '这些选项被 npm 截留：{options}',
      cause: 'npm 只传递写在两个短横线之后的选项。',
      hint: '请在选项之前写两个短横线：{command}',
    },
  },
  'cli.unknown-language': {
    en: {
      meaning: 'Unknown language {language}.',
      cause: 'Everyhop supports English and Simplified Chinese.',
      hint: 'Use --lang en or --lang zh.',
    },
    zh: {
      meaning: '未知语言 {language}。',
      cause: 'Everyhop 支持英文和简体中文。',
      hint: '用 --lang en 或 --lang zh。',
    },
  },
  'cli.interrupted': {
    en: {
      meaning: 'Stopped by {signal}.',
      cause: 'You (Ctrl-C) or the system ended the command before it was done. Existing certificates stay in use.',
      hint: 'Run the same command again to continue.',
    },
    zh: {
      meaning: '已被 {signal} 停止。',
      cause: '命令尚未完成就被您（Ctrl-C）或系统终止。现有证书继续使用。',
      hint: '要继续，请重新运行同一命令。',
    },
  },
  'cli.file-exists': {
    en: {
      meaning: '{file} already exists.',
      cause: 'Everyhop never overwrites a file with a key.',
      hint: 'Name a new file.',
    },
    zh: { meaning: '{file} 已经存在。', cause: 'Everyhop 写入密钥时绝不覆盖已有的文件。', hint: '指定一个新文件。' },
  },
  'cli.other-root': {
    en: {
      meaning: '{file} already exists and holds something else.',
      cause: 'Everyhop does not overwrite it.',
      hint: 'Name another file with --out FILE.',
    },
    zh: {
      meaning: '{file} 已存在，且内容不同。',
      cause: 'Everyhop 不会覆盖它。',
      hint: '请用 --out FILE 指定其他文件。',
    },
  },
  'trust.check-no-command': {
    en: {
      meaning: 'No command to check.',
      cause: 'Which roots a program trusts depends on its language, its libraries and their versions.',
      hint: 'Write the command after two dashes: {everyhop trust check} https://models.internal -- python3 app.py',
    },
    zh: {
      meaning: '没有要检查的命令。',
      cause: '程序信任哪些根证书，取决于其语言、所用的库及版本。',
      hint: '将命令写在两个短横线之后：{everyhop trust check} https://models.internal -- python3 app.py',
    },
  },
  'trust.check-bad-url': {
    en: {
      meaning: '"{url}" is not an HTTPS URL.',
      cause: 'It must begin with https:// and name a host.',
      hint: 'For example: https://models.internal:8443/',
    },
    zh: {
      meaning: '“{url}”不是 HTTPS 地址。',
      cause: '它必须以 https:// 开头，并包含主机名。',
      hint: '例如：https://models.internal:8443/',
    },
  },
});
