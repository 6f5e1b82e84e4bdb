import type { Wording } from '../../base/language.ts';
import { readDetail } from '../../certificates/attempt-detail.ts';
import { limitsOf } from '../../certificates/issuers.ts';
import { type Attempt, readAttempts } from '../../certificates/ledger.ts';
import { standing, type Standing } from '../../certificates/standing.ts';
import { readState } from '../../store/state.ts';
import { clock } from '../system.ts';

export interface LedgerReport {
  attempts: (Omit<Attempt, 'detail'> & { detail: Wording | undefined })[];
  standings: ({ names: string; authority: string } & Standing)[];
}

/** The attempts, newest first, and the standing of each set of names at each authority. */
export async function readLedger(folder: string): Promise<LedgerReport> {
  const attempts = (await readState(folder, readAttempts)) ?? [];
  const pairs = new Map(attempts.map(({ authority, names }) => [`${authority} ${names}`, { authority, names }]));
  const standings = [...pairs.values()].map(({ authority, names }) => {
    const there = attempts.filter((attempt) => attempt.authority === authority);
    return { names, authority, ...standing(there, names.split(' '), limitsOf(authority), clock.now()) };
  });
  return {
    attempts: attempts.map((attempt) => ({
      ...attempt,
      detail: attempt.detail === undefined ? undefined : readDetail(attempt.detail),
    })),
    standings,
  };
}
