import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

export { certificateFilesError, certificateFilesWords } from './files/messages.ts';
export { preflightError, preflightWords } from './preflight/messages.ts';

export const certificatesWords = defineWords({
  'certificates.limit.retry-after': { en: 'it asked for this pause', zh: '它要求在此之前不要再试' },
  'certificates.limit.certificates-limit': {
    en: 'within a week it issues at most five certificates for exactly these names',
    zh: '对完全相同的一组名称，它一周内最多签发五张证书',
  },
  'certificates.limit.validations-limit': {
    en: 'within an hour it permits at most five failed validations of a name',
    zh: '对同一名称，它一小时内最多允许五次验证失败',
  },
});

export const certificatesError = defineErrors({
  'certificates.folder-taken': {
    en: {
      meaning: '{folder} belongs to the certificate for {taken}, so the one for {names} cannot be published there.',
      cause: 'Programs that read {folder} expect those names.',
      hint: 'Publish it in another folder: {everyhop certificates obtain} {words} --name FOLDER — or replace the other certificate: --name {name}',
    },
    zh: {
      meaning: '{folder} 属于 {taken} 的证书，因此无法在那里发布 {names} 的证书。',
      cause: '读取 {folder} 的程序需要这些名称。',
      hint: '请发布到另一个文件夹：{everyhop certificates obtain} {words} --name FOLDER；或替换原有证书：--name {name}',
    },
  },
  'certificates.damaged': {
    en: {
      meaning: 'The stored certificate for {names} is damaged and is not used.',
      cause: 'Certificate or key differ from what was stored: the disk lost data, or something changed the store.',
      hint: 'Everyhop obtains a new certificate. Check the disk: sudo dmesg | grep -i error',
    },
    zh: {
      meaning: '已保存的 {names} 的证书已损坏，不会被使用。',
      cause: '证书或私钥与当初保存的不同：磁盘丢失了数据，或有程序改动了存储。',
      hint: 'Everyhop 会获取新证书。请检查磁盘：sudo dmesg | grep -i error',
    },
  },
  'certificates.unknown-name': {
    en: {
      meaning: 'No site has the name {name}.',
      cause: 'The running program serves: {names}.',
      hint: 'Use one of these names. To renew all sites: {everyhop certificates renew}',
    },
    zh: {
      meaning: '没有名为 {name} 的站点。',
      cause: '正在运行的程序提供：{names}。',
      hint: '请使用其中一个名称。续期全部站点：{everyhop certificates renew}',
    },
  },
  'certificates.not-stored': {
    en: {
      meaning: 'There is no certificate for {name} in {folder}.',
      cause: 'No Everyhop is running on this folder. It holds certificates for: {names}.',
      hint: 'Use one of these names, or obtain a certificate: {everyhop certificates obtain} {name}',
    },
    zh: {
      meaning: '{folder} 中没有 {name} 的证书。',
      cause: '该文件夹上没有正在运行的 Everyhop。其中保存了以下名称的证书：{names}。',
      hint: '请使用其中一个名称，或获取证书：{everyhop certificates obtain} {name}',
    },
  },
  'certificates.none-stored': {
    en: {
      meaning: 'There is no certificate for {name}.',
      cause: 'No Everyhop is running on the state folder {folder}, and it holds no certificates.',
      hint: 'Obtain one: {everyhop certificates obtain} {name} — or choose another folder: --state DIR',
    },
    zh: {
      meaning: '没有 {name} 的证书。',
      cause: '状态文件夹 {folder} 上没有正在运行的 Everyhop，其中也没有证书。',
      hint: '获取证书：{everyhop certificates obtain} {name}；或用 --state DIR 指定其他文件夹。',
    },
  },
  'certificates.no-issuer': {
    en: {
      meaning: 'No authority may issue a certificate for {names}.',
      cause: 'None of the configured authorities permits all of these names in one certificate.',
      hint: 'Remove the name from the site, or give it its own site.',
    },
    zh: {
      meaning: '没有可以为 {names} 签发证书的证书颁发机构。',
      cause: '已设置的颁发机构都不允许把这些名称放进同一张证书。',
      hint: '请从站点中去掉该名称，或者为它单独设置一个站点。',
    },
  },
  'certificates.unknown-authority': {
    en: {
      meaning: 'Unknown authority "{name}".',
      cause: 'Known authorities are {known}, and any ACME directory by its https:// URL.',
      hint: 'Use one of them with --authority.',
    },
    zh: {
      meaning: '未知的证书颁发机构“{name}”。',
      cause: '已知的有：{known}，以及任何 ACME 目录的 https:// URL。',
      hint: '请用 --authority 指定其中之一。',
    },
  },
  'certificates.mistyped-authority': {
    en: {
      meaning: 'Unknown authority "{name}". Did you mean {suggestion}?',
      cause: 'Known authorities are {known}, and any ACME directory by its https:// URL.',
      hint: 'Run the same command again with --authority {suggestion}',
    },
    zh: {
      meaning: '未知的证书颁发机构“{name}”。您是想用 {suggestion} 吗？',
      cause: '已知的有：{known}，以及任何 ACME 目录的 https:// URL。',
      hint: '请加上 --authority {suggestion} 重新运行同一命令',
    },
  },
  'certificates.no-account': {
    en: {
      meaning: 'There is no account at {authority}.',
      cause: 'This state folder has accounts at: {known}.',
      hint: 'Use one of these; see all: {everyhop certificates account}',
    },
    zh: {
      meaning: '在 {authority} 没有账户。',
      cause: '此状态文件夹在以下颁发机构有账户：{known}。',
      hint: '请使用其中之一；查看全部：{everyhop certificates account}',
    },
  },
  'certificates.binding-incomplete': {
    en: {
      meaning: '--eab-kid and --eab-hmac-file belong together.',
      cause: 'An authority gives its customers a key identifier and an HMAC key, and checks both.',
      hint: 'Give both: --eab-kid ID --eab-hmac-file FILE (or - for standard input)',
    },
    zh: {
      meaning: '--eab-kid 和 --eab-hmac-file 必须同时使用。',
      cause: '颁发机构给客户的是一个密钥标识符和一把 HMAC 密钥，并会同时检查。',
      hint: '请同时给出：--eab-kid ID --eab-hmac-file FILE（- 表示标准输入）',
    },
  },
  'certificates.dns-provider-unknown': {
    en: {
      meaning: 'Unknown DNS provider "{name}".',
      cause: 'This version of Everyhop has: {known}.',
      hint: 'Choose one with --dns, or with dns in everyhop.yaml, then run the same command again.',
    },
    zh: {
      meaning: '未知的 DNS 提供方“{name}”。',
      cause: '此版本的 Everyhop 提供：{known}。',
      hint: '请用 --dns 或 everyhop.yaml 中的 dns 选择其中之一，然后重新运行同一命令。',
    },
  },
  'certificates.dns-setting-missing': {
    en: {
      meaning: 'The environment variable {name} is not set.',
      cause: 'The DNS provider reads its settings from the environment, under the names that lego uses.',
      hint: 'Set it (export {name}=VALUE), then run the same command again; {provider} needs {needed}.',
    },
    zh: {
      meaning: '未设置环境变量 {name}。',
      cause: 'DNS 提供方从环境变量读取设置，名称与 lego 相同。',
      hint: '请先设置（export {name}=VALUE），然后重新运行同一命令；{provider} 需要 {needed}。',
    },
  },
  'certificates.dns-server-unreadable': {
    en: {
      meaning: '{name}: {text} is not the address of a DNS server.',
      cause: 'It must be an IP address, with a port if that is not 53.',
      hint: 'Write it like 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353.',
    },
    zh: {
      meaning: '{name}：{text} 不是 DNS 服务器的地址。',
      cause: '这里需要 IP 地址；端口不是 53 时还要写端口。',
      hint: '请写成 192.0.2.53、192.0.2.53:5353 或 [2001:db8::53]:5353 的形式。',
    },
  },
  'certificates.preflight-stops': {
    en: {
      meaning: '{authority} would refuse {names}.',
      cause: 'Everyhop checked in advance what the authority will check, so no attempt was used up.',
      hint: 'Fix the listed problems. To check again without an order: {everyhop certificates obtain} --dry-run NAME',
    },
    zh: {
      meaning: '{authority} 会拒绝 {names}。',
      cause: 'Everyhop 已预先检查颁发机构将要检查的内容，因此没有消耗尝试次数。',
      hint: '请解决列出的问题。只检查而不下单：{everyhop certificates obtain} --dry-run NAME',
    },
  },
  'certificates.not-ours': {
    en: {
      meaning: 'The certificate of {names} comes from files; Everyhop does not renew it.',
      cause: 'The configuration gives certificate files for this site, which another program maintains.',
      hint: 'Renew it with that program; Everyhop loads the new files automatically.',
    },
    zh: {
      meaning: '{names} 的证书来自文件，Everyhop 不为它续期。',
      cause: '配置为该站点指定了由其他程序维护的证书文件。',
      hint: '请用该程序续期；Everyhop 会自动加载新文件。',
    },
  },
  'certificates.held-off': {
    en: {
      meaning: 'Everyhop waits until {until} before it asks {authority} for {names} again.',
      cause: 'Attempts have failed, and the authority counts them. Failures in a row: {failures}; the last one: {last}',
      hint: 'Fix the cause. To try at once, run the same command again with --now; if Everyhop is running: {everyhop certificates renew --now}. Attempts so far: {everyhop certificates ledger}',
    },
    zh: {
      meaning: 'Everyhop 要等到 {until} 才会再次向 {authority} 申请 {names}。',
      cause: '之前的尝试失败了，而颁发机构会计算失败次数。连续失败次数：{failures}；最后一次：{last}',
      hint: '请解决失败的原因。要立即重试，请加上 --now 重新运行同一命令；如果 Everyhop 正在运行：{everyhop certificates renew --now}。查看尝试记录：{everyhop certificates ledger}',
    },
  },
  'certificates.limit-reached': {
    en: {
      meaning: '{authority} permits no attempt for {names} before {until}: {why}.',
      cause: 'This is a limit of the authority. An earlier attempt would be refused, and could prolong the wait.',
      hint: 'Fix the cause meanwhile, and check without an order: {everyhop certificates obtain --dry-run NAME}. A running Everyhop retries at that time; run any other command again then.',
    },
    zh: {
      meaning: '{authority} 在 {until} 之前不接受 {names} 的申请：{why}。',
      cause: '这是颁发机构的限制。提前尝试会被拒绝，还可能延长等待时间。',
      hint: '请在此期间解决原因；可以只检查而不下单：{everyhop certificates obtain --dry-run NAME}。运行中的 Everyhop 到时会自动重试；其他命令请届时重新运行。',
    },
  },
  'certificates.issue-failed': {
    en: {
      meaning: '{issuer} issued no certificate for {names}: {reason}',
      cause: 'The authority failed. Existing certificates stay in use, and a running Everyhop keeps retrying.',
      hint: 'Run any other command again later. Attempts so far: {everyhop certificates ledger}',
    },
    zh: {
      meaning: '{issuer} 没有为 {names} 签发证书：{reason}',
      cause: '颁发机构出错。现有证书继续使用，运行中的 Everyhop 会自动重试。',
      hint: '其他命令请稍后重新运行。查看尝试记录：{everyhop certificates ledger}',
    },
  },
  'certificates.unreadable': {
    en: {
      meaning: 'The certificate issued for {names} cannot be read.',
      cause: 'The authority did not send a chain of PEM certificates.',
      hint: 'Everyhop does not use it. Check the log of the authority, then run the same command again.',
    },
    zh: {
      meaning: '为 {names} 签发的证书无法读取。',
      cause: '颁发机构发来的内容不是 PEM 证书链。',
      hint: 'Everyhop 没有采用该证书。请查看颁发机构的日志，然后重新运行同一命令。',
    },
  },
  'certificates.key-mismatch': {
    en: {
      meaning: 'The certificate issued for {names} does not belong to its key.',
      cause: 'The authority certified another key, or the key cannot be read.',
      hint: 'Everyhop does not use it. Check the log of the authority, then run the same command again.',
    },
    zh: {
      meaning: '为 {names} 签发的证书与其私钥不匹配。',
      cause: '颁发机构认证了另一把密钥，或者私钥无法读取。',
      hint: 'Everyhop 没有采用该证书。请查看颁发机构的日志，然后重新运行同一命令。',
    },
  },
  'certificates.names-missing': {
    en: {
      meaning: 'The certificate issued for {names} lacks {missing}.',
      cause: 'The authority left names out of subjectAltName.',
      hint: 'Everyhop does not use it. Ask the authority why the name is missing, or remove the name from the site.',
    },
    zh: {
      meaning: '为 {names} 签发的证书不包含 {missing}。',
      cause: '颁发机构没有把全部名称写入 subjectAltName。',
      hint: 'Everyhop 没有采用该证书。请向颁发机构查明原因，或从站点中去掉该名称。',
    },
  },
  'certificates.dates-wrong': {
    en: {
      meaning:
        'The certificate issued for {names} is valid from {notBefore} to {notAfter}, but the time here is {now}.',
      cause: 'It has expired or is not valid yet, or the clock of this machine or of the authority is wrong.',
      hint: 'Everyhop does not use it. Check the clock: timedatectl status',
    },
    zh: {
      meaning: '为 {names} 签发的证书有效期为 {notBefore} 至 {notAfter}，而本机时间是 {now}。',
      cause: '该证书已过期或尚未生效，或者本机或颁发机构的时钟不准。',
      hint: 'Everyhop 没有采用该证书。请检查时钟：timedatectl status',
    },
  },
  'certificates.chain-broken': {
    en: {
      meaning: 'The chain issued for {names} breaks at certificate {position}.',
      cause: 'Each certificate must be signed by the next one, and all but the first must be CA certificates.',
      hint: 'Everyhop does not use it. Check the log of the authority, then run the same command again.',
    },
    zh: {
      meaning: '为 {names} 签发的证书链在第 {position} 张证书处断开。',
      cause: '每张证书都必须由后一张签发，而且除第一张外都必须是 CA 证书。',
      hint: 'Everyhop 没有采用该证书。请查看颁发机构的日志，然后重新运行同一命令。',
    },
  },
});
