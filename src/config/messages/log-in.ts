import type { ErrorTexts } from '../../base/errors.ts';

/** Texts about users with passwords and services that decide who may come in. */
export const logInTexts = {
  'config.bad-forward-auth': {
    en: {
      meaning: '{key}: {value} is not the URL of a service that admits visitors.',
      cause: 'It needs a scheme, a host, usually a port, and the path at which the service answers.',
      hint: 'Use a form such as http://127.0.0.1:4180/oauth2/auth (oauth2-proxy) or http://127.0.0.1:9091/api/authz/forward-auth (Authelia).',
    },
    zh: {
      meaning: '{key}：{value} 不是负责放行访客的服务的网址。',
      cause: '需要协议、主机（通常还有端口），以及该服务应答的路径。',
      hint: '请写成 http://127.0.0.1:4180/oauth2/auth（oauth2-proxy）或 http://127.0.0.1:9091/api/authz/forward-auth（Authelia）的形式。',
    },
  },
  'config.bad-copied-header': {
    en: {
      meaning: '{key}: the app cannot get {value} from that service.',
      cause: 'It is not the name of a header field, or it is one that Everyhop sets itself.',
      hint: 'Name fields that tell the app about the user, such as Remote-User or X-Auth-Request-Email.',
    },
    zh: {
      meaning: '{key}：应用不能从该服务得到 {value}。',
      cause: '它不是请求头字段名，或者是由 Everyhop 自己设置的字段。',
      hint: '请填写向应用说明用户身份的字段，例如 Remote-User 或 X-Auth-Request-Email。',
    },
  },
  'config.bad-sign-in': {
    en: {
      meaning: '{key}: {value} is neither a path nor an https URL.',
      cause: 'Visitors who are not logged in are redirected there.',
      hint: 'Use a path of this host, such as /oauth2/sign_in, or a URL such as https://auth.example.com/?rd=….',
    },
    zh: {
      meaning: '{key}：{value} 既不是路径，也不是 https 网址。',
      cause: '尚未登录的访客会被重定向到那里。',
      hint: '请填写本主机上的路径（例如 /oauth2/sign_in）或网址（例如 https://auth.example.com/?rd=…）。',
    },
  },
  'config.users-line': {
    en: {
      meaning: '{key}: line {line} of {file} lets no one log in: {reason}.',
      cause: 'Only that line has no effect; the other users of the file can log in.',
      hint: 'Set a password: {everyhop access add-user} {name} --file {file}',
    },
    zh: {
      meaning: '{key}：{file} 第 {line} 行不能让任何人登录：{reason}。',
      cause: '只有这一行不起作用；文件中的其他用户可以登录。',
      hint: '请设置密码：{everyhop access add-user} {name} --file {file}',
    },
  },
  'config.users-weak': {
    en: {
      meaning: '{key}: {count} password hash(es) in {file} use MD5, first in line {line}.',
      cause: 'If the file leaks, a graphics card tries millions of passwords a second against them.',
      hint: 'Set the passwords again: {everyhop access add-user} {name} --file {file}',
    },
    zh: {
      meaning: '{key}：{file} 中有 {count} 个密码哈希使用 MD5，第一个在第 {line} 行。',
      cause: '文件一旦泄露，一块显卡每秒就能对它们尝试数百万个密码。',
      hint: '请重新设置这些密码：{everyhop access add-user} {name} --file {file}',
    },
  },
  'config.users-missing': {
    en: {
      meaning: '{key}: {file} does not exist.',
      cause: 'The routes that use it are closed: no one can log in.',
      hint: 'Correct the path, or make the file with its first user: {everyhop access add-user} NAME --file {file}',
    },
    zh: {
      meaning: '{key}：{file} 不存在。',
      cause: '使用该文件的路由处于关闭状态：没有人能登录。',
      hint: '请改正路径，或创建该文件并添加第一个用户：{everyhop access add-user} NAME --file {file}',
    },
  },
  'config.users-none': {
    en: {
      meaning: '{key}: {file} contains no user.',
      cause: 'The routes that use it are closed: no one can log in.',
      hint: 'Add one: {everyhop access add-user} NAME --file {file}',
    },
    zh: {
      meaning: '{key}：{file} 中没有用户。',
      cause: '使用该文件的路由处于关闭状态：没有人能登录。',
      hint: '请添加用户：{everyhop access add-user} NAME --file {file}',
    },
  },
} as const satisfies ErrorTexts;
