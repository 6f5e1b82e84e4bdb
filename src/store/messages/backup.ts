import { defineErrors } from '../../base/errors.ts';

export const backupError = defineErrors({
  'backup.nothing': {
    en: {
      meaning: 'There is nothing to back up in {folder}.',
      cause: 'This state folder has no store with content: no authority, no certificate, no account.',
      hint: 'Name the folder that the running Everyhop uses: --state DIR',
    },
    zh: {
      meaning: '{folder} 中没有可备份的内容。',
      cause: '该状态文件夹中没有带内容的存储：既没有颁发机构，也没有证书和账户。',
      hint: '请指定运行中的 Everyhop 所用的文件夹：--state DIR',
    },
  },
  'backup.file-taken': {
    en: {
      meaning: '{file} exists and is not an encrypted backup.',
      cause: 'A backup replaces only an earlier backup, so that a mistyped name costs no other file.',
      hint: 'Choose another name (in a folder: with a file name at the end), or remove that file first.',
    },
    zh: {
      meaning: '{file} 已存在，但不是加密备份。',
      cause: '备份只会替换先前的备份，以免写错文件名时毁掉其他文件。',
      hint: '请换一个文件名（如果是文件夹，请在末尾写上文件名），或先删除该文件。',
    },
  },
  'backup.weak-passphrase': {
    en: {
      meaning: 'The passphrase is too short: {length} characters.',
      cause: 'A copy of the file lets others try passphrases without limit. At least {least} characters are required.',
      hint: 'Take five random words, or: openssl rand -base64 18',
    },
    zh: {
      meaning: '口令太短：只有 {length} 个字符。',
      cause: '拿到文件副本的人可以无限次尝试口令，因此至少需要 {least} 个字符。',
      hint: '请使用五个随机单词，或用以下命令生成：openssl rand -base64 18',
    },
  },
  'backup.recipient-invalid': {
    en: {
      meaning: 'Not a recipient: {recipient}',
      cause: 'A recipient is a public key of age and begins with age1. SSH keys are not supported.',
      hint: 'Make a key pair with age-keygen -o backup.key, and give the public key that it prints.',
    },
    zh: {
      meaning: '这不是接收者公钥：{recipient}',
      cause: '接收者是以 age1 开头的 age 公钥。不支持 SSH 密钥。',
      hint: '请用 age-keygen -o backup.key 生成密钥对，并使用它输出的公钥。',
    },
  },
  'backup.identity-invalid': {
    en: {
      meaning: 'The file of --identity has no usable secret key.',
      cause:
        'It needs a line that begins with AGE-SECRET-KEY-. SSH keys and identity files with a passphrase are not supported.',
      hint: 'Give the file that age-keygen wrote. One with a passphrase: first decrypt it with age -d.',
    },
    zh: {
      meaning: '--identity 指定的文件中没有可用的私钥。',
      cause: '文件中需要有一行以 AGE-SECRET-KEY- 开头。不支持 SSH 密钥和带口令的身份文件。',
      hint: '请使用 age-keygen 写出的文件。如果它带口令，请先用 age -d 解密。',
    },
  },
  'backup.not-encrypted': {
    en: {
      meaning: '{file} is not an encrypted backup.',
      cause: 'It does not begin like a file of age: it is another file, or a backup that was damaged or converted.',
      hint: 'Give a file that the command “backup” wrote. A file in age’s text form: first convert it with age -d and tar.',
    },
    zh: {
      meaning: '{file} 不是加密备份。',
      cause: '它的开头不是 age 文件的格式：它是别的文件，或者是已损坏或被转换过的备份。',
      hint: '请使用 backup 命令写出的文件。如果是 age 的文本格式，请先用 age -d 和 tar 处理。',
    },
  },
  'backup.wrong-passphrase': {
    en: {
      meaning: 'The passphrase does not open {file}.',
      cause: 'It is mistyped, or belongs to another backup. Nothing was changed.',
      hint: 'Try again. Without the passphrase, the backup is lost.',
    },
    zh: {
      meaning: '该口令打不开 {file}。',
      cause: '口令有误，或属于另一个备份。没有改动任何内容。',
      hint: '请重试。没有口令就无法恢复该备份。',
    },
  },
  'backup.wrong-identity': {
    en: {
      meaning: 'None of the secret keys opens {file}.',
      cause: 'It was encrypted for other recipients. Nothing was changed.',
      hint: 'Give --identity with the key that belongs to a recipient of this backup.',
    },
    zh: {
      meaning: '这些私钥都打不开 {file}。',
      cause: '它是为其他接收者加密的。没有改动任何内容。',
      hint: '请用 --identity 指定该备份某个接收者的私钥。',
    },
  },
  'backup.damaged': {
    en: {
      meaning: '{file} is damaged.',
      cause:
        'It was cut off or changed after it was written: its authentication fails. Nothing was changed in the state folder.',
      hint: 'Copy the file again from where it is stored, or restore an earlier backup.',
    },
    zh: {
      meaning: '{file} 已损坏。',
      cause: '它在写出之后被截断或改动，因此无法通过验证。状态文件夹没有任何改动。',
      hint: '请从存放处重新复制该文件，或恢复更早的备份。',
    },
  },
  'backup.foreign': {
    en: {
      meaning: '{file} is not a backup of Everyhop.',
      cause: 'The key opens it, but it holds something else. Nothing was changed.',
      hint: 'Give a file that the command “backup” wrote.',
    },
    zh: {
      meaning: '{file} 不是 Everyhop 的备份。',
      cause: '密钥可以打开它，但里面是别的内容。没有改动任何内容。',
      hint: '请使用 backup 命令写出的文件。',
    },
  },
  'backup.too-new': {
    en: {
      meaning: '{file} was written by a newer Everyhop ({version}).',
      cause: 'This version does not know its format and could lose a part of it. Nothing was changed.',
      hint: 'Install that version or a later one, and run the command again: npm install -g everyhop@latest',
    },
    zh: {
      meaning: '{file} 由更新版本的 Everyhop（{version}）写出。',
      cause: '当前版本不认识它的格式，可能会丢失部分内容。没有改动任何内容。',
      hint: '请安装该版本或更新的版本，然后重新运行该命令：npm install -g everyhop@latest',
    },
  },
  'backup.folder-taken': {
    en: {
      meaning: 'The state folder {folder} is in use: it has {found}.',
      cause: 'A restore would take the place of that authority, those certificates and accounts.',
      hint: 'To replace them, add --force: the present content stays in a folder beside. Or restore elsewhere: --state DIR',
    },
    zh: {
      meaning: '状态文件夹 {folder} 中已有内容：{found}。',
      cause: '恢复会取代其中的颁发机构、证书和账户。',
      hint: '如果要取代它们，请加上 --force：现有内容会保留在旁边的文件夹中。也可以恢复到别处：--state DIR',
    },
  },
});
