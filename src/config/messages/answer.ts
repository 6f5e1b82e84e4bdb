import type { ErrorTexts } from '../../base/errors.ts';

/** Redirects and fixed answers. */
export const answerTexts = {
  'config.bad-redirect': {
    en: {
      meaning: '{key}: {value} is neither a URL nor a path.',
      cause:
        'A redirect leads to an http:// or https:// URL without a password, or to a path that begins with one slash.',
      hint: 'Write it like https://example.com or /new.',
    },
    zh: {
      meaning: '{key}：{value} 既不是网址，也不是路径。',
      cause: '重定向的目标是不含密码的 http:// 或 https:// 网址，或以单个斜杠开头的路径。',
      hint: '写法示例：https://example.com 或 /new。',
    },
  },
  'config.redirect-suffix': {
    en: {
      meaning: '{key}: nothing can follow the query or the fragment of {value}.',
      cause: 'A redirect keeps the rest of the path and the query of the request, unless keep_path is false.',
      hint: 'Remove the query, or write redirect: { to: URL, keep_path: false }',
    },
    zh: {
      meaning: '{key}：{value} 的查询或片段之后无法再追加内容。',
      cause: '除非 keep_path 为 false，否则重定向会保留请求路径的其余部分和查询。',
      hint: '请去掉查询部分，或写成 redirect: { to: URL, keep_path: false }',
    },
  },
  'config.bad-redirect-status': {
    en: {
      meaning: '{key}: {value} is not the status of a redirect.',
      cause: 'Redirects have 301, 302, 303, 307 or 308.',
      hint: 'Use 308 for a permanent redirect, 307 for a temporary one.',
    },
    zh: {
      meaning: '{key}：{value} 不是重定向的状态码。',
      cause: '重定向的状态码为 301、302、303、307 或 308。',
      hint: '永久重定向请用 308，临时重定向请用 307。',
    },
  },
  'config.redirect-loop': {
    en: {
      meaning: '{key} leads back to itself.',
      cause: 'A request for {to} gets this redirect again, so browsers give up after some rounds.',
      hint: 'Name another address, or add a route or a site for {to}.',
    },
    zh: {
      meaning: '{key} 又指回了自己。',
      cause: '对 {to} 的请求会再次得到这个重定向，浏览器几次之后就会放弃。',
      hint: '请填写其他地址，或为 {to} 添加路由或站点。',
    },
  },
  'config.bad-answer-status': {
    en: {
      meaning: '{key}: {value} is not a status to answer with.',
      cause: 'Allowed are 200 to 299 and 400 to 599, except 205. Redirects have their own key.',
      hint: 'Write for example respond: 404; for a redirect, redirect: URL.',
    },
    zh: {
      meaning: '{key}：不能用 {value} 作为应答的状态码。',
      cause: '允许 200 到 299 以及 400 到 599（205 除外）。重定向有专门的键。',
      hint: '写法示例：respond: 404；重定向请写 redirect: 网址。',
    },
  },
  'config.answer-without-body': {
    en: {
      meaning: '{key}: an answer with status 204 has no body.',
      cause: '204 means that there is no content.',
      hint: 'Use status 200, or remove body.',
    },
    zh: {
      meaning: '{key}：状态码为 204 的应答没有正文。',
      cause: '204 表示没有内容。',
      hint: '请使用状态码 200，或删除 body。',
    },
  },
  'config.bad-content-type': {
    en: {
      meaning: '{key}: {value} is not a media type.',
      cause: 'A media type has the form type/subtype.',
      hint: 'Write for example text/html or application/json.',
    },
    zh: {
      meaning: '{key}：{value} 不是媒体类型。',
      cause: '媒体类型的形式为 类型/子类型。',
      hint: '写法示例：text/html 或 application/json。',
    },
  },
  'config.two-destinations': {
    en: {
      meaning: '{key} and {other} exclude each other.',
      cause: 'Requests go to an app, or get a redirect or a fixed answer: one of the three.',
      hint: 'Keep one of them. To answer other paths differently, add a route for them.',
    },
    zh: {
      meaning: '{key} 与 {other} 不能同时使用。',
      cause: '请求要么转给应用，要么得到重定向或固定应答，三者只能选其一。',
      hint: '请只保留其中一个。如果其他路径需要不同处理，请为它们添加路由。',
    },
  },
} satisfies ErrorTexts;
