import type { WordTexts } from '../../base/language.ts';

export const certificatesTexts = {
  'certificates.obtained': {
    en: '{names}: serial {serial}, from {issuer}, until {until}',
    zh: '{names}：序列号 {serial}，由 {issuer} 签发，有效期至 {until}',
  },
  'certificates.others': {
    en: 'Only {failing} failed. For a certificate for {others}, run the same command without {failing}.',
    zh: '只有 {failing} 失败。如需为 {others} 获取证书，请去掉 {failing} 后重新运行同一命令。',
  },
  'certificates.mixed': {
    en: 'note: clients built on BoringSSL (gRPC, Bun, Electron) reject this certificate, because it has both DNS names and addresses. For them, obtain one for the names alone.',
    zh: '注意：基于 BoringSSL 的客户端（gRPC、Bun、Electron）会拒绝该证书，因为它同时包含域名和 IP 地址。请为它们单独获取只含域名的证书。',
  },
  'certificates.folder': { en: '  in {folder}', zh: '  位于 {folder}' },
  'certificates.also': {
    en: 'Another certificate names {name}: {names}, serial {serial}…',
    zh: '另有一张证书包含 {name}：{names}，序列号 {serial}…',
  },
  'certificates.also-folder': {
    en: '  To show it: {everyhop certificates show} {folder}',
    zh: '  查看它：{everyhop certificates show} {folder}',
  },
  'certificates.files': {
    en: '  certificate {fullchain}\n  key         {privkey}',
    zh: '  证书 {fullchain}\n  私钥 {privkey}',
  },
  'account.one': { en: '{authority}: {url}, since {since}', zh: '{authority}：{url}，自 {since}' },
  'account.former': {
    en: '{authority}: {url}, {since} to {until}, no longer in use; its key is kept',
    zh: '{authority}：{url}，{since} 至 {until}，已停用；保留其密钥',
  },
  'account.none': { en: 'No accounts yet. The first order registers one.', zh: '还没有账户。首次下单时会注册。' },
  'account.reset': {
    en: 'The next order at {authority} registers a new account with a new key. The old key is kept.',
    zh: '下次向 {authority} 下单时会用新密钥注册新账户。旧密钥会保留。',
  },
  'account.replaced.missing': {
    en: '{authority} no longer had the account. Everyhop registered it again with the same key: {url}',
    zh: '{authority} 已不再保有该账户。Everyhop 已用原密钥重新注册：{url}',
  },
  'account.replaced.ended': {
    en: '{authority} had ended the account. Everyhop registered a new one with a new key and kept the old key: {url}',
    zh: '{authority} 已终止该账户。Everyhop 已用新密钥注册新账户，并保留旧密钥：{url}',
  },
  'account.replaced.not-yet': {
    en: '{authority} no longer accepts the account. The next order registers a new one; Everyhop kept the old key.',
    zh: '{authority} 已不再接受该账户。下次下单时会注册新账户；Everyhop 保留了旧密钥。',
  },
  'account.replaced.caa': {
    en: 'If a CAA record names the former account (accounturi={formerUrl}), put the new one there.',
    zh: '如果 CAA 记录指定了原账户（accounturi={formerUrl}），请改为新账户。',
  },
  'certificates.renewal.lifetime': { en: '  renewal     {at}, by its lifetime', zh: '  续期 {at}，按有效期计算' },
  'certificates.renewal.advice': {
    en: '  renewal     {at}, as the authority advises',
    zh: '  续期 {at}，按颁发机构的建议',
  },
  'certificates.renewal.explanation': { en: '  explained   {url}', zh: '  颁发机构的说明 {url}' },
  'certificates.fingerprint': { en: '  SHA-256     {fingerprint}', zh: '  SHA-256 {fingerprint}' },
  'certificates.generation': {
    en: '  {from} to {until}: serial {serial}, from {issuer}',
    zh: '  {from} 至 {until}：序列号 {serial}，由 {issuer} 签发',
  },
  'certificates.generation-revoked': {
    en: '  {from} to {until}: serial {serial}, from {issuer}, revoked {revoked}',
    zh: '  {from} 至 {until}：序列号 {serial}，由 {issuer} 签发，已于 {revoked} 吊销',
  },
  'certificates.revoked': { en: 'revoked {names}: serial {serial}', zh: '已吊销 {names}：序列号 {serial}' },
  'certificates.revoked-not-running': {
    en: 'No running Everyhop serves it. Obtain a new certificate with a new key: {everyhop certificates obtain} {names} {authority}',
    zh: '没有正在运行的 Everyhop 使用它。获取新证书和新密钥：{everyhop certificates obtain} {names} {authority}',
  },
  'certificates.revoked-published': {
    en: 'The revoked certificate and its key are still in {folder}; programs that read it keep using them.',
    zh: '{folder} 中仍是已吊销的证书及其密钥，读取它的程序会继续使用。',
  },
  'certificates.revoked-nginx': {
    en: 'Obtain a new certificate for nginx and load it: {everyhop nginx renew}',
    zh: '为 nginx 获取新证书并加载：{everyhop nginx renew}',
  },
  'certificates.revoked-served': {
    en: 'The running Everyhop serves the revoked certificate until it gets a new one, and keeps retrying. To retry at once: {everyhop certificates renew} --now',
    zh: '正在运行的 Everyhop 在获得新证书之前仍提供已吊销的证书，并会继续重试。要立即重试：{everyhop certificates renew} --now',
  },
  'certificates.dry-run.names': { en: '{names}:', zh: '{names}：' },
  'certificates.dry-run.private': {
    en: 'The private authority issues this certificate and validates nothing from outside.',
    zh: '该证书由私有颁发机构签发，无需从外部验证。',
  },
  'certificates.dry-run.issued': {
    en: '{authority} issued a test certificate. Nothing was kept.',
    zh: '{authority} 已签发测试证书。未保留任何内容。',
  },
  'certificates.dry-run.looked': {
    en: 'No problem found from this machine. This authority does not issue test certificates.',
    zh: '从本机检查未发现问题。该颁发机构不签发测试证书。',
  },
  'certificates.dry-run.stopped': {
    en: 'No certificate was requested from the authority.',
    zh: '没有向颁发机构申请证书。',
  },
  'certificates.none': { en: 'The store contains no certificates.', zh: '存储中没有证书。' },
  'certificates.attempt': {
    en: '{when} {outcome}: {names} at {authority} {detail}',
    zh: '{when} {outcome}：{names}，{authority} {detail}',
  },
  'certificates.issuer.private': { en: 'private', zh: '私有颁发机构' },
  'certificates.attempt.open': { en: 'open', zh: '进行中' },
  'certificates.attempt.issued': { en: 'issued', zh: '已签发' },
  'certificates.attempt.failed': { en: 'failed', zh: '失败' },
  'certificates.standing': {
    en: '{names} at {authority}: next attempt {next}; certificates left this week: {left}',
    zh: '{names}，{authority}：下次尝试 {next}；本周剩余签发次数：{left}',
  },
  'certificates.at-once': { en: 'now', zh: '立即' },
  'certificates.no-limit': { en: 'no limit', zh: '不限' },
  'certificates.no-attempts': { en: 'No attempts in the last 30 days.', zh: '最近 30 天没有尝试。' },
  'certificates.renewed': {
    en: 'renewed {names}: serial {serial}, until {until}, proven',
    zh: '已续期 {names}：序列号 {serial}，有效期至 {until}，已验证',
  },
  'authority.summary': {
    en: 'root {fingerprint}, until {until}; may issue for: {names}',
    zh: '根证书 {fingerprint}，有效期至 {until}；可签发：{names}',
  },
  'authority.compare': {
    en: 'Its SHA-256 in four lines, to compare on another device:\n    {lines}',
    zh: '分四行显示其 SHA-256，便于在其他设备上核对：\n    {lines}',
  },
  'authority.made': {
    en: 'There was no private authority in {folder}, so a new one was made. Clients need its root: {folder}/root.pem',
    zh: '{folder} 中原本没有私有颁发机构，因此新建了一个。客户端需要其根证书：{folder}/root.pem',
  },
  'authority.key-here': { en: 'The root key is in the store.', zh: '根密钥在存储中。' },
  'authority.key-advice': {
    en: 'Every copy of the store is therefore this authority. To keep the root key elsewhere: {everyhop authority take-offline} FILE. To back up the store, encrypted: {everyhop backup} FILE',
    zh: '因此，存储的每份副本都等于该颁发机构。要把根密钥保存到别处：{everyhop authority take-offline} FILE。要加密备份存储：{everyhop backup} FILE',
  },
  'authority.key-offline': { en: 'The root key is offline.', zh: '根密钥已离线。' },
  'authority.permitted-already': { en: '{names}: already permitted', zh: '{names}：已在允许范围内' },
  'authority.renewed': {
    en: 'The intermediate is new; the root is not, so clients need no change.',
    zh: '中间证书已更新，根证书不变，客户端无需任何操作。',
  },
  'authority.renewed-root': {
    en: 'The root is new. Install it on every machine that trusts the old one: {everyhop trust install}',
    zh: '根证书已更新。请在每台信任旧根证书的机器上重新安装：{everyhop trust install}',
  },
  'authority.widened': {
    en: 'The authority may now issue for {names}. Its root is new. Install it on every machine that trusts the old one: {everyhop trust install}',
    zh: '颁发机构现在可以为 {names} 签发证书。根证书已更新，请在每台信任旧根证书的机器上重新安装：{everyhop trust install}',
  },
  'authority.taken-offline': {
    en: 'The root key is now only in {file}. Keep it in a safe place away from this machine. You need it to widen the authority and to replace the intermediate.',
    zh: '根密钥现在只在 {file} 中。请妥善保管，并与本机分开存放。扩大签发范围和更换中间证书时需要它。',
  },
} as const satisfies WordTexts;
