import { defineErrors } from '../base/errors.ts';

export const configError = defineErrors({
  'config.invalid': {
    en: {
      meaning: '{source} cannot be used: {count} mistake(s).',
      cause: 'Each mistake is listed with its own cause. Nothing was changed; what was running goes on as before.',
      hint: 'Correct what is listed, then run the same command again.',
    },
    zh: {
      meaning: '{source} 无法使用：共 {count} 处错误。',
      cause: '每处错误都列出了各自的原因。没有任何改动；正在运行的服务照旧。',
      hint: '请改正列出的各项，然后重新运行同一命令。',
    },
  },
  'config.empty': {
    en: {
      meaning: '{file} says nothing.',
      cause: 'The file is empty, or holds only comments.',
      hint: 'Begin with: printf "sites:\\n  - host: localhost\\n    upstream: http://127.0.0.1:7861\\n" > {file}',
    },
    zh: {
      meaning: '{file} 没有内容。',
      cause: '文件是空的，或者只有注释。',
      hint: '可以这样开始：printf "sites:\\n  - host: localhost\\n    upstream: http://127.0.0.1:7861\\n" > {file}',
    },
  },
  'config.tab': {
    en: {
      meaning: 'A line is indented with a tab.',
      cause: 'YAML allows only spaces for indentation.',
      hint: 'Replace the tabs by spaces: expand -t 2 {file} > {file}.new && mv {file}.new {file}',
    },
    zh: {
      meaning: '有一行用制表符（Tab）缩进。',
      cause: 'YAML 只允许用空格缩进。',
      hint: '把制表符换成空格：expand -t 2 {file} > {file}.new && mv {file}.new {file}',
    },
  },
  'config.syntax': {
    en: {
      meaning: 'This is not valid YAML: {reason}',
      cause: 'An indentation, a quote, a colon or a bracket is not where YAML expects it.',
      hint: 'Look at this line and the one above it; lines of one level begin in the same column.',
    },
    zh: {
      meaning: '这不是有效的 YAML：{reason}',
      cause: '缩进、引号、冒号或括号没有出现在 YAML 要求的位置。',
      hint: '请查看这一行和上一行；同一层级的行要从同一列开始。',
    },
  },
  'config.duplicate-key': {
    en: {
      meaning: 'The key {key} stands twice in the same mapping.',
      cause: 'Only one of the two could count, and which one was meant is unknown.',
      hint: 'Keep one of them. A second site begins with a "-" of its own.',
    },
    zh: {
      meaning: '键 {key} 在同一个映射中出现了两次。',
      cause: '两个只能有一个生效，无法知道想用哪一个。',
      hint: '请只保留一个。第二个站点要以单独的“-”开头。',
    },
  },
  'config.too-many-aliases': {
    en: {
      meaning: 'The aliases (*name) of this file stand for too much, or for nothing.',
      cause: 'An alias has no anchor before it, contains itself, or aliases of aliases multiply without need.',
      hint: 'Write out what the aliases stand for.',
    },
    zh: {
      meaning: '该文件的别名（*name）展开后过大，或没有所指。',
      cause: '别名之前没有对应的锚点、别名包含自身，或者别名层层嵌套、成倍膨胀。',
      hint: '请直接写出别名所代表的内容。',
    },
  },
  'config.too-deep': {
    en: {
      meaning: '{file} is nested too deeply to be read.',
      cause: 'A configuration has four levels; this file is damaged, or is not one.',
      hint: 'Check the path.',
    },
    zh: {
      meaning: '{file} 嵌套太深，无法读取。',
      cause: '配置只有四层；这个文件已损坏，或者不是配置文件。',
      hint: '请检查路径。',
    },
  },
  'config.not-a-mapping': {
    en: {
      meaning: '{key} must hold keys with values.',
      cause: 'Something else stands there: {value}.',
      hint: 'Write "key: value" lines below it, each indented by the same number of spaces.',
    },
    zh: {
      meaning: '{key} 应由“键: 值”组成。',
      cause: '那里写的是别的内容：{value}。',
      hint: '请在它下面写“键: 值”各行，缩进的空格数一致。',
    },
  },
  'config.not-a-list': {
    en: {
      meaning: '{key} must be a list.',
      cause: 'Something else stands there: {value}.',
      hint: 'Write one "- item" per line, or [one, two].',
    },
    zh: {
      meaning: '{key} 应是一个列表。',
      cause: '那里写的是别的内容：{value}。',
      hint: '请每行写一个“- 项”，或写成 [一, 二]。',
    },
  },
  'config.empty-list': {
    en: {
      meaning: '{key} is an empty list.',
      cause: 'It needs at least one item to mean anything.',
      hint: 'Add an item, or leave {key} out.',
    },
    zh: {
      meaning: '{key} 是空列表。',
      cause: '至少要有一项才有意义。',
      hint: '请添加一项，或者去掉 {key}。',
    },
  },
  'config.not-text': {
    en: {
      meaning: '{key} must be a text, not {value}.',
      cause: 'YAML reads an unquoted number, true, false or null as what it is, not as a text.',
      hint: 'Put it into quotes: "…"',
    },
    zh: {
      meaning: '{key} 应是文本，而不是 {value}。',
      cause: 'YAML 会把不带引号的数字、true、false、null 按其本身读取，而不是文本。',
      hint: '请加上引号："…"',
    },
  },
  'config.not-a-flag': {
    en: {
      meaning: '{key} must be true or false, not {value}.',
      cause: 'YAML 1.2 knows only true and false; yes, no, on and off are texts.',
      hint: 'Write {key}: true, or {key}: false.',
    },
    zh: {
      meaning: '{key} 应是 true 或 false，而不是 {value}。',
      cause: 'YAML 1.2 只认 true 和 false；yes、no、on、off 都是文本。',
      hint: '请写成 {key}: true 或 {key}: false。',
    },
  },
  'config.no-value': {
    en: {
      meaning: '{key} has no value.',
      cause: 'Nothing stands after the colon, or what should is not indented below it.',
      hint: 'Give it a value, or leave {key} out.',
    },
    zh: {
      meaning: '{key} 没有值。',
      cause: '冒号后面没有内容，或者下一行没有缩进。',
      hint: '请给它一个值，或者去掉 {key}。',
    },
  },
  'config.missing-key': {
    en: {
      meaning: '{key} is missing.',
      cause: 'It has no default: only you can know it.',
      hint: 'Add {key} here.',
    },
    zh: {
      meaning: '缺少 {key}。',
      cause: '它没有默认值：只有您知道应该是什么。',
      hint: '请在这里加上 {key}。',
    },
  },
  'config.unknown-key': {
    en: {
      meaning: 'The key {key} is not known.',
      cause: 'Known here are: {known}.',
      hint: 'Use one of those, or take it out.',
    },
    zh: {
      meaning: '不认识键 {key}。',
      cause: '这里可用的键有：{known}。',
      hint: '请使用其中之一，或者删除它。',
    },
  },
  'config.mistyped-key': {
    en: {
      meaning: 'The key {key} is not known. Was {suggestion} meant?',
      cause: 'It is nearly the name of a known key.',
      hint: 'Write {suggestion} instead of {key}.',
    },
    zh: {
      meaning: '不认识键 {key}。是不是想写 {suggestion}？',
      cause: '它与一个已知的键非常相近。',
      hint: '请把 {key} 改成 {suggestion}。',
    },
  },
  'config.misplaced-key': {
    en: {
      meaning: 'The key {key} stands in the wrong place.',
      cause: 'It belongs to {where}.',
      hint: 'Move it there; the indentation decides what it belongs to.',
    },
    zh: {
      meaning: '键 {key} 的位置不对。',
      cause: '它属于 {where}。',
      hint: '请移到那里；缩进决定它属于哪一级。',
    },
  },
  'config.bad-port': {
    en: {
      meaning: '{key}: {value} is not a port.',
      cause: 'A port is a whole number from 1 to 65535.',
      hint: 'Write a number, for example 8443.',
    },
    zh: {
      meaning: '{key}：{value} 不是端口。',
      cause: '端口是 1 到 65535 的整数。',
      hint: '请写一个数字，例如 8443。',
    },
  },
  'config.bad-port-or-false': {
    en: {
      meaning: '{key}: {value} is neither a port nor false.',
      cause: 'A port is a whole number from 1 to 65535; false means no plain HTTP at all.',
      hint: 'Write a number, for example 8080, or false.',
    },
    zh: {
      meaning: '{key}：{value} 既不是端口，也不是 false。',
      cause: '端口是 1 到 65535 的整数；false 表示完全不提供明文 HTTP。',
      hint: '请写一个数字（例如 8080）或 false。',
    },
  },
  'config.same-ports': {
    en: {
      meaning: 'HTTPS and plain HTTP are both given the port {port}.',
      cause: 'One port can listen for only one of them.',
      hint: 'Give them two ports, or switch plain HTTP off with http_port: false.',
    },
    zh: {
      meaning: 'HTTPS 和明文 HTTP 都用了端口 {port}。',
      cause: '一个端口只能用于其中之一。',
      hint: '请使用两个端口，或用 http_port: false 关闭明文 HTTP。',
    },
  },
  'config.bad-workers': {
    en: {
      meaning: '{key}: {value} is not a number of worker processes.',
      cause: 'A whole number from 1 to 1024 is needed.',
      hint: 'Write such a number, or leave it out for one per core.',
    },
    zh: {
      meaning: '{key}：{value} 不是工作进程数。',
      cause: '需要 1 到 1024 的整数。',
      hint: '请写一个这样的数字；不写则每个核心一个。',
    },
  },
  'config.bad-connections': {
    en: {
      meaning: '{key}: {value} is not a number of connections.',
      cause: 'A whole number from 1 to 1000000 is needed.',
      hint: 'Write such a number, or leave it out for 500.',
    },
    zh: {
      meaning: '{key}：{value} 不是连接数。',
      cause: '需要 1 到 1000000 的整数。',
      hint: '请写一个这样的数字；不写则为 500。',
    },
  },
  'config.unknown-authority': {
    en: {
      meaning: '{key}: {value} is no authority that is known.',
      cause: 'Known are: {known}, and any URL of an ACME directory (https://…).',
      hint: 'Write one of these, or describe yours under authorities.',
    },
    zh: {
      meaning: '{key}：{value} 不是已知的证书颁发机构。',
      cause: '已知的有：{known}，以及任何 ACME 目录的 URL（https://…）。',
      hint: '请写其中之一，或在 authorities 下描述您自己的颁发机构。',
    },
  },
  'config.bad-directory': {
    en: {
      meaning: '{key}: {value} is not the URL of an ACME directory.',
      cause: 'It must begin with https://, for accounts and certificates depend on who answers there.',
      hint: 'Write the URL as the authority gives it, for example https://ca.example.com/acme/directory.',
    },
    zh: {
      meaning: '{key}：{value} 不是 ACME 目录的 URL。',
      cause: '必须以 https:// 开头，因为账户和证书取决于应答方的身份。',
      hint: '请写颁发机构给出的 URL，例如 https://ca.example.com/acme/directory。',
    },
  },
  'config.half-a-binding': {
    en: {
      meaning: '{key} stands alone.',
      cause: 'An external account binding needs both key_id and mac_key_file.',
      hint: 'Write both, as the authority shows them, or neither.',
    },
    zh: {
      meaning: '{key} 单独出现。',
      cause: '外部账户绑定同时需要 key_id 和 mac_key_file。',
      hint: '请按颁发机构给出的内容两个都写，或者都不写。',
    },
  },
  'config.bad-email': {
    en: {
      meaning: '{key}: {value} is not a mail address.',
      cause: 'Authorities take one address, such as ops@example.com.',
      hint: 'Write a single address, or leave it out.',
    },
    zh: {
      meaning: '{key}：{value} 不是邮件地址。',
      cause: '颁发机构需要一个地址，例如 ops@example.com。',
      hint: '请写一个地址，或不写。',
    },
  },
  'config.bad-drain': {
    en: {
      meaning: '{key}: {value} is not a number of seconds.',
      cause: 'A whole number from 0 to 86400 (one day) is needed, without unit.',
      hint: 'Write such a number, or leave it out for 30.',
    },
    zh: {
      meaning: '{key}：{value} 不是秒数。',
      cause: '需要 0 到 86400（一天）的整数，不带单位。',
      hint: '请写一个这样的数字；不写则为 30。',
    },
  },
  'config.bad-choice': {
    en: {
      meaning: '{key}: {value} is not one of the choices.',
      cause: 'The choices are: {choices}.',
      hint: 'Write one of them, or leave {key} out for the default.',
    },
    zh: {
      meaning: '{key}：{value} 不在可选值之中。',
      cause: '可选值有：{choices}。',
      hint: '请写其中之一，或者去掉 {key} 使用默认值。',
    },
  },
  'config.bad-host': {
    en: {
      meaning: '{key}: {value} is not a host name or address.',
      cause: 'A site has a DNS name, perhaps with *. in front, or an IPv4 or IPv6 address.',
      hint: 'Write the name as it stands in the browser, for example chat.example.com.',
    },
    zh: {
      meaning: '{key}：{value} 不是主机名或地址。',
      cause: '站点使用 DNS 名称（前面可带 *.），或者 IPv4、IPv6 地址。',
      hint: '请按浏览器中的写法填写，例如 chat.example.com。',
    },
  },
  'config.host-character': {
    en: {
      meaning: '{key}: {value} contains {character}, which no host name may contain.',
      cause: 'Host names consist of letters and digits of any script, hyphens, underscores and dots.',
      hint: 'Remove the character. A name copied from a page or a chat may carry invisible ones: type it instead.',
    },
    zh: {
      meaning: '{key}：{value} 含有主机名中不允许的字符 {character}。',
      cause: '主机名只能由各种文字的字母和数字、连字符、下划线和点组成。',
      hint: '请去掉该字符。从网页或聊天中复制的名称可能带有不可见字符，请改为手动输入。',
    },
  },
  'config.host-label': {
    en: {
      meaning: '{key}: {value} is not a host name: "{label}" is not a valid part of one.',
      cause:
        'A part between two dots has at least one letter or digit, and no hyphen at either end; after xn-- it must decode to a Unicode name.',
      hint: 'Write the name as it stands in the browser, for example chat.example.com.',
    },
    zh: {
      meaning: '{key}：{value} 不是主机名：其中的“{label}”无效。',
      cause: '两个点之间的每一段至少含一个字母或数字，两端不能是连字符；以 xn-- 开头的一段必须能解码为 Unicode 名称。',
      hint: '请按浏览器中的写法填写，例如 chat.example.com。',
    },
  },
  'config.host-empty-label': {
    en: {
      meaning: '{key}: {value} begins with a dot, or has two dots in a row.',
      cause: 'Every part between two dots has at least one character. One dot at the end is allowed.',
      hint: 'Remove the extra dot. For every name directly below a domain, write *.example.com.',
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
        'A part between two dots has at most 63 characters, the whole name 253 (RFC 1035 §2.3.4); letters beyond ASCII count in their xn-- form.',
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
      meaning: '{key}: {value} ends in a number, but is not an IPv4 address.',
      cause: 'Clients read a name whose last part is a number (0x1f is one, too) as an IPv4 address.',
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
        'A zone such as %eth0 is a network interface of one machine; certificates and browsers have no place for it.',
      hint: 'Write the address up to the percent sign.',
    },
    zh: {
      meaning: '{key}：{value} 带有区域标识。',
      cause: '%eth0 之类的区域标识指某台机器的网络接口，证书和浏览器都不支持。',
      hint: '只写百分号之前的地址。',
    },
  },
  'config.host-is-url': {
    en: {
      meaning: '{key}: {value} is a URL, not a host name.',
      cause: 'A site answers for a name on all paths; scheme, port and path are not part of it.',
      hint: 'Write only the name: {host}',
    },
    zh: {
      meaning: '{key}：{value} 是网址，不是主机名。',
      cause: '站点对应的是名称及其所有路径；协议、端口和路径不属于名称。',
      hint: '只写名称：{host}',
    },
  },
  'config.host-with-port': {
    en: {
      meaning: '{key}: {value} has a port.',
      cause: 'All sites are served on the same HTTPS port; a name has none of its own.',
      hint: 'Write {host} here, and the port as https_port (or --https-port).',
    },
    zh: {
      meaning: '{key}：{value} 带有端口。',
      cause: '所有站点都在同一个 HTTPS 端口上提供服务，名称没有自己的端口。',
      hint: '这里写 {host}，端口写在 https_port（或 --https-port）中。',
    },
  },
  'config.bad-wildcard': {
    en: {
      meaning: '{key}: {value} is not a wildcard that clients accept.',
      cause: 'A wildcard is one whole label at the front, before at least two others (RFC 9525 §6.3).',
      hint: 'Write it as *.example.com, or list the names one by one.',
    },
    zh: {
      meaning: '{key}：{value} 不是客户端接受的通配符。',
      cause: '通配符必须是最前面的完整一段，后面至少还有两段（RFC 9525 §6.3）。',
      hint: '请写成 *.example.com，或逐个列出名称。',
    },
  },
  'config.duplicate-host': {
    en: {
      meaning: '{key}: {host} is already given before.',
      cause: 'It stands at {first} too; a name belongs to one site, and stands there once.',
      hint: 'Take one of them out, or put the paths of both into the routes of one site.',
    },
    zh: {
      meaning: '{key}：{host} 前面已经写过。',
      cause: '它也出现在 {first}；一个名称只属于一个站点，且只写一次。',
      hint: '请去掉其中一个，或把两者的路径写进同一站点的 routes。',
    },
  },
  'config.bad-address': {
    en: {
      meaning: '{key}: {value} is not an IP address.',
      cause: 'Sockets are opened on addresses of this machine, not on names.',
      hint: 'Write an address, for example 127.0.0.1 or "::1"; ip -brief address lists those of this machine.',
    },
    zh: {
      meaning: '{key}：{value} 不是 IP 地址。',
      cause: '监听使用的是本机的地址，而不是名称。',
      hint: '请写地址，例如 127.0.0.1 或 "::1"；ip -brief address 可列出本机地址。',
    },
  },
  'config.bad-cidr': {
    en: {
      meaning: '{key}: {value} is not a block of addresses.',
      cause: 'A block is an address, a slash, and a length of at most 32 (IPv4) or 128 (IPv6).',
      hint: 'Write it as 10.0.0.0/8 or fd00::/8, or a single address.',
    },
    zh: {
      meaning: '{key}：{value} 不是地址块。',
      cause: '地址块由地址、斜杠和长度组成，长度最多 32（IPv4）或 128（IPv6）。',
      hint: '请写成 10.0.0.0/8 或 fd00::/8，或单个地址。',
    },
  },
  'config.cidr-host-bits': {
    en: {
      meaning: '{key}: {value} is either one address or a whole block.',
      cause: 'The address has bits set beyond the length, so it does not begin a block.',
      hint: 'Write {network} for the whole block, or {address} for the one machine.',
    },
    zh: {
      meaning: '{key}：{value} 不清楚是单个地址还是整个地址块。',
      cause: '地址在长度之外还有非零位，所以不是地址块的起点。',
      hint: '整个地址块请写 {network}，单台机器请写 {address}。',
    },
  },
  'config.bad-upstream': {
    en: {
      meaning: '{key}: {value} is not the URL of an app.',
      cause: 'A scheme, a host and a port are needed, without spaces; for this machine the port is enough.',
      hint: 'Write it as http://127.0.0.1:7861, https://model.internal:8000/base, or 7861.',
    },
    zh: {
      meaning: '{key}：{value} 不是应用的网址。',
      cause: '需要协议、主机和端口，不含空格；如果在本机，只写端口即可。',
      hint: '请写成 http://127.0.0.1:7861、https://model.internal:8000/base 或 7861。',
    },
  },
  'config.upstream-scheme': {
    en: {
      meaning: '{key}: the scheme of {value} is not http or https.',
      cause: 'Apps are reached over HTTP; WebSockets and gRPC-Web go through the same http:// upstream.',
      hint: 'Write http:// or https:// instead.',
    },
    zh: {
      meaning: '{key}：{value} 的协议不是 http 或 https。',
      cause: '应用通过 HTTP 访问；WebSocket 和 gRPC-Web 也走同一个 http:// 上游。',
      hint: '请改成 http:// 或 https://。',
    },
  },
  'config.upstream-credentials': {
    en: {
      meaning: '{key}: {value} holds a user name or password.',
      cause: 'Every visitor would act as that user, and the password would stand in a file that many read.',
      hint: 'Write the URL without it; the visitor or the app sends credentials.',
    },
    zh: {
      meaning: '{key}：{value} 含有用户名或密码。',
      cause: '否则每个访问者都会以该用户身份操作，而且密码会留在许多人可读的文件里。',
      hint: '请去掉这部分；由访问者或应用自己发送凭据。',
    },
  },
  'config.upstream-suffix': {
    en: {
      meaning: '{key}: {value} has a query or fragment.',
      cause: 'The query of each request is passed on as it is; an upstream has none of its own.',
      hint: 'Leave out everything from the ? or # on.',
    },
    zh: {
      meaning: '{key}：{value} 带有查询参数或片段。',
      cause: '每个请求的查询参数会原样转发；上游本身没有查询参数。',
      hint: '请去掉 ? 或 # 及其后的部分。',
    },
  },
  'config.upstream-and-routes': {
    en: {
      meaning: 'This site has both upstream and routes.',
      cause: 'upstream is short for one route with the path /; with routes there are two answers to where / leads.',
      hint: 'Make it a route: - path: / with upstream below it.',
    },
    zh: {
      meaning: '这个站点同时写了 upstream 和 routes。',
      cause: 'upstream 是路径为 / 的单个路由的简写；再写 routes 就有两个说法了。',
      hint: '请把它写成一个路由：- path: /，下面写 upstream。',
    },
  },
  'config.no-upstream': {
    en: {
      meaning: 'This site leads nowhere: it has neither upstream nor routes.',
      cause: 'Without it there is no app that could answer.',
      hint: 'Add upstream: http://127.0.0.1:7861 (the address of the app).',
    },
    zh: {
      meaning: '这个站点没有去向：既没有 upstream，也没有 routes。',
      cause: '没有它就没有应用可以应答。',
      hint: '请加上 upstream: http://127.0.0.1:7861（应用的地址）。',
    },
  },
  'config.root-without-https': {
    en: {
      meaning: '{key} has no use here.',
      cause: 'Roots check the certificate of an https upstream, and this upstream is plain http or missing.',
      hint: 'Write the upstream as https://…, or leave {key} out.',
    },
    zh: {
      meaning: '{key} 在这里没有用处。',
      cause: '根证书用于校验 https 上游的证书，而这个上游是明文 http，或者没有写。',
      hint: '请把上游写成 https://…，或者去掉 {key}。',
    },
  },
  'config.bad-path': {
    en: {
      meaning: '{key}: {value} is not a path.',
      cause: 'A path begins with one slash and has no spaces, query, fragment, backslash or dot segments.',
      hint: 'Write it as /v1.',
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
      cause: 'A path stands for itself and all below it; * has no meaning.',
      hint: 'Leave the * out: /v1 covers /v1/models.',
    },
    zh: {
      meaning: '{key}：{value} 是模式。',
      cause: '路径代表它自身及其下的一切；* 没有意义。',
      hint: '请去掉 *：/v1 已包含 /v1/models。',
    },
  },
  'config.duplicate-path': {
    en: {
      meaning: '{key}: the path {path} stands twice in this site.',
      cause: 'It stands at {first} too; only one of them could be followed.',
      hint: 'Take one of them out.',
    },
    zh: {
      meaning: '{key}：路径 {path} 在该站点中出现了两次。',
      cause: '它也出现在 {first}；只能走其中一个。',
      hint: '请去掉其中一个。',
    },
  },
  'config.root-has-no-certificate': {
    en: {
      meaning: '{key}: {file} holds no certificate.',
      cause: 'No "-----BEGIN CERTIFICATE-----" block is in it: it may be DER, PKCS#12, or another file.',
      hint: 'Convert a DER file: openssl x509 -inform der -in {file} -out {file}.pem',
    },
    zh: {
      meaning: '{key}：{file} 中没有证书。',
      cause: '其中没有“-----BEGIN CERTIFICATE-----”块：可能是 DER、PKCS#12 或其他文件。',
      hint: '转换 DER 文件：openssl x509 -inform der -in {file} -out {file}.pem',
    },
  },
  'config.root-is-broken': {
    en: {
      meaning: '{key}: certificate {position} in {file} cannot be read.',
      cause: 'The text between its BEGIN and END lines is damaged or cut off.',
      hint: 'Fetch the file again from where it came, and look at it: openssl x509 -in {file} -noout -subject',
    },
    zh: {
      meaning: '{key}：{file} 中的第 {position} 个证书无法读取。',
      cause: '其 BEGIN 与 END 行之间的文本已损坏或不完整。',
      hint: '请从来源重新获取该文件，并查看：openssl x509 -in {file} -noout -subject',
    },
  },
  'config.root-holds-key': {
    en: {
      meaning: '{key}: {file} holds a private key.',
      cause: 'A file of roots is public and gets copied around; a private key must not be in it.',
      hint: 'Keep only the certificates: openssl x509 -in {file} -out {file}.pem',
    },
    zh: {
      meaning: '{key}：{file} 中含有私钥。',
      cause: '根证书文件是公开的，会被到处复制；里面不能有私钥。',
      hint: '只保留证书：openssl x509 -in {file} -out {file}.pem',
    },
  },
  'config.no-source': {
    en: {
      meaning: 'There is nothing to serve: no app and no configuration was named.',
      cause: 'Neither a URL nor --config was given, and there is no {file} here.',
      hint: 'Name the app: everyhop up http://127.0.0.1:7861',
    },
    zh: {
      meaning: '没有可提供服务的内容：没有指定应用，也没有指定配置。',
      cause: '既没有给出网址，也没有给出 --config，而且这里没有 {file}。',
      hint: '请指定应用：everyhop up http://127.0.0.1:7861',
    },
  },
  'config.two-sources': {
    en: {
      meaning: '{argument} and --config cannot be used together.',
      cause:
        'The sites come either from the file or from the command line; only ports and addresses can be overridden.',
      hint: 'Write it into {file}, or leave --config out.',
    },
    zh: {
      meaning: '{argument} 和 --config 不能同时使用。',
      cause: '站点要么来自文件，要么来自命令行；命令行只能覆盖端口和地址。',
      hint: '请写进 {file}，或者去掉 --config。',
    },
  },
});
