import type { ErrorTexts } from '../../base/errors.ts';

/** Values outside of sites, and files of root certificates. */
export const settingTexts = {
  'config.bad-port': {
    en: {
      meaning: '{key}: {value} is not a port.',
      cause: 'A port is an integer from 1 to 65535.',
      hint: 'Use a number such as 8443.',
    },
    zh: {
      meaning: '{key}：{value} 不是端口。',
      cause: '端口是 1 到 65535 的整数。',
      hint: '请使用数字，例如 8443。',
    },
  },
  'config.bad-port-or-false': {
    en: {
      meaning: '{key}: {value} is neither a port nor false.',
      cause: 'A port is an integer from 1 to 65535; false means no plain HTTP.',
      hint: 'Use a number such as 8080, or false.',
    },
    zh: {
      meaning: '{key}：{value} 既不是端口，也不是 false。',
      cause: '端口是 1 到 65535 的整数；false 表示不提供明文 HTTP。',
      hint: '请使用数字（例如 8080）或 false。',
    },
  },
  'config.same-ports': {
    en: {
      meaning: 'HTTPS and plain HTTP both use port {port}.',
      cause: 'A port can serve only one of them.',
      hint: 'Choose two ports, or turn off plain HTTP: --http-port off, or http_port: false in everyhop.yaml.',
    },
    zh: {
      meaning: 'HTTPS 和明文 HTTP 都使用端口 {port}。',
      cause: '一个端口只能用于其中之一。',
      hint: '请使用两个端口，或关闭明文 HTTP：--http-port off，或在 everyhop.yaml 中写 http_port: false。',
    },
  },
  'config.proxy-protocol-of-none': {
    en: {
      meaning: 'proxy_protocol needs trusted_proxies.',
      cause:
        'A PROXY header names the visitor, so Everyhop reads it only from the load balancers that trusted_proxies lists.',
      hint: 'Add their addresses, for example trusted_proxies: [10.0.0.5]',
    },
    zh: {
      meaning: 'proxy_protocol 需要同时设置 trusted_proxies。',
      cause: 'PROXY 头部声明访客的地址，因此 Everyhop 只读取 trusted_proxies 所列负载均衡器发来的 PROXY 头部。',
      hint: '请添加这些负载均衡器的地址，例如 trusted_proxies: [10.0.0.5]',
    },
  },
  'config.bad-workers': {
    en: {
      meaning: '{key}: {value} is not a valid number of worker processes.',
      cause: 'It must be an integer from 1 to 1024.',
      hint: 'Use such a number, or remove {key} for one worker per core.',
    },
    zh: {
      meaning: '{key}：{value} 不是有效的工作进程数。',
      cause: '必须是 1 到 1024 的整数。',
      hint: '请使用这样的数字，或者删除 {key}，默认每个核心一个。',
    },
  },
  'config.bad-connections': {
    en: {
      meaning: '{key}: {value} is not a valid number of connections.',
      cause: 'It must be an integer from 1 to 1000000.',
      hint: 'Use such a number, or remove {key} for the default of 500.',
    },
    zh: {
      meaning: '{key}：{value} 不是有效的连接数。',
      cause: '必须是 1 到 1000000 的整数。',
      hint: '请使用这样的数字，或者删除 {key}，默认为 500。',
    },
  },
  'config.bad-drain': {
    en: {
      meaning: '{key}: {value} is not a valid number of seconds.',
      cause: 'It must be an integer from 0 to 86400 (one day), without unit.',
      hint: 'Use such a number, or remove {key} for the default of 30.',
    },
    zh: {
      meaning: '{key}：{value} 不是有效的秒数。',
      cause: '必须是 0 到 86400（一天）的整数，不带单位。',
      hint: '请使用这样的数字，或者删除 {key}，默认为 30。',
    },
  },
  'config.bad-choice': {
    en: {
      meaning: '{key}: {value} is not an allowed value.',
      cause: 'Allowed values: {choices}.',
      hint: 'Use one of them, or remove {key} for the default.',
    },
    zh: {
      meaning: '{key}：{value} 不是允许的值。',
      cause: '允许的值有：{choices}。',
      hint: '请使用其中之一，或者删除 {key} 以使用默认值。',
    },
  },
  'config.mistyped-choice': {
    en: {
      meaning: '{key}: {value} is not an allowed value. Did you mean {suggestion}?',
      cause: 'Allowed values: {choices}.',
      hint: 'Write {key}: {suggestion}',
    },
    zh: {
      meaning: '{key}：{value} 不是允许的值。您是想写 {suggestion} 吗？',
      cause: '允许的值有：{choices}。',
      hint: '请写成 {key}: {suggestion}',
    },
  },
  'config.bad-email': {
    en: {
      meaning: '{key}: {value} is not an email address.',
      cause: 'Authorities accept one address such as ops@example.com.',
      hint: 'Use a single address, or remove {key}.',
    },
    zh: {
      meaning: '{key}：{value} 不是邮件地址。',
      cause: '颁发机构只接受一个地址，例如 ops@example.com。',
      hint: '请使用单个地址，或者删除 {key}。',
    },
  },
  'config.bad-address': {
    en: {
      meaning: '{key}: {value} is not an IP address.',
      cause: 'Everyhop listens on addresses of this machine, not on names.',
      hint: 'Use an address such as 127.0.0.1 or "::1". To list the addresses of this machine: ip -brief address',
    },
    zh: {
      meaning: '{key}：{value} 不是 IP 地址。',
      cause: 'Everyhop 监听本机的地址，而不是名称。',
      hint: '请使用地址，例如 127.0.0.1 或 "::1"；列出本机地址：ip -brief address',
    },
  },
  'config.bad-cidr': {
    en: {
      meaning: '{key}: {value} is not an address block.',
      cause: 'A block is an address, a slash and a prefix length of at most 32 (IPv4) or 128 (IPv6).',
      hint: 'Use a block such as 10.0.0.0/8 or fd00::/8, or a single address.',
    },
    zh: {
      meaning: '{key}：{value} 不是地址块。',
      cause: '地址块由地址、斜杠和前缀长度组成，前缀长度最多 32（IPv4）或 128（IPv6）。',
      hint: '请使用地址块，例如 10.0.0.0/8 或 fd00::/8，或单个地址。',
    },
  },
  'config.cidr-host-bits': {
    en: {
      meaning: '{key}: {value} could mean one address or a whole block.',
      cause: 'The address has bits set beyond the prefix length.',
      hint: 'Write {network} for the block, or {address} for the single address.',
    },
    zh: {
      meaning: '{key}：{value} 既可能指单个地址，也可能指整个地址块。',
      cause: '地址在前缀长度之外还有非零位。',
      hint: '地址块请写 {network}，单个地址请写 {address}。',
    },
  },
  'config.unknown-authority': {
    en: {
      meaning: '{key}: unknown authority "{value}".',
      cause: 'Known authorities are {known}, and any ACME directory by its https:// URL.',
      hint: 'Use one of them, or define your own with its directory under authorities.',
    },
    zh: {
      meaning: '{key}：未知的证书颁发机构“{value}”。',
      cause: '已知的有：{known}，以及任何 ACME 目录的 https:// URL。',
      hint: '请使用其中之一，或在 authorities 下定义您自己的颁发机构及其目录。',
    },
  },
  'config.bad-directory': {
    en: {
      meaning: '{key}: {value} is not the URL of an ACME directory.',
      cause: 'The URL must start with https://, which authenticates the authority.',
      hint: 'Copy the URL from the authority, for example https://ca.example.com/acme/directory.',
    },
    zh: {
      meaning: '{key}：{value} 不是 ACME 目录的 URL。',
      cause: 'URL 必须以 https:// 开头，以便验证颁发机构的身份。',
      hint: '请使用颁发机构给出的 URL，例如 https://ca.example.com/acme/directory。',
    },
  },
  'config.half-a-binding': {
    en: {
      meaning: 'The external account binding has only {key}.',
      cause: 'It needs both key_id and mac_key_file.',
      hint: 'Set both as given by the authority, or neither.',
    },
    zh: {
      meaning: '外部账户绑定只有 {key}。',
      cause: '它同时需要 key_id 和 mac_key_file。',
      hint: '请按颁发机构给出的内容两个都写，或者都不写。',
    },
  },
  'config.root-has-no-certificate': {
    en: {
      meaning: '{key}: {file} contains no certificate.',
      cause: 'It has no "-----BEGIN CERTIFICATE-----" block. It may be DER, PKCS#12 or another kind of file.',
      hint: 'If it is DER, convert it: openssl x509 -inform der -in {file} -out {file}.pem',
    },
    zh: {
      meaning: '{key}：{file} 中没有证书。',
      cause: '其中没有“-----BEGIN CERTIFICATE-----”块，可能是 DER、PKCS#12 或其他文件。',
      hint: '如果是 DER 文件，请转换：openssl x509 -inform der -in {file} -out {file}.pem',
    },
  },
  'config.root-is-broken': {
    en: {
      meaning: '{key}: certificate {position} in {file} cannot be parsed.',
      cause: 'The text between its BEGIN and END lines is damaged or truncated.',
      hint: 'Get the file again from its source, then check it: openssl x509 -in {file} -noout -subject',
    },
    zh: {
      meaning: '{key}：无法解析 {file} 中的第 {position} 个证书。',
      cause: '其 BEGIN 与 END 行之间的文本已损坏或不完整。',
      hint: '请从来源重新获取该文件，然后检查：openssl x509 -in {file} -noout -subject',
    },
  },
  'config.root-holds-key': {
    en: {
      meaning: '{key}: {file} contains a private key.',
      cause: 'Root certificate files are public and get copied; they must not contain a private key.',
      hint: 'Keep only the certificates: openssl crl2pkcs7 -nocrl -certfile {file} | openssl pkcs7 -print_certs -out {file}.pem',
    },
    zh: {
      meaning: '{key}：{file} 中含有私钥。',
      cause: '根证书文件是公开的，会被复制；其中不能有私钥。',
      hint: '请只保留证书：openssl crl2pkcs7 -nocrl -certfile {file} | openssl pkcs7 -print_certs -out {file}.pem',
    },
  },
} as const satisfies ErrorTexts;
