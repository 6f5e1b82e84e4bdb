import type { WordTexts } from '../../base/language.ts';

export const helpTexts = {
  'cli.cause': { en: 'cause: ', zh: '原因：' },
  'cli.hint': { en: 'hint: ', zh: '办法：' },
  'cli.fix': { en: 'run: ', zh: '运行：' },
  'cli.see-help': { en: '{everyhop --help} lists all commands.', zh: '用 {everyhop --help} 查看所有命令。' },
  'help.title.usage': { en: 'Usage:', zh: '用法：' },
  'help.title.options': { en: 'Options:', zh: '选项：' },
  'help.title.arguments': { en: 'Arguments:', zh: '参数：' },
  'help.title.commands': { en: 'Commands:', zh: '命令：' },
  'help.title.examples': { en: 'Examples:', zh: '示例：' },
  'help.instead': { en: 'Here, write in place of everyhop:', zh: '此处请将 everyhop 写作：' },
  'help.help-command': { en: 'show the help of a command', zh: '显示某个命令的帮助' },
  'help.help-command.command': { en: 'for example: certificates obtain', zh: '例如：certificates obtain' },
  'help.options': { en: 'options', zh: '选项' },
  'help.command': { en: 'command', zh: '命令' },
  'help.program': {
    en: 'Verified HTTPS on every hop of a self-hosted AI stack.',
    zh: '让自托管 AI 应用的每一跳都使用经过验证的 HTTPS。',
  },
  'help.help': { en: 'show this help', zh: '显示帮助' },
  'help.version-command': {
    en: 'show the version, the kind of installation and Node’s version',
    zh: '显示版本、安装方式和 Node 版本',
  },
  'help.version': { en: 'show the version', zh: '显示版本' },
  'help.lang': { en: 'language: en or zh (default: from the locale)', zh: '语言：en 或 zh（默认取自系统区域设置）' },
  'help.state': {
    en: 'state folder (default: ~/.local/state/everyhop, or /var/lib/everyhop for root)',
    zh: '状态文件夹（默认 ~/.local/state/everyhop，root 为 /var/lib/everyhop）',
  },
  'help.json': { en: 'print JSON, one value per line', zh: '输出 JSON，每行一个值' },
  'help.up': { en: 'serve an app over verified, streaming HTTPS', zh: '通过经过验证的流式 HTTPS 提供应用' },
  'help.up.upstream': {
    en: 'URL of the app, for example http://127.0.0.1:7861 (default: a demo chat)',
    zh: '应用地址，例如 http://127.0.0.1:7861（默认：演示聊天）',
  },
  'help.service.upstream': {
    en: 'URL of the app, for example http://127.0.0.1:7861 (default: the sites of /etc/everyhop/everyhop.yaml)',
    zh: '应用地址，例如 http://127.0.0.1:7861（默认：/etc/everyhop/everyhop.yaml 中的站点）',
  },
  'help.up.host': {
    en: 'names that visitors use (default: localhost, 127.0.0.1, ::1)',
    zh: '访客使用的名称（默认 localhost、127.0.0.1、::1）',
  },
  'help.up.app': {
    en: "what the app is, which decides the Host it gets (default: recognise it; any: the visitor's Host)",
    zh: '应用的种类，决定发给它的 Host（默认：自动识别；any：访客的 Host）',
  },
  'help.up.host-header': {
    en: "Host for the app instead of the visitor's, such as localhost:3000, if it refuses other names",
    zh: '发给应用的 Host，代替访客的 Host，例如 localhost:3000；用于拒绝其他名称的应用',
  },
  'help.up.https-port': {
    en: 'HTTPS port (default: 443, or 8443 if this user may not use 443)',
    zh: 'HTTPS 端口（默认 443；无权使用 443 时为 8443）',
  },
  'help.up.http-port': {
    en: 'plain HTTP port, which redirects to HTTPS, or "off" (default: 80, or 8080 if this user may not use 80)',
    zh: '明文 HTTP 端口，重定向到 HTTPS，或 "off"（默认 80；无权使用 80 时为 8080）',
  },
  'help.up.config': {
    en: 'configuration file everyhop.yaml, for several sites and routes',
    zh: '配置文件 everyhop.yaml，用于多个站点和路由',
  },
  'help.certificates.folder': {
    en: 'folder under live/ (default: the first name)',
    zh: 'live/ 下的文件夹（默认：第一个名称）',
  },
  'help.new': {
    en: 'start over if the store is lost or damaged: new private root, new account',
    zh: '存储丢失或损坏时从头开始：新的私有根证书、新的账户',
  },
  'help.up.lan': {
    en: 'also serve phones and other computers in the local network: at this machine’s addresses and as NAME.local, with a page that helps them trust the root',
    zh: '同时供局域网内的手机和其他电脑访问：使用本机地址和 NAME.local，并提供帮助它们信任根证书的页面',
  },
  'help.up.trust-page': {
    en: 'offer the private root at http://HOST/everyhop/trust (included in --lan)',
    zh: '在 http://HOST/everyhop/trust 提供私有根证书（--lan 已包含）',
  },
  'help.up.demo': { en: 'serve the demo chat', zh: '提供演示聊天' },
  'help.status': { en: 'show sites, certificates, streams and workers', zh: '显示站点、证书、流和工作进程' },
  'help.reload': { en: 'reload the configuration', zh: '重新加载配置' },
  'help.email': { en: 'contact address for the public authority', zh: '公共颁发机构的联系邮箱' },
  'help.authority-name': {
    en: 'letsencrypt, another known authority, private, or the URL of an ACME directory',
    zh: 'letsencrypt、其他已知颁发机构、private，或 ACME 目录的 URL',
  },
  'help.authority-list': {
    en: 'letsencrypt, another known authority, private, or the URL of an ACME directory; repeat it for further ones to try if one fails',
    zh: 'letsencrypt、其他已知的颁发机构、private，或 ACME 目录的 URL；可重复指定，前一个失败时依次尝试',
  },
  'help.certificates.account': {
    en: 'list your accounts at the authorities, or give one up',
    zh: '列出您在各颁发机构的账户，或停用其中一个',
  },
  'help.account.reset': {
    en: 'give up this account: the next order registers another one with a new key',
    zh: '停用此账户：下次下单时会用新密钥另行注册',
  },
  'help.eab-kid': {
    en: 'key identifier of your account at the authority (external account binding)',
    zh: '您在颁发机构的账户的密钥标识符（外部账户绑定）',
  },
  'help.eab-hmac-file': {
    en: 'file with the HMAC key that belongs to it; - for standard input',
    zh: '与之配套的 HMAC 密钥所在文件；- 表示标准输入',
  },
  'help.key-type': {
    en: 'kind of the certificate’s key (default p256); old clients may need rsa2048',
    zh: '证书密钥的类型（默认 p256）；旧客户端可能需要 rsa2048',
  },
  'help.reuse-key': {
    en: 'keep the key at renewals, for clients that pin it (TLSA records)',
    zh: '续期时保留密钥，供固定了公钥的客户端使用（TLSA 记录）',
  },
  'help.certificates.config': {
    en: 'everyhop.yaml, for the settings that the options leave out: authorities, preferred chain, DNS provider',
    zh: 'everyhop.yaml，提供未用选项指定的设置：颁发机构、首选证书链、DNS 提供方',
  },
  'help.authority-root': {
    en: 'PEM file with the roots that verify the ACME directory itself',
    zh: '用于验证 ACME 目录自身证书的根证书（PEM 文件）',
  },
  'help.challenge': { en: 'use only this challenge type', zh: '只使用这种验证方式' },
  'help.choices': { en: 'choices: {choices}', zh: '可选值：{choices}' },
  'help.default': { en: 'default: {value}', zh: '默认：{value}' },
  'help.dns': { en: 'DNS provider that holds the records: {providers}', zh: '托管 DNS 记录的提供商：{providers}' },
  'help.dns-resolver': { en: 'resolvers to query instead of this machine’s', zh: '用这些解析器查询，代替本机的解析器' },
  'help.webroot': {
    en: 'folder that your web server serves over plain HTTP',
    zh: '您的 Web 服务器以明文 HTTP 提供的文件夹',
  },
  'help.certificates.http-port': {
    en: 'port that answers HTTP-01 challenges (default 80)',
    zh: '应答 HTTP-01 的端口（默认 80）',
  },
  'help.certificates.https-port': {
    en: 'port that answers TLS-ALPN-01 challenges (default 443)',
    zh: '应答 TLS-ALPN-01 的端口（默认 443）',
  },
  'help.profile': { en: 'certificate profile to request', zh: '要申请的证书配置（profile）' },
  'help.agree-tos': { en: 'agree to the authority’s terms of service', zh: '同意颁发机构的服务条款' },
  'help.certificates.obtain': { en: 'obtain a certificate without serving a site', zh: '只获取证书，不提供站点服务' },
  'help.certificates.obtain.name': { en: 'names and addresses for one certificate', zh: '同一张证书中的名称和地址' },
  'help.now': {
    en: 'do not wait after failed attempts; the limits of the authority still apply',
    zh: '不因之前的失败而等待；颁发机构的限制仍然有效',
  },
  'help.certificates.dry-run': {
    en: 'check what the authority would check and request a test certificate; keep nothing',
    zh: '检查颁发机构将检查的内容，并申请一张测试证书；不保留任何内容',
  },
  'help.certificates.name': { en: 'any name in the certificate', zh: '证书中的任一名称' },
  'help.certificates.show': {
    en: 'show the current and earlier certificates for a name',
    zh: '显示某个名称的当前证书和历史证书',
  },
  'help.certificates.export': {
    en: 'write the chain and key for a name to a folder',
    zh: '将某个名称的证书链和私钥写入文件夹',
  },
  'help.certificates.export.folder': { en: 'target folder', zh: '目标文件夹' },
  'help.certificates.revoke': {
    en: 'revoke the certificate for a name; a running Everyhop replaces it',
    zh: '吊销某个名称的证书；运行中的 Everyhop 会更换它',
  },
  'help.certificates.reason': { en: 'reason for the revocation', zh: '吊销原因' },
  'help.certificates.list': { en: 'list the certificates in the store', zh: '列出存储中的证书' },
  'help.certificates.ledger': {
    en: 'show the attempts at each authority and when the next one is due',
    zh: '显示在各颁发机构的尝试，以及下次尝试的时间',
  },
  'help.run': {
    en: 'start a program that trusts your private roots as well as the public ones',
    zh: '启动一个程序，使其在公共根证书之外也信任您的私有根证书',
  },
  'help.run.mount': {
    en: 'for programs that read only the system’s file of roots: mount the bundle over it, for this program alone',
    zh: '适用于只读取系统根证书文件的程序：仅为该程序把信任包挂载到该文件上',
  },
  'help.run.command': { en: 'the program and its arguments', zh: '程序及其参数' },
  'help.env': { en: 'print the variables that run sets', zh: '输出 run 所设置的变量' },
  'help.env.format': { en: 'output format', zh: '输出格式' },
  'help.env.at': {
    en: 'path of the bundle folder as the program sees it, for example in a container',
    zh: '程序所见的信任包文件夹路径，例如在容器中',
  },
  'help.certificates': { en: 'certificates of your sites', zh: '站点的证书' },
  'help.certificates.renew': {
    en: 'renew the certificates of the running Everyhop now',
    zh: '立即为运行中的 Everyhop 续期证书',
  },
  'help.certificates.renew.name': {
    en: 'sites to renew, each by one of its names (default: all)',
    zh: '要续期的站点，各写其中一个名称（默认：全部）',
  },
  'help.authority': { en: 'private certificate authority', zh: '私有证书颁发机构' },
  'help.authority.root': { en: 'print the root certificate as PEM', zh: '以 PEM 输出根证书' },
  'help.authority.show': {
    en: 'show the authority and the names it may issue for',
    zh: '显示颁发机构及其可签发的名称',
  },
  'help.authority.widen': { en: 'permit more names', zh: '允许更多名称' },
  'help.authority.widen.name': { en: 'DNS names or addresses', zh: 'DNS 名称或地址' },
  'help.authority.root-key': { en: 'file with the root key, if it is offline', zh: '根密钥文件（如已离线保存）' },
  'help.authority.renew': {
    en: 'issue a new intermediate, and a new root if the old one expires soon',
    zh: '签发新的中间证书；根证书临近到期时一并更新',
  },
  'help.authority.take-offline': {
    en: 'move the root key to a file, to keep elsewhere',
    zh: '把根密钥移到文件中，另行保管',
  },
  'help.authority.take-offline.file': { en: 'new file, for example on a USB stick', zh: '新文件，例如在 U 盘上' },
  'help.trust': { en: 'trust in private roots', zh: '对私有根证书的信任' },
  'help.trust.install': {
    en: 'install the root in the trust stores of the system, browsers and Java',
    zh: '把根证书安装到系统、浏览器和 Java 的信任库',
  },
  'help.trust.install.root': {
    en: 'install the roots in these files instead of this machine’s authority',
    zh: '安装这些文件中的根证书，而不是本机颁发机构的根证书',
  },
  'help.trust.fetch': {
    en: 'fetch the private root of another machine and verify its fingerprint',
    zh: '获取另一台机器的私有根证书，并核对其指纹',
  },
  'help.trust.fetch.url': {
    en: 'the link that up --lan prints there, for example http://192.168.1.20:8080/everyhop/trust',
    zh: 'up --lan 在那台机器上显示的链接，例如 http://192.168.1.20:8080/everyhop/trust',
  },
  'help.trust.fetch.fingerprint': {
    en: 'the SHA-256 that the terminal there shows (default: ask)',
    zh: '那台机器的终端所显示的 SHA-256（默认：询问）',
  },
  'help.trust.fetch.out': {
    en: 'file to write (default: everyhop-root.pem)',
    zh: '要写入的文件（默认：everyhop-root.pem）',
  },
  'help.trust.fetch.install': {
    en: 'install it in the trust stores of this machine, too',
    zh: '同时安装到本机的各信任库',
  },
  'help.trust.uninstall': { en: 'remove exactly what install added', zh: '只移除 install 添加的内容' },
  'help.trust.store': { en: 'only these stores: system, nss, java', zh: '只处理这些信任库：system、nss、java' },
  'help.trust.dry-run': { en: 'only show what would change', zh: '只显示将要改动的内容' },
  'help.trust.bundle': {
    en: 'merge public and private roots into one folder for all kinds of programs',
    zh: '把公共和私有根证书合并到一个文件夹，供各种程序使用',
  },
  'help.trust.bundle.root': {
    en: 'files or folders with private roots, besides the root of this machine’s authority',
    zh: '私有根证书的文件或文件夹；本机颁发机构的根证书会自动包含',
  },
  'help.trust.bundle.from': {
    en: 'fetch roots from http(s)://… or tls://HOST:PORT; confirm each at the prompt or with --pin',
    zh: '从 http(s)://… 或 tls://主机:端口 获取根证书；每个都需在提示时确认，或用 --pin 确认',
  },
  'help.trust.bundle.out': {
    en: 'folder to publish to (default: trust/ in the state folder)',
    zh: '发布到的文件夹（默认：状态文件夹中的 trust/）',
  },
  'help.trust.bundle.public': {
    en: 'public roots: system (default), mozilla or none',
    zh: '公共根证书：system（默认）、mozilla 或 none',
  },
  'help.trust.bundle.distrust': {
    en: 'exclude roots by the fingerprint of the certificate or its key',
    zh: '按证书或其密钥的指纹排除根证书',
  },
  'help.trust.bundle.pin': {
    en: 'confirm certificates from --from, and trust certificates in --root that are not roots',
    zh: '确认 --from 得到的证书；信任 --root 中不是根证书的证书',
  },
  'help.trust.bundle.allow-smaller': {
    en: 'publish even if roots disappear or few public ones are left',
    zh: '即使根证书减少或公共根证书所剩不多，也照常发布',
  },
  'help.config': { en: 'configuration file everyhop.yaml', zh: '配置文件 everyhop.yaml' },
  'help.config.check': { en: 'check a configuration file', zh: '检查配置文件' },
  'help.config.check.file': { en: 'configuration file (default: everyhop.yaml)', zh: '配置文件（默认 everyhop.yaml）' },
  'help.config.schema': { en: 'print the JSON Schema for editors', zh: '输出供编辑器使用的 JSON Schema' },
  'help.completion': { en: 'print the completion script for a shell', zh: '输出 shell 的补全脚本' },
  'help.nginx': { en: 'HTTPS in an existing nginx', zh: '为已有的 nginx 启用 HTTPS' },
  'help.nginx.conf': { en: 'main configuration (default: from nginx -V)', zh: '主配置文件（默认：取自 nginx -V）' },
  'help.nginx.nginx': { en: 'nginx program (default: nginx)', zh: 'nginx 程序（默认：nginx）' },
  'help.nginx.prefix': {
    en: 'nginx prefix folder (default: from nginx -V)',
    zh: 'nginx 的 prefix 目录（默认：取自 nginx -V）',
  },
  'help.nginx.secure': {
    en: 'enable HTTPS for these sites and prove it, or restore everything',
    zh: '为这些站点启用 HTTPS 并验证，否则恢复原状',
  },
  'help.nginx.secure.name': {
    en: 'names of the site (default: choose from a list)',
    zh: '站点的名称（默认：从列表中选择）',
  },
  'help.nginx.tls-port': { en: 'port of added TLS listeners (default: 443)', zh: '新增 TLS 监听的端口（默认：443）' },
  'help.nginx.public-port': {
    en: 'port on which visitors reach HTTPS, if another program or a stream block passes it on (default: the TLS port)',
    zh: '访问者使用的 HTTPS 端口，由其他程序或 stream 块转发时指定（默认：TLS 端口）',
  },
  'help.nginx.no-redirect': { en: 'leave plain HTTP as it is', zh: '保持明文 HTTP 不变，不跳转' },
  'help.nginx.no-hsts': {
    en: 'do not send Strict-Transport-Security',
    zh: '不发送 Strict-Transport-Security',
  },
  'help.nginx.app': {
    en: 'streaming settings for this app; any, or none (default: detect the app)',
    zh: '采用该应用的流式设置；可用 any 或 none（默认：自动识别应用）',
  },
  'help.nginx.webroot': {
    en: 'folder that nginx already serves for challenges (default: one from Everyhop)',
    zh: 'nginx 已用于验证的文件夹（默认：使用 Everyhop 自带的文件夹）',
  },
  'help.nginx.dry-run': { en: 'show the change and test it on a copy', zh: '显示修改内容，并在副本上测试' },
  'help.nginx.yes': { en: 'do not ask for confirmation', zh: '不要求确认' },
  'help.nginx.undo': {
    en: 'remove what secure added; your later edits stay',
    zh: '撤销 secure 所做的修改；您之后的修改会保留',
  },
  'help.nginx.undo.name': { en: 'the site (default: the only one)', zh: '站点（默认：唯一的站点）' },
  'help.nginx.discard': { en: 'also discard edits by hand in the managed files', zh: '同时丢弃受管文件中的手工修改' },
  'help.nginx.force': { en: 'undo even if other answers change', zh: '即使其他响应会改变也撤销' },
  'help.nginx.renew': {
    en: 'renew certificates that are due, load them into nginx and prove them; for a timer',
    zh: '续期到期的证书，让 nginx 加载并验证；供定时任务调用',
  },
  'help.nginx.renew.dry-run': {
    en: 'show which certificates are due and which lines would change',
    zh: '显示哪些证书到期、哪些行会改变',
  },
  'help.nginx.recover': { en: 'clean up after an interrupted change', zh: '处理被中断的修改' },
  'help.nginx.show': {
    en: 'show which server block answers for each name, and what it serves',
    zh: '显示每个名称由哪个 server 块应答，以及它提供的内容',
  },
  'help.trust.check': {
    en: 'test what a command trusts, with its own interpreter',
    zh: '用命令自己的解释器测试它信任什么',
  },
  'help.trust.check.operands': {
    en: 'private hops (https://…), then the command; a command that contains {url} is run itself',
    zh: '私有连接（https://…），然后是命令；包含 {url} 的命令会被直接运行',
  },
  'help.trust.check.mount': {
    en: 'test it as run --mount starts it',
    zh: '按 run --mount 的启动方式测试',
  },
  'help.trust.explain': {
    en: 'show which programs accept a server’s chain, and why others do not',
    zh: '显示哪些程序接受某服务器的证书链，以及其他程序不接受的原因',
  },
  'help.trust.explain.url': { en: 'URL of the server: https://…', zh: '服务器地址：https://…' },
} as const satisfies WordTexts;
