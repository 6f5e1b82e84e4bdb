import { defineWords, type Phrase } from '../../base/language.ts';

/** Why a file is not YAML, by the codes of the yaml library. */
export const configWords = defineWords({
  'config.yaml.BAD_ALIAS': { en: 'an alias (*) names no anchor', zh: '别名（*）没有对应的锚点' },
  'config.yaml.BAD_DIRECTIVE': { en: 'a directive (%) is wrong', zh: '指令（%）有误' },
  'config.yaml.BAD_DQ_ESCAPE': {
    en: 'a wrong escape sequence (\\) between double quotes',
    zh: '双引号中的转义（\\）有误',
  },
  'config.yaml.BAD_INDENT': { en: 'the indentation is wrong', zh: '缩进不正确' },
  'config.yaml.BAD_SCALAR_START': {
    en: 'a value starts with a reserved character, such as @ or `; it needs quotes',
    zh: '值以 @ 或 ` 等保留字符开头，需要加引号',
  },
  'config.yaml.BLOCK_AS_IMPLICIT_KEY': {
    en: 'a second “key: value” follows on the same line; a value with a colon needs quotes',
    zh: '同一行中出现了第二个“键：值”；含有冒号的值需要加引号',
  },
  'config.yaml.BLOCK_IN_FLOW': { en: 'indented lines stand between brackets', zh: '括号中出现了按缩进书写的内容' },
  'config.yaml.KEY_OVER_1024_CHARS': { en: 'a key is longer than 1024 characters', zh: '键超过 1024 个字符' },
  'config.yaml.MISSING_CHAR': {
    en: 'a quote, bracket, comma or colon is missing',
    zh: '缺少引号、括号、逗号或冒号',
  },
  'config.yaml.MULTILINE_IMPLICIT_KEY': {
    en: 'a key spans several lines; a colon or a quote is missing',
    zh: '键跨越了多行，缺少冒号或引号',
  },
  'config.yaml.MULTIPLE_DOCS': { en: 'a second document begins (---)', zh: '出现了第二个文档（---）' },
  'config.yaml.UNEXPECTED_TOKEN': { en: 'an unexpected character', zh: '出现了意外的字符' },
  'config.yaml.other': { en: 'the structure is wrong ({code})', zh: '结构不正确（{code}）' },
});

/** @param code of a `YAMLParseError`. */
export function yamlProblem(code: string): Phrase {
  const key = `config.yaml.${code}`;
  return Object.hasOwn(configWords.texts, key)
    ? configWords(key as 'config.yaml.BAD_INDENT', {})
    : configWords('config.yaml.other', { code });
}
