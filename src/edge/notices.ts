import type { AccessKey } from '../access/records.ts';
import { type ChallengeAnswers, noAnswers } from './challenge-answers.ts';

/** A key as workers know it. */
export type EdgeKey = Pick<AccessKey, 'name' | 'digest' | 'sites' | 'expiresMs' | 'rate'>;

/**
 * Facts for workers besides the snapshot. They take effect at once, need no reload, and no failed change rolls them back: a revoked key
 * stays revoked.
 */
export interface Notices {
  challenges: ChallengeAnswers;
  keys: readonly EdgeKey[];
  /** Digests of revoked keys. A worker ends the streams that they admitted. */
  endedKeys: readonly string[];
}

export const noNotices: Notices = { challenges: noAnswers, keys: [], endedKeys: [] };
