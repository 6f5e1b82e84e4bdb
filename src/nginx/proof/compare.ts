import { answerOf, outcomePhrase } from './answer-words.ts';
import { type Expectation, judge } from './expectation.ts';
import { Difference } from './finding.ts';
import { proofWords } from './messages.ts';
import { byTarget, type Observation } from './observe.ts';
import { keyOf, type Target, urlOf } from './target.ts';

/** The fields that are compared between two observations of a target. */
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

/** A different status changes these too, so they would only repeat the finding. */
const ofStatus: ReadonlySet<Field> = new Set(['location', 'contentType', 'title']);

/** A target that failed like this before may answer now: that is an improvement. */
const unreached = new Set(['refused', 'timed-out', 'no-route', 'reset', 'denied', 'dns', 'failed', 'silent']);

/**
 * Compares a new observation of each target with its expectations, or else with the earlier observations: all values that
 * were the same in every earlier round (two or more) must be the same now. Ignores a target that has neither.
 */
export function compare(
  before: readonly (readonly Observation[])[],
  after: readonly Observation[],
  expectations: readonly Expectation[],
): Difference[] {
  const rounds = before.map(byTarget);
  const earlier = (target: Target): Observation[] =>
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
    const was = earlier(now.target);
    const wasPlain = plain.get(now.target.name) ?? [];
    const isAlike = meant?.some(({ kind }) => kind === 'alike') === true;
    if (meant && !isAlike)
      return meant.flatMap((expectation) => judge(expectation, now, { same: was, plain: wasPlain }));
    if (was.length === 0) return [];
    const changes = changesOf(was, now);
    return changes.length > 0 || isAlike ? changes : anothersAnswer(was, now, owners);
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

/** The value of all rounds, or undefined if they differ. */
export function stable<T>(was: readonly Observation[], of: (observation: Observation) => T): T | undefined {
  const [first, ...others] = was.map(of);
  return others.every((other) => other === first) ? first : undefined;
}

/** `–` for a missing value, so that appearing and disappearing values count as changes. */
function valueOf(observation: Observation, field: Field): string {
  if (field === 'certificate') return observation.tls?.fingerprint ?? '–';
  if (field === 'alpn') return observation.tls?.alpn ?? '–';
  // The query may differ each time: a page to return to, a state parameter.
  if (field === 'location') return observation.location?.replace(/[?#].*$/s, '') ?? '–';
  return String(observation[field] ?? '–');
}

/** The names for each body that was the same in every round. */
function digestOwners(rounds: readonly Map<string, Observation>[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const [key, { digest, target }] of rounds[0] ?? []) {
    if (!digest || rounds.some((round) => round.get(key)?.digest !== digest)) continue;
    owners.set(digest, (owners.get(digest) ?? new Set()).add(target.name));
  }
  return owners;
}

/** Detects by its body that another site answers with the same status and type. */
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
