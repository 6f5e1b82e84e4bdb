export const errors = {
  'cli.unknown-option': {
    en: {
      meaning: 'There is no option {option}.',
      cause: 'It is mistyped, or belongs to another command.',
      hint: 'See the options of this command with --help.',
    },
    zh: { meaning: '没有选项 {option}。', cause: '写错了，或者属于另一个命令。', hint: '用 --help 查看此命令的选项。' },
  },
  'cli.mistyped-option': {
    en: { meaning: 'There is no option {option}.', cause: 'It looks mistyped.', hint: 'Did you mean {suggestion}?' },
    zh: { meaning: '没有选项 {option}。', cause: '看起来是写错了。', hint: '您是想用 {suggestion} 吗？' },
  },
  'cli.unknown-command': {
    en: {
      meaning: 'There is no command {command}.',
      cause: 'It is mistyped, or newer than this Everyhop.',
      hint: 'See all commands: everyhop --help',
    },
    zh: {
      meaning: '没有命令 {command}。',
      cause: '写错了，或者比当前版本的 Everyhop 更新。',
      hint: '查看所有命令：everyhop --help',
    },
  },
  'cli.mistyped-command': {
    en: { meaning: 'There is no command {command}.', cause: 'It looks mistyped.', hint: 'Did you mean {suggestion}?' },
    zh: { meaning: '没有命令 {command}。', cause: '看起来是写错了。', hint: '您是想用 {suggestion} 吗？' },
  },
  'cli.no-command': {
    en: {
      meaning: 'Which command?',
      cause: 'Only the program, or a group of commands, was named.',
      hint: 'Start with: everyhop up http://127.0.0.1:7861; see all: everyhop --help',
    },
    zh: {
      meaning: '要执行哪个命令？',
      cause: '只写了程序名或命令组的名字。',
      hint: '可以这样开始：everyhop up http://127.0.0.1:7861；查看全部：everyhop --help',
    },
  },
  'cli.missing-argument': {
    en: {
      meaning: 'The argument {argument} is missing.',
      cause: 'This command cannot do its work without it.',
      hint: 'See what it wants with --help.',
    },
    zh: { meaning: '缺少参数 {argument}。', cause: '没有它，此命令无法工作。', hint: '用 --help 查看所需参数。' },
  },
  'cli.missing-value': {
    en: {
      meaning: 'The option {option} needs a value.',
      cause: 'Nothing, or another option, stands behind it.',
      hint: 'Write the value behind it; see --help.',
    },
    zh: {
      meaning: '选项 {option} 需要一个值。',
      cause: '它后面没有内容，或者是另一个选项。',
      hint: '请在其后写上值；参见 --help。',
    },
  },
  'cli.wrong-arguments': {
    en: {
      meaning: 'The arguments do not fit: {reason}',
      cause: 'The command does not take them in this form.',
      hint: 'See its form with --help.',
    },
    zh: { meaning: '参数不合适：{reason}', cause: '此命令不接受这种形式。', hint: '用 --help 查看用法。' },
  },
  'cli.unknown-language': {
    en: {
      meaning: 'There is no language {language}.',
      cause: 'Everyhop speaks English and Simplified Chinese.',
      hint: 'Use --lang en or --lang zh.',
    },
    zh: {
      meaning: '没有语言 {language}。',
      cause: 'Everyhop 支持英文和简体中文。',
      hint: '请用 --lang en 或 --lang zh。',
    },
  },
  'cli.not-running': {
    en: {
      meaning: 'No Everyhop runs on the state folder {folder}.',
      cause: 'It was not started, has ended, or was started with another --state.',
      hint: 'Start it: everyhop up; or name its folder: --state DIR',
    },
    zh: {
      meaning: '状态文件夹 {folder} 上没有正在运行的 Everyhop。',
      cause: '尚未启动、已经结束，或者启动时用了另一个 --state。',
      hint: '启动它：everyhop up；或指定它的文件夹：--state DIR',
    },
  },
  'cli.file-exists': {
    en: {
      meaning: '{file} exists already.',
      cause: 'A key is never written over a file that is there.',
      hint: 'Name a new file.',
    },
    zh: { meaning: '{file} 已经存在。', cause: '密钥绝不会覆盖已有的文件。', hint: '请指定一个新文件。' },
  },
  'cli.not-yours': {
    en: {
      meaning: 'The Everyhop that runs on {folder} belongs to another user.',
      cause: 'Only its owner may talk to it.',
      hint: 'Run this command as that user, for example with sudo.',
    },
    zh: {
      meaning: '在 {folder} 上运行的 Everyhop 属于另一个用户。',
      cause: '只有其所有者可以与它通信。',
      hint: '请以该用户身份运行此命令，例如使用 sudo。',
    },
  },
} as const;

export const words = {
  'cli.cause': { en: 'cause:', zh: '原因：' },
  'cli.hint': { en: 'hint:', zh: '办法：' },
  'cli.see-help': { en: 'everyhop --help shows all commands.', zh: '用 everyhop --help 查看所有命令。' },

  'help.title.usage': { en: 'Usage:', zh: '用法：' },
  'help.title.options': { en: 'Options:', zh: '选项：' },
  'help.title.arguments': { en: 'Arguments:', zh: '参数：' },
  'help.title.commands': { en: 'Commands:', zh: '命令：' },
  'help.options': { en: 'options', zh: '选项' },
  'help.command': { en: 'command', zh: '命令' },
  'help.program': {
    en: 'Verified HTTPS on every hop of a self-hosted AI stack.',
    zh: '让自托管 AI 应用的每一跳都使用经过验证的 HTTPS。',
  },
  'help.help': { en: 'show this help', zh: '显示帮助' },
  'help.version': { en: 'show the version', zh: '显示版本' },
  'help.lang': { en: 'language: en or zh (default: from the locale)', zh: '语言：en 或 zh（默认取自系统区域设置）' },
  'help.state': {
    en: 'state folder (default: ~/.local/state/everyhop, or /var/lib/everyhop for root)',
    zh: '状态文件夹（默认 ~/.local/state/everyhop，root 为 /var/lib/everyhop）',
  },
  'help.json': { en: 'print JSON, one value per line', zh: '输出 JSON，每行一个值' },
  'help.up': { en: 'put verified, streaming HTTPS before an app', zh: '在应用前面加上经过验证的流式 HTTPS' },
  'help.up.upstream': {
    en: 'the app, for example http://127.0.0.1:7861 (default: a demo chat)',
    zh: '应用地址，例如 http://127.0.0.1:7861（默认：演示聊天）',
  },
  'help.up.host': {
    en: 'names that visitors type (default: localhost, 127.0.0.1, ::1)',
    zh: '访客输入的名字（默认 localhost、127.0.0.1、::1）',
  },
  'help.up.https-port': {
    en: 'port of HTTPS (default: 443, or 8443 where that is not allowed)',
    zh: 'HTTPS 端口（默认 443，无权限时为 8443）',
  },
  'help.up.http-port': {
    en: 'port of plain HTTP, which redirects, or "off" (default: 80, or 8080)',
    zh: '明文 HTTP 端口，仅用于重定向，或 "off"（默认 80 或 8080）',
  },
  'help.up.config': { en: 'everyhop.yaml, for several sites and routes', zh: 'everyhop.yaml，用于多个站点和路由' },
  'help.up.demo': { en: 'serve the demo chat', zh: '提供演示聊天' },
  'help.status': { en: 'show sites, certificates, streams and workers', zh: '显示站点、证书、流和工作进程' },
  'help.reload': { en: 'read the configuration again', zh: '重新读取配置' },
  'up.no-certificate-yet': {
    en: 'A certificate could not be had. Until it is, browsers warn of this site; it is tried again by itself.',
    zh: '未能获得证书。在获得之前，浏览器会对该站点发出警告；程序会自动重试。',
  },
  'help.email': { en: 'where a public authority writes to', zh: '公共颁发机构的联系邮箱' },
  'help.authority-name': {
    en: 'letsencrypt, another known authority, private, or the URL of an ACME directory',
    zh: 'letsencrypt、其他已知颁发机构、private，或 ACME 目录的 URL',
  },
  'help.authority-root': {
    en: 'PEM file with the roots of that directory’s own certificate',
    zh: '该目录自身证书的根证书 PEM 文件',
  },
  'help.challenge': { en: 'the only kind of challenge to use', zh: '只使用这种验证方式' },
  'help.dns': {
    en: 'who writes DNS records: exec (EXEC_PATH) or rfc2136 (RFC2136_NAMESERVER, RFC2136_TSIG_FILE)',
    zh: '由谁写入 DNS 记录：exec（EXEC_PATH）或 rfc2136（RFC2136_NAMESERVER、RFC2136_TSIG_FILE）',
  },
  'help.dns-resolver': {
    en: 'resolvers to ask instead of those of this machine',
    zh: '用于查询的解析器，代替本机的解析器',
  },
  'help.webroot': {
    en: 'folder that your web server serves over plain HTTP',
    zh: '您的 Web 服务器以明文 HTTP 提供的目录',
  },
  'help.certificates.http-port': {
    en: 'port to answer HTTP-01 on (default 80)',
    zh: '应答 HTTP-01 的端口（默认 80）',
  },
  'help.certificates.https-port': {
    en: 'port to answer TLS-ALPN-01 on (default 443)',
    zh: '应答 TLS-ALPN-01 的端口（默认 443）',
  },
  'help.profile': { en: 'certificate profile to ask for', zh: '要申请的证书配置（profile）' },
  'help.agree-tos': { en: 'agree to the terms of the authority', zh: '同意颁发机构的条款' },
  'help.certificates.obtain': { en: 'obtain a certificate, without an edge', zh: '获取证书，不需要边缘代理' },
  'help.certificates.obtain.name': { en: 'names and addresses of one certificate', zh: '一张证书的名称和地址' },
  'help.certificates.dry-run': {
    en: 'only look at what the authority would look at, and have a test certificate issued; nothing is kept',
    zh: '只检查颁发机构将检查的内容，并签发一张测试证书；不保留任何内容',
  },
  'help.certificates.name': { en: 'one of the names of the certificate', zh: '证书中的一个名称' },
  'help.certificates.show': {
    en: 'show the certificate of a name, and those before it',
    zh: '显示某个名称的证书及其历史',
  },
  'help.certificates.export': {
    en: 'write chain and key of a name into a folder',
    zh: '将某个名称的证书链和私钥写入文件夹',
  },
  'help.certificates.export.folder': { en: 'folder to write into', zh: '要写入的文件夹' },
  'help.certificates.revoke': {
    en: 'revoke the certificate of a name, and replace it',
    zh: '吊销并更换某个名称的证书',
  },
  'help.certificates.reason': { en: 'why it is revoked', zh: '吊销原因' },
  'help.certificates.list': { en: 'list the certificates of the store', zh: '列出存储中的证书' },
  'help.certificates.ledger': {
    en: 'show what was tried at which authority, and when the next attempt is due',
    zh: '显示向各颁发机构的尝试，以及下次尝试的时间',
  },
  'certificates.obtained': {
    en: '{names}: serial {serial}, from {issuer}, until {until}',
    zh: '{names}：序列号 {serial}，由 {issuer} 签发，有效期至 {until}',
  },
  'certificates.files': {
    en: '  certificate {fullchain}\n  key         {privkey}',
    zh: '  证书 {fullchain}\n  私钥 {privkey}',
  },
  'certificates.fingerprint': { en: '  SHA-256     {fingerprint}', zh: '  SHA-256 {fingerprint}' },
  'certificates.generation': {
    en: '  {from} to {until}: serial {serial}, from {issuer}',
    zh: '  {from} 至 {until}：序列号 {serial}，由 {issuer} 签发',
  },
  'certificates.generation-revoked': {
    en: '  {from} to {until}: serial {serial}, from {issuer}, revoked {revoked}',
    zh: '  {from} 至 {until}：序列号 {serial}，由 {issuer} 签发，已于 {revoked} 吊销',
  },
  'certificates.revoked': { en: 'revoked {names}: serial {serial}', zh: '已吊销 {names}：序列号 {serial}' },
  'certificates.revoked-not-running': {
    en: 'Nothing that runs serves it. A new one comes with the next everyhop up, or by: everyhop certificates obtain {names}',
    zh: '没有正在运行的程序使用它。下次运行 everyhop up 时会获取新证书，或运行：everyhop certificates obtain {names}',
  },
  'certificates.dry-run.private': {
    en: 'The private authority issues this certificate; nothing has to be seen from outside.',
    zh: '该证书由私有颁发机构签发，无需从外部访问任何内容。',
  },
  'certificates.dry-run.issued': {
    en: '{authority} issued a certificate for a test; nothing of it was kept.',
    zh: '{authority} 已签发测试证书；未保留任何内容。',
  },
  'certificates.dry-run.looked': {
    en: 'Nothing stands in the way as far as can be seen from here. This authority offers no test issuance.',
    zh: '就此处所见没有阻碍。该颁发机构不提供测试签发。',
  },
  'certificates.dry-run.stopped': {
    en: 'Nothing was asked of the authority.',
    zh: '没有向颁发机构提出任何请求。',
  },
  'certificates.none': { en: 'There is no certificate in the store.', zh: '存储中没有证书。' },
  'certificates.attempt': {
    en: '{when} {outcome}: {names} at {authority} {detail}',
    zh: '{when} {outcome}：{names}，{authority} {detail}',
  },
  'certificates.standing': {
    en: '{names} at {authority}: next attempt {next}; {left} certificates left this week',
    zh: '{names}，{authority}：下次尝试 {next}；本周还可签发 {left} 张',
  },
  'certificates.at-once': { en: 'at once', zh: '立即' },
  'certificates.no-limit': { en: 'any number of', zh: '不限数量' },
  'certificates.no-attempts': { en: 'Nothing was tried in the last 30 days.', zh: '最近 30 天没有尝试。' },
  'help.run': {
    en: 'start a program that trusts the private roots, and the public ones as before',
    zh: '启动一个程序，使其信任私有根证书，并照常信任公共根证书',
  },
  'help.run.command': { en: 'the program and its arguments', zh: '程序及其参数' },
  'help.env': { en: 'print the variables that run sets', zh: '打印 run 所设置的变量' },
  'help.env.format': { en: 'who reads it', zh: '由谁读取' },
  'help.env.at': {
    en: 'where the program sees the folder of the bundle, such as in a container',
    zh: '程序看到的信任包文件夹的位置，例如在容器中',
  },
  'run.dangling': {
    en: '{name} names {value}, which is not there; it is set anew.',
    zh: '{name} 指向的 {value} 不存在；将重新设置。',
  },
  'run.switched-off': {
    en: '{name}={value} switches verification off: whoever sits in between reads along. Take it out; with these roots it is not needed.',
    zh: '{name}={value} 关闭了证书验证：中间的任何人都能窃听。请移除它；有了这些根证书就不再需要它。',
  },
  'help.certificates': { en: 'the certificates of your sites', zh: '站点的证书' },
  'help.certificates.renew': {
    en: 'renew certificates of the running program now',
    zh: '立即续期正在运行的程序的证书',
  },
  'help.certificates.renew.name': {
    en: 'sites to renew, by one of their names; all by default',
    zh: '要续期的站点（写其中一个名称）；默认全部',
  },
  'certificates.renewed': {
    en: 'renewed {names}: serial {serial}, until {until}, proven',
    zh: '已续期 {names}：序列号 {serial}，有效期至 {until}，已验证',
  },
  'help.authority': { en: 'the private certificate authority', zh: '私有证书颁发机构' },
  'help.authority.root': { en: 'print the root certificate as PEM', zh: '以 PEM 输出根证书' },
  'help.authority.show': { en: 'show what the authority is and may issue', zh: '显示颁发机构及其可签发的范围' },
  'help.authority.widen': { en: 'permit further names', zh: '允许更多名字' },
  'help.authority.widen.name': { en: 'DNS names or addresses', zh: 'DNS 名或地址' },
  'help.authority.root-key': { en: 'the root key, if it was taken offline', zh: '根密钥（如已离线保存）' },
  'help.authority.renew': {
    en: 'make a new intermediate, and a new root if it is near its end',
    zh: '生成新的中间证书；根证书临近到期时一并更新',
  },
  'help.authority.take-offline': {
    en: 'move the root key into a file, to be kept elsewhere',
    zh: '把根密钥移到文件中，另行保管',
  },
  'help.authority.take-offline.file': { en: 'a new file, for example on a USB stick', zh: '新文件，例如在 U 盘上' },
  'help.trust': { en: 'who trusts the private root', zh: '谁信任私有根证书' },
  'help.trust.install': {
    en: 'put the root into the stores of system, browsers and Java',
    zh: '把根证书放入系统、浏览器和 Java 的信任库',
  },
  'help.trust.uninstall': { en: 'take out exactly what install put in', zh: '准确取出 install 放入的内容' },
  'help.trust.store': { en: 'only these: system, nss, java', zh: '只处理：system、nss、java' },
  'help.trust.dry-run': { en: 'only say what would be changed', zh: '只说明将要改动什么' },
  'help.trust.bundle': {
    en: 'merge public and private roots into one folder for every kind of program',
    zh: '把公共和私有根证书合并到一个文件夹，供各种程序使用',
  },
  'help.trust.bundle.root': {
    en: 'files or folders of private roots; our own authority’s is in it anyway',
    zh: '私有根证书的文件或文件夹；本机颁发机构的根证书会自动包含',
  },
  'help.trust.bundle.from': {
    en: 'fetch roots from http(s)://…, or show the one that tls://HOST:PORT sends; only those named by --pin are taken',
    zh: '从 http(s)://… 获取根证书，或显示 tls://主机:端口 发送的根证书；只采用 --pin 指定的',
  },
  'help.trust.bundle.out': {
    en: 'folder to publish into (default: trust/ in the state folder)',
    zh: '发布到的文件夹（默认：状态文件夹中的 trust/）',
  },
  'help.trust.bundle.public': {
    en: 'public roots: system (default), mozilla or none',
    zh: '公共根证书：system（默认）、mozilla 或 none',
  },
  'help.trust.bundle.distrust': {
    en: 'leave out roots, by the fingerprint of the certificate or of its key',
    zh: '按证书或其密钥的指纹排除根证书',
  },
  'help.trust.bundle.pin': {
    en: 'confirm certificates of --from, and trust those of --root that are no roots',
    zh: '确认 --from 得到的证书；信任 --root 中不是根证书的证书',
  },
  'help.trust.bundle.allow-smaller': {
    en: 'publish although roots are lost, or there are few public ones',
    zh: '即使根证书变少或公共根证书很少也发布',
  },
  'help.config': { en: 'everyhop.yaml', zh: 'everyhop.yaml' },
  'help.config.check': { en: 'check a configuration file', zh: '检查配置文件' },
  'help.config.check.file': { en: 'default: everyhop.yaml', zh: '默认 everyhop.yaml' },
  'help.config.schema': { en: 'print the JSON Schema for editors', zh: '输出供编辑器使用的 JSON Schema' },
  'help.completion': { en: 'print the completion script of a shell', zh: '输出 shell 的补全脚本' },

  'up.serving': { en: 'Everyhop {version} serves', zh: 'Everyhop {version} 正在提供服务' },
  'up.route': { en: '  {url}  →  {upstream}', zh: '  {url}  →  {upstream}' },
  'up.proven': {
    en: '  proven: {host} at {address}, {protocol}, {group}, certificate {serial}…, {ms} ms',
    zh: '  已验证：{host}，地址 {address}，{protocol}，{group}，证书 {serial}…，{ms} 毫秒',
  },
  'up.proven-again': {
    en: '  proven: {url} at {address}, certificate {serial}…',
    zh: '  已验证：{url}，地址 {address}，证书 {serial}…',
  },
  'up.certificate': {
    en: '  certificate: {issuer}, until {until}, renewed by itself',
    zh: '  证书：{issuer}，有效期至 {until}，自动续期',
  },
  'up.redirect': { en: '  http on port {port} redirects to https', zh: '  端口 {port} 上的 http 会重定向到 https' },
  'up.substitute': {
    en: 'note: port {port} is not allowed to this user; {instead} is used instead.',
    zh: '注意：当前用户无权使用端口 {port}，改用 {instead}。',
  },
  'up.no-redirect': {
    en: 'note: port {port} is taken by another program, so http is not redirected to https.',
    zh: '注意：端口 {port} 被其他程序占用，因此不会把 http 重定向到 https。',
  },
  'up.upstream-down': {
    en: 'warning: nothing answers at {upstream} yet ({reason}). Visitors get a 502 page until it does.',
    zh: '警告：{upstream} 尚无应答（{reason}）。在它启动之前，访客会看到 502 页面。',
  },
  'up.upstream-untrusted': {
    en: 'warning: the certificate of {upstream} does not verify ({reason}). Name its root: upstream_root: FILE in everyhop.yaml.',
    zh: '警告：{upstream} 的证书无法验证（{reason}）。请在 everyhop.yaml 中指定其根证书：upstream_root: FILE。',
  },
  'up.upstream-plain': {
    en: 'warning: the hop to {upstream} leaves this machine unencrypted. Give that server HTTPS too.',
    zh: '警告：到 {upstream} 的这一跳以明文离开本机。请为那台服务器也启用 HTTPS。',
  },
  'up.root': { en: 'The root that clients verify with: {file}', zh: '客户端验证所用的根证书：{file}' },
  'up.root.curl': { en: '  curl --cacert {file} {url}', zh: '  curl --cacert {file} {url}' },
  'up.root.run': {
    en: '  {program} run{state} -- python app.py   (or node, java, curl …: the public roots stay)',
    zh: '  {program} run{state} -- python app.py   （或 node、java、curl……；公共根证书保持不变）',
  },
  'up.root.install': {
    en: 'To let browsers on this machine trust it: {program} trust install{state}',
    zh: '让本机浏览器信任它：{program} trust install{state}',
  },
  'up.stop': { en: 'Ctrl-C ends it; open streams may finish.', zh: '按 Ctrl-C 结束；打开的流可以先完成。' },
  'up.reloaded': {
    en: 'reloaded: revision {revision}, sites {sites}',
    zh: '已重新加载：版本 {revision}，站点 {sites} 个',
  },
  'up.rejected': {
    en: 'the new configuration was not taken; the old one goes on:',
    zh: '新配置未被采用，继续使用旧配置：',
  },
  'up.worker-lost': {
    en: 'worker {pid} ended ({reason}) and is replaced.',
    zh: '工作进程 {pid} 已结束（{reason}），正在替换。',
  },
  'up.renewed': { en: 'new certificate for {names}, until {until}', zh: '{names} 的新证书，有效期至 {until}' },
  'up.renewal-failed': {
    en: 'no new certificate for {names} yet; the present one is served:',
    zh: '{names} 尚无新证书，继续使用现有证书：',
  },
  'up.proof-failed': { en: 'a check from outside failed:', zh: '外部检查失败：' },
  'up.draining': {
    en: 'ending: {streams} open streams may finish, for at most {seconds} s. Ctrl-C again ends at once.',
    zh: '正在结束：{streams} 个打开的流可以先完成，最多 {seconds} 秒。再按一次 Ctrl-C 立即结束。',
  },
  'up.few-files': {
    en: 'This process may open few files: {connections} connections at a time, the others wait. For more: ulimit -n 65536 before the start, or LimitNOFILE=65536 in its systemd unit.',
    zh: '本进程可打开的文件很少：同时最多 {connections} 个连接，其余的等待。要更多：启动前执行 ulimit -n 65536，或在 systemd 单元中设置 LimitNOFILE=65536。',
  },
  'status.head': {
    en: 'Everyhop {version}, process {pid}, revision {revision}, since {since}',
    zh: 'Everyhop {version}，进程 {pid}，版本 {revision}，启动于 {since}',
  },
  'status.proof': { en: '  {mark} {url} at {address}', zh: '  {mark} {url}，地址 {address}' },
  'status.worker': {
    en: '  worker {pid}: {connections} of {connectionsLimit} connections, {streams} streams, {requests} requests, {connectionsRefused} turned away, {megabytes} MB',
    zh: '  工作进程 {pid}：连接 {connections}/{connectionsLimit}，流 {streams}，请求 {requests}，拒绝 {connectionsRefused}，内存 {megabytes} MB',
  },
  'reload.done': { en: 'reloaded: revision {revision}', zh: '已重新加载：版本 {revision}' },
  'config.ok': { en: '{file} is right: {sites} sites', zh: '{file} 正确：{sites} 个站点' },
  'authority.summary': {
    en: 'root {fingerprint}, until {until}; may issue for: {names}',
    zh: '根证书 {fingerprint}，有效期至 {until}；可签发：{names}',
  },
  'authority.key-here': { en: 'the root key is in the store', zh: '根密钥在存储中' },
  'authority.key-offline': { en: 'the root key is offline', zh: '根密钥已离线' },
  'authority.permitted-already': { en: '{names}: permitted already', zh: '{names}：已在允许范围内' },
  'authority.renewed': {
    en: 'The intermediate is new; clients need nothing.',
    zh: '中间证书已更新；客户端无需任何操作。',
  },
  'authority.renewed-root': {
    en: 'The root is new: install it again wherever it is trusted (everyhop trust install).',
    zh: '根证书已更新：请在所有信任它的地方重新安装（everyhop trust install）。',
  },
  'authority.widened': {
    en: 'The authority may now issue for {names}. Its root is new: install it again wherever it is trusted (everyhop trust install).',
    zh: '颁发机构现在可以为 {names} 签发证书。根证书已更新：请在所有信任它的地方重新安装（everyhop trust install）。',
  },
  'authority.taken-offline': {
    en: 'The root key is now only in {file}. Keep it safe and away from this machine; it is needed to widen the authority, and when the intermediate ends.',
    zh: '根密钥现在只在 {file} 中。请妥善离线保管；扩大签发范围以及中间证书到期时需要它。',
  },
} as const;
