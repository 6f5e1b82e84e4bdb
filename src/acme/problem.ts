import { type ErrorParams, EveryhopError } from '../base/errors.ts';
import type { Identifier } from './challenge.ts';
import { acmeError } from './messages.ts';

/** A problem document (RFC 7807) as ACME uses it (RFC 8555 §6.7). All texts are the authority's own, made safe to print. */
export interface Problem {
  /** Without `urn:ietf:params:acme:error:` where it has that; `about:blank` where none was given. */
  type: string;
  detail: string;
  status: number | undefined;
  /** Where a person can do something about it. */
  instance: string | undefined;
  /** Of a subproblem: the name that it is about. */
  identifier: Identifier | undefined;
  subproblems: Problem[];
}

/** What failed for one name. */
export interface NameFailure {
  /** With `*.` where the order asked for that. */
  name: string;
  /** Of the challenge that was tried. */
  challengeType: string | undefined;
  problem: Problem;
}

const namespace = 'urn:ietf:params:acme:error:';
const longestText = 1000;
const mostSubproblems = 100;

/** Reads a problem document of whatever shape: nothing in it is required, and nothing throws. */
export function readProblem(value: unknown, depth = 0): Problem {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const type = printable(fields['type']) || 'about:blank';
  const subproblems = Array.isArray(fields['subproblems']) && depth === 0 ? fields['subproblems'] : [];
  return {
    type: type.startsWith(namespace) ? type.slice(namespace.length) : type,
    detail: printable(fields['detail']) || printable(fields['title']),
    status: typeof fields['status'] === 'number' ? fields['status'] : undefined,
    instance: printable(fields['instance']) || undefined,
    identifier: readIdentifier(fields['identifier']),
    subproblems: subproblems.slice(0, mostSubproblems).map((inner) => readProblem(inner, depth + 1)),
  };
}

function readIdentifier(value: unknown): Identifier | undefined {
  const { type, value: text } = (value ?? {}) as { type?: unknown; value?: unknown };
  if ((type !== 'dns' && type !== 'ip') || typeof text !== 'string') return undefined;
  return { type, value: printable(text) };
}

/** The authority's words go into terminals and logs: one line, no control characters, not endless. */
export function printable(value: unknown): string {
  if (typeof value !== 'string') return '';
  const oneLine = value.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return oneLine.length > longestText ? `${oneLine.slice(0, longestText)}…` : oneLine;
}

/** The detail, followed by what is said of each name. */
export function problemText(problem: Problem): string {
  const parts = problem.subproblems.map(({ identifier, detail, type }) => {
    return identifier ? `${identifier.value}: ${detail || type}` : detail || type;
  });
  return [problem.detail || problem.type, ...parts].join('; ');
}

type AcmeCode = keyof typeof acmeError.texts;
type AcmeParams<C extends AcmeCode> = ErrorParams<typeof acmeError.texts, C>;

/** An error of the ACME client, with what the authority said of it. */
export class AcmeError<C extends AcmeCode = AcmeCode> extends EveryhopError<C, AcmeParams<C>> {
  readonly problem: Problem | undefined;
  /** The authority asks not to come back before so long (at most a day). */
  readonly retryAfterMs: number | undefined;
  /** Of a failed order: what failed, name by name. */
  readonly failures: readonly NameFailure[];

  constructor(
    code: C,
    params: AcmeParams<C>,
    facts: { problem?: Problem; retryAfterMs?: number | undefined; failures?: NameFailure[]; cause?: unknown } = {},
  ) {
    super(code, acmeError.texts[code], params, facts.cause === undefined ? {} : { cause: facts.cause });
    this.problem = facts.problem;
    this.retryAfterMs = facts.retryAfterMs;
    this.failures = facts.failures ?? [];
  }
}

/**
 * What an error answer of `authority` means.
 * @param facts.termsUrl its `Link: rel="terms-of-service"`.
 * @param facts.names what the request was about, where the problem itself names nothing.
 */
export function problemError(
  authority: string,
  status: number,
  problem: Problem,
  facts: { retryAfterMs?: number | undefined; termsUrl?: string | undefined; names?: readonly string[] } = {},
): AcmeError {
  const names = namesIn(problem) ?? facts.names?.join(', ') ?? '?';
  const detail = problemText(problem);
  const rest = { problem, retryAfterMs: facts.retryAfterMs };
  switch (problem.type) {
    case 'rateLimited': {
      const page = pausePage(problem);
      if (page !== undefined) return new AcmeError('acme.paused', { authority, page }, rest);
      return new AcmeError('acme.rate-limited', { authority, detail }, rest);
    }
    case 'accountDoesNotExist':
      return new AcmeError('acme.account-missing', { authority }, rest);
    case 'unauthorized':
      return new AcmeError('acme.account-refused', { authority, detail }, rest);
    case 'externalAccountRequired':
      return new AcmeError('acme.binding-required', { authority }, rest);
    case 'userActionRequired':
      return new AcmeError('acme.terms-required', { authority, page: problem.instance ?? facts.termsUrl ?? '?' }, rest);
    case 'invalidContact':
    case 'unsupportedContact':
      return new AcmeError('acme.contact-refused', { authority, detail }, rest);
    case 'rejectedIdentifier':
    case 'unsupportedIdentifier':
      return new AcmeError('acme.name-refused', { authority, names, detail }, rest);
    case 'caa':
      return new AcmeError('acme.caa', { authority, names, detail, first: names.split(', ')[0]! }, rest);
    case 'invalidProfile':
      return new AcmeError('acme.profile-refused', { authority, detail }, rest);
    case 'badPublicKey':
    case 'badSignatureAlgorithm':
    case 'badCSR':
      return new AcmeError('acme.key-refused', { authority, detail }, rest);
    default:
      if (status === 503) return new AcmeError('acme.server-busy', { authority, detail }, rest);
      if (status === 429) return new AcmeError('acme.rate-limited', { authority, detail }, rest);
      if (status >= 500) return new AcmeError('acme.server-failed', { authority, status, detail }, rest);
      return new AcmeError('acme.refused', { authority, type: problem.type, detail }, rest);
  }
}

/** Let's Encrypt pauses names that have failed for months, and tells of a page where that is undone. */
function pausePage(problem: Problem): string | undefined {
  const url = /https:\/\/\S*unpause\S*/.exec(problem.detail)?.[0] ?? problem.instance;
  return url !== undefined && /paus/i.test(`${problem.detail} ${url}`) ? url.replace(/[.,)]+$/, '') : undefined;
}

function namesIn(problem: Problem): string | undefined {
  const all = [problem, ...problem.subproblems].flatMap(({ identifier }) => identifier?.value ?? []);
  return all.length > 0 ? [...new Set(all)].join(', ') : undefined;
}
