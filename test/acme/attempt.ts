import type { TestContext } from 'node:test';
import { type IssuedCertificate, obtain, type ObtainRequest } from '../../src/acme/obtain.ts';
import { changed, type Lie, type LyingAuthority, type Reply, startLyingAuthority } from './lying-authority.ts';
import { accountAt, clientOf, HastyClock, RecordingSolver } from './support.ts';

/** One order at an authority that may lie. */
export interface Attempt {
  authority: LyingAuthority;
  solver: RecordingSolver;
  clock: HastyClock;
  run: (request?: Partial<ObtainRequest>) => Promise<IssuedCertificate>;
}

export async function attempt(t: TestContext, lie?: Lie): Promise<Attempt> {
  const authority = await startLyingAuthority(t, lie);
  const clock = new HastyClock();
  const client = clientOf(t, authority, { clock });
  const account = await accountAt(client);
  const solver = new RecordingSolver();
  const run = (request: Partial<ObtainRequest> = {}): Promise<IssuedCertificate> =>
    obtain(client, { account, names: ['a.test'], solvers: [solver], ...request });
  return { authority, solver, clock, run };
}

/** A reply with altered challenges. */
export function withChallenges(honest: Reply, challenges: (own: object) => unknown[]): Reply {
  const { challenges: own } = JSON.parse(honest.body) as { challenges: object[] };
  return changed(honest, { challenges: challenges(own[0]!) });
}
