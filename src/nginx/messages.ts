import { defineErrors } from '../base/errors.ts';

export { changeError } from './change/messages.ts';
export { proofError, proofWords } from './proof/messages.ts';
export { readingError } from './reading/messages.ts';

export const nginxError = defineErrors({
  'nginx.busy-elsewhere': {
    en: {
      meaning: 'Another Everyhop with a different state folder is changing this nginx right now.',
      cause: 'It holds the lock {lock}, because simultaneous changes could overwrite each other.',
      hint: 'Wait until it finishes, then run the command again. To see the process: sudo fuser -v {lock}',
    },
    zh: {
      meaning: '另一个使用不同状态文件夹的 Everyhop 正在修改这个 nginx。',
      cause: '它持有锁 {lock}，因为同时进行的修改可能互相覆盖。',
      hint: '请等它结束后重新运行该命令。查看占用的进程：sudo fuser -v {lock}',
    },
  },
  'nginx.nothing-managed': {
    en: {
      meaning: 'Everyhop manages no site in this nginx.',
      cause: 'HTTPS was never enabled for any site here, or it was undone for all of them.',
      hint: 'For another nginx, give its configuration: --conf FILE',
    },
    zh: {
      meaning: 'Everyhop 没有管理这个 nginx 的任何站点。',
      cause: '这里没有站点启用过 HTTPS，或者都已撤销。',
      hint: '如果要操作另一个 nginx，请指定它的配置：--conf FILE',
    },
  },
  'nginx.which-site': {
    en: {
      meaning: 'Everyhop manages several sites in this nginx, and the command names none of them.',
      cause: 'The sites: {names}.',
      hint: 'Name the site to undo, for example: {everyhop nginx undo} {example}',
    },
    zh: {
      meaning: 'Everyhop 管理着这个 nginx 的多个站点，而命令没有指定是哪一个。',
      cause: '这些站点是：{names}。',
      hint: '请指定要撤销的站点，例如：{everyhop nginx undo} {example}',
    },
  },
  'nginx.not-managed': {
    en: {
      meaning: 'Everyhop does not manage {name} in this nginx.',
      cause: 'It manages these sites: {names}.',
      hint: 'Name one of them, or give the configuration of another nginx: --conf FILE',
    },
    zh: {
      meaning: 'Everyhop 没有管理这个 nginx 中的 {name}。',
      cause: '它管理的站点：{names}。',
      hint: '请指定其中之一，或用 --conf FILE 指定另一个 nginx 的配置。',
    },
  },
  'nginx.unknown-app': {
    en: {
      meaning: 'Unknown app: {app}.',
      cause: 'Known apps: {known}.',
      hint: 'Choose one of them, "any" for another app that streams, or "none" to add no settings.',
    },
    zh: {
      meaning: '未知应用：{app}。',
      cause: '已知应用：{known}。',
      hint: '请选择其中之一；其他流式应用用 any，不加设置用 none。',
    },
  },
  'nginx.pattern-unclear': {
    en: {
      meaning: 'Cannot tell which server block answers for {name}: it depends on the pattern {pattern}.',
      cause: 'The pattern uses syntax that only PCRE, the regular expression library of nginx, supports.',
      hint: 'Add {name} literally to the server_name of the block that should answer. nginx matches literal names first.',
    },
    zh: {
      meaning: '无法判断哪个 server 块会应答 {name}：这取决于模式 {pattern}。',
      cause: '该模式使用了只有 PCRE（nginx 的正则表达式库）才支持的语法。',
      hint: '请在应当应答的块的 server_name 中直接写明 {name}；nginx 会优先匹配字面名称。',
    },
  },
  // program/
  'nginx.program-missing': {
    en: {
      meaning: 'Program not found: {program}.',
      cause: 'nginx is not installed, or it is in a folder that Everyhop does not search.',
      hint: 'Give its path, for example --nginx /usr/sbin/nginx, or install it: sudo apt-get install nginx',
    },
    zh: {
      meaning: '找不到程序 {program}。',
      cause: 'nginx 没有安装，或者所在文件夹不在 Everyhop 的查找范围内。',
      hint: '请指定它的路径，例如 --nginx /usr/sbin/nginx，或先安装：sudo apt-get install nginx',
    },
  },
  'nginx.not-nginx': {
    en: {
      meaning: '{program} is not nginx: the output of {program} -V shows no nginx version.',
      cause:
        'It is another program, a wrapper script with different output, or a build that does not start on this machine.',
      hint: 'Check the output: {program} -V — then give the path of the real nginx with --nginx FILE.',
    },
    zh: {
      meaning: '{program} 不是 nginx：{program} -V 的输出中没有 nginx 版本。',
      cause: '它是别的程序、输出不同的包装脚本，或者是无法在本机启动的构建。',
      hint: '查看它的输出：{program} -V；然后用 --nginx FILE 指定真正的 nginx。',
    },
  },
  'nginx.refused': {
    en: {
      meaning: 'nginx rejects the configuration {conf}: {message}',
      cause: 'The error was there before. Everyhop has changed nothing.',
      hint: 'Correct it, then check again: {program} -t -c {conf}',
    },
    zh: {
      meaning: 'nginx 拒绝配置 {conf}：{message}',
      cause: '该错误原本就存在。Everyhop 未做任何修改。',
      hint: '请先改正，再检查：{program} -t -c {conf}',
    },
  },
  'nginx.no-proc': {
    en: {
      meaning: 'Cannot find the processes of nginx on this system.',
      cause: "Everyhop reads them from Linux's /proc, which is not mounted here, or this is not Linux.",
      hint: 'Mount it: sudo mount -t proc proc /proc — or run this command on the Linux machine that runs nginx.',
    },
    zh: {
      meaning: '无法在本系统上查找 nginx 的进程。',
      cause: 'Everyhop 从 Linux 的 /proc 读取进程；它没有挂载，或者这不是 Linux 系统。',
      hint: '请挂载：sudo mount -t proc proc /proc；或在运行 nginx 的 Linux 机器上执行本命令。',
    },
  },
  'nginx.not-running': {
    en: {
      meaning: 'No nginx is running with the configuration {conf}.',
      cause: 'The pid file {pidFile} does not point to a running nginx master process. It contains: {found}.',
      hint: 'Start nginx: {start} — or, if it is running with another configuration, give that one with --conf FILE.',
    },
    zh: {
      meaning: '没有 nginx 以配置 {conf} 运行。',
      cause: 'pid 文件 {pidFile} 没有指向正在运行的 nginx 主进程。文件内容：{found}。',
      hint: '请启动 nginx：{start}；如果它正以别的配置运行，请用 --conf FILE 指定该配置。',
    },
  },
  'nginx.no-master': {
    en: {
      meaning: 'The running nginx (process {pid}) has no master process.',
      cause: 'Its configuration contains "master_process off;", a debugging setting that prevents reloads.',
      hint: 'Remove that line from {conf}, restart nginx, then run the command again.',
    },
    zh: {
      meaning: '正在运行的 nginx（进程 {pid}）没有主进程。',
      cause: '其配置中有“master_process off;”，这是调试用的设置，会使 nginx 无法重新加载配置。',
      hint: '请从 {conf} 中删去该行，重启 nginx，然后重新运行该命令。',
    },
  },
  'nginx.other-instance': {
    en: {
      meaning: 'The running nginx (process {pid}) uses another configuration than {conf}.',
      cause: 'The pid file {pidFile} points to it, but its command line is: {command}',
      hint: 'Give the configuration, prefix and program that it was started with: --conf FILE --prefix DIR --nginx FILE',
    },
    zh: {
      meaning: '正在运行的 nginx（进程 {pid}）使用的不是配置 {conf}。',
      cause: 'pid 文件 {pidFile} 指向它，但它的命令行是：{command}',
      hint: '请指定它启动时使用的配置、前缀和程序：--conf FILE --prefix DIR --nginx FILE',
    },
  },
  'nginx.elsewhere': {
    en: {
      meaning: 'The running nginx (process {pid}) does not see the same {conf} as this command.',
      cause:
        'nginx runs in a chroot, a container or a separate mount namespace. A change made here would not reach it.',
      hint: 'Run Everyhop where nginx runs: sudo nsenter --target {pid} --mount --root --wd everyhop … — or inside the container.',
    },
    zh: {
      meaning: '正在运行的 nginx（进程 {pid}）看到的 {conf} 与本命令看到的不是同一个文件。',
      cause: 'nginx 运行在 chroot、容器或独立的挂载命名空间中，在这里的修改不会对它生效。',
      hint: '请在 nginx 所在的环境中运行 Everyhop：sudo nsenter --target {pid} --mount --root --wd everyhop …；如果是容器，请在容器内运行。',
    },
  },
  'nginx.not-permitted': {
    en: {
      meaning: 'No permission to reload nginx (process {pid} of user {uid}).',
      cause: 'Only root and the user that started nginx may send it a signal.',
      hint: 'Run the command with sudo, or as user {uid}: sudo -u "#{uid}" everyhop …',
    },
    zh: {
      meaning: '无权重新加载 nginx（用户 {uid} 的进程 {pid}）。',
      cause: '只有 root 和启动 nginx 的用户可以向它发送信号。',
      hint: '请用 sudo 运行该命令，或以用户 {uid} 的身份运行：sudo -u "#{uid}" everyhop …',
    },
  },
  // change/journal.ts
  'nginx.busy': {
    en: {
      meaning: 'Another Everyhop is changing nginx right now.',
      cause: 'It holds the lock {file}, because simultaneous changes could overwrite each other.',
      hint: 'Wait until it finishes, then run the command again. To see the process: fuser -v {file}',
    },
    zh: {
      meaning: '另一个 Everyhop 正在修改 nginx。',
      cause: '它持有锁 {file}，因为同时进行的修改可能互相覆盖。',
      hint: '请等它结束后重新运行该命令。查看占用的进程：fuser -v {file}',
    },
  },
  'nginx.unfinished': {
    en: {
      meaning: 'An earlier change to nginx for {site} was interrupted and is still unfinished.',
      cause: 'Everyhop was killed or the machine stopped during the change. {folder} has copies of the original files.',
      hint: 'Finish or roll back that change first: {everyhop nginx recover}',
    },
    zh: {
      meaning: '之前为 {site} 对 nginx 的修改被中断，尚未完成。',
      cause: 'Everyhop 在修改途中被终止，或者机器停机。原文件的副本保存在 {folder}。',
      hint: '请先完成或回滚该修改：{everyhop nginx recover}',
    },
  },
  'nginx.changed-meanwhile': {
    en: {
      meaning: '{file} changed while Everyhop was working on it.',
      cause: 'Another program wrote to it after Everyhop had read it. Writing it now would lose that change.',
      hint: 'Wait until the other program finishes, then run the command again.',
    },
    zh: {
      meaning: '{file} 在 Everyhop 处理期间发生了变化。',
      cause: '其他程序在 Everyhop 读取之后写入了该文件。现在写入会丢失那处修改。',
      hint: '请等其他程序结束后重新运行该命令。',
    },
  },
  'nginx.file-not-writable': {
    en: {
      meaning: 'Cannot change {file} ({reason}).',
      cause:
        'It is read-only (by its mode, an immutable flag, a read-only or single-file mount), or it belongs to another user and this user cannot preserve the owner.',
      hint: 'Find out why: ls -l {file}; lsattr {file}; findmnt --target {file} — then run the command again, with sudo if necessary.',
    },
    zh: {
      meaning: '无法修改 {file}（{reason}）。',
      cause: '它是只读的（权限、不可变标志、只读挂载或单文件挂载），或者属于其他用户而当前用户无法保持原属主。',
      hint: '查看原因：ls -l {file}；lsattr {file}；findmnt --target {file}。然后重新运行该命令，必要时使用 sudo。',
    },
  },
  'nginx.same-file': {
    en: {
      meaning: '{file} and {other} are the same file.',
      cause: 'nginx includes it under both names, so every change would take effect twice.',
      hint: 'Remove one of the two links, for example: sudo rm {other} — then reload nginx.',
    },
    zh: {
      meaning: '{file} 和 {other} 是同一个文件。',
      cause: 'nginx 以两个名字包含了它，其中的每处修改都会生效两次。',
      hint: '请删除其中一个链接，例如：sudo rm {other}，然后重新加载 nginx。',
    },
  },
  'nginx.rollback-conflict': {
    en: {
      meaning: 'Cannot restore {file}: it has changed since.',
      cause: 'Its text matches neither the original nor the version that Everyhop wrote. No file was restored.',
      hint: 'Compare it with the original: diff {copy} {file} — edit it to match, or restore it with: sudo cp {copy} {file} — then run: {everyhop nginx recover}',
    },
    zh: {
      meaning: '无法还原 {file}：它之后被修改过。',
      cause: '它的内容既不是原来的，也不是 Everyhop 写入的。未还原任何文件。',
      hint: '与原文件比较：diff {copy} {file}；将它改得与之一致，或直接还原：sudo cp {copy} {file}。然后运行：{everyhop nginx recover}',
    },
  },
});
