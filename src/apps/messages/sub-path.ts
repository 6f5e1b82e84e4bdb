import type { ErrorTexts } from '../../base/errors.ts';

/** Apps under a path of a name. */
export const subPathTexts = {
  'apps.path-impossible': {
    en: {
      meaning: '{title} does not work under a path: {place}',
      cause: 'It has no setting for one: its pages load their files and its API from the root of the name.',
      hint: 'Give it a site of its own in everyhop.yaml: {lines}',
    },
    zh: {
      meaning: '{title} 无法在路径 {place} 下工作',
      cause: '它没有子路径设置，页面总是从该名称的根路径加载文件和 API。',
      hint: '请在 everyhop.yaml 中为它单独设置一个站点：{lines}',
    },
  },
  'apps.path-unknown': {
    en: {
      meaning: '{title} does not answer at {place}',
      cause: 'It answers {path}/ with {status}, and / with its page: it does not know that path.',
      hint: '{remedy}',
    },
    zh: {
      meaning: '{title} 在 {place} 处没有应答',
      cause: '它对 {path}/ 返回 {status}，对 / 才返回页面：它不知道该路径。',
      hint: '{remedy}',
    },
  },
  'apps.prefix-unknown': {
    en: {
      meaning: '{title} does not know that visitors reach it at {place}',
      cause: '{sign}',
      hint: '{remedy}',
    },
    zh: {
      meaning: '{title} 不知道访客通过 {place} 访问它',
      cause: '{sign}',
      hint: '{remedy}',
    },
  },
  'apps.path-stripped': {
    en: {
      meaning: '{title} does not get the path that it expects at {place}',
      cause: 'It expects {path} at the beginning of every request, and strip_path removes it.',
      hint: '{remedy}',
    },
    zh: {
      meaning: '{title} 在 {place} 处收不到它所需的路径',
      cause: '它要求每个请求都以 {path} 开头，而 strip_path 会去掉它。',
      hint: '{remedy}',
    },
  },
} as const satisfies ErrorTexts;

export const subPathWords = {
  'apps.some': { en: 'The app behind {upstream}', zh: '{upstream} 的应用' },
  'apps.sign.reference': {
    en: 'Its page loads {reference}, which is outside of {path}.',
    zh: '它的页面会加载 {path} 之外的 {reference}。',
  },
  'apps.sign.none': {
    en: 'Its page does not mention {path}, so it calls its API at the root of the name.',
    zh: '它的页面没有提到 {path}，因此会到该名称的根路径调用 API。',
  },
  'apps.remedy.strip': {
    en: 'Add strip_path: true to the route {path} in everyhop.yaml.',
    zh: '请在 everyhop.yaml 的路由 {path} 中加入 strip_path: true。',
  },
  'apps.remedy.unstrip': {
    en: 'Remove strip_path from the route {path} in everyhop.yaml.',
    zh: '请从 everyhop.yaml 的路由 {path} 中删除 strip_path。',
  },
  'apps.remedy.setting': { en: 'Start it with {setting}', zh: '请这样启动它：{setting}' },
  'apps.remedy.strip-and-setting': {
    en: 'Add strip_path: true to the route {path} in everyhop.yaml, and start the app with {setting}',
    zh: '请在 everyhop.yaml 的路由 {path} 中加入 strip_path: true，并这样启动应用：{setting}',
  },
  'apps.remedy.unstrip-and-setting': {
    en: 'Remove strip_path from the route {path} in everyhop.yaml, and start the app with {setting}',
    zh: '请从 everyhop.yaml 的路由 {path} 中删除 strip_path，并这样启动应用：{setting}',
  },
  'apps.remedy.own-name': {
    en: 'Start it with its setting for a sub-path (often called base_path or root_path), or give it a site of its own: {lines}',
    zh: '请使用它的子路径设置（常写作 base_path 或 root_path）启动它，或为它单独设置一个站点：{lines}',
  },
} as const;
