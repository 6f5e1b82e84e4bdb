import type { ErrorTexts } from '../../base/errors.ts';

/** Durations, sizes and rates, wherever they occur. */
export const quantityTexts = {
  'config.bad-duration': {
    en: {
      meaning: '{key}: {value} is not a duration.',
      cause: 'A duration is a whole number with a unit: ms, s, m (minutes), h or d.',
      hint: 'Write it like 60s, 10m, 12h or 90d.',
    },
    zh: {
      meaning: '{key}：{value} 不是时长。',
      cause: '时长由整数和单位组成，单位为 ms（毫秒）、s（秒）、m（分钟）、h（小时）或 d（天）。',
      hint: '写法示例：60s、10m、12h、90d。',
    },
  },
  'config.duration-range': {
    en: {
      meaning: '{key}: {value} is out of range.',
      cause: 'The duration must be from {min} to {max}.',
      hint: 'Use a duration in this range, or remove {key}.',
    },
    zh: {
      meaning: '{key}：{value} 超出范围。',
      cause: '时长必须在 {min} 到 {max} 之间。',
      hint: '请使用该范围内的时长，或者删除 {key}。',
    },
  },
  'config.bad-size': {
    en: {
      meaning: '{key}: {value} is not a size.',
      cause: 'A size is a whole number with a unit: B, KB, MB, GB (powers of 1000), KiB, MiB or GiB (powers of 1024).',
      hint: 'Write it like 512KB, 25MB or 1GB.',
    },
    zh: {
      meaning: '{key}：{value} 不是大小。',
      cause: '大小由整数和单位组成：B、KB、MB、GB 按 1000 进位，KiB、MiB、GiB 按 1024 进位。',
      hint: '写法示例：512KB、25MB、1GB。',
    },
  },
  'config.bad-rate': {
    en: {
      meaning: '{key}: {value} is not a rate.',
      cause: 'A rate is a number of requests from 1 to 9999999, a slash and a period: s, min, h or d.',
      hint: 'Write it like 10/s, 60/min or 1000/h.',
    },
    zh: {
      meaning: '{key}：{value} 不是速率。',
      cause: '速率的格式为：请求数（1 到 9999999）、斜杠、时间单位（s、min、h 或 d）。',
      hint: '写法示例：10/s、60/min、1000/h。',
    },
  },
  'config.bad-streams': {
    en: {
      meaning: '{key}: {value} is not a valid number of streams.',
      cause: 'It must be an integer from 1 to 1000000.',
      hint: 'Use such a number, or remove {key} for no limit.',
    },
    zh: {
      meaning: '{key}：{value} 不是有效的流数量。',
      cause: '必须是 1 到 1000000 的整数。',
      hint: '请使用这样的数字，或者删除 {key} 以取消限制。',
    },
  },
} satisfies ErrorTexts;
