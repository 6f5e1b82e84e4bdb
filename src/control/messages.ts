import { defineErrors } from '../base/errors.ts';

export const controlError = defineErrors({
  'cli.not-running': {
    en: {
      meaning: 'No Everyhop is running on the state folder {folder}.',
      cause: 'It was never started, has stopped, or runs with another --state.',
      hint: 'Start it: {everyhop up} — or name its folder with --state DIR.',
    },
    zh: {
      meaning: '状态文件夹 {folder} 上没有正在运行的 Everyhop。',
      cause: '尚未启动、已经停止，或者使用了另一个 --state。',
      hint: '启动：{everyhop up}；或用 --state DIR 指定其状态文件夹。',
    },
  },
  'cli.bad-answer': {
    en: {
      meaning: 'The program on the control socket of {folder} gives no valid answer.',
      cause: 'It hangs, or it is not this version of Everyhop.',
      hint: 'Stop that program and start it again with the arguments that it had, then try again.',
    },
    zh: {
      meaning: '{folder} 的控制套接字上的程序没有给出有效应答。',
      cause: '该程序没有响应，或者不是这个版本的 Everyhop。',
      hint: '请停止该程序，用原来的参数重新启动，然后重试。',
    },
  },
  'cli.not-yours': {
    en: {
      meaning: 'The Everyhop running on {folder} belongs to another user.',
      cause: 'Only its owner can control it.',
      hint: 'Run this command as that user, for example with sudo.',
    },
    zh: {
      meaning: '在 {folder} 上运行的 Everyhop 属于另一个用户。',
      cause: '只有其所有者可以控制它。',
      hint: '请以该用户身份运行此命令，例如使用 sudo。',
    },
  },
  'cli.foreign-socket': {
    en: {
      meaning: 'The control socket {file} belongs to another user (uid {uid}), so its answers are not used.',
      cause: 'That user may write in the state folder, and listens there in place of Everyhop.',
      hint: 'Look at the folder and its owner: ls -la {file}; then remove the socket and start Everyhop again.',
    },
    zh: {
      meaning: '控制套接字 {file} 属于另一个用户（uid {uid}），因此不采用它的应答。',
      cause: '该用户可以写入状态文件夹，并在那里代替 Everyhop 监听。',
      hint: '请查看该文件夹及其所有者：ls -la {file}；然后删除该套接字，重新启动 Everyhop。',
    },
  },
});
