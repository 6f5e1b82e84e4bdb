import type { ErrorTexts } from '../../base/errors.ts';

export const validationTexts = {
  'acme.no-challenge': {
    en: {
      meaning:
        'Nothing can prove to {authority} that {name} is yours: it offers {offered}, and none of these is set up.',
      cause: 'A wildcard needs DNS-01; an address needs HTTP-01 or TLS-ALPN-01.',
      hint: 'For DNS-01, choose a DNS provider (--dns, or dns in everyhop.yaml). If only one type is permitted, change it (--challenge, or challenge in everyhop.yaml).',
    },
    zh: {
      meaning: '无法向 {authority} 证明 {name} 属于您：它提供 {offered}，但一种都没有设置。',
      cause: '通配符名称需要 DNS-01；IP 地址需要 HTTP-01 或 TLS-ALPN-01。',
      hint: '使用 DNS-01 时，请选择 DNS 提供方（--dns，或 everyhop.yaml 中的 dns）。如果限定了一种质询，请更改（--challenge，或 everyhop.yaml 中的 challenge）。',
    },
  },
  'acme.self-check': {
    en: {
      meaning: 'Everyhop did not request validation of {name}, because the {type} answer is wrong: {reason}',
      cause: 'The name leads to another server, or a proxy in front does not forward the challenge.',
      hint: 'See what answers: curl -sSIL {url}',
    },
    zh: {
      meaning: 'Everyhop 没有请求验证 {name}，因为 {type} 的应答不正确：{reason}',
      cause: '该名称指向另一台服务器，或者前面的代理没有转发质询。',
      hint: '查看是谁在应答：curl -sSIL {url}',
    },
  },
  'acme.validation-connection': {
    en: {
      meaning: '{authority} could not connect to {names}: {detail}',
      cause:
        'A firewall blocks it, a router does not forward the port, or an AAAA record points to an address that does not answer.',
      hint: 'Open ports 80 and 443 to the whole Internet, and check both address records: dig +short A {first}; dig +short AAAA {first}',
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
      cause:
        'The name is not registered, has no address, has a wrong delegation, or its DNSSEC signatures are invalid.',
      hint: 'Trace it from the root: dig +trace {first}',
    },
    zh: {
      meaning: '{authority} 无法解析 {names}：{detail}',
      cause: '名称没有注册、没有地址、委派有误，或者 DNSSEC 签名无效。',
      hint: '从根开始查看：dig +trace {first}',
    },
  },
  'acme.validation-answer': {
    en: {
      meaning: '{authority} got a wrong answer from {names}: {detail}',
      cause:
        'The name leads to another server, or a proxy or a firewall answers in its place, or an old TXT record is left.',
      hint: 'See where the name leads: dig +short A {first}; dig +short AAAA {first}; curl -sSIL http://{first}/',
    },
    zh: {
      meaning: '{authority} 从 {names} 得到错误的应答：{detail}',
      cause: '该名称指向另一台服务器，或者由中间的代理或防火墙应答，或者残留了旧的 TXT 记录。',
      hint: '查看名称指向哪里：dig +short A {first}; dig +short AAAA {first}; curl -sSIL http://{first}/',
    },
  },
  'acme.caa': {
    en: {
      meaning: 'A CAA record forbids {authority} to issue for {names}: {detail}',
      cause: 'The owner of the domain lists the permitted authorities in DNS, and this one is missing.',
      hint: 'Add this authority to the record at your DNS provider; see the record: dig CAA {first}',
    },
    zh: {
      meaning: 'CAA 记录禁止 {authority} 为 {names} 签发：{detail}',
      cause: '域名所有者在 DNS 中列出了允许签发的颁发机构，其中没有这一家。',
      hint: '请在 DNS 服务商处把该颁发机构加入记录；查看记录：dig CAA {first}',
    },
  },
  'acme.validation-failed': {
    en: {
      meaning: '{authority} could not validate {names}: {detail}',
      cause: 'The authority did not get the expected answers from outside.',
      hint: 'See where the name leads: dig +short A {first}; dig +short AAAA {first}; attempts so far: {everyhop certificates ledger}',
    },
    zh: {
      meaning: '{authority} 无法验证 {names}：{detail}',
      cause: '颁发机构从外部没有得到预期的应答。',
      hint: '查看名称指向哪里：dig +short A {first}; dig +short AAAA {first}；查看尝试记录：{everyhop certificates ledger}',
    },
  },
  'acme.port-taken': {
    en: {
      meaning: 'Port {port}, to which the authority connects, is in use by another program.',
      cause: 'Only one program can listen on a port.',
      hint: 'See which one: ss -ltnp sport = :{port} — if it is a web server, let it serve the answers (--webroot DIR); or use DNS-01 (--dns).',
    },
    zh: {
      meaning: '颁发机构要连接的端口 {port} 正被其他程序占用。',
      cause: '同一端口只能由一个程序监听。',
      hint: '查看是哪个程序：ss -ltnp sport = :{port}；如果是 Web 服务器，可让它提供应答（--webroot DIR），或使用 DNS-01（--dns）。',
    },
  },
  'acme.port-denied': {
    en: {
      meaning: 'This user may not open port {port}, to which the authority connects.',
      cause: 'Ports below 1024 are reserved for the system.',
      hint: 'Permit it until the next reboot: sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}',
    },
    zh: {
      meaning: '当前用户无权打开颁发机构要连接的端口 {port}。',
      cause: '1024 以下的端口保留给系统。',
      hint: '允许使用该端口，重启后失效：sudo sysctl -w net.ipv4.ip_unprivileged_port_start={port}',
    },
  },
  'acme.listen-failed': {
    en: {
      meaning: 'Port {port}, to which the authority connects, cannot be opened: {reason}',
      cause: 'The operating system refuses it.',
      hint: 'See what listens there: ss -ltnp sport = :{port}',
    },
    zh: {
      meaning: '无法打开颁发机构要连接的端口 {port}：{reason}',
      cause: '操作系统拒绝。',
      hint: '查看该端口的占用情况：ss -ltnp sport = :{port}',
    },
  },
} as const satisfies ErrorTexts;
