import { defineErrors, type ErrorTexts } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const oidcError = defineErrors({
  'edge.oidc-unreachable': {
    en: {
      meaning: 'No usable answer from the identity provider {issuer}: {reason}.',
      cause:
        'Everyhop needs the provider’s description and keys to log visitors in. Those who are logged in already are not affected; others get a 503 page.',
      hint: 'Start the provider, or see what answers there: curl -v {url}',
    },
    zh: {
      meaning: '身份提供方 {issuer} 没有给出可用的应答：{reason}。',
      cause: 'Everyhop 需要该提供方的说明文档和公钥才能让访客登录。已登录的访客不受影响，其他访客会看到 503 页面。',
      hint: '请启动该提供方，或查看那里的应答：curl -v {url}',
    },
  },
  'edge.oidc-untrusted': {
    en: {
      meaning: 'Cannot verify the certificate of the identity provider {issuer}: {reason}.',
      cause: 'Everyhop accepts log-ins only from a provider that it can verify. Until then, visitors get a 503 page.',
      hint: 'If the provider uses a private root, add root: FILE below oidc in everyhop.yaml. To inspect the chain: {everyhop trust explain} {issuer}',
    },
    zh: {
      meaning: '无法验证身份提供方 {issuer} 的证书：{reason}。',
      cause: 'Everyhop 只接受能够验证的提供方。在此之前，访客会看到 503 页面。',
      hint: '如果该提供方使用私有根证书，请在 everyhop.yaml 的 oidc 下添加 root: FILE。检查证书链：{everyhop trust explain} {issuer}',
    },
  },
  'edge.oidc-unusable': {
    en: {
      meaning: 'Visitors cannot log in with the identity provider {issuer}: {reason}.',
      cause: 'The settings below oidc in everyhop.yaml and those of the provider do not agree.',
      hint: 'Compare issuer with the value of "issuer" that the provider publishes: curl {url}',
    },
    zh: {
      meaning: '无法通过身份提供方 {issuer} 登录：{reason}。',
      cause: 'everyhop.yaml 中 oidc 下的设置与该提供方的设置不一致。',
      hint: '请将 issuer 与该提供方公布的 "issuer" 值进行比较：curl {url}',
    },
  },
  'edge.oidc-client': {
    en: {
      meaning: 'The identity provider {issuer} does not accept the client {client}: {reason}.',
      cause: 'The client id or the secret is wrong, or the provider does not know this client (any more).',
      hint: 'Compare client_id and the content of client_secret_file with the client at the provider.',
    },
    zh: {
      meaning: '身份提供方 {issuer} 不接受客户端 {client}：{reason}。',
      cause: '客户端 ID 或密钥有误，或者该提供方没有（或已删除）此客户端。',
      hint: '请将 client_id 和 client_secret_file 的内容与提供方处的客户端进行比较。',
    },
  },
  'edge.oidc-rejected': {
    en: {
      meaning: 'An answer of the identity provider {issuer} failed verification: {reason}.',
      cause: 'The answer may be forged, or belong to another log-in, so Everyhop does not accept it.',
      hint: 'Log in again. If it happens every time, compare the clocks of both machines (timedatectl status) and client_id with the client at the provider.',
    },
    zh: {
      meaning: '身份提供方 {issuer} 的应答未通过验证：{reason}。',
      cause: '应答可能来自他人，或属于另一次登录，因此 Everyhop 不会据此让任何人登录。',
      hint: '请重新登录。如果每次都如此，请比较两台机器的时钟（timedatectl status），并将 client_id 与提供方处的客户端进行比较。',
    },
  },
  'edge.oidc-denied': {
    en: {
      meaning: 'The identity provider {issuer} ended the log-in: {reason}.',
      cause: 'The visitor cancelled it, or the provider does not admit this account to the client.',
      hint: 'The log of the provider has the details.',
    },
    zh: {
      meaning: '身份提供方 {issuer} 结束了登录：{reason}。',
      cause: '访客取消了登录，或者该提供方不允许此账号使用这个客户端。',
      hint: '详情请查看该提供方的日志。',
    },
  },
} satisfies ErrorTexts);

export const oidcWords = defineWords({
  'edge.oidc.status': { en: 'HTTP status {status}', zh: 'HTTP 状态码 {status}' },
  'edge.oidc.timeout': { en: 'it took longer than {seconds} s', zh: '超过 {seconds} 秒' },
  'edge.oidc.too-large': { en: 'more than {kilobytes} KB', zh: '超过 {kilobytes} KB' },
  'edge.oidc.not-json': { en: 'it is not the JSON of an OpenID provider', zh: '应答不是 OpenID 提供方的 JSON' },
  'edge.oidc.other-issuer': { en: 'it calls itself {name}', zh: '它自称 {name}' },
  'edge.oidc.lacks': { en: 'its description lacks {what}', zh: '其说明文档中缺少 {what}' },
  'edge.oidc.claim': { en: 'the ID token has an unexpected "{claim}"', zh: 'ID 令牌中的 "{claim}" 不符' },
  'edge.oidc.signature': { en: 'the signature of the ID token is not valid', zh: 'ID 令牌的签名无效' },
  'edge.oidc.account': {
    en: 'The account {name} is not allowed here. Log in with another one, or ask the operator of this site.',
    zh: '账号 {name} 无权访问此处。请使用其他账号登录，或联系站点管理员。',
  },
  'edge.oidc.account-unverified': {
    en: 'The account {name} is not allowed here. The identity provider says that this address is not verified, so it does not count.',
    zh: '账号 {name} 无权访问此处。身份提供方表示该邮箱地址未经验证，因此不予采信。',
  },
  'edge.oidc.log-out': {
    en: 'You are logged in as {name}. Log out here and at the identity provider?',
    zh: '您当前登录的账号是 {name}。要在此处和身份提供方处退出登录吗？',
  },
  'edge.oidc.logged-out': { en: 'You are logged out.', zh: '您已退出登录。' },
  'edge.oidc.other': { en: '{detail}', zh: '{detail}' },
});

/** Texts of error pages, part of `edgeWords`. */
export const oidcPageTexts = {
  'edge.page.oidc-unreachable': {
    en: 'Logging in is not possible at the moment: the identity provider does not answer. Try again shortly.',
    zh: '目前无法登录：身份提供方没有应答。请稍后再试。',
  },
  'edge.page.oidc-untrusted': {
    en: 'Logging in is not possible: the certificate of the identity provider could not be verified.',
    zh: '无法登录：未能验证身份提供方的证书。',
  },
  'edge.page.oidc-unusable': {
    en: 'Logging in is not possible: this site and the identity provider are not set up for each other.',
    zh: '无法登录：本站点与身份提供方的设置不一致。',
  },
  'edge.page.oidc-client': {
    en: 'Logging in is not possible: the identity provider does not accept this site.',
    zh: '无法登录：身份提供方不接受本站点。',
  },
  'edge.page.oidc-file': {
    en: 'Logging in is not possible: a file that this site needs for it cannot be used.',
    zh: '无法登录：本站点登录所需的文件无法使用。',
  },
  'edge.page.oidc-rejected': {
    en: 'You were not logged in: the answer of the identity provider failed verification.',
    zh: '登录失败：身份提供方的应答未通过验证。',
  },
  'edge.page.oidc-denied': {
    en: 'You were not logged in: the log-in was cancelled, or the identity provider refused it.',
    zh: '登录失败：登录已取消，或被身份提供方拒绝。',
  },
  'edge.page.oidc-lost': {
    en: 'This log-in has expired. It took too long, was used already, or began in another browser.',
    zh: '此次登录已失效。可能是用时过长、已被使用过，或是在其他浏览器中开始的。',
  },
  'edge.page.oidc-cross-origin': {
    en: 'The request came from another website. Nothing was done.',
    zh: '该请求来自其他网站，未执行任何操作。',
  },
  'edge.page.log-in': { en: 'Log in', zh: '登录' },
  'edge.page.log-in-again': { en: 'Log in again', zh: '重新登录' },
  'edge.page.other-account': { en: 'Log in with another account', zh: '使用其他账号登录' },
  'edge.page.log-out': { en: 'Log out', zh: '退出登录' },
} as const;
