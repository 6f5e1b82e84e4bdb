import { defineErrors } from '../base/errors.ts';

export { changeError } from './change/messages.ts';
export { proofError, proofWords } from './proof/messages.ts';
export { readingError } from './reading/messages.ts';

export const nginxError = defineErrors({
  'nginx.busy-elsewhere': {
    en: {
      meaning: 'Another Everyhop is changing this nginx right now, with another state folder.',
      cause: 'It holds {lock}: two changes at once could undo each other.',
      hint: 'Wait until it has ended, then run the same command again. To see who it is: sudo ss -xlp | grep {lock}',
    },
    zh: {
      meaning: '另一个 Everyhop 正在用别的状态文件夹修改这个 nginx。',
      cause: '它占用着 {lock}：两处修改同时进行可能互相覆盖。',
      hint: '请等它结束后再运行同一命令。查看占用者：sudo ss -xlp | grep {lock}',
    },
  },
  'nginx.nothing-managed': {
    en: {
      meaning: 'Everyhop has changed no site in this nginx.',
      cause: 'No site was made HTTPS here, or all of them were undone.',
      hint: 'If another nginx is meant, name its configuration: --conf FILE',
    },
    zh: {
      meaning: 'Everyhop 没有修改过这个 nginx 的任何站点。',
      cause: '这里没有站点启用过 HTTPS，或者都已撤销。',
      hint: '如果指的是另一个 nginx，请指定它的配置：--conf FILE',
    },
  },
  'nginx.which-site': {
    en: {
      meaning: 'Everyhop has changed several sites in this nginx; one of them must be named.',
      cause: 'They are: {names}.',
      hint: 'Name the one that is meant, for example: everyhop nginx undo {example}',
    },
    zh: {
      meaning: 'Everyhop 修改过这个 nginx 的多个站点，必须指定其中一个。',
      cause: '它们是：{names}。',
      hint: '请指定要撤销的站点，例如：everyhop nginx undo {example}',
    },
  },
  'nginx.not-managed': {
    en: {
      meaning: 'Everyhop has changed nothing for {name} in this nginx.',
      cause: 'Sites that it has changed: {names}.',
      hint: 'Name one of these, or the nginx that is meant: --conf FILE',
    },
    zh: {
      meaning: 'Everyhop 没有在这个 nginx 中为 {name} 做过修改。',
      cause: '它修改过的站点：{names}。',
      hint: '请指定其中之一，或指定要操作的 nginx：--conf FILE',
    },
  },
  'nginx.unknown-app': {
    en: {
      meaning: 'No app is known as {app}.',
      cause: 'Known: {known}.',
      hint: 'Name one of these, any for an app that streams, or none for no settings.',
    },
    zh: {
      meaning: '没有名为 {app} 的已知应用。',
      cause: '已知：{known}。',
      hint: '请指定其中之一；any 表示任何流式应用，none 表示不加设置。',
    },
  },
  'nginx.pattern-unclear': {
    en: {
      meaning: 'Which server block answers for {name} cannot be told: the pattern {pattern} stands before the others.',
      cause: 'It uses a regular expression that only PCRE has.',
      hint: 'Name {name} literally in the server_name of the block that shall answer; nginx looks at such names first.',
    },
    zh: {
      meaning: '无法判断哪个 server 块会应答 {name}：模式 {pattern} 排在前面。',
      cause: '它使用了只有 PCRE 才有的正则表达式语法。',
      hint: '请在应当应答的块的 server_name 中直接写明 {name}；nginx 会优先匹配这样的名称。',
    },
  },
  // program/
  'nginx.program-missing': {
    en: {
      meaning: 'The program {program} was not found.',
      cause: 'nginx is not installed, or it is not where this command looks for it.',
      hint: 'Name it: --nginx /usr/sbin/nginx — or install it first: sudo apt-get install nginx',
    },
    zh: {
      meaning: '未找到程序 {program}。',
      cause: 'nginx 未安装，或者不在本命令查找的位置。',
      hint: '请指定它的位置：--nginx /usr/sbin/nginx；或先安装：sudo apt-get install nginx',
    },
  },
  'nginx.not-nginx': {
    en: {
      meaning: '{program} -V does not answer as nginx does.',
      cause:
        'It is another program, a wrapper that says something else, or a build that does not start on this machine.',
      hint: 'See what it says: {program} -V — and name the real one with --nginx FILE.',
    },
    zh: {
      meaning: '{program} -V 的输出不像是 nginx。',
      cause: '它是别的程序、输出其他内容的包装脚本，或者是无法在本机运行的构建。',
      hint: '查看它的输出：{program} -V；然后用 --nginx FILE 指定真正的 nginx。',
    },
  },
  'nginx.refused': {
    en: {
      meaning: 'nginx refuses the configuration {conf}: {message}',
      cause: 'The configuration holds a mistake that was there before; Everyhop changes nothing in it.',
      hint: 'Correct it, and look again with: {program} -t -c {conf}',
    },
    zh: {
      meaning: 'nginx 拒绝了配置 {conf}：{message}',
      cause: '该配置中原本就有错误；Everyhop 未做任何修改。',
      hint: '请先改正，再检查：{program} -t -c {conf}',
    },
  },
  'nginx.no-proc': {
    en: {
      meaning: 'The processes of nginx cannot be seen on this system.',
      cause: 'Everyhop looks for them in /proc, as Linux has it; it is not mounted, or this is another system.',
      hint: 'Mount it: sudo mount -t proc proc /proc — or run this command on the Linux machine where nginx runs.',
    },
    zh: {
      meaning: '在本系统上看不到 nginx 的进程。',
      cause: 'Everyhop 通过 Linux 的 /proc 查找进程；它没有挂载，或者这不是 Linux 系统。',
      hint: '请挂载：sudo mount -t proc proc /proc；或在运行 nginx 的 Linux 机器上执行本命令。',
    },
  },
  'nginx.not-running': {
    en: {
      meaning: 'No nginx runs with the configuration {conf}.',
      cause: 'Its pid file {pidFile} names no running master process of nginx; it holds: {found}.',
      hint: 'Start it: {start} — or, if it runs with another configuration, name that with --conf FILE.',
    },
    zh: {
      meaning: '没有以配置 {conf} 运行的 nginx。',
      cause: '它的 pid 文件 {pidFile} 没有指向正在运行的 nginx 主进程；文件内容：{found}。',
      hint: '请启动它：{start}；如果它使用别的配置运行，请用 --conf FILE 指定。',
    },
  },
  'nginx.no-master': {
    en: {
      meaning: 'The nginx that runs (process {pid}) has no master process.',
      cause: 'With “master_process off;”, which is meant for debugging, it cannot load a new configuration.',
      hint: 'Take that line out of {conf}, restart nginx, and run the same command again.',
    },
    zh: {
      meaning: '正在运行的 nginx（进程 {pid}）没有主进程。',
      cause: '“master_process off;” 仅用于调试，这样的 nginx 无法加载新配置。',
      hint: '请从 {conf} 中删去该行，重启 nginx，然后再次运行同一命令。',
    },
  },
  'nginx.other-instance': {
    en: {
      meaning: 'The nginx that runs (process {pid}) uses another configuration than {conf}.',
      cause: 'The pid file {pidFile} names it, but it was started as: {command}',
      hint: 'Name the configuration, prefix and program that it was started with: --conf FILE --prefix DIR --nginx FILE',
    },
    zh: {
      meaning: '正在运行的 nginx（进程 {pid}）使用的不是配置 {conf}。',
      cause: 'pid 文件 {pidFile} 指向它，但它的启动命令是：{command}',
      hint: '请指定它启动时使用的配置、前缀和程序：--conf FILE --prefix DIR --nginx FILE',
    },
  },
  'nginx.elsewhere': {
    en: {
      meaning: 'The nginx that runs (process {pid}) sees another {conf} than this command does.',
      cause: 'It runs in a chroot, a container or a mount namespace of its own, so a change here would not reach it.',
      hint: 'Run Everyhop where nginx runs: sudo nsenter --target {pid} --mount --root --wd everyhop … — or, for a container, run it inside.',
    },
    zh: {
      meaning: '正在运行的 nginx（进程 {pid}）看到的 {conf} 与本命令看到的不是同一个文件。',
      cause: '它运行在 chroot、容器或独立的挂载命名空间中，在这里的修改不会对它生效。',
      hint: '请在 nginx 所在的环境中运行 Everyhop：sudo nsenter --target {pid} --mount --root --wd everyhop …；如果是容器，请在容器内运行。',
    },
  },
  'nginx.not-permitted': {
    en: {
      meaning: 'This user may not reload nginx (process {pid}, of user {uid}).',
      cause: 'Only root and the user that started nginx may send it a signal.',
      hint: 'Run the same command with sudo, or as the user with the number {uid}: sudo -u "#{uid}" everyhop …',
    },
    zh: {
      meaning: '当前用户无权重新加载 nginx（进程 {pid}，属于用户 {uid}）。',
      cause: '只有 root 和启动 nginx 的用户可以向它发送信号。',
      hint: '请用 sudo 运行同一命令，或以编号为 {uid} 的用户运行：sudo -u "#{uid}" everyhop …',
    },
  },
  // change/journal.ts
  'nginx.busy': {
    en: {
      meaning: 'Another Everyhop is changing nginx right now.',
      cause: 'The lock {file} is held: two changes at once could undo each other.',
      hint: 'Wait until it has ended, then run the same command again. To see who it is: fuser -v {file}',
    },
    zh: {
      meaning: '另一个 Everyhop 正在修改 nginx。',
      cause: '锁 {file} 已被占用：两处修改同时进行可能互相覆盖。',
      hint: '请等它结束后再运行同一命令。查看占用者：fuser -v {file}',
    },
  },
  'nginx.unfinished': {
    en: {
      meaning: 'An earlier change of nginx for {site} was interrupted and has not been ended.',
      cause:
        'Everyhop was killed, or the machine stopped, in the middle of it. What the files were is kept in {folder}.',
      hint: 'End it first: everyhop nginx recover',
    },
    zh: {
      meaning: '之前为 {site} 修改 nginx 时被中断，尚未结束。',
      cause: 'Everyhop 在修改途中被终止，或者机器停机。文件原来的内容保存在 {folder}。',
      hint: '请先结束它：everyhop nginx recover',
    },
  },
  'nginx.changed-meanwhile': {
    en: {
      meaning: '{file} was changed by somebody else meanwhile.',
      cause: 'It is not any more what was read a moment ago; to write it now would lose that change.',
      hint: 'When the other program has ended, run the same command again.',
    },
    zh: {
      meaning: '{file} 在此期间被其他程序修改。',
      cause: '它已不是刚才读取的内容；现在写入会丢失那处修改。',
      hint: '等其他程序结束后，再运行同一命令。',
    },
  },
  'nginx.file-not-writable': {
    en: {
      meaning: '{file} cannot be changed ({reason}).',
      cause:
        'It is read-only (a mode, an immutable flag, a read-only or single-file mount), or it belongs to somebody else and could not be given back to them.',
      hint: 'See why: ls -l {file}; lsattr {file}; findmnt --target {file} — and run the command again, with sudo if need be.',
    },
    zh: {
      meaning: '无法修改 {file}（{reason}）。',
      cause: '它是只读的（权限、不可变标志、只读挂载或单文件挂载），或者属于其他用户而无法保持原属主。',
      hint: '查看原因：ls -l {file}；lsattr {file}；findmnt --target {file}。然后再次运行命令，必要时使用 sudo。',
    },
  },
  'nginx.same-file': {
    en: {
      meaning: '{file} and {other} are one file.',
      cause: 'nginx includes it by two names, so each change in it would count twice.',
      hint: 'Remove one of the two links, e.g.: sudo rm {other} — and reload nginx.',
    },
    zh: {
      meaning: '{file} 和 {other} 是同一个文件。',
      cause: 'nginx 以两个名字包含了它，其中的每处修改都会生效两次。',
      hint: '请删除其中一个链接，例如：sudo rm {other}，然后重新加载 nginx。',
    },
  },
  'nginx.rollback-conflict': {
    en: {
      meaning: '{file} cannot be put back: somebody else has changed it since.',
      cause: 'It is neither what it was before Everyhop’s change nor what Everyhop wrote. Nothing has been put back.',
      hint: 'Compare it with what it was: diff {copy} {file} — correct it so that it equals the copy, or put that back with: sudo cp {copy} {file} — then: everyhop nginx recover',
    },
    zh: {
      meaning: '无法还原 {file}：之后有其他程序修改过它。',
      cause: '它既不是 Everyhop 修改之前的内容，也不是 Everyhop 写入的内容。未还原任何文件。',
      hint: '与原来的内容比较：diff {copy} {file}；将它改回与副本一致，或直接还原：sudo cp {copy} {file}。然后运行：everyhop nginx recover',
    },
  },
});
