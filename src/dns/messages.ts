import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export const dnsWords = defineWords({
  'dns.name-long': { en: 'longer than {limit} octets', zh: '超过 {limit} 个八位字节' },
  'dns.name-escape': { en: 'an invalid escape', zh: '转义无效' },
  'dns.name-ascii': { en: 'characters outside ASCII', zh: '含有非 ASCII 字符' },
  'dns.name-empty-label': { en: 'an empty label', zh: '含有空标签' },
  'dns.name-long-label': { en: 'a label longer than {limit} octets', zh: '标签超过 {limit} 个八位字节' },
  'dns.no-server': { en: 'no name server configured', zh: '没有配置域名服务器' },
  'dns.no-answer': { en: 'no answer within {ms} ms', zh: '{ms} 毫秒内没有应答' },
  'dns.aborted': { en: 'cancelled', zh: '已取消' },
  'dns.not-dns': { en: 'the answer is not a DNS message', zh: '应答不是 DNS 报文' },
  'dns.alias-loop': { en: 'the aliases form a loop', zh: '别名形成循环' },
  'dns.no-zone': { en: 'no parent of the name is a zone', zh: '该名称的各级上级都不是区域' },
});

export const dnsError = defineErrors({
  'dns.name-invalid': {
    en: {
      meaning: '{name} is not a valid DNS name: {reason}.',
      cause: 'A label has 1 to 63 octets, a whole name at most 255. Non-ASCII names need their xn--… form.',
      hint: 'Correct the name in everyhop.yaml, then run: {everyhop config check}',
    },
    zh: {
      meaning: '{name} 不是合法的 DNS 名称：{reason}。',
      cause: '每个标签为 1 至 63 个八位字节，整个名称最多 255 个，非 ASCII 名称须写成 xn--… 形式。',
      hint: '请在 everyhop.yaml 中改正该名称，然后运行：{everyhop config check}',
    },
  },
  'dns.zone-not-found': {
    en: {
      meaning: 'Cannot find the DNS zone of {name} ({detail}).',
      cause: "The domain is not registered or not delegated, or this machine's resolver does not answer.",
      hint: 'Trace the delegation: dig +trace SOA {name}',
    },
    zh: {
      meaning: '找不到包含 {name} 的 DNS 区域（{detail}）。',
      cause: '该域名没有注册或没有委派，或者本机的解析器没有应答。',
      hint: '跟踪委派过程：dig +trace SOA {name}',
    },
  },
  'dns.zone-without-servers': {
    en: {
      meaning: 'The name servers of the zone {zone} have no address.',
      cause: 'The NS records are missing or point to hosts that do not resolve.',
      hint: 'List them, and correct them at your DNS provider: dig NS {zone}',
    },
    zh: {
      meaning: '区域 {zone} 的域名服务器没有地址。',
      cause: '缺少 NS 记录，或者 NS 记录指向的主机名无法解析。',
      hint: '查看并在 DNS 服务商处改正：dig NS {zone}',
    },
  },
});
