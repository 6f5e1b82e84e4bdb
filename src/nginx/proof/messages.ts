import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const proofError = defineErrors({
  'nginx.port-taken': {
    en: {
      meaning: 'nginx cannot listen on port {port} of {address}; it goes on with its old configuration.',
      cause: 'Another program listens there: {program} (process {pid}).',
      hint: 'Stop that program, or let this site use another port: --tls-port 8443. To see who listens: ss -ltnp',
    },
    zh: {
      meaning: 'nginx 无法监听 {address} 的端口 {port}，仍在使用旧配置。',
      cause: '另一个程序正在监听：{program}（进程 {pid}）。',
      hint: '请停止那个程序，或让此站点使用其他端口：--tls-port 8443。查看监听者：ss -ltnp',
    },
  },
  'nginx.port-denied': {
    en: {
      meaning: 'nginx may not listen on port {port} of {address}; it goes on with its old configuration.',
      cause: 'Its master process runs as a user to whom ports below 1024 are closed.',
      hint: 'Start nginx as root, or choose a higher port: --tls-port 8443',
    },
    zh: {
      meaning: 'nginx 无权监听 {address} 的端口 {port}，仍在使用旧配置。',
      cause: '它的主进程所用的用户不能使用 1024 以下的端口。',
      hint: '请以 root 身份启动 nginx，或选用更高的端口：--tls-port 8443',
    },
  },
  'nginx.address-missing': {
    en: {
      meaning: 'nginx cannot listen on {address}, port {port}; it goes on with its old configuration.',
      cause: 'This machine has no such address, or IPv6 is switched off.',
      hint: 'See the addresses that there are: ip -brief address; then correct the listen directive.',
    },
    zh: {
      meaning: 'nginx 无法监听 {address} 的端口 {port}，仍在使用旧配置。',
      cause: '本机没有这个地址，或 IPv6 已关闭。',
      hint: '查看现有地址：ip -brief address；然后更正 listen 指令。',
    },
  },
  'nginx.key-unreadable': {
    en: {
      meaning: 'nginx cannot load {file}; it goes on with its old configuration.',
      cause: 'The certificate or key is missing, may not be read by the nginx master, or does not fit: {reason}.',
      hint: 'Look at the file and every folder above it: namei -l {file}',
    },
    zh: {
      meaning: 'nginx 无法加载 {file}，仍在使用旧配置。',
      cause: '证书或密钥不存在、nginx 主进程无权读取，或两者不匹配：{reason}。',
      hint: '检查该文件及其所有上级目录：namei -l {file}',
    },
  },
  'nginx.files-exhausted': {
    en: {
      meaning: 'nginx has no file descriptors left: {reason}.',
      cause: 'Its limit of open files is lower than what its sites, logs and connections need.',
      hint: 'Raise worker_rlimit_nofile in nginx.conf, and for the master: systemctl edit nginx, with LimitNOFILE=65535 under [Service]; then restart nginx.',
    },
    zh: {
      meaning: 'nginx 的文件描述符已用尽：{reason}。',
      cause: '可打开文件数的上限低于站点、日志和连接所需的数量。',
      hint: '请在 nginx.conf 中调高 worker_rlimit_nofile；主进程则用 systemctl edit nginx，在 [Service] 下写入 LimitNOFILE=65535，然后重启 nginx。',
    },
  },
  'nginx.connections-exhausted': {
    en: {
      meaning: 'nginx turns connections away: worker_connections are not enough.',
      cause: 'As many connections are open as its workers may have.',
      hint: 'Raise worker_connections in the events block of nginx.conf, then try again when there is less load.',
    },
    zh: {
      meaning: 'nginx 正在拒绝连接：worker_connections 不足。',
      cause: '打开的连接数已达到工作进程的上限。',
      hint: '请在 nginx.conf 的 events 块中调高 worker_connections，待负载降低后重试。',
    },
  },
  'nginx.reload-refused': {
    en: {
      meaning: 'nginx did not take the new configuration: {reason}.',
      cause:
        'nginx checks more when it reloads than nginx -t does: sockets, shared memory, limits. The old configuration still answers.',
      hint: 'Read what nginx said at that time: the file that error_log names (often /var/log/nginx/error.log), or journalctl -u nginx',
    },
    zh: {
      meaning: 'nginx 没有采用新配置：{reason}。',
      cause: '重新加载时 nginx 检查的内容比 nginx -t 更多：套接字、共享内存、各种上限。旧配置仍在响应。',
      hint: '查看 nginx 当时的记录：error_log 指定的文件（通常是 /var/log/nginx/error.log），或 journalctl -u nginx',
    },
  },
  'nginx.old-configuration': {
    en: {
      meaning: 'nginx was reloaded, but its old configuration still answers (worker processes {workers}).',
      cause: 'The master has not taken the new one and has not said why: it may be busy, stopped, or log elsewhere.',
      hint: 'Read what nginx said at that time: journalctl -u nginx, and the file that error_log names; then run the same command again.',
    },
    zh: {
      meaning: 'nginx 已重新加载，但响应的仍是旧配置（工作进程 {workers}）。',
      cause: '主进程没有采用新配置，也没有说明原因：它可能正忙、已被暂停，或把日志写到了别处。',
      hint: '查看 nginx 当时的记录：journalctl -u nginx，以及 error_log 指定的文件；然后重新运行同一命令。',
    },
  },
  'nginx.other-answer': {
    en: {
      meaning: '{url} at {address} does not answer with the new configuration; seen: {seen}.',
      cause:
        'Another server block or another program answers there, a firewall of this machine stands between, or the listener is not open.',
      hint: 'See who listens: ss -ltnp; and which block answers for the name: everyhop nginx show',
    },
    zh: {
      meaning: '{address} 上的 {url} 没有以新配置响应；实际结果：{seen}。',
      cause: '响应的是另一个 server 块或另一个程序、被本机防火墙阻隔，或监听未打开。',
      hint: '查看监听者：ss -ltnp；查看由哪个块响应该名称：everyhop nginx show',
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
});

export const proofWords = defineWords({
  'nginx.proof.outcome': { en: '{value}', zh: '{value}' },
  'nginx.proof.certificate': { en: 'the certificate with fingerprint {value}', zh: '指纹为 {value} 的证书' },
  'nginx.proof.serial': { en: 'the certificate with serial {value}', zh: '序列号为 {value} 的证书' },
  'nginx.proof.verified': { en: 'a certificate that verifies', zh: '可通过验证的证书' },
  'nginx.proof.unverified': { en: 'one that does not verify: {value}', zh: '无法通过验证的证书：{value}' },
  'nginx.proof.alpn': { en: 'the protocol {value}', zh: '协议 {value}' },
  'nginx.proof.status': { en: 'status {value}', zh: '状态码 {value}' },
  'nginx.proof.location': { en: 'Location: {value}', zh: 'Location: {value}' },
  'nginx.proof.contentType': { en: 'Content-Type: {value}', zh: 'Content-Type: {value}' },
  'nginx.proof.strictTransportSecurity': {
    en: 'Strict-Transport-Security: {value}',
    zh: 'Strict-Transport-Security: {value}',
  },
  'nginx.proof.title': { en: 'the page titled “{value}”', zh: '标题为“{value}”的页面' },
  'nginx.proof.redirect': { en: 'status 308 to {value}', zh: '以状态码 308 跳转到 {value}' },
  'nginx.proof.redirected': { en: 'status {status} to {value}', zh: '以状态码 {status} 跳转到 {value}' },
  'nginx.proof.ends': { en: 'redirects that come to an end', zh: '会终止的跳转' },
  'nginx.proof.loop': { en: 'redirects in a circle: {value}', zh: '循环跳转：{value}' },
  'nginx.proof.itself': { en: 'an answer of its own', zh: '它自己的响应' },
  'nginx.proof.another': { en: 'what {value} answered before', zh: '{value} 之前的响应' },
  'nginx.proof.answer': { en: 'an answer', zh: '有响应' },
  'nginx.proof.no-answer': { en: 'no answer: {reason}', zh: '无响应：{reason}' },
  'nginx.proof.expected': { en: 'expected: {value}', zh: '预期：{value}' },
  'nginx.proof.seen': { en: 'seen: {value}', zh: '实际：{value}' },
});
