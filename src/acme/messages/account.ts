import type { ErrorTexts } from '../../base/errors.ts';

export const accountTexts = {
  'acme.account-missing': {
    en: {
      meaning: '{authority} does not know the account.',
      cause:
        'The authority deleted the account, or the key belongs to another authority (staging and production have separate accounts).',
      hint: 'The next order registers a new account. Orders so far: {everyhop certificates ledger}',
    },
    zh: {
      meaning: '{authority} 不认识该账户。',
      cause: '颁发机构已删除该账户，或者密钥属于另一个颁发机构（测试环境与正式环境的账户互相独立）。',
      hint: '下次下单时会注册新账户。查看已有的尝试：{everyhop certificates ledger}',
    },
  },
  'acme.account-ended': {
    en: {
      meaning: '{authority} has ended the account of this state folder: {detail}',
      cause: 'It was deactivated or revoked, here or elsewhere. An account that has ended stays so.',
      hint: 'The next order registers a new account with a new key: run the same command again.',
    },
    zh: {
      meaning: '{authority} 已终止此状态文件夹的账户：{detail}',
      cause: '该账户已在本机或其他地方停用，或被吊销。终止的账户不能恢复。',
      hint: '下次下单时会用新密钥注册新账户：请重新运行同一命令。',
    },
  },
  'acme.account-refused': {
    en: {
      meaning: '{authority} does not accept the account: {detail}',
      cause: 'The account was deactivated or revoked, or lacks permission.',
      hint: 'Ask the authority why, or use another one (--authority, or certificate in everyhop.yaml). Attempts so far: {everyhop certificates ledger}',
    },
    zh: {
      meaning: '{authority} 不接受该账户：{detail}',
      cause: '账户已停用或被吊销，或者没有权限。',
      hint: '请向颁发机构查明原因，或改用其他颁发机构（--authority，或 everyhop.yaml 中的 certificate）。查看尝试记录：{everyhop certificates ledger}',
    },
  },
  'acme.binding-required': {
    en: {
      meaning: '{authority} opens accounts only for its customers (external account binding).',
      cause: 'Neither the command nor the configuration has a key identifier and an HMAC key for it.',
      hint: 'Get both from your page at the authority, then run the same command again with --eab-kid ID --eab-hmac-file FILE (in everyhop.yaml: key_id and mac_key_file).',
    },
    zh: {
      meaning: '{authority} 只为其客户开设账户（外部账户绑定）。',
      cause: '命令和配置中都没有它的密钥标识符和 HMAC 密钥。',
      hint: '请从颁发机构的网页取得两者，然后加上 --eab-kid ID --eab-hmac-file FILE 重新运行同一命令（everyhop.yaml 中为 key_id 和 mac_key_file）。',
    },
  },
  'acme.binding-refused': {
    en: {
      meaning: '{authority} refuses the external account binding: {detail}',
      cause:
        'The key identifier or the HMAC key is mistyped or already used: many authorities accept each pair only once.',
      hint: 'Get a new pair from the authority, then run the same command again with it: --eab-kid ID --eab-hmac-file FILE (in everyhop.yaml: key_id and mac_key_file).',
    },
    zh: {
      meaning: '{authority} 拒绝外部账户绑定：{detail}',
      cause: '密钥标识符或 HMAC 密钥输入有误，或者已经用过：许多颁发机构只接受一次。',
      hint: '请向颁发机构索取新的一对，然后用它重新运行同一命令：--eab-kid ID --eab-hmac-file FILE（everyhop.yaml 中为 key_id 和 mac_key_file）。',
    },
  },
  'acme.binding-unreadable': {
    en: {
      meaning: 'The HMAC key of the external account binding is not base64url.',
      cause: 'It was copied incompletely, or it is a different value.',
      hint: 'Copy it again from your page at the authority into the file given with --eab-hmac-file (in everyhop.yaml: mac_key_file), then run the same command again.',
    },
    zh: {
      meaning: '外部账户绑定的 HMAC 密钥不是 base64url 格式。',
      cause: '复制不完整，或者误用了其他值。',
      hint: '请从颁发机构的网页重新复制到 --eab-hmac-file 所指的文件（everyhop.yaml 中为 mac_key_file），然后重新运行同一命令。',
    },
  },
  'acme.terms-required': {
    en: {
      meaning: '{authority} requires agreement to its terms of service: {page}',
      cause: 'You have not agreed yet, or the terms have changed.',
      hint: 'Read them, then run the same command again with --agree-tos. A running Everyhop keeps retrying: if the page asks for agreement, agree there.',
    },
    zh: {
      meaning: '{authority} 要求同意其服务条款：{page}',
      cause: '尚未同意，或者条款已更新。',
      hint: '请阅读条款，然后加上 --agree-tos 再次运行同一命令。运行中的 Everyhop 会自动重试：如果该页面要求同意，请在页面上同意。',
    },
  },
  'acme.contact-refused': {
    en: {
      meaning: '{authority} refuses the contact address: {detail}',
      cause: 'The address is mistyped, or its domain does not accept mail.',
      hint: 'Correct the address or leave it out: --email, or email in everyhop.yaml.',
    },
    zh: {
      meaning: '{authority} 拒绝联系地址：{detail}',
      cause: '地址输入有误，或者其域名不接收邮件。',
      hint: '请改正或去掉该地址：--email，或 everyhop.yaml 中的 email。',
    },
  },
  'acme.key-change-unsupported': {
    en: {
      meaning: '{authority} does not support changing the key of an account.',
      cause: 'Its directory has no keyChange.',
      hint: 'Deactivate the account and register a new one.',
    },
    zh: {
      meaning: '{authority} 不支持更换账户密钥。',
      cause: '其目录没有列出 keyChange。',
      hint: '请停用该账户并注册新账户。',
    },
  },
} as const satisfies ErrorTexts;
