import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export const passwordsError = defineErrors({
  'passwords.bad-name': {
    en: {
      meaning: '"{name}" cannot be the name of a user.',
      cause: 'The name ends at the first colon of its line, and apps get it in a header field.',
      hint: 'Use up to 255 bytes without a colon, control characters, a # at the beginning, or spaces at the ends.',
    },
    zh: {
      meaning: '“{name}”不能用作用户名。',
      cause: '用户名写在该行第一个冒号之前，并以请求头字段告知应用。',
      hint: '请使用不超过 255 字节的名称，不含冒号和控制字符，不以 # 开头，首尾没有空格。',
    },
  },
  'passwords.empty': {
    en: {
      meaning: 'The password is empty.',
      cause: 'Nothing was typed, or standard input was empty.',
      hint: 'Run the command again. For a script, pass the password on standard input: {everyhop access add-user} NAME --file FILE < password.txt',
    },
    zh: {
      meaning: '密码为空。',
      cause: '没有输入任何内容，或者标准输入为空。',
      hint: '请重新运行该命令。在脚本中可通过标准输入传入密码：{everyhop access add-user} NAME --file FILE < password.txt',
    },
  },
  'passwords.unusable': {
    en: {
      meaning: 'The password is longer than {limit} bytes, or contains a NUL byte.',
      cause: 'Such a password could not be verified later.',
      hint: 'Choose a shorter one.',
    },
    zh: {
      meaning: '密码超过 {limit} 字节，或者含有 NUL 字节。',
      cause: '这样的密码以后无法验证。',
      hint: '请选择较短的密码。',
    },
  },
  'passwords.differ': {
    en: {
      meaning: 'The two passwords differ.',
      cause: 'One of them was mistyped. Nothing was written.',
      hint: 'Run the command again.',
    },
    zh: {
      meaning: '两次输入的密码不一致。',
      cause: '其中一次输入有误。没有写入任何文件。',
      hint: '请重新运行该命令。',
    },
  },
  'passwords.locked': {
    en: {
      meaning: '{file} is locked by another command.',
      cause: 'That command is still running, or was killed and left {lock} behind.',
      hint: 'If none is running: rm {lock}',
    },
    zh: {
      meaning: '{file} 被另一个命令锁定。',
      cause: '该命令仍在运行，或者被强行终止而留下了 {lock}。',
      hint: '如果没有其他命令在运行：rm {lock}',
    },
  },
});

/** Reasons why no one can log in by a line of an htpasswd file. */
export const passwordWords = defineWords({
  'passwords.line.form': { en: 'it is not NAME:HASH', zh: '它不是“用户名:哈希”的形式' },
  'passwords.line.name': { en: 'the name contains control characters', zh: '用户名含有控制字符' },
  'passwords.line.duplicate': { en: 'an earlier line has the same name', zh: '前面已有一行使用同一用户名' },
  'passwords.line.plain': { en: 'the password is not hashed', zh: '密码没有经过哈希' },
  'passwords.line.weak': {
    en: 'its hash (traditional crypt, or SHA-1) is quickly broken',
    zh: '其哈希（传统 crypt 或 SHA-1）很快就能被破解',
  },
  'passwords.line.unknown': { en: 'its kind of hash is not supported', zh: '不支持这种哈希' },
  'passwords.line.damaged': { en: 'the hash is incomplete', zh: '哈希不完整' },
  'passwords.line.costly': {
    en: 'verifying its hash would take seconds (cost above the limit)',
    zh: '验证该哈希需要数秒（成本超过上限）',
  },
});
