import type { StoredAdvice } from './advice.ts';
import type { Generation } from './generation.ts';

/** The names of one certificate, and its state. */
export interface NameSet {
  key: string;
  names: string[];
  /** Newest first, as in the store. */
  generations: Generation[];
  failures: number;
  /** On the monotonic clock. */
  heldOffUntilMs: number;
  /** Served, and no longer renewed. */
  isResting: boolean;
  running: Promise<void> | undefined;
  /** The authority's last renewal advice, for one generation. */
  advice: StoredAdvice | undefined;
}

export function nameSetOf(key: string): NameSet {
  return {
    key,
    names: key.split(' '),
    generations: [],
    failures: 0,
    heldOffUntilMs: 0,
    isResting: false,
    running: undefined,
    advice: undefined,
  };
}
