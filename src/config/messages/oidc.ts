import type { ErrorTexts } from '../../base/errors.ts';

/** Log-in by an OpenID provider. */
export const oidcTexts = {
  'config.bad-issuer': {
    en: {
      meaning: '{key}: {value} is not the https URL of an OpenID provider.',
      cause: 'Everyhop logs visitors in only with a provider that it can verify, so over HTTPS.',
      hint: 'Write it as the provider calls itself, for example https://id.example.com/realms/home: without user, query or fragment.',
    },
    zh: {
      meaning: '{key}：{value} 不是 OpenID 提供方的 https 网址。',
      cause: 'Everyhop 只通过能够验证的提供方让访客登录，因此必须使用 HTTPS。',
      hint: '请填写该提供方自己公布的 issuer，例如 https://id.example.com/realms/home，不含用户名、查询和片段。',
    },
  },
  'config.bad-client-id': {
    en: {
      meaning: '{key}: {value} is not a client identifier.',
      cause: 'It consists of printable ASCII characters without spaces.',
      hint: 'Copy it from the client at the provider.',
    },
    zh: {
      meaning: '{key}：{value} 不是客户端标识符。',
      cause: '它由可打印的 ASCII 字符组成，不含空格。',
      hint: '请从提供方处的客户端设置中复制。',
    },
  },
  'config.bad-account': {
    en: {
      meaning: '{key}: {value} is not an e-mail address.',
      cause: 'It is compared with the address of the account at the provider.',
      hint: 'Write it like ann@example.com. For all addresses of a domain, use domains.',
    },
    zh: {
      meaning: '{key}：{value} 不是邮箱地址。',
      cause: '它会与提供方处账号的邮箱地址进行比较。',
      hint: '写法示例：ann@example.com。要允许某个域名下的全部地址，请使用 domains。',
    },
  },
  'config.bad-email-domain': {
    en: {
      meaning: '{key}: {value} is not a domain.',
      cause: 'It is compared with the part of an e-mail address after the @.',
      hint: 'Write it like example.com. For single addresses, use emails.',
    },
    zh: {
      meaning: '{key}：{value} 不是域名。',
      cause: '它会与邮箱地址中 @ 之后的部分进行比较。',
      hint: '写法示例：example.com。单个邮箱地址请写在 emails 中。',
    },
  },
  'config.bad-oidc-allow': {
    en: {
      meaning: '{key} does not say who may log in.',
      cause: 'An account at the provider alone does not suffice: at a public provider, anyone can create one.',
      hint: 'Give emails, domains or groups, for example allow: { domains: [example.com] } — or allow: everyone, for all accounts of a provider of your own.',
    },
    zh: {
      meaning: '{key} 没有写明谁可以登录。',
      cause: '仅凭提供方的账号不能进入：在公共提供方处，任何人都可以注册账号。',
      hint: '请给出 emails、domains 或 groups，例如 allow: { domains: [example.com] }；如果是您自己的提供方，要允许其全部账号，请写 allow: everyone。',
    },
  },
  'config.secret-empty': {
    en: {
      meaning: '{key}: {file} is empty.',
      cause: 'The file contains the secret and nothing else.',
      hint: 'Write the secret into the file: umask 077; cat > {file}',
    },
    zh: {
      meaning: '{key}：{file} 是空的。',
      cause: '该文件的内容就是密钥本身。',
      hint: '请把密钥写入该文件：umask 077; cat > {file}',
    },
  },
  'config.bad-scope': {
    en: {
      meaning: '{key}: {value} is not a scope.',
      cause: 'A scope has no spaces; several form a list.',
      hint: 'Write them like scopes: [openid, email, groups].',
    },
    zh: {
      meaning: '{key}：{value} 不是 scope。',
      cause: 'scope 不含空格；多个 scope 写成列表。',
      hint: '写法示例：scopes: [openid, email, groups]。',
    },
  },
} as const satisfies ErrorTexts;
