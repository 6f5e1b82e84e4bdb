import type { ErrorTexts } from '../../base/errors.ts';

/** Header fields, CORS and security headers of a route. */
export const headersTexts = {
  'config.bad-field-name': {
    en: {
      meaning: '{key}: {name} is not the name of a header field.',
      cause: 'A name consists of letters, digits and hyphens, without a colon.',
      hint: 'Write it like X-Tenant.',
    },
    zh: {
      meaning: '{key}：{name} 不是头部字段的名称。',
      cause: '名称由字母、数字和连字符组成，不含冒号。',
      hint: '写法示例：X-Tenant。',
    },
  },
  'config.bad-field-value': {
    en: {
      meaning: '{key} is not a value for a header field.',
      cause: 'A value is one line of at most 8192 ASCII characters, or a list of such values.',
      hint: 'Remove line breaks, control characters and letters beyond ASCII.',
    },
    zh: {
      meaning: '{key} 不能作为头部字段的值。',
      cause: '值是一行不超过 8192 个字符的 ASCII 文本，或这样的值的列表。',
      hint: '请去掉换行、控制字符和 ASCII 以外的字符。',
    },
  },
  'config.bad-field-file': {
    en: {
      meaning: '{key}: {file} does not hold the value of a header field.',
      cause: 'The value is one line of at most 8192 ASCII characters.',
      hint: 'Write only the value into the file, in one line.',
    },
    zh: {
      meaning: '{key}：{file} 的内容不能作为头部字段的值。',
      cause: '值是一行不超过 8192 个字符的 ASCII 文本。',
      hint: '请只把值写入该文件，占一行。',
    },
  },
  'config.unknown-placeholder': {
    en: {
      meaning: '{key}: {written} is unknown.',
      cause: 'In a value, only {known} stand for something else.',
      hint: 'Use one of them, or remove the braces.',
    },
    zh: {
      meaning: '{key}：{written} 未知。',
      cause: '在值中，只有 {known} 会被替换。',
      hint: '请使用其中之一，或去掉花括号。',
    },
  },
  'config.field-has-setting': {
    en: {
      meaning: '{key}: the setting for {name} is {setting}.',
      cause: 'Everyhop sends this field, and a second one would contradict it.',
      hint: 'Use {setting} instead.',
    },
    zh: {
      meaning: '{key}：{name} 有专门的设置 {setting}。',
      cause: '该字段由 Everyhop 发送，再写一个会与之矛盾。',
      hint: '请改用 {setting}。',
    },
  },
  'config.field-of-connection': {
    en: {
      meaning: '{key}: {name} cannot be changed.',
      cause:
        'It concerns a single connection, or says how the body is sent. A wrong one makes two programs read different messages.',
      hint: 'Remove {name} here. Everyhop sets it as each connection needs it.',
    },
    zh: {
      meaning: '{key}：不能更改 {name}。',
      cause: '它只涉及单个连接，或说明正文的传输方式；写错会使两个程序读出不同的消息。',
      hint: '请在这里删除 {name}。Everyhop 会按每个连接的需要设置它。',
    },
  },
  'config.field-of-edge': {
    en: {
      meaning: '{key}: {name} cannot be changed.',
      cause: 'Everyhop uses it to tell the app who the visitor is, and apps trust it.',
      hint: 'Remove {name} here. For another name, write for example X-Client: "{client}"',
    },
    zh: {
      meaning: '{key}：不能更改 {name}。',
      cause: 'Everyhop 用它告诉应用访客是谁，应用会相信它。',
      hint: '请在这里删除 {name}。如需其他名称，可写成例如 X-Client: "{client}"',
    },
  },
  'config.secret-field': {
    en: {
      meaning: '{key}: the value of {name} is a secret, which does not belong in this file.',
      cause: 'everyhop.yaml may be readable for others, and ends up in backups and repositories.',
      hint: 'Put the value into a file that only its owner may read, and write: {name}: { file: secret.txt }',
    },
    zh: {
      meaning: '{key}：{name} 的值是机密，不应写在此文件中。',
      cause: 'everyhop.yaml 可能被他人读取，也会进入备份和代码仓库。',
      hint: '请把值放进只有所有者可读的文件，并写成：{name}: { file: secret.txt }',
    },
  },
  'config.duplicate-field': {
    en: {
      meaning: '{key}: {name} appears twice.',
      cause: 'The names of header fields do not depend on case.',
      hint: 'Keep one; for several values, write a list below it.',
    },
    zh: {
      meaning: '{key}：{name} 出现了两次。',
      cause: '头部字段的名称不区分大小写。',
      hint: '请只保留一个；如有多个值，请在其下写成列表。',
    },
  },
  'config.bad-subject': {
    en: {
      meaning: '{key}: {value} is not a distinguished name.',
      cause: 'It has the form of RFC 4514: attributes separated by commas, the most specific first.',
      hint: 'Write it like CN=laptop,O=Example. To read it from a certificate: openssl x509 -in client.pem -noout -subject -nameopt RFC2253',
    },
    zh: {
      meaning: '{key}：{value} 不是可辨别名称（DN）。',
      cause: '它采用 RFC 4514 的形式：属性以逗号分隔，最具体的在前。',
      hint: '写法示例：CN=laptop,O=Example。从证书中读取：openssl x509 -in client.pem -noout -subject -nameopt RFC2253',
    },
  },
  'config.bad-fingerprint': {
    en: {
      meaning: '{key}: {value} is not a SHA-256 fingerprint.',
      cause: 'It has 64 hexadecimal digits, with or without colons.',
      hint: 'To read it from a certificate: openssl x509 -in client.pem -noout -fingerprint -sha256',
    },
    zh: {
      meaning: '{key}：{value} 不是 SHA-256 指纹。',
      cause: '它由 64 个十六进制数字组成，可带冒号。',
      hint: '从证书中读取：openssl x509 -in client.pem -noout -fingerprint -sha256',
    },
  },
  'config.bad-access-certificates': {
    en: {
      meaning: '{key}: {value} does not say which certificates to admit.',
      cause: 'Allowed are true, for all that the site accepts, or a list of subjects or fingerprints.',
      hint: 'Write client_certificates: true, or client_certificates: { subjects: ["CN=laptop,O=Example"] }',
    },
    zh: {
      meaning: '{key}：{value} 没有说明哪些证书可以进入。',
      cause: '允许的值为 true（站点接受的所有证书），或 subjects、fingerprints 列表。',
      hint: '请写 client_certificates: true，或 client_certificates: { subjects: ["CN=laptop,O=Example"] }',
    },
  },
  'config.access-without-certificates': {
    en: {
      meaning: '{key} needs client_certificates of the site.',
      cause: 'Without them, no client is asked for a certificate, and no visitor could come in with one.',
      hint: 'Add to the site: client_certificates: { root: clients.pem, optional: true }',
    },
    zh: {
      meaning: '{key} 需要站点的 client_certificates。',
      cause: '没有它，就不会要求客户端出示证书，也没有访客能凭证书进入。',
      hint: '请在站点中添加：client_certificates: { root: clients.pem, optional: true }',
    },
  },
  'config.bad-origin': {
    en: {
      meaning: '{key}: {value} is not an origin.',
      cause: 'An origin has a scheme and a host, and a port if it is not the usual one, but no path.',
      hint: 'Write it like https://app.example.com, http://localhost:3000 or https://*.example.com.',
    },
    zh: {
      meaning: '{key}：{value} 不是源（origin）。',
      cause: '源由协议和主机组成，非默认端口还要写端口，但不含路径。',
      hint: '写法示例：https://app.example.com、http://localhost:3000 或 https://*.example.com。',
    },
  },
  'config.bad-method': {
    en: {
      meaning: '{key}: {value} is not an HTTP method.',
      cause: 'Methods are written in capital letters.',
      hint: 'Write for example GET, POST or DELETE.',
    },
    zh: {
      meaning: '{key}：{value} 不是 HTTP 方法。',
      cause: '方法用大写字母书写。',
      hint: '写法示例：GET、POST、DELETE。',
    },
  },
  'config.bad-max-age': {
    en: {
      meaning: '{key}: {value} is not a valid number of seconds.',
      cause: 'It must be an integer from 0 to 86400 (one day), without unit.',
      hint: 'Use such a number, or remove {key} for the default of 600.',
    },
    zh: {
      meaning: '{key}：{value} 不是有效的秒数。',
      cause: '必须是 0 到 86400（一天）的整数，不带单位。',
      hint: '请使用这样的数字，或者删除 {key}，默认为 600。',
    },
  },
  'config.cors-credentials': {
    en: {
      meaning: '{key} needs a list of origins.',
      cause:
        'With credentials, a page acts as the visitor who has logged in. From every origin, any website could do so.',
      hint: 'Add the origins of your own pages, for example origins: [https://app.example.com]',
    },
    zh: {
      meaning: '{key} 需要列出允许的源。',
      cause: '带凭据时，页面会以已登录访客的身份操作；若允许所有源，任何网站都能这样做。',
      hint: '请列出您自己的页面的源，例如 origins: [https://app.example.com]',
    },
  },
  'config.bad-frames': {
    en: {
      meaning: '{key}: {value} is not an allowed value.',
      cause: 'Allowed are same-origin, none, any, or a list of origins.',
      hint: 'Write for example frames: [https://intranet.example.com]',
    },
    zh: {
      meaning: '{key}：{value} 不是允许的值。',
      cause: '允许的值为 same-origin、none、any，或源的列表。',
      hint: '写法示例：frames: [https://intranet.example.com]',
    },
  },
} satisfies ErrorTexts;
