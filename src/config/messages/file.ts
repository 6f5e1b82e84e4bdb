import type { ErrorTexts } from '../../base/errors.ts';

/** The file or command line as a whole, and the form of its keys. */
export const fileTexts = {
  'config.invalid': {
    en: {
      meaning: '{source} is invalid: {count} mistake(s).',
      cause: 'Each mistake is listed with its cause. Nothing was changed; a running Everyhop keeps its configuration.',
      hint: 'Correct them, then run the command again.',
    },
    zh: {
      meaning: '{source} 无效：共 {count} 处错误。',
      cause: '每处错误都列出了原因。没有任何改动；正在运行的 Everyhop 保持原有配置。',
      hint: '请改正这些错误，然后重新运行该命令。',
    },
  },
  'config.empty': {
    en: {
      meaning: '{file} is empty.',
      cause: 'The file has no content besides comments.',
      hint: 'Start with: printf "sites:\\n  - host: localhost\\n    upstream: http://127.0.0.1:7861\\n" > {file}',
    },
    zh: {
      meaning: '{file} 是空的。',
      cause: '文件没有内容，或者只有注释。',
      hint: '可以这样开始：printf "sites:\\n  - host: localhost\\n    upstream: http://127.0.0.1:7861\\n" > {file}',
    },
  },
  'config.tab': {
    en: {
      meaning: 'A line is indented with a tab.',
      cause: 'YAML allows only spaces for indentation.',
      hint: 'Replace the tabs with spaces: expand -t 2 {file} > {file}.new && mv {file}.new {file}',
    },
    zh: {
      meaning: '有一行用制表符（Tab）缩进。',
      cause: 'YAML 只允许用空格缩进。',
      hint: '请把制表符换成空格：expand -t 2 {file} > {file}.new && mv {file}.new {file}',
    },
  },
  'config.syntax': {
    en: {
      meaning: 'Invalid YAML: {reason}.',
      cause: 'An indentation, quote, colon or bracket is missing or misplaced.',
      hint: 'Check this line and the one above it. Lines of the same level must start in the same column.',
    },
    zh: {
      meaning: 'YAML 无效：{reason}。',
      cause: '缩进、引号、冒号或括号缺失，或位置不对。',
      hint: '请检查这一行和上一行；同一层级的行必须从同一列开始。',
    },
  },
  'config.duplicate-key': {
    en: {
      meaning: 'The key {key} appears twice in the same mapping.',
      cause: 'Only one of them can take effect, and it is unclear which.',
      hint: 'Keep one of them. A second site starts with another "-".',
    },
    zh: {
      meaning: '键 {key} 在同一个映射中出现了两次。',
      cause: '只能有一个生效，无法确定是哪一个。',
      hint: '请只保留一个。第二个站点要以另一个“-”开头。',
    },
  },
  'config.too-many-aliases': {
    en: {
      meaning: 'The aliases (*name) in this file cannot be expanded.',
      cause: 'An alias has no anchor before it or contains itself, or nested aliases expand to too much.',
      hint: 'Write out the content instead of using aliases.',
    },
    zh: {
      meaning: '无法展开该文件中的别名（*name）。',
      cause: '别名之前没有对应的锚点、别名包含自身，或者嵌套的别名展开后过大。',
      hint: '请直接写出内容，不使用别名。',
    },
  },
  'config.too-deep': {
    en: {
      meaning: '{file} is nested too deeply.',
      cause: 'A configuration has four levels. This file is damaged or not a configuration.',
      hint: 'Check the path.',
    },
    zh: {
      meaning: '{file} 嵌套过深。',
      cause: '配置只有四层。该文件已损坏，或者不是配置文件。',
      hint: '请检查路径。',
    },
  },
  'config.utf-16': {
    en: {
      meaning: '{file} is encoded in UTF-16, not in UTF-8.',
      cause: 'An editor or PowerShell’s > saved it so.',
      hint: 'Save it as UTF-8, or convert it: iconv -f UTF-16 -t UTF-8 {file} > new.yaml && mv new.yaml {file}',
    },
    zh: {
      meaning: '{file} 的编码是 UTF-16，而不是 UTF-8。',
      cause: '编辑器或 PowerShell 的 > 以该编码保存了它。',
      hint: '请另存为 UTF-8，或转换编码：iconv -f UTF-16 -t UTF-8 {file} > new.yaml && mv new.yaml {file}',
    },
  },
  'config.not-utf-8': {
    en: {
      meaning: '{file} contains bytes that are not UTF-8.',
      cause: 'An editor saved it in another encoding, for example GBK or Latin-1.',
      hint: 'Save it as UTF-8, or convert it: iconv -f GBK -t UTF-8 {file} > new.yaml && mv new.yaml {file}',
    },
    zh: {
      meaning: '{file} 含有不属于 UTF-8 的字节。',
      cause: '编辑器以其他编码（例如 GBK 或 Latin-1）保存了它。',
      hint: '请另存为 UTF-8，或转换编码：iconv -f GBK -t UTF-8 {file} > new.yaml && mv new.yaml {file}',
    },
  },
  'config.not-a-mapping': {
    en: {
      meaning: '{key} must be a mapping of keys to values.',
      cause: 'Found instead: {value}.',
      hint: 'Write "key: value" lines below it, all with the same indentation.',
    },
    zh: {
      meaning: '{key} 必须由“键: 值”组成。',
      cause: '实际内容是：{value}。',
      hint: '请在其下逐行写“键: 值”，缩进一致。',
    },
  },
  'config.not-true-or-a-mapping': {
    en: {
      meaning: '{key} must be true, or a mapping of keys to values.',
      cause: 'Found instead: {value}.',
      hint: 'Write {key}: true for the defaults, or "key: value" lines below it, all with the same indentation.',
    },
    zh: {
      meaning: '{key} 必须是 true，或由“键: 值”组成。',
      cause: '实际内容是：{value}。',
      hint: '要使用默认设置，请写 {key}: true；否则请在其下逐行写“键: 值”，缩进一致。',
    },
  },
  'config.not-a-list': {
    en: {
      meaning: '{key} must be a list.',
      cause: 'Found instead: {value}.',
      hint: 'Write one "- item" per line, or [one, two].',
    },
    zh: {
      meaning: '{key} 必须是列表。',
      cause: '实际内容是：{value}。',
      hint: '请每行写一个“- 项”，或写成 [一, 二]。',
    },
  },
  'config.empty-list': {
    en: {
      meaning: '{key} is an empty list.',
      cause: 'It needs at least one item.',
      hint: 'Add an item, or remove {key}.',
    },
    zh: {
      meaning: '{key} 是空列表。',
      cause: '至少需要一项。',
      hint: '请添加一项，或者删除 {key}。',
    },
  },
  'config.not-text': {
    en: {
      meaning: '{key} must be a string, not {value}.',
      cause: 'YAML does not read an unquoted number, true, false or null as a string.',
      hint: 'Quote it: "…"',
    },
    zh: {
      meaning: '{key} 必须是字符串，而不是 {value}。',
      cause: 'YAML 不会把不带引号的数字、true、false、null 读作字符串。',
      hint: '请加上引号："…"',
    },
  },
  'config.not-a-flag': {
    en: {
      meaning: '{key} must be true or false, not {value}.',
      cause: 'In YAML 1.2, only true and false are booleans; yes, no, on and off are strings.',
      hint: 'Write {key}: true or {key}: false.',
    },
    zh: {
      meaning: '{key} 必须是 true 或 false，而不是 {value}。',
      cause: '在 YAML 1.2 中，只有 true 和 false 是布尔值；yes、no、on、off 都是字符串。',
      hint: '请写成 {key}: true 或 {key}: false。',
    },
  },
  'config.no-value': {
    en: {
      meaning: '{key} has no value.',
      cause: 'Nothing follows the colon, or the lines below it are not indented.',
      hint: 'Give it a value, or remove {key}.',
    },
    zh: {
      meaning: '{key} 没有值。',
      cause: '冒号后面没有内容，或者其下各行没有缩进。',
      hint: '请给它一个值，或者删除 {key}。',
    },
  },
  'config.missing-key': {
    en: {
      meaning: '{key} is missing.',
      cause: 'It is required and has no default.',
      hint: 'Add {key} here.',
    },
    zh: {
      meaning: '缺少 {key}。',
      cause: '它是必填项，没有默认值。',
      hint: '请在这里加上 {key}。',
    },
  },
  'config.unknown-key': {
    en: {
      meaning: 'Unknown key: {key}.',
      cause: 'The keys allowed here are: {known}.',
      hint: 'Use one of them, or remove this key.',
    },
    zh: {
      meaning: '未知的键：{key}。',
      cause: '这里可用的键有：{known}。',
      hint: '请使用其中之一，或者删除该键。',
    },
  },
  'config.mistyped-key': {
    en: {
      meaning: 'Unknown key: {key}. Did you mean {suggestion}?',
      cause: 'It resembles a known key.',
      hint: 'Write {suggestion} instead of {key}.',
    },
    zh: {
      meaning: '未知的键：{key}。您是想写 {suggestion} 吗？',
      cause: '它与一个已知的键相近。',
      hint: '请把 {key} 改成 {suggestion}。',
    },
  },
  'config.misplaced-key': {
    en: {
      meaning: 'The key {key} is in the wrong place.',
      cause: 'It belongs in {where}.',
      hint: 'Move it there. The indentation determines the level.',
    },
    zh: {
      meaning: '键 {key} 的位置不对。',
      cause: '它属于 {where}。',
      hint: '请移到那里；缩进决定所属的层级。',
    },
  },
  'config.no-source': {
    en: {
      meaning: 'Nothing to serve: neither an app nor a configuration was given.',
      cause: 'There is no URL, no --config, and no {file} in this folder.',
      hint: 'Name the app: {everyhop up} http://127.0.0.1:7861',
    },
    zh: {
      meaning: '没有可提供的服务：既没有指定应用，也没有指定配置。',
      cause: '没有给出网址，也没有 --config，当前文件夹中也没有 {file}。',
      hint: '请指定应用：{everyhop up} http://127.0.0.1:7861',
    },
  },
  'config.two-sources': {
    en: {
      meaning: '{argument} and --config cannot be used together.',
      cause:
        'Sites come either from the file or from the command line, which can only override settings for all sites.',
      hint: 'Write it into {file}, or leave out --config.',
    },
    zh: {
      meaning: '{argument} 和 --config 不能同时使用。',
      cause: '站点要么来自文件，要么来自命令行；命令行只能覆盖对所有站点生效的设置。',
      hint: '请写进 {file}，或者去掉 --config。',
    },
  },
} as const satisfies ErrorTexts;
