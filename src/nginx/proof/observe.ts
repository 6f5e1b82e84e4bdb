import { createHash } from 'node:crypto';
import { Pool } from '../../base/pool.ts';
import type { VerificationProblem } from '../../probe/tls.ts';
import { type Answer, ask, type Asked, type AskOptions, type Outcome } from './ask.ts';
import { followFrom, type Trail } from './follow.ts';
import { keyOf, type Target } from './target.ts';

/** What a client saw that asked one question. */
export interface Observation {
  target: Target;
  outcome: Outcome;
  /** What is known of a failure. */
  detail: string;
  /** undefined: plain HTTP, or no handshake. */
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
  /** Of a page. */
  title: string | undefined;
  /** SHA-256 of what was read of the body; '' for an empty one. Tells only whether two answers are the same. */
  digest: string | undefined;
  /** Of those that are looked at closely: what a path and a query become. */
  kept: { status: number | undefined; location: string | undefined } | undefined;
  /** Of those that are looked at closely: where redirects from `/` lead. */
  trail: Trail | undefined;
}

export interface ObserveOptions extends AskOptions {
  /** Which are asked for `keptPath` too, and followed where they redirect. Default: none. */
  closely?: (target: Target) => boolean;
}

/** A path and a query that a redirect must not lose. */
export const keptPath = '/everyhop-proof/a%20path?with=a&query=%2F';

/** At most this many visits at a time. */
const together = 32;

/** Asks every question once (`GET /`); the answers come in the same order. Nothing of a body is kept but its digest and title. */
export function observe(targets: readonly Target[], options: ObserveOptions): Promise<Observation[]> {
  return new Pool(together).map(targets, (target) => observeOne(target, options));
}

async function observeOne(target: Target, options: ObserveOptions): Promise<Observation> {
  const asked = await ask(target, '/', options);
  const closely = options.closely?.(target) === true && asked.outcome === 'answered';
  return {
    target,
    outcome: asked.outcome,
    detail: asked.detail,
    tls: tlsOf(asked),
    ...answerOf(asked.answer),
    kept: closely ? keptOf(await ask(target, keptPath, options)) : undefined,
    trail: closely ? await followFrom(target, asked, options) : undefined,
  };
}

/** By question. */
export function byTarget(observations: readonly Observation[]): Map<string, Observation> {
  return new Map(observations.map((observation) => [keyOf(observation.target), observation]));
}

function tlsOf({ tls }: Asked): Observation['tls'] {
  if (!tls) return undefined;
  const { protocol, alpn, serial, fingerprint, verified, problem, problemCode } = tls;
  return { protocol, alpn, serial, fingerprint, verified, problem, problemCode };
}

function answerOf(
  answer: Answer | undefined,
): Omit<Observation, 'target' | 'outcome' | 'detail' | 'tls' | 'kept' | 'trail'> {
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

function keptOf({ answer }: Asked): Observation['kept'] {
  return { status: answer?.status, location: headerOf(answer, 'location') };
}

/** Two lines of the same header are a mistake worth seeing, so both are told. */
export function headerOf(answer: Answer | undefined, name: string): string | undefined {
  const value = answer?.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function titleOf(body: string): string | undefined {
  const title = /<title[^>]*>([^<]{0,200})/i.exec(body)?.[1];
  return title?.replace(/\s+/g, ' ').trim();
}
