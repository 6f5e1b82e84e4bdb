import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

/** Certificate files that another program or a person keeps. Paths are quoted for a shell. */
export const certificateFilesError = defineErrors({
  'certificates.files-missing': {
    en: {
      meaning: '{file} does not exist. It should hold {what}; the other file is {other}.',
      cause: 'The path is mistyped, or the program that writes the file has not run yet.',
      hint: 'List the folder: ls -l {folder} — Everyhop loads the file when it appears.',
    },
    zh: {
      meaning: '{file} 不存在。它应当包含{what}；另一个文件是 {other}。',
      cause: '路径写错了，或者写入该文件的程序还没有运行。',
      hint: '查看所在文件夹：ls -l {folder}；文件出现后 Everyhop 会自动加载。',
    },
  },
  'certificates.files-denied': {
    en: {
      meaning: 'User {user} may not read {file}. It should hold {what}; the other file is {other}.',
      cause:
        'The permissions of the file or of a parent folder do not allow it; private keys often belong to root alone.',
      hint: 'Show the permissions: namei -l {file} — allow this user to read it: sudo setfacl -m u:{user}:r {file}',
    },
    zh: {
      meaning: '用户 {user} 无权读取 {file}。它应当包含{what}；另一个文件是 {other}。',
      cause: '文件或其上级文件夹的权限不允许；私钥通常只有 root 可读。',
      hint: '查看权限：namei -l {file}；允许该用户读取：sudo setfacl -m u:{user}:r {file}',
    },
  },
  'certificates.files-empty': {
    en: {
      meaning: '{file} is empty. It should hold {what}; the other file is {other}.',
      cause: 'The program that writes it was interrupted, or the disk was full.',
      hint: 'Write the file again; Everyhop then loads it. Its present size: ls -l {file}',
    },
    zh: {
      meaning: '{file} 是空文件。它应当包含{what}；另一个文件是 {other}。',
      cause: '写入该文件的程序被中断，或者当时磁盘已满。',
      hint: '请重新写入该文件，Everyhop 随后会自动加载。查看当前大小：ls -l {file}',
    },
  },
  'certificates.files-swapped': {
    en: {
      meaning: '{chain} holds a private key and {key} holds a certificate: the two files are swapped.',
      cause: 'In the configuration, "chain" names the key file and "key" names the certificate file.',
      hint: 'Swap them in the configuration: chain: {key}, key: {chain}',
    },
    zh: {
      meaning: '{chain} 中是私钥，{key} 中是证书：两个文件写反了。',
      cause: '配置中的 "chain" 写成了私钥文件，"key" 写成了证书文件。',
      hint: '请在配置中对调：chain: {key}, key: {chain}',
    },
  },
  'certificates.files-other-content': {
    en: {
      meaning: '{file} holds {found} instead of {what}. The other file is {other}.',
      cause: 'The configuration names the wrong file, or the wrong file was copied.',
      hint: 'Name the right file, or look at this one: head -n 1 {file}',
    },
    zh: {
      meaning: '{file} 中是{found}，而不是{what}。另一个文件是 {other}。',
      cause: '配置中的文件名写错了，或者复制了错误的文件。',
      hint: '请改成正确的文件，或查看该文件：head -n 1 {file}',
    },
  },
  'certificates.files-pkcs12': {
    en: {
      meaning: '{file} is a PKCS#12 archive (.p12, .pfx), not PEM.',
      cause:
        'Everyhop reads the certificate chain and its key from two PEM files; the configuration names {chain} and {key}.',
      hint: 'Convert it, then name the two new files: openssl pkcs12 -in {file} -nokeys -out {newChain} && openssl pkcs12 -in {file} -nocerts -noenc -out {newKey}',
    },
    zh: {
      meaning: '{file} 是 PKCS#12 文件（.p12、.pfx），不是 PEM。',
      cause: 'Everyhop 从两个 PEM 文件读取证书链和私钥；配置中写的是 {chain} 和 {key}。',
      hint: '请先转换，再在配置中写上两个新文件：openssl pkcs12 -in {file} -nokeys -out {newChain} && openssl pkcs12 -in {file} -nocerts -noenc -out {newKey}',
    },
  },
  'certificates.files-keystore': {
    en: {
      meaning: '{file} is a Java keystore, not PEM. The other file is {other}.',
      cause: 'Everyhop reads the certificate chain and its key from two PEM files.',
      hint: 'Convert it, then name the two new files: keytool -importkeystore -srckeystore {file} -destkeystore {archive} -deststoretype PKCS12 && openssl pkcs12 -in {archive} -nokeys -out {newChain} && openssl pkcs12 -in {archive} -nocerts -noenc -out {newKey}',
    },
    zh: {
      meaning: '{file} 是 Java 密钥库，不是 PEM。另一个文件是 {other}。',
      cause: 'Everyhop 从两个 PEM 文件读取证书链和私钥。',
      hint: '请先转换，再在配置中写上两个新文件：keytool -importkeystore -srckeystore {file} -destkeystore {archive} -deststoretype PKCS12 && openssl pkcs12 -in {archive} -nokeys -out {newChain} && openssl pkcs12 -in {archive} -nocerts -noenc -out {newKey}',
    },
  },
  'certificates.files-not-pem': {
    en: {
      meaning: '{file} holds {what}, but as {format}, not as PEM. The other file is {other}.',
      cause: 'Everyhop reads PEM: text that starts with -----BEGIN.',
      hint: 'Convert it, then name the new file: {command}',
    },
    zh: {
      meaning: '{file} 中是{what}，但格式是 {format}，不是 PEM。另一个文件是 {other}。',
      cause: 'Everyhop 读取 PEM 格式，即以 -----BEGIN 开头的文本。',
      hint: '请先转换，再在配置中写上新文件：{command}',
    },
  },
  'certificates.files-damaged': {
    en: {
      meaning: '{file} is damaged at line {line}. It should hold {what}; the other file is {other}.',
      cause: 'The file was cut off, or text was lost or added when it was copied.',
      hint: 'Copy it again from where it was issued, or look at the line: sed -n {line}p {file}',
    },
    zh: {
      meaning: '{file} 的第 {line} 行已损坏。它应当包含{what}；另一个文件是 {other}。',
      cause: '文件被截断，或者复制时丢失或混入了文本。',
      hint: '请从签发处重新复制，或查看该行：sed -n {line}p {file}',
    },
  },
  'certificates.files-key-encrypted': {
    en: {
      meaning: 'The private key in {key} is encrypted with a passphrase. It belongs to {chain}.',
      cause: 'Everyhop starts unattended, so it cannot ask for a passphrase.',
      hint: 'Write a key without passphrase that only you can read, then name it: (umask 077; openssl pkey -in {key} -out {newKey})',
    },
    zh: {
      meaning: '{key} 中的私钥有口令保护。对应的证书文件是 {chain}。',
      cause: 'Everyhop 要能无人值守地启动，因此无法询问口令。',
      hint: '请写出一份没有口令、只有您可读的私钥，再在配置中写上它：(umask 077; openssl pkey -in {key} -out {newKey})',
    },
  },
  'certificates.files-mismatch': {
    en: {
      meaning: 'The private key in {key} does not belong to the certificate in {chain} ({subject}).',
      cause: 'The certificate was issued for another key, or only one of the two files was replaced.',
      hint: 'Find the matching file; these two commands must print the same: openssl x509 -in {chain} -noout -pubkey; openssl pkey -in {key} -pubout',
    },
    zh: {
      meaning: '{key} 中的私钥与 {chain} 中的证书（{subject}）不匹配。',
      cause: '该证书是为另一把密钥签发的，或者两个文件只更换了一个。',
      hint: '请找到匹配的文件；以下两条命令的输出必须相同：openssl x509 -in {chain} -noout -pubkey; openssl pkey -in {key} -pubout',
    },
  },
  'certificates.files-only-authorities': {
    en: {
      meaning: '{chain} holds only certificates of authorities ({subject}), none for the key in {key}.',
      cause: 'The certificate itself is missing, as in the chain.pem of certbot.',
      hint: 'Name the file with the certificate and its chain (certbot: fullchain.pem), or make one: cat CERTIFICATE.pem {chain} > {newChain}',
    },
    zh: {
      meaning: '{chain} 中只有颁发机构的证书（{subject}），没有与 {key} 中的私钥对应的证书。',
      cause: '缺少站点证书本身，例如 certbot 的 chain.pem 就是这样。',
      hint: '请写上包含站点证书及其证书链的文件（certbot 为 fullchain.pem），或者合成一个：cat CERTIFICATE.pem {chain} > {newChain}',
    },
  },
  'certificates.files-refused': {
    en: {
      meaning: 'OpenSSL refuses the certificate in {chain} with the key in {key}: {reason}.',
      cause: 'Clients would refuse it too.',
      hint: 'Get a new certificate for a new key. What this one is: openssl x509 -in {chain} -noout -text',
    },
    zh: {
      meaning: 'OpenSSL 拒绝使用 {chain} 中的证书和 {key} 中的私钥：{reason}。',
      cause: '客户端同样会拒绝它。',
      hint: '请用新的私钥申请新的证书。查看现有证书：openssl x509 -in {chain} -noout -text',
    },
  },
  'certificates.files-expired': {
    en: {
      meaning: 'The certificate in {chain} (key {key}) expired on {date}.',
      cause: 'Nothing has replaced the two files since. Everyhop serves the certificate, and clients refuse it.',
      hint: 'Renew it with the program that writes the files; Everyhop then loads them. Its dates: openssl x509 -in {chain} -noout -dates',
    },
    zh: {
      meaning: '{chain} 中的证书（私钥 {key}）已于 {date} 过期。',
      cause: '此后这两个文件一直没有更新。Everyhop 仍在提供该证书，但客户端会拒绝它。',
      hint: '请用写入这些文件的程序续期，Everyhop 随后会自动加载。查看有效期：openssl x509 -in {chain} -noout -dates',
    },
  },
  'certificates.files-ending': {
    en: {
      meaning: 'The certificate in {chain} (key {key}) expires on {date}.',
      cause: 'Most of its lifetime is over, and nothing has replaced the two files. Everyhop does not renew them.',
      hint: 'Renew it with the program that writes the files; Everyhop then loads them. Its dates: openssl x509 -in {chain} -noout -dates',
    },
    zh: {
      meaning: '{chain} 中的证书（私钥 {key}）将于 {date} 到期。',
      cause: '有效期已过大半，而这两个文件还没有更新。Everyhop 不为它们续期。',
      hint: '请用写入这些文件的程序续期，Everyhop 随后会自动加载。查看有效期：openssl x509 -in {chain} -noout -dates',
    },
  },
  'certificates.files-not-yet-valid': {
    en: {
      meaning:
        'The certificate in {chain} (key {key}) is valid only from {date}; the clock of this machine shows {now}.',
      cause: 'The clock is wrong, or the certificate was made for later.',
      hint: 'Check the clock: timedatectl status — and the dates: openssl x509 -in {chain} -noout -dates',
    },
    zh: {
      meaning: '{chain} 中的证书（私钥 {key}）从 {date} 起才生效，而本机时钟显示 {now}。',
      cause: '时钟不准，或者该证书是为以后准备的。',
      hint: '检查时钟：timedatectl status；查看有效期：openssl x509 -in {chain} -noout -dates',
    },
  },
  'certificates.files-names-missing': {
    en: {
      meaning: 'The certificate in {chain} (key {key}) is not for {missing}, but for {covered}.',
      cause: 'The site has a name that the certificate does not contain. Clients refuse it for that name.',
      hint: 'Get a certificate with all names of the site, or correct "host". Its names: openssl x509 -in {chain} -noout -ext subjectAltName',
    },
    zh: {
      meaning: '{chain} 中的证书（私钥 {key}）不适用于 {missing}，只适用于 {covered}。',
      cause: '站点的名称不在该证书中。客户端访问该名称时会拒绝它。',
      hint: '请申请包含站点全部名称的证书，或更正 "host"。查看证书中的名称：openssl x509 -in {chain} -noout -ext subjectAltName',
    },
  },
  'certificates.files-no-names': {
    en: {
      meaning: 'The certificate in {chain} (key {key}) has no subjectAltName, so it is valid for no name.',
      cause: 'Clients ignore the Common Name ({subject}); it was made without subjectAltName.',
      hint: 'Make it again with the names, for example: openssl req -x509 -key {key} -subj / -addext subjectAltName=DNS:{name} -out {newChain}',
    },
    zh: {
      meaning: '{chain} 中的证书（私钥 {key}）没有 subjectAltName，因此对任何名称都无效。',
      cause: '客户端不看 Common Name（{subject}）；生成证书时没有写入 subjectAltName。',
      hint: '请带上名称重新生成，例如：openssl req -x509 -key {key} -subj / -addext subjectAltName=DNS:{name} -out {newChain}',
    },
  },
  'certificates.files-not-for-servers': {
    en: {
      meaning: 'The certificate in {chain} (key {key}) is not for servers.',
      cause: 'Its extended key usage lacks serverAuth; it is meant for clients or for mail. Clients refuse it.',
      hint: 'Get a server certificate. Its usage: openssl x509 -in {chain} -noout -ext extendedKeyUsage',
    },
    zh: {
      meaning: '{chain} 中的证书（私钥 {key}）不是服务器证书。',
      cause: '其扩展密钥用途中没有 serverAuth，只适用于客户端或邮件。客户端会拒绝它。',
      hint: '请申请服务器证书。查看用途：openssl x509 -in {chain} -noout -ext extendedKeyUsage',
    },
  },
  'certificates.files-issuer-missing': {
    en: {
      meaning:
        '{chain} (key {key}) holds no certificate of the issuer ({issuer}), and this machine does not trust it as a root.',
      cause:
        'If the issuer is an intermediate authority, clients cannot verify the site without it. If it is a private root, they need that root.',
      hint: 'Append the intermediate: cat {chain} INTERMEDIATE.pem > {newChain} — where to get it: openssl x509 -in {chain} -noout -ext authorityInfoAccess',
    },
    zh: {
      meaning: '{chain}（私钥 {key}）中没有签发者（{issuer}）的证书，本机也不把它作为根证书信任。',
      cause: '如果签发者是中间颁发机构，缺少它客户端就无法验证该站点；如果是私有根证书，客户端需要信任该根证书。',
      hint: '请补上中间证书：cat {chain} INTERMEDIATE.pem > {newChain}；查看获取地址：openssl x509 -in {chain} -noout -ext authorityInfoAccess',
    },
  },
});

export const certificateFilesWords = defineWords({
  'certificates.files.chain': { en: 'the certificate and its chain', zh: '证书及其证书链' },
  'certificates.files.key': { en: 'the private key', zh: '私钥' },
  'certificates.files.a-certificate': { en: 'a certificate', zh: '证书' },
  'certificates.files.a-key': { en: 'a private key', zh: '私钥' },
  'certificates.files.a-public-key': { en: 'a public key', zh: '公钥' },
  'certificates.files.a-request': { en: 'a certificate request', zh: '证书签名请求' },
  'certificates.files.an-openssh-key': { en: 'an OpenSSH key', zh: 'OpenSSH 密钥' },
  'certificates.files.html': { en: 'a web page', zh: '网页' },
  'certificates.files.something-else': { en: 'something that is not PEM', zh: '不是 PEM 的内容' },
  'certificates.files.unreadable-key': { en: 'a private key that OpenSSL cannot read', zh: 'OpenSSL 无法读取的私钥' },
  'certificates.files.key-short': {
    en: 'the key is too short; RSA needs 2048 bits',
    zh: '密钥太短，RSA 至少需要 2048 位',
  },
  'certificates.files.issuer-key-short': {
    en: 'the key of an authority in the chain is too short',
    zh: '证书链中颁发机构的密钥太短',
  },
  'certificates.files.digest-weak': {
    en: 'a certificate in the chain is signed with an outdated digest (SHA-1 or MD5)',
    zh: '证书链中有证书使用了过时的摘要算法（SHA-1 或 MD5）签名',
  },
});
