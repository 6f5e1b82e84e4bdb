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
  'acme.check.content': {
    en: '{url} answers with other content ({bytes} bytes).',
    zh: '{url} 以其他内容应答（{bytes} 字节）。',
  },
  'acme.check.elsewhere': {
    en: 'it is redirected to {url}, which authorities do not follow.',
    zh: '它被重定向到 {url}，颁发机构不会跟随。',
  },
  'acme.check.no-challenge': {
    en: 'the server sends a certificate without the challenge.',
    zh: '服务器发送的证书不含质询。',
  },
  'acme.check.certificate': {
    en: 'the server sends another certificate ({code}).',
    zh: '服务器发送的是另一个证书（{code}）。',
  },
  'acme.directory.status': { en: 'it answers with status {status}', zh: '它以状态码 {status} 应答' },
  'acme.directory.field': { en: '{field} is missing or invalid', zh: '{field} 缺失或无效' },
  'acme.directory.large': { en: 'the answer is too large', zh: '应答过大' },
  'acme.proxy.socks4': { en: 'SOCKS4 is not supported, SOCKS5 is', zh: '不支持 SOCKS4，支持 SOCKS5' },
  'acme.proxy.scheme': { en: '{scheme}:// is not a kind of proxy', zh: '{scheme}:// 不是代理的类型' },
  'acme.proxy.address': { en: 'it is not HOST:PORT', zh: '不是“主机:端口”的形式' },
  'acme.proxy.credentials': { en: 'it requires a valid user name and password', zh: '它要求有效的用户名和密码' },
  'acme.proxy.credentials-remedy': {
    en: 'Add the credentials: {variable}=http://USER:PASSWORD@{proxy} — write special characters as %XX, such as %40 for @.',
    zh: '请加上凭据：{variable}=http://USER:PASSWORD@{proxy}；特殊字符写成 %XX，例如 @ 写成 %40。',
  },
  'acme.proxy.forbidden': { en: 'it does not permit this destination', zh: '它不允许访问该目标' },
  'acme.proxy.forbidden-remedy': {
    en: 'Ask the operator of the proxy to permit {host}, or connect without the proxy: NO_PROXY={host}',
    zh: '请让代理的管理员允许访问 {host}，或不经代理直接连接：NO_PROXY={host}',
  },
  'acme.proxy.beyond': { en: 'it could not connect to {authority}', zh: '它无法连接 {authority}' },
  'acme.proxy.beyond-remedy': {
    en: 'Run the same command again later. If this machine reaches {host} without the proxy: NO_PROXY={host}',
    zh: '请稍后重新运行同一命令。如果本机可以不经代理连接 {host}：NO_PROXY={host}',
  },
  'acme.step.preflight': { en: 'checking what {authority} will check', zh: '预先检查 {authority} 将要检查的内容' },
  'acme.step.account': { en: 'opening the account at {authority}', zh: '查找或注册 {authority} 的账户' },
  'acme.step.order': { en: 'placing the order at {authority}', zh: '向 {authority} 下单' },
  'acme.step.answers': { en: 'publishing the answers for {authority}', zh: '发布给 {authority} 的应答' },
  'acme.step.visible': { en: 'waiting until the answers are visible', zh: '等待应答在外部可见' },
  'acme.step.validation': { en: 'waiting for the validation by {authority}', zh: '等待 {authority} 验证' },
  'acme.step.issuance': { en: 'waiting for the certificate from {authority}', zh: '等待 {authority} 签发证书' },
  'acme.next.at': { en: 'next attempt from {at}', zh: '{at} 起可再次尝试' },
  'acme.next.unknown': { en: 'it does not say until when', zh: '它没有说明到何时为止' },
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
