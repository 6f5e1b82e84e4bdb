import type { configError } from './messages.ts';

export type ProblemCode = keyof typeof configError.texts;

/** The result of parsing a user's text. `params` are the problem's parameters except `key` and `value`. */
export type Reading<T> = { value: T } | { problem: ProblemCode; params?: Record<string, string | number> };
