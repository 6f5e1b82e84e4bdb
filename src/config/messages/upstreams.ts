import type { ErrorTexts } from '../../base/errors.ts';

/** Several instances of an app. */
export const upstreamsTexts = {
  'config.upstream-and-upstreams': {
    en: {
      meaning: '{key} and upstream exclude each other.',
      cause: 'upstream is for an app with one instance, upstreams for one with several. Together, they are ambiguous.',
      hint: 'Move the URL from upstream to the list, and remove upstream.',
    },
    zh: {
      meaning: '{key} 与 upstream 不能同时使用。',
      cause: 'upstream 用于只有一个实例的应用，upstreams 用于有多个实例的应用；两者同时出现含义不明。',
      hint: '请把 upstream 的网址移入列表，并删除 upstream。',
    },
  },
  'config.duplicate-upstream': {
    en: {
      meaning: '{key}: {value} is in the list already, at {first}.',
      cause: 'Each instance is listed once; a second entry would count its streams separately.',
      hint: 'Remove one of them, or correct its port.',
    },
    zh: {
      meaning: '{key}：列表中已有 {value}（{first}）。',
      cause: '每个实例只列一次；重复列出会分开计算它的流。',
      hint: '请删除其中一个，或改正端口。',
    },
  },
  'config.bad-health-path': {
    en: {
      meaning: '{key}: {value} is not a path.',
      cause: 'Everyhop asks each instance for this path, so it begins with one slash and has no host.',
      hint: 'Write it like /health.',
    },
    zh: {
      meaning: '{key}：{value} 不是路径。',
      cause: 'Everyhop 向每个实例请求该路径，因此它以一个斜杠开头，不含主机。',
      hint: '写法示例：/health。',
    },
  },
  'config.bad-health-status': {
    en: {
      meaning: '{key}: {value} is not an HTTP status.',
      cause: 'A status is a number from 100 to 599.',
      hint: 'Write the status with which a healthy app answers, such as 200.',
    },
    zh: {
      meaning: '{key}：{value} 不是 HTTP 状态码。',
      cause: '状态码是 100 到 599 之间的数字。',
      hint: '请填写应用健康时返回的状态码，例如 200。',
    },
  },
} satisfies ErrorTexts;
