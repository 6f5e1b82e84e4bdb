import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const preflightError = defineErrors({
  'preflight.name-unknown': {
    en: {
      meaning: 'The name {name} does not exist in DNS.',
      cause: 'It has no DNS record, or is misspelt.',
      hint: 'Create the record at your DNS provider; to check: dig A {name}',
    },
    zh: {
      meaning: 'DNS 中不存在名称 {name}。',
      cause: '它没有任何 DNS 记录，或者名称拼写有误。',
      hint: '请在 DNS 服务商处创建记录，然后检查：dig A {name}',
    },
  },
  'preflight.underscore': {
    en: {
      meaning: 'The name {name} has an underscore.',
      cause:
        'Public authorities permit only letters, digits and hyphens in names (CA/Browser Forum Baseline Requirements §7.1.2.7.12).',
      hint: 'Choose a name without underscores, or use the private authority: --authority private, or certificate: private in everyhop.yaml.',
    },
    zh: {
      meaning: '名称 {name} 含有下划线。',
      cause: '公共颁发机构只为由字母、数字和连字符组成的名称签发证书（CA/Browser Forum 基线要求 §7.1.2.7.12）。',
      hint: '请改用不含下划线的名称，或者使用私有颁发机构：--authority private，或 everyhop.yaml 中的 certificate: private。',
    },
  },
  'preflight.no-address': {
    en: {
      meaning: 'The name {name} has no address.',
      cause: 'It exists but has neither an A nor an AAAA record.',
      hint: 'At your DNS provider, add one with the public address of this machine; to check: dig A {name}',
    },
    zh: {
      meaning: '名称 {name} 没有地址。',
      cause: '该名称存在，但既没有 A 记录也没有 AAAA 记录。',
      hint: '请在 DNS 服务商处添加本机公网地址的记录，然后检查：dig A {name}',
    },
  },
  'preflight.resolver-failed': {
    en: {
      meaning: 'The resolver of this machine cannot look up {name}: {detail}.',
      cause: 'The resolver or the name servers of the domain do not answer.',
      hint: 'Trace it from the root: dig +trace A {name}',
    },
    zh: {
      meaning: '本机的解析器无法解析 {name}：{detail}。',
      cause: '解析器或该域名的域名服务器没有应答。',
      hint: '从根开始逐步查询：dig +trace A {name}',
    },
  },
  'preflight.dnssec-broken': {
    en: {
      meaning: 'DNSSEC validation of {name} fails: {detail}.',
      cause:
        'The signatures of the zone are missing, expired, or do not match its DS record. Authorities refuse such names.',
      hint: 'Find the cause: delv A {name}; then re-sign the zone, or correct the DS record at the registrar.',
    },
    zh: {
      meaning: '{name} 未通过 DNSSEC 验证：{detail}。',
      cause: '区域的签名缺失、过期，或者与 DS 记录不符。证书颁发机构会拒绝这样的名称。',
      hint: '查看原因：delv A {name}；然后重新签名区域，或在注册商处改正 DS 记录。',
    },
  },
  'preflight.server-silent': {
    en: {
      meaning: 'The name server {server} does not answer for {name}: {detail}.',
      cause: 'It is down or does not serve the zone. An authority that queries it must try another server.',
      hint: 'Repair the server, or remove it from the NS records of the zone: dig NS {name}',
    },
    zh: {
      meaning: '域名服务器 {server} 没有应答 {name} 的查询：{detail}。',
      cause: '该服务器停机，或者不提供该区域。向它查询的证书颁发机构只能再试其他服务器。',
      hint: '请修复该服务器，或从区域的 NS 记录中去掉它：dig NS {name}',
    },
  },
  'preflight.servers-differ': {
    en: {
      meaning: 'The name servers give different addresses for {name}: {servers}.',
      cause: 'The zone has changed and some servers do not have the change yet, or one no longer copies the zone.',
      hint: 'Wait for the servers to synchronize, or increase the serial number of the zone; to compare: dig +nssearch {name}',
    },
    zh: {
      meaning: '各域名服务器给出的 {name} 的地址不一致：{servers}。',
      cause: '区域已修改但尚未同步到所有服务器，或者有服务器不再同步。',
      hint: '请等待各服务器同步，或增大区域的序列号；比较：dig +nssearch {name}',
    },
  },
  'preflight.resolver-differs': {
    en: {
      meaning: 'The resolver of this machine returns {recursive} for {name}, its name servers return {authoritative}.',
      cause:
        'The record has just changed and the resolver has cached the old one, or this network answers differently (split-horizon DNS).',
      hint: 'Wait for the TTL to expire; to see the remaining time: dig A {name}',
    },
    zh: {
      meaning: '本机的解析器对 {name} 返回 {recursive}，而其域名服务器返回 {authoritative}。',
      cause: '记录刚刚修改过，解析器仍缓存着旧值；或者本网络有自己的应答（分离解析）。',
      hint: '请等待 TTL 过期；查看剩余时间：dig A {name}',
    },
  },
  'preflight.address-private': {
    en: {
      meaning: '{name} leads to {addresses}, which is not reachable from the Internet.',
      cause: 'The address is private or reserved, but a public authority validates from the Internet.',
      hint: 'Put the public address into the DNS record, or use the private authority: --authority private, or certificate: private in everyhop.yaml.',
    },
    zh: {
      meaning: '{name} 指向互联网无法访问的地址 {addresses}。',
      cause: '该地址是私有或保留地址，而公共证书颁发机构从互联网进行验证。',
      hint: '请在 DNS 记录中使用公网地址，或者使用私有颁发机构：--authority private，或 everyhop.yaml 中的 certificate: private。',
    },
  },
  'preflight.caa-unreadable': {
    en: {
      meaning: 'The CAA records of {at}, which apply to {name}, cannot be read: {detail}.',
      cause: 'The name servers fail to answer CAA queries. In that case an authority must refuse.',
      hint: 'Try it: dig CAA {at}; then repair the name server, or use one that supports CAA.',
    },
    zh: {
      meaning: '无法读取 {at} 的 CAA 记录（适用于 {name}）：{detail}。',
      cause: '域名服务器无法应答 CAA 查询。此时证书颁发机构必须拒绝。',
      hint: '测试：dig CAA {at}；然后修复域名服务器，或换用支持 CAA 的服务器。',
    },
  },
  'preflight.caa-critical': {
    en: {
      meaning: '{at} has a CAA record with the critical property {tag}; no authority may issue for {name}.',
      cause: 'An authority must not issue if it does not know a property marked critical.',
      hint: 'At your DNS provider, remove the record or clear its flag; to see it: dig CAA {at}',
    },
    zh: {
      meaning: '{at} 的 CAA 记录带有关键属性 {tag}；任何颁发机构都不能为 {name} 签发证书。',
      cause: '如果有标为关键而颁发机构不认识的属性，颁发机构不得签发。',
      hint: '请在 DNS 服务商处删除该记录或清除其标志；查看记录：dig CAA {at}',
    },
  },
  'preflight.caa-forbids': {
    en: {
      meaning: 'CAA at {at} does not permit {identity} to issue for {name}: {found}.',
      cause: 'The owner of the domain lists the permitted authorities, and this one is missing.',
      hint: 'At your DNS provider, add: {at} CAA 0 {tag} "{identity}" — or choose a listed authority.',
    },
    zh: {
      meaning: '{at} 的 CAA 不允许 {identity} 为 {name} 签发证书：{found}。',
      cause: '域名所有者列出了允许签发的颁发机构，其中没有这一家。',
      hint: '请在 DNS 服务商处添加：{at} CAA 0 {tag} "{identity}"；或者选用已列出的颁发机构。',
    },
  },
  'preflight.caa-account': {
    en: {
      meaning: 'CAA at {at} permits only the account {accounts} to order for {name}; Everyhop’s account is {account}.',
      cause: 'The record restricts orders to another account (accounturi).',
      hint: 'At your DNS provider, correct the record: {at} CAA 0 {tag} "{identity}; accounturi={account}"',
    },
    zh: {
      meaning: '{at} 的 CAA 只允许账户 {accounts} 为 {name} 下单；Everyhop 的账户是 {account}。',
      cause: '该记录用 accounturi 限定了另一个账户。',
      hint: '请在 DNS 服务商处改正记录：{at} CAA 0 {tag} "{identity}; accounturi={account}"',
    },
  },
  'preflight.caa-method': {
    en: {
      meaning: 'CAA at {at} permits validation of {name} only by {methods}, not by {method}.',
      cause: 'The record restricts the validation methods (validationmethods).',
      hint: 'At your DNS provider, correct the record: {at} CAA 0 {tag} "{identity}; validationmethods={method}"',
    },
    zh: {
      meaning: '{at} 的 CAA 只允许用 {methods} 验证 {name}，不允许 {method}。',
      cause: '该记录用 validationmethods 限定了验证方式。',
      hint: '请在 DNS 服务商处改正记录：{at} CAA 0 {tag} "{identity}; validationmethods={method}"',
    },
  },
  'preflight.wildcard-needs-dns': {
    en: {
      meaning: '{name} can only be validated by DNS-01.',
      cause: 'Authorities issue wildcard certificates only after a DNS-01 challenge.',
      hint: 'Choose a DNS provider (--dns, or dns in everyhop.yaml), or list each host instead of the wildcard.',
    },
    zh: {
      meaning: '{name} 只能通过 DNS-01 验证。',
      cause: '颁发机构只在 DNS-01 质询之后签发通配符证书。',
      hint: '请选择 DNS 提供方（--dns，或 everyhop.yaml 中的 dns），或逐个列出主机来代替通配符。',
    },
  },
  'preflight.port-80-other': {
    en: {
      meaning: 'Another server answers for {name} at {address}: status {status}, server {server}, URL {url}.',
      cause:
        'The record leads to another machine, another program uses port 80 here, or a proxy in between does not forward /.well-known/acme-challenge/.',
      hint: 'See what uses the port here: ss -ltnp sport = :80; and where the name leads: dig {name}',
    },
    zh: {
      meaning: '{address} 上是另一台服务器在为 {name} 应答：状态 {status}，服务器 {server}，URL {url}。',
      cause:
        '记录指向了另一台机器，或者本机 80 端口被其他程序占用，或者中间的代理没有转发 /.well-known/acme-challenge/。',
      hint: '查看本机是哪个程序占用端口：ss -ltnp sport = :80；以及名称指向哪里：dig {name}',
    },
  },
  'preflight.port-80-closed': {
    en: {
      meaning: 'Nothing answers for {name} at {address} (URL {url}): {detail}.',
      cause: 'No program listens on port 80 there, or a firewall rejects connections.',
      hint: 'See what listens here: ss -ltn sport = :80; and open the port, for example: ufw allow 80/tcp',
    },
    zh: {
      meaning: '{address} 上没有程序为 {name} 应答（URL {url}）：{detail}。',
      cause: '那里没有程序监听 80 端口，或者防火墙拒绝连接。',
      hint: '查看本机监听情况：ss -ltn sport = :80；并放行端口，例如：ufw allow 80/tcp',
    },
  },
  'preflight.port-80-no-http': {
    en: {
      meaning: 'A server accepts connections for {name} at {address} but gives no HTTP answer (URL {url}): {detail}.',
      cause: 'Another kind of server uses the port, or the server hangs or expects TLS.',
      hint: 'See what uses the port here: ss -ltnp sport = :80; and how it answers: curl -v http://{name}/',
    },
    zh: {
      meaning: '{address} 上有程序接受 {name} 的连接，但没有给出 HTTP 应答（URL {url}）：{detail}。',
      cause: '端口被其他类型的服务器占用、服务器挂起，或者它在该端口期待 TLS。',
      hint: '查看本机是哪个程序占用端口：ss -ltnp sport = :80；以及它的应答：curl -v http://{name}/',
    },
  },
  'preflight.port-80-filtered': {
    en: {
      meaning: 'Connections to port 80 of {name} at {address} get no reply (URL {url}): {detail}.',
      cause:
        'A firewall, a cloud security group or a router in between drops them. Behind a router, this may appear only from inside.',
      hint: 'Open port 80 in the firewall and in the cloud security group; then try from another network: curl -I http://{name}/',
    },
    zh: {
      meaning: '{address} 上 {name} 的 80 端口没有回应（URL {url}）：{detail}。',
      cause: '中间的防火墙、云安全组或路由器丢弃了连接。位于路由器之后时，也可能只是从内部看如此。',
      hint: '请在防火墙和云安全组中开放 80 端口，然后从其他网络测试：curl -I http://{name}/',
    },
  },
  'preflight.ipv6-broken': {
    en: {
      meaning: '{name} is reachable over IPv4 but not at its IPv6 address {address}: {detail}.',
      cause: 'Authorities try IPv6 first, and the AAAA record leads to a machine or a port that does not answer.',
      hint: 'At your DNS provider, correct or remove the AAAA record; to check: dig AAAA {name}',
    },
    zh: {
      meaning: '{name} 可以通过 IPv4 访问，但其 IPv6 地址 {address} 不通：{detail}。',
      cause: '颁发机构优先使用 IPv6；AAAA 记录指向的机器或端口没有应答。',
      hint: '请在 DNS 服务商处改正或删除 AAAA 记录，然后检查：dig AAAA {name}',
    },
  },
  'preflight.redirect-loop': {
    en: {
      meaning: 'The challenge of {name} is redirected {count} times, finally to {to}.',
      cause:
        'The redirects form a loop, often because a proxy and the server behind it each redirect to the other scheme.',
      hint: 'Exclude /.well-known/acme-challenge/ from redirects; to see them: curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
    zh: {
      meaning: '{name} 的质询被重定向 {count} 次，最后到 {to}。',
      cause: '重定向形成循环，常见原因是前面的代理和后面的服务器各自把访问者重定向到另一种协议。',
      hint: '请把 /.well-known/acme-challenge/ 排除在重定向之外；查看：curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
  },
  'preflight.redirect-elsewhere': {
    en: {
      meaning: 'The challenge of {name} is redirected to {to}, which authorities do not follow.',
      cause: 'Authorities follow redirects to http and https on ports 80 and 443 only.',
      hint: 'Exclude /.well-known/acme-challenge/ from redirects; to see them: curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
    zh: {
      meaning: '{name} 的质询被重定向到 {to}，颁发机构不会跟随。',
      cause: '颁发机构只跟随到 80 和 443 端口的 http 与 https 重定向。',
      hint: '请把 /.well-known/acme-challenge/ 排除在重定向之外；查看：curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
  },
  'preflight.redirect-unverified': {
    en: {
      meaning: 'The challenge of {name} is redirected to {url}, whose certificate cannot be verified ({detail}).',
      cause: 'Authorities ignore this when they fetch a challenge, but Everyhop could not check the answer there.',
      hint: 'To be safe, exclude /.well-known/acme-challenge/ from the redirect to https.',
    },
    zh: {
      meaning: '{name} 的质询被重定向到 {url}，其证书无法验证（{detail}）。',
      cause: '颁发机构在获取质询时会忽略这一点，但 Everyhop 无法检查那里的应答。',
      hint: '为确保无误，请把 /.well-known/acme-challenge/ 排除在 https 重定向之外。',
    },
  },
  'preflight.redirect-inside': {
    en: {
      meaning: 'The challenge of {name} is redirected to {to}, which has a private address here.',
      cause:
        'Everyhop does not follow redirects into private networks. The authority may find another address of that name.',
      hint: 'To be safe, exclude /.well-known/acme-challenge/ from the redirect; to see it: curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
    zh: {
      meaning: '{name} 的质询被重定向到 {to}，该名称在这里解析为私有地址。',
      cause: 'Everyhop 不会跟随重定向进入私有网络。颁发机构看到的可能是该名称的另一个地址。',
      hint: '为确保无误，请把 /.well-known/acme-challenge/ 排除在重定向之外；查看：curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
  },
  'preflight.zone-differs': {
    en: {
      meaning:
        'The DNS provider would write {fqdn} into the zone {zone}, but public DNS has it in the zone {publicZone}.',
      cause: 'The name is in a separate zone on other servers, so authorities would not see the record.',
      hint: 'Use the DNS provider of the zone {publicZone}; to see its servers: dig NS {publicZone}',
    },
    zh: {
      meaning: 'DNS 提供方会把 {fqdn} 写入区域 {zone}，而公共 DNS 中它属于区域 {publicZone}。',
      cause: '该名称位于由其他服务器提供的单独区域中，颁发机构看不到这条记录。',
      hint: '请使用区域 {publicZone} 的 DNS 提供方；查看其域名服务器：dig NS {publicZone}',
    },
  },
  'preflight.clock-differs': {
    en: {
      meaning: 'The clock of this machine shows {now}, that of the authority {date}: {seconds} s apart.',
      cause: 'A newly issued certificate may look expired or not valid yet on this machine.',
      hint: 'Synchronize the clock: timedatectl set-ntp true; to check: timedatectl status',
    },
    zh: {
      meaning: '本机时钟为 {now}，颁发机构的时钟为 {date}：相差 {seconds} 秒。',
      cause: '颁发机构新签发的证书在本机看来可能尚未生效或已经过期。',
      hint: '请校准时钟：timedatectl set-ntp true；检查：timedatectl status',
    },
  },
});

export const preflightWords = defineWords({
  'preflight-fine.addresses': { en: '{name} leads to {addresses}', zh: '{name} 指向 {addresses}' },
  'preflight-fine.dns': { en: 'DNS answers for {name}', zh: 'DNS 能够应答 {name}' },
  'preflight-fine.caa': {
    en: 'CAA at {at} permits the authority to issue for {name}',
    zh: '{at} 的 CAA 允许为 {name} 签发',
  },
  'preflight-fine.caa-none': {
    en: 'no CAA record restricts issuance for {name}',
    zh: '没有 CAA 记录限制 {name} 的证书签发',
  },
  'preflight-fine.port-80': { en: 'challenges of {name} reach this program', zh: '{name} 的质询能够到达本程序' },
  'preflight-fine.provider': {
    en: 'the DNS provider can write {fqdn} into the zone {zone}',
    zh: 'DNS 提供方能够把 {fqdn} 写入区域 {zone}',
  },
  'preflight-fine.clock': { en: 'the clock agrees with that of the authority', zh: '时钟与颁发机构一致' },
});
