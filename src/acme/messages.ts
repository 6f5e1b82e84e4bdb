import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';
import { accountTexts } from './messages/account.ts';
import { certificateTexts } from './messages/certificate.ts';
import { connectionTexts } from './messages/connection.ts';
import { orderTexts } from './messages/order.ts';
import { validationTexts } from './messages/validation.ts';

export { dns01Error, dns01Words } from './dns-01/messages.ts';

export const acmeWords = defineWords({
  'acme.check.redirects': { en: 'too many redirects, the last to {url}.', zh: '重定向过多，最后到 {url}。' },
  'acme.check.status': { en: '{url} answers with status {status}.', zh: '{url} 以状态码 {status} 应答。' },
  'acme.check.content': { en: '{url} answers with other content: {body}', zh: '{url} 以其他内容应答：{body}' },
  'acme.check.no-challenge': {
    en: 'the server sends a certificate without the challenge.',
    zh: '服务器发送的证书不含质询。',
  },
  'acme.check.certificate': {
    en: 'the server sends another certificate ({code}).',
    zh: '服务器发送的是另一个证书（{code}）。',
  },
  'acme.not-in-directory': { en: 'missing in its directory', zh: '其目录不提供此操作' },
  'acme.key-not-changed': { en: 'the account does not have the new key', zh: '账户没有换成新密钥' },
});

export const acmeError = defineErrors({
  ...connectionTexts,
  ...accountTexts,
  ...orderTexts,
  ...validationTexts,
  ...certificateTexts,
});
