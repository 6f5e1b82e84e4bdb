import { defineErrors } from '../base/errors.ts';

export const fetchError = defineErrors({
  'trust.fetch-mismatch': {
    en: {
      meaning: '{url} offers another root than expected: SHA-256 {found} instead of {expected}.',
      cause: 'Someone in the network may have replaced it, or the authority has a new root.',
      hint: 'Do not install it. On the machine that runs Everyhop, show the right fingerprint: {everyhop authority show}',
    },
    zh: {
      meaning: '{url} 提供的根证书与预期不符：SHA-256 为 {found}，应为 {expected}。',
      cause: '网络中可能有人替换了它，或者该颁发机构已换用新的根证书。',
      hint: '请勿安装。请在运行 Everyhop 的机器上查看正确的指纹：{everyhop authority show}',
    },
  },
  'trust.fetch-unconfirmed': {
    en: {
      meaning: '{url} offers the root {subject}, valid until {until}, SHA-256 {fingerprint}.',
      cause:
        'An attacker in the network could have sent it, so Everyhop keeps nothing until its fingerprint is confirmed.',
      hint: 'Compare it with the terminal of the machine that runs Everyhop (there: {everyhop authority show}). If it is the same: {everyhop trust fetch} {url} --fingerprint {fingerprint}',
    },
    zh: {
      meaning: '{url} 提供了根证书 {subject}，有效期至 {until}，SHA-256 {fingerprint}。',
      cause: '它可能由网络中的攻击者发送，因此在指纹得到确认之前，Everyhop 不保存任何内容。',
      hint: '请与运行 Everyhop 的机器上的终端核对（在那里运行 {everyhop authority show}）。若一致：{everyhop trust fetch} {url} --fingerprint {fingerprint}',
    },
  },
  'trust.fetch-over-https': {
    en: {
      meaning: '{url}: {reason}',
      cause: 'As long as this machine does not trust the root, it does not trust the HTTPS of its server either.',
      hint: 'Use the http:// link that {everyhop up} --lan prints there; the fingerprint makes it safe.',
    },
    zh: {
      meaning: '{url}：{reason}',
      cause: '本机尚未信任该根证书，因此也不信任其服务器的 HTTPS。',
      hint: '请使用 {everyhop up} --lan 在那台机器上显示的 http:// 链接；核对指纹即可保证安全。',
    },
  },
  'trust.fetch-no-root': {
    en: {
      meaning: '{url} offers no root.',
      cause: 'The answer contains no certificate, or that machine does not offer its root.',
      hint: 'Use the link that {everyhop up} --lan prints there, which ends with /everyhop/trust. Without --lan, its option --trust-page offers the root.',
    },
    zh: {
      meaning: '{url} 没有提供根证书。',
      cause: '应答中没有证书，或者那台机器没有提供其根证书。',
      hint: '请使用 {everyhop up} --lan 在那台机器上显示的链接（以 /everyhop/trust 结尾）。不使用 --lan 时，可用选项 --trust-page 提供根证书。',
    },
  },
});
