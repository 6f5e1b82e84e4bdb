import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export { backupError } from './messages/backup.ts';

export const storeWords = defineWords({
  'store.restore.copy': {
    en: 'Stop Everyhop and restore the copy of {date}: {command}',
    zh: '请停止 Everyhop 并恢复 {date} 的副本：{command}',
  },
  'store.restore.none': {
    en: 'Stop Everyhop and restore the whole state folder from a backup',
    zh: '请停止 Everyhop，并从备份恢复整个状态文件夹',
  },
  'store.writer.owner': { en: '{name} (uid {uid})', zh: '{name}（uid {uid}）' },
  'store.writer.group': { en: 'the members of the group {name} (gid {gid})', zh: '{name} 组（gid {gid}）的成员' },
  'store.writer.all': { en: 'every user of this machine', zh: '本机的任何用户' },
  'store.root.none': { en: 'missing', zh: '缺失' },
});

export const storeError = defineErrors({
  'store.foreign-folder': {
    en: {
      meaning: 'Root’s keys would not be safe in {folder}: another user may change {at} (owner: uid {uid}).',
      cause:
        'The owner of a folder, and every user who may write in it, can replace all files below it, keys included.',
      hint:
        'Give the folder to root: sudo chown -R root: {at} && sudo chmod go-w {at} — or run Everyhop as its owner: ' +
        'sudo -u "#{uid}" — or leave out --state for /var/lib/everyhop.',
    },
    zh: {
      meaning: 'root 的私钥放在 {folder} 中不安全：另一个用户可以改动 {at}（所有者：uid {uid}）。',
      cause: '拥有某个文件夹或可以写入它的人，可以替换其中的任何文件，包括私钥。',
      hint:
        '把该文件夹交给 root：sudo chown -R root: {at} && sudo chmod go-w {at}；或以其所有者的身份运行 Everyhop：' +
        'sudo -u "#{uid}"；或去掉 --state，使用 /var/lib/everyhop。',
    },
  },
  'store.foreign-program': {
    en: {
      meaning: 'A program that runs as root on its own is open to change by {who}: {at}',
      cause:
        'A timer, a service or cron starts it as root. Any user who can replace Everyhop, Node.js, a package, or a folder above them becomes root at the next start.',
      hint: 'Make the program root’s own: {command} — then run the same command with it: {program} …',
    },
    zh: {
      meaning: '以 root 身份自动运行的程序可被{who}改动：{at}',
      cause:
        '定时器、服务或 cron 会以 root 身份启动它。能够替换 Everyhop、Node.js、某个软件包或其上级文件夹的用户，在下次启动时就会成为 root。',
      hint: '请让该程序只属于 root：{command} ；然后用它重新运行同一命令：{program} …',
    },
  },
  'store.of-service': {
    en: {
      meaning: 'The state folder {folder} belongs to the service and its user {user}.',
      cause: 'Root’s keys would not be safe there: that user may replace all files below it.',
      hint: 'Run the same command as that user: sudo -u {user} {everyhop} … --state {folder}',
    },
    zh: {
      meaning: '状态文件夹 {folder} 属于服务及其用户 {user}。',
      cause: 'root 的私钥放在那里不安全：该用户可以替换其中的任何文件。',
      hint: '请以该用户的身份运行同一命令：sudo -u {user} {everyhop} … --state {folder}',
    },
  },
  'store.path-too-long': {
    en: {
      meaning: 'The path of the state folder {folder} is too long.',
      cause:
        'This system limits the paths of Unix sockets, and Everyhop needs one in that folder: {limit} bytes at most.',
      hint: 'Use a folder with a shorter path: --state DIR',
    },
    zh: {
      meaning: '状态文件夹 {folder} 的路径太长。',
      cause: '本系统限制 Unix 套接字的路径长度，而 Everyhop 需要在该文件夹中创建一个：最多 {limit} 字节。',
      hint: '请使用路径较短的文件夹：--state DIR',
    },
  },
  'store.corrupt': {
    en: {
      meaning: 'The store {file} is damaged or is not a store of Everyhop.',
      cause: 'Another program wrote to the file, it was copied while in use, or the disk lost data.',
      hint: '{restore} — or start over with a new private root and a new account, which every client must then trust: {everyhop up --new}',
    },
    zh: {
      meaning: '存储文件 {file} 已损坏，或者不是 Everyhop 的存储文件。',
      cause: '有其他程序写入了该文件、文件在使用中被复制，或者磁盘丢失了数据。',
      hint: '{restore} ——或者从头开始（使用新的私有根证书和新账户，所有客户端都必须重新信任）：{everyhop up --new}',
    },
  },
  'store.lost': {
    en: {
      meaning: 'The store {file} is missing or empty, although {published} shows that it had content.',
      cause: 'It was deleted or truncated, or only a part of the state folder was restored.',
      hint: '{restore} — or start over with a new private root and a new account, which every client must then trust: {everyhop up --new}',
    },
    zh: {
      meaning: '存储文件 {file} 不见了或者是空的，而 {published} 表明它曾有内容。',
      cause: '该文件被删除或截断，或者状态文件夹只恢复了一部分。',
      hint: '{restore} ——或者从头开始（使用新的私有根证书和新账户，所有客户端都必须重新信任）：{everyhop up --new}',
    },
  },
  'store.root-differs': {
    en: {
      meaning: 'The store {file} does not belong to the published root {root}.',
      cause:
        'The root in the store is {found}; clients trust {expected} (SHA-256). The store or root.pem was restored from elsewhere.',
      hint: '{restore} — or, if this store is the right one, publish its root, which every client must then trust: {everyhop up --new}',
    },
    zh: {
      meaning: '存储文件 {file} 与已发布的根证书 {root} 不匹配。',
      cause: '存储中的根证书是 {found}，而客户端信任的是 {expected}（SHA-256）。存储或 root.pem 是从别处恢复的。',
      hint: '{restore} ——如果该存储才是正确的，则发布它的根证书（所有客户端都必须信任它）：{everyhop up --new}',
    },
  },
  'store.busy': {
    en: {
      meaning: 'The store {file} is locked by another process.',
      cause: 'Another process keeps writing to it, or was suspended while writing.',
      hint: 'Find the process: fuser -v {file}; then run the command again.',
    },
    zh: {
      meaning: '存储文件 {file} 被另一个进程锁定。',
      cause: '另一个进程一直在写入，或者在写入途中被暂停。',
      hint: '请找出该进程：fuser -v {file}；然后重新运行该命令。',
    },
  },
  'store.too-new': {
    en: {
      meaning: 'The store {file} was written by a newer Everyhop (schema {found}; this version supports {known}).',
      cause: 'This version is older than the last one used, and could damage data that it does not know.',
      hint: 'Install the newer version again: npm install -g everyhop@latest',
    },
    zh: {
      meaning: '存储文件 {file} 由更新版本的 Everyhop 写入（结构版本 {found}，当前只支持 {known}）。',
      cause: '当前版本比之前使用的版本旧，可能损坏它不认识的数据。',
      hint: '请重新安装较新的版本：npm install -g everyhop@latest',
    },
  },
  'store.in-use': {
    en: {
      meaning: 'Another Everyhop (process {pid}) is using the state folder {folder}.',
      cause: 'Each running Everyhop needs a separate state folder, so that no certificate is issued twice.',
      hint: 'Stop it with kill {pid}, or choose another folder with --state DIR.',
    },
    zh: {
      meaning: '另一个 Everyhop（进程 {pid}）正在使用状态文件夹 {folder}。',
      cause: '每个运行中的 Everyhop 需要单独的状态文件夹，以免重复签发证书。',
      hint: '请用 kill {pid} 停止它，或用 --state DIR 选择其他文件夹。',
    },
  },
});
