import type { Target } from './target.ts';

/** Maximum number of targets of unaffected sites. */
const defaultLimit = 600;

/**
 * Limits a very large number of targets: selects all that the change affects, and a deterministic, evenly spread sample of
 * the others. Up to half of the sample is for unclaimed names, as these reveal a changed default server.
 * @param isTouched true for a target that the change affects
 * @param limit for the other targets; default 600, which takes a few seconds
 */
export function selectTargets(
  targets: readonly Target[],
  isTouched: (target: Target) => boolean,
  limit = defaultLimit,
): { chosen: Target[]; skipped: number } {
  const others = targets.filter((target) => !isTouched(target));
  if (others.length <= limit) return { chosen: [...targets], skipped: 0 };
  const unclaimed = evenly(
    others.filter(({ pattern }) => pattern === ''),
    Math.floor(limit / 2),
  );
  const named = evenly(
    others.filter(({ pattern }) => pattern !== ''),
    limit - unclaimed.length,
  );
  const sample = new Set([...unclaimed, ...named]);
  const chosen = targets.filter((target) => isTouched(target) || sample.has(target));
  return { chosen, skipped: targets.length - chosen.length };
}

function evenly(targets: readonly Target[], most: number): Target[] {
  if (targets.length <= most) return [...targets];
  return Array.from({ length: most }, (_, index) => targets[Math.floor((index * targets.length) / most)]!);
}
