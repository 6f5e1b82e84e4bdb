import * as z from 'zod';
import { type Direction, isSecretField, readFieldName, readFieldValue } from '../field.ts';
import type { ProblemCode, Reading } from '../reading.ts';
import { list, mapping, problem, reading, text } from '../values.ts';

/** Changes to the header fields of requests to the app, and of responses to visitors. */
export interface Headers {
  request?: HeaderChanges | undefined;
  response?: HeaderChanges | undefined;
}

export interface HeaderChanges {
  /** They replace every field of their name. */
  set: HeaderField[];
  /** They go beside the fields of their name. */
  add: HeaderField[];
  /** Names, in lower case. */
  remove: string[];
}

export interface HeaderField {
  /** As written. */
  name: string;
  /** `{client}`, `{host}` and `{user}` stand for what they name. */
  value: string;
}

const scalar = z.union([z.string(), z.number(), z.boolean()], problem('config.bad-field-value'));
const written = z.union([scalar, list(scalar)], problem('config.bad-field-value'));

/** A mapping from names to values. */
function fieldsOf(direction: Direction) {
  return z.record(z.string(), written, problem('config.not-a-mapping')).transform((input, context): HeaderField[] => {
    const seen = new Set<string>();
    return Object.entries(input).flatMap(([name, content]) => {
      const refuse = (code: ProblemCode, params: Record<string, string | number> = {}): [] => {
        context.issues.push({ code: 'custom', message: code, params, input, path: [name] });
        return [];
      };
      const read = readFieldName(name, direction);
      if ('problem' in read) return refuse(read.problem, { name, ...read.params });
      if (name.toLowerCase().startsWith('access-control-'))
        return refuse('config.field-has-setting', { name, setting: 'cors' });
      if (direction === 'request' && isSecretField(name)) return refuse('config.secret-field', { name });
      if (seen.has(name.toLowerCase())) return refuse('config.duplicate-field', { name });
      seen.add(name.toLowerCase());
      return [content].flat().flatMap((one) => {
        const value: Reading<string> = readFieldValue(String(one));
        return 'problem' in value ? refuse(value.problem, { name, ...value.params }) : { name, value: value.value };
      });
    });
  });
}

export const headerChangesKeys = ['set', 'add', 'remove'];

function changes(direction: Direction) {
  const name = text.transform(
    reading((input): Reading<string> => {
      const read = readFieldName(input, direction);
      return 'problem' in read ? { ...read, params: { name: input, ...read.params } } : { value: input.toLowerCase() };
    }),
  );
  return mapping({
    set: fieldsOf(direction).optional().meta({ description: 'Fields that replace those of the same name.' }),
    add: fieldsOf(direction).optional().meta({ description: 'Fields in addition to those of the same name.' }),
    remove: list(name).optional().meta({ description: 'Names of fields to remove.' }),
  });
}

export const headersKeys = {
  request: changes('request').optional().meta({
    description:
      'For requests to the app. In values, {client}, {host} and {user} stand for the visitor’s address, the Host and the user.',
  }),
  response: changes('response').optional().meta({ description: 'For responses to visitors.' }),
};

export const headersShape = mapping(headersKeys).meta({
  description: 'Header fields to set, add and remove, in requests and responses.',
});

export function toHeaders({ request, response }: z.output<typeof headersShape>): Headers {
  return { ...(request && { request: toChanges(request) }), ...(response && { response: toChanges(response) }) };
}

function toChanges(content: z.output<ReturnType<typeof changes>>): HeaderChanges {
  const { set = [], add = [], remove = [] } = content;
  return { set, add, remove };
}
