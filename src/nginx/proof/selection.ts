import type { Target } from './target.ts';

/** So many questions about sites that were not touched are asked where there are more. */
const usualMost = 600;

/**
 * Of very many questions those that are worth their time: all that `isTouched`, and of the others a fair sample, the
 * same whenever the questions are the same. What no name claims comes first there: a default server that changed shows
 * in it.
 * @param mostOthers default 600, which take a few seconds
 */
export function selectTargets(
  targets: readonly Target[],
  isTouched: (target: Target) => boolean,
  mostOthers = usualMost,
): { chosen: Target[]; notAsked: number } {
  const others = targets.filter((target) => !isTouched(target));
  if (others.length <= mostOthers) return { chosen: [...targets], notAsked: 0 };
  const unclaimed = evenly(
    others.filter(({ pattern }) => pattern === ''),
    Math.floor(mostOthers / 2),
  );
  const named = evenly(
    others.filter(({ pattern }) => pattern !== ''),
    mostOthers - unclaimed.length,
  );
  const sample = new Set([...unclaimed, ...named]);
  const chosen = targets.filter((target) => isTouched(target) || sample.has(target));
  return { chosen, notAsked: targets.length - chosen.length };
}

function evenly(targets: readonly Target[], most: number): Target[] {
  if (targets.length <= most) return [...targets];
  return Array.from({ length: most }, (_, index) => targets[Math.floor((index * targets.length) / most)]!);
}
