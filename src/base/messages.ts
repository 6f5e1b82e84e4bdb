import { defineErrors } from './errors.ts';

export const baseError = defineErrors({
  'file.missing': {
    en: {
      meaning: '{file} does not exist.',
      cause: 'The path is mistyped, or the file was moved or never made.',
      hint: 'Look at the folder it should be in: ls -l "$(dirname {file})"',
    },
    zh: {
      meaning: '{file} 不存在。',
      cause: '路径写错了，或者文件被移走、从未创建。',
      hint: '查看它应在的文件夹：ls -l "$(dirname {file})"',
    },
  },
  'file.denied': {
    en: {
      meaning: 'This user may not read or write {file}.',
      cause:
        'The permissions of the file, or of a folder above it, shut this user out, or the file system is read-only.',
      hint: 'See who may: namei -l {file}; run Everyhop as the owner, or choose another folder with --state DIR.',
    },
    zh: {
      meaning: '当前用户无权读写 {file}。',
      cause: '文件或其上级文件夹的权限不允许，或者文件系统是只读的。',
      hint: '查看权限：namei -l {file}；请以所有者身份运行 Everyhop，或用 --state DIR 选择其他文件夹。',
    },
  },
  'file.no-space': {
    en: {
      meaning: 'There is no space left to write {file}.',
      cause: 'The disk, or the quota of this user, is full. What was there before is untouched.',
      hint: 'Free some space (df -h shows where), then run the same command again.',
    },
    zh: {
      meaning: '没有空间可写入 {file}。',
      cause: '磁盘或当前用户的配额已满。原有内容未受影响。',
      hint: '请先腾出空间（用 df -h 查看），然后重新运行同一命令。',
    },
  },
  'file.is-folder': {
    en: {
      meaning: '{file} is a folder, not a file.',
      cause: 'The name of the file is missing at the end of the path, or a folder was made in its place.',
      hint: 'See what is in it, and name the file: ls {file}',
    },
    zh: {
      meaning: '{file} 是文件夹，不是文件。',
      cause: '路径末尾缺少文件名，或者在文件的位置创建了文件夹。',
      hint: '查看其中内容并写出文件名：ls {file}',
    },
  },
  'file.not-folder': {
    en: {
      meaning: '{file} cannot be a folder, or be in one.',
      cause: 'There is a file where the path wants a folder.',
      hint: 'See which part of the path is a file: namei -l {file}; name another folder, or move the file away.',
    },
    zh: {
      meaning: '{file} 无法作为文件夹，也无法放在文件夹中。',
      cause: '路径中应为文件夹的位置上是一个文件。',
      hint: '查看路径的哪一部分是文件：namei -l {file}；请指定其他文件夹，或移走该文件。',
    },
  },
  'file.too-large': {
    en: {
      meaning: '{file} has {bytes} bytes; at most {limit} are read.',
      cause: 'It is probably not the file that was meant.',
      hint: 'Check the path.',
    },
    zh: {
      meaning: '{file} 有 {bytes} 字节，最多只读取 {limit} 字节。',
      cause: '它很可能不是想要的那个文件。',
      hint: '请检查路径。',
    },
  },
  'file.failed': {
    en: {
      meaning: '{file} cannot be used: {reason}.',
      cause: 'The operating system refused the file.',
      hint: 'Check what it is: stat {file}',
    },
    zh: {
      meaning: '无法使用 {file}：{reason}。',
      cause: '操作系统拒绝了该文件。',
      hint: '查看它是什么：stat {file}',
    },
  },
  'program.missing': {
    en: {
      meaning: 'The program {program} was not found.',
      cause: 'It is not installed, or not on the PATH.',
      hint: 'Install it, then run the same command again.',
    },
    zh: {
      meaning: '找不到程序 {program}。',
      cause: '它没有安装，或者不在 PATH 中。',
      hint: '请安装后重新运行同一命令。',
    },
  },
  'program.denied': {
    en: {
      meaning: '{program} may not be run.',
      cause: 'It is not marked as executable, or its folder does not permit it.',
      hint: 'Look at it with ls -l {program}; a script is made executable with chmod +x {program}, or started by its interpreter.',
    },
    zh: {
      meaning: '无权运行 {program}。',
      cause: '它没有可执行标记，或其所在文件夹不允许。',
      hint: '请用 ls -l {program} 查看；脚本可用 chmod +x {program} 设为可执行，或由其解释器启动。',
    },
  },
  'program.timeout': {
    en: {
      meaning: '{program} did not finish within {seconds} s and was ended.',
      cause: 'It waits for something: input, a lock, the network.',
      hint: 'Run it by hand to see what it waits for.',
    },
    zh: {
      meaning: '{program} 在 {seconds} 秒内没有结束，已被终止。',
      cause: '它在等待某样东西：输入、锁或网络。',
      hint: '请手动运行它，看它在等什么。',
    },
  },
  'internal.defect': {
    en: {
      meaning: 'Everyhop met a state that it should not: {detail}.',
      cause: 'This is a defect of Everyhop.',
      hint: 'Please report it, with this message.',
    },
    zh: {
      meaning: 'Everyhop 遇到了不应出现的状态：{detail}。',
      cause: '这是 Everyhop 的缺陷。',
      hint: '请附上这条信息报告问题。',
    },
  },
});
