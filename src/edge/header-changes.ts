import type { Route } from '../config/configuration.ts';
import { readFieldValue } from '../config/field.ts';
import type { EdgeRequest } from './request.ts';
import { canonical } from './request-fields.ts';
import type { EdgeHeaderChanges, EdgeHeaderField, EdgeHeaders } from './snapshot.ts';

type ConfiguredChanges = NonNullable<NonNullable<Route['headers']>['request']>;

/** Changes to header fields, compiled once. */
interface Rules {
  /** Names of fields to leave out, as `canonical` writes them. */
  dropped: ReadonlySet<string>;
  fields: readonly EdgeHeaderField[];
  /** A value has a placeholder. */
  varies: boolean;
}

const compiled = new WeakMap<EdgeHeaderChanges, Rules>();
const placeholder = /\{(client|host|user)\}/g;

function rulesOf(changes: EdgeHeaderChanges): Rules {
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
export function isChanged(changes: EdgeHeaderChanges, lower: string): boolean {
  return rulesOf(changes).dropped.has(canonical(lower));
}

/** The fields that are set or added. Names and values alternate. */
export function changedFields(changes: EdgeHeaderChanges, request: EdgeRequest): string[] {
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

/** @param textOf the text of a file; undefined: it has never been usable. */
export function composeHeaders(
  headers: NonNullable<Route['headers']>,
  textOf: (file: string) => string | undefined,
): EdgeHeaders {
  const result: EdgeHeaders = {};
  const fill = ({ name, value }: ConfiguredChanges['set'][number]): EdgeHeaderField[] => {
    if (typeof value === 'string') return [{ name, value }];
    const read = readFieldValue(textOf(value.file)?.trim() ?? '');
    if ('value' in read && read.value !== '') return [{ name, value: read.value }];
    result.isUnusable = true;
    return [];
  };
  for (const direction of ['request', 'response'] as const) {
    const changes = headers[direction];
    if (changes)
      result[direction] = { set: changes.set.flatMap(fill), add: changes.add.flatMap(fill), remove: changes.remove };
  }
  return result;
}
