import type { ErrorTexts } from '../../base/errors.ts';

/** Host names, upstreams and paths. */
export const siteTexts = {
  'config.bad-host': {
    en: {
      meaning: '{key}: {value} is not a host name or address.',
      cause: 'A site has a DNS name, which may start with *., or an IPv4 or IPv6 address.',
      hint: 'Write the name as in the browser, for example chat.example.com.',
    },
    zh: {
      meaning: '{key}：{value} 不是主机名或地址。',
      cause: '站点使用 DNS 名称（前面可带 *.），或者 IPv4、IPv6 地址。',
      hint: '请按浏览器中的写法填写，例如 chat.example.com。',
    },
  },
  'config.host-character': {
    en: {
      meaning: '{key}: {value} contains {character}, which is not allowed in a host name.',
      cause: 'Host names consist of letters and digits of any script, hyphens, underscores and dots.',
      hint: 'Remove the character. A name copied from a page or a chat can contain invisible characters: type it instead.',
    },
    zh: {
      meaning: '{key}：{value} 含有主机名中不允许的字符 {character}。',
      cause: '主机名只能由各种文字的字母和数字、连字符、下划线和点组成。',
      hint: '请去掉该字符。从网页或聊天中复制的名称可能带有不可见字符，请改为手动输入。',
    },
  },
  'config.host-label': {
    en: {
      meaning: '{key}: {value} is not a host name: the part "{label}" is invalid.',
      cause:
        'Each part between dots needs a letter or digit and must not start or end with a hyphen. A part that starts with xn-- must decode to a Unicode name.',
      hint: 'Write the name as in the browser, for example chat.example.com.',
    },
    zh: {
      meaning: '{key}：{value} 不是主机名：其中的“{label}”无效。',
      cause: '两个点之间的每一段至少含一个字母或数字，两端不能是连字符；以 xn-- 开头的一段必须能解码为 Unicode 名称。',
      hint: '请按浏览器中的写法填写，例如 chat.example.com。',
    },
  },
  'config.host-empty-label': {
    en: {
      meaning: '{key}: {value} starts with a dot or has two dots in a row.',
      cause: 'Each part between dots needs at least one character. One dot at the end is allowed.',
      hint: 'Remove the extra dot. To cover all names directly below a domain, write *.example.com.',
    },
    zh: {
      meaning: '{key}：{value} 以点开头，或有连续的两个点。',
      cause: '两个点之间的每一段至少要有一个字符；末尾允许有一个点。',
      hint: '请去掉多余的点。要涵盖某个域名下一级的所有名称，请写 *.example.com。',
    },
  },
  'config.host-too-long': {
    en: {
      meaning: '{key}: {value} is too long for a host name.',
      cause:
        'Each part between dots has at most 63 characters, the whole name 253 (RFC 1035 §2.3.4). Non-ASCII letters count in their xn-- form.',
      hint: 'Choose a shorter name.',
    },
    zh: {
      meaning: '{key}：{value} 作为主机名太长。',
      cause:
        '两个点之间的每一段最多 63 个字符，整个名称最多 253 个（RFC 1035 §2.3.4）；非 ASCII 文字按其 xn-- 形式计算。',
      hint: '请换一个更短的名称。',
    },
  },
  'config.host-number': {
    en: {
      meaning: '{key}: {value} ends in a number but is not an IPv4 address.',
      cause: 'Clients parse a name whose last part is a number, even 0x1f, as an IPv4 address.',
      hint: 'Write an address as four numbers from 0 to 255 without leading zeros, for example 192.168.1.20.',
    },
    zh: {
      meaning: '{key}：{value} 以数字结尾，但不是 IPv4 地址。',
      cause: '如果名称的最后一段是数字（0x1f 也算），客户端会把它当作 IPv4 地址。',
      hint: '请把地址写成四个 0 到 255 的数字，不带前导零，例如 192.168.1.20。',
    },
  },
  'config.host-zone': {
    en: {
      meaning: '{key}: {value} has a zone.',
      cause:
        'A zone such as %eth0 names a network interface of one machine. Certificates and browsers do not support it.',
      hint: 'Write only the address before the percent sign.',
    },
    zh: {
      meaning: '{key}：{value} 带有区域标识。',
      cause: '%eth0 之类的区域标识指某台机器的网络接口，证书和浏览器都不支持。',
      hint: '请只写百分号之前的地址。',
    },
  },
  'config.host-unspecified': {
    en: {
      meaning: '{key}: {value} is not an address that a visitor can type.',
      cause:
        'It means "listen everywhere" in other programs. Here, a host is the name in the address bar; Everyhop listens everywhere as soon as one is not local.',
      hint: 'Write a name, or an address of this machine: {addresses}',
    },
    zh: {
      meaning: '{key}：{value} 不是访客可以输入的地址。',
      cause:
        '在其他程序中，它表示“监听所有地址”。在这里，主机是地址栏中的名称；只要有一个不是本机名称，Everyhop 就会监听所有地址。',
      hint: '请填写名称，或本机的地址：{addresses}',
    },
  },
  'config.host-reserved': {
    en: {
      meaning: '{key}: {value} is not the address of a server.',
      cause: 'It is reserved: for multicast, broadcasts, or the examples in manuals.',
      hint: 'Write a name, or an address of this machine: {addresses}',
    },
    zh: {
      meaning: '{key}：{value} 不是服务器的地址。',
      cause: '这是保留地址，用于组播、广播或手册中的示例。',
      hint: '请填写名称，或本机的地址：{addresses}',
    },
  },
  'config.host-is-url': {
    en: {
      meaning: '{key}: {value} is a URL, not a host name.',
      cause: 'A site serves all paths of a host name. Scheme, port and path are not part of the name.',
      hint: 'Write only the name: {host}',
    },
    zh: {
      meaning: '{key}：{value} 是网址，不是主机名。',
      cause: '站点对应一个主机名下的所有路径；协议、端口和路径不属于主机名。',
      hint: '请只写名称：{host}',
    },
  },
  'config.host-with-port': {
    en: {
      meaning: '{key}: {value} includes a port.',
      cause: 'All sites share one HTTPS port.',
      hint: 'Write {host} here, and set the port with https_port (or --https-port).',
    },
    zh: {
      meaning: '{key}：{value} 带有端口。',
      cause: '所有站点共用一个 HTTPS 端口。',
      hint: '这里写 {host}，端口写在 https_port（或 --https-port）中。',
    },
  },
  'config.bad-wildcard': {
    en: {
      meaning: '{key}: {value} is not a valid wildcard.',
      cause: 'Clients accept * only as the whole first label, with at least two labels after it (RFC 9525 §6.3).',
      hint: 'Write it as *.example.com, or list the names.',
    },
    zh: {
      meaning: '{key}：{value} 不是有效的通配符。',
      cause: '客户端只接受作为最前面完整一段的 *，其后至少还有两段（RFC 9525 §6.3）。',
      hint: '请写成 *.example.com，或逐个列出名称。',
    },
  },
  'config.duplicate-host': {
    en: {
      meaning: '{key}: {host} appears more than once.',
      cause: 'It is already used at {first}. A name belongs to one site.',
      hint: 'Remove one of them, or put the paths of both into the routes of one site.',
    },
    zh: {
      meaning: '{key}：{host} 重复出现。',
      cause: '{first} 已使用该名称；一个名称只能属于一个站点。',
      hint: '请删除其中一个，或把两者的路径写进同一站点的 routes。',
    },
  },
  'config.second-lan': {
    en: {
      meaning: '{key}: another site already has lan.',
      cause: '{first} serves this machine’s addresses, and an address belongs to one site.',
      hint: 'Keep lan on one site, and give the others names of their own, such as chat.local; or put their apps into its routes.',
    },
    zh: {
      meaning: '{key}：已有其他站点设置了 lan。',
      cause: '{first} 已使用本机地址，一个地址只能属于一个站点。',
      hint: '请只在一个站点上保留 lan，为其他站点另取名称（例如 chat.local），或把它们的应用写进该站点的 routes。',
    },
  },
  'config.lan-of-which-site': {
    en: {
      meaning: '--lan: {file} has several sites.',
      cause: 'This machine’s addresses lead to one site, and the file does not say which.',
      hint: 'Add the line lan: true to that site in {file}.',
    },
    zh: {
      meaning: '--lan：{file} 中有多个站点。',
      cause: '本机地址只能对应一个站点，而文件没有说明是哪一个。',
      hint: '请在 {file} 中为该站点加上一行 lan: true。',
    },
  },
  'config.bad-upstream': {
    en: {
      meaning: '{key}: {value} is not the URL of an app.',
      cause:
        'It needs a scheme and a host, usually with a port, and no spaces. For an app on this machine, the port is enough.',
      hint: 'Use a form such as http://127.0.0.1:7861, https://model.internal:8000/base, 7861, or unix:/run/app.sock.',
    },
    zh: {
      meaning: '{key}：{value} 不是应用的网址。',
      cause: '需要协议和主机，通常还有端口，不含空格。如果应用在本机，只写端口即可。',
      hint: '请写成 http://127.0.0.1:7861、https://model.internal:8000/base、7861 或 unix:/run/app.sock 的形式。',
    },
  },
  'config.socket-form': {
    en: {
      meaning: '{key}: {value} is not how Everyhop writes a unix socket.',
      cause: 'It takes unix: and the absolute path, then, if the app has one, a colon and its base path.',
      hint: 'Write {suggestion}',
    },
    zh: {
      meaning: '{key}：{value} 不是 Everyhop 的 Unix 套接字写法。',
      cause: '写法是 unix: 加绝对路径；应用若有基础路径，再加冒号和该路径。',
      hint: '请写成 {suggestion}',
    },
  },
  'config.socket-path-long': {
    en: {
      meaning: '{key}: the path of the socket {value} is too long.',
      cause: 'The system allows {limit} bytes.',
      hint: 'Let the app create its socket in a folder with a shorter path, such as /run/app.sock.',
    },
    zh: {
      meaning: '{key}：套接字 {value} 的路径过长。',
      cause: '系统最多允许 {limit} 字节。',
      hint: '请让应用在路径较短的文件夹中创建套接字，例如 /run/app.sock。',
    },
  },
  'config.upstream-scheme': {
    en: {
      meaning: '{key}: the scheme of {value} is not http or https.',
      cause: 'Everyhop reaches apps over HTTP, also for WebSockets and gRPC-Web.',
      hint: 'Use http:// or https:// instead.',
    },
    zh: {
      meaning: '{key}：{value} 的协议不是 http 或 https。',
      cause: 'Everyhop 通过 HTTP 访问应用，WebSocket 和 gRPC-Web 也是如此。',
      hint: '请改成 http:// 或 https://。',
    },
  },
  'config.upstream-credentials': {
    en: {
      meaning: '{key}: {value} contains a user name or password.',
      cause: 'Every visitor would act as that user, and the password would be stored in a file that many can read.',
      hint: 'Remove it from the URL. The visitor or the app sends its own credentials.',
    },
    zh: {
      meaning: '{key}：{value} 含有用户名或密码。',
      cause: '否则每个访问者都会以该用户身份操作，而且密码会保存在许多人可读的文件里。',
      hint: '请从网址中去掉；由访问者或应用自己发送凭据。',
    },
  },
  'config.upstream-suffix': {
    en: {
      meaning: '{key}: {value} has a query or fragment.',
      cause: 'Everyhop forwards the query of each request unchanged; an upstream has none.',
      hint: 'Remove everything from the ? or # on.',
    },
    zh: {
      meaning: '{key}：{value} 带有查询参数或片段。',
      cause: 'Everyhop 原样转发每个请求的查询参数；上游本身没有查询参数。',
      hint: '请去掉 ? 或 # 及其后的部分。',
    },
  },
  'config.upstream-and-routes': {
    en: {
      meaning: 'This site has both {own} and routes.',
      cause: '{own} is short for one route with the path /. Together with routes, the target of / is ambiguous.',
      hint: 'Turn {own} into a route: - path: / with {own} below it.',
    },
    zh: {
      meaning: '这个站点同时写了 {own} 和 routes。',
      cause: '{own} 是路径为 / 的单个路由的简写；再写 routes，/ 的去向就不明确。',
      hint: '请把 {own} 改成一个路由：- path: /，其下写 {own}。',
    },
  },
  'config.no-upstream': {
    en: {
      meaning: 'This site has neither upstream nor routes.',
      cause: 'Without them, there is no app to serve.',
      hint: 'Add upstream: http://127.0.0.1:7861 (the address of your app).',
    },
    zh: {
      meaning: '这个站点既没有 upstream，也没有 routes。',
      cause: '没有它们，就没有可提供服务的应用。',
      hint: '请加上 upstream: http://127.0.0.1:7861（您的应用的地址）。',
    },
  },
  'config.root-without-https': {
    en: {
      meaning: '{key} has no effect here.',
      cause: 'Roots verify the certificate of an https upstream, but this upstream is plain http or missing.',
      hint: 'Write the upstream as https://…, or remove {key}.',
    },
    zh: {
      meaning: '{key} 在这里不起作用。',
      cause: '根证书用于校验 https 上游的证书，而这个上游是明文 http，或者没有写。',
      hint: '请把上游写成 https://…，或者删除 {key}。',
    },
  },
  'config.bad-path': {
    en: {
      meaning: '{key}: {value} is not a path.',
      cause: 'A path starts with a single slash and contains no spaces, query, fragment, backslash or dot segments.',
      hint: 'Use a form such as /v1.',
    },
    zh: {
      meaning: '{key}：{value} 不是路径。',
      cause: '路径以一个斜杠开头，不含空格、查询参数、片段、反斜杠以及 . 或 .. 段。',
      hint: '请写成 /v1 的形式。',
    },
  },
  'config.path-pattern': {
    en: {
      meaning: '{key}: {value} is a pattern.',
      cause: 'A path covers itself and everything below it; * is not supported.',
      hint: 'Remove the *: /v1 already covers /v1/models.',
    },
    zh: {
      meaning: '{key}：{value} 是模式。',
      cause: '路径涵盖它自身及其下的一切；不支持 *。',
      hint: '请去掉 *：/v1 已包含 /v1/models。',
    },
  },
  'config.allow-without-block': {
    en: {
      meaning: '{key}: {path} has no effect, because no shorter path in block covers it.',
      cause: 'Paths outside block are forwarded anyway, and allow closes nothing.',
      hint: 'Add the part to close to block of this site, for example block: [/api] with allow: [/api/config]; block: [/] closes everything else.',
    },
    zh: {
      meaning: '{key}：{path} 不起作用，因为 block 中没有涵盖它的更短路径。',
      cause: '不在 block 中的路径本来就会转发；allow 不会封闭任何路径。',
      hint: '请把要封闭的部分加入该站点的 block，例如 block: [/api] 配合 allow: [/api/config]；block: [/] 会封闭其余所有路径。',
    },
  },
  'config.duplicate-path': {
    en: {
      meaning: '{key}: the path {path} appears twice in this site.',
      cause: 'It is already used at {first}, and only one route can apply.',
      hint: 'Remove one of them.',
    },
    zh: {
      meaning: '{key}：路径 {path} 在该站点中出现了两次。',
      cause: '{first} 已使用该路径；只能有一个路由生效。',
      hint: '请删除其中一个。',
    },
  },
} as const satisfies ErrorTexts;
