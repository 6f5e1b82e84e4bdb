import { defineErrors } from '../../base/errors.ts';

export const readingError = defineErrors({
  'nginx.syntax': {
    en: {
      meaning: 'nginx cannot read this configuration: {problem}',
      cause: 'There is a missing or extra quote, brace or semicolon, here or earlier.',
      hint: 'Correct it, then run: sudo nginx -t',
    },
    zh: {
      meaning: 'nginx 无法读取这份配置：{problem}',
      cause: '此处或之前缺少或多出了引号、花括号或分号。',
      hint: '请改正，然后运行：sudo nginx -t',
    },
  },
  'nginx.lua-unreadable': {
    en: {
      meaning: 'Cannot find the end of the Lua code in this {directive}.',
      cause: 'A closing brace, quote or long bracket is missing.',
      hint: 'Correct the code, or move it to a separate file with the matching …_by_lua_file directive, then run: sudo nginx -t',
    },
    zh: {
      meaning: '找不到这个 {directive} 中 Lua 代码的结尾。',
      cause: '缺少右花括号、引号或长括号的结束符。',
      hint: '请改正代码，或改用对应的 …_by_lua_file 指令将其移到单独的文件，然后运行：sudo nginx -t',
    },
  },
  'nginx.configuration-missing': {
    en: {
      meaning: 'The nginx configuration {file} does not exist.',
      cause: 'nginx uses another main configuration on this machine, or the name is misspelled.',
      hint: 'See which one nginx uses: nginx -V 2>&1 | grep -o "conf-path=[^ ]*" — then pass it with --conf FILE.',
    },
    zh: {
      meaning: 'nginx 配置 {file} 不存在。',
      cause: '本机的 nginx 使用别的主配置，或者文件名拼写有误。',
      hint: '查看 nginx 使用的主配置：nginx -V 2>&1 | grep -o "conf-path=[^ ]*"；再用 --conf FILE 指定。',
    },
  },
  'nginx.include-missing': {
    en: {
      meaning: 'The configuration includes {file} here, but that file does not exist.',
      cause: 'It was removed or renamed, or it is a dangling link. In this state, nginx would not start again.',
      hint: 'Restore the file or remove this include, then run: sudo nginx -t',
    },
    zh: {
      meaning: '配置在此处包含文件 {file}，但该文件不存在。',
      cause: '它已被删除或改名，或者是失效的链接。在这种状态下，nginx 无法再次启动。',
      hint: '请恢复该文件或删除这条 include，然后运行：sudo nginx -t',
    },
  },
  'nginx.include-unreadable': {
    en: {
      meaning: 'The configuration includes {file} here, but it cannot be read: {reason}',
      cause: 'It is a folder, this user has no permission to read it, or the disk is faulty.',
      hint: 'Check it: ls -ld {file} — then correct it or remove this include; if only root may read it, run Everyhop with sudo.',
    },
    zh: {
      meaning: '配置在此处包含文件 {file}，但无法读取：{reason}',
      cause: '它是文件夹，当前用户无权读取，或者磁盘有故障。',
      hint: '请检查：ls -ld {file}；然后修正它或删除这条 include；如果只有 root 能读取，请用 sudo 运行 Everyhop。',
    },
  },
  'nginx.include-endless': {
    en: {
      meaning: 'The includes of this configuration never end: nginx would read {file} over and over.',
      cause: 'A file includes itself, directly or through other files, or includes are nested hundreds of levels deep.',
      hint: 'Remove the include that closes the loop, then run: sudo nginx -t',
    },
    zh: {
      meaning: '这份配置的 include 没有尽头：nginx 会反复读取 {file}。',
      cause: '某个文件直接或间接地包含了它自己，或者 include 嵌套了数百层。',
      hint: '请删除造成循环的那条 include，然后运行：sudo nginx -t',
    },
  },
  'nginx.path-bytes': {
    en: {
      meaning: 'The file name {file} is not UTF-8.',
      cause: 'Some of its bytes are not valid characters, so the name cannot be passed safely to another program.',
      hint: 'Rename the file, adapt its include, then run: sudo nginx -t',
    },
    zh: {
      meaning: '文件名 {file} 不是 UTF-8。',
      cause: '其中有些字节不是有效字符，无法安全地传给其他程序。',
      hint: '请重命名该文件并修改引用它的 include，然后运行：sudo nginx -t',
    },
  },
  'nginx.byte-order-mark': {
    en: {
      meaning: 'The file starts with a byte order mark, which nginx treats as part of the first directive.',
      cause: 'An editor, usually on Windows, saved the file as "UTF-8 with BOM".',
      hint: 'Remove it: sudo sed -i "1s/^\\xef\\xbb\\xbf//" {file} — then run: sudo nginx -t',
    },
    zh: {
      meaning: '文件以字节顺序标记（BOM）开头，nginx 会把它当作第一条指令的一部分。',
      cause: '编辑器（通常在 Windows 上）将文件保存成了“带 BOM 的 UTF-8”。',
      hint: '请去掉它：sudo sed -i "1s/^\\xef\\xbb\\xbf//" {file}；然后运行：sudo nginx -t',
    },
  },
});
