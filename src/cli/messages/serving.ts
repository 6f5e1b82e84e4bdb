import type { WordTexts } from '../../base/language.ts';

export const servingTexts = {
  'up.no-certificate-yet': {
    en: 'A certificate could not be had. Until it is, browsers warn of this site; it is tried again by itself.',
    zh: '未能获得证书。在获得之前，浏览器会对该站点发出警告；程序会自动重试。',
  },
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
} as const satisfies WordTexts;
