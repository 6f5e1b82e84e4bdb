import type { BundleVariable } from './bundle/variable.ts';
import type { Consumer } from './consumer.ts';
import { entries } from './consumers/index.ts';

/** The known programs and libraries that verify certificates, in alphabetical order. */
export const consumers: readonly Consumer[] = entries;

/** A language runtime, or a standalone program. */
export type Runtime = NonNullable<(typeof entries)[number]['runtime']>;

/** The consumers that programs of a runtime may use. */
export function consumersOf(runtime: Runtime): Consumer[] {
  return consumers.filter((consumer) => consumer.runtime === runtime);
}

/**
 * The variables of these consumers without duplicates, the most common first. A variable that replaces the roots of any consumer
 * gets the full bundle.
 */
export function variablesOf(of: readonly Consumer[]): BundleVariable[] {
  const uses = Map.groupBy(
    of.flatMap(({ variables }) => variables),
    ({ name }) => name,
  );
  const common = [...uses].toSorted(([, one], [, other]) => other.length - one.length);
  return common.map(([name, same]) => {
    const effect = same.some((use) => use.effect === 'replace') ? 'replace' : 'add';
    const {
      value = effect === 'replace' ? '{full}' : '{private}',
      isQuoted,
      isList,
    } = same.find((use) => use.value) ?? {};
    return { name, effect, value, ...(isQuoted ? { isQuoted } : {}), ...(isList ? { isList } : {}) };
  });
}
