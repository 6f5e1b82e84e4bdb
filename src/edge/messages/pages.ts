import type { WordTexts } from '../../base/language.ts';

/** Pages for visitors. */
export const pageTexts = {
  'edge.page.400': { en: 'The request is not valid.', zh: '请求无效。' },
  'edge.page.401': { en: 'You are not logged in.', zh: '您尚未登录。' },
  'edge.page.403': { en: 'You may not open this page from here.', zh: '您不能从此处打开本页。' },
  'edge.page.fixed-403': { en: 'This page is closed.', zh: '本页面已关闭。' },
  'edge.page.fixed-503': {
    en: 'This site is being maintained. Try again later.',
    zh: '本站点正在维护，请稍后再试。',
  },
  'edge.page.access-certificate': {
    en: 'Your certificate does not admit you here.',
    zh: '您的证书无权访问此处。',
  },
  'edge.page.header-file': {
    en: 'This site is not set up completely: a file is missing. Try again later.',
    zh: '本站点尚未配置完整：缺少一个文件。请稍后再试。',
  },
  'edge.page.cors-origin': {
    en: 'Pages of this origin may not use this site.',
    zh: '不允许该来源的页面使用本站点。',
  },
  'edge.page.404': { en: 'Not found.', zh: '未找到。' },
  'edge.page.405': { en: 'This method is not allowed.', zh: '不允许使用该方法。' },
  'edge.page.408': { en: 'The request did not arrive in time.', zh: '接收请求超时。' },
  'edge.page.413': { en: 'The request is larger than this site accepts.', zh: '请求超出本站允许的大小。' },
  'edge.page.414': { en: 'The URL is too long.', zh: '网址过长。' },
  'edge.page.417': { en: 'This Expect header is not supported.', zh: '不支持该 Expect 请求头。' },
  'edge.page.421': { en: 'This server does not serve that hostname.', zh: '此服务器不提供该主机名的服务。' },
  'edge.page.429': { en: 'Too many requests. Try again shortly.', zh: '请求过于频繁，请稍后再试。' },
  'edge.page.too-many-streams': {
    en: 'Too many answers at the same time. Try again once one of them has ended.',
    zh: '同时进行的应答过多，请在其中一个结束后再试。',
  },
  'edge.page.431': { en: 'The request headers are too large.', zh: '请求头过大。' },
  'edge.page.501': { en: 'The request uses a feature that is not supported.', zh: '请求使用了不支持的功能。' },
  'edge.page.503': { en: 'The server is busy. Try again shortly.', zh: '服务器繁忙，请稍后再试。' },
  'edge.page.505': { en: 'This HTTP version is not supported.', zh: '不支持此 HTTP 版本。' },
  'edge.page.502': { en: 'The app did not answer. Try again shortly.', zh: '应用没有应答，请稍后再试。' },
  'edge.page.504': { en: 'The app did not answer in time. Try again shortly.', zh: '应用应答超时，请稍后再试。' },
  'edge.page.508': {
    en: 'This address leads back to itself: the app behind it is this same server.',
    zh: '此地址又指回了自己：它背后的应用就是本服务器。',
  },
  'edge.page.app-starting': { en: 'The app is starting.', zh: '应用正在启动。' },
  'edge.page.app-starting-unsent': {
    en: 'The app is starting. It has not received what you sent. Send it again in a moment.',
    zh: '应用正在启动。它没有收到您发送的内容，请稍后重新发送。',
  },
  'edge.page.upstream-refused': {
    en: 'The app is not running, or it is still starting. Try again shortly.',
    zh: '应用没有运行，或仍在启动。请稍后再试。',
  },
  'edge.page.upstream-unreachable': {
    en: 'The machine that runs the app cannot be reached. Try again later.',
    zh: '无法连接运行该应用的机器，请稍后再试。',
  },
  'edge.page.upstream-unresolved': {
    en: 'The machine that runs the app cannot be found: looking up its name failed.',
    zh: '找不到运行该应用的机器：其主机名解析失败。',
  },
  'edge.page.upstream-untrusted': {
    en: 'The certificate of the app could not be verified, so nothing was sent to it.',
    zh: '无法验证应用的证书，因此没有向它发送任何内容。',
  },
  'edge.page.upstream-closed': {
    en: 'The app closed the connection before it answered. It may be restarting. Try again shortly.',
    zh: '应用在应答之前关闭了连接，可能正在重启。请稍后再试。',
  },
  'edge.page.upstream-malformed': {
    en: 'The app answered, but its answer is not valid HTTP. Trying again is unlikely to help.',
    zh: '应用已应答，但应答不是有效的 HTTP，重试多半无济于事。',
  },
  'edge.page.you': { en: 'You', zh: '您' },
  'edge.page.app': { en: 'App', zh: '应用' },
  'edge.page.again': { en: 'Try again', zh: '重试' },
  'edge.page.waiting': {
    en: 'This page opens as soon as the app answers.',
    zh: '应用一有应答，本页就会打开。',
  },
  'edge.page.look-up': {
    en: 'For the operator of this site: the log has the details. Code {code}, request ID {id}.',
    zh: '站点管理员可在日志中查看详情。代码：{code}，请求 ID：{id}。',
  },
} as const satisfies WordTexts;
