import type { ChallengeSolver } from '../../acme/challenge.ts';

/** A DNS-01 solver whose provider cannot be opened now. Sites that need it fail with the reason, the others do not. */
export function solverLater(open: () => Promise<ChallengeSolver>): ChallengeSolver {
  let solver: ChallengeSolver | undefined;
  return {
    type: 'dns-01',
    suits: ({ type }) => type === 'dns',
    async prepare(challenges, signal) {
      solver ??= await open();
      await solver.prepare(challenges, signal);
    },
    check: async (challenges, signal) => solver?.check?.(challenges, signal),
    clean: async (challenges) => solver?.clean(challenges),
  };
}
