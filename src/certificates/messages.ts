import { defineErrors } from '../base/errors.ts';

export { preflightError, preflightWords } from './preflight/messages.ts';

export const certificatesError = defineErrors({
  'certificates.unknown-name': {
    en: {
      meaning: 'No site has the name {name}.',
      cause: 'The running program serves: {names}.',
      hint: 'Write one of these names, or none for all of them.',
    },
    zh: {
      meaning: '没有名为 {name} 的站点。',
      cause: '正在运行的程序提供：{names}。',
      hint: '请写其中一个名称；不写则为全部。',
    },
  },
  'certificates.not-stored': {
    en: {
      meaning: 'There is no certificate for {name} in {folder}.',
      cause: 'No Everyhop is running on this folder. It holds certificates for: {names}.',
      hint: "Use one of these names, or obtain a certificate: everyhop certificates obtain {name} --state '{folder}'",
    },
    zh: {
      meaning: '{folder} 中没有 {name} 的证书。',
      cause: '该文件夹上没有正在运行的 Everyhop。其中保存了以下名称的证书：{names}。',
      hint: "请使用其中一个名称，或获取证书：everyhop certificates obtain {name} --state '{folder}'",
    },
  },
  'certificates.none-stored': {
    en: {
      meaning: 'There is no certificate for {name}.',
      cause: 'No Everyhop is running on the state folder {folder}, and it holds no certificates.',
      hint: "Obtain one: everyhop certificates obtain {name} --state '{folder}' — or name another folder: --state DIR",
    },
    zh: {
      meaning: '没有 {name} 的证书。',
      cause: '状态文件夹 {folder} 上没有正在运行的 Everyhop，其中也没有证书。',
      hint: "获取证书：everyhop certificates obtain {name} --state '{folder}'；或用 --state DIR 指定其他文件夹。",
    },
  },
  'certificates.no-issuer': {
    en: {
      meaning: 'No authority may issue a certificate for {names}.',
      cause: 'None of the authorities that are set up permits all of these names in one certificate.',
      hint: 'Take the name out of the site, or let it stand in a site of its own.',
    },
    zh: {
      meaning: '没有可以为 {names} 签发证书的证书颁发机构。',
      cause: '已设置的颁发机构都不允许把这些名称放进同一张证书。',
      hint: '请从站点中去掉该名称，或者让它单独成为一个站点。',
    },
  },
  'certificates.dns-provider-unknown': {
    en: {
      meaning: 'Unknown DNS provider "{name}".',
      cause: 'The providers are: {known}. Another version of Everyhop may have had this one.',
      hint: 'Choose one of them with --dns or with dns in everyhop.yaml, then run the same command again.',
    },
    zh: {
      meaning: '未知的 DNS 提供方“{name}”。',
      cause: '可用的提供方有：{known}。它可能来自其他版本的 Everyhop。',
      hint: '请用 --dns 或 everyhop.yaml 中的 dns 选择其中之一，然后重新运行同一命令。',
    },
  },
  'certificates.dns-setting-missing': {
    en: {
      meaning: 'The environment variable {name} is not set.',
      cause: 'The DNS provider reads its settings from the environment, under the names that lego uses.',
      hint: 'Set it, then run the same command again: export {name}=VALUE; {provider} needs {needed}.',
    },
    zh: {
      meaning: '未设置环境变量 {name}。',
      cause: 'DNS 提供方从环境变量读取设置，名称与 lego 相同。',
      hint: '请先设置，然后重新运行同一命令：export {name}=VALUE；{provider} 需要 {needed}。',
    },
  },
  'certificates.dns-server-unreadable': {
    en: {
      meaning: '{name}: {text} is not the address of a DNS server.',
      cause: 'An address is needed, with a port where that is not 53.',
      hint: 'Write it like 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353.',
    },
    zh: {
      meaning: '{name}：{text} 不是 DNS 服务器的地址。',
      cause: '需要一个地址；端口不是 53 时还要写端口。',
      hint: '请写成 192.0.2.53、192.0.2.53:5353 或 [2001:db8::53]:5353 的形式。',
    },
  },
  'certificates.preflight-stops': {
    en: {
      meaning: '{authority} would refuse {names}.',
      cause: 'What it would look at was looked at first, so that no attempt is spent.',
      hint: 'To look again without asking for a certificate: everyhop certificates obtain --dry-run',
    },
    zh: {
      meaning: '{authority} 会拒绝 {names}。',
      cause: '已先行检查颁发机构将要检查的内容，以免消耗尝试次数。',
      hint: '只检查而不申请证书：everyhop certificates obtain --dry-run',
    },
  },
  'certificates.files-unreadable': {
    en: {
      meaning: '{file} holds no {what} in PEM that can be read.',
      cause: 'The file is something else, is damaged, or is protected by a passphrase.',
      hint: 'Look at its first line; it should read -----BEGIN {what}----- (or a kind of it). A passphrase is taken off with: openssl pkey -in {file} -out KEY.pem',
    },
    zh: {
      meaning: '{file} 中没有可读取的 PEM 格式 {what}。',
      cause: '该文件是其他内容、已损坏，或受口令保护。',
      hint: '请查看其第一行，应为 -----BEGIN {what}-----（或其同类）。去除口令：openssl pkey -in {file} -out KEY.pem',
    },
  },
  'certificates.not-ours': {
    en: {
      meaning: 'The certificate of {names} comes from files; it is not renewed here.',
      cause: 'The configuration names the files of a certificate from elsewhere for this site.',
      hint: 'Renew it where it comes from; the new files are taken up by themselves.',
    },
    zh: {
      meaning: '{names} 的证书来自文件，不在此处续期。',
      cause: '配置为该站点指定了来自别处的证书文件。',
      hint: '请在证书来源处续期；新文件会被自动启用。',
    },
  },
  'certificates.held-off': {
    en: {
      meaning: '{authority} is not asked for {names} before {until}.',
      cause: 'After {failures} failed attempts another one now would only spend its rate limits. The last one: {last}',
      hint: 'Mend what failed; it is tried again by itself at that time. What was tried: everyhop certificates ledger',
    },
    zh: {
      meaning: '在 {until} 之前不会再向 {authority} 申请 {names}。',
      cause: '已失败 {failures} 次，现在再试只会消耗其速率限制。最后一次：{last}',
      hint: '请解决失败的原因；到时会自动重试。查看尝试记录：everyhop certificates ledger',
    },
  },
  'certificates.issue-failed': {
    en: {
      meaning: '{issuer} issued no certificate for {names}: {reason}',
      cause: 'The authority failed. What was served before goes on being served, and it is tried again by itself.',
      hint: 'See since when it fails: everyhop status',
    },
    zh: {
      meaning: '{issuer} 没有为 {names} 签发证书：{reason}',
      cause: '颁发机构出错。之前使用的证书继续使用，并会自动重试。',
      hint: '查看从何时开始失败：everyhop status',
    },
  },
  'certificates.unreadable': {
    en: {
      meaning: 'The certificate issued for {names} cannot be read.',
      cause: 'What the authority sent is not a chain of PEM certificates.',
      hint: 'It was not used. Look at the log of the authority, then run the same command again.',
    },
    zh: {
      meaning: '为 {names} 签发的证书无法读取。',
      cause: '颁发机构发来的内容不是 PEM 证书链。',
      hint: '该证书没有被使用。请查看颁发机构的日志，然后重新运行同一命令。',
    },
  },
  'certificates.key-mismatch': {
    en: {
      meaning: 'The certificate issued for {names} does not belong to its key.',
      cause: 'The authority certified another key, or the key cannot be read.',
      hint: 'It was not used. Look at the log of the authority, then run the same command again.',
    },
    zh: {
      meaning: '为 {names} 签发的证书与其私钥不匹配。',
      cause: '颁发机构认证了另一把密钥，或者私钥无法读取。',
      hint: '该证书没有被使用。请查看颁发机构的日志，然后重新运行同一命令。',
    },
  },
  'certificates.names-missing': {
    en: {
      meaning: 'The certificate issued for {names} does not hold {missing}.',
      cause: 'The authority left names out of subjectAltName.',
      hint: 'It was not used. Ask the authority why the name is left out, or take the name out of the site.',
    },
    zh: {
      meaning: '为 {names} 签发的证书不包含 {missing}。',
      cause: '颁发机构没有把全部名称写入 subjectAltName。',
      hint: '该证书没有被使用。请向颁发机构查明原因，或从站点中去掉该名称。',
    },
  },
  'certificates.dates-wrong': {
    en: {
      meaning: 'The certificate issued for {names} is valid from {notBefore} to {notAfter}; here it is {now}.',
      cause: 'The clock of this machine or of the authority is wrong.',
      hint: 'It was not used. Check the clock: timedatectl status',
    },
    zh: {
      meaning: '为 {names} 签发的证书有效期为 {notBefore} 至 {notAfter}；本机时间是 {now}。',
      cause: '本机或颁发机构的时钟不准。',
      hint: '该证书没有被使用。请检查时钟：timedatectl status',
    },
  },
  'certificates.chain-broken': {
    en: {
      meaning: 'The chain issued for {names} is broken at certificate {position}.',
      cause: 'Each certificate must be signed by the one after it, and only the first is not an authority.',
      hint: 'It was not used. Look at the log of the authority, then run the same command again.',
    },
    zh: {
      meaning: '为 {names} 签发的证书链在第 {position} 张证书处断开。',
      cause: '每张证书都必须由后一张签发，而且只有第一张不是颁发机构证书。',
      hint: '该证书没有被使用。请查看颁发机构的日志，然后重新运行同一命令。',
    },
  },
});
