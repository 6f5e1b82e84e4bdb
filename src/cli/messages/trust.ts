import type { WordTexts } from '../../base/language.ts';

export const trustTexts = {
  'bundle.roots': {
    en: 'roots: {count} ({public} public, {private} private)',
    zh: '根证书：{count} 个（公共 {public} 个，私有 {private} 个）',
  },
  'bundle.source': { en: '  {count} from {source}', zh: '  {count} 个来自 {source}' },
  'bundle.source-file': { en: '  {count} from {source} ({file})', zh: '  {count} 个来自 {source}（{file}）' },
  'bundle.kind.system': { en: 'the system', zh: '系统' },
  'bundle.kind.mozilla': { en: 'Mozilla’s root program', zh: 'Mozilla 根证书计划' },
  'bundle.kind.authority': { en: 'this machine’s authority', zh: '本机颁发机构' },
  'bundle.kind.network': { en: 'the network, pinned', zh: '网络（已固定指纹）' },
  'bundle.kind.environment': { en: 'the environment', zh: '环境变量' },
  'bundle.kind.file': { en: 'files', zh: '文件' },
  'bundle.offered': {
    en: '{from} offers a root:\n  {subject}\n  valid until {until}\n  SHA-256 {fingerprint}',
    zh: '{from} 提供了一个根证书：\n  {subject}\n  有效期至 {until}\n  SHA-256 {fingerprint}',
  },
  'bundle.question': {
    en: 'Did the operator of this authority give you the same fingerprint through another channel? [y/N]',
    zh: '该颁发机构的管理者是否通过其他途径告诉过您相同的指纹？[y/N]',
  },
  'bundle.confirmed': {
    en: 'To skip this question next time, add: --pin {fingerprint}',
    zh: '下次若要跳过此问题，请加上：--pin {fingerprint}',
  },
  'bundle.left-out': { en: 'Left out of the bundle:', zh: '未放入信任包：' },
  'bundle.added': { en: '+ {subject} {fingerprint}', zh: '+ {subject} {fingerprint}' },
  'bundle.removed': { en: '- {subject} {fingerprint}', zh: '- {subject} {fingerprint}' },
  'bundle.unchanged': { en: 'unchanged: {folder}', zh: '没有变化：{folder}' },
  'bundle.published': { en: 'published: {folder}', zh: '已发布：{folder}' },
  'bundle.planned': { en: 'would be published: {folder}', zh: '将发布：{folder}' },
  'check.runtime': { en: '{runtime}: {interpreter}', zh: '{runtime}：{interpreter}' },
  'check.reading': { en: 'reading the program', zh: '正在读取程序' },
  'check.trying': { en: 'trying {consumer}', zh: '正在测试 {consumer}' },
  'check.unknown': {
    en: 'Cannot tell what {program} is built with, so nothing was tested. Everyhop’s run command sets every variable for it.',
    zh: '无法判断 {program} 由什么构成，因此未做测试。Everyhop 的 run 命令会为它设置所有变量。',
  },
  'check.untried': { en: '{runtime} cannot be tested from outside.', zh: '无法从外部测试 {runtime}。' },
  'check.binary.variables': {
    en: '{program} contains {variables}, so it most likely reads the values that Everyhop’s run command sets.',
    zh: '{program} 中出现 {variables}，因此很可能会读取 Everyhop 的 run 命令设置的值。',
  },
  'check.binary.both': {
    en: '{program} contains {variables}, and public roots are compiled into it. Only a test shows which it uses.',
    zh: '{program} 中出现 {variables}，同时内置了公共根证书。究竟使用哪一个，只有实际测试才知道。',
  },
  'check.binary.own-roots': {
    en: '{program} has public roots compiled in and contains no known variable, so it ignores what Everyhop’s run command sets. Rebuild it to read the system’s roots (Rust: rustls-native-certs or rustls-platform-verifier), or set the bundle in its own options or settings: {full}',
    zh: '{program} 内置了公共根证书，且未出现任何已知变量，因此会忽略 Everyhop 的 run 命令的设置。请改为读取系统根证书后重新构建（Rust：rustls-native-certs 或 rustls-platform-verifier），或在其自身的选项或设置中指定信任包：{full}',
  },
  'check.binary.library': {
    en: '{program} verifies with {libraries}. Only a test shows whether it sets its own roots there.',
    zh: '{program} 通过 {libraries} 验证证书。是否指定了自己的根证书，只有实际测试才知道。',
  },
  'check.binary.silent': {
    en: '{program} contains no known variable and no known roots. The programs that it starts get every variable from Everyhop’s run command.',
    zh: '{program} 中没有出现已知变量，也没有已知的根证书。它启动的程序都会得到 Everyhop 的 run 命令设置的所有变量。',
  },
  'check.point': {
    en: 'To test the program itself, write {url} in place of the address: {everyhop trust check} -- {command} {url}',
    zh: '要直接测试该程序，请用 {url} 代替地址：{everyhop trust check} -- {command} {url}',
  },
  'check.setting.file': {
    en: '  {consumer}: its own setting is in {file}:',
    zh: '  {consumer}：其自身的设置位于 {file}：',
  },
  'check.setting.option': {
    en: '  {consumer}: its own option is {option}: {full}',
    zh: '  {consumer}：其自身的选项是 {option}：{full}',
  },
  'check.setting.store': {
    en: '  {consumer} reads a trust store: {everyhop trust install} --store {store}',
    zh: '  {consumer} 读取信任库：{everyhop trust install} --store {store}',
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
  'check.good': {
    en: 'proven. Start it with: {everyhop run} -- {command}',
    zh: '已证明。启动：{everyhop run} -- {command}',
  },
  'check.good-mounted': {
    en: 'proven. Start it with: {everyhop run} --mount -- {command}',
    zh: '已证明。启动：{everyhop run} --mount -- {command}',
  },
  'check.tried': {
    en: 'not proven. Tried: {tested}. The lines above can choose other roots than these.',
    zh: '未能证明。已测试：{tested}。但上面列出的行可能改用其他根证书。',
  },
  'check.untested': {
    en: 'not proven. Tried: {tested}; not tried: {untested}. If the program uses one of those for a private hop, set its own option to {full}, or put {url} in place of the address to test the program itself.',
    zh: '未能证明。已测试：{tested}；未测试：{untested}。若程序用后者访问私有连接，请把其自身的选项设为 {full}，或用 {url} 代替地址以直接测试该程序。',
  },
  'check.bad': { en: 'not proven: {command}', zh: '未能证明：{command}' },
  'explain.unreached': { en: '{url}: no handshake: {reason}', zh: '{url}：握手失败：{reason}' },
  'explain.chain': { en: '{url} sends:', zh: '{url} 发送：' },
  'explain.certificate': {
    en: '  {subject}\n    issued by {issuer}, until {until}, SHA-256 {fingerprint}',
    zh: '  {subject}\n    由 {issuer} 签发，有效期至 {until}，SHA-256 {fingerprint}',
  },
  'explain.set.system': {
    en: 'the system’s roots (curl, git, Go, OpenSSL)',
    zh: '系统根证书（curl、git、Go、OpenSSL）',
  },
  'explain.set.mozilla': {
    en: 'Mozilla’s roots (Node, requests, httpx, gRPC)',
    zh: 'Mozilla 的根证书（Node、requests、httpx、gRPC）',
  },
  'explain.set.bundle': { en: 'programs started by Everyhop’s run command', zh: '由 Everyhop 的 run 命令启动的程序' },
  'explain.accepted': {
    en: '✓ {who}: accepted through {anchor} ({fingerprint})',
    zh: '✓ {who}：通过 {anchor} 接受（{fingerprint}）',
  },
  'explain.refused': { en: '✗ {who}: {problem}', zh: '✗ {who}：{problem}' },
  'explain.all': { en: 'All of these accept it.', zh: '以上均接受它。' },
  'explain.run': {
    en: 'Programs accept it when started with: {everyhop run} -- COMMAND',
    zh: '用以下方式启动的程序会接受它：{everyhop run} -- COMMAND',
  },
  'explain.mend': { en: '{problem}', zh: '{problem}' },
  'explain.mend.expired': {
    en: 'Renew the server’s certificate. If Everyhop serves it: {everyhop certificates renew}',
    zh: '请续期服务器证书。若由 Everyhop 提供服务：{everyhop certificates renew}',
  },
  'explain.mend.not-yet-valid': {
    en: 'Compare the clocks of both machines: date -u',
    zh: '请比较两台机器的时钟：date -u',
  },
  'explain.mend.name-mismatch': {
    en: 'Connect by a name in the certificate, or have a certificate issued for this name.',
    zh: '请用证书中包含的名称连接，或为该名称签发证书。',
  },
  'explain.mend.unknown-authority': {
    en: 'Get the root from the operator of that authority, compare its fingerprint with them, and pass it: {everyhop run} --root FILE -- COMMAND',
    zh: '请向该颁发机构的管理者获取根证书并核对指纹，然后指定它：{everyhop run} --root FILE -- COMMAND',
  },
  'explain.mend.missing-issuer': {
    en: 'Configure the server to send its whole chain (fullchain.pem), or pass the root: {everyhop run} --root FILE -- COMMAND',
    zh: '请配置服务器发送完整证书链（fullchain.pem），或指定根证书：{everyhop run} --root FILE -- COMMAND',
  },
  'explain.mend.self-signed': {
    en: 'Replace it with a certificate from an authority: {everyhop up}, or {everyhop certificates obtain} NAME',
    zh: '请换成由颁发机构签发的证书：{everyhop up}，或 {everyhop certificates obtain} NAME',
  },
  'explain.mend.wrong-purpose': {
    en: 'Have a server certificate issued (extended key usage serverAuth).',
    zh: '请签发服务器证书（扩展密钥用途 serverAuth）。',
  },
  'explain.mend.constraint-violated': {
    en: 'Permit the name. If it is your Everyhop authority: {everyhop authority widen} NAME',
    zh: '请允许该名称。若为您的 Everyhop 颁发机构：{everyhop authority widen} NAME',
  },
  'explain.mend.other': {
    en: 'Get the exact error from OpenSSL: openssl s_client -connect HOST:PORT -verify_return_error',
    zh: '查看 OpenSSL 给出的具体错误：openssl s_client -connect HOST:PORT -verify_return_error',
  },
  'trust.fetched': {
    en: 'The root has this fingerprint: {subject}, valid until {until}, in {file}',
    zh: '根证书的指纹一致：{subject}，有效期至 {until}，已存入 {file}',
  },
  'trust.fetched.install': {
    en: 'To make this machine trust it: {everyhop trust install} --root {file}',
    zh: '让本机信任它：{everyhop trust install} --root {file}',
  },
  'trust.fetch.compare': {
    en: 'SHA-256 of the root:\n    {lines}',
    zh: '根证书的 SHA-256：\n    {lines}',
  },
  'trust.fetch.question': {
    en: 'Does the terminal of the other machine show the same four lines? [y/N]',
    zh: '另一台机器的终端显示的四行是否与此相同？[y/N]',
  },
  'trust.untried': {
    en: '{store}: the project has not tried this store on a real machine; make sure that your browser accepts the site.',
    zh: '{store}：本项目尚未在真实机器上试用过此信任库；请确认您的浏览器接受该站点。',
  },
  'trust.installed': { en: '{store}: installed in {location} and checked', zh: '{store}：已安装到 {location} 并确认' },
  'trust.already-there': { en: '{store}: already in {location}', zh: '{store}：{location} 中已有' },
  'trust.removed': { en: '{store}: removed from {location}', zh: '{store}：已从 {location} 移除' },
  'trust.planned': { en: '{store}: would be installed in {location}', zh: '{store}：将安装到 {location}' },
  'trust.root': { en: 'root: SHA-256 {fingerprint}', zh: '根证书：SHA-256 {fingerprint}' },
  'trust.root-of': {
    en: 'root: of the authority in {folder}, SHA-256 {fingerprint}',
    zh: '根证书：来自 {folder} 的颁发机构，SHA-256 {fingerprint}',
  },
  'trust.remaining': {
    en: '{store}: {location} still contains the root of another Everyhop authority (SHA-256 {fingerprint}); its state folder is not known here. To remove the root: {command}',
    zh: '{store}：{location} 中还有另一个 Everyhop 颁发机构的根证书（SHA-256 {fingerprint}），其状态文件夹未知。移除它：{command}',
  },
  'trust.remaining.other': {
    en: '{store}: {location} still contains the root of the authority in {folder} (SHA-256 {fingerprint}). To remove the root: {command}',
    zh: '{store}：{location} 中还有 {folder} 的颁发机构的根证书（SHA-256 {fingerprint}）。移除它：{command}',
  },
  'trust.remaining.own': {
    en: '{store}: {location} still contains the root, which an interrupted command or another program added (SHA-256 {fingerprint}). To remove it: {command}',
    zh: '{store}：{location} 中还有该根证书，由中断的命令或其他程序加入（SHA-256 {fingerprint}）。移除它：{command}',
  },
  'trust.nothing': {
    en: 'No trust store contains a root that this state folder installed.',
    zh: '各信任库中没有由此状态文件夹安装的根证书。',
  },
} as const satisfies WordTexts;
