import { defineErrors } from '../base/errors.ts';

const damaged = {
  en: {
    cause: 'The file or answer is cut off, damaged, or is not what it is taken for.',
    hint: 'Look at it with another program: openssl asn1parse -inform DER -in FILE; then get it again from its issuer.',
  },
  zh: {
    cause: '文件或应答被截断、已损坏，或者并不是所认为的内容。',
    hint: '用其他程序查看：openssl asn1parse -inform DER -in FILE；然后向签发者重新获取。',
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
    en: { meaning: '{bytes} bytes too many follow at byte {offset} of the DER data.', ...damaged.en },
    zh: { meaning: 'DER 数据从第 {offset} 字节起多出 {bytes} 字节。', ...damaged.zh },
  },
  'x509.der-depth': {
    en: { meaning: 'The DER data at byte {offset} is nested deeper than {limit} levels.', ...damaged.en },
    zh: { meaning: '第 {offset} 字节处的 DER 数据嵌套超过 {limit} 层。', ...damaged.zh },
  },
  'x509.der-tag': {
    en: { meaning: 'At byte {offset} of the DER data stands tag {found} where {expected} belongs.', ...damaged.en },
    zh: { meaning: 'DER 数据第 {offset} 字节处的标签是 {found}，应为 {expected}。', ...damaged.zh },
  },
  'x509.der-value': {
    en: { meaning: 'The {type} at byte {offset} is not valid DER.', ...damaged.en },
    zh: { meaning: '第 {offset} 字节处的 {type} 不是有效的 DER。', ...damaged.zh },
  },
  'x509.der-too-large': {
    en: { meaning: 'The DER data has {bytes} bytes; at most {limit} are read.', ...damaged.en },
    zh: { meaning: 'DER 数据有 {bytes} 字节，最多只读取 {limit} 字节。', ...damaged.zh },
  },
  'x509.malformed': {
    en: { meaning: 'The field {field} (byte {offset}) is not what RFC 5280 allows.', ...damaged.en },
    zh: { meaning: '字段 {field}（第 {offset} 字节）不符合 RFC 5280。', ...damaged.zh },
  },
  'x509.pem-garbage': {
    en: {
      meaning: 'Line {line} of the PEM text is not valid.',
      cause: 'A block has something else than base64 in it, lacks its END line, or is glued to the one before it.',
      hint: 'Look at that line: sed -n {line}p FILE; every BEGIN and END stands on a line of its own.',
    },
    zh: {
      meaning: 'PEM 文本第 {line} 行无效。',
      cause: '块内含有 base64 以外的内容、缺少 END 行，或者与前一块粘连在一起。',
      hint: '查看该行：sed -n {line}p FILE；每个 BEGIN 和 END 都应独占一行。',
    },
  },
  'x509.name-invalid': {
    en: {
      meaning: '"{name}" is neither a host name nor an IP address.',
      cause: 'A certificate is for DNS names (perhaps with *. in front) and IP addresses; no port, path or scheme.',
      hint: 'Write it like chat.example.com, *.lab.internal, 192.168.1.20 or fd00::20.',
    },
    zh: {
      meaning: '“{name}”既不是主机名，也不是 IP 地址。',
      cause: '证书只能用于 DNS 名称（前面可带 *.）和 IP 地址，不含端口、路径或协议。',
      hint: '请写成 chat.example.com、*.lab.internal、192.168.1.20 或 fd00::20 的形式。',
    },
  },
  'x509.key-unreadable': {
    en: {
      meaning: 'The key cannot be read.',
      cause: 'It is not a private key in PEM or PKCS#8, it is damaged, or it is of a kind that OpenSSL does not know.',
      hint: 'Check it: openssl pkey -in FILE -noout -check',
    },
    zh: {
      meaning: '无法读取密钥。',
      cause: '它不是 PEM 或 PKCS#8 格式的私钥、已损坏，或者是 OpenSSL 不认识的类型。',
      hint: '请检查：openssl pkey -in FILE -noout -check',
    },
  },
  'x509.key-encrypted': {
    en: {
      meaning: 'The private key is protected by a passphrase.',
      cause: 'A service that starts by itself has nobody to ask for the passphrase.',
      hint: 'Write it without one, readable by its owner only: (umask 077; openssl pkey -in FILE -out FILE.plain)',
    },
    zh: {
      meaning: '私钥受密码保护。',
      cause: '自动启动的服务没有人可以询问密码。',
      hint: '将其写成不带密码、仅所有者可读的文件：(umask 077; openssl pkey -in FILE -out FILE.plain)',
    },
  },
  'x509.key-unsupported': {
    en: {
      meaning: 'Keys of the kind {kind} are not used for signing here.',
      cause: 'Certificates and requests are signed with P-256, P-384 or RSA, which every client understands.',
      hint: 'Make such a key: (umask 077; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE)',
    },
    zh: {
      meaning: '此处不使用 {kind} 类型的密钥签名。',
      cause: '证书和请求使用所有客户端都支持的 P-256、P-384 或 RSA 签名。',
      hint: '请生成这样的密钥：(umask 077; openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE)',
    },
  },
  'x509.request-signature': {
    en: {
      meaning: 'The certificate request is not signed by its own key.',
      cause: 'It was changed after it was signed, or signed with SHA-1 or an algorithm that does not go with its key.',
      hint: 'Make a new one, and check it: openssl req -in FILE -verify -noout',
    },
    zh: {
      meaning: '证书请求不是由它自己的密钥签名的。',
      cause: '它在签名后被修改过，或者使用了 SHA-1 或与密钥不匹配的算法签名。',
      hint: '请重新生成并检查：openssl req -in FILE -verify -noout',
    },
  },
});
