import type { WordTexts } from '../../base/language.ts';

export const accessTexts = {
  'help.up.access-keys': {
    en: 'visitors need an access key',
    zh: '访客需要访问密钥',
  },
  'help.up.allow': {
    en: 'addresses (CIDR) of the visitors to admit (default: all)',
    zh: '允许访问的访客地址（CIDR；默认：全部）',
  },
  'help.access': {
    en: 'access keys and users: who may use the sites that ask for one',
    zh: '访问密钥和用户：谁可以使用要求登录的站点',
  },
  'help.access.add-key': {
    en: 'make an access key and print it, once',
    zh: '创建访问密钥并显示，仅显示一次',
  },
  'help.access.key-name': {
    en: 'name of the key, for logs and for the app: laptop, alice@example.com',
    zh: '密钥名称，写入日志并告知应用，例如：laptop、alice@example.com',
  },
  'help.access.site': {
    en: 'sites that it opens, by host name (default: every site that asks for a key)',
    zh: '可使用的站点（主机名；默认：所有要求密钥的站点）',
  },
  'help.access.expires': {
    en: 'when it expires: 90d, or 2027-01-31 (default: never)',
    zh: '到期时间：90d 或 2027-01-31（默认：永不）',
  },
  'help.access.rate': {
    en: 'most requests: 60/min, 10/s (default: no limit)',
    zh: '请求上限：60/min、10/s（默认：不限）',
  },
  'help.access.list-keys': {
    en: 'list the access keys; their secrets are not stored',
    zh: '列出访问密钥；不保存密钥本身',
  },
  'help.access.revoke-key': {
    en: 'revoke an access key, at once on every worker',
    zh: '吊销访问密钥，在所有工作进程上立即生效',
  },
  'help.up.users': {
    en: 'visitors need a password of a user in this file',
    zh: '访客需要用此文件中的用户名和密码登录',
  },
  'help.access.add-user': {
    en: 'add a user with a password to a file, or change the password; asks for it, or reads standard input',
    zh: '在文件中添加带密码的用户，或修改其密码；会提示输入密码，或从标准输入读取',
  },
  'help.access.user-name': { en: 'name of the user', zh: '用户名' },
  'help.access.file': {
    en: 'the file (htpasswd) that access.users or up --users names; created if there is none',
    zh: 'access.users 或 up --users 指定的文件（htpasswd）；不存在时会创建',
  },
  'access.user.ask': { en: 'Password for {name}: ', zh: '{name} 的密码：' },
  'access.user.ask-again': { en: 'Again: ', zh: '再次输入：' },
  'access.user.added': { en: 'Added: user {name} in {file}.', zh: '已在 {file} 中添加用户 {name}。' },
  'access.user.changed': { en: 'Changed: password of {name} in {file}.', zh: '已修改 {file} 中 {name} 的密码。' },
  'access.user.next': {
    en: 'A running Everyhop that uses this file reads it within seconds. A site uses it with the key access.users, or: {everyhop up} --users {file}',
    zh: '正在运行并使用此文件的 Everyhop 会在数秒内重新读取。站点用 access.users 键启用它，或运行：{everyhop up} --users {file}',
  },
  'help.access.end-streams': {
    en: 'also end its open requests, streams and WebSockets',
    zh: '同时结束它正在进行的请求、流和 WebSocket',
  },
  'access.key.once': {
    en: 'This is the access key {name}. It is shown only this once: the store keeps a hash.',
    zh: '这是访问密钥 {name}。仅显示这一次：存储中只保留其哈希值。',
  },
  'access.key.use': {
    en: 'Clients send it as their API key: Authorization: Bearer … or x-api-key. OpenAI clients read it from OPENAI_API_KEY.',
    zh: '客户端把它作为 API 密钥发送：Authorization: Bearer … 或 x-api-key。OpenAI 客户端从 OPENAI_API_KEY 读取。',
  },
  'access.key.limits': {
    en: 'Sites: {sites} · expires: {expires} · rate: {rate}',
    zh: '站点：{sites} · 到期：{expires} · 速率：{rate}',
  },
  'access.key.later': {
    en: 'No Everyhop is running on {folder}. The key works from its next start.',
    zh: '{folder} 上没有正在运行的 Everyhop。密钥在下次启动后生效。',
  },
  'access.key.unasked': {
    en: 'No site asks for a key yet: add "access: { keys: true }" to it in everyhop.yaml, or start it with: {everyhop up --access-keys} URL',
    zh: '还没有站点要求密钥：请在 everyhop.yaml 中为站点加上 "access: { keys: true }"，或这样启动：{everyhop up --access-keys} URL',
  },
  'access.key.none': {
    en: 'No access keys. Make one: {everyhop access add-key NAME}',
    zh: '没有访问密钥。创建一把：{everyhop access add-key NAME}',
  },
  'access.key.all-sites': { en: 'all', zh: '全部' },
  'access.key.never': { en: 'never', zh: '永不' },
  'access.key.expired': { en: '{at} (expired)', zh: '{at}（已过期）' },
  'access.key.no-rate': { en: 'no limit', zh: '不限' },
  'access.key.unused': { en: 'not yet', zh: '从未' },
  'access.column.name': { en: 'NAME', zh: '名称' },
  'access.column.sites': { en: 'SITES', zh: '站点' },
  'access.column.expires': { en: 'EXPIRES (UTC)', zh: '到期（UTC）' },
  'access.column.rate': { en: 'RATE', zh: '速率' },
  'access.column.created': { en: 'CREATED', zh: '创建' },
  'access.column.used': { en: 'LAST USED (UTC)', zh: '最近使用（UTC）' },
  'access.key.revoked': {
    en: 'Revoked: access key {name}.',
    zh: '已吊销访问密钥 {name}。',
  },
  'access.key.revoked-before': {
    en: 'Access key {name} was already revoked.',
    zh: '访问密钥 {name} 此前已被吊销。',
  },
  'access.key.ended': { en: 'Its open requests and streams have ended.', zh: '它正在进行的请求和流已结束。' },
  'access.key.streams-go-on': {
    en: 'Requests and streams that it had open may go on. End them: {everyhop access revoke-key} {name} --end-streams',
    zh: '它已打开的请求和流可以继续。如需结束：{everyhop access revoke-key} {name} --end-streams',
  },
} satisfies WordTexts;
