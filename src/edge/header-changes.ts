import type { EdgeRequest } from './request.ts';
import { canonical } from './request-fields.ts';
import type { EdgeRoute } from './snapshot.ts';

type HeaderChanges = NonNullable<NonNullable<EdgeRoute['headers']>['request']>;
type HeaderField = HeaderChanges['set'][number];

/** Changes to header fields, compiled once. */
interface Rules {
  /** Names of fields to leave out, as `canonical` writes them. */
  dropped: ReadonlySet<string>;
  fields: readonly HeaderField[];
  /** A value has a placeholder. */
  varies: boolean;
}

const compiled = new WeakMap<HeaderChanges, Rules>();
const placeholder = /\{(client|host|user)\}/g;

function rulesOf(changes: HeaderChanges): Rules {
  let rules = compiled.get(changes);
  if (rules) return rules;
  const { set, add, remove } = changes;
  const fields = [...set, ...add];
  rules = {
    dropped: new Set([...set.map(({ name }) => name), ...remove].map((name) => canonical(name.toLowerCase()))),
    fields,
    varies: fields.some(({ value }) => value.search(placeholder) >= 0),
  };
  compiled.set(changes, rules);
  return rules;
}

/** True for a field that is removed or set, in any spelling. @param lower its name in lower case. */
export function isChanged(changes: HeaderChanges, lower: string): boolean {
  return rulesOf(changes).dropped.has(canonical(lower));
}

/** The fields that are set or added. Names and values alternate. */
export function changedFields(changes: HeaderChanges, request: EdgeRequest): string[] {
  const { fields, varies } = rulesOf(changes);
  return fields.flatMap(({ name, value }) => {
    const filled = varies ? filledValue(value, request) : value;
    return filled === undefined ? [] : [name, filled];
  });
}

/** undefined: it names a user, and there is none. An empty user could pass for one. */
function filledValue(value: string, { visitor, head, identity }: EdgeRequest): string | undefined {
  if (value.includes('{user}') && (identity?.name ?? '') === '') return undefined;
  return value.replace(placeholder, (_, name: string) => {
    if (name === 'client') return visitor.address;
    return name === 'host' ? head.host : Buffer.from(identity!.name.replace(/[\0-\x1f\x7f]/g, '?')).toString('latin1');
  });
}
