import { defineErrors } from '../base/errors.ts';

export { bundleError, bundleWords } from './bundle/messages.ts';
export { fetchError } from './fetch-messages.ts';
export { handoutWords } from './handout/messages.ts';
export { checkError, checkWords } from './check-messages.ts';
export { trapError, trapWords } from './consumers/messages.ts';

export const trustError = defineErrors({
  'trust.tool-missing': {
    en: {
      meaning: 'The {store} store cannot be changed: {tool} is missing.',
      cause: 'Everyhop adds roots to this store with that package.',
      hint: 'Install it (Debian: sudo apt-get install {tool}), then run the same command again.',
    },
    zh: {
      meaning: '无法改动 {store} 信任库：缺少 {tool}。',
      cause: 'Everyhop 通过该软件包向此信任库添加根证书。',
      hint: '请安装它（Debian：sudo apt-get install {tool}），然后重新运行同一命令。',
    },
  },
  'trust.foreign-java': {
    en: {
      meaning: 'Root does not start this Java, because {who} can change {at}.',
      cause: 'Its programs would run with root’s rights.',
      hint: 'Run the command as that user, without sudo: {everyhop trust install} --store java',
    },
    zh: {
      meaning: 'root 不会启动这个 Java，因为{who}可以改动 {at}。',
      cause: '其中的程序会以 root 权限运行。',
      hint: '请以该用户身份运行此命令，不要用 sudo：{everyhop trust install} --store java',
    },
  },
  'trust.tool-failed': {
    en: {
      meaning: '{program} exited with code {code}: {said}',
      cause: 'The program that changes this store reported an error.',
      hint: 'Fix that error, then run the same command again. To undo a partial install: {everyhop trust uninstall}',
    },
    zh: {
      meaning: '{program} 以退出码 {code} 结束：{said}',
      cause: '负责改动该信任库的程序报告了错误。',
      hint: '请修正该错误，然后重新运行同一命令。撤销未完成的安装：{everyhop trust uninstall}',
    },
  },
  'trust.denied': {
    en: {
      meaning: 'Permission denied: {location}',
      cause: 'The store belongs to the whole machine, and this user cannot change it.',
      hint: 'Run: {command}',
    },
    zh: {
      meaning: '没有权限：{location}',
      cause: '该信任库属于整台机器，当前用户无权改动。',
      hint: '请运行：{command}',
    },
  },
  'trust.not-proven': {
    en: {
      meaning: 'The root was added to the {store} store at {location}, but programs do not see it there.',
      cause: 'This system builds the store from other sources than Everyhop expects.',
      hint: 'Report this system to the project, and remove the root again: {everyhop trust uninstall}',
    },
    zh: {
      meaning: '根证书已加入 {store} 信任库（{location}），但程序读取时看不到它。',
      cause: '此系统构建信任库的来源与 Everyhop 的预期不同。',
      hint: '请向项目报告此系统，并移除该根证书：{everyhop trust uninstall}',
    },
  },
  'trust.still-there': {
    en: {
      meaning: 'Programs still trust the root: the {store} store at {location} still contains it.',
      cause: 'Another entry adds the same root, or the program that rebuilds the store did not finish.',
      hint: 'Run: {command} – then repeat the same everyhop command. Until the root is gone, Everyhop keeps its record of it.',
    },
    zh: {
      meaning: '程序仍然信任该根证书：{store} 信任库（{location}）中还有它。',
      cause: '另有条目加入了同一根证书，或者重建信任库的程序没有完成。',
      hint: '请运行：{command}，然后重新执行同一 everyhop 命令。在根证书消失之前，Everyhop 会保留其记录。',
    },
  },
  'trust.mount-refused': {
    en: {
      meaning: 'The bundle cannot be mounted over the system’s file of roots here. {said}',
      cause:
        'It takes Linux with unshare and mount (util-linux), an existing system file, and root or permitted user namespaces.',
      hint: 'Start the program without --mount and set its own option, or install the root for all programs: sudo {everyhop trust install} --store system',
    },
    zh: {
      meaning: '无法在此把信任包挂载到系统的根证书文件上。{said}',
      cause: '需要 Linux、unshare 和 mount（util-linux）、已有的系统文件，以及 root 权限或允许使用的用户命名空间。',
      hint: '请不带 --mount 启动程序并设置其自身的选项，或为所有程序安装根证书：sudo {everyhop trust install} --store system',
    },
  },
  'trust.platform-unknown': {
    en: {
      meaning: 'Everyhop cannot change the trust stores of {platform}.',
      cause: 'It supports the stores of Linux, macOS and Windows.',
      hint: 'Save the root as root.pem ({everyhop authority root} > root.pem) and add it by hand.',
    },
    zh: {
      meaning: 'Everyhop 无法改动 {platform} 的信任库。',
      cause: '它支持 Linux、macOS 和 Windows 的信任库。',
      hint: '请保存根证书（{everyhop authority root} > root.pem）并手动添加。',
    },
  },
});
