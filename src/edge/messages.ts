import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export const edgeError = defineErrors({
  'edge.port-taken': {
    en: {
      meaning: 'Port {port} on {address} is already taken.',
      cause: 'Another program listens there: {holder}.',
      hint: 'Stop that program, or choose other ports: everyhop up --https-port 8443 --http-port 8080',
    },
    zh: {
      meaning: '{address} 上的端口 {port} 已被占用。',
      cause: '另一个程序正在监听：{holder}。',
      hint: '请停止那个程序，或者换用其他端口：everyhop up --https-port 8443 --http-port 8080',
    },
  },
  'edge.port-denied': {
    en: {
      meaning: 'This user may not listen on port {port} of {address}.',
      cause: 'Ports below 1024 are kept for root, or for programs that were given CAP_NET_BIND_SERVICE.',
      hint: 'Choose higher ports: everyhop up --https-port 8443 --http-port 8080; or allow it once: sudo sysctl net.ipv4.ip_unprivileged_port_start=80',
    },
    zh: {
      meaning: '当前用户无权监听 {address} 的端口 {port}。',
      cause: '1024 以下的端口只留给 root，或拥有 CAP_NET_BIND_SERVICE 的程序。',
      hint: '请选用更高的端口：everyhop up --https-port 8443 --http-port 8080；或一次性放行：sudo sysctl net.ipv4.ip_unprivileged_port_start=80',
    },
  },
  'edge.address-missing': {
    en: {
      meaning: 'This machine has no address {address} to listen on (port {port}).',
      cause: 'The address belongs to another machine, its interface is down, or IPv6 is switched off.',
      hint: 'See the addresses that there are: ip -brief address; then correct "listen" in everyhop.yaml.',
    },
    zh: {
      meaning: '本机没有可供监听的地址 {address}（端口 {port}）。',
      cause: '该地址属于另一台机器、网卡未启用，或 IPv6 已关闭。',
      hint: '查看现有地址：ip -brief address；然后更正 everyhop.yaml 中的 "listen"。',
    },
  },
  'edge.listen-failed': {
    en: {
      meaning: 'Listening on {address}, port {port}, failed: {reason}.',
      cause: 'The operating system refused the socket.',
      hint: 'See what listens already: ss -ltnp; and how many files may be open: ulimit -n',
    },
    zh: {
      meaning: '在 {address} 端口 {port} 上监听失败：{reason}。',
      cause: '操作系统拒绝了这个套接字。',
      hint: '查看已有的监听：ss -ltnp；以及可打开的文件数：ulimit -n',
    },
  },
  'edge.snapshot-refused': {
    en: {
      meaning: 'The edge refused the new configuration: {reason}.',
      cause: 'A certificate, a key or a root in it cannot be used by OpenSSL.',
      hint: 'Check the PEM files that everyhop.yaml names. What was served before is served again.',
    },
    zh: {
      meaning: '边缘拒绝了新的配置：{reason}。',
      cause: '其中的某个证书、密钥或根证书无法被 OpenSSL 使用。',
      hint: '请检查 everyhop.yaml 中指定的 PEM 文件。之前的服务内容仍继续提供。',
    },
  },
  'edge.upstream-down': {
    en: {
      meaning: 'Nothing answers at {upstream} yet: {reason}.',
      cause: 'The app is not running, or it listens elsewhere. Until it answers, visitors get a 502 page.',
      hint: 'Start the app. To see which programs listen, and where: ss -ltnp',
    },
    zh: {
      meaning: '{upstream} 尚无应答（{reason}）。',
      cause: '应用没有运行，或者监听在别处。在它应答之前，访客会看到 502 页面。',
      hint: '请启动应用。查看哪些程序在监听、监听在哪里：ss -ltnp',
    },
  },
  'edge.upstream-untrusted': {
    en: {
      meaning: 'The certificate of {upstream} does not verify: {reason}.',
      cause: 'Everyhop forwards nothing to a server that it cannot verify; visitors get a 502 page.',
      hint: 'If the server has a root of its own, add upstream_root: FILE in everyhop.yaml. To see the chain: everyhop trust explain {upstream}',
    },
    zh: {
      meaning: '{upstream} 的证书无法验证：{reason}。',
      cause: 'Everyhop 不会向无法验证的服务器转发任何内容；访客会看到 502 页面。',
      hint: '如果该服务器使用自己的根证书，请在 everyhop.yaml 中添加 upstream_root: FILE。查看证书链：everyhop trust explain {upstream}',
    },
  },
  'edge.upstream-plain': {
    en: {
      meaning: 'The hop to {upstream} leaves this machine unencrypted.',
      cause:
        'The app runs on another machine and is reached over plain HTTP: the network in between can read prompts, answers and keys.',
      hint: 'Run everyhop up on that machine too, and replace this upstream with its https:// address.',
    },
    zh: {
      meaning: '到 {upstream} 的这一跳以明文离开本机。',
      cause: '应用位于另一台机器上，且通过明文 HTTP 访问：途经的网络可以读取提示词、回答和密钥。',
      hint: '请在那台机器上也运行 everyhop up，并把此上游换成它的 https:// 地址。',
    },
  },
  'edge.not-proven': {
    en: {
      meaning: '{url} does not serve what was meant: {difference}.',
      cause: 'A client that connected to {address} as a visitor would saw something else than this configuration.',
      hint: 'See who listens there: ss -ltnp; then start again. The former state was kept where there was one.',
    },
    zh: {
      meaning: '{url} 提供的内容与预期不符：{difference}。',
      cause: '像访客一样连接 {address} 的客户端看到的不是这份配置。',
      hint: '查看是谁在监听：ss -ltnp；然后重新启动。如有之前的状态，已保留。',
    },
  },
});

export const edgeWords = defineWords({
  'edge.proof.plain': { en: 'plain HTTP instead of HTTPS', zh: '明文 HTTP，而不是 HTTPS' },
  'edge.proof.serial': { en: 'certificate {seen} instead of {meant}', zh: '证书为 {seen}，而不是 {meant}' },
  'edge.proof.status': { en: 'status {status}', zh: '状态码 {status}' },
  'edge.proof.revision': { en: 'revision {seen} instead of {meant}', zh: '修订为 {seen}，而不是 {meant}' },
  'edge.page.400': { en: 'The request cannot be read.', zh: '无法读取该请求。' },
  'edge.page.404': { en: 'There is nothing here.', zh: '这里没有内容。' },
  'edge.page.405': { en: 'This method is not allowed.', zh: '不允许使用该方法。' },
  'edge.page.408': { en: 'The request did not arrive in time.', zh: '请求未能及时到达。' },
  'edge.page.414': { en: 'The address is too long.', zh: '地址太长。' },
  'edge.page.417': { en: 'The expectation cannot be met.', zh: '无法满足该期望。' },
  'edge.page.421': { en: 'This server does not answer for that name.', zh: '此服务器不负责该名字。' },
  'edge.page.431': { en: 'The headers of the request are too large.', zh: '请求头太大。' },
  'edge.page.501': { en: 'The request uses something that is not supported here.', zh: '请求使用了此处不支持的功能。' },
  'edge.page.502': {
    en: 'The app does not answer at the moment. Try again shortly.',
    zh: '应用目前没有应答，请稍后再试。',
  },
  'edge.page.503': { en: 'The server is busy. Try again shortly.', zh: '服务器繁忙，请稍后再试。' },
  'edge.page.504': { en: 'The app did not answer in time. Try again shortly.', zh: '应用未能及时应答，请稍后再试。' },
  'edge.page.505': { en: 'This version of HTTP is not supported.', zh: '不支持此 HTTP 版本。' },
  'edge.page.id': { en: 'Request {id}', zh: '请求 {id}' },
});
