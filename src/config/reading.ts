import type { configError } from './messages.ts';

/** Codes of mistakes in the configuration. */
export type ProblemCode = keyof typeof configError.texts;

/** What a text of the user's comes to: a value, or what is wrong with it (parameters beside `key` and `value`). */
export type Reading<T> = { value: T } | { problem: ProblemCode; params?: Record<string, string | number> };
