import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const preflightError = defineErrors({
  'preflight.name-unknown': {
    en: {
      meaning: 'The name {name} does not exist in the DNS.',
      cause: 'Nobody has made an A or AAAA record for it, or it is misspelt.',
      hint: 'Make the record at your DNS provider; then see it: dig A {name}',
    },
    zh: {
      meaning: 'DNS 中不存在名称 {name}。',
      cause: '没有为它创建 A 或 AAAA 记录，或者名称拼写有误。',
      hint: '请在 DNS 服务商处创建记录，然后查看：dig A {name}',
    },
  },
  'preflight.underscore': {
    en: {
      meaning: 'The name {name} has an underscore.',
      cause:
        'Public authorities certify only letters, digits and hyphens (CA/Browser Forum Baseline Requirements §7.1.2.7.12).',
      hint: 'Choose a name without underscores, or leave this one to the private authority: certificate: private (or --authority private).',
    },
    zh: {
      meaning: '名称 {name} 含有下划线。',
      cause: '公共颁发机构只为由字母、数字和连字符组成的名称签发证书（CA/Browser Forum 基线要求 §7.1.2.7.12）。',
      hint: '请改用不含下划线的名称，或者把它交给私有颁发机构：certificate: private（或 --authority private）。',
    },
  },
  'preflight.no-address': {
    en: {
      meaning: 'The name {name} has no address.',
      cause: 'It exists, but has neither an A nor an AAAA record.',
      hint: 'Add one with the public address of this machine at your DNS provider; then see it: dig A {name}',
    },
    zh: {
      meaning: '名称 {name} 没有地址。',
      cause: '该名称存在，但既没有 A 记录也没有 AAAA 记录。',
      hint: '请在 DNS 服务商处添加本机公网地址的记录，然后查看：dig A {name}',
    },
  },
  'preflight.resolver-failed': {
    en: {
      meaning: 'The resolver of this machine cannot say where {name} leads: {detail}.',
      cause: 'The resolver, or the name servers of the domain, do not answer.',
      hint: 'Ask step by step from the root: dig +trace A {name}',
    },
    zh: {
      meaning: '本机的解析器无法得知 {name} 的地址：{detail}。',
      cause: '解析器或该域名的域名服务器没有应答。',
      hint: '请从根开始逐步查询：dig +trace A {name}',
    },
  },
  'preflight.dnssec-broken': {
    en: {
      meaning: 'DNSSEC of {name} is broken: {detail}.',
      cause:
        'The signatures of the zone are missing, expired or do not match its DS record. An authority refuses such names.',
      hint: 'See what is wrong: delv A {name}; then sign the zone anew, or correct the DS record at the registrar.',
    },
    zh: {
      meaning: '{name} 的 DNSSEC 已损坏：{detail}。',
      cause: '区域的签名缺失、过期，或者与 DS 记录不符。证书颁发机构会拒绝这样的名称。',
      hint: '查看原因：delv A {name}；然后重新签名区域，或在注册商处改正 DS 记录。',
    },
  },
  'preflight.server-silent': {
    en: {
      meaning: 'The name server {server} gives no answer about {name}: {detail}.',
      cause:
        'One of the servers of the zone is down or does not know the zone. An authority that asks it has to try another.',
      hint: 'Mend the server, or take it out of the NS records of the zone: dig NS {name}',
    },
    zh: {
      meaning: '域名服务器 {server} 没有给出 {name} 的应答：{detail}。',
      cause: '区域的一台服务器停机或不知道该区域。询问到它的证书颁发机构只能再试其他服务器。',
      hint: '请修复该服务器，或从区域的 NS 记录中去掉它：dig NS {name}',
    },
  },
  'preflight.servers-differ': {
    en: {
      meaning: 'The name servers disagree where {name} leads: {servers}.',
      cause: 'The zone was changed and not every server has the change yet, or one no longer copies it.',
      hint: 'Wait for the servers to agree, or raise the serial number of the zone; compare: dig +nssearch {name}',
    },
    zh: {
      meaning: '各域名服务器对 {name} 的地址说法不一：{servers}。',
      cause: '区域已修改但尚未同步到所有服务器，或者有服务器不再同步。',
      hint: '请等待各服务器一致，或增大区域的序列号；比较：dig +nssearch {name}',
    },
  },
  'preflight.resolver-differs': {
    en: {
      meaning: 'The resolver of this machine says {recursive} for {name}, its name servers say {authoritative}.',
      cause:
        'The record was changed a short while ago and the resolver remembers the old one, or this network has its own answer.',
      hint: 'Wait until the TTL is over; see it run: dig A {name}',
    },
    zh: {
      meaning: '本机的解析器认为 {name} 是 {recursive}，而域名服务器的回答是 {authoritative}。',
      cause: '记录不久前修改过，解析器仍记得旧值；或者本网络有自己的应答。',
      hint: '请等待 TTL 过期；查看剩余时间：dig A {name}',
    },
  },
  'preflight.address-private': {
    en: {
      meaning: '{name} leads to {addresses}, which the world cannot reach.',
      cause: 'The address is private or reserved. A public authority validates from the Internet.',
      hint: 'Let the DNS record hold the public address, or use the private authority for this name: everyhop up --help',
    },
    zh: {
      meaning: '{name} 指向外界无法访问的地址 {addresses}。',
      cause: '该地址是私有或保留地址，而公共证书颁发机构从互联网进行验证。',
      hint: '请让 DNS 记录指向公网地址，或者为该名称使用私有颁发机构：everyhop up --help',
    },
  },
  'preflight.caa-unreadable': {
    en: {
      meaning: 'The CAA records of {at}, which count for {name}, cannot be read: {detail}.',
      cause: 'The name servers fail when they are asked for CAA. An authority must refuse then.',
      hint: 'Ask yourself: dig CAA {at}; then mend the name server, or change to one that knows CAA.',
    },
    zh: {
      meaning: '无法读取对 {name} 有效的 {at} 的 CAA 记录：{detail}。',
      cause: '域名服务器在被询问 CAA 时出错。此时证书颁发机构必须拒绝。',
      hint: '请自行查询：dig CAA {at}；然后修复域名服务器，或换用支持 CAA 的服务器。',
    },
  },
  'preflight.caa-critical': {
    en: {
      meaning: 'At {at} stands a CAA record with the critical property {tag}; no authority may issue for {name}.',
      cause: 'A property that an authority does not know and that is marked as critical forbids it to issue.',
      hint: 'Take the record away, or clear its flag, at your DNS provider: dig CAA {at}',
    },
    zh: {
      meaning: '{at} 的 CAA 记录带有关键属性 {tag}；任何颁发机构都不能为 {name} 签发证书。',
      cause: '颁发机构不认识且标为关键的属性会禁止其签发。',
      hint: '请在 DNS 服务商处删除该记录或清除其标志：dig CAA {at}',
    },
  },
  'preflight.caa-forbids': {
    en: {
      meaning: 'CAA at {at} does not let {identity} issue for {name}; it says {found}.',
      cause: 'The owner of the domain has named the authorities that may issue, and this one is not among them.',
      hint: 'Add at your DNS provider: {at} CAA 0 {tag} "{identity}"; or choose an authority that is named there.',
    },
    zh: {
      meaning: '{at} 的 CAA 不允许 {identity} 为 {name} 签发证书；其内容是 {found}。',
      cause: '域名所有者列出了允许签发的颁发机构，其中没有这一家。',
      hint: '请在 DNS 服务商处添加：{at} CAA 0 {tag} "{identity}"；或者选用其中列出的颁发机构。',
    },
  },
  'preflight.caa-account': {
    en: {
      meaning: 'CAA at {at} lets only the account {accounts} order for {name}; ours is {account}.',
      cause: 'The record binds the authority to an account (accounturi), and it is another one.',
      hint: 'Correct the record at your DNS provider: {at} CAA 0 {tag} "{identity}; accounturi={account}"',
    },
    zh: {
      meaning: '{at} 的 CAA 只允许账户 {accounts} 为 {name} 下单；我们的账户是 {account}。',
      cause: '该记录用 accounturi 限定了账户，而那是另一个账户。',
      hint: '请在 DNS 服务商处改正记录：{at} CAA 0 {tag} "{identity}; accounturi={account}"',
    },
  },
  'preflight.caa-method': {
    en: {
      meaning: 'CAA at {at} lets {name} be validated only by {methods}, not by {method}.',
      cause: 'The record binds the authority to methods of validation (validationmethods).',
      hint: 'Correct the record at your DNS provider: {at} CAA 0 {tag} "{identity}; validationmethods={method}"',
    },
    zh: {
      meaning: '{at} 的 CAA 只允许用 {methods} 验证 {name}，不允许 {method}。',
      cause: '该记录用 validationmethods 限定了验证方式。',
      hint: '请在 DNS 服务商处改正记录：{at} CAA 0 {tag} "{identity}; validationmethods={method}"',
    },
  },
  'preflight.wildcard-needs-dns': {
    en: {
      meaning: '{name} can only be validated by DNS.',
      cause: 'Authorities issue for wildcards after a DNS-01 challenge alone.',
      hint: 'Set up a DNS provider in everyhop.yaml, or name each host instead; then: everyhop config check',
    },
    zh: {
      meaning: '{name} 只能通过 DNS 验证。',
      cause: '颁发机构只有在 DNS-01 质询之后才签发通配符证书。',
      hint: '请在 everyhop.yaml 中设置 DNS 服务商，或逐个列出主机；然后运行：everyhop config check',
    },
  },
  'preflight.port-80-other': {
    en: {
      meaning: 'At {address} another server answers for {name}: status {status}, server {server}, at {url}.',
      cause:
        'The record leads to another machine, or another program holds port 80 here, or a proxy in between does not pass on /.well-known/acme-challenge/.',
      hint: 'See who holds the port here: ss -ltnp sport = :80; and where the name leads: dig {name}',
    },
    zh: {
      meaning: '在 {address} 由另一台服务器为 {name} 应答：状态 {status}，服务器 {server}，位于 {url}。',
      cause:
        '记录指向了另一台机器，或者本机 80 端口被其他程序占用，或者中间的代理没有转发 /.well-known/acme-challenge/。',
      hint: '查看本机谁占用端口：ss -ltnp sport = :80；以及名称指向哪里：dig {name}',
    },
  },
  'preflight.port-80-closed': {
    en: {
      meaning: 'At {address} nobody answers for {name} on the way to {url}: {detail}.',
      cause: 'Nothing listens on port 80 there, or a firewall refuses.',
      hint: 'See what listens here: ss -ltn sport = :80; and let the port through, for instance: ufw allow 80/tcp',
    },
    zh: {
      meaning: '{address} 没有为 {name} 应答（{url}）：{detail}。',
      cause: '那里没有程序监听 80 端口，或者防火墙拒绝。',
      hint: '查看本机监听情况：ss -ltn sport = :80；并放行端口，例如：ufw allow 80/tcp',
    },
  },
  'preflight.port-80-no-http': {
    en: {
      meaning:
        'At {address} somebody takes connections for {name}, but gives no HTTP answer on the way to {url}: {detail}.',
      cause: 'Another kind of server holds the port, a server that hangs, or one that expects TLS there.',
      hint: 'See who holds the port here: ss -ltnp sport = :80; and what it says: curl -v http://{name}/',
    },
    zh: {
      meaning: '在 {address} 有程序接受 {name} 的连接，但没有给出 HTTP 应答（{url}）：{detail}。',
      cause: '端口被其他类型的服务器占用、服务器挂起，或者它在该端口期待 TLS。',
      hint: '查看本机谁占用端口：ss -ltnp sport = :80；以及它的应答：curl -v http://{name}/',
    },
  },
  'preflight.port-80-filtered': {
    en: {
      meaning: 'At {address} port 80 of {name} swallows connections on the way to {url}: {detail}.',
      cause:
        'A firewall, a security group of the cloud or a router in between drops them. Behind a router this may also be seen only from inside.',
      hint: 'Open port 80 in the firewall, and in the security group of your cloud; then try from another network: curl -I http://{name}/',
    },
    zh: {
      meaning: '{address} 上 {name} 的 80 端口没有回应（{url}）：{detail}。',
      cause: '中间的防火墙、云安全组或路由器丢弃了连接。位于路由器之后时，也可能只是从内部看如此。',
      hint: '请在防火墙和云安全组中开放 80 端口，然后从其他网络测试：curl -I http://{name}/',
    },
  },
  'preflight.ipv6-broken': {
    en: {
      meaning: '{name} is reached over IPv4, but not at its IPv6 address {address}: {detail}.',
      cause: 'Authorities try IPv6 first; the AAAA record leads to a machine or a port that does not answer.',
      hint: 'Correct the AAAA record, or take it away, at your DNS provider; then see: dig AAAA {name}',
    },
    zh: {
      meaning: '{name} 可以通过 IPv4 访问，但其 IPv6 地址 {address} 不通：{detail}。',
      cause: '颁发机构优先使用 IPv6；AAAA 记录指向的机器或端口没有应答。',
      hint: '请在 DNS 服务商处改正或删除 AAAA 记录，然后查看：dig AAAA {name}',
    },
  },
  'preflight.redirect-loop': {
    en: {
      meaning: 'The challenge of {name} is redirected {count} times, at last to {to}.',
      cause:
        'Redirects go round in a circle, often because a proxy in front and a server behind both send the visitor to the other scheme.',
      hint: 'Leave /.well-known/acme-challenge/ out of redirects; see them: curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
    zh: {
      meaning: '{name} 的质询被重定向 {count} 次，最后到 {to}。',
      cause: '重定向形成循环，常见原因是前面的代理和后面的服务器都把访问者送往另一种协议。',
      hint: '请让 /.well-known/acme-challenge/ 不参与重定向；查看：curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
  },
  'preflight.redirect-elsewhere': {
    en: {
      meaning: 'The challenge of {name} is redirected to {to}, where no authority follows.',
      cause: 'Authorities follow redirects to http and https on ports 80 and 443 only.',
      hint: 'Leave /.well-known/acme-challenge/ out of redirects; see them: curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
    zh: {
      meaning: '{name} 的质询被重定向到 {to}，颁发机构不会跟随。',
      cause: '颁发机构只跟随到 80 和 443 端口的 http 与 https 重定向。',
      hint: '请让 /.well-known/acme-challenge/ 不参与重定向；查看：curl -sIL http://{name}/.well-known/acme-challenge/test',
    },
  },
  'preflight.redirect-unverified': {
    en: {
      meaning: 'The challenge of {name} is redirected to {url}, whose certificate cannot be verified ({detail}).',
      cause:
        'Authorities look past that on the way to a challenge; what answers there could not be looked at from here.',
      hint: 'To be sure, leave /.well-known/acme-challenge/ out of the redirect to https.',
    },
    zh: {
      meaning: '{name} 的质询被重定向到 {url}，其证书无法验证（{detail}）。',
      cause: '颁发机构在获取质询时会忽略这一点；但从本机无法查看那里的应答。',
      hint: '为确保无误，请让 /.well-known/acme-challenge/ 不重定向到 https。',
    },
  },
  'preflight.zone-differs': {
    en: {
      meaning: 'The DNS provider would write {fqdn} into the zone {zone}, but the world reads it from {publicZone}.',
      cause: 'The name stands in a zone of its own that other servers hold, so nobody would see the record.',
      hint: 'Set up the provider of the zone {publicZone}; who serves it: dig NS {publicZone}',
    },
    zh: {
      meaning: 'DNS 服务商会把 {fqdn} 写入区域 {zone}，而外界从 {publicZone} 读取。',
      cause: '该名称位于由其他服务器提供的单独区域中，因此没有人能看到这条记录。',
      hint: '请设置区域 {publicZone} 的服务商；查看由谁提供：dig NS {publicZone}',
    },
  },
  'preflight.clock-differs': {
    en: {
      meaning: 'The clock of this machine says {now}, that of the authority {date}: {seconds} s apart.',
      cause: 'A certificate that is new for the authority may be not yet valid, or expired, for this machine.',
      hint: 'Set the clock: timedatectl set-ntp true; then: timedatectl status',
    },
    zh: {
      meaning: '本机时钟为 {now}，颁发机构的时钟为 {date}：相差 {seconds} 秒。',
      cause: '颁发机构新签发的证书在本机看来可能尚未生效或已经过期。',
      hint: '请校准时钟：timedatectl set-ntp true；然后：timedatectl status',
    },
  },
});

export const preflightWords = defineWords({
  'preflight-fine.addresses': { en: '{name} leads to {addresses}', zh: '{name} 指向 {addresses}' },
  'preflight-fine.dns': { en: 'the DNS answers for {name}', zh: 'DNS 能够应答 {name}' },
  'preflight-fine.caa': { en: 'CAA at {at} lets the authority issue for {name}', zh: '{at} 的 CAA 允许为 {name} 签发' },
  'preflight-fine.caa-none': {
    en: 'no CAA record limits who may issue for {name}',
    zh: '没有 CAA 记录限制 {name} 的签发',
  },
  'preflight-fine.port-80': { en: 'challenges of {name} reach this program', zh: '{name} 的质询能够到达本程序' },
  'preflight-fine.provider': {
    en: 'the DNS provider writes {fqdn} into the zone {zone}',
    zh: 'DNS 服务商将 {fqdn} 写入区域 {zone}',
  },
  'preflight-fine.clock': { en: 'the clock agrees with that of the authority', zh: '时钟与颁发机构一致' },
});
