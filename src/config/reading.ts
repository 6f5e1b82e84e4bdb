import type { ErrorCode } from '../base/messages/index.ts';

/** Codes of mistakes in the configuration. */
export type ProblemCode = Extract<ErrorCode, `config.${string}`>;

/** What a text of the user's comes to: a value, or what is wrong with it (parameters beside `key` and `value`). */
export type Reading<T> = { value: T } | { problem: ProblemCode; params?: Record<string, string | number> };
