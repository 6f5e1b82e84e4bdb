import { defineErrors } from '../base/errors.ts';

export const accessError = defineErrors({
  'access.key-exists': {
    en: {
      meaning: 'There is already an access key {name}.',
      cause: 'A name belongs to one key, so that the access log tells whose request it was.',
      hint: 'Choose another name, or revoke that key first: {everyhop access revoke-key} {name}',
    },
    zh: {
      meaning: '访问密钥 {name} 已经存在。',
      cause: '一个名称只对应一把密钥，这样访问日志才能说明请求来自谁。',
      hint: '请换一个名称，或先吊销那把密钥：{everyhop access revoke-key} {name}',
    },
  },
  'access.unknown-key': {
    en: {
      meaning: 'There is no access key {name}.',
      cause: 'The keys in force: {known}',
      hint: 'List them with their sites and dates: {everyhop access list-keys}',
    },
    zh: {
      meaning: '没有名为 {name} 的访问密钥。',
      cause: '现有密钥：{known}',
      hint: '查看各密钥的站点和日期：{everyhop access list-keys}',
    },
  },
  'access.no-key': {
    en: {
      meaning: '{where} asks for an access key, and no key opens it.',
      cause:
        'None has been made for it yet, or all have expired. Until then it refuses every visitor who has no other way to identify.',
      hint: 'Make one: {everyhop access add-key NAME}',
    },
    zh: {
      meaning: '{where} 要求访问密钥，但没有可用的密钥。',
      cause: '尚未为它创建密钥，或者全部已过期。在此之前，没有其他身份验证方式的访客都会被拒绝。',
      hint: '创建一把：{everyhop access add-key NAME}',
    },
  },
  'access.named-key-missing': {
    en: {
      meaning: '{where} admits the access key {name}, but there is no such key.',
      cause: 'everyhop.yaml names it; it was never made, or was revoked.',
      hint: 'Make it: {everyhop access add-key} {name} — or remove the name from "keys".',
    },
    zh: {
      meaning: '{where} 允许访问密钥 {name}，但没有这把密钥。',
      cause: 'everyhop.yaml 中列出了它，但它从未创建，或者已被吊销。',
      hint: '创建：{everyhop access add-key} {name}；或者从 "keys" 中去掉该名称。',
    },
  },
  'access.bad-expiry': {
    en: {
      meaning: '"{value}" is not a time at which a key can expire.',
      cause: '--expires takes a time from now, a date, or a date with a time and its zone.',
      hint: 'Examples: --expires 90d, --expires 2027-01-31 (through that day, UTC), --expires 2027-01-31T18:00Z',
    },
    zh: {
      meaning: '“{value}”不是密钥可用的到期时间。',
      cause: '--expires 接受从现在起的时长、日期，或带时区的日期和时间。',
      hint: '例如：--expires 90d、--expires 2027-01-31（到该日结束为止，UTC）、--expires 2027-01-31T18:00Z',
    },
  },
  'access.expiry-past': {
    en: {
      meaning: 'The key would have expired already ({value}).',
      cause: 'That time is in the past.',
      hint: 'Give a later one, or leave out --expires for a key that works until it is revoked.',
    },
    zh: {
      meaning: '该密钥一创建就已过期（{value}）。',
      cause: '这个时间已经过去。',
      hint: '请给出更晚的时间；或去掉 --expires，密钥在被吊销之前一直有效。',
    },
  },
});
