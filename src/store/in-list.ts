import type { Value } from './database.ts';

/**
 * The placeholders and parameters for `IN (…)`. Repeats the last value up to a power of two, so that lists of different
 * lengths share few prepared statements.
 * @param values at least one; some hundreds at most.
 */
export function inList(values: readonly Value[]): { list: string; params: Value[] } {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  const params = Array.from({ length }, (_, index) => values[Math.min(index, values.length - 1)]!);
  return { list: params.map((_, index) => `$${index + 1}`).join(', '), params };
}
