import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';
import { sourceTexts } from './source-messages.ts';

export const bundleWords = defineWords({
  'trust.network.status': { en: 'status {status}', zh: '状态码 {status}' },
  'trust.network.encoding': { en: 'its {encoding} content cannot be decoded', zh: '无法解码其 {encoding} 内容' },
});

export const bundleError = defineErrors({
  ...sourceTexts,
  'trust.more-findings': {
    en: {
      meaning: '{count} more blocks are not listed.',
      cause: 'With this many errors, the file is probably not a file of roots.',
      hint: 'Fix or replace the file, then run the same command again.',
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
        'One bad block makes some programs ignore the whole file, so nothing is written until every block is valid.',
      hint: 'Fix the listed problems, then run the same command again. The published bundle is unchanged.',
    },
    zh: {
      meaning: '没有生成信任包：根证书有 {count} 个问题。',
      cause: '一个错误的块会使某些程序丢弃整个文件，因此在全部正确之前不会写入任何内容。',
      hint: '请修正所列问题，然后重新运行同一命令。已发布的信任包没有变化。',
    },
  },
  'trust.bundle-empty': {
    en: {
      meaning: 'The bundle would contain no roots.',
      cause: 'Public roots are turned off, no private ones were passed, and this state folder has no authority.',
      hint: 'Add roots: {everyhop trust bundle} --root FILE — or use the public ones: --public system',
    },
    zh: {
      meaning: '没有可放入信任包的根证书。',
      cause: '未要求公共根证书，也未指定私有根证书，而且该状态文件夹中没有颁发机构。',
      hint: '请指定根证书：{everyhop trust bundle} --root FILE；或使用公共根证书：--public system',
    },
  },
  'trust.bundle-smaller': {
    en: {
      meaning: '{file} would contain {now} roots; the published one contains {before}.',
      cause:
        'These would be missing: {missing}. A source was left out, is truncated, or dropped these roots; programs that need them would fail.',
      hint: 'Pass every source again. To remove the roots on purpose, run the same command with --allow-smaller',
    },
    zh: {
      meaning: '{file} 将包含 {now} 个根证书，而已发布的包含 {before} 个。',
      cause: '将缺少：{missing}。某个来源被遗漏、被截断，或去掉了这些根证书；需要它们的程序会出错。',
      hint: '请重新指定所有来源；如果确实要去掉，请加上 --allow-smaller 再运行同一命令',
    },
  },
  'trust.bundle-few-public': {
    en: {
      meaning: 'Only {count} public roots were found, fewer than {floor}.',
      cause:
        'This machine’s set is truncated or was replaced. Programs for which the bundle replaces the system roots would reach few public sites.',
      hint: 'Use Mozilla’s set: --public mozilla; or repair the system’s (Debian: sudo update-ca-certificates --fresh); or, if so few are intended, add --allow-smaller',
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
      cause: 'None of these files exists: {files}. Small container images omit them.',
      hint: 'Install the package ca-certificates (Debian, Alpine), or use Mozilla’s set: --public mozilla',
    },
    zh: {
      meaning: '该系统没有公共根证书文件。',
      cause: '以下文件都不存在：{files}。小型容器镜像常常不包含它。',
      hint: '请安装 ca-certificates 软件包（Debian、Alpine），或使用 Mozilla 的集合：--public mozilla',
    },
  },
  'trust.certifi-changed': {
    en: {
      meaning: '{file} has changed since it was installed, so Everyhop uses the Mozilla set built into Node.',
      cause: 'Roots were added or removed there, or Python’s record of installed files is missing.',
      hint: 'Pass your own roots with --root FILE. To restore certifi: python3 -m pip install --force-reinstall certifi',
    },
    zh: {
      meaning: '{file} 与安装时不一致，因此使用 Node 自带的 Mozilla 集合。',
      cause: '其中的根证书被增删，或缺少 Python 的安装文件记录。',
      hint: '请用 --root FILE 指定自己的根证书；恢复 certifi：python3 -m pip install --force-reinstall certifi',
    },
  },
  'trust.fingerprint-unreadable': {
    en: {
      meaning: '"{value}" is not a SHA-256 fingerprint.',
      cause:
        'A fingerprint has 64 hexadecimal digits, with or without colons or spaces, and belongs to a certificate or its public key.',
      hint: 'To print that of a file: openssl x509 -in FILE -noout -fingerprint -sha256. The machine that runs Everyhop prints that of its root: {everyhop authority show}',
    },
    zh: {
      meaning: '“{value}”不是 SHA-256 指纹。',
      cause: '它由 64 个十六进制数字组成，可带冒号或空格；可以是证书的，也可以是其公钥的。',
      hint: '查看文件的指纹：openssl x509 -in FILE -noout -fingerprint -sha256。运行 Everyhop 的机器可显示其根证书的指纹：{everyhop authority show}',
    },
  },
  'trust.distrust-unmatched': {
    en: {
      meaning: 'No root has the fingerprint {value}.',
      cause: 'No source contains it any more, or the fingerprint belongs to something else.',
      hint: 'Look it up in the bundle’s manifest.json, which lists the fingerprints of each certificate and its key.',
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
      cause: 'An attacker on the network could have sent it. It is not trusted until you confirm its fingerprint.',
      hint: 'Ask the operator of this authority for the fingerprint, by another channel. If it matches, run the same command with --pin {fingerprint}',
    },
    zh: {
      meaning: '{from} 提供了 {subject}（第 {block} 个块），有效期至 {until}，SHA-256 {fingerprint}。',
      cause: '它可能由网络上的攻击者发送。在您确认指纹之前，它不受信任。',
      hint: '请通过其他途径向该颁发机构的管理者核对指纹。若一致，请加上 --pin {fingerprint} 再运行同一命令',
    },
  },
  'trust.from-unreadable': {
    en: {
      meaning: 'Roots cannot be read from "{from}".',
      cause: 'Pass the http:// or https:// URL of a file, or tls://HOST:PORT for a server.',
      hint: 'For example: --from https://ca.example.com/root.pem or --from tls://chat.example.com:443',
    },
    zh: {
      meaning: '无法从“{from}”读取根证书。',
      cause: '请使用文件的 http:// 或 https:// 地址，或用 tls://主机:端口 表示服务器。',
      hint: '例如：--from https://ca.example.com/root.pem 或 --from tls://chat.example.com:443',
    },
  },
  'trust.network-failed': {
    en: {
      meaning: 'Reading roots from {from} failed: {reason}.',
      cause:
        'The server is unreachable, does not have the file, or presents a certificate that this machine does not trust yet.',
      hint: 'See its answer: curl -v {from} — a file of roots may also come over http://, since you compare its fingerprint.',
    },
    zh: {
      meaning: '无法从 {from} 读取：{reason}。',
      cause: '无法连接服务器、服务器没有该文件，或者本机尚不信任其证书。',
      hint: '查看其应答：curl -v {from}；由于会核对指纹，根证书文件也可以通过 http:// 获取。',
    },
  },
  'trust.server-sends-no-root': {
    en: {
      meaning: '{from} does not send its root; the last certificate that it sends was issued by {issuer}.',
      cause: 'Servers may omit the root, since clients already have it.',
      hint: 'Ask the operator of {issuer} for its root, and pass it with --root FILE.',
    },
    zh: {
      meaning: '{from} 没有发送根证书，只发送到由 {issuer} 签发的证书为止。',
      cause: '客户端本应已有根证书，因此服务器可以不发送。',
      hint: '请向 {issuer} 的管理者索取根证书，并用 --root FILE 指定。',
    },
  },
  'trust.bundle-folder-taken': {
    en: {
      meaning: '{file} already exists, and Everyhop did not create it.',
      cause: 'A bundle needs a separate folder; Everyhop does not overwrite files that it did not create.',
      hint: 'Pass a new or empty folder with --out DIR.',
    },
    zh: {
      meaning: '{file} 已经存在，而且不是 Everyhop 创建的。',
      cause: '信任包需要单独的文件夹；Everyhop 不会覆盖不是它创建的文件。',
      hint: '请用 --out DIR 指定一个新的或空的文件夹。',
    },
  },
});
