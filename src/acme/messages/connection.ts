import type { ErrorTexts } from '../../base/errors.ts';
import { retryHint } from './hints.ts';

export const connectionTexts = {
  'acme.unreachable': {
    en: {
      meaning: 'The authority {authority} cannot be reached: {reason}.',
      cause: 'The network, DNS or a firewall blocks the connection, or the authority is down.',
      hint: 'Try it from this machine: curl -I https://{authority}/',
    },
    zh: {
      meaning: '无法连接证书颁发机构 {authority}：{reason}。',
      cause: '网络、DNS 或防火墙阻断了连接，或者颁发机构暂时停止服务。',
      hint: '从本机测试：curl -I https://{authority}/',
    },
  },
  'acme.proxy-invalid': {
    en: {
      meaning: 'The authority {authority} cannot be reached: {variable} does not name a usable proxy: {reason}.',
      cause: 'Everyhop goes through the proxy that the environment of this process names.',
      hint: 'Write it like {variable}=http://proxy.example:3128 (unset {variable} to connect directly), then run the same command again.',
    },
    zh: {
      meaning: '无法连接证书颁发机构 {authority}：{variable} 的值不是可用的代理：{reason}。',
      cause: 'Everyhop 使用本进程环境变量中指定的代理。',
      hint: '请写成 {variable}=http://proxy.example:3128 的形式（要直接连接，请运行 unset {variable}），然后重新运行同一命令。',
    },
  },
  'acme.proxy-unreachable': {
    en: {
      meaning: 'The proxy {proxy} cannot be reached: {reason}.',
      cause: '{variable} names it, and Everyhop connects to {authority} through it.',
      hint: 'Test the proxy: curl -v -o /dev/null https://{authority}/ — correct {variable}, or exempt this authority: NO_PROXY={host}',
    },
    zh: {
      meaning: '无法连接代理 {proxy}：{reason}。',
      cause: '环境变量 {variable} 指定了它，Everyhop 通过它连接 {authority}。',
      hint: '测试该代理：curl -v -o /dev/null https://{authority}/；请改正 {variable}，或让该颁发机构不经代理：NO_PROXY={host}',
    },
  },
  'acme.proxy-refused': {
    en: {
      meaning: 'The proxy {proxy} refuses the connection to {authority} (status {status}): {reason}.',
      cause: '{variable} names this proxy. The authority itself was not reached.',
      hint: '{remedy}',
    },
    zh: {
      meaning: '代理 {proxy} 拒绝连接 {authority}（状态 {status}）：{reason}。',
      cause: '该代理由环境变量 {variable} 指定。没有连接到颁发机构本身。',
      hint: '{remedy}',
    },
  },
  'acme.no-directory': {
    en: {
      meaning: '{url} is not the directory of an ACME authority: {reason}.',
      cause: 'The URL is mistyped, another service answers there, or the authority blocks this network.',
      hint: 'Look at the answer: curl -sS {url} — a directory is JSON with newAccount and newOrder. Correct the URL (--authority, or directory in everyhop.yaml).',
    },
    zh: {
      meaning: '{url} 不是 ACME 证书颁发机构的目录：{reason}。',
      cause: 'URL 输入有误，那里应答的是别的服务，或者颁发机构屏蔽了本机所在的网络。',
      hint: '查看应答内容：curl -sS {url}；目录是含有 newAccount 和 newOrder 的 JSON。请改正 URL（--authority，或 everyhop.yaml 中的 directory）。',
    },
  },
  'acme.untrusted': {
    en: {
      meaning: 'The HTTPS certificate of the authority {authority} itself is not trusted: {reason}.',
      cause:
        'It is a private authority and this machine does not have its root, the clock is wrong, or the connection is intercepted.',
      hint: 'For a private authority, pass its root: --authority-root FILE (in everyhop.yaml: root). Otherwise check the clock: timedatectl status',
    },
    zh: {
      meaning: '证书颁发机构 {authority} 自身的 HTTPS 证书不受信任：{reason}。',
      cause: '它是私有颁发机构而本机没有它的根证书，或者时钟不准，或者连接被截听。',
      hint: '如果是私有颁发机构，请提供其根证书：--authority-root FILE（everyhop.yaml 中为 root）。否则请检查时钟：timedatectl status',
    },
  },
  'acme.timeout': {
    en: {
      meaning: 'The authority {authority} did not answer within {seconds} s.',
      cause: 'It is overloaded, or the network drops packets.',
      hint: 'Try it from this machine: curl -m 30 -I https://{authority}/',
    },
    zh: {
      meaning: '证书颁发机构 {authority} 在 {seconds} 秒内没有应答。',
      cause: '颁发机构负载过高，或者网络丢弃了数据包。',
      hint: '从本机测试：curl -m 30 -I https://{authority}/',
    },
  },
  'acme.deadline': {
    en: {
      meaning: '{authority} did not issue the certificate within {seconds} s. Last step: {step}.',
      cause: 'The authority is slow to validate or to issue, or asks clients to come back much later.',
      hint: retryHint.en,
    },
    zh: {
      meaning: '{authority} 在 {seconds} 秒内没有签发证书。最后一步：{step}。',
      cause: '颁发机构验证或签发缓慢，或者要求客户端过很久再来。',
      hint: retryHint.zh,
    },
  },
  'acme.answers-late': {
    en: {
      meaning: 'The answers for {authority} were not in place within {seconds} s. Last step: {step}.',
      cause: 'The DNS provider, its name servers or the hook are slow. The authority was not asked to validate.',
      hint: retryHint.en,
    },
    zh: {
      meaning: '给 {authority} 的应答在 {seconds} 秒内没有就绪。最后一步：{step}。',
      cause: 'DNS 提供方、其域名服务器或钩子程序太慢。尚未请颁发机构验证。',
      hint: retryHint.zh,
    },
  },
  'acme.redirected': {
    en: {
      meaning: '{url} redirects to {location}; Everyhop does not follow.',
      cause:
        'A signed request is valid for one URL only. The directory has moved, or a login page intercepts requests.',
      hint: 'See where it leads: curl -sSI {url}; then use the new directory URL (--authority URL, or directory in everyhop.yaml).',
    },
    zh: {
      meaning: '{url} 重定向到 {location}，Everyhop 不会跟随。',
      cause: '签名请求只对一个 URL 有效。目录已迁移，或者有登录页面拦截请求。',
      hint: '查看重定向目标：curl -sSI {url}；然后改用新的目录 URL（--authority URL，或 everyhop.yaml 中的 directory）。',
    },
  },
  'acme.url-insecure': {
    en: {
      meaning: '{url} is not an https:// URL.',
      cause: 'ACME requires HTTPS (RFC 8555 §6.1).',
      hint: 'Use a directory URL that starts with https://',
    },
    zh: {
      meaning: '{url} 不是 https:// URL。',
      cause: 'ACME 只能通过 HTTPS 使用（RFC 8555 §6.1）。',
      hint: '请使用以 https:// 开头的目录 URL。',
    },
  },
  'acme.answer-too-large': {
    en: {
      meaning: 'The answer of {authority} is larger than {limit} bytes.',
      cause: 'No ACME answer is that large: another service answers at this address.',
      hint: 'See what answers: curl -sS https://{authority}/ | head',
    },
    zh: {
      meaning: '{authority} 的应答超过 {limit} 字节。',
      cause: 'ACME 应答不会这么大：该地址上是别的服务在应答。',
      hint: '查看是谁在应答：curl -sS https://{authority}/ | head',
    },
  },
  'acme.answer-malformed': {
    en: {
      meaning: 'The answer of {url} cannot be used: {field} is missing or invalid.',
      cause: 'Something other than an ACME authority answers there, or the answer was damaged in transit.',
      hint: 'Check the directory URL, and look at the answer: curl -sS {url}',
    },
    zh: {
      meaning: '{url} 的应答无法使用：{field} 缺失或无效。',
      cause: '那里应答的不是 ACME 证书颁发机构，或者应答在途中损坏。',
      hint: '请检查目录 URL，并查看应答内容：curl -sS {url}',
    },
  },
  'acme.server-failed': {
    en: {
      meaning: 'The authority {authority} failed (status {status}): {detail}',
      cause: 'The authority has an internal error.',
      hint: retryHint.en,
    },
    zh: {
      meaning: '证书颁发机构 {authority} 出错（状态 {status}）：{detail}',
      cause: '颁发机构发生内部错误。',
      hint: retryHint.zh,
    },
  },
  'acme.server-busy': {
    en: {
      meaning: 'The authority {authority} is overloaded or under maintenance ({next}): {detail}',
      cause: 'It asks all clients to come back later.',
      hint: retryHint.en,
    },
    zh: {
      meaning: '证书颁发机构 {authority} 负载过高或正在维护（{next}）：{detail}',
      cause: '它要求所有客户端稍后再来。',
      hint: retryHint.zh,
    },
  },
} as const satisfies ErrorTexts;
