import * as z from 'zod';
import { readFieldName } from '../field.ts';
import type { Reading } from '../reading.ts';
import { flag, list, mapping, problem, reading, text, wholeNumber } from '../values.ts';

/** Which pages of other origins may read the app's answers. The edge answers preflights and replaces the app's own fields. */
export interface Cors {
  /** As browsers send them; `https://*.example.com` for all names below. undefined: every origin. */
  origins?: string[] | undefined;
  /** undefined: the usual ones. */
  methods?: string[] | undefined;
  /** Request fields; undefined: those that the page asks for. */
  headers?: string[] | undefined;
  /** Response fields that pages may read besides the safe ones. */
  expose: string[];
  /** Pages may send cookies and other credentials of the browser. */
  credentials: boolean;
  /** How long a browser may remember the answer to a preflight. */
  maxAgeSeconds: number;
}

const defaultMaxAgeSeconds = 600;

/** An origin as browsers send it (RFC 6454 §6.2). A page from a file or a sandboxed frame has `null`, as any other such page. */
function readOrigin(input: string): Reading<string> {
  const [, scheme, name] = /^([a-z][a-z0-9+.-]*):\/\/([^/?#@\s\\]+)\/?$/i.exec(input) ?? [];
  if (scheme === undefined || name === undefined) return { problem: 'config.bad-origin' };
  const wildcard = name.startsWith('*.');
  const rest = wildcard ? name.slice(2) : name;
  if (rest.includes('*')) return { problem: 'config.bad-origin' };
  const isWeb = /^https?$/i.test(scheme);
  const url = isWeb && URL.canParse(`${scheme}://${rest}`) ? new URL(`${scheme}://${rest}`) : undefined;
  if (isWeb && !url) return { problem: 'config.bad-origin' };
  const host = url?.host ?? rest.toLowerCase();
  if (wildcard && /^[\d.:[\]]+$/.test(host)) return { problem: 'config.bad-origin' };
  return { value: `${scheme.toLowerCase()}://${wildcard ? '*.' : ''}${host}` };
}

const origin = text.transform(reading(readOrigin));
const fieldName = text.transform(
  reading((input): Reading<string> => {
    const read = readFieldName(input, 'response');
    // Pages may send and read fields that a configuration must not change.
    return 'problem' in read && read.problem === 'config.bad-field-name'
      ? { problem: read.problem, params: { name: input } }
      : { value: input };
  }),
);
const method = text.regex(/^[A-Z]{2,20}$/, problem('config.bad-method'));

export const corsKeys = {
  origins: z
    .union([z.literal('*'), list(origin)], problem('config.not-a-list'))
    .optional()
    .meta({
      description:
        'Origins of the pages, such as https://app.example.com or https://*.example.com. Default: every origin.',
    }),
  methods: list(method).optional().meta({ description: 'Default: GET, HEAD, POST, PUT, PATCH and DELETE.' }),
  headers: list(fieldName)
    .optional()
    .meta({ description: 'Request fields that pages may send. Default: those that they ask for.' }),
  expose: list(fieldName).optional().meta({ description: 'Response fields that pages may read.' }),
  credentials: flag
    .optional()
    .meta({ description: 'Pages may send cookies and passwords that the browser keeps. Only with origins.' }),
  max_age: wholeNumber(0, 86_400, 'config.bad-max-age')
    .optional()
    .meta({ description: 'Seconds for which a browser may remember the answer to a preflight. Default: 600.' }),
};

export const corsShape = z
  .union(
    [
      z.boolean(),
      mapping(corsKeys).transform((content, context) => {
        if (content.credentials && (content.origins === undefined || content.origins === '*')) {
          const issue = { message: 'config.cors-credentials', path: ['credentials'] };
          context.issues.push({ code: 'custom', params: {}, input: content, ...issue });
        }
        return content;
      }),
    ],
    problem('config.not-true-or-a-mapping'),
  )
  .meta({
    description:
      'Lets pages of other origins use the app (CORS): true for every origin, without credentials; or which ones. The app’s own CORS fields are replaced.',
  });

export function toCors(content: z.output<typeof corsShape>): Cors | undefined {
  if (content === false) return undefined;
  const { origins, methods, headers, expose = [], credentials = false, max_age } = content === true ? {} : content;
  return {
    ...(origins !== undefined && origins !== '*' && { origins }),
    ...(methods && { methods }),
    ...(headers && { headers }),
    expose,
    credentials,
    maxAgeSeconds: max_age ?? defaultMaxAgeSeconds,
  };
}
