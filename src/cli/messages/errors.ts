import { defineErrors } from '../../base/errors.ts';

export const cliError = defineErrors({
  'cli.unknown-option': {
    en: {
      meaning: 'There is no option {option}.',
      cause: 'It is mistyped, or belongs to another command.',
      hint: 'See the options of this command with --help.',
    },
    zh: { meaning: '没有选项 {option}。', cause: '写错了，或者属于另一个命令。', hint: '用 --help 查看此命令的选项。' },
  },
  'cli.mistyped-option': {
    en: { meaning: 'There is no option {option}.', cause: 'It looks mistyped.', hint: 'Did you mean {suggestion}?' },
    zh: { meaning: '没有选项 {option}。', cause: '看起来是写错了。', hint: '您是想用 {suggestion} 吗？' },
  },
  'cli.unknown-command': {
    en: {
      meaning: 'There is no command {command}.',
      cause: 'It is mistyped, or newer than this Everyhop.',
      hint: 'See all commands: everyhop --help',
    },
    zh: {
      meaning: '没有命令 {command}。',
      cause: '写错了，或者比当前版本的 Everyhop 更新。',
      hint: '查看所有命令：everyhop --help',
    },
  },
  'cli.mistyped-command': {
    en: { meaning: 'There is no command {command}.', cause: 'It looks mistyped.', hint: 'Did you mean {suggestion}?' },
    zh: { meaning: '没有命令 {command}。', cause: '看起来是写错了。', hint: '您是想用 {suggestion} 吗？' },
  },
  'cli.no-command': {
    en: {
      meaning: 'Which command?',
      cause: 'Only the program, or a group of commands, was named.',
      hint: 'Start with: everyhop up http://127.0.0.1:7861; see all: everyhop --help',
    },
    zh: {
      meaning: '要执行哪个命令？',
      cause: '只写了程序名或命令组的名字。',
      hint: '可以这样开始：everyhop up http://127.0.0.1:7861；查看全部：everyhop --help',
    },
  },
  'cli.missing-argument': {
    en: {
      meaning: 'The argument {argument} is missing.',
      cause: 'This command cannot do its work without it.',
      hint: 'See what it wants with --help.',
    },
    zh: { meaning: '缺少参数 {argument}。', cause: '没有它，此命令无法工作。', hint: '用 --help 查看所需参数。' },
  },
  'cli.missing-value': {
    en: {
      meaning: 'The option {option} needs a value.',
      cause: 'Nothing, or another option, stands behind it.',
      hint: 'Write the value behind it; see --help.',
    },
    zh: {
      meaning: '选项 {option} 需要一个值。',
      cause: '它后面没有内容，或者是另一个选项。',
      hint: '请在其后写上值；参见 --help。',
    },
  },
  'cli.wrong-arguments': {
    en: {
      meaning: 'The arguments do not fit: {reason}',
      cause: 'The command does not take them in this form.',
      hint: 'See its form with --help.',
    },
    zh: { meaning: '参数不合适：{reason}', cause: '此命令不接受这种形式。', hint: '用 --help 查看用法。' },
  },
  'cli.unknown-language': {
    en: {
      meaning: 'There is no language {language}.',
      cause: 'Everyhop speaks English and Simplified Chinese.',
      hint: 'Use --lang en or --lang zh.',
    },
    zh: {
      meaning: '没有语言 {language}。',
      cause: 'Everyhop 支持英文和简体中文。',
      hint: '请用 --lang en 或 --lang zh。',
    },
  },
  'cli.file-exists': {
    en: {
      meaning: '{file} exists already.',
      cause: 'A key is never written over a file that is there.',
      hint: 'Name a new file.',
    },
    zh: { meaning: '{file} 已经存在。', cause: '密钥绝不会覆盖已有的文件。', hint: '请指定一个新文件。' },
  },
  'trust.check-no-command': {
    en: {
      meaning: 'There is no command to check.',
      cause: 'What is trusted depends on the program: on its language, its libraries and their versions.',
      hint: 'Write it after two dashes: everyhop trust check https://models.internal -- python app.py',
    },
    zh: {
      meaning: '没有要检查的命令。',
      cause: '信任什么取决于程序：其语言、所用的库及版本。',
      hint: '请写在两个短横线之后：everyhop trust check https://models.internal -- python app.py',
    },
  },
  'trust.check-bad-url': {
    en: {
      meaning: '"{url}" is not the address of a hop over HTTPS.',
      cause: 'It has to begin with https:// and name a host.',
      hint: 'For example https://models.internal:8443/',
    },
    zh: {
      meaning: '“{url}”不是 HTTPS 连接的地址。',
      cause: '它必须以 https:// 开头，并包含主机名。',
      hint: '例如 https://models.internal:8443/',
    },
  },
});
