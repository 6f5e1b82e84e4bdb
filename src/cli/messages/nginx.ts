import type { WordTexts } from '../../base/language.ts';

export const nginxTexts = {
  'nginx.dry-run': {
    en: 'Nothing was changed. nginx accepts this configuration in a test on a copy.',
    zh: '未做任何修改。已在副本上测试，nginx 接受此配置。',
  },
  'nginx.question': { en: 'Make this change? [y/N]', zh: '是否进行此修改？[y/N]' },
  'nginx.which-names': { en: 'Names to secure, by number:', zh: '要启用 HTTPS 的名称（编号）：' },
  'nginx.app': { en: 'The app is {app}; its streaming settings are added.', zh: '应用是 {app}，将加入其流式设置。' },
  'nginx.app.unknown': {
    en: 'The app was not recognised, so settings for streams and WebSockets of any app are added. To leave them out: --app none',
    zh: '未能识别该应用，因此加入适用于任何应用的流式输出和 WebSocket 设置。不需要时：--app none',
  },
  'nginx.unchanged': { en: 'The files need no change.', zh: '文件无需修改。' },
  'nginx.seen.tls': {
    en: '✓ {url} ({from}): {protocol}, serial {serial}, status {status}',
    zh: '✓ {url}（{from}）：{protocol}，序列号 {serial}，状态 {status}',
  },
  'nginx.seen.plain': {
    en: '✓ {url} ({from}): {status}, redirects to https',
    zh: '✓ {url}（{from}）：{status}，重定向到 https',
  },
  'nginx.seen.same': {
    en: '✓ {url} ({from}): {status}, as before, without HTTPS',
    zh: '✓ {url}（{from}）：{status}，与之前相同，没有 HTTPS',
  },
  'nginx.secured': {
    en: '{names}: nginx serves HTTPS, proven. Certificate from {issuer}, until {until}.',
    zh: '{names}：nginx 已启用 HTTPS 并经过验证。证书由 {issuer} 签发，有效期至 {until}。',
  },
  'nginx.private': {
    en: 'This machine’s private authority issued it. To trust it in browsers here: {everyhop trust install}; on other devices, install the root from: {everyhop authority root}',
    zh: '该证书由本机的私有颁发机构签发。要让本机浏览器信任它：{everyhop trust install}；其他设备请安装根证书：{everyhop authority root}',
  },
  'nginx.renewals.installed': {
    en: '{timer} checks twice a day whether the certificate is due, renews it, reloads nginx and proves the result.',
    zh: '{timer} 每天两次检查证书是否到期，到期则续期，让 nginx 重新加载并验证结果。',
  },
  'nginx.renewals.none': {
    en: 'Nothing renews this certificate yet, because root must not run a program that others can change. Run this command again with a program that belongs to root.',
    zh: '目前没有任何东西会续期该证书，因为 root 不应运行他人可以改动的程序。请用属于 root 的程序再次运行此命令。',
  },
  'nginx.renewals.by-hand': {
    en: 'To renew it automatically, add this line to cron (crontab -e): 17 3,15 * * * {command}',
    zh: '要自动续期，请在 cron 中加入这一行（crontab -e）：17 3,15 * * * {command}',
  },
  'nginx.insistence': {
    en: 'Browsers that visited this site insist on HTTPS for another {hours} h (Strict-Transport-Security). Until then they cannot open it without HTTPS.',
    zh: '访问过此站点的浏览器在接下来的 {hours} 小时内仍会坚持使用 HTTPS（Strict-Transport-Security）。在此期间，没有 HTTPS 它们就无法打开此站点。',
  },
  'nginx.undone': {
    en: '{site}: removed from nginx. Checks passed: {seen}.',
    zh: '{site}：已从 nginx 中移除。通过的检查：{seen} 项。',
  },
  'nginx.kept': {
    en: '{site}: no change; nginx serves {serial}.',
    zh: '{site}：无变化；nginx 提供的证书为 {serial}。',
  },
  'nginx.kept.reloaded': {
    en: '{site}: nginx reloaded and serves {serial}, proven.',
    zh: '{site}：nginx 已重新加载，提供的证书为 {serial}，已验证。',
  },
  'nginx.renewal.due': {
    en: '{site}: due now; the next renewal issues a certificate and reloads nginx.',
    zh: '{site}：现已到期；下次续期会签发证书并让 nginx 重新加载。',
  },
  'nginx.renewal.later': { en: '{site}: not due; next renewal {at} UTC.', zh: '{site}：未到期；下次续期 {at} UTC。' },
  'nginx.nothing': { en: 'Everyhop manages no site in this nginx.', zh: 'Everyhop 没有管理这个 nginx 的站点。' },
  'nginx.nothing-unfinished': { en: 'No change was interrupted.', zh: '没有被中断的修改。' },
  'nginx.ended.secure': {
    en: '{site}: an earlier “secure” was interrupted; Everyhop restored the files from before it.',
    zh: '{site}：之前的 secure 被中断；已恢复到它之前的状态。',
  },
  'nginx.ended.undo': {
    en: '{site}: an earlier “undo” was interrupted; the site still serves HTTPS.',
    zh: '{site}：之前的 undo 被中断；站点仍使用 HTTPS。',
  },
  'nginx.ended.renew': {
    en: '{site}: an earlier renewal was interrupted; Everyhop restored the configuration from before it.',
    zh: '{site}：之前的续期被中断；配置已恢复到它之前的状态。',
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
  'nginx.show.stream': { en: '(any: passed on by stream)', zh: '（任意：由 stream 转发）' },
  'nginx.show.uncovered': { en: '(not for this name)', zh: '（不包含此名称）' },
  'nginx.show.until': { en: '(until {date})', zh: '（有效期至 {date}）' },
  'nginx.show.expired': { en: '(expired {date})', zh: '（已于 {date} 过期）' },
} as const satisfies WordTexts;
