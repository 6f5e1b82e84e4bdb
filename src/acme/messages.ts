import { defineErrors } from '../base/errors.ts';

const retried = {
  en: 'Nothing is lost: what is served goes on being served, and it is tried again by itself. See when: everyhop status',
  zh: '没有任何损失：现有证书继续使用，并会自动重试。查看重试时间：everyhop status',
} as const;

const notUsed = {
  en: 'It was not used, and it is tried again by itself. If it goes on: everyhop status',
  zh: '该证书没有被使用，并会自动重试。如果持续出现：everyhop status',
} as const;

export { dns01Error } from './dns-01/messages.ts';

export const acmeError = defineErrors({
  'acme.unreachable': {
    en: {
      meaning: 'The authority {authority} cannot be reached: {reason}',
      cause: 'The network, the name server or a firewall does not let this machine through, or the authority is down.',
      hint: 'Try it from this machine: curl -I https://{authority}/',
    },
    zh: {
      meaning: '无法连接证书颁发机构 {authority}：{reason}',
      cause: '网络、域名服务器或防火墙不让本机通过，或者颁发机构暂时停止服务。',
      hint: '从本机测试：curl -I https://{authority}/',
    },
  },
  'acme.untrusted': {
    en: {
      meaning: 'The HTTPS certificate of the authority {authority} itself is not trusted: {reason}',
      cause:
        'It is a private authority whose root is not known here, the clock is wrong, or somebody listens in between.',
      hint: 'For a private authority, give the PEM file of its root. Otherwise check the clock: timedatectl status',
    },
    zh: {
      meaning: '证书颁发机构 {authority} 自身的 HTTPS 证书不受信任：{reason}',
      cause: '它是私有颁发机构而本机没有它的根证书，或者时钟不准，或者有人在中间截听。',
      hint: '如果是私有颁发机构，请提供其根证书的 PEM 文件；否则请检查时钟：timedatectl status',
    },
  },
  'acme.timeout': {
    en: {
      meaning: 'The authority {authority} did not answer within {seconds} s.',
      cause: 'It is overloaded, or the network swallows packets.',
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
      meaning: 'No certificate came from {authority} within {seconds} s.',
      cause: 'The authority is slow to validate or to issue, or asks to come back much later.',
      hint: retried.en,
    },
    zh: {
      meaning: '{authority} 在 {seconds} 秒内没有签发证书。',
      cause: '颁发机构验证或签发缓慢，或者要求过很久再来。',
      hint: retried.zh,
    },
  },
  'acme.redirected': {
    en: {
      meaning: '{url} redirects to {location}; that is not followed.',
      cause: 'A signed request is for one address only. The directory has moved, or a login page stands in between.',
      hint: 'See where it leads: curl -sSI {url}; then set the address of the directory to the new one.',
    },
    zh: {
      meaning: '{url} 重定向到 {location}，不会跟随。',
      cause: '签名请求只对一个地址有效。目录已迁移，或者中间有登录页面。',
      hint: '查看重定向目标：curl -sSI {url}；然后把目录地址改为新地址。',
    },
  },
  'acme.url-insecure': {
    en: {
      meaning: '{url} is no https:// address.',
      cause: 'ACME is spoken over HTTPS only (RFC 8555 §6.1).',
      hint: 'Set the address of the directory to one that begins with https://',
    },
    zh: {
      meaning: '{url} 不是 https:// 地址。',
      cause: 'ACME 只能通过 HTTPS 使用（RFC 8555 §6.1）。',
      hint: '请把目录地址设置为以 https:// 开头的地址。',
    },
  },
  'acme.answer-too-large': {
    en: {
      meaning: 'The answer of {authority} is larger than {limit} bytes.',
      cause: 'No ACME answer is: something else answers there.',
      hint: 'See what answers: curl -sS https://{authority}/ | head',
    },
    zh: {
      meaning: '{authority} 的应答超过 {limit} 字节。',
      cause: 'ACME 应答不会这么大：那里是别的服务在应答。',
      hint: '查看是谁在应答：curl -sS https://{authority}/ | head',
    },
  },
  'acme.answer-malformed': {
    en: {
      meaning: 'The answer of {url} cannot be used: {field}.',
      cause: 'Something else than an ACME authority answers there, or its answer was damaged on the way.',
      hint: 'Check the address of the directory, and see what it answers: curl -sS {url}',
    },
    zh: {
      meaning: '{url} 的应答无法使用：{field}。',
      cause: '那里应答的不是 ACME 证书颁发机构，或者应答在途中损坏。',
      hint: '请检查目录地址，并查看它的应答：curl -sS {url}',
    },
  },
  'acme.server-failed': {
    en: {
      meaning: 'The authority {authority} failed (status {status}): {detail}',
      cause: 'Something is wrong at the authority.',
      hint: retried.en,
    },
    zh: {
      meaning: '证书颁发机构 {authority} 出错（状态 {status}）：{detail}',
      cause: '颁发机构自身有故障。',
      hint: retried.zh,
    },
  },
  'acme.server-busy': {
    en: {
      meaning: 'The authority {authority} is overloaded or under maintenance: {detail}',
      cause: 'It asks everybody to come back later.',
      hint: retried.en,
    },
    zh: {
      meaning: '证书颁发机构 {authority} 负载过高或正在维护：{detail}',
      cause: '它要求所有客户端稍后再来。',
      hint: retried.zh,
    },
  },
  'acme.rate-limited': {
    en: {
      meaning: 'A rate limit of {authority} is reached: {detail}',
      cause: 'Too many certificates, orders or failed validations in a short time.',
      hint: 'It is tried again when the authority allows it; see when: everyhop status. Until then, do not delete the state.',
    },
    zh: {
      meaning: '已达到 {authority} 的频率限制：{detail}',
      cause: '短时间内证书、订单或失败的验证过多。',
      hint: '颁发机构允许后会自动重试；查看时间：everyhop status。在此之前请不要删除状态文件夹。',
    },
  },
  'acme.paused': {
    en: {
      meaning: '{authority} has paused these names for this account.',
      cause:
        'Their validation failed for so long that the authority refuses to try any more until a person says otherwise.',
      hint: 'First mend the cause (DNS, port 80, an old server), then open this page once and confirm: {page}',
    },
    zh: {
      meaning: '{authority} 已对该账户暂停这些名称的签发。',
      cause: '这些名称长期验证失败，颁发机构不再尝试，直到有人确认。',
      hint: '请先排除原因（DNS、80 端口、旧服务器），然后打开此页面确认一次：{page}',
    },
  },
  'acme.account-missing': {
    en: {
      meaning: '{authority} does not know the account.',
      cause: 'The account was removed there, or the key belongs to another authority (staging and production are two).',
      hint: 'A new account is made by itself at the next attempt; see it: everyhop status',
    },
    zh: {
      meaning: '{authority} 不认识该账户。',
      cause: '账户已在那里被删除，或者密钥属于另一个颁发机构（测试环境与正式环境是两个）。',
      hint: '下次尝试时会自动创建新账户；查看：everyhop status',
    },
  },
  'acme.account-refused': {
    en: {
      meaning: '{authority} does not accept the account: {detail}',
      cause: 'It was deactivated or revoked, or it may not do this.',
      hint: 'Ask the authority why, or use another one. See what was tried: everyhop status',
    },
    zh: {
      meaning: '{authority} 不接受该账户：{detail}',
      cause: '账户已停用或被吊销，或者无权执行此操作。',
      hint: '请向颁发机构查明原因，或改用其他颁发机构。查看尝试记录：everyhop status',
    },
  },
  'acme.binding-required': {
    en: {
      meaning: '{authority} gives accounts only to its customers (external account binding).',
      cause: 'No key identifier and HMAC key were given for it.',
      hint: 'Copy both from your page at the authority into everyhop.yaml, then: everyhop config check',
    },
    zh: {
      meaning: '{authority} 只为其客户开设账户（外部账户绑定）。',
      cause: '没有提供密钥标识符和 HMAC 密钥。',
      hint: '请从颁发机构的网页把两者复制到 everyhop.yaml，然后运行：everyhop config check',
    },
  },
  'acme.binding-refused': {
    en: {
      meaning: '{authority} refuses the external account binding: {detail}',
      cause:
        'The key identifier or the HMAC key is mistyped, or it was used before: many authorities take each once only.',
      hint: 'Ask the authority for a new pair, put it into everyhop.yaml, then: everyhop config check',
    },
    zh: {
      meaning: '{authority} 拒绝外部账户绑定：{detail}',
      cause: '密钥标识符或 HMAC 密钥输入有误，或者已经用过：许多颁发机构只接受一次。',
      hint: '请向颁发机构索取新的一对并填入 everyhop.yaml，然后运行：everyhop config check',
    },
  },
  'acme.binding-unreadable': {
    en: {
      meaning: 'The HMAC key of the external account binding is no base64url.',
      cause: 'It was copied in part, or another value was taken for it.',
      hint: 'Copy it again from your page at the authority into everyhop.yaml, then: everyhop config check',
    },
    zh: {
      meaning: '外部账户绑定的 HMAC 密钥不是 base64url 格式。',
      cause: '复制不完整，或者误用了其他值。',
      hint: '请从颁发机构的网页重新复制到 everyhop.yaml，然后运行：everyhop config check',
    },
  },
  'acme.terms-required': {
    en: {
      meaning: '{authority} wants its terms of service to be agreed to: {page}',
      cause: 'They were not agreed to, or there are new ones.',
      hint: 'Read them, then run the same command again with --agree-tos',
    },
    zh: {
      meaning: '{authority} 要求同意其服务条款：{page}',
      cause: '尚未同意，或者条款已更新。',
      hint: '请阅读条款，然后加上 --agree-tos 再次运行同一命令。',
    },
  },
  'acme.contact-refused': {
    en: {
      meaning: '{authority} refuses the contact address: {detail}',
      cause: 'The address is mistyped, or its domain takes no mail.',
      hint: 'Correct the address in everyhop.yaml, or leave it out, then: everyhop config check',
    },
    zh: {
      meaning: '{authority} 拒绝联系地址：{detail}',
      cause: '地址输入有误，或者其域名不接收邮件。',
      hint: '请在 everyhop.yaml 中改正或去掉该地址，然后运行：everyhop config check',
    },
  },
  'acme.name-refused': {
    en: {
      meaning: '{authority} issues no certificate for {names}: {detail}',
      cause: 'It is no public name, a protected one, or of a kind that this authority does not serve.',
      hint: 'Check the spelling of the host in everyhop.yaml: everyhop config check. A name in a private network needs the private authority.',
    },
    zh: {
      meaning: '{authority} 不为 {names} 签发证书：{detail}',
      cause: '它不是公开名称，或受保护，或属于该颁发机构不支持的类型。',
      hint: '请检查 everyhop.yaml 中主机名的拼写：everyhop config check。内网名称需要使用私有颁发机构。',
    },
  },
  'acme.profile-refused': {
    en: {
      meaning: '{authority} refuses the certificate profile: {detail}',
      cause: 'The profile has ended, or this account may not use it.',
      hint: 'Choose one that the authority lists in its directory: curl -sS https://{authority}/',
    },
    zh: {
      meaning: '{authority} 拒绝该证书配置类型：{detail}',
      cause: '该类型已停用，或者该账户无权使用。',
      hint: '请选择颁发机构目录中列出的类型：curl -sS https://{authority}/',
    },
  },
  'acme.key-refused': {
    en: {
      meaning: '{authority} refuses the key or the request: {detail}',
      cause: 'It does not take this kind of key, or takes it for compromised.',
      hint: 'Choose another kind of key (p256 is taken everywhere) in everyhop.yaml, then: everyhop config check',
    },
    zh: {
      meaning: '{authority} 拒绝该密钥或请求：{detail}',
      cause: '它不接受这种密钥，或认为其已泄露。',
      hint: '请在 everyhop.yaml 中选择其他密钥类型（p256 普遍被接受），然后运行：everyhop config check',
    },
  },
  'acme.key-change-unsupported': {
    en: {
      meaning: '{authority} has no way to change the key of an account.',
      cause: 'Its directory lists no keyChange.',
      hint: 'Deactivate the account and let a new one be made. See what it offers: curl -sS https://{authority}/',
    },
    zh: {
      meaning: '{authority} 不支持更换账户密钥。',
      cause: '其目录没有列出 keyChange。',
      hint: '请停用该账户并创建新账户。查看它提供的功能：curl -sS https://{authority}/',
    },
  },
  'acme.refused': {
    en: {
      meaning: '{authority} refuses ({type}): {detail}',
      cause: 'The authority gives this reason; it is its decision.',
      hint: 'See what was tried, and since when it fails: everyhop status',
    },
    zh: {
      meaning: '{authority} 拒绝请求（{type}）：{detail}',
      cause: '这是颁发机构给出的理由，由其决定。',
      hint: '查看尝试记录及从何时开始失败：everyhop status',
    },
  },
  'acme.no-challenge': {
    en: {
      meaning:
        'There is no way to prove to {authority} that {name} is yours: it offers {offered}, of which nothing is set up.',
      cause: 'A wildcard needs DNS-01; an address needs HTTP-01 or TLS-ALPN-01.',
      hint: 'Set up one of them for this site in everyhop.yaml, then: everyhop config check',
    },
    zh: {
      meaning: '无法向 {authority} 证明 {name} 属于您：它提供 {offered}，但一种都没有设置。',
      cause: '通配符名称需要 DNS-01；IP 地址需要 HTTP-01 或 TLS-ALPN-01。',
      hint: '请在 everyhop.yaml 中为该站点设置其中一种，然后运行：everyhop config check',
    },
  },
  'acme.self-check': {
    en: {
      meaning: 'The authority was not asked to validate {name}: it would not see the answer ({type}): {reason}',
      cause: 'The name leads to another server, or a proxy in front does not pass the challenge on.',
      hint: 'See who answers: curl -sSIL {url}',
    },
    zh: {
      meaning: '没有请求颁发机构验证 {name}，因为它看不到应答（{type}）：{reason}',
      cause: '该名称指向另一台服务器，或者前面的代理没有转发验证请求。',
      hint: '查看是谁在应答：curl -sSIL {url}',
    },
  },
  'acme.validation-connection': {
    en: {
      meaning: '{authority} could not connect to {names}: {detail}',
      cause: 'A firewall, a router without port forwarding, or an AAAA record of an address that does not answer.',
      hint: 'Let ports 80 and 443 through from the whole Internet, and check both address records: dig +short A {first}; dig +short AAAA {first}',
    },
    zh: {
      meaning: '{authority} 无法连接 {names}：{detail}',
      cause: '防火墙阻挡、路由器没有端口转发，或者 AAAA 记录指向没有应答的地址。',
      hint: '请对整个互联网开放 80 和 443 端口，并检查两种地址记录：dig +short A {first}; dig +short AAAA {first}',
    },
  },
  'acme.validation-dns': {
    en: {
      meaning: '{authority} found no usable DNS answer for {names}: {detail}',
      cause: 'The name is not registered, has no address, is delegated wrongly, or its DNSSEC signatures are broken.',
      hint: 'Look at it from the root down: dig +trace {first}',
    },
    zh: {
      meaning: '{authority} 无法解析 {names}：{detail}',
      cause: '名称没有注册、没有地址、委派有误，或者 DNSSEC 签名损坏。',
      hint: '从根开始查看：dig +trace {first}',
    },
  },
  'acme.validation-answer': {
    en: {
      meaning: '{authority} got a wrong answer from {names}: {detail}',
      cause:
        'The name leads to another server than this one, or a proxy, a firewall or an old TXT record answers in between.',
      hint: 'See where the name leads: dig +short A {first}; dig +short AAAA {first}; curl -sSIL http://{first}/',
    },
    zh: {
      meaning: '{authority} 从 {names} 得到错误的应答：{detail}',
      cause: '该名称指向另一台服务器，或者中间的代理、防火墙或旧的 TXT 记录在应答。',
      hint: '查看名称指向哪里：dig +short A {first}; dig +short AAAA {first}; curl -sSIL http://{first}/',
    },
  },
  'acme.caa': {
    en: {
      meaning: 'A CAA record forbids {authority} to issue for {names}: {detail}',
      cause: 'The owner of the domain has said in DNS which authorities may issue.',
      hint: 'Add this authority to the record at your DNS provider; see it: dig CAA {first}',
    },
    zh: {
      meaning: 'CAA 记录禁止 {authority} 为 {names} 签发：{detail}',
      cause: '域名所有者在 DNS 中声明了哪些颁发机构可以签发。',
      hint: '请在 DNS 服务商处把该颁发机构加入记录；查看：dig CAA {first}',
    },
  },
  'acme.validation-failed': {
    en: {
      meaning: '{authority} could not validate {names}: {detail}',
      cause: 'What the authority saw from outside is not what it was to see.',
      hint: 'See where the name leads: dig +short A {first}; dig +short AAAA {first}; then: everyhop status',
    },
    zh: {
      meaning: '{authority} 无法验证 {names}：{detail}',
      cause: '颁发机构从外部看到的内容与应有的不符。',
      hint: '查看名称指向哪里：dig +short A {first}; dig +short AAAA {first}；然后运行：everyhop status',
    },
  },
  'acme.order-failed': {
    en: {
      meaning: '{authority} gave up the order for {names}: {detail}',
      cause: 'The authority ended it before a certificate was made.',
      hint: retried.en,
    },
    zh: {
      meaning: '{authority} 放弃了 {names} 的订单：{detail}',
      cause: '颁发机构在签发证书之前终止了订单。',
      hint: retried.zh,
    },
  },
  'acme.certificate-unreadable': {
    en: {
      meaning: 'What {authority} sent for {names} is no chain of PEM certificates.',
      cause: 'The answer was damaged on the way, or the authority is at fault.',
      hint: notUsed.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的内容不是 PEM 证书链。',
      cause: '应答在途中损坏，或者颁发机构有误。',
      hint: notUsed.zh,
    },
  },
  'acme.certificate-key': {
    en: {
      meaning: 'The certificate that {authority} sent for {names} is for another key.',
      cause: 'The authority sent somebody else’s certificate, or an older one.',
      hint: notUsed.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的证书属于另一把密钥。',
      cause: '颁发机构发来了别人的证书，或者旧的证书。',
      hint: notUsed.zh,
    },
  },
  'acme.certificate-names': {
    en: {
      meaning: 'The certificate that {authority} sent for {names} does not hold {missing}.',
      cause: 'The authority left names out.',
      hint: notUsed.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的证书不包含 {missing}。',
      cause: '颁发机构遗漏了名称。',
      hint: notUsed.zh,
    },
  },
  'acme.certificate-dates': {
    en: {
      meaning: '{authority} sent a certificate valid from {notBefore} to {notAfter}; here it is {now}.',
      cause: 'The clock of this machine or of the authority is wrong.',
      hint: 'It was not used. Check the clock: timedatectl status',
    },
    zh: {
      meaning: '{authority} 发来的证书有效期为 {notBefore} 至 {notAfter}；本机时间是 {now}。',
      cause: '本机或颁发机构的时钟不准。',
      hint: '该证书没有被使用。请检查时钟：timedatectl status',
    },
  },
  'acme.certificate-chain': {
    en: {
      meaning: 'The chain that {authority} sent for {names} breaks at certificate {position}.',
      cause: 'Each certificate must be signed by an authority that comes after it, and be valid now.',
      hint: notUsed.en,
    },
    zh: {
      meaning: '{authority} 为 {names} 发来的证书链在第 {position} 张证书处断开。',
      cause: '每张证书都必须由其后的颁发机构证书签发，并且当前有效。',
      hint: notUsed.zh,
    },
  },
  'acme.port-taken': {
    en: {
      meaning: 'Port {port}, on which the authority validates, is in use by another program.',
      cause: 'Only one program can listen there.',
      hint: 'See which one: ss -ltnp sport = :{port}; let it answer from a folder, or validate by DNS-01.',
    },
    zh: {
      meaning: '颁发机构验证所用的端口 {port} 正被其他程序占用。',
      cause: '同一端口只能由一个程序监听。',
      hint: '查看是哪个程序：ss -ltnp sport = :{port}；可让它从文件夹应答，或使用 DNS-01 验证。',
    },
  },
  'acme.port-denied': {
    en: {
      meaning: 'Port {port}, on which the authority validates, may not be opened by this user.',
      cause: 'Ports below 1024 are kept for the system.',
      hint: 'Allow it once: sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}',
    },
    zh: {
      meaning: '当前用户无权打开颁发机构验证所用的端口 {port}。',
      cause: '1024 以下的端口保留给系统。',
      hint: '允许一次即可：sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}',
    },
  },
  'acme.listen-failed': {
    en: {
      meaning: 'Port {port}, on which the authority validates, cannot be opened: {reason}',
      cause: 'The system refuses it.',
      hint: 'See what listens there: ss -ltnp sport = :{port}',
    },
    zh: {
      meaning: '无法打开颁发机构验证所用的端口 {port}：{reason}',
      cause: '系统拒绝。',
      hint: '查看该端口的占用情况：ss -ltnp sport = :{port}',
    },
  },
});
