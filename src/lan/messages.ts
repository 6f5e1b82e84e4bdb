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
