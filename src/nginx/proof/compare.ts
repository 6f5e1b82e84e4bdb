import { answerOf, outcomePhrase } from './answer-words.ts';
import { type Expectation, judge } from './expectation.ts';
import { Difference } from './finding.ts';
import { proofWords } from './messages.ts';
import { byTarget, type Observation } from './observe.ts';
import { keyOf, type Target, urlOf } from './target.ts';

/** Where two observations of the same question are compared. */
const fields = [
  'certificate',
  'alpn',
  'status',
  'location',
  'contentType',
  'strictTransportSecurity',
  'title',
] as const;
type Field = (typeof fields)[number];

/** Another status brings others of these with it; they tell nothing more. */
const ofStatus: ReadonlySet<Field> = new Set(['location', 'contentType', 'title']);

/** What a client could not get before may well be had now: that is no harm done. */
const unreached = new Set(['refused', 'timed-out', 'no-route', 'reset', 'denied', 'dns', 'failed', 'silent']);

/**
 * What is not as it was meant to be. Questions with an expectation are judged by it; every other one that was asked before
 * must be answered as before, in all that was the same each time before (two or more rounds tell what is). What was not
 * asked before and is not expected is not judged.
 */
export function compare(
  before: readonly (readonly Observation[])[],
  after: readonly Observation[],
  expectations: readonly Expectation[],
): Difference[] {
  const rounds = before.map(byTarget);
  const formerly = (target: Target): Observation[] =>
    rounds.map((round) => round.get(keyOf(target))).filter((each) => each !== undefined);
  const expected = Map.groupBy(expectations, ({ target }) => keyOf(target));
  const plain = Map.groupBy(
    before.flat().filter(({ target }) => !target.secure),
    ({ target }) => target.name,
  );
  const owners = digestOwners(rounds);
  return after.flatMap((now) => {
    const key = keyOf(now.target);
    const meant = expected.get(key);
    const was = formerly(now.target);
    const wasPlain = plain.get(now.target.name) ?? [];
    if (meant) return meant.flatMap((expectation) => judge(expectation, now, { same: was, plain: wasPlain }));
    if (was.length === 0) return [];
    const changes = changesOf(was, now);
    return changes.length > 0 ? changes : anothersAnswer(was, now, owners);
  });
}

function changesOf(was: readonly Observation[], now: Observation): Difference[] {
  const outcome = stable(was, (each) => each.outcome);
  if (outcome === undefined || (outcome !== now.outcome && unreached.has(outcome))) return [];
  if (outcome !== now.outcome) {
    const meant =
      outcome === 'answered'
        ? proofWords('nginx.proof.answer', {})
        : proofWords('nginx.proof.outcome', { value: outcomePhrase(outcome) });
    return [new Difference(now, meant, answerOf(now))];
  }
  const sameStatus = stable(was, (each) => each.status) === now.status;
  return fields.flatMap((field) => {
    if (!sameStatus && ofStatus.has(field)) return [];
    const former = stable(was, (each) => valueOf(each, field));
    const value = valueOf(now, field);
    if (former === undefined || former === value) return [];
    const [meant, seen] = [former, value].map((one) => proofWords(`nginx.proof.${field}`, { value: one }));
    return [new Difference(now, meant!, seen!)];
  });
}

/** The same each time, or undefined. */
export function stable<T>(was: readonly Observation[], of: (observation: Observation) => T): T | undefined {
  const [first, ...others] = was.map(of);
  return others.every((other) => other === first) ? first : undefined;
}

/** `–` for what is not there, so that its coming and going shows. */
function valueOf(observation: Observation, field: Field): string {
  if (field === 'certificate') return observation.tls?.fingerprint ?? '–';
  if (field === 'alpn') return observation.tls?.alpn ?? '–';
  // A query may hold what is new each time: the page to come back to, a state.
  if (field === 'location') return observation.location?.replace(/[?#].*$/s, '') ?? '–';
  return String(observation[field] ?? '–');
}

/** Bodies that exactly one name answers, and always: who answers with another's is another site. */
function digestOwners(rounds: readonly Map<string, Observation>[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const [key, { digest, target }] of rounds[0] ?? []) {
    if (!digest || rounds.some((round) => round.get(key)?.digest !== digest)) continue;
    owners.set(digest, (owners.get(digest) ?? new Set()).add(target.name));
  }
  return owners;
}

/** Status and type may be the same while another site answers. */
function anothersAnswer(
  was: readonly Observation[],
  now: Observation,
  owners: ReadonlyMap<string, ReadonlySet<string>>,
): Difference[] {
  const { target, digest } = now;
  if (!digest || was.some((each) => each.digest === digest)) return [];
  const names = owners.get(digest);
  if (!names || names.has(target.name)) return [];
  const [name] = names;
  const value = urlOf({ ...target, name: name! });
  return [new Difference(now, proofWords('nginx.proof.itself', {}), proofWords('nginx.proof.another', { value }))];
}
