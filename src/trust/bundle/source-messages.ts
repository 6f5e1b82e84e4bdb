import type { ErrorTexts } from '../../base/errors.ts';

const wrongFile = {
  en: { hint: 'Pass a file of root certificates in PEM, DER or PKCS#7, or a folder of such files.' },
  zh: { hint: '请指定 PEM、DER 或 PKCS#7 格式的根证书文件，或包含此类文件的文件夹。' },
} as const;

const askOwner = {
  en: { hint: 'Get the current root from the operator of this authority, and pass it with --root.' },
  zh: { hint: '请向该颁发机构的管理者获取当前有效的根证书，并用 --root 指定。' },
} as const;

const worksElsewhere = {
  en: {
    hint: 'It stays in the bundle, since most programs accept it. Ask the operator of this authority for a root that follows RFC 5280.',
  },
  zh: { hint: '多数程序接受它，因此仍保留在信任包中。请向该颁发机构的管理者索取符合 RFC 5280 的根证书。' },
} as const;

/** About sources of roots, their blocks and each root. */
export const sourceTexts = {
  'trust.source-empty': {
    en: {
      meaning: '{file} is empty.',
      cause: 'The program that should have written it failed, or has not run yet.',
      ...wrongFile.en,
    },
    zh: { meaning: '{file} 是空的。', cause: '本应写入它的程序失败了，或尚未写入。', ...wrongFile.zh },
  },
  'trust.source-no-certificate': {
    en: {
      meaning: '{file} contains no certificate.',
      cause:
        'A PEM certificate starts with BEGIN CERTIFICATE and ends with END CERTIFICATE. In a folder, only files named .pem, .crt, .cer, .der, .p7b or .p7c are read.',
      ...wrongFile.en,
    },
    zh: {
      meaning: '{file} 中没有证书。',
      cause:
        '文件中的证书位于 BEGIN CERTIFICATE 与 END CERTIFICATE 之间；文件夹中只读取以 .pem、.crt、.cer、.der、.p7b 或 .p7c 结尾的文件。',
      ...wrongFile.zh,
    },
  },
  'trust.source-not-file': {
    en: {
      meaning: '{file} is neither a file nor a folder.',
      cause: 'It is a pipe, a socket or a device, and reading it may never end.',
      ...wrongFile.en,
    },
    zh: {
      meaning: '{file} 既不是文件也不是文件夹。',
      cause: '它是管道、套接字或设备，读取可能永不结束。',
      ...wrongFile.zh,
    },
  },
  'trust.source-link-dangling': {
    en: {
      meaning: '{file} is a link to {target}, which does not exist.',
      cause: 'The file was moved or removed, or has another path on this machine.',
      hint: 'Follow the link: namei -l {file} — then pass the file itself.',
    },
    zh: {
      meaning: '{file} 是指向 {target} 的链接，而目标不存在。',
      cause: '目标文件被移走或删除，或者在这台机器上路径不同。',
      hint: '查看它指向哪里：namei -l {file}，然后直接指定文件本身。',
    },
  },
  'trust.source-format': {
    en: {
      meaning: '{file} is a {format} container.',
      cause: 'Besides roots, such a file may contain server certificates and keys, or need a password.',
      hint: 'Extract the certificates, check them, and pass the resulting file: {command}',
    },
    zh: {
      meaning: '{file} 是 {format} 容器。',
      cause: '这种文件除根证书外，还可能包含密钥和服务器证书，或者需要密码。',
      hint: '请导出其中的证书，检查后指定该文件：{command}',
    },
  },
  'trust.source-unknown': {
    en: {
      meaning: '{file} is neither PEM nor DER.',
      cause: 'It has no BEGIN line, and is not a single binary certificate.',
      ...wrongFile.en,
    },
    zh: {
      meaning: '{file} 既不是 PEM 也不是 DER。',
      cause: '其中没有 BEGIN 行，也不是单个二进制证书。',
      ...wrongFile.zh,
    },
  },
  'trust.block-broken': {
    en: {
      meaning: 'Block {block} is damaged: {reason}',
      cause:
        'It is truncated, contains something other than base64, or lacks its END line. Many programs ignore everything after such a block.',
      hint: 'Get the file again from its source. To see the block: openssl storeutl -noout -text FILE',
    },
    zh: {
      meaning: '第 {block} 个块已损坏：{reason}',
      cause: '它被截断、含有 base64 以外的内容，或缺少 END 行。许多程序会丢弃其后的全部内容。',
      hint: '请从来源重新获取该文件；查看该块：openssl storeutl -noout -text FILE',
    },
  },
  'trust.block-glued': {
    en: {
      meaning: 'Block {block}, and perhaps others, begins on the line where the previous one ends.',
      cause: 'Files were concatenated, and the first had no newline at its end. Most programs refuse the whole file.',
      hint: 'Nothing to do: the bundle puts each block on separate lines.',
    },
    zh: {
      meaning: '第 {block} 个块（可能还有其他块）与前一个块的结尾在同一行。',
      cause: '合并文件时，前一个文件末尾没有换行。多数程序会拒绝整个文件。',
      hint: '此处无需处理：信任包中它们各占一行。',
    },
  },
  'trust.block-holds-key': {
    en: {
      meaning: 'Block {block} is a private key.',
      cause: 'Every program reads the bundle, and containers get copies of it. It must never contain a key.',
      hint: 'Pass a file with the certificate alone: openssl x509 -in FILE -out root.pem — and replace the key if other users could read this file.',
    },
    zh: {
      meaning: '第 {block} 个块是私钥。',
      cause: '所有程序都会读取信任包，容器中也会有它的副本，因此绝不能包含私钥。',
      hint: '请指定只含证书的文件：openssl x509 -in FILE -out root.pem；如果其他用户能读取此文件，还应更换该私钥。',
    },
  },
  'trust.block-unexpected': {
    en: {
      meaning: 'Block {block} is a {label}, not a certificate.',
      cause: 'A file of roots contains only certificates.',
      hint: 'Remove the block from the file. To convert a TRUSTED CERTIFICATE: openssl x509 -in FILE -out root.pem',
    },
    zh: {
      meaning: '第 {block} 个块是 {label}，不是证书。',
      cause: '根证书文件只应包含证书。',
      hint: '请从文件中去掉该块；TRUSTED CERTIFICATE 可这样转换：openssl x509 -in FILE -out root.pem',
    },
  },
  'trust.root-unreadable': {
    en: {
      meaning: 'Block {block} is not a certificate: {reason}',
      cause: 'It is damaged, or the program that created it does not follow RFC 5280.',
      hint: 'See how OpenSSL reads it: openssl x509 -in FILE -noout -text — then get it again from its source.',
    },
    zh: {
      meaning: '第 {block} 个块不是证书：{reason}',
      cause: '它已损坏，或由不遵循 RFC 5280 的程序生成。',
      hint: '查看 OpenSSL 的解读：openssl x509 -in FILE -noout -text；然后从来源重新获取。',
    },
  },
  'trust.root-not-ca': {
    en: {
      meaning: '{subject} (block {block}) is not a certificate authority.',
      cause:
        'It is a server certificate, or lacks basicConstraints CA:TRUE. Some programs accept it as a root, others do not.',
      hint: 'Pass the root that issued it. If there is none, trust this one certificate with --pin {fingerprint}, or issue a new one: {everyhop certificates obtain} NAME --authority private',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不是颁发机构的证书。',
      cause: '它是服务器自身的证书，或生成时没有 basicConstraints CA:TRUE。作为根证书，有些程序接受，有些不接受。',
      hint: '请指定签发它的根证书；若没有，可用 --pin {fingerprint} 单独信任此证书，或签发一张：{everyhop certificates obtain} NAME --authority private',
    },
  },
  'trust.root-cannot-sign': {
    en: {
      meaning: '{subject} (block {block}) may not sign certificates.',
      cause: 'Its keyUsage is {usage}, without keyCertSign, so no program accepts certificates that it issued.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不可签发证书。',
      cause: '其 keyUsage 为 {usage}，不含 keyCertSign：没有程序会接受由它签发的证书。',
      ...askOwner.zh,
    },
  },
  'trust.root-not-for-servers': {
    en: {
      meaning: '{subject} (block {block}) is not for servers.',
      cause: 'Its extendedKeyUsage is {usage}, without serverAuth.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不用于服务器。',
      cause: '其 extendedKeyUsage 为 {usage}，不含 serverAuth。',
      ...askOwner.zh,
    },
  },
  'trust.root-expired': {
    en: {
      meaning: '{subject} (block {block}) expired on {until}.',
      cause: 'Certificates that it issued no longer verify.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）已于 {until} 过期。',
      cause: '由它签发的任何证书都不再能通过验证。',
      ...askOwner.zh,
    },
  },
  'trust.root-not-yet-valid': {
    en: {
      meaning: '{subject} (block {block}) is not valid before {from}.',
      cause: 'It was created for later use, or the clock of this machine is slow.',
      hint: 'Check the clock: date -u — if it is right, leave this root out until then.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）在 {from} 之前无效。',
      cause: '它是为以后准备的，或者本机时钟慢了。',
      hint: '查看时钟：date -u；如果时钟正确，请到那时再加入该根证书。',
    },
  },
  'trust.root-dates': {
    en: {
      meaning: '{subject} (block {block}) ends on {until}, before it begins on {from}.',
      cause: 'Such a certificate is never valid.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）的结束日期 {until} 早于开始日期 {from}。',
      cause: '这样的证书在任何时候都无效。',
      ...askOwner.zh,
    },
  },
  'trust.root-weak-key': {
    en: {
      meaning: '{subject} (block {block}) has a weak key: {key}.',
      cause: 'Today’s programs refuse RSA keys under 2048 bits, curves under 224 bits, and DSA.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）的密钥太弱：{key}。',
      cause: '2048 位以下的 RSA、224 位以下的曲线以及 DSA 会被现今的程序拒绝。',
      ...askOwner.zh,
    },
  },
  'trust.root-weak-signature': {
    en: {
      meaning: '{subject} (block {block}) signed itself with {algorithm}.',
      cause:
        'Programs trust a root by its name and key, so its own signature matters little, but a few programs check it.',
      ...worksElsewhere.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）用 {algorithm} 为自己签名。',
      cause: '根证书凭名称和密钥受信任，自身签名影响不大，但少数程序会检查。',
      ...worksElsewhere.zh,
    },
  },
  'trust.root-serial': {
    en: {
      meaning: '{subject} (block {block}) has the serial number {serial}.',
      cause: 'A serial number must be positive (RFC 5280 §4.1.2.2); Go, for example, cannot read such a certificate.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）的序列号是 {serial}。',
      cause: '序列号必须为正数（RFC 5280 §4.1.2.2）；例如 Go 不会读取这样的证书。',
      ...askOwner.zh,
    },
  },
  'trust.root-intermediate': {
    en: {
      meaning: '{subject} (block {block}) is an intermediate, issued by {issuer}.',
      cause:
        'OpenSSL, curl and Node trust it only together with its root, and servers send their intermediates anyway.',
      hint: 'Pass the root {issuer} instead.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）是由 {issuer} 签发的中间证书。',
      cause: 'OpenSSL、curl 和 Node 只有在拥有其根证书时才信任它；中间证书由服务器自己发送。',
      hint: '请改为指定根证书 {issuer}。',
    },
  },
  'trust.root-intermediate-spare': {
    en: {
      meaning: '{subject} (block {block}) is an intermediate, and its root is included, too.',
      cause: 'If it were trusted on its own, the limits of its root would not apply; and servers send it anyway.',
      hint: 'Nothing to do: the root is in the bundle.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）是中间证书，其根证书也在其中。',
      cause: '单独信任它会绕过根证书的限制，而且服务器本来就会发送它。',
      hint: '无需处理：根证书已在信任包中。',
    },
  },
  'trust.root-signature': {
    en: {
      meaning: '{subject} (block {block}) claims to be self-signed, but the signature does not match.',
      cause: 'It is damaged, or another key was put under the name of this authority.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）声称自签名，但签名不符。',
      cause: '它已损坏，或者该颁发机构的名称下放入了别的密钥。',
      ...askOwner.zh,
    },
  },
  'trust.root-lax': {
    en: {
      meaning: '{subject} (block {block}) lacks fields that RFC 5280 requires: {missing}.',
      cause: 'Python 3.13 and later refuse every certificate under such a root.',
      ...worksElsewhere.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）缺少 RFC 5280 要求的字段：{missing}。',
      cause: 'Python 3.13 及以后版本会拒绝该根证书下的所有证书。',
      ...worksElsewhere.zh,
    },
  },
  'trust.root-malformed': {
    en: {
      meaning: '{subject} (block {block}) has fields that break RFC 5280: {fields}.',
      cause:
        'A serial number has 1 to 20 octets and is not zero; nameConstraints must be critical. Programs accept it today, but linters such as zlint do not.',
      ...worksElsewhere.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）的以下字段不符合 RFC 5280：{fields}。',
      cause:
        '序列号应为 1 至 20 个字节且不为零；nameConstraints 应为关键扩展。目前程序接受它，但 zlint 等检查工具不接受。',
      ...worksElsewhere.zh,
    },
  },
  'trust.root-critical': {
    en: {
      meaning: '{subject} (block {block}) has a critical extension that programs do not support: {extension}.',
      cause:
        'Programs must refuse a critical extension that they do not understand (RFC 5280 §4.2), and with it every certificate from this root.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）含有程序无法识别的关键扩展：{extension}。',
      cause: '无法理解的关键扩展必须被拒绝（RFC 5280 §4.2），由该根证书签发的一切也随之被拒绝。',
      ...askOwner.zh,
    },
  },
  'trust.root-distrusted': {
    en: {
      meaning: '{subject} (block {block}) is distrusted.',
      cause: 'Its fingerprint, or that of its key, was passed with --distrust.',
      hint: 'To trust it again, remove {value} from --distrust.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不受信任。',
      cause: '其指纹或其密钥的指纹已用 --distrust 指定。',
      hint: '若要恢复，请从 --distrust 中去掉 {value}。',
    },
  },
} as const satisfies ErrorTexts;
