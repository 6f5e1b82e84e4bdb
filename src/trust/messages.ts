import { defineErrors } from '../base/errors.ts';

export { bundleError, bundleWords } from './bundle/messages.ts';
export { checkError, checkWords } from './check-messages.ts';
export { trapError, trapWords } from './consumers/messages.ts';

export const trustError = defineErrors({
  'trust.tool-missing': {
    en: {
      meaning: 'The {store} store cannot be changed: {tool} is missing.',
      cause: 'Its roots are added by a program of that package.',
      hint: 'Install it (Debian: sudo apt-get install {tool}), then run the same command again.',
    },
    zh: {
      meaning: '无法改动 {store} 信任库：缺少 {tool}。',
      cause: '其根证书需要由该软件包中的程序添加。',
      hint: '请安装它（Debian：sudo apt-get install {tool}），然后重新运行同一命令。',
    },
  },
  'trust.tool-failed': {
    en: {
      meaning: '{program} ended with code {code}: {said}',
      cause: 'The program that changes this store refused.',
      hint: 'Mend what it says, then run the same command again; what was begun is recorded and is taken out by: everyhop trust uninstall',
    },
    zh: {
      meaning: '{program} 以代码 {code} 结束：{said}',
      cause: '负责改动该信任库的程序拒绝了操作。',
      hint: '请按其提示修正后重新运行同一命令；已开始的改动有记录，可用 everyhop trust uninstall 取出。',
    },
  },
  'trust.denied': {
    en: {
      meaning: 'This user may not change {location}.',
      cause: 'The store belongs to the whole machine.',
      hint: 'Run: {command}',
    },
    zh: {
      meaning: '当前用户无权改动 {location}。',
      cause: '该信任库属于整台机器。',
      hint: '请运行：{command}',
    },
  },
  'trust.not-proven': {
    en: {
      meaning: 'The root was put into the {store} store at {location}, but is not seen there.',
      cause: 'The store is built from other sources than expected.',
      hint: 'Take it out again with: everyhop trust uninstall; and report this system.',
    },
    zh: {
      meaning: '根证书已放入 {store} 信任库（{location}），但读取时看不到。',
      cause: '该信任库的来源与预期不同。',
      hint: '请用 everyhop trust uninstall 取出，并报告此系统。',
    },
  },
  'trust.platform-unknown': {
    en: {
      meaning: 'The stores of {platform} are not known here.',
      cause: 'Everyhop changes the stores of Linux and macOS.',
      hint: 'Add the file that "everyhop authority root" prints by hand, on Windows: certutil -addstore -f ROOT root.pem',
    },
    zh: {
      meaning: '此处不了解 {platform} 的信任库。',
      cause: 'Everyhop 可改动 Linux 和 macOS 的信任库。',
      hint: '请手动添加 "everyhop authority root" 输出的文件；在 Windows 上：certutil -addstore -f ROOT root.pem',
    },
  },
});
