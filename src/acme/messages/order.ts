import type { ErrorTexts } from '../../base/errors.ts';
import { retryHint } from './hints.ts';

export const orderTexts = {
  'acme.rate-limited': {
    en: {
      meaning: 'A rate limit of {authority} is reached ({next}): {detail}',
      cause: 'Too many certificates, orders or failed validations in a short time.',
      hint: 'A running Everyhop retries when the authority permits it. Keep the state folder: deleting it lifts no limit. See when the next attempt is due: {everyhop certificates ledger}',
    },
    zh: {
      meaning: '已达到 {authority} 的频率限制（{next}）：{detail}',
      cause: '短时间内证书、订单或失败的验证过多。',
      hint: '颁发机构允许后，运行中的 Everyhop 会自动重试。请保留状态文件夹：删除它并不能解除限制。查看下次尝试的时间：{everyhop certificates ledger}',
    },
  },
  'acme.paused': {
    en: {
      meaning: '{authority} has paused these names for this account.',
      cause: 'After many failed validations, the authority refuses new orders until you confirm.',
      hint: 'First fix the cause (DNS, port 80, an old server), then confirm once on this page: {page}',
    },
    zh: {
      meaning: '{authority} 已对该账户暂停这些名称的签发。',
      cause: '这些名称的验证长期失败，颁发机构在您确认之前不再接受订单。',
      hint: '请先排除原因（DNS、80 端口、旧服务器），然后在此页面确认一次：{page}',
    },
  },
  'acme.name-refused': {
    en: {
      meaning: '{authority} issues no certificate for {names}: {detail}',
      cause: 'The name is not public, is protected, or is of a kind that this authority does not support.',
      hint: 'Check its spelling. A name in a private network needs the private authority: --authority private, or certificate: private in everyhop.yaml.',
    },
    zh: {
      meaning: '{authority} 不为 {names} 签发证书：{detail}',
      cause: '该名称不是公开名称，或受保护，或属于该颁发机构不支持的类型。',
      hint: '请检查拼写。内网名称需要使用私有颁发机构：--authority private，或 everyhop.yaml 中的 certificate: private。',
    },
  },
  'acme.profile-refused': {
    en: {
      meaning: '{authority} refuses the certificate profile: {detail}',
      cause: 'The authority has retired the profile, or this account may not use it.',
      hint: 'Choose a profile from the directory of the authority (meta.profiles): --profile, or profile in everyhop.yaml.',
    },
    zh: {
      meaning: '{authority} 拒绝该证书配置类型：{detail}',
      cause: '颁发机构已停用该类型，或者该账户无权使用。',
      hint: '请选择颁发机构目录（meta.profiles）中列出的类型：--profile，或 everyhop.yaml 中的 profile。',
    },
  },
  'acme.key-refused': {
    en: {
      meaning: '{authority} refuses the key or the request: {detail}',
      cause: 'It does not accept this kind of key (Everyhop uses P-256), or considers the key compromised.',
      hint: 'Run the same command again: it makes a new key. If that fails too, use another authority (--authority, or certificate in everyhop.yaml).',
    },
    zh: {
      meaning: '{authority} 拒绝该密钥或请求：{detail}',
      cause: '它不接受这种密钥（Everyhop 使用 P-256），或认为该密钥已泄露。',
      hint: '请重新运行同一命令，它会生成新密钥。如果仍然失败，请改用其他颁发机构（--authority，或 everyhop.yaml 中的 certificate）。',
    },
  },
  'acme.refused': {
    en: {
      meaning: '{authority} refuses the request ({type}): {detail}',
      cause: 'This is the authority’s own reason.',
      hint: 'See since when it fails: {everyhop certificates ledger}',
    },
    zh: {
      meaning: '{authority} 拒绝请求（{type}）：{detail}',
      cause: '这是颁发机构给出的理由。',
      hint: '查看从何时开始失败：{everyhop certificates ledger}',
    },
  },
  'acme.order-failed': {
    en: {
      meaning: '{authority} gave up the order for {names}: {detail}',
      cause: 'The authority ended the order before issuing a certificate.',
      hint: retryHint.en,
    },
    zh: {
      meaning: '{authority} 放弃了 {names} 的订单：{detail}',
      cause: '颁发机构在签发证书之前终止了订单。',
      hint: retryHint.zh,
    },
  },
} as const satisfies ErrorTexts;
