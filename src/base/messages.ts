import { defineErrors } from './errors.ts';
import { defineWords, type Wording } from './language.ts';

export const baseError = defineErrors({
  'file.missing': {
    en: {
      meaning: '{file} does not exist.',
      cause: 'The path is mistyped, or the file was moved or never created.',
      hint: 'List the folder: ls -l "$(dirname {file})"',
    },
    zh: {
      meaning: '{file} 不存在。',
      cause: '路径写错了，或者文件被移走、从未创建。',
      hint: '查看所在文件夹：ls -l "$(dirname {file})"',
    },
  },
  'file.denied': {
    en: {
      meaning: 'No permission to read or write {file}.',
      cause:
        'The permissions of the file or of a parent folder do not allow this user access, or the file system is read-only.',
      hint: 'Check the permissions: namei -l {file}; run Everyhop as the owner, or choose another path (the state folder: --state DIR).',
    },
    zh: {
      meaning: '当前用户无权读写 {file}。',
      cause: '文件或其上级文件夹的权限不允许，或者文件系统是只读的。',
      hint: '查看权限：namei -l {file}；请以所有者身份运行 Everyhop，或换用其他路径（状态文件夹用 --state DIR）。',
    },
  },
  'file.no-space': {
    en: {
      meaning: 'No space left to write {file}.',
      cause: "The disk or this user's quota is full. Existing files are unchanged.",
      hint: 'Free some space (df -h shows the usage), then run the command again.',
    },
    zh: {
      meaning: '没有空间可写入 {file}。',
      cause: '磁盘或当前用户的配额已满。原有文件未受影响。',
      hint: '请先腾出空间（用 df -h 查看用量），然后重新运行该命令。',
    },
  },
  'file.is-folder': {
    en: {
      meaning: '{file} is a folder, not a file.',
      cause: 'The path lacks the file name at its end, or a folder was created in place of the file.',
      hint: 'List the folder and give the path of the file: ls {file}',
    },
    zh: {
      meaning: '{file} 是文件夹，不是文件。',
      cause: '路径末尾缺少文件名，或者文件的位置上创建了文件夹。',
      hint: '查看其中内容，并给出文件的完整路径：ls {file}',
    },
  },
  'file.not-folder': {
    en: {
      meaning: '{file} is not a folder or not inside one.',
      cause: 'Part of the path is a file instead of a folder.',
      hint: 'Find that part: namei -l {file}; choose another folder, or move the file.',
    },
    zh: {
      meaning: '{file} 不是文件夹，或不在文件夹中。',
      cause: '路径中有一段是文件，而不是文件夹。',
      hint: '找出这一段：namei -l {file}；请选择其他文件夹，或移走该文件。',
    },
  },
  'file.too-large': {
    en: {
      meaning: '{file} is too large: {bytes} bytes, the limit is {limit}.',
      cause: 'It is probably the wrong file.',
      hint: 'Check the path.',
    },
    zh: {
      meaning: '{file} 过大：{bytes} 字节，上限为 {limit} 字节。',
      cause: '很可能指定了错误的文件。',
      hint: '请检查路径。',
    },
  },
  'file.failed': {
    en: {
      meaning: 'Cannot use {file}: {reason}.',
      cause: 'The operating system reported an error for this file.',
      hint: 'Inspect it: stat {file}',
    },
    zh: {
      meaning: '无法使用 {file}：{reason}。',
      cause: '操作系统对该文件报告了错误。',
      hint: '查看该文件：stat {file}',
    },
  },
  'program.missing': {
    en: {
      meaning: 'Program not found: {program}.',
      cause: 'It is not installed, or not on the PATH.',
      hint: 'Install it, then run the command again.',
    },
    zh: {
      meaning: '找不到程序 {program}。',
      cause: '它没有安装，或者不在 PATH 中。',
      hint: '请安装后重新运行该命令。',
    },
  },
  'program.denied': {
    en: {
      meaning: 'No permission to run {program}.',
      cause: 'The file is not executable, or its folder does not allow access.',
      hint: 'Check it with ls -l {program}; make a script executable with chmod +x {program}, or run it with its interpreter.',
    },
    zh: {
      meaning: '无权运行 {program}。',
      cause: '该文件不可执行，或其所在文件夹不允许访问。',
      hint: '请用 ls -l {program} 查看；脚本可用 chmod +x {program} 设为可执行，或用解释器运行。',
    },
  },
  'program.timeout': {
    en: {
      meaning: '{program} did not finish within {seconds} s and was killed.',
      cause: 'It is probably waiting for input, a lock or the network.',
      hint: 'Run it by hand to see where it hangs.',
    },
    zh: {
      meaning: '{program} 在 {seconds} 秒内没有结束，已被终止。',
      cause: '它可能在等待输入、锁或网络。',
      hint: '请手动运行，看它卡在哪里。',
    },
  },
  'environment.weakening': {
    en: {
      meaning: '{setting} {harm}. Everyhop ignores it.',
      cause: 'It was set for another program: by a shell profile, a service unit, a container image or sudo -E.',
      hint: 'Other programs obey it. Remove it where it is set; in this shell: unset {name}',
    },
    zh: {
      meaning: '{setting} {harm}。Everyhop 已忽略此设置。',
      cause: '它本来是为其他程序设置的：来自 shell 配置、服务单元、容器镜像或 sudo -E。',
      hint: '其他程序会受它影响。请在设置它的地方删除；在当前 shell 中：unset {name}',
    },
  },
  'environment.node-option': {
    en: {
      meaning: 'node {option} {harm}. Everyhop ignores it.',
      cause: 'Node.js was started with this option.',
      hint: 'Start Everyhop without it.',
    },
    zh: {
      meaning: 'node {option} {harm}。Everyhop 已忽略此设置。',
      cause: '启动 Node.js 时带了此选项。',
      hint: '请不带此选项启动 Everyhop。',
    },
  },
  'environment.in-force': {
    en: {
      meaning: '{setting} {harm}. It is in force for Everyhop, too.',
      cause: 'Node.js obeys it before Everyhop starts, and this system does not let Everyhop start again without it.',
      hint: 'Remove it where it is set, then start Everyhop again.',
    },
    zh: {
      meaning: '{setting} {harm}，对 Everyhop 同样有效。',
      cause: 'Node.js 在 Everyhop 启动之前就已采用它，而本系统不允许 Everyhop 去掉它后重新启动。',
      hint: '请在设置它的地方删除，然后重新启动 Everyhop。',
    },
  },
  'environment.foreign-library': {
    en: {
      meaning: '{name} loads other code into Everyhop, which runs as root: {value}.',
      cause: 'The system obeys this variable before Everyhop starts. That code can read every key.',
      hint: 'If you do not need it, remove it where it is set, then start Everyhop again; in this shell: unset {name}',
    },
    zh: {
      meaning: '{name} 会把其他代码装入以 root 身份运行的 Everyhop：{value}。',
      cause: '系统在 Everyhop 启动之前就已采用此变量。那些代码可以读取所有密钥。',
      hint: '如不需要，请在设置它的地方删除，然后重新启动 Everyhop；在当前 shell 中：unset {name}',
    },
  },
  'environment.foreign-path': {
    en: {
      meaning: 'Other users can change the programs in {folders}, which PATH names for root.',
      cause: 'A folder there, or one above it, does not belong to root or is writable for others.',
      hint: 'Everyhop starts no program from there. Remove it from root’s PATH, or give it to root: ls -ld {folders}',
    },
    zh: {
      meaning: '其他用户可以改动 {folders} 中的程序，而 root 的 PATH 包含它。',
      cause: '该文件夹或其上级文件夹不属于 root，或者其他用户可写。',
      hint: 'Everyhop 不会从那里启动程序。请把它从 root 的 PATH 中去掉，或改为 root 所有：ls -ld {folders}',
    },
  },
  'environment.foreign-roots': {
    en: {
      meaning: 'Other users can change {file}, which {name} names as the roots of this machine.',
      cause: 'The file, or a folder above it, does not belong to root or is writable for others.',
      hint: 'Use the roots of the system, or give the file to root; in this shell: unset {name}',
    },
    zh: {
      meaning: '其他用户可以改动 {file}，而 {name} 把它指定为本机的根证书。',
      cause: '该文件或其上级文件夹不属于 root，或者其他用户可写。',
      hint: '请改用系统的根证书，或把该文件改为 root 所有；在当前 shell 中：unset {name}',
    },
  },
  'internal.defect': {
    en: {
      meaning: 'Internal error: {detail}.',
      cause: 'This is a bug in Everyhop.',
      hint: 'Report it with this message.',
    },
    zh: {
      meaning: '内部错误：{detail}。',
      cause: '这是 Everyhop 的缺陷。',
      hint: '请附上这条信息提交问题报告。',
    },
  },
});

export const baseWords = defineWords({
  'environment.harm.unverified': {
    en: 'makes Node.js programs accept any certificate',
    zh: '使 Node.js 程序接受任何证书',
  },
  'environment.harm.keys': {
    en: 'writes the keys of TLS connections to a file',
    zh: '把 TLS 连接的密钥写入文件',
  },
  'environment.harm.old-tls': {
    en: 'permits outdated TLS versions or algorithms',
    zh: '允许过时的 TLS 版本或算法',
  },
  'environment.harm.openssl': {
    en: 'configures OpenSSL in Node.js programs, which can lower its security level and load other code',
    zh: '改变 Node.js 程序中 OpenSSL 的配置，可能降低其安全级别并装入其他代码',
  },
  'environment.harm.code': { en: 'loads other code into Node.js programs', zh: '把其他代码装入 Node.js 程序' },
  'environment.harm.debugger': {
    en: 'opens a port through which others can control a Node.js program',
    zh: '打开一个端口，他人可由此控制 Node.js 程序',
  },
  'environment.harm.http-parser': {
    en: 'makes Node.js programs accept malformed HTTP',
    zh: '使 Node.js 程序接受不合规范的 HTTP',
  },
  'environment.harm.memory': {
    en: 'writes the memory or the environment of Node.js programs to a file',
    zh: '把 Node.js 程序的内存或环境变量写入文件',
  },
  'environment.harm.log': {
    en: 'makes Node.js programs print their traffic, which includes secrets',
    zh: '使 Node.js 程序输出其通信内容，其中有机密信息',
  },
  'text.in-detail': { en: '{what} ({detail})', zh: '{what}（{detail}）' },
  'text.of': { en: '{what}: {detail}', zh: '{what}：{detail}' },
  'text.not-file': { en: 'not a regular file', zh: '不是普通文件' },
  'text.list': { en: '{items}, {last}', zh: '{items}、{last}' },
});

/** Joins items with commas; '' if there are none. */
export function listOf(items: readonly Wording[]): Wording {
  const [first = '', ...rest] = items;
  return rest.reduce((list, last) => baseWords('text.list', { items: list, last }), first);
}
