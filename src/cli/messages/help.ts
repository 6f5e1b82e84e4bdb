import type { WordTexts } from '../../base/language.ts';

export const helpTexts = {
  'cli.cause': { en: 'cause: ', zh: '原因：' },
  'cli.hint': { en: 'hint: ', zh: '办法：' },
  'cli.fix': { en: 'run: ', zh: '运行：' },
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
  'help.choices': { en: 'choices: {choices}', zh: '可选值：{choices}' },
  'help.default': { en: 'default: {value}', zh: '默认：{value}' },
  'help.dns': {
    en: 'who writes DNS records: {providers}',
    zh: '由谁写入 DNS 记录：{providers}',
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
  'help.certificates': { en: 'the certificates of your sites', zh: '站点的证书' },
  'help.certificates.renew': {
    en: 'renew certificates of the running program now',
    zh: '立即续期正在运行的程序的证书',
  },
  'help.certificates.renew.name': {
    en: 'sites to renew, by one of their names; all by default',
    zh: '要续期的站点（写其中一个名称）；默认全部',
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
  'help.nginx.show': {
    en: 'show which server block answers for which name, and what it serves',
    zh: '显示哪个 server 块应答哪个名称，以及它提供什么',
  },
  'help.trust.check': {
    en: 'try what a command trusts, with its own interpreter',
    zh: '用命令自己的解释器检验它信任什么',
  },
  'help.trust.check.operands': {
    en: 'private hops (https://…), then the command; where {url} stands in it, it is run itself',
    zh: '私有连接（https://…），然后是命令；其中若有 {url}，则直接运行该命令',
  },
  'help.trust.explain': {
    en: 'show who accepts the chain of a server, and why not',
    zh: '显示谁接受某服务器的证书链，以及不接受的原因',
  },
  'help.trust.explain.url': { en: 'the server: https://…', zh: '服务器：https://…' },
} as const satisfies WordTexts;
