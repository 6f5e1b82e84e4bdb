import { defineErrors } from '../base/errors.ts';
import { defineWords } from '../base/language.ts';

const exposed = {
  en: 'Anyone between this program and a server can then read and change what they exchange.',
  zh: '这样，位于程序与服务器之间的任何人都能读取和篡改二者交换的内容。',
} as const;

export const checkWords = defineWords({
  'trust.hop.itself': { en: 'the command itself', zh: '命令本身' },
  'trust.hop.private': { en: 'a private hop ({url})', zh: '私有连接（{url}）' },
  'trust.hop.public': { en: 'a public hop', zh: '公共连接' },
  'trust.hop.without': { en: 'the private hop without the bundle', zh: '没有信任包时的私有连接' },
});

/** What `trust check` and the commands that hand out the bundle find. */
export const checkError = defineErrors({
  'trust.variables-ignored': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause: 'It does not use the bundle, although it is named in {variables}.',
      hint: 'Update it, or name the bundle in an option or a setting of its own: {full}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause: '尽管 {variables} 指定了信任包，它并未采用。',
      hint: '请更新它，或在其自身的选项或设置中指定信任包：{full}',
    },
  },
  'trust.hop-refused': {
    en: {
      meaning: '{consumer} does not verify {hop}.',
      cause: 'It does not use the bundle: it has its own roots, or takes them from another setting.',
      hint: 'Name the bundle in an option or a setting of its own: {full}',
    },
    zh: {
      meaning: '{consumer} 未能验证{hop}。',
      cause: '它没有使用信任包：它自带根证书，或从其他设置读取。',
      hint: '请在其自身的选项或设置中指定信任包：{full}',
    },
  },
  'trust.trial-failed': {
    en: {
      meaning: 'Trying {hop} with {consumer} failed before the certificate was verified.',
      cause: 'Its installation is broken, it took too long, or it stopped with an error of its own.',
      hint: 'Run it by hand to see its whole output, then run this check again.',
    },
    zh: {
      meaning: '用 {consumer} 检验{hop}时，在验证证书之前就失败了。',
      cause: '安装损坏、耗时过长，或因自身的错误而停止。',
      hint: '请手动运行它以查看完整输出，然后重新运行此检查。',
    },
  },
  'trust.hop-unverified': {
    en: {
      meaning: '{consumer} accepts {hop}.',
      cause: 'It does not verify certificates: nothing outside the bundle contains the root of that server.',
      hint: 'Find the option, setting or line of code that disables verification, and remove it.',
    },
    zh: {
      meaning: '{consumer} 接受了{hop}。',
      cause: '它没有验证证书：除信任包外，没有任何地方包含该服务器的根证书。',
      hint: '请找出关闭验证的选项、设置或代码行，并删除它。',
    },
  },
  'trust.verification-off': {
    en: {
      meaning: 'This line disables certificate verification.',
      cause: exposed.en,
      hint: 'Remove it. With the roots that everyhop run sets it is not needed.',
    },
    zh: {
      meaning: '这一行关闭了证书验证。',
      cause: exposed.zh,
      hint: '请删除它。有了 everyhop run 设置的根证书就不再需要它。',
    },
  },
  'trust.own-roots': {
    en: {
      meaning: 'This line chooses its own roots.',
      cause: 'They replace the bundle here, whatever variables are set.',
      hint: 'Remove it so that the variables take effect, or name the bundle in it: {full}',
    },
    zh: {
      meaning: '这一行使用自己的根证书。',
      cause: '在这里它们取代了信任包，不受环境变量影响。',
      hint: '请删除它以使环境变量生效，或在其中指定信任包：{full}',
    },
  },
  'trust.setting-dangling': {
    en: {
      meaning: '{name} names {value}, which does not exist.',
      cause: 'The file was moved or removed, or the path is mistyped. The bundle takes its place.',
      hint: 'Correct or remove the setting; to look for the file: ls -l {value}',
    },
    zh: {
      meaning: '{name} 指向的 {value} 不存在。',
      cause: '文件被移走或删除，或者路径有误。将由信任包代替。',
      hint: '请更正或删除该设置；查找该文件：ls -l {value}',
    },
  },
  'trust.setting-replaced': {
    en: {
      meaning: '{name}={value} is replaced, and its roots are not taken over.',
      cause: 'The bundle takes its place, and Everyhop cannot read this kind of trust store.',
      hint: 'If its roots are needed, export them as PEM (keytool -list -rfc -keystore {value}) and add that file with --root FILE.',
    },
    zh: {
      meaning: '{name}={value} 将被替换，其中的根证书不会沿用。',
      cause: '信任包将取代它，而 Everyhop 无法读取这种信任库。',
      hint: '如仍需要其中的根证书，请导出为 PEM（keytool -list -rfc -keystore {value}），并用 --root FILE 加入该文件。',
    },
  },
  'trust.switched-off': {
    en: {
      meaning: '{name}={value} disables certificate verification.',
      cause: exposed.en,
      hint: 'Remove this setting. With the roots that everyhop run sets it is not needed.',
    },
    zh: {
      meaning: '{name}={value} 关闭了证书验证。',
      cause: exposed.zh,
      hint: '请删除此设置。有了 everyhop run 设置的根证书就不再需要它。',
    },
  },
});
