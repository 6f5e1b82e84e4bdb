import type { WordTexts } from '../../base/language.ts';

export const servingTexts = {
  'up.serving': { en: 'Everyhop {version} serves', zh: 'Everyhop {version} 正在提供服务' },
  'up.route': { en: '  {url}  →  {upstream}', zh: '  {url}  →  {upstream}' },
  'up.route.app': { en: '  {url}  →  {upstream}  ({app})', zh: '  {url}  →  {upstream}（{app}）' },
  'up.route.host': { en: '  {url}  →  {upstream}  (Host: {host})', zh: '  {url}  →  {upstream}（Host: {host}）' },
  'up.route.app-host': {
    en: '  {url}  →  {upstream}  ({app}, Host: {host})',
    zh: '  {url}  →  {upstream}（{app}，Host: {host}）',
  },
  'up.app.known': { en: '{upstream} answers: {app}', zh: '{upstream} 已有应答：{app}' },
  'up.app.host': { en: '{upstream} answers: {app}, Host: {host}', zh: '{upstream} 已有应答：{app}，Host: {host}' },
  'up.app.unknown': { en: '{upstream} answers', zh: '{upstream} 已有应答' },
  'up.proven': {
    en: '  proven: {host} at {address}, {protocol}, {group}, certificate {serial}…, {ms} ms',
    zh: '  已验证：{host}，地址 {address}，{protocol}，{group}，证书 {serial}…，{ms} 毫秒',
  },
  'up.proven-again': {
    en: '  proven: {url} at {address}, certificate {serial}…',
    zh: '  已验证：{url}，地址 {address}，证书 {serial}…',
  },
  'up.certificate.issuer': {
    en: '  certificate for {hosts}: {issuer}, until {until}, renews automatically',
    zh: '  {hosts} 的证书：{issuer}，有效期至 {until}，自动续期',
  },
  'up.certificate.issuer.kept': {
    en: '  certificate for {hosts}: {issuer}, until {until}',
    zh: '  {hosts} 的证书：{issuer}，有效期至 {until}',
  },
  'up.certificate.issuer.expired': {
    en: '  certificate for {hosts}: {issuer}, expired on {until}; clients reject it',
    zh: '  {hosts} 的证书：{issuer}，已于 {until} 过期，客户端不接受',
  },
  'up.certificate.issuer.not-yet-valid': {
    en: '  certificate for {hosts}: {issuer}, not valid yet; clients reject it',
    zh: '  {hosts} 的证书：{issuer}，尚未生效，客户端不接受',
  },
  'up.renewal-advised': {
    en: 'The authority advises to renew {names} at {at}, and explains why: {url}',
    zh: '颁发机构建议在 {at} 为 {names} 续期，原因见：{url}',
  },
  'up.certificate.files': {
    en: '  certificate for {hosts}: from your files, kept up to date by you, until {until}; loaded again when they change',
    zh: '  {hosts} 的证书：来自您的文件，由您负责更新，有效期至 {until}；文件变化时自动重新加载',
  },
  'up.certificate.files.expired': {
    en: '  certificate for {hosts}: from your files, kept up to date by you, expired on {until}; clients reject it',
    zh: '  {hosts} 的证书：来自您的文件，由您负责更新，已于 {until} 过期，客户端不接受',
  },
  'up.certificate.files.not-yet-valid': {
    en: '  certificate for {hosts}: from your files, kept up to date by you, not valid yet; clients reject it',
    zh: '  {hosts} 的证书：来自您的文件，由您负责更新，尚未生效，客户端不接受',
  },
  'up.certificate.root': {
    en: '  clients of {hosts} need the root "{root}", which this machine does not trust',
    zh: '  {hosts} 的客户端需要信任根证书“{root}”，本机的信任库中没有它',
  },
  'up.certificate.root-file': {
    en: '  clients of {hosts} need the root "{root}", which this machine does not trust: {file}',
    zh: '  {hosts} 的客户端需要信任根证书“{root}”，本机的信任库中没有它：{file}',
  },
  'up.without-store': {
    en: 'Serving the published certificates in archive/ without a usable store. Nothing is issued or renewed until it is restored:',
    zh: '存储不可用，正在使用 archive/ 中已发布的证书提供服务。恢复存储之前，不会签发或续期任何证书：',
  },
  'up.certificate.archive': {
    en: '  certificate for {hosts}: from archive/, until {until}; not renewed',
    zh: '  {hosts} 的证书：来自 archive/，有效期至 {until}；不会续期',
  },
  'up.certificate.archive.expired': {
    en: '  certificate for {hosts}: from archive/, expired on {until}; clients reject it',
    zh: '  {hosts} 的证书：来自 archive/，已于 {until} 过期，客户端不接受',
  },
  'up.certificate.archive.not-yet-valid': {
    en: '  certificate for {hosts}: from archive/, not valid yet; clients reject it',
    zh: '  {hosts} 的证书：来自 archive/，尚未生效，客户端不接受',
  },
  'up.certificate.stand-in.authority': {
    en: '  certificate for {hosts}: temporary and self-signed, until the authority issues one',
    zh: '  {hosts} 的证书：临时自签名证书，颁发机构签发后即更换',
  },
  'up.certificate.stand-in.files': {
    en: '  certificate for {hosts}: temporary and self-signed, until your files can be used',
    zh: '  {hosts} 的证书：临时自签名证书，您的文件可用后即更换',
  },
  'up.redirect': { en: '  http on port {port} redirects to https', zh: '  端口 {port} 上的 http 会重定向到 https' },
  'up.substitute': {
    en: 'note: this user may not listen on port {port}; Everyhop uses port {instead}.',
    zh: '注意：当前用户无权监听端口 {port}，改用端口 {instead}。',
  },
  'up.substitute.taken': {
    en: 'note: another program uses port {port}, so the trust page is on port {instead}.',
    zh: '注意：端口 {port} 被其他程序占用，信任页面改用端口 {instead}。',
  },
  'up.no-redirect': {
    en: 'note: another program uses port {port}, so http does not redirect to https.',
    zh: '注意：端口 {port} 被其他程序占用，因此 http 不会重定向到 https。',
  },
  'up.root': { en: 'Clients verify with this root: {file}', zh: '客户端用此根证书进行验证：{file}' },
  'up.root.some': {
    en: 'Clients of {hosts} verify with this root: {file}',
    zh: '{hosts} 的客户端用此根证书进行验证：{file}',
  },
  'up.root.curl': { en: '  curl --cacert {file} {url}', zh: '  curl --cacert {file} {url}' },
  'up.root.curl-resolve': {
    en: '  curl --resolve {place} --cacert {file} {url}',
    zh: '  curl --resolve {place} --cacert {file} {url}',
  },
  'up.root.run': {
    en: '  {everyhop run} -- python3 app.py   (or node, java, curl …; public roots stay trusted)',
    zh: '  {everyhop run} -- python3 app.py   （或 node、java、curl……；公共根证书仍受信任）',
  },
  'up.root.permits': {
    en: 'This root is new. It permits private names and addresses, the names above, and those under authority → permit in everyhop.yaml. To permit more before clients trust it, such as the services of a Compose file: {everyhop authority widen} NAME…',
    zh: '此根证书是新建的。它允许私有名称和地址、上述名称，以及 everyhop.yaml 中 authority → permit 列出的名称。如需在客户端信任它之前允许更多名称（例如 Compose 文件中的服务）：{everyhop authority widen} NAME…',
  },
  'up.root.install': {
    en: 'To make browsers on this machine trust it: {everyhop trust install}',
    zh: '让本机浏览器信任它：{everyhop trust install}',
  },
  'up.lan': {
    en: 'On a phone or another computer in this network, open:',
    zh: '请在本网络中的手机或其他电脑上打开：',
  },
  'up.trust-page': { en: 'The page that offers the root to other devices:', zh: '向其他设备提供根证书的页面：' },
  'up.lan.then': {
    en: 'That page helps it trust the root, and leads on to: {urls}',
    zh: '该页面帮助它信任根证书，并通往：{urls}',
  },
  'up.lan.fingerprint': {
    en: 'Compare the root’s fingerprint on the page with this one (SHA-256):',
    zh: '请核对页面上的根证书指纹与此处是否一致（SHA-256）：',
  },
  'up.lan.ports': {
    en: 'If nothing opens there: the firewall of this machine must admit the TCP ports {ports}; guest networks often separate their devices.',
    zh: '如果那边打不开：本机防火墙必须放行 TCP 端口 {ports}；访客网络往往会隔离各设备。',
  },
  'up.lan.url': { en: '  in the local network: {url}', zh: '  局域网内：{url}' },
  'up.lan.changed': {
    en: 'This machine’s addresses in the local network have changed. New certificates are in place, and the link is new:',
    zh: '本机的局域网地址已改变。新证书已就绪，链接也已更新：',
  },
  'up.stop': { en: 'Press Ctrl-C to stop; open streams may finish.', zh: '按 Ctrl-C 停止；未结束的流可以先完成。' },
  'up.reloaded': {
    en: 'reloaded: revision {revision}, sites: {sites}',
    zh: '已重新加载：修订 {revision}，站点 {sites} 个',
  },
  'up.rejected': {
    en: 'The new configuration was rejected; the old one stays in force:',
    zh: '新配置被拒绝，旧配置继续有效：',
  },
  'up.worker-lost': {
    en: 'Worker {pid} exited ({reason}); Everyhop starts a new one.',
    zh: '工作进程 {pid} 已退出（{reason}），正在启动新的进程。',
  },
  'up.worker-refused': {
    en: 'Worker {pid} cannot serve the current configuration; Everyhop keeps trying:',
    zh: '工作进程 {pid} 无法按当前配置提供服务，Everyhop 会继续重试：',
  },
  'up.renewed': { en: 'new certificate for {names}, until {until}', zh: '{names} 的新证书，有效期至 {until}' },
  'up.renewal-failed': {
    en: 'No new certificate for {names}; the present one stays in use:',
    zh: '{names} 没有换上新证书，继续使用现有证书：',
  },
  'up.proof-failed': { en: 'A background check failed:', zh: '后台检查失败：' },
  'up.draining': {
    en: 'Stopping. Open streams: {streams}, with up to {seconds} s to finish. Press Ctrl-C again to stop at once.',
    zh: '正在停止。未结束的流：{streams} 个，最多等待 {seconds} 秒。再按一次 Ctrl-C 立即停止。',
  },
  'up.few-files': {
    en: 'The open-file limit of this process is low: it serves {connections} connections at a time, and others wait. To raise it, run ulimit -n 65536 before the start, or set LimitNOFILE=65536 in the systemd unit.',
    zh: '本进程的打开文件数上限较低：同时最多处理 {connections} 个连接，其余连接排队等待。如需提高，请在启动前执行 ulimit -n 65536，或在 systemd 单元中设置 LimitNOFILE=65536。',
  },
  'status.head': {
    en: 'Everyhop {version}, process {pid}, revision {revision}, since {since}',
    zh: 'Everyhop {version}，进程 {pid}，修订 {revision}，启动于 {since}',
  },
  'status.proof': { en: '  {mark} {url} at {address}', zh: '  {mark} {url}，地址 {address}' },
  'status.worker': {
    en: '  worker {pid}: connections {connections}/{connectionsLimit}, streams {streams}, requests {requests}, refused {connectionsRefused}, memory {megabytes} MB',
    zh: '  工作进程 {pid}：连接 {connections}/{connectionsLimit}，流 {streams}，请求 {requests}，拒绝 {connectionsRefused}，内存 {megabytes} MB',
  },
  'status.instance': { en: '  {instance}: {streams} open', zh: '  {instance}：{streams} 个进行中' },
  'status.instance.unreachable': {
    en: '  {instance}: {streams} open, no new requests: no connection ({reason}); {workers} of {all} workers',
    zh: '  {instance}：{streams} 个进行中，不再分配新请求：无法连接（{reason}）；工作进程 {workers}/{all}',
  },
  'status.instance.failing': {
    en: '  {instance}: {streams} open, no new requests: bad answers ({reason}); {workers} of {all} workers',
    zh: '  {instance}：{streams} 个进行中，不再分配新请求：应答异常（{reason}）；工作进程 {workers}/{all}',
  },
  'status.instance.unhealthy': {
    en: '  {instance}: {streams} open, no new requests: its health check fails ({reason}); {workers} of {all} workers',
    zh: '  {instance}：{streams} 个进行中，不再分配新请求：健康检查失败（{reason}）；工作进程 {workers}/{all}',
  },
  'status.instance.silent': {
    en: '  {instance}: {streams} open, no new requests: no answer for 30 s ({reason}); {workers} of {all} workers',
    zh: '  {instance}：{streams} 个进行中，不再分配新请求：30 秒没有应答（{reason}）；工作进程 {workers}/{all}',
  },
  'reload.done': { en: 'reloaded: revision {revision}', zh: '已重新加载：修订 {revision}' },
  'reload.problems': { en: 'Some sites still have problems:', zh: '部分站点仍有问题：' },
  'config.ok': { en: '{file} is valid: {sites} sites', zh: '{file} 有效：{sites} 个站点' },
  'config.ok.one': { en: '{file} is valid: 1 site', zh: '{file} 有效：1 个站点' },
} as const satisfies WordTexts;
