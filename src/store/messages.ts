import { defineErrors } from '../base/errors.ts';

export const storeError = defineErrors({
  'store.corrupt': {
    en: {
      meaning: 'The store {file} is damaged, or is not a store of Everyhop.',
      cause: 'Another program wrote into the file, it was copied while in use, or the disk lost data.',
      hint:
        'Restore a backup of it. Without one, put it aside: mv {file} {file}.damaged — then a new private authority is made, ' +
        'and every device has to be given its new root again.',
    },
    zh: {
      meaning: '存储文件 {file} 已损坏，或者不是 Everyhop 的存储文件。',
      cause: '有其他程序写入了该文件、使用中被复制，或者磁盘丢失了数据。',
      hint:
        '请恢复它的备份。如果没有备份，请先移到一旁：mv {file} {file}.damaged ——之后会创建新的私有证书颁发机构，' +
        '每台设备都需要重新安装它的新根证书。',
    },
  },
  'store.busy': {
    en: {
      meaning: 'The store {file} was locked by another process for too long.',
      cause: 'Another process writes to it without end, or is stopped in the middle of it.',
      hint: 'See who has it open: fuser -v {file} — then run the same command again.',
    },
    zh: {
      meaning: '存储文件 {file} 被另一个进程锁定太久。',
      cause: '另一个进程一直在写入，或者在写入途中被暂停。',
      hint: '查看谁打开了它：fuser -v {file}，然后重新运行同一命令。',
    },
  },
  'store.too-new': {
    en: {
      meaning: 'The store {file} was written by a newer Everyhop (schema {found}; this one knows {known}).',
      cause: 'This is an older version than the one that ran before; it could damage what it does not know.',
      hint: 'Install the newer version again: npm install -g everyhop@latest',
    },
    zh: {
      meaning: '存储文件 {file} 由更新版本的 Everyhop 写入（结构版本 {found}，当前只支持 {known}）。',
      cause: '当前版本比之前运行的版本旧；继续使用可能损坏它不认识的内容。',
      hint: '请重新安装较新的版本：npm install -g everyhop@latest',
    },
  },
  'store.in-use': {
    en: {
      meaning: 'Another everyhop up (process {pid}) already uses the state in {folder}.',
      cause: 'One state folder serves one running Everyhop, so that no certificate is issued twice.',
      hint: 'Stop it with: kill {pid} — or give this one a folder of its own with --state DIR.',
    },
    zh: {
      meaning: '另一个 everyhop up（进程 {pid}）正在使用 {folder} 中的状态。',
      cause: '一个状态文件夹只供一个运行中的 Everyhop 使用，以免重复签发证书。',
      hint: '停止它：kill {pid}；或用 --state DIR 为本进程指定单独的文件夹。',
    },
  },
});
