import { defineErrors } from '../../base/errors.ts';

export const changeError = defineErrors({
  'nginx.name-unknown': {
    en: {
      meaning: 'No server block names {name}.',
      cause: 'Requests for it would get whatever answers for unknown names ({place}). Names that are there: {names}.',
      hint: 'Add it to the block that is to answer: server_name {name}; — then run the same command again.',
    },
    zh: {
      meaning: '没有 server 块声明 {name}。',
      cause: '对它的请求会由处理未知名称的块（{place}）应答。已声明的名称：{names}。',
      hint: '请在应当应答的块中加入：server_name {name}; 然后再次运行同一命令。',
    },
  },
  'nginx.name-claimed-twice': {
    en: {
      meaning: '{name} is claimed by two server blocks with the same listener: {first} and {second}.',
      cause: 'nginx uses only the first of them, and says so in a warning; the second never answers.',
      hint: 'Take the name, or the whole block, out of the one that is not meant; see: everyhop nginx show',
    },
    zh: {
      meaning: '两个监听地址相同的 server 块都声明了 {name}：{first} 和 {second}。',
      cause: 'nginx 只使用第一个并给出警告；第二个永远不会应答。',
      hint: '请从多余的块中删去该名称（或删去整个块）；查看：everyhop nginx show',
    },
  },
  'nginx.tls-port-plain': {
    en: {
      meaning: '{listen} is taken by a server block without TLS ({place}).',
      cause: 'nginx speaks either plain HTTP or TLS on one listener; to add TLS would break that block.',
      hint: 'Choose another port with --tls-port N, or move that block to another one.',
    },
    zh: {
      meaning: '{listen} 已被不使用 TLS 的 server 块占用（{place}）。',
      cause: 'nginx 在同一监听地址上只能使用明文 HTTP 或 TLS 之一；加上 TLS 会破坏那个块。',
      hint: '请用 --tls-port N 选择其他端口，或把那个块移到其他端口。',
    },
  },
  'nginx.address-shadowed': {
    en: {
      meaning: 'TLS on {listen} alone would cut off the block at {place}.',
      cause:
        'That block listens on this port at every address. Where an address has a listener of its own, nginx asks only the blocks that name that address.',
      hint: 'Choose another port with --tls-port N, or let the site listen where that block does: write “listen {port} ssl;” into its server block, then run the same command again.',
    },
    zh: {
      meaning: '单独在 {listen} 上启用 TLS 会切断 {place} 处的块。',
      cause: '那个块在所有地址上监听此端口。如果某个地址有自己的监听，nginx 只会询问写明该地址的块。',
      hint: '请用 --tls-port N 选择其他端口；或让此站点与那个块监听同一处：在它的 server 块中写入 “listen {port} ssl;”，再运行同一命令。',
    },
  },
  'nginx.no-tcp-listener': {
    en: {
      meaning: 'The block for {name} listens on no address and port ({place}).',
      cause: 'It is reached by a socket of the file system alone, where whoever is in front of it ends TLS.',
      hint: 'Secure what is in front of it; or let the block listen on a port too: listen 80; — then run the same command again.',
    },
    zh: {
      meaning: '{name} 的块没有监听任何地址和端口（{place}）。',
      cause: '它只能通过文件系统套接字访问，TLS 由它前面的程序终止。',
      hint: '请为它前面的程序启用 HTTPS；或让该块同时监听端口：listen 80; 然后再次运行同一命令。',
    },
  },
  'nginx.plain-http2': {
    en: {
      meaning: '{listen} speaks HTTP/2 without TLS ({place}).',
      cause:
        'This nginx speaks nothing else there: no browser can be sent to HTTPS from it, and no authority can ask it.',
      hint: 'Take http2 out of that listen directive (the TLS listener that is added has it), then run the same command again.',
    },
    zh: {
      meaning: '{listen} 在没有 TLS 的情况下使用 HTTP/2（{place}）。',
      cause: '此版本的 nginx 在那里不接受其他协议：无法把浏览器引导到 HTTPS，颁发机构也无法访问。',
      hint: '请从该 listen 指令中去掉 http2（新增的 TLS 监听会启用它），然后再次运行同一命令。',
    },
  },
  'nginx.managed-together': {
    en: {
      meaning: 'The block at {place} is HTTPS for {site} already.',
      cause:
        'A block has one certificate: to secure it for {name} alone would take HTTPS from the names that it has now.',
      hint: 'Name them together: everyhop nginx secure {names}',
    },
    zh: {
      meaning: '{place} 处的块已经为 {site} 启用了 HTTPS。',
      cause: '一个块只有一个证书：只为 {name} 启用会使现有名称失去 HTTPS。',
      hint: '请一并列出这些名称：everyhop nginx secure {names}',
    },
  },
  'nginx.certificate-lost': {
    en: {
      meaning: 'nginx refuses its configuration: {file}, the certificate of {site}, cannot be loaded.',
      cause:
        'The state folder that it lies in is gone, or was moved. nginx serves what it has in memory, and would not start again.',
      hint: 'Put the folder back; or take the site out and make it HTTPS anew: everyhop nginx undo {site} — then: everyhop nginx secure {names}',
    },
    zh: {
      meaning: 'nginx 拒绝了配置：无法加载 {site} 的证书 {file}。',
      cause: '存放它的状态文件夹已被删除或移动。nginx 仍在使用内存中的内容，但无法再次启动。',
      hint: '请恢复该文件夹；或者先撤销再重新启用 HTTPS：everyhop nginx undo {site}，然后：everyhop nginx secure {names}',
    },
  },
  'nginx.site-gone': {
    en: {
      meaning: 'No server block names {name} any more; its certificate is not renewed.',
      cause: 'The block, or the name in it, was taken out since {site} was made HTTPS.',
      hint: 'If that is meant: everyhop nginx undo {site} — and secure the names that are left. If not, put it back: server_name {name};',
    },
    zh: {
      meaning: '已没有 server 块声明 {name}；不再续期它的证书。',
      cause: '自从为 {site} 启用 HTTPS 以来，该块或其中的名称被删除了。',
      hint: '如果是有意的：everyhop nginx undo {site}，再为其余名称启用 HTTPS；否则请加回：server_name {name};',
    },
  },
  'nginx.port-own': {
    en: {
      meaning: 'nginx cannot open port {port} of {address} while it runs: it has that port already, in another way.',
      cause:
        'A socket for all addresses and one for a single address, or one of its stream block, cannot change places by a reload.',
      hint: 'Let this site use another port: --tls-port 8443. If the listener is one of your own edits, restart nginx (sudo systemctl restart nginx) and run the same command again.',
    },
    zh: {
      meaning: 'nginx 在运行中无法打开 {address} 的端口 {port}：它已经以别的方式占用该端口。',
      cause: '监听所有地址的套接字与监听单个地址（或 stream 块）的套接字无法通过重新加载互换。',
      hint: '请让此站点使用其他端口：--tls-port 8443。如果该监听是您自己的修改，请重启 nginx（sudo systemctl restart nginx）后再次运行同一命令。',
    },
  },
  'nginx.record-damaged': {
    en: {
      meaning: 'What was done for {site} is not known any more: {file} is missing or damaged.',
      cause: 'Somebody, or the disk, has changed it. Nothing was done; nginx goes on with the certificate that it has.',
      hint: 'Put the file back from a backup; or take the site out by what stands in the configuration and make it HTTPS anew: everyhop nginx undo {site} --discard',
    },
    zh: {
      meaning: '已无法得知为 {site} 做过什么：{file} 缺失或损坏。',
      cause: '有人或磁盘改动了它。没有执行任何操作；nginx 继续使用现有证书。',
      hint: '请从备份恢复该文件；或按配置中的内容撤销后重新启用 HTTPS：everyhop nginx undo {site} --discard',
    },
  },
  'nginx.managed-altered': {
    en: {
      meaning: '{file} was changed by hand since Everyhop wrote it.',
      cause: 'To make the site HTTPS anew would overwrite that change. Nothing has been changed.',
      hint: 'Move what you need from it into your own files and take the site out: everyhop nginx undo {site} --discard — then run the same command again.',
    },
    zh: {
      meaning: '{file} 在 Everyhop 写入之后被手工修改过。',
      cause: '重新启用 HTTPS 会覆盖这些修改。尚未做任何改动。',
      hint: '请把需要的内容移到自己的文件中，然后撤销该站点：everyhop nginx undo {site} --discard，再次运行同一命令。',
    },
  },
  'nginx.challenge-taken': {
    en: {
      meaning: 'The block has a location for ACME challenges that cannot be used ({place}).',
      cause:
        'It passes them on, or serves them from a folder that other blocks do not share; nginx takes no second one.',
      hint: 'Remove it if nothing else uses it, or prove the names by DNS: --challenge dns-01 --dns PROVIDER',
    },
    zh: {
      meaning: '该块已有无法使用的 ACME 质询 location（{place}）。',
      cause: '它把质询转发给别处，或使用其他块不共用的文件夹；nginx 不允许再有第二个。',
      hint: '如果没有别的程序使用它，请删除；或者通过 DNS 验证：--challenge dns-01 --dns PROVIDER',
    },
  },
  'nginx.module-missing': {
    en: {
      meaning: 'This nginx was built without {module}.',
      cause: 'HTTPS, redirects and proofs are written with it.',
      hint: 'Install a complete build, e.g.: sudo apt-get install nginx — or name another one with --nginx FILE.',
    },
    zh: {
      meaning: '这个 nginx 在构建时未包含 {module}。',
      cause: 'HTTPS、跳转和验证都需要它。',
      hint: '请安装完整的构建，例如：sudo apt-get install nginx；或用 --nginx FILE 指定另一个。',
    },
  },
  'nginx.read-differently': {
    en: {
      meaning: 'nginx reads its configuration otherwise than Everyhop does, from {file}:{line} on.',
      cause: 'nginx: {theirs} — Everyhop: {ours}. Nothing is edited that is not understood alike.',
      hint: 'Look at that place; if a file was changed a moment ago, run the same command again.',
    },
    zh: {
      meaning: '从 {file}:{line} 起，nginx 读到的配置与 Everyhop 不同。',
      cause: 'nginx：{theirs}；Everyhop：{ours}。理解不一致的内容不会被修改。',
      hint: '请查看该处；如果文件刚刚被修改过，请再次运行同一命令。',
    },
  },
  'nginx.edit-refused': {
    en: {
      meaning: 'nginx would refuse the configuration with this change: {message}',
      cause: 'It was tried on a copy before anything was written, so nothing has changed.',
      hint: 'See the change with --dry-run, correct what it meets, and run the same command again.',
    },
    zh: {
      meaning: '加上此修改后 nginx 会拒绝该配置：{message}',
      cause: '这是写入之前在副本上试出的，因此什么都没有改变。',
      hint: '用 --dry-run 查看修改内容，改正与之冲突之处，再运行同一命令。',
    },
  },
  'nginx.names-left': {
    en: {
      meaning: 'This server block also answers for {names}; they stay as they are.',
      cause: 'The command does not name them.',
      hint: 'To secure them too, name all of them in one command: everyhop nginx secure {all}',
    },
    zh: {
      meaning: '这个 server 块还应答 {names}；它们保持原样。',
      cause: '命令中没有列出这些名称。',
      hint: '如需一并启用 HTTPS，请在同一命令中列出所有名称：everyhop nginx secure {all}',
    },
  },
  'nginx.holds-back': {
    en: {
      meaning: '{directive} holds a stream back.',
      cause: 'With it, nginx collects an answer before it passes it on. It is your setting, so it stays.',
      hint: 'If answers come in bursts, remove this line, then run the same command again.',
    },
    zh: {
      meaning: '{directive} 会阻滞流式输出。',
      cause: '有了它，nginx 会先攒下回答再转发。它是您的设置，因此保留。',
      hint: '如果回答成批出现，请删除这一行，然后再运行同一命令。',
    },
  },
  'nginx.shared-file': {
    en: {
      meaning: '{directive} is not adapted to HTTPS; it stays as it is.',
      cause: 'Other sites read this file too, and would change with it.',
      hint: 'If this site needs another value, give it a copy of the file for itself, then run the same command again.',
    },
    zh: {
      meaning: '{directive} 没有针对 HTTPS 调整，保持原样。',
      cause: '其他站点也读取这个文件，修改会波及它们。',
      hint: '如果此站点需要别的值，请为它单独复制一份该文件，然后再运行同一命令。',
    },
  },
  'nginx.copied-include': {
    en: {
      meaning: '{directive} names another certificate; this site now reads a copy without it.',
      cause: 'The other settings of the file are copied into a file that Everyhop manages.',
      hint: 'After you edit the original, run the same command again: the settings are then copied anew.',
    },
    zh: {
      meaning: '{directive} 指定了另一个证书；此站点改为读取不含该证书的副本。',
      cause: '该文件中的其余设置已复制到由 Everyhop 管理的文件中。',
      hint: '修改原文件之后，请再运行同一命令，设置会重新复制。',
    },
  },
  'nginx.other-editor': {
    en: {
      meaning: '{program} (process {pid}) is editing this nginx right now.',
      cause: 'It holds {file}; two programs at once would undo each other’s work.',
      hint: 'When it has ended, run the same command again.',
    },
    zh: {
      meaning: '{program}（进程 {pid}）正在修改这个 nginx。',
      cause: '它占用着 {file}；两个程序同时修改会互相覆盖。',
      hint: '等它结束后，再运行同一命令。',
    },
  },
  'nginx.challenge-unanswered': {
    en: {
      meaning: 'nginx does not answer challenges at {url} ({address}): {seen}.',
      cause: 'A file that was put into {folder} for a test did not come back. No attempt at the authority was spent.',
      hint: 'See that the user of nginx’s workers may read it: namei -l {folder} — and what else nginx does with this path.',
    },
    zh: {
      meaning: 'nginx 没有在 {url}（{address}）应答质询：{seen}。',
      cause: '为测试放入 {folder} 的文件没有被返回。没有消耗颁发机构的尝试次数。',
      hint: '请检查 nginx 工作进程的用户能否读取：namei -l {folder}；以及 nginx 对该路径还做了什么。',
    },
  },
  'nginx.undo-conflict': {
    en: {
      meaning: '{file} was changed by hand since Everyhop wrote it.',
      cause: 'To take it away would lose that change. Nothing has been undone.',
      hint: 'Move what you need from it into your own files; then undo it all the same: everyhop nginx undo {site} --discard',
    },
    zh: {
      meaning: '{file} 在 Everyhop 写入之后被手工修改过。',
      cause: '撤销会丢失这些修改。尚未撤销任何内容。',
      hint: '请把需要的内容移到自己的文件中，然后仍要撤销：everyhop nginx undo {site} --discard',
    },
  },
  'nginx.undo-lost': {
    en: {
      meaning: '{file} is missing, which kept what stood at {place} before.',
      cause: 'Somebody has deleted it; without it nobody knows what to put back. Nothing has been undone.',
      hint: 'Put back what stood there by hand in place of that line, then run: everyhop nginx undo {site}',
    },
    zh: {
      meaning: '{file} 缺失，其中保存着 {place} 处原来的内容。',
      cause: '有人删除了它；没有它就无从还原。尚未撤销任何内容。',
      hint: '请手工把该行改回原来的内容，然后运行：everyhop nginx undo {site}',
    },
  },
  'nginx.unconfirmed': {
    en: {
      meaning: 'Nothing was changed: nobody said yes.',
      cause: 'There is no terminal to ask on, or the answer was no.',
      hint: 'See the change with --dry-run; make it without being asked with --yes.',
    },
    zh: {
      meaning: '未做任何修改：没有得到确认。',
      cause: '没有可供询问的终端，或回答为否。',
      hint: '用 --dry-run 查看修改内容；用 --yes 直接执行而不询问。',
    },
  },
});
