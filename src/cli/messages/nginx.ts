import type { WordTexts } from '../../base/language.ts';

export const nginxTexts = {
  'nginx.dry-run': {
    en: 'Nothing was changed. nginx takes this configuration: it was tried on a copy.',
    zh: '未做任何修改。nginx 接受此配置：已在副本上试过。',
  },
  'nginx.question': { en: 'Make this change? [y/N]', zh: '是否进行此修改？[y/N]' },
  'nginx.app': { en: 'The app is {app}: its streaming settings are added.', zh: '应用是 {app}：将加入其流式设置。' },
  'nginx.unchanged': { en: 'The files are as they should be already.', zh: '文件已经是应有的样子。' },
  'nginx.seen.tls': {
    en: '✓ {url} ({from}): {protocol}, serial {serial}, status {status}',
    zh: '✓ {url}（{from}）：{protocol}，序列号 {serial}，状态 {status}',
  },
  'nginx.seen.plain': {
    en: '✓ {url} ({from}): {status}, sent to https',
    zh: '✓ {url}（{from}）：{status}，跳转到 https',
  },
  'nginx.secured': {
    en: '{names}: HTTPS by nginx, proven. Certificate of {issuer} until {until}.',
    zh: '{names}：nginx 已启用 HTTPS 并经过验证。证书由 {issuer} 签发，有效期至 {until}。',
  },
  'nginx.private': {
    en: 'It is of this machine’s private authority. For browsers here: everyhop trust install — for others: everyhop authority root',
    zh: '它由本机的私有颁发机构签发。本机浏览器：everyhop trust install；其他设备：everyhop authority root',
  },
  'nginx.renewals.installed': {
    en: 'It is renewed by {timer}, twice a day; nginx then loads it, and that is proven.',
    zh: '{timer} 每天两次检查续期；续期后 nginx 会加载新证书并加以验证。',
  },
  'nginx.renewals.by-hand': {
    en: 'To have it renewed, let cron call this (crontab -e): 17 3,15 * * * {command}',
    zh: '要自动续期，请让 cron 执行以下命令（crontab -e）：17 3,15 * * * {command}',
  },
  'nginx.insistence': {
    en: 'Browsers that were here insist on HTTPS for {hours} h more; without TLS of your own the site is closed to them so long.',
    zh: '访问过此站点的浏览器还会在 {hours} 小时内坚持使用 HTTPS；如果没有您自己的 TLS，这段时间内它们无法访问。',
  },
  'nginx.undone': {
    en: '{site}: taken out of nginx; {seen} questions are answered as they should be.',
    zh: '{site}：已从 nginx 中撤销；{seen} 个探测均得到应有的应答。',
  },
  'nginx.kept': {
    en: '{site}: nothing to do; nginx serves {serial}.',
    zh: '{site}：无需操作；nginx 提供的证书为 {serial}。',
  },
  'nginx.kept.reloaded': {
    en: '{site}: nginx has loaded what is new and serves {serial}, proven.',
    zh: '{site}：nginx 已加载新内容，提供的证书为 {serial}，已验证。',
  },
  'nginx.nothing': { en: 'Everyhop has changed no site in this nginx.', zh: 'Everyhop 没有修改过这个 nginx 的站点。' },
  'nginx.nothing-unfinished': { en: 'Nothing was left half done.', zh: '没有未完成的修改。' },
  'nginx.ended.secure': {
    en: '{site}: an earlier “secure” was interrupted; everything is as it was before it.',
    zh: '{site}：之前的 secure 被中断；一切已恢复到它之前的样子。',
  },
  'nginx.ended.undo': {
    en: '{site}: an earlier “undo” was interrupted; the site is HTTPS as before it.',
    zh: '{site}：之前的 undo 被中断；站点仍和之前一样使用 HTTPS。',
  },
  'nginx.ended.renew': {
    en: '{site}: an earlier renewal was interrupted; the configuration is as before it.',
    zh: '{site}：之前的续期被中断；配置已恢复到它之前的样子。',
  },
  'nginx.show.none': {
    en: 'The configuration {conf} has no server block.',
    zh: '配置 {conf} 中没有 server 块。',
  },
  'nginx.show.listener': { en: 'LISTENS ON', zh: '监听' },
  'nginx.show.name': { en: 'NAME', zh: '名称' },
  'nginx.show.block': { en: 'SERVER BLOCK', zh: 'server 块' },
  'nginx.show.certificate': { en: 'CERTIFICATE', zh: '证书' },
  'nginx.show.leads-to': { en: 'LEADS TO', zh: '去向' },
  'nginx.show.others': { en: '(any other)', zh: '（其他任何名称）' },
  'nginx.show.managed': { en: '(by Everyhop)', zh: '（由 Everyhop 管理）' },
  'nginx.show.ignored': { en: '(ignored: an earlier block has it)', zh: '（被忽略：前面的块已占用）' },
  'nginx.show.until': { en: '(until {date})', zh: '（有效期至 {date}）' },
  'nginx.show.expired': { en: '(expired {date})', zh: '（已于 {date} 过期）' },
} as const satisfies WordTexts;
