import type { WordTexts } from '../../base/language.ts';

export const trustTexts = {
  'bundle.roots': {
    en: '{count} roots: {public} public, {private} private',
    zh: '{count} 个根证书：{public} 个公共，{private} 个私有',
  },
  'bundle.source': { en: '  {count} from {source}', zh: '  {count} 个来自 {source}' },
  'bundle.source-file': { en: '  {count} from {source} ({file})', zh: '  {count} 个来自 {source}（{file}）' },
  'bundle.kind.system': { en: 'the system', zh: '系统' },
  'bundle.kind.mozilla': { en: 'Mozilla’s set', zh: 'Mozilla 的集合' },
  'bundle.kind.authority': { en: 'our authority', zh: '本机颁发机构' },
  'bundle.kind.network': { en: 'the network, pinned', zh: '网络（已固定指纹）' },
  'bundle.kind.environment': { en: 'the environment', zh: '环境变量' },
  'bundle.kind.file': { en: 'files', zh: '文件' },
  'bundle.offered': {
    en: '{from} offers a root:\n  {subject}\n  valid until {until}\n  SHA-256 {fingerprint}',
    zh: '{from} 提供了一个根证书：\n  {subject}\n  有效期至 {until}\n  SHA-256 {fingerprint}',
  },
  'bundle.question': {
    en: 'Did whoever runs this authority tell you the same fingerprint, over another way? [y/N]',
    zh: '该颁发机构的管理者是否通过其他途径告诉过您相同的指纹？[y/N]',
  },
  'bundle.confirmed': {
    en: 'To have it without being asked: --pin {fingerprint}',
    zh: '若不再询问，请加上：--pin {fingerprint}',
  },
  'bundle.left-out': { en: 'Left out of the bundle:', zh: '未放入信任包：' },
  'bundle.added': { en: '+ {subject} {fingerprint}', zh: '+ {subject} {fingerprint}' },
  'bundle.removed': { en: '- {subject} {fingerprint}', zh: '- {subject} {fingerprint}' },
  'bundle.unchanged': { en: 'unchanged: {folder}', zh: '没有变化：{folder}' },
  'bundle.published': { en: 'published: {folder}', zh: '已发布：{folder}' },
  'bundle.planned': { en: 'would be published: {folder}', zh: '将发布：{folder}' },
  'check.runtime': { en: '{runtime}: {interpreter}', zh: '{runtime}：{interpreter}' },
  'check.unknown': {
    en: '{program} does not say what it is made of; nothing can be tried. everyhop run sets every variable for it.',
    zh: '无法判断 {program} 由什么构成，因此无法检验。everyhop run 会为它设置所有变量。',
  },
  'check.untried': {
    en: 'Nothing of {runtime} can be tried from outside.',
    zh: '无法从外部检验 {runtime}。',
  },
  'check.binary.variables': {
    en: '{program} names {variables}: it will most likely read what everyhop run sets there.',
    zh: '{program} 中出现 {variables}：它很可能会读取 everyhop run 设置的值。',
  },
  'check.binary.both': {
    en: '{program} names {variables}, and has public roots compiled in. Which of them it goes by, only a try shows.',
    zh: '{program} 中出现 {variables}，同时内置了公共根证书。究竟使用哪一个，只有实际检验才知道。',
  },
  'check.binary.own-roots': {
    en: '{program} has public roots compiled in and names no variable: nothing that everyhop run sets reaches it. Have it built to read the system’s roots (for Rust: rustls-native-certs or rustls-platform-verifier), or name the bundle in an option or a setting of its own: {full}',
    zh: '{program} 内置了公共根证书，且未出现任何变量名：everyhop run 的设置对它无效。请改为读取系统根证书后重新构建（Rust：rustls-native-certs 或 rustls-platform-verifier），或在其自身的选项或设置中指定信任包：{full}',
  },
  'check.binary.library': {
    en: '{program} verifies by {libraries}; whether it names roots of its own there, only a try shows.',
    zh: '{program} 通过 {libraries} 验证证书；是否指定了自己的根证书，只有实际检验才知道。',
  },
  'check.binary.silent': {
    en: '{program} names no variable, and has no roots that are known here. Whatever it starts gets every variable from everyhop run.',
    zh: '{program} 中没有出现任何变量名，也没有已知的根证书。它启动的程序都会得到 everyhop run 设置的所有变量。',
  },
  'check.point': {
    en: 'To have it tried itself, write {url} where the address goes: everyhop trust check -- {command} {url}',
    zh: '要直接检验它，请在填写地址的位置写 {url}：everyhop trust check -- {command} {url}',
  },
  'check.setting.file': {
    en: '  {consumer}: its own setting is {file}:',
    zh: '  {consumer}：其自身的设置位于 {file}：',
  },
  'check.setting.store': {
    en: '  {consumer}: it reads a store: everyhop trust install --store {store}',
    zh: '  {consumer}：它读取证书库：everyhop trust install --store {store}',
  },
  'check.result': { en: '✓ {consumer}: {what}: {outcome}', zh: '✓ {consumer}：{what}：{outcome}' },
  'check.result-said': {
    en: '✓ {consumer}: {what}: {outcome}\n    {detail}',
    zh: '✓ {consumer}：{what}：{outcome}\n    {detail}',
  },
  'check.is.verified': { en: 'verified', zh: '已验证' },
  'check.is.refused': { en: 'refused', zh: '被拒绝' },
  'check.is.failed': { en: 'failed', zh: '失败' },
  'check.is.absent': { en: 'not installed', zh: '未安装' },
  'check.good': { en: 'proven. Start it: everyhop run -- {command}', zh: '已证明。启动：everyhop run -- {command}' },
  'check.bad': { en: 'not proven: {command}', zh: '未能证明：{command}' },
  'explain.unreached': { en: '{url}: no handshake: {reason}', zh: '{url}：无法握手：{reason}' },
  'explain.chain': { en: '{url} sends', zh: '{url} 发送' },
  'explain.certificate': {
    en: '  {subject}\n    issued by {issuer}, until {until}, SHA-256 {fingerprint}',
    zh: '  {subject}\n    由 {issuer} 签发，有效期至 {until}，SHA-256 {fingerprint}',
  },
  'explain.set.system': {
    en: 'the system’s roots (curl, git, Go, OpenSSL)',
    zh: '系统根证书（curl、git、Go、OpenSSL）',
  },
  'explain.set.mozilla': {
    en: 'Mozilla’s set (Node, requests, httpx, gRPC)',
    zh: 'Mozilla 的集合（Node、requests、httpx、gRPC）',
  },
  'explain.set.bundle': { en: 'everyhop run', zh: 'everyhop run' },
  'explain.accepted': { en: '✓ {who}: by {anchor} ({fingerprint})', zh: '✓ {who}：由 {anchor} 接受（{fingerprint}）' },
  'explain.refused': { en: '✗ {who}: {problem}', zh: '✗ {who}：{problem}' },
  'explain.all': { en: 'Every program accepts it.', zh: '所有程序都会接受它。' },
  'explain.run': {
    en: 'Programs accept it that are started by: everyhop run -- COMMAND',
    zh: '用以下方式启动的程序会接受它：everyhop run -- COMMAND',
  },
  'explain.mend': { en: '{problem}', zh: '{problem}' },
  'explain.mend.expired': {
    en: 'Renew the certificate of the server: everyhop certificates renew, if it is one of ours.',
    zh: '请续期服务器证书；若由本程序签发：everyhop certificates renew',
  },
  'explain.mend.not-yet-valid': {
    en: 'Compare the clocks of both machines: date -u',
    zh: '请比较两台机器的时钟：date -u',
  },
  'explain.mend.name-mismatch': {
    en: 'Call the server by a name that its certificate has, or have one issued for this name.',
    zh: '请使用证书中包含的名称访问服务器，或为该名称签发证书。',
  },
  'explain.mend.unknown-authority': {
    en: 'Get the root from whoever runs that authority, compare its fingerprint with them, and name it: everyhop run --root FILE -- COMMAND',
    zh: '请向该颁发机构的管理者获取根证书并核对指纹，然后指定它：everyhop run --root FILE -- COMMAND',
  },
  'explain.mend.missing-issuer': {
    en: 'Have the server send its whole chain (fullchain.pem), or name the root: everyhop run --root FILE -- COMMAND',
    zh: '请让服务器发送完整证书链（fullchain.pem），或指定根证书：everyhop run --root FILE -- COMMAND',
  },
  'explain.mend.self-signed': {
    en: 'Let an authority issue for it instead: everyhop up, or everyhop certificates obtain NAME',
    zh: '请改由颁发机构签发：everyhop up，或 everyhop certificates obtain NAME',
  },
  'explain.mend.wrong-purpose': {
    en: 'Have a certificate issued for servers (extended key usage serverAuth).',
    zh: '请签发用于服务器的证书（扩展密钥用途 serverAuth）。',
  },
  'explain.mend.constraint-violated': {
    en: 'Permit the name: everyhop authority widen NAME, if it is our authority.',
    zh: '请允许该名称；若为本机颁发机构：everyhop authority widen NAME',
  },
  'explain.mend.other': {
    en: 'See what OpenSSL says: openssl s_client -connect HOST:PORT -verify_return_error',
    zh: '请查看 OpenSSL 的说明：openssl s_client -connect HOST:PORT -verify_return_error',
  },
  'trust.installed': { en: '{store}: installed and seen in {location}', zh: '{store}：已放入并确认，{location}' },
  'trust.already-there': { en: '{store}: is in {location} already', zh: '{store}：{location} 中已有' },
  'trust.removed': { en: '{store}: taken out of {location}', zh: '{store}：已从 {location} 取出' },
  'trust.planned': { en: '{store}: would be put into {location}', zh: '{store}：将放入 {location}' },
  'trust.nothing': { en: 'Nothing of ours was in any store.', zh: '各信任库中没有我们放入的内容。' },
} as const satisfies WordTexts;
