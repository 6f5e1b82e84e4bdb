import { authoritiesFor } from '../../certificates/choice.ts';
import { nameSetKey } from '../../certificates/generation.ts';
import { Issuers, type IssuerSettings, type IssuersOptions } from '../../certificates/issuers.ts';
import { Ledger } from '../../certificates/ledger.ts';
import type { RehearsedSet } from '../../control/server.ts';
import { rehearseAt } from '../certificates/rehearse.ts';
import { clock, random } from '../system.ts';

/**
 * Checks what the authorities would check for these sets of names, and requests test certificates where they offer
 * them, with the challenge solvers in use. Keeps nothing.
 */
export async function rehearseSets(
  sets: readonly (readonly string[])[],
  { settings, options, issuers }: { settings: IssuerSettings; options: IssuersOptions; issuers: Issuers },
  signal: AbortSignal,
): Promise<RehearsedSet[]> {
  const rehearsed: RehearsedSet[] = [];
  for (const names of sets) {
    const chosen = settings.chosen.find((one) => nameSetKey(one.names) === nameSetKey(names))?.certificate;
    const [first] = authoritiesFor(names, chosen);
    const { findings, rehearsal } = await rehearseAt(
      { names, signal },
      first,
      issuers,
      async (authority, temporary) => {
        const database = await temporary.database();
        const trial = new Issuers({ ...options, database, ledger: new Ledger(database, clock, random) });
        trial.configure({ ...settings, chosen: [{ names, certificate: [authority] }] });
        return trial;
      },
    );
    const error = rehearsal?.error?.data();
    // `up --authority URL` gives it its own name.
    const authority = rehearsal && (settings.authorities[rehearsal.authority]?.directoryUrl ?? rehearsal.authority);
    rehearsed.push({
      names: [...names],
      findings,
      rehearsal: authority === undefined ? undefined : { authority, error },
    });
  }
  return rehearsed;
}
