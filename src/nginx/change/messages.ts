import { defineErrors } from '../../base/errors.ts';
import { planTexts } from './plan-messages.ts';

export const changeError = defineErrors({
  ...planTexts,
  'nginx.read-differently': {
    en: {
      meaning: 'From {file}:{line} on, nginx and Everyhop read the configuration differently.',
      cause:
        'nginx reads “{theirs}”, Everyhop reads “{ours}”. Everyhop does not edit a configuration that it reads differently.',
      hint: 'Check that line. If the file was changed a moment ago, run the command again.',
    },
    zh: {
      meaning: '从 {file}:{line} 起，nginx 与 Everyhop 读到的配置不同。',
      cause: 'nginx 读到“{theirs}”，Everyhop 读到“{ours}”。Everyhop 不会修改读取结果不一致的配置。',
      hint: '请检查该行；如果文件刚刚被修改过，请重新运行该命令。',
    },
  },
  'nginx.edit-refused': {
    en: {
      meaning: 'nginx would reject the configuration with this change: {message}',
      cause: 'Everyhop tested the change on a copy first, so nothing has changed.',
      hint: 'Preview the change with --dry-run, correct the conflicting lines, then run the command again.',
    },
    zh: {
      meaning: '加上此修改后，nginx 会拒绝该配置：{message}',
      cause: 'Everyhop 先在副本上做了测试，因此什么都没有改变。',
      hint: '请用 --dry-run 预览修改内容，改正冲突的行，然后重新运行该命令。',
    },
  },
  'nginx.names-left': {
    en: {
      meaning: 'This server block also answers for {names}, which stay unchanged.',
      cause: 'The command does not list these names.',
      hint: 'To secure them too, list all names in one command: {everyhop nginx secure} {all}',
    },
    zh: {
      meaning: '这个 server 块还应答 {names}，它们保持不变。',
      cause: '命令中没有列出这些名称。',
      hint: '如需一并启用 HTTPS，请在同一命令中列出所有名称：{everyhop nginx secure} {all}',
    },
  },
  'nginx.port-left': {
    en: {
      meaning: 'Port {ports} of {name} stays on plain HTTP: HTTPS serves the content of another server block.',
      cause:
        'Several server blocks have this name, on different ports and with different content. A redirect would make the content of this one unreachable.',
      hint: 'To give it HTTPS too, give the block a name of its own (server_name NAME;), then run: {everyhop nginx secure} NAME',
    },
    zh: {
      meaning: '{name} 的端口 {ports} 仍使用明文 HTTP：HTTPS 提供的是另一个 server 块的内容。',
      cause: '有几个 server 块声明了这个名称，端口和内容各不相同。如果跳转，这个块的内容就无法访问了。',
      hint: '如需为它也启用 HTTPS，请给该块单独的名称（server_name NAME;），然后运行：{everyhop nginx secure} NAME',
    },
  },
  'nginx.name-uncovered': {
    en: {
      meaning: 'No TLS listener would answer for {name}, so HTTPS cannot be proven for it.',
      cause:
        'Its server block ({place}) leads to one with TLS ({other}), which does not have this name; or no client on this machine can reach its TLS listener.',
      hint: 'Add {name} to the server_name of the block with TLS, then run the command again. To see all blocks: {everyhop nginx show}',
    },
    zh: {
      meaning: '没有 TLS 监听会应答 {name}，因此无法验证它的 HTTPS。',
      cause:
        '它的 server 块（{place}）指向另一个有 TLS 的块（{other}），而后者没有声明这个名称；或者本机客户端无法连接它的 TLS 监听。',
      hint: '请在有 TLS 的块的 server_name 中加入 {name}，然后重新运行该命令。查看所有块：{everyhop nginx show}',
    },
  },
  'nginx.holds-back': {
    en: {
      meaning: '{directive} delays streaming.',
      cause:
        'With this setting, nginx buffers answers before it forwards them. Everyhop keeps the setting because it is yours.',
      hint: 'If answers arrive in bursts, remove this line, then run the command again.',
    },
    zh: {
      meaning: '{directive} 会延迟流式输出。',
      cause: '这一设置使 nginx 先缓冲回答再转发。它是您的设置，因此 Everyhop 予以保留。',
      hint: '如果回答成批出现，请删除这一行，然后重新运行该命令。',
    },
  },
  'nginx.shared-file': {
    en: {
      meaning: '{directive} stays unchanged, although HTTPS may need another value.',
      cause: 'Other sites include this file too, so a change would affect them.',
      hint: 'If this site needs another value, create a separate copy of the file for it, then run the command again.',
    },
    zh: {
      meaning: '{directive} 保持不变，尽管 HTTPS 可能需要别的值。',
      cause: '其他站点也包含这个文件，修改会影响它们。',
      hint: '如果此站点需要别的值，请为它单独创建该文件的副本，然后重新运行该命令。',
    },
  },
  'nginx.copied-include': {
    en: {
      meaning: '{directive} sets another certificate. This site now uses a copy of the file without it.',
      cause: 'Everyhop copies the other settings of that file to a managed file.',
      hint: 'After editing the original, run the command again to update the copy.',
    },
    zh: {
      meaning: '{directive} 指定了另一个证书。此站点改用该文件不含证书的副本。',
      cause: 'Everyhop 把该文件中的其余设置复制到了由它管理的文件中。',
      hint: '修改原文件之后，请重新运行该命令以更新副本。',
    },
  },
  'nginx.other-editor': {
    en: {
      meaning: '{program} (process {pid}) is editing the configuration of this nginx right now.',
      cause: 'Its lock or swap file is {file}. Two programs editing at once would overwrite each other’s changes.',
      hint: 'Wait until it finishes, then run the command again.',
    },
    zh: {
      meaning: '{program}（进程 {pid}）正在修改这个 nginx 的配置。',
      cause: '它的锁文件或交换文件是 {file}。两个程序同时修改会互相覆盖。',
      hint: '请等它结束后重新运行该命令。',
    },
  },
  'nginx.challenge-unanswered': {
    en: {
      meaning: 'nginx does not answer challenges at {url} ({address}): {seen}.',
      cause:
        'Everyhop put a test file into {folder}, but nginx did not return it. No order was placed, so no attempt at the authority is used up.',
      hint: 'Check that nginx’s worker user may read the folder: namei -l {folder} — and whether other directives of the site handle this path.',
    },
    zh: {
      meaning: 'nginx 没有在 {url}（{address}）应答质询：{seen}。',
      cause: 'Everyhop 在 {folder} 中放入了测试文件，但 nginx 没有返回它。尚未向颁发机构下单，没有消耗尝试次数。',
      hint: '请检查 nginx 工作进程的用户能否读取该文件夹：namei -l {folder}；以及站点中是否有其他指令处理该路径。',
    },
  },
  'nginx.undo-conflict': {
    en: {
      meaning: '{file} was edited after Everyhop wrote it.',
      cause: 'Undoing the site would delete that edit. Nothing has been undone.',
      hint: 'Move the lines that you need to your own files, then run: {everyhop nginx undo} {site} --discard',
    },
    zh: {
      meaning: '{file} 在 Everyhop 写入之后被修改过。',
      cause: '撤销会丢失这些修改。未撤销任何内容。',
      hint: '请把需要的内容移到自己的文件中，然后运行：{everyhop nginx undo} {site} --discard',
    },
  },
  'nginx.undo-not-proven': {
    en: {
      meaning: 'Without the changes for {site}, {url} would not answer as before: got {seen}, expected {meant}.',
      cause: 'The server block at {block} answered. Everyhop restored the configuration with HTTPS.',
      hint: 'If that answer is right, undo the site without this check: {everyhop nginx undo} {site} --force',
    },
    zh: {
      meaning: '撤销 {site} 的修改后，{url} 的响应与之前不同。实际：{seen}；预期：{meant}。',
      cause: '应答的是 {block} 处的 server 块。Everyhop 已恢复使用 HTTPS 的配置。',
      hint: '如果这个响应是正确的，请跳过此检查来撤销：{everyhop nginx undo} {site} --force',
    },
  },
  'nginx.undo-lost': {
    en: {
      meaning: '{file} is missing. It contained the original lines of {place}.',
      cause: 'The file was deleted, so Everyhop cannot restore those lines. Nothing has been undone.',
      hint: 'Replace the include at {place} with the original lines, then run: {everyhop nginx undo} {site}',
    },
    zh: {
      meaning: '{file} 缺失，其中保存着 {place} 处原来的内容。',
      cause: '该文件已被删除，Everyhop 无法还原这些内容。未撤销任何内容。',
      hint: '请把 {place} 处的 include 改回原来的内容，然后运行：{everyhop nginx undo} {site}',
    },
  },
  'nginx.unconfirmed': {
    en: {
      meaning: 'Nothing was changed: the change was not confirmed.',
      cause: 'The answer was no, or there is no terminal for the question.',
      hint: 'Preview the change with --dry-run; confirm it in advance with --yes.',
    },
    zh: {
      meaning: '未做任何修改：没有得到确认。',
      cause: '回答为否，或者没有可供询问的终端。',
      hint: '用 --dry-run 预览修改内容；用 --yes 预先确认。',
    },
  },
});
