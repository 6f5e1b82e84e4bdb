import { defineErrors } from '../base/errors.ts';

export const controlError = defineErrors({
  'cli.not-running': {
    en: {
      meaning: 'No Everyhop runs on the state folder {folder}.',
      cause: 'It was not started, has ended, or was started with another --state.',
      hint: 'Start it: everyhop up; or name its folder: --state DIR',
    },
    zh: {
      meaning: '状态文件夹 {folder} 上没有正在运行的 Everyhop。',
      cause: '尚未启动、已经结束，或者启动时用了另一个 --state。',
      hint: '启动它：everyhop up；或指定它的文件夹：--state DIR',
    },
  },
  'cli.not-yours': {
    en: {
      meaning: 'The Everyhop that runs on {folder} belongs to another user.',
      cause: 'Only its owner may talk to it.',
      hint: 'Run this command as that user, for example with sudo.',
    },
    zh: {
      meaning: '在 {folder} 上运行的 Everyhop 属于另一个用户。',
      cause: '只有其所有者可以与它通信。',
      hint: '请以该用户身份运行此命令，例如使用 sudo。',
    },
  },
});
