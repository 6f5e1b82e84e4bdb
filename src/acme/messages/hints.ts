/** The hint after a failure that another attempt may get past. */
export const retryHint = {
  en: 'Existing certificates stay in use. A running Everyhop keeps retrying; run any other command again later. When the next attempt is due: {everyhop certificates ledger}',
  zh: '现有证书继续使用。运行中的 Everyhop 会自动重试；其他命令请稍后重新运行。查看下次尝试的时间：{everyhop certificates ledger}',
} as const;

/** The hint after the authority issued a faulty certificate. */
export const discardedHint = {
  en: 'Everyhop discarded it. A running Everyhop keeps retrying; run any other command again later. If it recurs, report it to the authority.',
  zh: 'Everyhop 没有采用该证书。运行中的 Everyhop 会自动重试；其他命令请稍后重新运行。如果反复出现，请向颁发机构反馈。',
} as const;
