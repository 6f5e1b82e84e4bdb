import type { EveryhopError } from '../../base/errors.ts';
import type { Phrase } from '../../base/language.ts';
import { Fault, type Finding, okFinding } from '../../hop/finding.ts';
import type { Hop } from '../../hop/hop.ts';

/** A preflight finding for one name, on the hop from the authority to it. */
export function fault(severity: 'error' | 'warning', name: string, error: EveryhopError, to?: Destination): Fault {
  return new Fault(severity, error, { hop: hopTo(name, to) });
}

export function fine(name: string, phrase: Phrase): Finding {
  return okFinding(phrase, { hop: hopTo(name) });
}

type Destination = Omit<Hop['to'], 'host'>;

function hopTo(name: string, to: Destination = {}): Hop {
  return { from: { role: 'authority' }, to: { host: name, ...to } };
}
