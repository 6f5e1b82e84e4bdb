import { type ErrorParams, EveryhopError } from '../base/errors.ts';
import type { Identifier } from './challenge.ts';
import type { Phrase } from '../base/language.ts';
import { acmeError, acmeWords } from './messages.ts';

/** A problem document (RFC 7807) as ACME uses it (RFC 8555 §6.7). The authority's own texts, made safe to print. */
export interface Problem {
  /** Without the prefix `urn:ietf:params:acme:error:`; `about:blank` if absent. */
  type: string;
  detail: string;
  status: number | undefined;
  /** A page where a person can resolve the problem. */
  instance: string | undefined;
  /** Of a subproblem: the name it concerns. */
  identifier: Identifier | undefined;
  subproblems: Problem[];
}

/** The failure of one name. */
export interface NameFailure {
  /** With `*.` for a wildcard. */
  name: string;
  /** Type of the attempted challenge. */
  challengeType: string | undefined;
  problem: Problem;
}

const namespace = 'urn:ietf:params:acme:error:';
const longestText = 1000;
const mostSubproblems = 100;

/** Reads a problem document of any shape: no field is required, and it never throws. */
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

/** Makes the authority's text safe for terminals and logs: one line, no control characters, limited length. */
export function printable(value: unknown): string {
  if (typeof value !== 'string') return '';
  const oneLine = value.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return oneLine.length > longestText ? `${oneLine.slice(0, longestText)}…` : oneLine;
}

/** The detail, followed by the subproblems with their names. */
export function problemText(problem: Problem): string {
  const parts = problem.subproblems.map(({ identifier, detail, type }) => {
    return identifier ? `${identifier.value}: ${detail || type}` : detail || type;
  });
  return [problem.detail || problem.type, ...parts].join('; ');
}

type AcmeCode = keyof typeof acmeError.texts;
type AcmeParams<C extends AcmeCode> = ErrorParams<typeof acmeError.texts, C>;

/** An error of the ACME client, with the authority's problem document. */
export class AcmeError<C extends AcmeCode = AcmeCode> extends EveryhopError<C, AcmeParams<C>> {
  readonly problem: Problem | undefined;
  /** HTTP status of the answer, if the error is one. */
  readonly status: number | undefined;
  /** The authority's Retry-After (at most a day). */
  readonly retryAfterMs: number | undefined;
  /** Of a failed order: the failure of each name. */
  readonly failures: readonly NameFailure[];

  constructor(
    code: C,
    params: AcmeParams<C>,
    facts: {
      problem?: Problem;
      status?: number;
      retryAfterMs?: number | undefined;
      failures?: NameFailure[];
      cause?: unknown;
    } = {},
  ) {
    super(code, acmeError.texts[code], params, facts.cause === undefined ? {} : { cause: facts.cause });
    this.problem = facts.problem;
    this.status = facts.status;
    this.retryAfterMs = facts.retryAfterMs;
    this.failures = facts.failures ?? [];
  }
}

/**
 * Turns an error answer of `authority` into an error.
 * @param facts.termsUrl its `Link: rel="terms-of-service"`.
 * @param facts.names the names in the request, used if the problem document has none.
 */
export function problemError(
  authority: string,
  status: number,
  problem: Problem,
  facts: {
    retryAfterMs?: number | undefined;
    /** Of the answer, on the wall clock. */
    nowMs?: number;
    termsUrl?: string | undefined;
    names?: readonly string[];
  } = {},
): AcmeError {
  const names = namesIn(problem) ?? facts.names?.join(', ') ?? '?';
  const detail = problemText(problem);
  const next = nextPhrase(facts);
  const rest = { problem, status, retryAfterMs: facts.retryAfterMs };
  switch (problem.type) {
    case 'rateLimited': {
      const page = pausePage(problem);
      if (page !== undefined) return new AcmeError('acme.paused', { authority, page }, rest);
      return new AcmeError('acme.rate-limited', { authority, detail, next }, rest);
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
      if (status === 503) return new AcmeError('acme.server-busy', { authority, detail, next }, rest);
      if (status === 429) return new AcmeError('acme.rate-limited', { authority, detail, next }, rest);
      if (status >= 500) return new AcmeError('acme.server-failed', { authority, status, detail }, rest);
      return new AcmeError('acme.refused', { authority, type: problem.type, detail }, rest);
  }
}

/** When the authority permits the next attempt. */
function nextPhrase({ retryAfterMs, nowMs }: { retryAfterMs?: number | undefined; nowMs?: number }): Phrase {
  if (retryAfterMs === undefined || nowMs === undefined) return acmeWords('acme.next.unknown', {});
  return acmeWords('acme.next.at', { at: new Date(nowMs + retryAfterMs).toISOString().replace(/\.\d+/, '') });
}

/** Let's Encrypt pauses names that have failed for months, and gives a page to unpause them. */
function pausePage(problem: Problem): string | undefined {
  const url = /https:\/\/\S*unpause\S*/.exec(problem.detail)?.[0] ?? problem.instance;
  return url !== undefined && /paus/i.test(`${problem.detail} ${url}`) ? url.replace(/[.,)]+$/, '') : undefined;
}

function namesIn(problem: Problem): string | undefined {
  const all = [problem, ...problem.subproblems].flatMap(({ identifier }) => identifier?.value ?? []);
  return all.length > 0 ? [...new Set(all)].join(', ') : undefined;
}
