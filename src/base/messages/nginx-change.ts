export const errors = {
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
  'nginx.not-proven': {
    en: {
      meaning: 'After the change, {url} is not as it was meant to be: {seen} (meant: {meant}).',
      cause: 'The configuration was put back as it was, and nginx answers with it again.',
      hint: 'See the change with --dry-run and what answers now with: everyhop nginx show',
    },
    zh: {
      meaning: '修改之后，{url} 与预期不符：{seen}（预期：{meant}）。',
      cause: '配置已恢复原状，nginx 已重新按原配置应答。',
      hint: '用 --dry-run 查看修改内容，用以下命令查看现状：everyhop nginx show',
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
} as const;

export const words = {
  'nginx.dry-run': {
    en: 'Nothing was changed. nginx takes this configuration: it was tried on a copy.',
    zh: '未做任何修改。nginx 接受此配置：已在副本上试过。',
  },
  'nginx.question': { en: 'Make this change? [y/N]', zh: '是否进行此修改？[y/N]' },
  'nginx.app': { en: 'The app is {app}: its streaming settings are added.', zh: '应用是 {app}：将加入其流式设置。' },
  'nginx.unchanged': { en: 'The files are as they should be already.', zh: '文件已经是应有的样子。' },
  'nginx.remark.names-left': {
    en: 'The block at {place} also answers for {names}; these stay as they are. To secure them too, name all of them in one command.',
    zh: '{place} 处的块还应答 {names}；它们保持原样。如需一并启用 HTTPS，请在同一命令中列出所有名称。',
  },
  'nginx.remark.holds-back': {
    en: '{directive} at {place} holds a stream back; it stays, since it is yours. Remove it if answers come in bursts.',
    zh: '{place} 处的 {directive} 会阻滞流式输出；它是您的设置，因此保留。若回答成批出现，请删除它。',
  },
  'nginx.remark.shared-file': {
    en: '{directive} at {place} stands in a file that other sites read too; it stays as it is.',
    zh: '{place} 处的 {directive} 位于其他站点也读取的文件中；保持原样。',
  },
  'nginx.remark.copied-include': {
    en: '{directive} at {place} names another certificate; what else it says is said in a file of Everyhop’s instead.',
    zh: '{place} 处的 {directive} 指定了另一个证书；其余内容改由 Everyhop 的文件给出。',
  },
  'nginx.seen.tls': {
    en: '✓ {url} ({from}): {protocol}, serial {serial}, status {status}',
    zh: '✓ {url}（{from}）：{protocol}，序列号 {serial}，状态 {status}',
  },
  'nginx.seen.plain': {
    en: '✓ {url} ({from}): {status}, sent to https',
    zh: '✓ {url}（{from}）：{status}，跳转到 https',
  },
  'nginx.secured': {
    en: '{names}: HTTPS by nginx, proven. Certificate of {issuer} until {until}.',
    zh: '{names}：nginx 已启用 HTTPS 并经过验证。证书由 {issuer} 签发，有效期至 {until}。',
  },
  'nginx.private': {
    en: 'It is of this machine’s private authority. For browsers here: everyhop trust install — for others: everyhop authority root',
    zh: '它由本机的私有颁发机构签发。本机浏览器：everyhop trust install；其他设备：everyhop authority root',
  },
  'nginx.renewals.installed': {
    en: 'It is renewed by {timer}, twice a day; nginx then loads it, and that is proven.',
    zh: '{timer} 每天两次检查续期；续期后 nginx 会加载新证书并加以验证。',
  },
  'nginx.renewals.by-hand': {
    en: 'To have it renewed, let cron call this (crontab -e): 17 3,15 * * * {command}',
    zh: '要自动续期，请让 cron 执行以下命令（crontab -e）：17 3,15 * * * {command}',
  },
  'nginx.insistence': {
    en: 'Browsers that were here insist on HTTPS for {hours} h more; without TLS of your own the site is closed to them so long.',
    zh: '访问过此站点的浏览器还会在 {hours} 小时内坚持使用 HTTPS；如果没有您自己的 TLS，这段时间内它们无法访问。',
  },
  'nginx.undone': {
    en: '{site}: taken out of nginx; {seen} questions are answered as they should be.',
    zh: '{site}：已从 nginx 中撤销；{seen} 个探测均得到应有的应答。',
  },
  'nginx.kept': {
    en: '{site}: nothing to do; nginx serves {serial}.',
    zh: '{site}：无需操作；nginx 提供的证书为 {serial}。',
  },
  'nginx.kept.reloaded': {
    en: '{site}: nginx has loaded what is new and serves {serial}, proven.',
    zh: '{site}：nginx 已加载新内容，提供的证书为 {serial}，已验证。',
  },
  'nginx.nothing': { en: 'Everyhop has changed no site in this nginx.', zh: 'Everyhop 没有修改过这个 nginx 的站点。' },
  'nginx.nothing-unfinished': { en: 'Nothing was left half done.', zh: '没有未完成的修改。' },
  'nginx.ended.secure': {
    en: '{site}: an earlier “secure” was interrupted; everything is as it was before it.',
    zh: '{site}：之前的 secure 被中断；一切已恢复到它之前的样子。',
  },
  'nginx.ended.undo': {
    en: '{site}: an earlier “undo” was interrupted; the site is HTTPS as before it.',
    zh: '{site}：之前的 undo 被中断；站点仍和之前一样使用 HTTPS。',
  },
  'nginx.ended.renew': {
    en: '{site}: an earlier renewal was interrupted; the configuration is as before it.',
    zh: '{site}：之前的续期被中断；配置已恢复到它之前的样子。',
  },

  'help.nginx': { en: 'HTTPS in an nginx that is there already', zh: '为已有的 nginx 启用 HTTPS' },
  'help.nginx.conf': {
    en: 'main configuration (default: what nginx -V says)',
    zh: '主配置文件（默认：nginx -V 给出的文件）',
  },
  'help.nginx.nginx': { en: 'the nginx program (default: nginx)', zh: 'nginx 程序（默认：nginx）' },
  'help.nginx.prefix': {
    en: 'its prefix folder (default: what nginx -V says)',
    zh: '它的 prefix 目录（默认：nginx -V 给出的目录）',
  },
  'help.nginx.secure': {
    en: 'make the sites of these names HTTPS, prove it, or put everything back',
    zh: '为这些名称的站点启用 HTTPS 并验证，否则恢复原状',
  },
  'help.nginx.tls-port': {
    en: 'port of TLS listeners that are added (default: 443)',
    zh: '新增 TLS 监听的端口（默认：443）',
  },
  'help.nginx.app': {
    en: 'streaming settings for this app; any, or none (default: the app is asked)',
    zh: '采用该应用的流式设置；可用 any 或 none（默认：询问应用本身）',
  },
  'help.nginx.webroot': {
    en: 'folder that is served for challenges already (default: one of ours)',
    zh: '已用于质询的网站目录（默认：使用自带的目录）',
  },
  'help.nginx.dry-run': { en: 'show the change, and try it on a copy', zh: '仅显示修改内容，并在副本上试验' },
  'help.nginx.yes': { en: 'do not ask', zh: '不再询问' },
  'help.nginx.undo': {
    en: 'take out what secure did; what you wrote since stays',
    zh: '撤销 secure 所做的修改；之后的手工修改会保留',
  },
  'help.nginx.undo.name': { en: 'the site (default: the only one)', zh: '站点（默认：唯一的那个）' },
  'help.nginx.discard': {
    en: 'also what was written by hand into the managed files',
    zh: '同时丢弃在受管文件中的手工修改',
  },
  'help.nginx.renew': {
    en: 'renew what is due, let nginx load it, and prove it; for a timer',
    zh: '续期到期的证书，让 nginx 加载并验证；供定时任务调用',
  },
  'help.nginx.recover': { en: 'end a change that was interrupted', zh: '了结被中断的修改' },
} as const;
