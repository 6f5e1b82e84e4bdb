import type { Value } from './database.ts';

/**
 * What stands in the brackets of `IN (…)`, and the parameters for it. The last value is repeated up to a power of two, so
 * that lists of all lengths make few different statements, which the store prepares once each.
 * @param values at least one; some hundreds at most.
 */
export function inList(values: readonly Value[]): { list: string; params: Value[] } {
  const length = 2 ** Math.ceil(Math.log2(values.length));
  const params = Array.from({ length }, (_, index) => values[Math.min(index, values.length - 1)]!);
  return { list: params.map((_, index) => `$${index + 1}`).join(', '), params };
}
