import { upstreamText } from '../../config/upstream.ts';
import type { EdgeUpstream } from '../snapshot.ts';

/**
 * Why an instance gets no requests while others can take them. `unreachable`: no connection; `failing`: it answers 502 or 503, or breaks off;
 * `unhealthy`: its health check fails; `silent`: it accepts requests and answers none. The last is the most likely to answer.
 */
export const troubles = ['unreachable', 'failing', 'unhealthy', 'silent'] as const;
export type Trouble = (typeof troubles)[number];

/** Failures that end the trust in an instance. One bad prompt, or one visitor who leaves, proves nothing. */
const failuresInARow = 3;
const failedChecksInARow = 2;
/** With this number of requests without an answer … */
const waitingRequests = 3;
/** … and no other answer for this time, an instance is silent. */
const silenceMs = 30_000;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** After this time without trouble, the next pause is the first again. */
const forgivenAfterMs = 60_000;
/** A recovered instance gets its full share after this time. */
const slowStartMs = 30_000;
const leastShare = 0.1;

/** One instance of an app, as one worker knows it. Times are in milliseconds of the monotonic clock. */
export class Instance {
  /** As in the current snapshot. */
  upstream: EdgeUpstream;
  /** For people. */
  readonly name: string;
  /** Requests under way, including streams and WebSockets. */
  streams = 0;
  trouble: Trouble | undefined;
  /** The last error code, such as `edge.upstream-refused`, or status, for people. */
  reason = '';
  /** When to try it again. */
  retryAtMs = 0;
  /** Requests whose answer has not begun. */
  #waiting = 0;
  /** When it last answered, or began to owe an answer. */
  #heardMs = 0;
  #failures = 0;
  #failedChecks = 0;
  #ejections = 0;
  #recoveredMs = -Infinity;
  readonly #random: () => number;

  constructor(upstream: EdgeUpstream, random: () => number = Math.random) {
    this.upstream = upstream;
    this.name = upstreamText(upstream) + (upstream.address === undefined ? '' : ` (${upstream.address})`);
    this.#random = random;
  }

  begin(nowMs: number): void {
    this.streams += 1;
    if (this.#waiting === 0) this.#heardMs = nowMs;
    this.#waiting += 1;
  }

  /** @param answered the response had begun. */
  end(answered: boolean): void {
    this.streams -= 1;
    if (!answered) this.#waiting -= 1;
  }

  /** A response begins. */
  onHead(status: number, nowMs: number): void {
    this.#waiting -= 1;
    this.#heardMs = nowMs;
    if (this.trouble === 'silent') this.recover(nowMs);
    if (status === 502 || status === 503) this.#fail(String(status), nowMs);
    else if (this.trouble === 'unreachable' || status === 101) this.#succeed(nowMs);
  }

  /** A response is complete. */
  onEnd(status: number, nowMs: number): void {
    if (status !== 502 && status !== 503) this.#succeed(nowMs);
  }

  /** @param sent false: there was no connection, so that it cannot have read the request. */
  onFailure(code: string, sent: boolean, nowMs: number): void {
    if (sent) this.#fail(code, nowMs);
    else this.#eject('unreachable', code, nowMs);
  }

  /** The result of a health check, or of a trial connection to an instance in trouble. */
  onCheck(problem: string | undefined, kind: Trouble, nowMs: number): void {
    if (problem === undefined) {
      this.#failedChecks = 0;
      // A health check says nothing about the answers that were bad: the pause must pass first.
      if (this.trouble !== undefined && (this.trouble === 'unhealthy' || nowMs >= this.retryAtMs)) this.recover(nowMs);
      return;
    }
    this.#failedChecks += 1;
    const isKnown = this.trouble !== undefined && nowMs >= this.retryAtMs;
    if (isKnown || kind === 'unreachable' || this.#failedChecks >= failedChecksInARow)
      this.#eject(kind, problem, nowMs);
  }

  /** Call once a second. */
  watch(nowMs: number): void {
    const isSilent = this.#waiting >= waitingRequests && nowMs - this.#heardMs > silenceMs;
    if (isSilent && this.trouble === undefined) this.#eject('silent', 'edge.app-late', nowMs);
  }

  recover(nowMs: number): void {
    if (this.trouble === undefined) return;
    this.trouble = undefined;
    this.reason = '';
    this.#failures = this.#failedChecks = 0;
    this.#recoveredMs = nowMs;
    this.#heardMs = nowMs;
  }

  /** The share of its requests that it gets: less than 1 after it has recovered. */
  share(nowMs: number): number {
    const sinceMs = nowMs - this.#recoveredMs;
    return sinceMs >= slowStartMs ? 1 : leastShare + ((1 - leastShare) * sinceMs) / slowStartMs;
  }

  #succeed(nowMs: number): void {
    this.#failures = 0;
    if (this.trouble !== 'unhealthy') this.recover(nowMs);
  }

  #fail(reason: string, nowMs: number): void {
    this.#failures += 1;
    if (this.#failures >= failuresInARow && this.trouble === undefined) this.#eject('failing', reason, nowMs);
  }

  #eject(trouble: Trouble, reason: string, nowMs: number): void {
    // Many requests fail at the same moment; the pause grows once for all of them.
    if (this.trouble !== undefined && nowMs < this.retryAtMs) {
      if (trouble === 'unreachable') [this.trouble, this.reason] = [trouble, reason];
      return;
    }
    if (this.trouble === undefined && nowMs - this.#recoveredMs > forgivenAfterMs) this.#ejections = 0;
    this.trouble = trouble;
    this.reason = reason;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#ejections);
    this.#ejections = Math.min(this.#ejections + 1, 10);
    // Workers and edges must not all try at the same moment.
    this.retryAtMs = nowMs + pauseMs * (0.75 + this.#random() / 2);
  }
}
