import { createHash } from 'node:crypto';
import { Pool } from '../../base/pool.ts';
import type { Place } from '../../base/errors.ts';
import type { Wording } from '../../base/language.ts';
import type { VerificationProblem } from '../../probe/tls.ts';
import { type Answer, ask, type ProbeResult, type AskOptions, type Outcome } from './ask.ts';
import { followFrom, type Trail } from './follow.ts';
import { keyOf, type Target } from './target.ts';

/** The answer of one target, as a client sees it. */
export interface Observation {
  target: Target;
  /** The place of the server block that answers, by the configuration. */
  block?: Place | undefined;
  outcome: Outcome;
  /** The text of a failure, else ''. */
  detail: Wording;
  /** Undefined for plain HTTP, and without a handshake. */
  tls:
    | {
        protocol: string;
        alpn: string | undefined;
        /** Lower-case hex. */
        serial: string;
        /** SHA-256, lower-case hex. */
        fingerprint: string;
        verified: boolean;
        problem: VerificationProblem | undefined;
        problemCode: string | undefined;
      }
    | undefined;
  status: number | undefined;
  location: string | undefined;
  contentType: string | undefined;
  strictTransportSecurity: string | undefined;
  /** For an HTML page. */
  title: string | undefined;
  /** SHA-256 of the beginning of the body; '' for an empty body. Good only for comparing answers. */
  digest: string | undefined;
  /** For a target inspected closely: the answer for `deepLinkPath`. */
  deepLink: { status: number | undefined; location: string | undefined } | undefined;
  /** For a target inspected closely: the redirects from `/`. */
  trail: Trail | undefined;
}

export interface ObserveOptions extends AskOptions {
  /** Finds the server block that answers a target. Default: unknown. */
  blockOf?: (target: Target) => Place | undefined;
  /** Selects the targets to inspect closely: with `deepLinkPath`, and along their redirects. Default: none. */
  closely?: (target: Target) => boolean;
}

/** A path and query that redirects must preserve. */
export const deepLinkPath = '/everyhop-proof/a%20path?with=a&query=%2F';

/** Maximum number of simultaneous requests. */
const concurrency = 32;

/** Sends `GET /` to every target once; observations are in the same order. Keeps only digest and title of a body. */
export function observe(targets: readonly Target[], options: ObserveOptions): Promise<Observation[]> {
  return new Pool(concurrency).map(targets, (target) => observeOne(target, options));
}

async function observeOne(target: Target, options: ObserveOptions): Promise<Observation> {
  const result = await ask(target, '/', options);
  const closely = options.closely?.(target) === true && result.outcome === 'answered';
  return {
    target,
    block: options.blockOf?.(target),
    outcome: result.outcome,
    detail: result.detail,
    tls: tlsOf(result),
    ...answerOf(result.answer),
    deepLink: closely ? deepLinkOf(await ask(target, deepLinkPath, options)) : undefined,
    trail: closely ? await followFrom(target, result, options) : undefined,
  };
}

/** Observations by `keyOf` of their target. */
export function byTarget(observations: readonly Observation[]): Map<string, Observation> {
  return new Map(observations.map((observation) => [keyOf(observation.target), observation]));
}

function tlsOf({ tls }: ProbeResult): Observation['tls'] {
  if (!tls) return undefined;
  const { protocol, alpn, serial, fingerprint, verified, problem, problemCode } = tls;
  return { protocol, alpn, serial, fingerprint, verified, problem, problemCode };
}

function answerOf(
  answer: Answer | undefined,
): Omit<Observation, 'target' | 'block' | 'outcome' | 'detail' | 'tls' | 'deepLink' | 'trail'> {
  const contentType = headerOf(answer, 'content-type');
  return {
    status: answer?.status,
    location: headerOf(answer, 'location'),
    contentType,
    strictTransportSecurity: headerOf(answer, 'strict-transport-security'),
    title: answer && contentType?.includes('html') ? titleOf(answer.body) : undefined,
    digest: answer && (answer.body === '' ? '' : createHash('sha256').update(answer.body).digest('hex')),
  };
}

function deepLinkOf({ answer }: ProbeResult): Observation['deepLink'] {
  return { status: answer?.status, location: headerOf(answer, 'location') };
}

/** Joins duplicate headers, so that a duplicate shows up as a change. */
export function headerOf(answer: Answer | undefined, name: string): string | undefined {
  const value = answer?.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function titleOf(body: string): string | undefined {
  const title = /<title[^<>]{0,200}>([^<]{0,200})/i.exec(body)?.[1];
  return title?.replace(/\s+/g, ' ').trim();
}
