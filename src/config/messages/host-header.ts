import type { ErrorTexts } from '../../base/errors.ts';

/** The Host for the app. */
export const hostHeaderTexts = {
  'config.bad-host-header': {
    en: {
      meaning: '{key}: {value} is not a host name or address with an optional port.',
      cause: 'The app gets this text as its Host.',
      hint: 'Write it as the app expects it, for example localhost:11434.',
    },
    zh: {
      meaning: '{key}：{value} 不是主机名或地址（可带端口）。',
      cause: '应用收到的 Host 就是这段文字。',
      hint: '请按应用要求的写法填写，例如 localhost:11434。',
    },
  },
} as const satisfies ErrorTexts;
