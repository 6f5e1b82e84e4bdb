import type { WordTexts } from '../../base/language.ts';

/** What visitors read about passwords, and about a service that decides who may come in. */
export const logInPages = {
  'edge.page.access-wrong': { en: 'The user name or the password is wrong.', zh: '用户名或密码错误。' },
  'edge.page.access-delayed': {
    en: 'Too many wrong passwords. Wait a minute, then try again.',
    zh: '密码错误次数过多。请等待一分钟再试。',
  },
  'edge.page.access-busy': {
    en: 'Many people are logging in at the moment. Try again shortly.',
    zh: '当前登录的人较多，请稍后再试。',
  },
  'edge.page.access-no-users': {
    en: 'Logging in is not possible at the moment: the server has no list of users.',
    zh: '暂时无法登录：服务器没有用户列表。',
  },
  'edge.page.access-failed': {
    en: 'The password could not be checked. Try again shortly.',
    zh: '无法检查密码，请稍后再试。',
  },
  'edge.page.forward-auth-unreachable': {
    en: 'The log-in service does not answer, so this page stays closed. Try again shortly.',
    zh: '登录服务没有应答，因此本页保持关闭。请稍后再试。',
  },
  'edge.page.forward-auth-untrusted': {
    en: 'The certificate of the log-in service could not be verified, so nothing was sent to it.',
    zh: '无法验证登录服务的证书，因此没有向它发送任何内容。',
  },
  'edge.page.forward-auth-timeout': {
    en: 'The log-in service did not answer in time, so this page stays closed. Try again shortly.',
    zh: '登录服务应答超时，因此本页保持关闭。请稍后再试。',
  },
  'edge.page.forward-auth-failed': {
    en: 'The log-in service has a problem, so this page stays closed. Try again shortly.',
    zh: '登录服务出现问题，因此本页保持关闭。请稍后再试。',
  },
} as const satisfies WordTexts;
