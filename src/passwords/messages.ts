import { defineWords } from '../base/language.ts';

/** Why a line of an htpasswd file admits nobody. */
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
