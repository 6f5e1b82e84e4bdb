import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export const authorityWords = defineWords({
  'authority.damage.none': { en: 'root and intermediate are missing', zh: '根证书和中间证书都不见了' },
  'authority.damage.key': { en: 'the intermediate has no private key', zh: '中间证书没有私钥' },
  'authority.damage.chain': { en: 'the root did not issue the intermediate', zh: '中间证书不是由该根证书签发的' },
  'authority.damage.count': { en: '{count} certificates of kind {kind}', zh: '有 {count} 个 {kind} 类证书' },
  'authority.damage.unreadable': { en: 'the certificate of kind {kind}', zh: '{kind} 类证书' },
});

export const authorityError = defineErrors({
  'authority.none': {
    en: {
      meaning: 'There is no private authority in {folder}.',
      cause: 'Everyhop creates it with the first private certificate.',
      hint: 'Start Everyhop on this folder: {everyhop up} — or choose another folder: --state DIR',
    },
    zh: {
      meaning: '{folder} 中没有私有证书颁发机构。',
      cause: 'Everyhop 在签发第一张私有证书时才会创建它。',
      hint: '请用该文件夹启动 Everyhop：{everyhop up}；或用 --state DIR 指定其他文件夹。',
    },
  },
  'authority.public-suffix': {
    en: {
      meaning: 'The private authority does not issue for {name}.',
      cause:
        'Anyone can register names under {suffix} on the Internet. A root that permits it could vouch for all of them, on every device that trusts the root.',
      hint: 'Use a private name, for example {suffix}.internal or {suffix}.home.arpa — or a name below {suffix} that you own.',
    },
    zh: {
      meaning: '私有证书颁发机构不为 {name} 签发证书。',
      cause:
        '互联网上任何人都可以在 {suffix} 之下注册名称。允许它的根证书可以为所有这些名称作证，凡信任该根证书的设备都会受影响。',
      hint: '请使用私有名称，例如 {suffix}.internal 或 {suffix}.home.arpa；或使用您在 {suffix} 之下拥有的名称。',
    },
  },
  'authority.name-not-permitted': {
    en: {
      meaning: 'The private authority may not issue for {name}.',
      cause:
        'Its root permits only private names and addresses, and the names given when it was created. That limits the damage of a stolen key.',
      hint: 'Permit this name, and others that you will need: {everyhop authority widen} {name} — clients then need the new root.',
    },
    zh: {
      meaning: '私有证书颁发机构不能为 {name} 签发证书。',
      cause: '它的根证书只允许私有名称和地址，以及创建时指定的名称，以限制私钥被盗时的危害。',
      hint: '允许该名称以及今后需要的其他名称：{everyhop authority widen} {name}；之后客户端需要信任新的根证书。',
    },
  },
  'authority.permit-missing': {
    en: {
      meaning: 'The private root does not permit {names}, although authority → permit lists them.',
      cause: 'A root keeps the limits with which it was created.',
      hint: 'Permit them: {everyhop authority widen} {words} — clients then need the new root, once for all of them.',
    },
    zh: {
      meaning: '私有根证书不允许 {names}，尽管 authority → permit 中列出了它们。',
      cause: '根证书的限制在创建时就已确定。',
      hint: '允许它们：{everyhop authority widen} {words}；之后客户端需要信任新的根证书，一次即可。',
    },
  },
  'authority.root-key-offline': {
    en: {
      meaning: 'This command needs the private key of the root, which is not on this machine.',
      cause: 'The key was taken offline.',
      hint: 'Provide it for this command only: {command}',
    },
    zh: {
      meaning: '此命令需要根证书的私钥，但它不在本机上。',
      cause: '该私钥已被转为离线保存。',
      hint: '仅为此命令提供它：{command}',
    },
  },
  'authority.root-key-gone': {
    en: {
      meaning: 'There is no root key to export: it is no longer on this machine.',
      cause: 'It was taken offline earlier.',
      hint: 'Copy the file written then. To check that it is the right one: {everyhop authority renew} --root-key FILE',
    },
    zh: {
      meaning: '没有可导出的根证书私钥：它已不在本机上。',
      cause: '它之前已被转为离线保存。',
      hint: '请复制当时写出的文件；用以下命令可确认它是否正确：{everyhop authority renew} --root-key FILE',
    },
  },
  'authority.root-key-mismatch': {
    en: {
      meaning:
        'This is not the private key of the root (its public key has SHA-256 {found}; the root’s has {expected}).',
      cause: 'The file belongs to another authority, or is not the exported copy.',
      hint: 'Find the file written by: {everyhop authority take-offline} FILE',
    },
    zh: {
      meaning: '这不是根证书的私钥（其公钥的 SHA-256 为 {found}，根证书的为 {expected}）。',
      cause: '该文件属于另一个颁发机构，或者不是当初导出的副本。',
      hint: '请查找由以下命令写出的文件：{everyhop authority take-offline} FILE',
    },
  },
  'authority.intermediate-ending': {
    en: {
      meaning:
        'The intermediate of the private authority expires in {days} days ({date}) and cannot be renewed automatically.',
      cause: 'Renewing it needs the private key of the root, which was taken offline.',
      hint: 'Provide the key for this command only: {everyhop authority renew} --root-key FILE',
    },
    zh: {
      meaning: '私有颁发机构的中间证书将在 {days} 天后（{date}）到期，且无法自动续期。',
      cause: '续期需要根证书的私钥，而它已转为离线保存。',
      hint: '仅为此命令提供该私钥：{everyhop authority renew} --root-key FILE',
    },
  },
  'authority.intermediate-ended': {
    en: {
      meaning: 'The intermediate of the private authority expired on {date}; it cannot issue any certificate.',
      cause: 'It could not be renewed because the private key of the root was taken offline.',
      hint: 'Provide the key for this command only: {everyhop authority renew} --root-key FILE',
    },
    zh: {
      meaning: '私有颁发机构的中间证书已于 {date} 到期，无法签发任何证书。',
      cause: '由于根证书的私钥已转为离线保存，未能续期。',
      hint: '仅为此命令提供该私钥：{everyhop authority renew} --root-key FILE',
    },
  },
  'authority.root-ending': {
    en: {
      meaning: 'The root of the private authority expires in {days} days ({date}).',
      cause: 'A root is valid for ten years; every client needs the next one before it expires.',
      hint: 'Create the next one: {everyhop authority renew} — then install it on every client (on this machine: {everyhop trust install})',
    },
    zh: {
      meaning: '私有颁发机构的根证书将在 {days} 天后（{date}）到期。',
      cause: '根证书有效期为十年；到期之前，每个客户端都必须装上新的根证书。',
      hint: '生成新的根证书：{everyhop authority renew}；然后在每个客户端上安装（本机：{everyhop trust install}）',
    },
  },
  'authority.clock-wrong': {
    en: {
      meaning: 'The clock of this machine shows {now}, which is before {earliest}.',
      cause: 'The clock is wrong: certificates issued now would be invalid once it is right.',
      hint: 'Synchronize the clock: timedatectl set-ntp true — then run the same command again.',
    },
    zh: {
      meaning: '本机时钟显示 {now}，早于 {earliest}。',
      cause: '时钟不准：现在签发的证书在时钟恢复正确后将无效。',
      hint: '请校准时钟：timedatectl set-ntp true；然后重新运行同一命令。',
    },
  },
  'authority.damaged': {
    en: {
      meaning: 'The private authority in the store cannot be used: {detail}.',
      cause: 'The store was edited or only partly restored.',
      hint: 'Restore the whole state folder from a backup.',
    },
    zh: {
      meaning: '存储中的私有颁发机构无法使用：{detail}。',
      cause: '存储被改动过，或只恢复了一部分。',
      hint: '请从备份恢复整个状态文件夹。',
    },
  },
});
