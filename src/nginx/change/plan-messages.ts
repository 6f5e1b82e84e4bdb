import type { ErrorTexts } from '../../base/errors.ts';

/** Obstacles to a change, found before anything is written. */
export const planTexts = {
  'nginx.name-unknown': {
    en: {
      meaning: 'No server block has the name {name}.',
      cause: 'Requests for it go to the block for unknown names ({place}). Configured names: {names}.',
      hint: 'Add it to the block that should answer: server_name {name}; — then run the command again.',
    },
    zh: {
      meaning: '没有 server 块声明 {name}。',
      cause: '对它的请求会由处理未知名称的块（{place}）应答。已配置的名称：{names}。',
      hint: '请在应当应答的块中加入：server_name {name}; 然后重新运行该命令。',
    },
  },
  'nginx.name-claimed-twice': {
    en: {
      meaning: 'Two server blocks on the same listener have the name {name}: {first} and {second}.',
      cause: 'nginx uses only the first one and logs a warning. The second one never answers.',
      hint: 'Compare the two with: {everyhop nginx show} — then remove the name from the wrong block, or the whole block.',
    },
    zh: {
      meaning: '同一监听上的两个 server 块都声明了 {name}：{first} 和 {second}。',
      cause: 'nginx 只使用第一个并记录警告。第二个永远不会应答。',
      hint: '请用以下命令对照两者：{everyhop nginx show}；然后从多余的块中删去该名称，或删去整个块。',
    },
  },
  'nginx.tls-port-plain': {
    en: {
      meaning: 'A server block without TLS already uses {listen} ({place}).',
      cause: 'A listener of nginx speaks either plain HTTP or TLS, so adding TLS would break that block.',
      hint: 'Choose another port with --tls-port N, or move that block to another port.',
    },
    zh: {
      meaning: '不使用 TLS 的 server 块已占用 {listen}（{place}）。',
      cause: 'nginx 的一个监听只能使用明文 HTTP 或 TLS 之一，加上 TLS 会破坏那个块。',
      hint: '请用 --tls-port N 选择其他端口，或把那个块移到其他端口。',
    },
  },
  'nginx.handshake-rejected': {
    en: {
      meaning: 'nginx rejects every TLS handshake for {name}: ssl_reject_handshake on ({place}).',
      cause: 'The server block at {block} has this setting, or inherits it from the http block.',
      hint: 'Move the line into the default_server block of the TLS port, or add to the block of {name}: ssl_reject_handshake off; — then run the command again.',
    },
    zh: {
      meaning: 'nginx 拒绝 {name} 的所有 TLS 握手：ssl_reject_handshake on（{place}）。',
      cause: '{block} 处的 server 块带有或从 http 块继承了该设置。',
      hint: '请把该行移到 TLS 端口的 default_server 块中，或在 {name} 的块中加入：ssl_reject_handshake off; 然后重新运行该命令。',
    },
  },
  'nginx.client-certificate': {
    en: {
      meaning: 'Over TLS, {name} would require a client certificate: ssl_verify_client on ({place}).',
      cause:
        'The server block at {block} has this setting, or inherits it from the http block. Visitors who can open the site now would get an error.',
      hint: 'Add to the block of {name}: ssl_verify_client off; (or optional) — then run the command again. Restore the line afterwards if clients have certificates.',
    },
    zh: {
      meaning: '启用 TLS 后，{name} 会要求客户端证书：ssl_verify_client on（{place}）。',
      cause: '{block} 处的 server 块带有或从 http 块继承了该设置。现在能访问该站点的人届时会收到错误。',
      hint: '请在 {name} 的块中加入：ssl_verify_client off;（或 optional），然后重新运行该命令。如果客户端有证书，之后可以改回。',
    },
  },
  'nginx.unknown-names': {
    en: {
      meaning: 'Over TLS, unknown names and the bare address reach {name}. Over plain HTTP, this block refuses them.',
      cause: 'To refuse a TLS handshake, nginx needs version 1.19.4 and a default server without other TLS sites.',
      hint: 'Add a server block with these lines: listen 443 ssl default_server; ssl_reject_handshake on;',
    },
    zh: {
      meaning: '通过 TLS，未知名称和裸地址会到达 {name}；而在明文 HTTP 上，这个块会拒绝它们。',
      cause: '拒绝 TLS 握手需要 nginx 1.19.4 以上，且默认 server 没有其他 TLS 站点。',
      hint: '请添加一个 server 块，写入：listen 443 ssl default_server; ssl_reject_handshake on;',
    },
  },
  'nginx.stream-port': {
    en: {
      meaning: 'A stream block of this nginx already listens on {listen} ({place}).',
      cause: 'It passes connections on by name or address, so nginx cannot terminate TLS there too.',
      hint: 'Let the site listen behind it, on a port that the stream block passes its name on to, and tell visitors the outer port. Run the command again with: --tls-port {inner} --public-port {port}',
    },
    zh: {
      meaning: '这个 nginx 的 stream 块已在监听 {listen}（{place}）。',
      cause: '它按名称或地址转发连接，因此 nginx 无法同时在该端口终止 TLS。',
      hint: '请让站点在它后面监听：选择 stream 块为该名称转发到的端口，并向访问者公布外部端口。重新运行该命令时加上：--tls-port {inner} --public-port {port}',
    },
  },
  'nginx.public-port-untried': {
    en: {
      meaning: 'HTTPS on port {port} was not tried: no listener of this nginx has that port.',
      cause:
        'Visitors reach it through another program or machine. Proven is HTTPS on port {inner}, where nginx listens.',
      hint: 'Try it from outside: curl -v https://{name}{suffix}/',
    },
    zh: {
      meaning: '没有尝试端口 {port} 上的 HTTPS：这个 nginx 没有监听该端口。',
      cause: '访问者经由其他程序或机器到达。已验证的是 nginx 监听的端口 {inner} 上的 HTTPS。',
      hint: '请从外部尝试：curl -v https://{name}{suffix}/',
    },
  },
  'nginx.address-shadowed': {
    en: {
      meaning: 'Adding TLS on {listen} would cut off the server block at {place}.',
      cause:
        'That block listens on this port on all addresses. Once an address has a separate listener, nginx uses only the blocks with that address for its connections.',
      hint: 'Choose another port with --tls-port N, or use the listener of that block: add “listen {port} ssl;” to the server block of this site, then run the command again.',
    },
    zh: {
      meaning: '在 {listen} 上启用 TLS 会切断 {place} 处的 server 块。',
      cause: '那个块在所有地址上监听此端口。某个地址一旦有了单独的监听，nginx 就只用写明该地址的块处理到该地址的连接。',
      hint: '请用 --tls-port N 选择其他端口；或与那个块共用监听：在此站点的 server 块中写入“listen {port} ssl;”，然后重新运行该命令。',
    },
  },
  'nginx.no-tcp-listener': {
    en: {
      meaning: 'The server block for {name} listens on no TCP port ({place}).',
      cause:
        'It has only a Unix socket, whose client terminates TLS, or only HTTP/3, which browsers learn of over TCP.',
      hint: 'Add a port to the block: listen 80; — then run the command again. Behind another program, enable HTTPS there.',
    },
    zh: {
      meaning: '{name} 的 server 块没有监听任何 TCP 端口（{place}）。',
      cause: '它只有 Unix 套接字（由连接它的程序终止 TLS），或只有 HTTP/3（浏览器要先通过 TCP 才能得知）。',
      hint: '请在该块中加入端口：listen 80; 然后重新运行该命令。如果前面有别的程序，请在那里启用 HTTPS。',
    },
  },
  'nginx.plain-http2': {
    en: {
      meaning: '{listen} uses HTTP/2 without TLS ({place}).',
      cause:
        'This version of nginx accepts no other protocol there, so neither browsers nor an authority can connect, and nginx cannot redirect browsers to HTTPS.',
      hint: 'Remove http2 from that listen directive (Everyhop adds it to the TLS listener), then run the command again.',
    },
    zh: {
      meaning: '{listen} 在没有 TLS 的情况下使用 HTTP/2（{place}）。',
      cause: '此版本的 nginx 在那里不接受其他协议，浏览器和颁发机构都无法连接，nginx 也无法把浏览器跳转到 HTTPS。',
      hint: '请从该 listen 指令中去掉 http2（Everyhop 会在 TLS 监听上启用它），然后重新运行该命令。',
    },
  },
  'nginx.managed-together': {
    en: {
      meaning: 'The server block at {place} already has HTTPS for {site}.',
      cause:
        'A block has one certificate. Replacing it with one for {name} alone would break HTTPS for the current names.',
      hint: 'Secure all names together: {everyhop nginx secure} {names}',
    },
    zh: {
      meaning: '{place} 处的 server 块已经为 {site} 启用了 HTTPS。',
      cause: '一个块只有一个证书。换成只包含 {name} 的证书会使现有名称失去 HTTPS。',
      hint: '请为所有名称一并启用：{everyhop nginx secure} {names}',
    },
  },
  'nginx.certificate-lost': {
    en: {
      meaning: 'nginx rejects its configuration: it cannot load {file}, the certificate of {site}.',
      cause:
        'The state folder with the certificate was deleted or moved. nginx still serves the certificate that it has in memory, but it would not start again.',
      hint: 'Restore the folder. Or undo the site and secure it again: {everyhop nginx undo} {site} — then: {everyhop nginx secure} {names}',
    },
    zh: {
      meaning: 'nginx 拒绝其配置：无法加载 {site} 的证书 {file}。',
      cause: '存放证书的状态文件夹已被删除或移动。nginx 仍在使用内存中的证书，但无法再次启动。',
      hint: '请恢复该文件夹；或撤销该站点并重新启用 HTTPS：{everyhop nginx undo} {site}，然后：{everyhop nginx secure} {names}',
    },
  },
  'nginx.site-gone': {
    en: {
      meaning: 'No server block has the name {name} any more, so its certificate is not renewed.',
      cause: 'The block, or the name in it, was removed after HTTPS was enabled for {site}.',
      hint: 'If this was intended, undo the site: {everyhop nginx undo} {site} — then secure the remaining names. If not, restore the name: server_name {name};',
    },
    zh: {
      meaning: '已没有 server 块声明 {name}，因此不再续期它的证书。',
      cause: '为 {site} 启用 HTTPS 之后，该块或其中的名称被删除了。',
      hint: '如果是有意删除，请撤销该站点：{everyhop nginx undo} {site}，再为其余名称启用 HTTPS；否则请恢复该名称：server_name {name};',
    },
  },
  'nginx.port-own': {
    en: {
      meaning: 'The running nginx cannot open {address}, port {port}: it already has that port open on another socket.',
      cause:
        'A reload cannot replace a socket for all addresses with one for a single address, or the reverse, nor take over a socket of a stream block.',
      hint: 'Use another port for this site: --tls-port 8443. If you added the listener yourself, restart nginx (sudo systemctl restart nginx), then run the command again.',
    },
    zh: {
      meaning: '正在运行的 nginx 无法打开 {address} 的端口 {port}：它已在另一个套接字上打开了该端口。',
      cause: '重新加载无法在监听所有地址的套接字与监听单个地址的套接字之间互换，也无法接管 stream 块的套接字。',
      hint: '请让此站点使用其他端口：--tls-port 8443。如果该监听是您自己添加的，请重启 nginx（sudo systemctl restart nginx），然后重新运行该命令。',
    },
  },
  'nginx.record-damaged': {
    en: {
      meaning: 'The record of the site {site} is missing or damaged: {file}.',
      cause:
        'The file was changed or deleted, or the disk is faulty. Everyhop did nothing, and nginx keeps serving its current certificate.',
      hint: 'Restore the file from a backup. Or undo the site by its lines in the configuration, then secure it again: {everyhop nginx undo} {site} --discard',
    },
    zh: {
      meaning: '站点 {site} 的记录缺失或损坏：{file}。',
      cause: '该文件被改动或删除，或者磁盘有故障。Everyhop 未执行任何操作，nginx 继续使用现有证书。',
      hint: '请从备份恢复该文件；或按配置中的内容撤销该站点，再重新启用 HTTPS：{everyhop nginx undo} {site} --discard',
    },
  },
  'nginx.managed-altered': {
    en: {
      meaning: '{file} was edited after Everyhop wrote it.',
      cause: 'Securing the site again would overwrite that edit. Everyhop has changed nothing.',
      hint: 'Move the lines that you need to your own files, then undo the site: {everyhop nginx undo} {site} --discard — then run the command again.',
    },
    zh: {
      meaning: '{file} 在 Everyhop 写入之后被修改过。',
      cause: '重新启用 HTTPS 会覆盖这些修改。Everyhop 未做任何改动。',
      hint: '请把需要的内容移到自己的文件中，再撤销该站点：{everyhop nginx undo} {site} --discard，然后重新运行该命令。',
    },
  },
  'nginx.challenge-taken': {
    en: {
      meaning: 'The server block has a location for ACME challenges that Everyhop cannot use ({place}).',
      cause:
        'It forwards challenges, or serves them from a folder that the other blocks do not use. nginx allows no second location for the same path.',
      hint: 'Remove that location if nothing else uses it, or validate the names over DNS: --challenge dns-01 --dns PROVIDER',
    },
    zh: {
      meaning: '该 server 块有一个 Everyhop 无法使用的 ACME 质询 location（{place}）。',
      cause: '它把质询转发到别处，或使用其他块没有使用的文件夹。nginx 不允许同一路径有第二个 location。',
      hint: '如果没有别的程序使用该 location，请删除；或通过 DNS 验证名称：--challenge dns-01 --dns PROVIDER',
    },
  },
  'nginx.module-missing': {
    en: {
      meaning: 'This nginx was built without {module}.',
      cause: 'Everyhop needs it for HTTPS, for redirects and to check the result.',
      hint: 'Install a complete build, for example: sudo apt-get install nginx — or give another one with --nginx FILE.',
    },
    zh: {
      meaning: '这个 nginx 在构建时未包含 {module}。',
      cause: 'Everyhop 启用 HTTPS、设置跳转和检查结果都需要它。',
      hint: '请安装完整的构建，例如：sudo apt-get install nginx；或用 --nginx FILE 指定另一个。',
    },
  },
} as const satisfies ErrorTexts;
