import * as z from 'zod';
import { parseHostName } from '../../names/host-name.ts';
import { readDuration } from '../quantities.ts';
import type { Reading } from '../reading.ts';
import { flag, mapping, problem, reading, text } from '../values.ts';

/** What Everyhop answers itself, instead of an app. */
export type Answer = RedirectAnswer | FixedAnswer;

export interface RedirectAnswer {
  kind: 'redirect';
  /** An http or https URL, or a path of the same host. */
  to: string;
  status: 301 | 302 | 303 | 307 | 308;
  /** Appends the part of the path after the route's, and the query. `to` then has no query and no fragment. */
  keepsPath: boolean;
}

export interface FixedAnswer {
  kind: 'fixed';
  status: number;
  /** undefined: a page with the meaning of the status, if there is one. */
  body?: string | undefined;
  /** Content-Type of `body`. */
  type: string;
  retryAfterSeconds?: number | undefined;
}

function readTarget(input: string): Reading<string> {
  // Browsers read `//host` and `/\host` as another host.
  if (/^\/(?![/\\])[^\s\\]*$/.test(input)) {
    const { pathname, search, hash } = new URL(input, 'http://any.invalid');
    return pathname.startsWith('//') ? { problem: 'config.bad-redirect' } : { value: pathname + search + hash };
  }
  if (!/^https?:\/\/[^\s\\]+$/i.test(input) || !URL.canParse(input)) return { problem: 'config.bad-redirect' };
  const url = new URL(input);
  const host = parseHostName(url.hostname);
  const isOne = 'value' in host && (host.value.kind === 'ip' || !host.value.isWildcard);
  return !isOne || url.username !== '' || url.password !== ''
    ? { problem: 'config.bad-redirect' }
    : { value: url.href };
}

/** Nothing can be appended to a query or a fragment. */
function readBase(input: string): Reading<string> {
  const target = readTarget(input);
  return 'value' in target && /[?#]/.test(target.value) ? { problem: 'config.redirect-suffix' } : target;
}

const statuses = [301, 302, 303, 307, 308] as const;

export const redirectKeys = {
  to: text.transform(reading(readTarget)).meta({ description: 'URL, or path of the same host.' }),
  status: z.literal(statuses, problem('config.bad-redirect-status')).optional().meta({
    description: 'Default: 308, permanent. 307 is temporary; both keep the method. Browsers remember 301 and 308.',
  }),
  keep_path: flag.optional().meta({
    description: "Appends the part of the path after the route's own, and the query. Default: true.",
  }),
};

export const redirectShape = z
  .union(
    [
      text.transform(reading(readBase)),
      mapping(redirectKeys).transform((content, context) => {
        if (content.keep_path !== false && /[?#]/.test(content.to)) {
          const issue = { message: 'config.redirect-suffix', path: ['to'] };
          context.issues.push({ code: 'custom', params: {}, input: content, ...issue });
        }
        return content;
      }),
    ],
    problem('config.bad-redirect'),
  )
  .meta({
    description:
      'Redirects to this URL or path instead of an app, with the rest of the path and the query: https://example.com for www.example.com, or /new for the route /old.',
  });

function isAnswerStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599 && status !== 205 && Math.floor(status / 100) !== 3;
}

const status = z
  .number(problem('config.bad-answer-status'))
  .refine(isAnswerStatus, problem('config.bad-answer-status'));

export const respondKeys = {
  status: status.optional().meta({ description: 'Default: 200.' }),
  body: text.optional().meta({
    description: 'Default: for statuses from 400, a page that says what they mean, in the language of the visitor.',
  }),
  type: text
    .regex(/^[\w.+-]+\/[\w.+-]+(?:; ?[\w-]+=[\w.-]+)*$/, problem('config.bad-content-type'))
    .optional()
    .meta({ description: 'Content-Type of body. Default: text/plain.' }),
  retry_after: z
    .string(problem('config.bad-duration'))
    .transform(reading(readDuration))
    .optional()
    .meta({ description: 'Retry-After, such as 10m. Default for 503: 5m.' }),
};

export const respondShape = z
  .union(
    [
      status,
      mapping(respondKeys).transform((content, context) => {
        if (content.status === 204 && content.body !== undefined) {
          const issue = { message: 'config.answer-without-body', path: ['body'] };
          context.issues.push({ code: 'custom', params: {}, input: content, ...issue });
        }
        return content;
      }),
    ],
    problem('config.bad-answer-status'),
  )
  .meta({
    description: 'Answers with this status, or this text, instead of an app: a robots.txt, or 503 during maintenance.',
  });

export const answerShape = { redirect: redirectShape.optional(), respond: respondShape.optional() };

interface AnswerContent {
  redirect?: z.output<typeof redirectShape> | undefined;
  respond?: z.output<typeof respondShape> | undefined;
}

const defaultRetryAfterSeconds = 300;

export function toAnswer({ redirect, respond }: AnswerContent): { answer?: Answer } {
  if (redirect !== undefined) {
    const { to, status: given = 308, keep_path = true } = typeof redirect === 'string' ? { to: redirect } : redirect;
    return { answer: { kind: 'redirect', to, status: given, keepsPath: keep_path } };
  }
  if (respond === undefined) return {};
  const { status: given = 200, body, type, retry_after } = typeof respond === 'number' ? { status: respond } : respond;
  const seconds = retry_after === undefined ? undefined : Math.ceil(retry_after / 1000);
  const retryAfterSeconds = seconds ?? (given === 503 ? defaultRetryAfterSeconds : undefined);
  return {
    answer: {
      kind: 'fixed',
      status: given,
      ...(body !== undefined && { body }),
      type: withCharset(type ?? 'text/plain'),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    },
  };
}

function withCharset(type: string): string {
  return type.startsWith('text/') && !type.includes('charset') ? `${type}; charset=utf-8` : type;
}
