import { defineErrors } from '../base/errors.ts';

export const dnsError = defineErrors({
  'dns.name-invalid': {
    en: {
      meaning: '{name} is no DNS name: {reason}.',
      cause: 'Labels have 1 to 63 octets, a whole name at most 255, and names outside ASCII are written as xn--….',
      hint: 'Correct the name in everyhop.yaml, then: everyhop config check',
    },
    zh: {
      meaning: '{name} 不是合法的 DNS 名称：{reason}。',
      cause: '每个标签为 1 至 63 个八位字节，整个名称最多 255 个，非 ASCII 名称须写成 xn--… 形式。',
      hint: '请在 everyhop.yaml 中改正该名称，然后运行：everyhop config check',
    },
  },
  'dns.zone-not-found': {
    en: {
      meaning: 'No DNS zone was found that holds {name} ({detail}).',
      cause: 'The domain is not registered or not delegated, or the resolver of this machine does not answer.',
      hint: 'See what the resolver says: dig +trace SOA {name}',
    },
    zh: {
      meaning: '找不到包含 {name} 的 DNS 区域（{detail}）。',
      cause: '该域名没有注册或没有委派，或者本机的解析器没有应答。',
      hint: '查看解析结果：dig +trace SOA {name}',
    },
  },
  'dns.zone-without-servers': {
    en: {
      meaning: 'The name servers of the zone {zone} have no address.',
      cause: 'Its NS records are missing, or name hosts that do not resolve.',
      hint: 'See them, and correct them at your DNS provider: dig NS {zone}',
    },
    zh: {
      meaning: '区域 {zone} 的域名服务器没有地址。',
      cause: '缺少 NS 记录，或者 NS 记录指向的主机名无法解析。',
      hint: '查看并在 DNS 服务商处改正：dig NS {zone}',
    },
  },
});
