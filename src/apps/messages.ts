import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';
import { subPathTexts, subPathWords } from './messages/sub-path.ts';

export const appsError = defineErrors({
  ...subPathTexts,
  'apps.open-proxy': {
    en: {
      meaning: '{title} at {host} fetches any address for any visitor.',
      cause:
        'Its routes below {within} forward to the address that a request names, also in this network and on this machine.',
      hint: 'Add these keys to the site in everyhop.yaml: {lines}; and to allow, the paths of the other providers that you use.',
    },
    zh: {
      meaning: '{host} 的 {title} 会替任何访客访问任意地址。',
      cause: '它在 {within} 下的路由会转发到请求所指定的地址，包括本机和内网。',
      hint: '请在 everyhop.yaml 的该站点中加入：{lines}；并把所用其他服务商的路径也加入 allow。',
    },
  },
  'apps.open-beside-https': {
    en: {
      meaning: 'The app behind {upstream} is also open at {urls}, without HTTPS.',
      cause: 'It listens on every address of this machine, so the network reaches it past HTTPS.',
      hint: 'Bind it to 127.0.0.1: {setting}',
    },
    zh: {
      meaning: '{upstream} 的应用也可以通过 {urls} 直接访问，没有 HTTPS。',
      cause: '它监听本机的所有地址，因此网络中的其他机器可以绕过 HTTPS 访问它。',
      hint: '请让它只监听 127.0.0.1：{setting}',
    },
  },
  'apps.without-log-in': {
    en: {
      meaning: 'Anyone who reaches {host} can use {title}.',
      cause: 'The app at {upstream} asks for no log-in, and the route has no access.',
      hint: 'To admit only clients with a key, {keys}, and make one: {everyhop access add-key NAME}. Only your network: {network}. If everyone may use it: {everyone}.',
    },
    zh: {
      meaning: '任何能访问 {host} 的人都可以使用 {title}。',
      cause: '{upstream} 的应用不要求登录，该路由也没有 access。',
      hint: '只允许持有密钥的客户端：{keys}，并用 {everyhop access add-key NAME} 创建密钥。只允许您的网络：{network}。如果本来就面向所有人：{everyone}。',
    },
  },
  'apps.refuses-host': {
    en: {
      meaning: 'The app at {upstream} refuses visitors of {host} with {status}.',
      cause: 'It takes requests for {accepted} only, as protection against DNS rebinding.',
      hint: 'Give it that Host: {setting}',
    },
    zh: {
      meaning: '{upstream} 的应用以 {status} 拒绝 {host} 的访客。',
      cause: '为防范 DNS 重绑定，它只接受发往 {accepted} 的请求。',
      hint: '请把这个 Host 发给它：{setting}',
    },
  },
});

export const appsWords = defineWords({
  'apps.access.file': {
    en: 'add {keys} to the site in everyhop.yaml',
    zh: '请在 everyhop.yaml 的该站点中加入 {keys}',
  },
  'apps.access.arguments': { en: 'start with {keys}', zh: '请在启动时加上 {keys}' },
  'apps.host-setting.file': {
    en: 'add host_header: {accepted} to the route in everyhop.yaml',
    zh: '在 everyhop.yaml 的该路由中加入 host_header: {accepted}',
  },
  'apps.host-setting.arguments': {
    en: 'start with --host-header {accepted}',
    zh: '启动时加上 --host-header {accepted}',
  },
  ...subPathWords,
  'apps.bind.known': { en: '{title} has {setting}', zh: '{title} 的设置为 {setting}' },
  'apps.bind.unknown': {
    en: 'in its settings, often --host 127.0.0.1; in a container, publish its port with -p 127.0.0.1:{port}:{port}',
    zh: '在其设置中修改，通常为 --host 127.0.0.1；若在容器中，请用 -p 127.0.0.1:{port}:{port} 发布端口',
  },
});
