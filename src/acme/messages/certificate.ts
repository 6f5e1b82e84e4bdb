import type { ErrorTexts } from '../../base/errors.ts';
import { discardedHint } from './hints.ts';

export const certificateTexts = {
  'acme.certificate-unreadable': {
    en: {
      meaning: '{authority} sent no readable PEM certificate chain for {names}.',
      cause: 'The answer was damaged in transit, or the authority made a mistake.',
      hint: discardedHint.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的内容不是可读取的 PEM 证书链。',
      cause: '应答在途中损坏，或者颁发机构有误。',
      hint: discardedHint.zh,
    },
  },
  'acme.certificate-key': {
    en: {
      meaning: 'The certificate that {authority} sent for {names} is for another key.',
      cause: 'The authority sent someone else’s certificate, or an older one.',
      hint: discardedHint.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的证书属于另一把密钥。',
      cause: '颁发机构发来了别人的证书，或者旧的证书。',
      hint: discardedHint.zh,
    },
  },
  'acme.certificate-names': {
    en: {
      meaning: 'The certificate that {authority} sent for {names} lacks {missing}.',
      cause: 'The authority left names out.',
      hint: discardedHint.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的证书不包含 {missing}。',
      cause: '颁发机构遗漏了名称。',
      hint: discardedHint.zh,
    },
  },
  'acme.certificate-dates': {
    en: {
      meaning: '{authority} sent a certificate valid from {notBefore} to {notAfter}, but the time here is {now}.',
      cause: 'The clock of this machine or of the authority is wrong.',
      hint: 'Everyhop discarded it. Check the clock: timedatectl status',
    },
    zh: {
      meaning: '{authority} 发来的证书有效期为 {notBefore} 至 {notAfter}，而本机时间是 {now}。',
      cause: '本机或颁发机构的时钟不准。',
      hint: 'Everyhop 没有采用该证书。请检查时钟：timedatectl status',
    },
  },
  'acme.certificate-chain': {
    en: {
      meaning: 'The chain that {authority} sent for {names} breaks at certificate {position}.',
      cause: 'Each certificate must be signed by a later CA certificate in the chain, and be valid now.',
      hint: discardedHint.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的证书链在第 {position} 张证书处断开。',
      cause: '每张证书都必须由链中后面的 CA 证书签发，并且当前有效。',
      hint: discardedHint.zh,
    },
  },
} as const satisfies ErrorTexts;
