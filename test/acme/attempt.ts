import type { TestContext } from 'node:test';
import { type Obtained, obtain, type Wish } from '../../src/acme/obtain.ts';
import { changed, type Lie, type LyingAuthority, type Reply, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver } from './support.ts';

/** One order at an authority that may lie. */
export interface Attempt {
  authority: LyingAuthority;
  solver: RecordingSolver;
  clock: HastyClock;
  run: (wish?: Partial<Wish>) => Promise<Obtained>;
}

export async function attempt(t: TestContext, lie?: Lie): Promise<Attempt> {
  const authority = await startLyingAuthority(t, lie);
  const clock = new HastyClock();
  const client = clientOf(t, authority, { clock });
  const account = await accountAt(client);
  const solver = new RecordingSolver();
  const run = (wish: Partial<Wish> = {}): Promise<Obtained> =>
    obtain(client, { account, names: ['a.test'], solvers: [solver], ...wish });
  return { authority, solver, clock, run };
}

/** A reply whose only challenge is changed. */
export function withChallenges(honest: Reply, challenges: (own: object) => unknown[]): Reply {
  const { challenges: own } = JSON.parse(honest.body) as { challenges: object[] };
  return changed(honest, { challenges: challenges(own[0]!) });
}
