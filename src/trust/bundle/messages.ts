import { defineErrors } from '../../base/errors.ts';

const wrongFile = {
  en: { hint: 'Name a file of root certificates in PEM, DER or PKCS#7, or a folder of such files.' },
  zh: { hint: '请指定 PEM、DER 或 PKCS#7 格式的根证书文件，或包含此类文件的文件夹。' },
} as const;

const askOwner = {
  en: { hint: 'Get the root in force from who runs this authority, and name that with --root.' },
  zh: { hint: '请向该颁发机构的管理者获取当前有效的根证书，并用 --root 指定。' },
} as const;

const worksElsewhere = {
  en: { hint: 'It is kept, since most programs take it. Ask who runs this authority for a root made to RFC 5280.' },
  zh: { hint: '由于多数程序接受它，已予保留。请向该颁发机构的管理者索取符合 RFC 5280 的根证书。' },
} as const;

export const bundleError = defineErrors({
  'trust.source-empty': {
    en: {
      meaning: '{file} is empty.',
      cause: 'Whatever should have written it failed, or has yet to.',
      ...wrongFile.en,
    },
    zh: { meaning: '{file} 是空的。', cause: '本应写入它的程序失败了，或尚未写入。', ...wrongFile.zh },
  },
  'trust.source-no-certificate': {
    en: {
      meaning: 'There is no certificate in {file}.',
      cause:
        'In a file, a certificate stands between BEGIN CERTIFICATE and END CERTIFICATE; in a folder, files are read whose names end in .pem, .crt, .cer, .der, .p7b or .p7c.',
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
      cause: 'It is a pipe, a socket or a device, which may never come to an end.',
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
      cause: 'The file was moved or removed, or the path is another one on this machine.',
      hint: 'See where it leads: namei -l {file}; name the file itself.',
    },
    zh: {
      meaning: '{file} 是指向 {target} 的链接，而目标不存在。',
      cause: '目标文件被移走或删除，或者在这台机器上路径不同。',
      hint: '查看它指向哪里：namei -l {file}；请直接指定文件本身。',
    },
  },
  'trust.source-format': {
    en: {
      meaning: '{file} is a {format} container.',
      cause: 'Such a file may hold keys and certificates of servers beside roots, or need a password.',
      hint: 'Take the certificates out, look at them, and name that file: {command}',
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
      cause: 'There is no BEGIN line in it, and it is not one certificate in binary form.',
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
        'It is cut off, has something else than base64 in it, or lacks its END line. Many programs drop everything behind such a block.',
      hint: 'Get the file again from its source; see the block: openssl storeutl -noout -text FILE',
    },
    zh: {
      meaning: '第 {block} 个块已损坏：{reason}',
      cause: '它被截断、含有 base64 以外的内容，或缺少 END 行。许多程序会丢弃其后的全部内容。',
      hint: '请从来源重新获取该文件；查看该块：openssl storeutl -noout -text FILE',
    },
  },
  'trust.block-glued': {
    en: {
      meaning: 'Block {block}, perhaps with others, begins on the line where the one before it ends.',
      cause: 'Files were joined, and the first had no newline at its end. Most programs refuse such a file whole.',
      hint: 'Nothing has to be done here: the bundle has them on lines of their own.',
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
      cause:
        'A bundle is read by every program and copied into containers; a key must never be in it, and was never meant to be beside a root.',
      hint: 'Name a file with the certificate only: openssl x509 -in FILE -out root.pem; if others could read this file, the key is to be replaced.',
    },
    zh: {
      meaning: '第 {block} 个块是私钥。',
      cause: '信任包会被各种程序读取并复制到容器中；私钥绝不能在其中，也不应与根证书放在一起。',
      hint: '请指定只含证书的文件：openssl x509 -in FILE -out root.pem；如果他人能读取此文件，则应更换该私钥。',
    },
  },
  'trust.block-unexpected': {
    en: {
      meaning: 'Block {block} is a {label}, not a certificate.',
      cause: 'Files of roots hold certificates and nothing else.',
      hint: 'Take the block out of the file; a TRUSTED CERTIFICATE is made a plain one by: openssl x509 -in FILE -out root.pem',
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
      cause: 'It is damaged, or was made by a program that does not follow RFC 5280.',
      hint: 'See what OpenSSL makes of it: openssl x509 -in FILE -noout -text; then get it again from its source.',
    },
    zh: {
      meaning: '第 {block} 个块不是证书：{reason}',
      cause: '它已损坏，或由不遵循 RFC 5280 的程序生成。',
      hint: '查看 OpenSSL 的解读：openssl x509 -in FILE -noout -text；然后从来源重新获取。',
    },
  },
  'trust.root-not-ca': {
    en: {
      meaning: '{subject} (block {block}) is not the certificate of an authority.',
      cause:
        'It is a server’s own certificate, or was made without basicConstraints CA:TRUE. As a root, some programs take it and others do not.',
      hint: 'Name the root that issued it; if there is none, trust this one certificate alone with --pin {fingerprint}, or have one issued: everyhop certificates obtain NAME --authority private',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不是颁发机构的证书。',
      cause: '它是服务器自身的证书，或生成时没有 basicConstraints CA:TRUE。作为根证书，有些程序接受，有些不接受。',
      hint: '请指定签发它的根证书；若没有，可用 --pin {fingerprint} 单独信任此证书，或签发一张：everyhop certificates obtain NAME --authority private',
    },
  },
  'trust.root-cannot-sign': {
    en: {
      meaning: '{subject} (block {block}) may not sign certificates.',
      cause: 'Its keyUsage is {usage}, without keyCertSign: no program accepts anything that it issued.',
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
      cause: 'Nothing that it issued verifies any more.',
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
      cause: 'It was made for later, or the clock of this machine is behind.',
      hint: 'Look at the clock: date -u; if it is right, leave this root out until then.',
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
      cause: 'Such a certificate is valid at no time.',
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
      cause: 'Keys of RSA under 2048 bits, curves under 224 bits, and DSA are refused by today’s programs.',
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
      cause: 'A root is trusted by name and key, so its own signature matters little, but a few programs look at it.',
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
      cause: 'A serial number is positive (RFC 5280 §4.1.2.2); Go, for one, does not read such a certificate.',
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
      cause: 'OpenSSL, curl and Node trust it only together with its root; servers send intermediates themselves.',
      hint: 'Name the root {issuer} instead.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）是由 {issuer} 签发的中间证书。',
      cause: 'OpenSSL、curl 和 Node 只有在拥有其根证书时才信任它；中间证书由服务器自己发送。',
      hint: '请改为指定根证书 {issuer}。',
    },
  },
  'trust.root-intermediate-spare': {
    en: {
      meaning: '{subject} (block {block}) is an intermediate whose root is there too.',
      cause: 'Trusted by itself it would escape the limits of its root, and servers send it anyway.',
      hint: 'Nothing has to be done: the root is in the bundle.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）是中间证书，其根证书也在其中。',
      cause: '单独信任它会绕过根证书的限制，而且服务器本来就会发送它。',
      hint: '无需处理：根证书已在信任包中。',
    },
  },
  'trust.root-signature': {
    en: {
      meaning: '{subject} (block {block}) did not sign itself, though it says so.',
      cause: 'It is damaged, or somebody put another key under the name of this authority.',
      ...askOwner.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）声称自签名，但签名不符。',
      cause: '它已损坏，或有人用该颁发机构的名称放入了别的密钥。',
      ...askOwner.zh,
    },
  },
  'trust.root-lax': {
    en: {
      meaning: '{subject} (block {block}) lacks what RFC 5280 wants: {missing}.',
      cause: 'Python 3.13 and later refuse every certificate under such a root.',
      ...worksElsewhere.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）缺少 RFC 5280 所要求的：{missing}。',
      cause: 'Python 3.13 及以后版本会拒绝该根证书下的所有证书。',
      ...worksElsewhere.zh,
    },
  },
  'trust.root-malformed': {
    en: {
      meaning: '{subject} (block {block}) is not made as RFC 5280 wants: {fields}.',
      cause:
        'A serial number has 1 to 20 octets and is not zero; nameConstraints are critical. Programs take it today, checkers such as zlint do not.',
      ...worksElsewhere.en,
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不符合 RFC 5280 的要求：{fields}。',
      cause:
        '序列号应为 1 至 20 个字节且不为零；nameConstraints 应为关键扩展。目前程序接受它，但 zlint 等检查工具不接受。',
      ...worksElsewhere.zh,
    },
  },
  'trust.root-critical': {
    en: {
      meaning: '{subject} (block {block}) has a critical extension that programs do not know: {extension}.',
      cause: 'What is critical and not understood must be refused (RFC 5280 §4.2), with all that this root issued.',
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
      cause: 'Its fingerprint, or that of its key, was named with --distrust.',
      hint: 'To have it back, leave {value} out of --distrust.',
    },
    zh: {
      meaning: '{subject}（第 {block} 个块）不受信任。',
      cause: '其指纹或其密钥的指纹已用 --distrust 指定。',
      hint: '若要恢复，请从 --distrust 中去掉 {value}。',
    },
  },
  'trust.more-findings': {
    en: {
      meaning: '{count} more blocks are not listed.',
      cause: 'A file with so many mistakes is probably not a file of roots.',
      hint: 'Mend or replace the file, then run the same command again.',
    },
    zh: {
      meaning: '还有 {count} 个块未列出。',
      cause: '有这么多错误的文件很可能不是根证书文件。',
      hint: '请修复或更换该文件，然后重新运行同一命令。',
    },
  },
  'trust.bundle-refused': {
    en: {
      meaning: 'No bundle was made: {count} problems with the roots.',
      cause:
        'One wrong block makes some programs drop the whole file, so nothing is written until all of them are right.',
      hint: 'Mend what is listed, then run the same command again. What was published before is untouched.',
    },
    zh: {
      meaning: '没有生成信任包：根证书有 {count} 个问题。',
      cause: '一个错误的块会使某些程序丢弃整个文件，因此在全部正确之前不会写入任何内容。',
      hint: '请修正所列问题，然后重新运行同一命令。之前发布的内容未受影响。',
    },
  },
  'trust.bundle-empty': {
    en: {
      meaning: 'There is no root to put into a bundle.',
      cause: 'No public roots were wanted, no private ones were named, and this state folder has no authority.',
      hint: 'Name roots: everyhop trust bundle --root FILE; or take the public ones: --public system',
    },
    zh: {
      meaning: '没有可放入信任包的根证书。',
      cause: '未要求公共根证书，也未指定私有根证书，而且该状态文件夹中没有颁发机构。',
      hint: '请指定根证书：everyhop trust bundle --root FILE；或使用公共根证书：--public system',
    },
  },
  'trust.bundle-smaller': {
    en: {
      meaning: '{file} would hold {now} roots; the published one holds {before}.',
      cause:
        'Missing would be: {missing}. A source was left out, is cut off, or dropped these roots; programs that need them would stop.',
      hint: 'Name every source again; if they are to go, run the same command with --allow-smaller',
    },
    zh: {
      meaning: '{file} 将包含 {now} 个根证书，而已发布的包含 {before} 个。',
      cause: '将缺少：{missing}。某个来源被遗漏、被截断，或去掉了这些根证书；需要它们的程序会停止工作。',
      hint: '请重新指定所有来源；如果确实要去掉，请加上 --allow-smaller 再运行同一命令',
    },
  },
  'trust.bundle-few-public': {
    en: {
      meaning: 'Only {count} public roots were found, fewer than {floor}.',
      cause:
        'The set of this machine is cut off or was replaced; programs that replace their roots with the bundle would reach few public sites.',
      hint: 'Take Mozilla’s set: --public mozilla; mend the system’s (Debian: sudo update-ca-certificates --fresh); or, if it is meant so, add --allow-smaller',
    },
    zh: {
      meaning: '只找到 {count} 个公共根证书，少于 {floor} 个。',
      cause: '本机的根证书集被截断或替换；用该信任包替换自身根证书的程序将只能访问少数公共站点。',
      hint: '可使用 Mozilla 的集合：--public mozilla；或修复系统的集合（Debian：sudo update-ca-certificates --fresh）；若确实如此，请加上 --allow-smaller',
    },
  },
  'trust.no-system-roots': {
    en: {
      meaning: 'This system has no file of public roots.',
      cause: 'None of these is there: {files}. Small container images leave it out.',
      hint: 'Install it (Debian, Alpine: the package ca-certificates), or take Mozilla’s set: --public mozilla',
    },
    zh: {
      meaning: '该系统没有公共根证书文件。',
      cause: '以下文件都不存在：{files}。小型容器镜像常常不包含它。',
      hint: '请安装它（Debian、Alpine：ca-certificates 软件包），或使用 Mozilla 的集合：--public mozilla',
    },
  },
  'trust.certifi-changed': {
    en: {
      meaning: '{file} is not as it was installed, so Mozilla’s set is taken from Node.',
      cause: 'Somebody added or removed roots there, or Python’s record of the installed files is missing.',
      hint: 'Name roots of your own with --root FILE; put certifi right again: python3 -m pip install --force-reinstall certifi',
    },
    zh: {
      meaning: '{file} 与安装时不一致，因此使用 Node 自带的 Mozilla 集合。',
      cause: '有人在其中增删了根证书，或缺少 Python 的安装文件记录。',
      hint: '请用 --root FILE 指定自己的根证书；恢复 certifi：python3 -m pip install --force-reinstall certifi',
    },
  },
  'trust.fingerprint-unreadable': {
    en: {
      meaning: '"{value}" is not a SHA-256 fingerprint.',
      cause: 'It has 64 hexadecimal digits, with or without colons; of a certificate, or of its public key.',
      hint: 'See it: openssl x509 -in FILE -noout -fingerprint -sha256',
    },
    zh: {
      meaning: '“{value}”不是 SHA-256 指纹。',
      cause: '它由 64 个十六进制数字组成，可带冒号；可以是证书的，也可以是其公钥的。',
      hint: '查看方法：openssl x509 -in FILE -noout -fingerprint -sha256',
    },
  },
  'trust.distrust-unmatched': {
    en: {
      meaning: 'No root has the fingerprint {value}.',
      cause: 'It is gone from every source already, or the fingerprint is of something else.',
      hint: 'Look for it in manifest.json of the bundle: each root has the fingerprints of its certificate and of its key.',
    },
    zh: {
      meaning: '没有根证书的指纹是 {value}。',
      cause: '它已从所有来源中消失，或该指纹属于别的内容。',
      hint: '请在信任包的 manifest.json 中查找：每个根证书都列有证书指纹和密钥指纹。',
    },
  },
  'trust.root-unconfirmed': {
    en: {
      meaning: '{from} offers {subject} (block {block}), valid until {until}, SHA-256 {fingerprint}.',
      cause:
        'What comes over a network may come from somebody else. Nothing of it is trusted until its fingerprint is confirmed.',
      hint: 'Have the fingerprint told by who runs this authority, over another way. If it is the same, run the same command with --pin {fingerprint}',
    },
    zh: {
      meaning: '{from} 提供了 {subject}（第 {block} 个块），有效期至 {until}，SHA-256 {fingerprint}。',
      cause: '经网络得到的内容可能来自他人。在确认指纹之前，其中任何内容都不受信任。',
      hint: '请通过其他途径向该颁发机构的管理者核对指纹。若一致，请加上 --pin {fingerprint} 再运行同一命令',
    },
  },
  'trust.from-unreadable': {
    en: {
      meaning: '"{from}" is no place to read roots from.',
      cause: 'It is http://… or https://… of a file, or tls://HOST:PORT of a server.',
      hint: 'For example: --from https://ca.example.com/root.pem or --from tls://chat.example.com:443',
    },
    zh: {
      meaning: '无法从“{from}”读取根证书。',
      cause: '应为文件的 http://… 或 https://…，或服务器的 tls://主机:端口。',
      hint: '例如：--from https://ca.example.com/root.pem 或 --from tls://chat.example.com:443',
    },
  },
  'trust.network-failed': {
    en: {
      meaning: 'Nothing could be read from {from}: {reason}',
      cause:
        'The server is not reached, does not have the file, or has a certificate that this machine does not trust yet.',
      hint: 'See what it answers: curl -v {from}; a file of roots may be fetched over http:// as well, since its fingerprint is compared.',
    },
    zh: {
      meaning: '无法从 {from} 读取：{reason}',
      cause: '无法连接服务器、服务器没有该文件，或者本机尚不信任其证书。',
      hint: '查看其应答：curl -v {from}；由于会核对指纹，根证书文件也可以通过 http:// 获取。',
    },
  },
  'trust.server-sends-no-root': {
    en: {
      meaning: '{from} does not send its root, only certificates up to one of {issuer}.',
      cause: 'Servers may leave the root out, since clients have it already.',
      hint: 'Ask who runs {issuer} for its root, and name that with --root FILE.',
    },
    zh: {
      meaning: '{from} 没有发送根证书，只发送到由 {issuer} 签发的证书为止。',
      cause: '客户端本应已有根证书，因此服务器可以不发送。',
      hint: '请向 {issuer} 的管理者索取根证书，并用 --root FILE 指定。',
    },
  },
  'trust.bundle-folder-taken': {
    en: {
      meaning: '{file} is there already, and is not ours.',
      cause: 'A bundle is published into a folder of its own; what others put there is not overwritten.',
      hint: 'Name a new or empty folder with --out DIR.',
    },
    zh: {
      meaning: '{file} 已经存在，且不是由我们生成的。',
      cause: '信任包发布到专用文件夹中，不会覆盖他人放置的内容。',
      hint: '请用 --out DIR 指定一个新的或空的文件夹。',
    },
  },
});
