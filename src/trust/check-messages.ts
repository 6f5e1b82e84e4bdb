import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

const exposed = {
  en: 'Anyone on the network path can then read and change the traffic.',
  zh: '这样，网络路径上的任何人都能读取和篡改通信内容。',
} as const;

export const checkWords = defineWords({
  'trust.hop.itself': { en: 'the command itself', zh: '命令本身' },
  'trust.hop.private': { en: 'a private hop ({url})', zh: '私有连接（{url}）' },
  'trust.hop.public': { en: 'a public hop', zh: '公共连接' },
  'trust.hop.without': { en: 'the private hop without the bundle', zh: '未使用信任包的私有连接' },
  'trust.constraint.by-name': {
    en: 'Give that server a certificate without addresses: {everyhop certificates obtain} {host}',
    zh: '请让该服务器使用不含 IP 地址的证书：{everyhop certificates obtain} {host}',
  },
  'trust.constraint.by-address': {
    en: 'Connect by a DNS name, such as localhost: Everyhop serves names with a certificate without addresses. With gRPC, the option grpc.ssl_target_name_override=localhost keeps the address in the URL. Or remove the limit on addresses, which gives clients a new root that could vouch for any address: {everyhop authority widen} 0.0.0.0/0 ::/0',
    zh: '请改用域名连接，例如 localhost：Everyhop 对域名使用不含 IP 地址的证书。使用 gRPC 时，选项 grpc.ssl_target_name_override=localhost 可在网址中保留 IP 地址。或取消对 IP 地址的限制（客户端需要新的根证书，它可为任何 IP 地址作保）：{everyhop authority widen} 0.0.0.0/0 ::/0',
  },
});

/** Findings of `trust check` and of the commands that set up the bundle. */
export const checkError = defineErrors({
  'trust.variables-ignored': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause: 'It ignores the bundle named in {variables}.',
      hint: 'Update it, or point its own option or setting to the bundle: {full}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause: '它忽略了 {variables} 指定的信任包。',
      hint: '请更新它，或在其自身的选项或设置中指定信任包：{full}',
    },
  },
  'trust.hop-refused': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause: 'It does not use the bundle: it has built-in roots, or reads them from another setting.',
      hint: 'Point its own option or setting to the bundle: {full}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause: '它没有使用信任包：它自带根证书，或从其他设置读取。',
      hint: '请在其自身的选项或设置中指定信任包：{full}',
    },
  },
  'trust.address-constraint': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause:
        'It is built on BoringSSL, which does not support name constraints on IP addresses. The private root has such constraints (nameConstraints, iPAddress), and this certificate contains an address.',
      hint: '{mend}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause:
        '它基于 BoringSSL，而 BoringSSL 不支持对 IP 地址的名称约束。私有根证书带有这种约束（nameConstraints、iPAddress），该证书又包含 IP 地址。',
      hint: '{mend}',
    },
  },
  'trust.option-needed': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause: 'No environment variable that Everyhop sets reaches it.',
      hint: 'Set its option {option} to the bundle: {full}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause: 'Everyhop 设置的环境变量都不能影响它。',
      hint: '请把其选项 {option} 设为信任包：{full}',
    },
  },
  'trust.mount-needed': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause: 'It reads the system’s file of roots and ignores the environment.',
      hint: 'Start it with {everyhop run} --mount -- COMMAND, or set its option {option} to the bundle: {full}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause: '无论环境变量如何设置，它都读取系统的根证书文件。',
      hint: '请这样启动它：{everyhop run} --mount -- COMMAND；或把其选项 {option} 设为信任包：{full}',
    },
  },
  'trust.trial-failed': {
    en: {
      meaning: '{consumer} failed on {hop} before it verified a certificate.',
      cause: 'Its installation is broken, it took too long, or it stopped with an unrelated error.',
      hint: 'Run it by hand to see its full output, then run this check again.',
    },
    zh: {
      meaning: '{consumer} 在验证{hop}的证书之前就失败了。',
      cause: '安装损坏、耗时过长，或因无关的错误而停止。',
      hint: '请手动运行它以查看完整输出，然后重新运行此检查。',
    },
  },
  'trust.hop-unverified': {
    en: {
      meaning: '{consumer} accepts {hop}.',
      cause: 'It does not verify certificates: only the bundle contains the root of that server.',
      hint: 'Find the option, setting or line of code that disables verification, and remove it.',
    },
    zh: {
      meaning: '{consumer} 接受了{hop}。',
      cause: '它没有验证证书：只有信任包包含该服务器的根证书。',
      hint: '请找出关闭验证的选项、设置或代码行，并删除它。',
    },
  },
  'trust.verification-off': {
    en: {
      meaning: 'This line disables certificate verification.',
      cause: exposed.en,
      hint: 'Remove it. Everyhop’s run command supplies the roots that verification needs.',
    },
    zh: {
      meaning: '这一行关闭了证书验证。',
      cause: exposed.zh,
      hint: '请删除它。Everyhop 的 run 命令会提供验证所需的根证书。',
    },
  },
  'trust.own-roots': {
    en: {
      meaning: 'This line chooses its own roots.',
      cause: 'They replace the bundle here and override every environment variable.',
      hint: 'Remove it so that the variables take effect, or point it to the bundle: {full}',
    },
    zh: {
      meaning: '这一行指定了自己的根证书。',
      cause: '它们在此处取代信任包，并且优先于所有环境变量。',
      hint: '请删除它，使环境变量生效，或让它指向信任包：{full}',
    },
  },
  'trust.roots-folder': {
    en: {
      meaning: 'This line chooses its own roots.',
      cause: 'h2oGPT builds its own file from certifi’s roots and the files in {folder}.',
      hint: 'Put the private roots into that folder: sudo install -D -m 644 {root} {folder}/everyhop.pem',
    },
    zh: {
      meaning: '这一行指定了自己的根证书。',
      cause: 'h2oGPT 用 certifi 的根证书和 {folder} 中的文件生成自己的文件。',
      hint: '请把私有根证书放入该文件夹：sudo install -D -m 644 {root} {folder}/everyhop.pem',
    },
  },
  'trust.setting-dangling': {
    en: {
      meaning: '{name} names {value}, which does not exist.',
      cause: 'The file was moved or removed, or the path is mistyped. The bundle is used instead.',
      hint: 'Correct or remove the setting. To look for the file: ls -l {value}',
    },
    zh: {
      meaning: '{name} 指向的 {value} 不存在。',
      cause: '文件已移走或删除，或者路径有误。将改用信任包。',
      hint: '请更正或删除该设置。查找该文件：ls -l {value}',
    },
  },
  'trust.setting-replaced': {
    en: {
      meaning: 'The bundle replaces {name}={value}, whose roots it does not include.',
      cause: 'Everyhop cannot read this kind of trust store.',
      hint: 'If you need its roots, export them as PEM (keytool -list -rfc -keystore {value}) and add that file with --root FILE.',
    },
    zh: {
      meaning: '信任包将取代 {name}={value}，但不包含其中的根证书。',
      cause: 'Everyhop 无法读取这种信任库。',
      hint: '如需其中的根证书，请导出为 PEM（keytool -list -rfc -keystore {value}），并用 --root FILE 加入该文件。',
    },
  },
  'trust.switched-off': {
    en: {
      meaning: '{name}={value} disables certificate verification.',
      cause: exposed.en,
      hint: 'Remove this setting. Everyhop’s run command supplies the roots that verification needs.',
    },
    zh: {
      meaning: '{name}={value} 关闭了证书验证。',
      cause: exposed.zh,
      hint: '请删除此设置。Everyhop 的 run 命令会提供验证所需的根证书。',
    },
  },
});
