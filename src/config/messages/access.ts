import type { ErrorTexts } from '../../base/errors.ts';

/** Who may come in. */
export const accessTexts = {
  'config.bad-access-keys': {
    en: {
      meaning: '{key}: {value} is neither true nor a list of names of keys.',
      cause:
        'keys: true admits every access key that is made for the site; a list admits only the keys with these names.',
      hint: 'Write keys: true, or keys: [laptop, phone]; or leave it out. Keys themselves never belong in this file: {everyhop access add-key NAME}',
    },
    zh: {
      meaning: '{key}：{value} 既不是 true，也不是密钥名称列表。',
      cause: 'keys: true 接受为该站点创建的所有访问密钥；列表则只接受其中列出的密钥。',
      hint: '请写 keys: true 或 keys: [laptop, phone]，也可以去掉该项。密钥本身不能写入此文件：{everyhop access add-key NAME}',
    },
  },
  'config.bad-key-name': {
    en: {
      meaning: '{key}: {value} cannot be the name of an access key.',
      cause: 'The app gets the name in a header field, and it is written to the access log.',
      hint: 'Use up to 64 letters, digits and the characters . _ @ + -, beginning with a letter or digit: laptop, alice@example.com',
    },
    zh: {
      meaning: '{key}：{value} 不能用作访问密钥的名称。',
      cause: '该名称会写入发给应用的请求头和访问日志。',
      hint: '请使用不超过 64 个字母、数字和 . _ @ + - 字符，并以字母或数字开头，例如：laptop、alice@example.com',
    },
  },
  'config.all-public': {
    en: {
      meaning: '{key}: {value} would make every path public.',
      cause: 'All paths begin with /, so no visitor would need an identity.',
      hint: 'Name the paths that need no identity, such as /health, or leave out the other settings of access.',
    },
    zh: {
      meaning: '{key}：{value} 会使所有路径都公开。',
      cause: '所有路径都以 / 开头，于是任何人都无需表明身份。',
      hint: '请列出无需身份的路径，例如 /health；或者去掉 access 中的其他设置。',
    },
  },
} as const satisfies ErrorTexts;
