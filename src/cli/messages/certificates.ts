import type { WordTexts } from '../../base/language.ts';

export const certificatesTexts = {
  'certificates.obtained': {
    en: '{names}: serial {serial}, from {issuer}, until {until}',
    zh: '{names}：序列号 {serial}，由 {issuer} 签发，有效期至 {until}',
  },
  'certificates.files': {
    en: '  certificate {fullchain}\n  key         {privkey}',
    zh: '  证书 {fullchain}\n  私钥 {privkey}',
  },
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
    en: 'Nothing that runs serves it. A new one comes with the next everyhop up, or by: everyhop certificates obtain {names}',
    zh: '没有正在运行的程序使用它。下次运行 everyhop up 时会获取新证书，或运行：everyhop certificates obtain {names}',
  },
  'certificates.dry-run.private': {
    en: 'The private authority issues this certificate; nothing has to be seen from outside.',
    zh: '该证书由私有颁发机构签发，无需从外部访问任何内容。',
  },
  'certificates.dry-run.issued': {
    en: '{authority} issued a certificate for a test; nothing of it was kept.',
    zh: '{authority} 已签发测试证书；未保留任何内容。',
  },
  'certificates.dry-run.looked': {
    en: 'Nothing stands in the way as far as can be seen from here. This authority offers no test issuance.',
    zh: '就此处所见没有阻碍。该颁发机构不提供测试签发。',
  },
  'certificates.dry-run.stopped': {
    en: 'Nothing was asked of the authority.',
    zh: '没有向颁发机构提出任何请求。',
  },
  'certificates.none': { en: 'There is no certificate in the store.', zh: '存储中没有证书。' },
  'certificates.attempt': {
    en: '{when} {outcome}: {names} at {authority} {detail}',
    zh: '{when} {outcome}：{names}，{authority} {detail}',
  },
  'certificates.attempt.open': { en: 'open', zh: '进行中' },
  'certificates.attempt.issued': { en: 'issued', zh: '已签发' },
  'certificates.attempt.failed': { en: 'failed', zh: '失败' },
  'certificates.standing': {
    en: '{names} at {authority}: next attempt {next}; {left} certificates left this week',
    zh: '{names}，{authority}：下次尝试 {next}；本周还可签发 {left} 张',
  },
  'certificates.at-once': { en: 'at once', zh: '立即' },
  'certificates.no-limit': { en: 'any number of', zh: '不限数量' },
  'certificates.no-attempts': { en: 'Nothing was tried in the last 30 days.', zh: '最近 30 天没有尝试。' },
  'certificates.renewed': {
    en: 'renewed {names}: serial {serial}, until {until}, proven',
    zh: '已续期 {names}：序列号 {serial}，有效期至 {until}，已验证',
  },
  'authority.summary': {
    en: 'root {fingerprint}, until {until}; may issue for: {names}',
    zh: '根证书 {fingerprint}，有效期至 {until}；可签发：{names}',
  },
  'authority.key-here': { en: 'the root key is in the store', zh: '根密钥在存储中' },
  'authority.key-offline': { en: 'the root key is offline', zh: '根密钥已离线' },
  'authority.permitted-already': { en: '{names}: permitted already', zh: '{names}：已在允许范围内' },
  'authority.renewed': {
    en: 'The intermediate is new; clients need nothing.',
    zh: '中间证书已更新；客户端无需任何操作。',
  },
  'authority.renewed-root': {
    en: 'The root is new: install it again wherever it is trusted (everyhop trust install).',
    zh: '根证书已更新：请在所有信任它的地方重新安装（everyhop trust install）。',
  },
  'authority.widened': {
    en: 'The authority may now issue for {names}. Its root is new: install it again wherever it is trusted (everyhop trust install).',
    zh: '颁发机构现在可以为 {names} 签发证书。根证书已更新：请在所有信任它的地方重新安装（everyhop trust install）。',
  },
  'authority.taken-offline': {
    en: 'The root key is now only in {file}. Keep it safe and away from this machine; it is needed to widen the authority, and when the intermediate ends.',
    zh: '根密钥现在只在 {file} 中。请妥善离线保管；扩大签发范围以及中间证书到期时需要它。',
  },
} as const satisfies WordTexts;
