import { defineErrors } from '../base/errors.ts';

export const lanError = defineErrors({
  'lan.no-address': {
    en: {
      meaning: 'This machine has no address in a local network, so phones and other computers cannot reach it yet.',
      cause: 'It is not connected, or its addresses are public or belong to a VPN, containers or virtual machines.',
      hint: 'Connect it to Wi-Fi or a cable: Everyhop then adds the address without a restart. To serve another address, name it: --host ADDRESS',
    },
    zh: {
      meaning: '本机没有局域网地址，手机和其他电脑暂时无法访问。',
      cause: '本机未联网，或者其地址是公网地址，或属于 VPN、容器或虚拟机。',
      hint: '请连接 Wi-Fi 或网线，Everyhop 无需重启即会加入新地址。如需使用其他地址，请写明：--host 地址',
    },
  },
  'lan.name-taken': {
    en: {
      meaning: 'Another machine in this network answers to {name}.',
      cause:
        'It answered when Everyhop asked for the name by multicast DNS. This machine answers to {instead} instead.',
      hint: 'Use {instead}, or give this machine another hostname.',
    },
    zh: {
      meaning: '本网络中已有另一台机器使用名称 {name}。',
      cause: 'Everyhop 通过组播 DNS 查询该名称时，那台机器作了应答。本机改用 {instead}。',
      hint: '请使用 {instead}，或为本机更换主机名。',
    },
  },
  'lan.host-taken': {
    en: {
      meaning: 'Another machine in this network answers to {name}, so clients would connect to that one.',
      cause:
        'It answered when Everyhop asked for the name by multicast DNS. Everyhop does not answer for a name that another machine has.',
      hint: 'Choose another name below .local for the site, or rename that machine.',
    },
    zh: {
      meaning: '本网络中已有另一台机器使用名称 {name}，客户端会连接到那一台。',
      cause: 'Everyhop 通过组播 DNS 查询该名称时，那台机器作了应答。别的机器已占用的名称，Everyhop 不会应答。',
      hint: '请为该站点另选一个 .local 名称，或为那台机器改名。',
    },
  },
  'lan.page-without-http': {
    en: {
      meaning: 'The trust page is not there, because no port serves plain HTTP.',
      cause: 'A device that does not trust the root yet can only load the page over HTTP.',
      hint: 'Give it a port: --http-port 8080, or http_port: 8080 in everyhop.yaml. Until then, copy the root to the devices: {everyhop authority root} > root.pem',
    },
    zh: {
      meaning: '没有端口提供明文 HTTP，因此信任页面不可用。',
      cause: '尚未信任根证书的设备只能通过 HTTP 打开该页面。',
      hint: '请指定端口：--http-port 8080，或在 everyhop.yaml 中写 http_port: 8080。在此之前，可把根证书复制到各设备：{everyhop authority root} > root.pem',
    },
  },
  'lan.page-on-public-site': {
    en: {
      meaning: 'The trust page is not there, because every site is public or has its certificate from elsewhere.',
      cause: 'Visitors of such a site need no private root, and should never be led to install one.',
      hint: 'Remove --trust-page (trust_page in everyhop.yaml), or add a site with a private name, such as chat.local.',
    },
    zh: {
      meaning: '所有站点都是公开站点，或使用来自别处的证书，因此不提供信任页面。',
      cause: '这类站点的访问者不需要私有根证书，也绝不应被引导去安装。',
      hint: '请去掉 --trust-page（everyhop.yaml 中的 trust_page），或添加一个使用私有名称的站点，例如 chat.local。',
    },
  },
  'lan.no-mdns': {
    en: {
      meaning:
        '{names}: other machines cannot resolve this name, because multicast DNS is not available here: {detail}',
      cause:
        'Everyhop answers for the name on UDP port 5353. A container, a firewall or another program can prevent that.',
      hint: 'Use the address instead; it is served as well. In a container, the network of the host is needed.',
    },
    zh: {
      meaning: '{names}：本机无法使用组播 DNS，因此其他机器无法解析该名称：{detail}',
      cause: 'Everyhop 在 UDP 端口 5353 上应答该名称。容器、防火墙或其他程序可能会阻止。',
      hint: '请改用地址，它同样可用。在容器中需要使用宿主机的网络。',
    },
  },
});
