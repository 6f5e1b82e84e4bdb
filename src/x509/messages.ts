import { defineErrors } from '../base/errors.ts';

const damaged = {
  en: {
    cause: 'The data is truncated, damaged or of a different type.',
    hint: 'Inspect it: openssl asn1parse -inform DER -in FILE; then get a new copy from its issuer.',
  },
  zh: {
    cause: '数据被截断、已损坏，或者是其他类型的数据。',
    hint: '请查看：openssl asn1parse -inform DER -in FILE；然后向签发者重新获取。',
  },
} as const;

export const x509Error = defineErrors({
  'x509.der-truncated': {
    en: { meaning: 'The DER data ends too early (byte {offset}).', ...damaged.en },
    zh: { meaning: 'DER 数据过早结束（第 {offset} 字节）。', ...damaged.zh },
  },
  'x509.der-length': {
    en: { meaning: 'The length at byte {offset} is not valid DER.', ...damaged.en },
    zh: { meaning: '第 {offset} 字节处的长度不是有效的 DER。', ...damaged.zh },
  },
  'x509.der-trailing': {
    en: { meaning: 'Unexpected data at byte {offset} of the DER data (length {bytes}).', ...damaged.en },
    zh: { meaning: 'DER 数据从第 {offset} 字节起多出 {bytes} 字节。', ...damaged.zh },
  },
  'x509.der-depth': {
    en: { meaning: 'The DER data at byte {offset} is nested deeper than {limit} levels.', ...damaged.en },
    zh: { meaning: '第 {offset} 字节处的 DER 数据嵌套超过 {limit} 层。', ...damaged.zh },
  },
  'x509.der-tag': {
    en: { meaning: 'Wrong tag at byte {offset} of the DER data: expected {expected}, found {found}.', ...damaged.en },
    zh: { meaning: 'DER 数据第 {offset} 字节处的标签是 {found}，应为 {expected}。', ...damaged.zh },
  },
  'x509.der-value': {
    en: { meaning: 'The {type} at byte {offset} is not valid DER.', ...damaged.en },
    zh: { meaning: '第 {offset} 字节处的 {type} 不是有效的 DER。', ...damaged.zh },
  },
  'x509.der-too-large': {
    en: { meaning: 'The DER data is too large: {bytes} bytes, the limit is {limit}.', ...damaged.en },
    zh: { meaning: 'DER 数据过大：{bytes} 字节，上限为 {limit} 字节。', ...damaged.zh },
  },
  'x509.malformed': {
    en: { meaning: 'The field {field} (byte {offset}) violates RFC 5280.', ...damaged.en },
    zh: { meaning: '字段 {field}（第 {offset} 字节）不符合 RFC 5280。', ...damaged.zh },
  },
  'x509.pem-garbage': {
    en: {
      meaning: 'Line {line} of the PEM text is not valid.',
      cause: 'A block contains text other than base64, has no END line, or starts on the last line of another block.',
      hint: 'Check that line: sed -n {line}p FILE; every BEGIN and END needs its own line.',
    },
    zh: {
      meaning: 'PEM 文本第 {line} 行无效。',
      cause: '块内含有 base64 以外的内容、缺少 END 行，或者与前一块连在同一行。',
      hint: '请检查该行：sed -n {line}p FILE；每个 BEGIN 和 END 都应独占一行。',
    },
  },
  'x509.name-invalid': {
    en: {
      meaning: '"{name}" is neither a host name nor an IP address.',
      cause: 'Certificates are for DNS names, including wildcards, and IP addresses, without port, path or scheme.',
      hint: 'Use a form such as chat.example.com, *.lab.internal, 192.168.1.20 or fd00::20.',
    },
    zh: {
      meaning: '“{name}”既不是主机名，也不是 IP 地址。',
      cause: '证书用于 DNS 名称（包括通配符名称）和 IP 地址，不含端口、路径或协议。',
      hint: '请写成 chat.example.com、*.lab.internal、192.168.1.20 或 fd00::20 的形式。',
    },
  },
  'x509.key-unreadable': {
    en: {
      meaning: 'Cannot read the key.',
      cause: 'It is not a private key in PEM or PKCS#8, is damaged, or has a type that OpenSSL does not support.',
      hint: 'Check it: openssl pkey -in FILE -noout -check',
    },
    zh: {
      meaning: '无法读取密钥。',
      cause: '它不是 PEM 或 PKCS#8 格式的私钥、已损坏，或者是 OpenSSL 不支持的类型。',
      hint: '请检查：openssl pkey -in FILE -noout -check',
    },
  },
  'x509.key-encrypted': {
    en: {
      meaning: 'The private key is protected by a passphrase.',
      cause: 'A background service cannot prompt for a passphrase.',
      hint: 'Write a copy without it, readable only by its owner: (umask 077; openssl pkey -in FILE -out FILE.plain)',
    },
    zh: {
      meaning: '私钥受密码保护。',
      cause: '后台服务无法提示输入密码。',
      hint: '请另存一份不带密码、仅所有者可读的副本：(umask 077; openssl pkey -in FILE -out FILE.plain)',
    },
  },
  'x509.key-unsupported': {
    en: {
      meaning: 'Cannot sign with a key of type {kind}.',
      cause: 'Everyhop signs certificates and requests only with P-256, P-384 or RSA, which every client supports.',
      hint: 'Generate such a key: (umask 077; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE)',
    },
    zh: {
      meaning: '无法使用 {kind} 类型的密钥签名。',
      cause: 'Everyhop 只使用所有客户端都支持的 P-256、P-384 或 RSA 为证书和请求签名。',
      hint: '请生成这样的密钥：(umask 077; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE)',
    },
  },
  'x509.request-signature': {
    en: {
      meaning: 'The signature of the certificate request is invalid.',
      cause: 'The request was changed after signing, or uses SHA-1 or an algorithm that does not match its key.',
      hint: 'Create a new request and check it: openssl req -in FILE -verify -noout',
    },
    zh: {
      meaning: '证书请求的签名无效。',
      cause: '请求在签名后被修改过，或者使用了 SHA-1 或与密钥不匹配的算法。',
      hint: '请重新生成并检查：openssl req -in FILE -verify -noout',
    },
  },
});
