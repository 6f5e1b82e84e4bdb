import { defineErrors } from '../../base/errors.ts';

export const readingError = defineErrors({
  'nginx.syntax': {
    en: {
      meaning: 'This is no configuration that nginx can read: {problem}',
      cause: 'A quote, a brace or a semicolon is missing or one too many, at this place or before it.',
      hint: 'Correct it, and see what nginx itself says: sudo nginx -t',
    },
    zh: {
      meaning: 'nginx 无法读取这份配置：{problem}',
      cause: '在此处或之前，缺少或多出了引号、花括号或分号。',
      hint: '请改正，并查看 nginx 自己的说法：sudo nginx -t',
    },
  },
  'nginx.lua-unreadable': {
    en: {
      meaning: 'The end of the Lua code in this {directive} cannot be found.',
      cause: 'A closing brace, quote or long bracket is missing in it.',
      hint: 'Correct the code, or move it to a file of its own with the directive that ends in _by_lua_file; then: sudo nginx -t',
    },
    zh: {
      meaning: '找不到这个 {directive} 中 Lua 代码的结尾。',
      cause: '其中缺少右花括号、引号或长括号的结束符。',
      hint: '请改正代码，或改用以 _by_lua_file 结尾的指令将其移到单独的文件；然后运行：sudo nginx -t',
    },
  },
  'nginx.configuration-missing': {
    en: {
      meaning: 'There is no nginx configuration {file}.',
      cause: 'nginx keeps its main configuration elsewhere on this machine, or the name is misspelled.',
      hint: 'See which one nginx reads: nginx -V 2>&1 | grep -o "conf-path=[^ ]*" — and name it with --conf FILE.',
    },
    zh: {
      meaning: '不存在 nginx 配置 {file}。',
      cause: '本机的 nginx 把主配置放在别处，或者文件名拼写有误。',
      hint: '查看 nginx 读取的是哪一个：nginx -V 2>&1 | grep -o "conf-path=[^ ]*"；再用 --conf FILE 指定。',
    },
  },
  'nginx.include-missing': {
    en: {
      meaning: 'The file {file}, which the configuration includes here, is not there.',
      cause: 'It was removed or renamed, or it is a link that leads nowhere. nginx would not start again like this.',
      hint: 'Put the file back or remove this include, then: sudo nginx -t',
    },
    zh: {
      meaning: '配置在此处包含的文件 {file} 不存在。',
      cause: '它已被删除或改名，或者是一个失效的链接。这样 nginx 将无法再次启动。',
      hint: '请恢复该文件或删除这条 include，然后运行：sudo nginx -t',
    },
  },
  'nginx.include-unreadable': {
    en: {
      meaning: 'The file {file}, which the configuration includes here, cannot be read: {reason}',
      cause: 'It is a folder, it may only be read by another user, or the disk has a fault.',
      hint: 'See what it is: ls -ld {file} — then mend it or remove this include; run everyhop with sudo if only root may read it.',
    },
    zh: {
      meaning: '无法读取配置在此处包含的文件 {file}：{reason}',
      cause: '它是文件夹，只允许其他用户读取，或者磁盘有故障。',
      hint: '查看它是什么：ls -ld {file}；然后修正它或删除这条 include；如果只有 root 能读取，请用 sudo 运行 everyhop。',
    },
  },
  'nginx.include-endless': {
    en: {
      meaning: 'The includes of this configuration have no end: {file} is read again and again.',
      cause: 'A file includes itself, directly or by another one; or files include one another hundreds deep.',
      hint: 'Remove the include that leads back, then: sudo nginx -t',
    },
    zh: {
      meaning: '这份配置的 include 没有尽头：{file} 被反复读取。',
      cause: '某个文件直接或间接地包含了它自己，或者文件之间嵌套包含了数百层。',
      hint: '请删除绕回来的那条 include，然后运行：sudo nginx -t',
    },
  },
  'nginx.path-bytes': {
    en: {
      meaning: 'The file name {file} is not UTF-8.',
      cause: 'Some of its bytes stand for no character, so it cannot be named safely to another program.',
      hint: 'Rename the file and the include that names it, then: sudo nginx -t',
    },
    zh: {
      meaning: '文件名 {file} 不是 UTF-8。',
      cause: '其中有些字节不对应任何字符，无法安全地传给其他程序。',
      hint: '请重命名该文件并修改引用它的 include，然后运行：sudo nginx -t',
    },
  },
  'nginx.byte-order-mark': {
    en: {
      meaning: 'The file begins with a byte order mark, which nginx takes for a part of its first directive.',
      cause: 'An editor (of Windows, as a rule) saved it as "UTF-8 with BOM".',
      hint: 'Remove it: sudo sed -i "1s/^\\xef\\xbb\\xbf//" {file} — then: sudo nginx -t',
    },
    zh: {
      meaning: '文件以字节顺序标记（BOM）开头，nginx 会把它当作第一条指令的一部分。',
      cause: '编辑器（通常在 Windows 上）把它保存成了“带 BOM 的 UTF-8”。',
      hint: '请去掉它：sudo sed -i "1s/^\\xef\\xbb\\xbf//" {file}；然后运行：sudo nginx -t',
    },
  },
});
