import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';
import { accessPageTexts } from './messages/access.ts';
import { logInPages } from './messages/log-in.ts';
import { oidcPageTexts } from './messages/oidc.ts';
import { pageTexts } from './messages/pages.ts';

export { forwardAuthError } from './messages/forward-auth.ts';
export { oidcError, oidcWords } from './messages/oidc.ts';

export const edgeError = defineErrors({
  'edge.port-taken': {
    en: {
      meaning: 'Port {port} on {address} is already in use.',
      cause: 'Another program is listening on it: {holder}.',
      hint: 'Stop that program, or choose other ports: add --https-port 8443 --http-port 8080 to the command, or set https_port and http_port in everyhop.yaml.',
    },
    zh: {
      meaning: '{address} 上的端口 {port} 已被占用。',
      cause: '另一个程序正在监听该端口：{holder}。',
      hint: '请停止该程序，或换用其他端口：在命令中加上 --https-port 8443 --http-port 8080，或在 everyhop.yaml 中设置 https_port 和 http_port。',
    },
  },
  'edge.port-denied': {
    en: {
      meaning: 'No permission to listen on port {port} of {address}.',
      cause: 'Ports below 1024 require root or CAP_NET_BIND_SERVICE.',
      hint: 'Use higher ports: add --https-port 8443 --http-port 8080 to the command; or allow low ports until the next reboot: sudo sysctl net.ipv4.ip_unprivileged_port_start=80',
    },
    zh: {
      meaning: '当前用户无权监听 {address} 的端口 {port}。',
      cause: '监听 1024 以下的端口需要 root 权限或 CAP_NET_BIND_SERVICE。',
      hint: '请改用更高的端口：在命令中加上 --https-port 8443 --http-port 8080；或放行低端口，重启前有效：sudo sysctl net.ipv4.ip_unprivileged_port_start=80',
    },
  },
  'edge.address-missing': {
    en: {
      meaning: 'Cannot listen on {address}, port {port}: this machine does not have that address.',
      cause: 'The address belongs to another machine, its network interface is down, or IPv6 is disabled.',
      hint: 'List the addresses of this machine: ip -brief address; then correct "listen" in everyhop.yaml.',
    },
    zh: {
      meaning: '无法监听 {address} 的端口 {port}：本机没有该地址。',
      cause: '该地址属于另一台机器、对应的网络接口未启用，或 IPv6 已禁用。',
      hint: '列出本机地址：ip -brief address；然后更正 everyhop.yaml 中的 "listen"。',
    },
  },
  'edge.listen-failed': {
    en: {
      meaning: 'Cannot listen on {address}, port {port}: {reason}.',
      cause: 'The operating system refused to open the socket.',
      hint: 'List the listening programs: ss -ltnp; and check the limit of open files: ulimit -n',
    },
    zh: {
      meaning: '无法监听 {address} 的端口 {port}：{reason}。',
      cause: '操作系统拒绝打开套接字。',
      hint: '列出正在监听的程序：ss -ltnp；并检查打开文件数的上限：ulimit -n',
    },
  },
  'edge.snapshot-refused': {
    en: {
      meaning: 'The edge rejected the new configuration: {reason}.',
      cause: 'OpenSSL cannot use one of its certificates, keys or roots.',
      hint: 'Check the PEM files named in everyhop.yaml. On a reload, the previous configuration stays in effect.',
    },
    zh: {
      meaning: '边缘拒绝了新配置：{reason}。',
      cause: 'OpenSSL 无法使用其中的某个证书、密钥或根证书。',
      hint: '请检查 everyhop.yaml 中指定的 PEM 文件。重新加载失败时，原配置继续生效。',
    },
  },
  'edge.workers-lost': {
    en: {
      meaning: 'The worker processes end before they serve anything: {reason}.',
      cause: 'The system ends them, for example for lack of memory, or this installation is damaged.',
      hint: 'Look for the reason above this line and in the system log: journalctl -k -n 50',
    },
    zh: {
      meaning: '工作进程在开始服务之前就已退出：{reason}。',
      cause: '系统终止了它们（例如内存不足），或者本安装已损坏。',
      hint: '请查看此行上方的输出以及系统日志：journalctl -k -n 50',
    },
  },
  'edge.proxies-too-wide': {
    en: {
      meaning: 'trusted_proxies contains {blocks}: anyone there can name any visitor address.',
      cause:
        'Everyhop believes X-Forwarded-For and its kin from these addresses. A block this wide covers large parts of the Internet, so a visitor who connects directly is believed, too. IPv4 and IPv6 count separately: ::/0 trusts no IPv4 address, 0.0.0.0/0 no IPv6 address.',
      hint: 'Name the addresses of your proxies, or the blocks that their operator publishes, and let a firewall admit only these.',
    },
    zh: {
      meaning: 'trusted_proxies 中有 {blocks}：其中的任何人都可以冒充任意访客地址。',
      cause:
        'Everyhop 相信来自这些地址的 X-Forwarded-For 等字段。这么大的地址块覆盖了互联网的很大一部分，直接连接的访客也会被相信。IPv4 与 IPv6 分别计算：::/0 不信任任何 IPv4 地址，0.0.0.0/0 不信任任何 IPv6 地址。',
      hint: '请写明您的代理的地址，或其运营方公布的地址块，并用防火墙只放行这些地址。',
    },
  },
  'edge.workers-are-root': {
    en: {
      meaning: 'The processes that read visitors’ bytes run as root.',
      cause: 'The system refuses to change their user: this container or user namespace has no user 65534.',
      hint: 'Give the container a full range of user ids (for rootless Podman: podman system migrate), or run Everyhop as another user.',
    },
    zh: {
      meaning: '读取访客数据的进程以 root 身份运行。',
      cause: '系统拒绝更改其用户：此容器或用户命名空间中没有用户 65534。',
      hint: '请为容器分配完整的用户 ID 范围（rootless Podman：podman system migrate），或以其他用户运行 Everyhop。',
    },
  },
  'edge.no-worker': {
    en: {
      meaning: 'No worker process took the new configuration in time.',
      cause: 'The workers do not start, or do not answer; the machine may be out of memory or overloaded.',
      hint: 'The previous configuration stays in effect. Check memory and load: free -m; uptime',
    },
    zh: {
      meaning: '没有工作进程及时接受新配置。',
      cause: '工作进程无法启动或没有应答，可能是本机内存不足或负载过高。',
      hint: '原配置继续生效。请检查内存和负载：free -m；uptime',
    },
  },
  'edge.workers-missing': {
    en: {
      meaning: '{serving} of {wanted} worker processes serve.',
      cause: 'Everyhop is replacing workers that ended or did not answer.',
      hint: 'If this lasts, read the reason in the output of {everyhop up}, and check memory: free -m',
    },
    zh: {
      meaning: '{wanted} 个工作进程中只有 {serving} 个在提供服务。',
      cause: 'Everyhop 正在替换已退出或没有应答的工作进程。',
      hint: '如果持续如此，请查看 {everyhop up} 的输出中的原因，并检查内存：free -m',
    },
  },
  'edge.stopping': {
    en: {
      meaning: 'Everyhop is stopping.',
      cause: 'It no longer takes a new configuration.',
      hint: 'Start it again; it then reads the new configuration.',
    },
    zh: {
      meaning: 'Everyhop 正在停止。',
      cause: '它不再接受新配置。',
      hint: '请重新启动，届时会读取新配置。',
    },
  },
  'edge.upstream-down': {
    en: {
      meaning: 'No answer from {upstream} yet: {reason}.',
      cause: 'The app is not running, or it listens on another port. Until it answers, visitors get a 502 page.',
      hint: 'Start the app. To list the listening programs: ss -ltnp',
    },
    zh: {
      meaning: '{upstream} 尚无应答（{reason}）。',
      cause: '应用没有运行，或者监听的是其他端口。在它应答之前，访客会看到 502 页面。',
      hint: '请启动应用。列出正在监听的程序：ss -ltnp',
    },
  },
  'edge.instance-down': {
    en: {
      meaning: 'No answer from {upstream} yet: {reason}.',
      cause: 'This instance is not running, or it listens elsewhere. Until it answers, the others get its requests.',
      hint: 'Start it. To list the listening programs: ss -ltnxp',
    },
    zh: {
      meaning: '{upstream} 尚无应答（{reason}）。',
      cause: '该实例没有运行，或者监听在别处。在它应答之前，请求由其他实例处理。',
      hint: '请启动它。列出正在监听的程序：ss -ltnxp',
    },
  },
  'edge.health-check-fails': {
    en: {
      meaning: 'The health check of an app fails: {url} answers {status}.',
      cause: 'A healthy instance answers {wanted}. This one gets requests only while no other passes its check.',
      hint: 'Look at the answer: curl -i {address}   Then correct path or status under health.',
    },
    zh: {
      meaning: '应用的健康检查失败：{url} 返回 {status}。',
      cause: '健康的实例应返回 {wanted}。只有在其他实例也都未通过检查时，该实例才会收到请求。',
      hint: '查看应答：curl -i {address}   然后改正 health 下的 path 或 status。',
    },
  },
  'edge.socket-down': {
    en: {
      meaning: 'No answer from {upstream} yet: {reason}.',
      cause: 'The app is not running, or its socket has another path. Until it answers, visitors get a 502 page.',
      hint: 'Start the app. To list the sockets of running programs: ss -lxp',
    },
    zh: {
      meaning: '{upstream} 尚无应答（{reason}）。',
      cause: '应用没有运行，或者它的套接字在其他路径。在它应答之前，访客会看到 502 页面。',
      hint: '请启动应用。列出正在运行的程序的套接字：ss -lxp',
    },
  },
  'edge.socket-denied': {
    en: {
      meaning: 'The workers may not open {upstream}.',
      cause: 'They run as {user}, which has no permission for {path}. Visitors get a 502 page.',
      hint: 'The command opens it until the app creates its socket anew. For good, let the app create it with mode 0666.',
    },
    zh: {
      meaning: '工作进程无权打开 {upstream}。',
      cause: '它们以 {user} 身份运行，该用户没有 {path} 的权限。访客会看到 502 页面。',
      hint: '该命令在应用重新创建套接字之前有效。要长期有效，请让应用以 0666 权限创建套接字。',
    },
  },
  'edge.upstream-speaks-tls': {
    en: {
      meaning: '{upstream} speaks TLS, not plain HTTP.',
      cause: 'The app expects an encrypted connection. Until its address says so, visitors get a 502 page.',
      hint: 'Write {instead}',
    },
    zh: {
      meaning: '{upstream} 使用 TLS，而不是明文 HTTP。',
      cause: '该应用要求加密连接。在地址改正之前，访客会看到 502 页面。',
      hint: '请改写为 {instead}',
    },
  },
  'edge.upstream-speaks-http': {
    en: {
      meaning: '{upstream} speaks plain HTTP, not TLS.',
      cause: 'The app on this port is not encrypted. Until its address says so, visitors get a 502 page.',
      hint: 'Write {instead}',
    },
    zh: {
      meaning: '{upstream} 使用明文 HTTP，而不是 TLS。',
      cause: '该端口上的应用没有加密。在地址改正之前，访客会看到 502 页面。',
      hint: '请改写为 {instead}',
    },
  },
  'edge.upstream-lacks-tls': {
    en: {
      meaning: '{upstream} does not speak TLS.',
      cause:
        'The app on the other machine answers plain HTTP only. Everyhop sends it nothing, and visitors get a 502 page.',
      hint: 'Enable HTTPS there, with Everyhop for example. {instead} works too, but the network in between can read it.',
    },
    zh: {
      meaning: '{upstream} 不使用 TLS。',
      cause: '另一台机器上的应用只应答明文 HTTP。Everyhop 不会向它转发内容，访客会看到 502 页面。',
      hint: '请在那台机器上启用 HTTPS，例如使用 Everyhop。也可以改写为 {instead}，但途经的网络可以读取内容。',
    },
  },
  'edge.name-unresolved': {
    en: {
      meaning: '{host} does not resolve on this machine.',
      cause: 'Neither DNS nor /etc/hosts has this name, so browsers and other clients do not find the site.',
      hint: 'To add it on this machine: echo "{address} {host}" | sudo tee -a /etc/hosts — others need it in DNS or in their own hosts file. Names that need neither: --host {local} on this machine, --lan for phones and others in this network.',
    },
    zh: {
      meaning: '{host} 在本机上无法解析。',
      cause: 'DNS 和 /etc/hosts 中都没有这个名称，因此浏览器和其他客户端找不到该站点。',
      hint: '在本机添加：echo "{address} {host}" | sudo tee -a /etc/hosts；其他机器需要在 DNS 或各自的 hosts 文件中添加。无需添加的名称：在本机用 --host {local}，供局域网内的手机和其他机器访问用 --lan。',
    },
  },
  'edge.upstream-untrusted': {
    en: {
      meaning: 'Cannot verify the certificate of {upstream}: {reason}.',
      cause: 'Everyhop forwards nothing to a server that it cannot verify. Visitors get a 502 page.',
      hint: 'If the server uses a private root, add upstream_root: FILE to everyhop.yaml. To inspect the chain: {everyhop trust explain} {upstream}',
    },
    zh: {
      meaning: '无法验证 {upstream} 的证书：{reason}。',
      cause: 'Everyhop 不会向无法验证的服务器转发任何内容。访客会看到 502 页面。',
      hint: '如果该服务器使用私有根证书，请在 everyhop.yaml 中添加 upstream_root: FILE。检查证书链：{everyhop trust explain} {upstream}',
    },
  },
  'edge.upstream-plain': {
    en: {
      meaning: 'The hop to {upstream} leaves this machine unencrypted.',
      cause:
        'The app runs on another machine, and the connection to it is plain HTTP: the network in between can read prompts, answers and keys.',
      hint: 'Run Everyhop on that machine too, and replace this upstream with its https:// address.',
    },
    zh: {
      meaning: '到 {upstream} 的这一跳以明文离开本机。',
      cause: '应用运行在另一台机器上，连接使用明文 HTTP：途经的网络可以读取提示词、回答和密钥。',
      hint: '请在那台机器上也运行 Everyhop，并把此上游换成它的 https:// 地址。',
    },
  },
  'edge.clear-text': {
    en: {
      meaning: '{client} sent {what} in clear to {from} ({method}, {count}×). Everyhop then redirected it to HTTPS.',
      cause: 'That client uses an http:// address, so the network sees each request before the redirect.',
      hint: 'Give that client the address {url}. If it is an app on this machine that can only write http://, map the name to 127.0.0.1 in /etc/hosts here. Replace keys and passwords that were sent.',
    },
    zh: {
      meaning: '{client} 以明文向 {from} 发送了{what}（{method}，{count} 次），随后才被 Everyhop 重定向到 HTTPS。',
      cause: '该客户端使用 http:// 地址，因此网络在重定向之前就能看到每个请求。',
      hint: '请让该客户端改用 {url}。如果它是本机上只能使用 http:// 的应用，请在本机的 /etc/hosts 中把该名称指向 127.0.0.1。已发送过的密钥和密码应当更换。',
    },
  },
  'edge.upstream-loop': {
    en: {
      meaning: '{upstream} is this Everyhop itself, not an app.',
      cause:
        'It listens on port {port} of {address}. Requests would come back to it forever, so visitors get a 508 page.',
      hint: 'Give the port on which the app itself listens. To list the listening programs: ss -ltnp',
    },
    zh: {
      meaning: '{upstream} 就是 Everyhop 自己，不是应用。',
      cause: '它正在监听 {address} 的端口 {port}。请求会不断绕回它自己，因此访客会看到 508 页面。',
      hint: '请填写应用自身监听的端口。列出正在监听的程序：ss -ltnp',
    },
  },
  'edge.certificate-rejected': {
    en: {
      meaning: 'Clients reject the certificate of {url}: {reason}.',
      cause: 'Everyhop connected to {address} as a client would. The site serves the certificate that it has.',
      hint: 'Check the clock: timedatectl status — Everyhop keeps trying to replace a certificate that it obtained; certificate files must be replaced by the program that writes them.',
    },
    zh: {
      meaning: '客户端不接受 {url} 的证书：{reason}。',
      cause: 'Everyhop 以客户端方式连接了 {address}。该站点提供的是它现有的证书。',
      hint: '检查时钟：timedatectl status。由 Everyhop 获取的证书，Everyhop 会不断尝试更换；证书文件则要由写入它的程序更换。',
    },
  },
  'edge.address-elsewhere': {
    en: {
      meaning: 'This machine does not have the address {host}. It has: {addresses}.',
      cause:
        'A connection from here to {url} failed ({difference}). The address may have changed (DHCP), or a router has it and does not lead connections from inside back to this machine.',
      hint: 'If visitors reach this machine at {host} through a router, nothing is wrong. Otherwise use an address of this machine: --host {suggestion}, or "host" in everyhop.yaml.',
    },
    zh: {
      meaning: '本机没有地址 {host}。本机的地址有：{addresses}。',
      cause:
        '从本机连接 {url} 失败（{difference}）。地址可能已经改变（DHCP），或者它属于路由器，而路由器不把内部的连接送回本机。',
      hint: '如果访客经路由器用 {host} 访问本机，则无需处理；否则请改用本机的地址：--host {suggestion}，或修改 everyhop.yaml 中的 "host"。',
    },
  },
  'edge.not-proven': {
    en: {
      meaning: '{url} does not serve this configuration: {difference}.',
      cause:
        'Everyhop connected to {address} as a client would, with a different result. Another program may be listening there.',
      hint: 'List the listening programs: ss -ltnp; then start again. On a reload, the previous configuration stays in effect.',
    },
    zh: {
      meaning: '{url} 提供的不是这份配置：{difference}。',
      cause: 'Everyhop 以客户端方式连接 {address}，结果与配置不符。可能是其他程序在监听。',
      hint: '列出正在监听的程序：ss -ltnp；然后重新启动。重新加载失败时，原配置继续生效。',
    },
  },
});

export const edgeWords = defineWords({
  ...accessPageTexts,
  ...logInPages,
  ...oidcPageTexts,
  ...pageTexts,
  'edge.loss.signal': { en: 'signal {detail}', zh: '信号 {detail}' },
  'edge.loss.exit': { en: 'exit code {detail}', zh: '退出码 {detail}' },
  'edge.loss.no-answer': { en: 'no answer', zh: '没有应答' },
  'edge.loss.refused': { en: 'it could not serve the configuration', zh: '无法按配置提供服务' },
  'edge.loss.foreign': {
    en: 'it sent a message that no worker sends, so it may have run foreign code',
    zh: '它发来了工作进程不会发送的消息，可能运行了外来代码',
  },
  'edge.loss.other': { en: '{detail}', zh: '{detail}' },
  'edge.socket.missing': { en: 'no such socket', zh: '没有这个套接字' },
  'edge.socket.refused': { en: 'no program listens on it', zh: '没有程序在监听' },
  'edge.tls.key-mismatch': { en: 'a key does not belong to its certificate', zh: '私钥与证书不匹配' },
  'edge.tls.key-too-short': { en: 'a key is too short ({code})', zh: '密钥过短（{code}）' },
  'edge.tls.hash-too-weak': {
    en: 'a certificate is signed with an outdated hash ({code})',
    zh: '证书使用了过时的签名哈希算法（{code}）',
  },
  'edge.tls.unreadable': { en: 'a certificate or key is damaged ({code})', zh: '证书或密钥已损坏（{code}）' },
  'edge.tls.other': { en: 'OpenSSL rejected it ({code})', zh: 'OpenSSL 拒绝了它（{code}）' },
  'edge.proof.plain': { en: 'expected HTTPS, got plain HTTP', zh: '应为 HTTPS，实为明文 HTTP' },
  'edge.proof.serial': { en: 'expected certificate {meant}, got {seen}', zh: '证书应为 {meant}，实为 {seen}' },
  'edge.proof.status': { en: 'expected status 200, got {status}', zh: '状态码应为 200，实为 {status}' },
  'edge.proof.revision': { en: 'expected revision {meant}, got {seen}', zh: '修订应为 {meant}，实为 {seen}' },
  'edge.clear-text.credential': { en: 'an API key or password', zh: ' API 密钥或密码' },
  'edge.clear-text.key-in-url': { en: 'a key or token in the URL', zh: '网址中的密钥或令牌' },
  'edge.clear-text.body': { en: 'a request body', zh: '请求正文' },
  'edge.clear-text.cookie': { en: 'cookies', zh: ' Cookie' },
});
