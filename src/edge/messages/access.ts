import type { WordTexts } from '../../base/language.ts';

/** For visitors who may not come in. */
export const accessPageTexts = {
  'edge.page.access-address': {
    en: 'This page is not open to your address. Its operator decides which addresses may use it.',
    zh: '您的地址不能访问本页。可以访问的地址由运营者决定。',
  },
  'edge.page.access-key-needed': {
    en: 'This address needs an access key. Send it as "Authorization: Bearer KEY"; the operator of this server can make one.',
    zh: '此地址需要访问密钥。请以“Authorization: Bearer KEY”发送；密钥可由此服务器的运营者创建。',
  },
  'edge.page.access-key-wrong': {
    en: 'The access key is wrong or was revoked. The operator of this server can make a new one.',
    zh: '访问密钥有误或已被吊销。可请此服务器的运营者重新创建。',
  },
  'edge.page.access-key-expired': {
    en: 'The access key has expired. The operator of this server can make a new one.',
    zh: '访问密钥已过期。可请此服务器的运营者重新创建。',
  },
  'edge.page.access-key-elsewhere': {
    en: 'The access key is valid, but not for this address.',
    zh: '访问密钥有效，但不适用于此地址。',
  },
  'edge.page.access-key-rate': {
    en: 'This access key has reached its rate limit. Try again after the time in Retry-After.',
    zh: '该访问密钥已达到速率上限，请在 Retry-After 给出的时间后重试。',
  },
  'edge.page.access-key-guesses': {
    en: 'Too many requests with wrong access keys. Try again after the time in Retry-After.',
    zh: '使用错误访问密钥的请求过多，请在 Retry-After 给出的时间后重试。',
  },
  'edge.page.access-cross-origin': {
    en: 'A page of another website sent this request in your name. The app did not get it.',
    zh: '该请求由其他网站的页面以您的身份发出，未转交给应用。',
  },
} as const satisfies WordTexts;
