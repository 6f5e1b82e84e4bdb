import { defineErrors } from '../../base/errors.ts';

export const dns01Error = defineErrors({
  'acme-dns.delegation-circular': {
    en: {
      meaning: 'The aliases of {name} lead nowhere: {aliases}.',
      cause: 'CNAME records point in a circle, or through too many names.',
      hint: 'Let the alias end at a name that holds no CNAME: dig CNAME {name}',
    },
    zh: {
      meaning: '{name} 的别名没有终点：{aliases}。',
      cause: 'CNAME 记录形成循环，或者经过的名称过多。',
      hint: '请让别名最终指向没有 CNAME 的名称：dig CNAME {name}',
    },
  },
  'acme-dns.delegation-unreadable': {
    en: {
      meaning: 'The name servers of the zone {zone} do not say what {name} is: {detail}.',
      cause: 'None of them gave an answer that can be used. The authority that validates would fail as well.',
      hint: 'Ask them one by one: dig NS {zone}; dig @SERVER CNAME {name}',
    },
    zh: {
      meaning: '区域 {zone} 的域名服务器没有说明 {name} 是什么：{detail}。',
      cause: '没有一台服务器给出可用的应答。证书颁发机构验证时同样会失败。',
      hint: '请逐一查询：dig NS {zone}；dig @SERVER CNAME {name}',
    },
  },
  'acme-dns.not-propagated': {
    en: {
      meaning: 'After {seconds} s the TXT record at {name} is not yet at every name server: {missing}.',
      cause: 'The record went into a zone that these servers do not serve, or they copy the zone too slowly.',
      hint: 'Ask such a server: dig @SERVER TXT {name}; if it only needs longer, raise the time for propagation.',
    },
    zh: {
      meaning: '{seconds} 秒之后，{name} 的 TXT 记录仍未到达所有域名服务器：{missing}。',
      cause: '记录写入了这些服务器不提供的区域，或者它们同步区域太慢。',
      hint: '请查询该服务器：dig @SERVER TXT {name}；如果只是需要更久，请增大等待传播的时间。',
    },
  },
  'acme-dns.update-unreachable': {
    en: {
      meaning: 'The DNS server {server} took no update: {detail}.',
      cause: 'It does not listen there over TCP, or a firewall stands between.',
      hint: 'Try it: dig +tcp @{address} -p {port} SOA {zone}',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 没有接受更新：{detail}。',
      cause: '它没有在该地址监听 TCP，或者中间有防火墙。',
      hint: '请测试：dig +tcp @{address} -p {port} SOA {zone}',
    },
  },
  'acme-dns.update-refused': {
    en: {
      meaning: 'The DNS server {server} refuses to let the key {key} change {name}.',
      cause: 'The zone {zone} allows no updates by this key, or not of TXT records at this name.',
      hint: 'In named.conf, write into update-policy of the zone "{zone}": grant {key} zonesub TXT; then: rndc reconfig',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 拒绝让密钥 {key} 修改 {name}。',
      cause: '区域 {zone} 不允许该密钥更新，或者不允许更新该名称的 TXT 记录。',
      hint: '请在 named.conf 中区域 "{zone}" 的 update-policy 里写入：grant {key} zonesub TXT; 然后运行：rndc reconfig',
    },
  },
  'acme-dns.key-unknown': {
    en: {
      meaning: 'The DNS server {server} does not know the TSIG key {key}.',
      cause: 'The name of the key or its algorithm ({algorithm}) is not the one that the server has.',
      hint: 'Compare name and algorithm with the server: named-checkconf -px | grep -A3 "^key"',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 不认识 TSIG 密钥 {key}。',
      cause: '密钥的名称或算法（{algorithm}）与服务器上的不一致。',
      hint: '请与服务器核对名称和算法：named-checkconf -px | grep -A3 "^key"',
    },
  },
  'acme-dns.key-wrong': {
    en: {
      meaning: 'The signature by the TSIG key {key} is not what the DNS server {server} expects.',
      cause: 'Both sides have a key of this name, but its secret differs.',
      hint: 'Copy the key file from the server again, to the path that everyhop.yaml names.',
    },
    zh: {
      meaning: 'TSIG 密钥 {key} 的签名与 DNS 服务器 {server} 所期望的不一致。',
      cause: '双方都有这个名称的密钥，但内容不同。',
      hint: '请重新从服务器复制密钥文件，放到 everyhop.yaml 所指的路径。',
    },
  },
  'acme-dns.clock-differs': {
    en: {
      meaning: 'The clock of this machine and that of the DNS server {server} are {seconds} s apart.',
      cause: 'Signed updates are valid for {fudge} s around the time at which they were signed.',
      hint: 'Check the clock on both: timedatectl status',
    },
    zh: {
      meaning: '本机时钟与 DNS 服务器 {server} 的时钟相差 {seconds} 秒。',
      cause: '带签名的更新只在签名时间前后 {fudge} 秒内有效。',
      hint: '请检查两台机器的时钟：timedatectl status',
    },
  },
  'acme-dns.answer-not-authentic': {
    en: {
      meaning: 'The answer of the DNS server {server} to an update is not signed by the key {key}.',
      cause: 'Something between answers in the place of the server, or the server does not sign its answers.',
      hint: 'See what answers there: dig +tcp @{address} -p {port} -k KEYFILE SOA {zone}',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 对更新的应答没有用密钥 {key} 签名。',
      cause: '中间有设备代替服务器应答，或者服务器没有对应答签名。',
      hint: '查看是谁在应答：dig +tcp @{address} -p {port} -k KEYFILE SOA {zone}',
    },
  },
  'acme-dns.zone-not-served': {
    en: {
      meaning: 'The DNS server {server} is not the primary server of a zone that holds {name} ({detail}).',
      cause: 'The update went to the wrong server, or the name stands in a zone that another server holds.',
      hint: 'Find the zone and its primary server: dig SOA {name}',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 不是包含 {name} 的区域的主服务器（{detail}）。',
      cause: '更新发到了错误的服务器，或者该名称位于另一台服务器的区域中。',
      hint: '查找该区域及其主服务器：dig SOA {name}',
    },
  },
  'acme-dns.update-failed': {
    en: {
      meaning: 'The DNS server {server} could not change {name} in the zone {zone}: {answer}.',
      cause: 'The server understood the update and failed while doing it, or does not do updates at all.',
      hint: 'Its log says why; for BIND the folder of the zone must be writable for it: journalctl -u named',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 无法在区域 {zone} 中修改 {name}：{answer}。',
      cause: '服务器理解了更新但执行失败，或者完全不支持更新。',
      hint: '原因见服务器日志；BIND 需要能写入区域文件所在的文件夹：journalctl -u named',
    },
  },
  'acme-dns.key-file-invalid': {
    en: {
      meaning: 'This file holds no TSIG key that can be used: {reason}.',
      cause: 'It must be a key statement with algorithm and secret, as tsig-keygen writes it.',
      hint: 'Make one, and give it to the server too: tsig-keygen everyhop > everyhop.key',
    },
    zh: {
      meaning: '该文件中没有可用的 TSIG 密钥：{reason}。',
      cause: '文件应当是带有 algorithm 和 secret 的 key 语句，即 tsig-keygen 写出的形式。',
      hint: '请生成一个，并同样配置到服务器：tsig-keygen everyhop > everyhop.key',
    },
  },
  'acme-dns.hook-failed': {
    en: {
      meaning: '{program} {action} {name} ended with {ending}: {output}',
      cause: 'The program that changes DNS records for everyhop reported a failure.',
      hint: 'Run it by hand: {program} {action} {name} VALUE',
    },
    zh: {
      meaning: '{program} {action} {name} 以 {ending} 结束：{output}',
      cause: '为 everyhop 修改 DNS 记录的程序报告了失败。',
      hint: '请手动运行：{program} {action} {name} VALUE',
    },
  },
});
