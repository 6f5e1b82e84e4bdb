import type { WordTexts } from '../../base/language.ts';

export const backupTexts = {
  'help.backup': {
    en: 'write an encrypted backup of authority, certificates, keys and accounts',
    zh: '写出加密备份：颁发机构、证书、密钥和账户',
  },
  'help.backup.file': {
    en: 'the backup, in the format of age; - for standard output',
    zh: '备份文件（age 格式）；- 表示标准输出',
  },
  'help.passphrase-file': {
    en: 'read the passphrase from the first line of a file (default: ask)',
    zh: '从文件第一行读取口令（默认：在终端询问）',
  },
  'help.backup.recipient': {
    en: 'encrypt for a public key (age1…) instead of a passphrase',
    zh: '用公钥（age1…）代替口令加密',
  },
  'help.backup.recipient-file': { en: 'file with public keys, one a line', zh: '公钥文件，每行一个' },
  'help.restore': {
    en: 'put the content of a backup in the state folder',
    zh: '把备份内容恢复到状态文件夹',
  },
  'help.restore.file': { en: 'the encrypted backup', zh: '加密的备份文件' },
  'help.restore.identity': {
    en: 'file of age-keygen with the secret key, for a backup for recipients',
    zh: '含私钥的 age-keygen 文件，用于为接收者加密的备份',
  },
  'help.restore.force': {
    en: 'replace a state folder in use, and keep its content aside',
    zh: '取代已有内容的状态文件夹，并保留原有内容',
  },
  'backup.ask-new': { en: 'Passphrase for the backup: ', zh: '备份口令：' },
  'backup.ask-again': { en: 'Once more: ', zh: '请再输入一次：' },
  'backup.done': {
    en: '{file}: encrypted backup of {folder} (certificates: {certificates}, accounts: {accounts})',
    zh: '{file}：{folder} 的加密备份，包含 {certificates} 份证书和 {accounts} 个账户',
  },
  'backup.keep-passphrase': {
    en: 'Only the passphrase opens it. Keep it elsewhere than on this machine. Restore with: {everyhop restore} FILE',
    zh: '只有该口令才能打开它，请不要只保存在本机。恢复：{everyhop restore} FILE',
  },
  'backup.keep-identity': {
    en: 'Only the secret keys of the recipients open it. Restore with: {everyhop restore} FILE --identity KEYFILE',
    zh: '只有接收者的私钥才能打开它。恢复：{everyhop restore} FILE --identity KEYFILE',
  },
  'backup.has-root-key': {
    en: 'The private key of your root is in the store and in this backup: anyone who can open it can issue certificates that your clients trust. To keep that key off this machine and out of further backups: {everyhop authority take-offline} FILE',
    zh: '您的根证书私钥在存储和此备份中：能打开备份的人可以签发您的客户端信任的证书。要让该私钥离开本机、不再进入以后的备份：{everyhop authority take-offline} FILE',
  },
  'restore.ask': { en: 'Passphrase for {file}: ', zh: '{file} 的口令：' },
  'restore.done': {
    en: '{folder}: restored the backup of {created} (certificates: {certificates}, accounts: {accounts})',
    zh: '{folder}：已恢复 {created} 的备份，包含 {certificates} 份证书和 {accounts} 个账户',
  },
  'restore.root': { en: 'private root (SHA-256): {root}', zh: '私有根证书（SHA-256）：{root}' },
  'restore.newest': { en: 'newest certificate: stored on {date}', zh: '最新的证书：存入于 {date}' },
  'restore.former': { en: 'The former content is in {former}', zh: '原有内容保留在 {former}' },
  'restore.unknown': {
    en: 'This store does not know what happened after {created}: certificates issued since, revocations, and orders that the authority counts. Certificates that are due are issued again.',
    zh: '此存储不知道 {created} 之后发生的事：此后签发的证书、吊销，以及颁发机构计数的订单。到期的证书会重新签发。',
  },
  'restore.next': {
    en: 'everyhop.yaml and the files that it names are not part of a backup: copy them, too. Then start: {everyhop up}',
    zh: 'everyhop.yaml 及其引用的文件不在备份中，请另行复制。然后启动：{everyhop up}',
  },
} as const satisfies WordTexts;
