import * as z from 'zod';
import { type Direction, isSecretField, readFieldName, readFieldValue } from '../field.ts';
import type { ProblemCode, Reading } from '../reading.ts';
import type { NamedFile } from '../named-file.ts';
import { namedFile, type SettingPlace } from './place.ts';
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

export interface HeaderField<File = NamedFile> {
  /** As written. */
  name: string;
  /** `{client}`, `{host}` and `{user}` stand for what they name. A file has the value as its text. */
  value: string | File;
}

const scalar = z.union([z.string(), z.number(), z.boolean()], problem('config.bad-field-value'));
const file = mapping({ file: text.meta({ description: 'File with the value, a secret for example.' }) });
const written = z.union([scalar, list(scalar), file], problem('config.bad-field-value'));

/** A mapping from names to values. */
function fieldsOf(direction: Direction) {
  return z
    .record(z.string(), written, problem('config.not-a-mapping'))
    .transform((input, context): HeaderField<{ file: string }>[] => {
      const seen = new Set<string>();
      return Object.entries(input).flatMap(([name, content]): HeaderField<{ file: string }>[] => {
        const refuse = (code: ProblemCode, params: Record<string, string | number> = {}): [] => {
          context.issues.push({ code: 'custom', message: code, params, input, path: [name] });
          return [];
        };
        const read = readFieldName(name, direction);
        if ('problem' in read) return refuse(read.problem, { name, ...read.params });
        if (name.toLowerCase().startsWith('access-control-'))
          return refuse('config.field-has-setting', { name, setting: 'cors' });
        const isFile = typeof content === 'object' && !Array.isArray(content);
        if (direction === 'request' && isSecretField(name) && !isFile) return refuse('config.secret-field', { name });
        if (seen.has(name.toLowerCase())) return refuse('config.duplicate-field', { name });
        seen.add(name.toLowerCase());
        if (isFile) return [{ name, value: content }];
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

export function toHeaders({ request, response }: z.output<typeof headersShape>, place: SettingPlace): Headers {
  return {
    ...(request && { request: toChanges(request, place, 'request') }),
    ...(response && { response: toChanges(response, place, 'response') }),
  };
}

function toChanges(
  { set = [], add = [], remove = [] }: z.output<ReturnType<typeof changes>>,
  place: SettingPlace,
  direction: Direction,
): HeaderChanges {
  const resolve =
    (key: string) =>
    ({ name, value }: HeaderField<{ file: string }>): HeaderField =>
      typeof value === 'string'
        ? { name, value }
        : { name, value: namedFile(place, ['headers', direction, key, name, 'file'], value.file) };
  return { set: set.map(resolve('set')), add: add.map(resolve('add')), remove };
}

/** The files with values of fields. */
export function headerFiles({ request, response }: Headers): NamedFile[] {
  return [request, response].flatMap((one) =>
    [...(one?.set ?? []), ...(one?.add ?? [])].flatMap(({ value }) => (typeof value === 'string' ? [] : [value])),
  );
}
