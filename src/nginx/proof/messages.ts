import { defineErrors } from '../../base/errors.ts';
import { defineWords } from '../../base/language.ts';

export const proofError = defineErrors({
  'nginx.port-taken': {
    en: {
      meaning: 'nginx cannot listen on {address}, port {port}. It is still running its old configuration.',
      cause: 'Another program is listening there: {program} (process {pid}).',
      hint: 'Stop that program, or use another port for this site: --tls-port 8443. To list the listening programs: sudo ss -ltnp',
    },
    zh: {
      meaning: 'nginx 无法监听 {address} 的端口 {port}，仍在使用旧配置。',
      cause: '另一个程序正在监听该端口：{program}（进程 {pid}）。',
      hint: '请停止那个程序，或让此站点使用其他端口：--tls-port 8443。查看正在监听的程序：sudo ss -ltnp',
    },
  },
  'nginx.port-denied': {
    en: {
      meaning:
        'nginx has no permission to listen on {address}, port {port}. It is still running its old configuration.',
      cause: 'Its master process does not run as root, so it may not use ports below 1024.',
      hint: 'Start nginx as root, or choose a higher port: --tls-port 8443',
    },
    zh: {
      meaning: 'nginx 无权监听 {address} 的端口 {port}，仍在使用旧配置。',
      cause: '它的主进程不是以 root 身份运行，不能使用 1024 以下的端口。',
      hint: '请以 root 身份启动 nginx，或选用更高的端口：--tls-port 8443',
    },
  },
  'nginx.address-missing': {
    en: {
      meaning: 'nginx cannot listen on {address}, port {port}. It is still running its old configuration.',
      cause: 'This machine does not have that address, or IPv6 is disabled.',
      hint: 'List the addresses: ip -brief address — then correct the listen directive.',
    },
    zh: {
      meaning: 'nginx 无法监听 {address} 的端口 {port}，仍在使用旧配置。',
      cause: '本机没有这个地址，或 IPv6 已禁用。',
      hint: '列出本机地址：ip -brief address；然后更正 listen 指令。',
    },
  },
  'nginx.key-unreadable': {
    en: {
      meaning: 'nginx cannot load {file}. It is still running its old configuration.',
      cause: 'The certificate or key is missing, the nginx master may not read it, or the two do not match: {reason}.',
      hint: 'Check the permissions of the file and all its parent folders: namei -l {file}',
    },
    zh: {
      meaning: 'nginx 无法加载 {file}，仍在使用旧配置。',
      cause: '证书或密钥不存在，nginx 主进程无权读取，或两者不匹配：{reason}。',
      hint: '检查该文件及其所有上级文件夹的权限：namei -l {file}',
    },
  },
  'nginx.files-exhausted': {
    en: {
      meaning: 'nginx has run out of file descriptors: {reason}.',
      cause: 'Its sites, logs and connections need more open files than its limit allows.',
      hint: 'Raise worker_rlimit_nofile in nginx.conf; for the master process, run sudo systemctl edit nginx and add LimitNOFILE=65535 under [Service]. Then restart nginx: sudo systemctl restart nginx',
    },
    zh: {
      meaning: 'nginx 的文件描述符已用尽：{reason}。',
      cause: '站点、日志和连接需要打开的文件数超过了上限。',
      hint: '请在 nginx.conf 中调高 worker_rlimit_nofile；对主进程运行 sudo systemctl edit nginx，并在 [Service] 下写入 LimitNOFILE=65535。然后重启 nginx：sudo systemctl restart nginx',
    },
  },
  'nginx.connections-exhausted': {
    en: {
      meaning: 'nginx is rejecting connections: worker_connections is too low.',
      cause: 'The number of open connections has reached the limit of the workers.',
      hint: 'Raise worker_connections in the events block of nginx.conf, then run the command again when the load is lower.',
    },
    zh: {
      meaning: 'nginx 正在拒绝连接：worker_connections 过低。',
      cause: '打开的连接数已达到工作进程的上限。',
      hint: '请在 nginx.conf 的 events 块中调高 worker_connections，待负载降低后重新运行该命令。',
    },
  },
  'nginx.reload-refused': {
    en: {
      meaning: 'nginx rejected the new configuration when reloading: {reason}.',
      cause:
        'A reload checks more than nginx -t: sockets, shared memory, limits. nginx is still running its old configuration.',
      hint: 'Read the log of nginx from that time: the error_log file (often /var/log/nginx/error.log), or sudo journalctl -u nginx',
    },
    zh: {
      meaning: 'nginx 在重新加载时拒绝了新配置：{reason}。',
      cause: '重新加载时检查的内容比 nginx -t 更多：套接字、共享内存、各种上限。nginx 仍在使用旧配置。',
      hint: '查看 nginx 当时的日志：error_log 指定的文件（通常是 /var/log/nginx/error.log），或 sudo journalctl -u nginx',
    },
  },
  'nginx.old-configuration': {
    en: {
      meaning: 'nginx did not reload: its old configuration still answers (worker processes {workers}).',
      cause:
        'The master process got the signal, but did not load the new configuration and logged no reason. It may be busy, stopped, or log elsewhere.',
      hint: 'Read the log of nginx from that time: sudo journalctl -u nginx, and the error_log file; then run the command again.',
    },
    zh: {
      meaning: 'nginx 没有重新加载：响应的仍是旧配置（工作进程 {workers}）。',
      cause: '主进程收到了信号，但没有加载新配置，也没有记录原因。它可能正忙、已被暂停，或把日志写到了别处。',
      hint: '查看 nginx 当时的日志：sudo journalctl -u nginx，以及 error_log 指定的文件；然后重新运行该命令。',
    },
  },
  'nginx.other-answer': {
    en: {
      meaning: '{url} at {address} does not answer with the new configuration. Result: {seen}.',
      cause:
        'Another server block or another program answers there, a firewall on this machine blocks the connection, or the listener is not open.',
      hint: 'List the listening programs: sudo ss -ltnp — and see which block answers for the name: {everyhop nginx show}',
    },
    zh: {
      meaning: '{address} 上的 {url} 没有以新配置响应。实际结果：{seen}。',
      cause: '响应的是另一个 server 块或另一个程序，连接被本机防火墙阻断，或监听未打开。',
      hint: '查看正在监听的程序：sudo ss -ltnp；查看由哪个块响应该名称：{everyhop nginx show}',
    },
  },
  'nginx.not-proven': {
    en: {
      meaning: 'After the change, {url} does not answer as expected: got {seen}, expected {meant}.',
      cause:
        'The server block at {block} answered. Everyhop restored the previous configuration, and nginx serves it again.',
      hint: 'Preview the change with --dry-run, and see the current answers: {everyhop nginx show}',
    },
    zh: {
      meaning: '修改之后，{url} 的响应与预期不符。实际：{seen}；预期：{meant}。',
      cause: '应答的是 {block} 处的 server 块。Everyhop 已恢复原配置，nginx 已重新按原配置响应。',
      hint: '请用 --dry-run 预览修改内容，并查看当前的响应情况：{everyhop nginx show}',
    },
  },
  'nginx.hsts-unsent': {
    en: {
      meaning: '{url} works, but does not send the Strict-Transport-Security header: {seen}.',
      cause:
        'A location in the server block at {block} has add_header lines of its own, in a file that other sites share, or a module sets the headers. nginx then inherits no other headers.',
      hint: 'Add this line beside the other add_header lines of that location: add_header Strict-Transport-Security max-age=3600 always; — or leave the header out: --no-hsts',
    },
    zh: {
      meaning: '{url} 可以正常访问，但没有发送 Strict-Transport-Security 头：{seen}。',
      cause:
        '{block} 处的 server 块中有一个 location 自带 add_header，且位于与其他站点共用的文件中，或由某个模块设置头。此时 nginx 不会继承其他头。',
      hint: '请在该 location 的 add_header 旁加入：add_header Strict-Transport-Security max-age=3600 always; 或不使用该头：--no-hsts',
    },
  },
});

export const proofWords = defineWords({
  'nginx.proof.socket': { en: 'status {value} for the WebSocket {path}', zh: 'WebSocket {path} 的状态码 {value}' },
  'nginx.proof.refusal': { en: 'no handshake for unknown names', zh: '拒绝未知名称的握手' },
  'nginx.proof.outcome': { en: '{value}', zh: '{value}' },
  'nginx.proof.certificate': { en: 'the certificate with fingerprint {value}', zh: '指纹为 {value} 的证书' },
  'nginx.proof.serial': { en: 'the certificate with serial {value}', zh: '序列号为 {value} 的证书' },
  'nginx.proof.verified': { en: 'a certificate that verifies', zh: '可通过验证的证书' },
  'nginx.proof.unverified': { en: 'a certificate that does not verify: {value}', zh: '无法通过验证的证书：{value}' },
  'nginx.proof.alpn': { en: 'protocol {value}', zh: '协议 {value}' },
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
  'nginx.proof.ends': { en: 'no redirect loop', zh: '没有循环跳转' },
  'nginx.proof.loop': { en: 'a redirect loop: {value}', zh: '循环跳转：{value}' },
  'nginx.proof.itself': { en: "the site's own content", zh: '该站点自己的内容' },
  'nginx.proof.another': { en: 'the content of {value}', zh: '{value} 的内容' },
  'nginx.proof.answer': { en: 'an answer', zh: '有响应' },
  'nginx.proof.no-answer': { en: 'no answer: {reason}', zh: '无响应：{reason}' },
  'nginx.proof.expected': { en: 'expected: {value}', zh: '预期：{value}' },
  'nginx.proof.seen': { en: 'got: {value}', zh: '实际：{value}' },
});
