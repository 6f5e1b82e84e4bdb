import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const dns01Words = defineWords({
  'acme-dns.no-address': { en: 'it has no address', zh: '它没有地址' },
  'acme-dns.not-serving': { en: 'it does not serve the zone', zh: '它不提供该区域' },
  'acme-dns.no-record': { en: 'no record', zh: '没有记录' },
  'acme-dns.values-missing': { en: '{missing} of {count} values are missing', zh: '{count} 个值中缺少 {missing} 个' },
  'acme-dns.not-authoritative': { en: 'not authoritative', zh: '不具权威性' },
  'acme-dns.resolver': { en: 'resolver', zh: '解析器' },
  'acme-dns.outside-zone': { en: 'it is outside the zone {zone}', zh: '它不在区域 {zone} 中' },
  'acme-dns.no-zone-above': { en: 'the server has no zone above it', zh: '服务器没有该名称的上级区域' },
  'acme-dns.no-key-statement': { en: 'no key statement', zh: '没有 key 语句' },
  'acme-dns.no-algorithm': { en: 'its algorithm is not one of {names}', zh: '其算法不在以下之列：{names}' },
  'acme-dns.no-secret': { en: 'its secret is missing or not base64', zh: '其 secret 缺失或不是 base64' },
});

export const dns01Error = defineErrors({
  'acme-dns.delegation-circular': {
    en: {
      meaning: 'The aliases of {name} have no end: {aliases}.',
      cause: 'CNAME records form a loop, or the chain is too long.',
      hint: 'Make the alias end at a name without a CNAME record: dig CNAME {name}',
    },
    zh: {
      meaning: '{name} 的别名没有终点：{aliases}。',
      cause: 'CNAME 记录形成循环，或者别名链过长。',
      hint: '请让别名最终指向没有 CNAME 记录的名称：dig CNAME {name}',
    },
  },
  'acme-dns.delegation-unreadable': {
    en: {
      meaning: 'The name servers of the zone {zone} give no usable answer for {name}: {detail}.',
      cause: 'All of them failed; the authority’s validation would fail too.',
      hint: 'Query them one by one: dig NS {zone}; dig @SERVER CNAME {name}',
    },
    zh: {
      meaning: '区域 {zone} 的域名服务器没有给出 {name} 的可用应答：{detail}。',
      cause: '所有服务器都失败了，证书颁发机构验证时同样会失败。',
      hint: '请逐一查询：dig NS {zone}；dig @SERVER CNAME {name}',
    },
  },
  'acme-dns.not-propagated': {
    en: {
      meaning: 'After {seconds} s, some name servers still lack the TXT record at {name}: {missing}.',
      cause: 'The record was written to a zone that these servers do not serve, or they copy the zone too slowly.',
      hint: 'Query such a server: dig @SERVER TXT {name}; if it is only slow, shorten the refresh interval of the zone (in its SOA record).',
    },
    zh: {
      meaning: '{seconds} 秒之后，{name} 的 TXT 记录仍未到达所有域名服务器：{missing}。',
      cause: '记录写入了这些服务器不提供的区域，或者它们同步区域太慢。',
      hint: '请查询该服务器：dig @SERVER TXT {name}；如果只是同步太慢，请缩短区域 SOA 记录中的刷新间隔。',
    },
  },
  'acme-dns.update-unreachable': {
    en: {
      meaning: 'The DNS server {server} did not accept an update: {detail}.',
      cause: 'It does not listen on TCP there, or a firewall blocks the connection.',
      hint: 'Try it: dig +tcp @{address} -p {port} SOA {zone}',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 没有接受更新：{detail}。',
      cause: '它没有在该地址监听 TCP，或者防火墙阻断了连接。',
      hint: '请测试：dig +tcp @{address} -p {port} SOA {zone}',
    },
  },
  'acme-dns.update-refused': {
    en: {
      meaning: 'The DNS server {server} does not permit the key {key} to change {name}.',
      cause: 'The update policy of the zone {zone} does not permit this key, or not for TXT records at this name.',
      hint: 'In named.conf, add to the update-policy of the zone "{zone}": grant {key} zonesub TXT; then: rndc reconfig',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 拒绝让密钥 {key} 修改 {name}。',
      cause: '区域 {zone} 的更新策略不允许该密钥，或者不允许更新该名称的 TXT 记录。',
      hint: '请在 named.conf 中区域“{zone}”的 update-policy 里加入：grant {key} zonesub TXT; 然后运行：rndc reconfig',
    },
  },
  'acme-dns.key-unknown': {
    en: {
      meaning: 'The DNS server {server} does not know the TSIG key {key}.',
      cause: 'The key has another name or algorithm on the server (here: {algorithm}).',
      hint: 'Compare both with the configuration of the server: named-checkconf -px | grep -A3 "^key"',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 不认识 TSIG 密钥 {key}。',
      cause: '密钥的名称或算法（本机为 {algorithm}）与服务器上的不一致。',
      hint: '请与服务器的配置核对：named-checkconf -px | grep -A3 "^key"',
    },
  },
  'acme-dns.key-wrong': {
    en: {
      meaning: 'The DNS server {server} rejects the signature made with the TSIG key {key}.',
      cause: 'Both sides have a key of this name, with different secrets.',
      hint: 'Copy the key file from the server again, to the path in RFC2136_TSIG_FILE.',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 拒绝用 TSIG 密钥 {key} 所作的签名。',
      cause: '双方都有这个名称的密钥，但其内容（secret）不同。',
      hint: '请重新从服务器复制密钥文件，放到 RFC2136_TSIG_FILE 所指的路径。',
    },
  },
  'acme-dns.clock-differs': {
    en: {
      meaning: 'The clocks of this machine and of the DNS server {server} differ by {seconds} s.',
      cause: 'A signed update is valid only within {fudge} s of its signing time.',
      hint: 'Check the clock on both machines: timedatectl status',
    },
    zh: {
      meaning: '本机时钟与 DNS 服务器 {server} 的时钟相差 {seconds} 秒。',
      cause: '带签名的更新只在签名时间前后 {fudge} 秒内有效。',
      hint: '请检查两台机器的时钟：timedatectl status',
    },
  },
  'acme-dns.answer-not-authentic': {
    en: {
      meaning: 'The answer of the DNS server {server} to an update is not signed with the key {key}.',
      cause: 'Another device answers instead of the server, or the server does not sign its answers.',
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
      meaning: 'The DNS server {server} is not the primary server of a zone that contains {name} ({detail}).',
      cause: 'This is the wrong server, or the name is in a zone that another server holds.',
      hint: 'Find the zone and its primary server: dig SOA {name}',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 不是包含 {name} 的区域的主服务器（{detail}）。',
      cause: '服务器选错了，或者该名称位于另一台服务器的区域中。',
      hint: '查找该区域及其主服务器：dig SOA {name}',
    },
  },
  'acme-dns.update-failed': {
    en: {
      meaning: 'The DNS server {server} could not change {name} in the zone {zone}: {answer}.',
      cause: 'The server failed to apply the update, or does not support updates.',
      hint: 'See its log: journalctl -u named — BIND must be able to write to the folder of the zone.',
    },
    zh: {
      meaning: 'DNS 服务器 {server} 无法在区域 {zone} 中修改 {name}：{answer}。',
      cause: '服务器执行更新时失败，或者不支持更新。',
      hint: '查看服务器日志：journalctl -u named；BIND 必须能写入区域文件所在的文件夹。',
    },
  },
  'acme-dns.key-file-invalid': {
    en: {
      meaning: 'This file contains no usable TSIG key: {reason}.',
      cause: 'It must contain a key statement with algorithm and secret, as written by tsig-keygen.',
      hint: 'Make one, and add it to the server’s configuration too: tsig-keygen everyhop > everyhop.key',
    },
    zh: {
      meaning: '该文件中没有可用的 TSIG 密钥：{reason}。',
      cause: '文件应当包含带有 algorithm 和 secret 的 key 语句，即 tsig-keygen 写出的形式。',
      hint: '请生成一个，并同样配置到服务器：tsig-keygen everyhop > everyhop.key',
    },
  },
  'acme-dns.hook-failed': {
    en: {
      meaning: '{program} {action} {name} failed with {ending}: {output}',
      cause: 'The program that changes DNS records for Everyhop reported a failure.',
      hint: 'Run it by hand: {program} {action} {name} VALUE',
    },
    zh: {
      meaning: '{program} {action} {name} 失败（{ending}）：{output}',
      cause: '为 Everyhop 修改 DNS 记录的程序报告了失败。',
      hint: '请手动运行：{program} {action} {name} VALUE',
    },
  },
});
