import type { Fields } from '../http1/head.ts';
import type { EdgeUpstream } from '../snapshot.ts';
import type { Alternatives, ExchangeFailure, Redirection } from './exchange.ts';
import type { Group } from './group.ts';
import type { Instance } from './instance.ts';

/** How many instances get a request at most. */
const mostAttempts = 4;
/** No further attempt after this time. */
const attemptsMs = 10_000;

/**
 * One request on its way to one of several instances. It goes to another if the first cannot have read it; a request that changes
 * nothing also does, once, after the connection has closed without an answer, and after 502 and 503. No POST is sent twice.
 */
export class Dispatch implements Alternatives {
  readonly #group: Group;
  readonly #beganMs = performance.now();
  /** The head of the request for an instance. */
  readonly #headFor: (upstream: EdgeUpstream) => string;
  readonly #tried: Instance[] = [];
  instance: Instance;
  #status = 0;
  #isRepeated = false;
  #isClosed = false;

  constructor(group: Group, fields: Fields, headFor: (upstream: EdgeUpstream) => string) {
    this.#group = group;
    this.#headFor = headFor;
    this.instance = group.first(fields, this.#beganMs);
    this.instance.begin(this.#beganMs);
  }

  /** How many other instances had the request before. */
  get retries(): number {
    return this.#tried.length;
  }

  onHead(status: number, isRepeatable: boolean): Redirection | undefined {
    const nowMs = performance.now();
    this.#status = status;
    this.instance.onHead(status, nowMs);
    this.#group.noteUp();
    if (!isRepeatable || (status !== 502 && status !== 503)) return undefined;
    return this.#repeat(nowMs);
  }

  onEnd(): void {
    this.instance.onEnd(this.#status, performance.now());
  }

  onFailure(failure: ExchangeFailure, sent: boolean, isRepeatable: boolean): Redirection | undefined {
    const nowMs = performance.now();
    this.instance.onFailure(failure, sent, nowMs);
    if (sent) return isRepeatable ? this.#repeat(nowMs) : undefined;
    const isLate = this.#tried.length + 1 >= mostAttempts || nowMs - this.#beganMs > attemptsMs;
    const other = isLate ? undefined : this.#group.another([...this.#tried, this.instance], nowMs);
    if (other) return this.#moveTo(other, nowMs);
    this.#group.noteDown(nowMs);
    return undefined;
  }

  /** Its answer has not begun within the limit of the route. */
  noteLate(): void {
    this.instance.onFailure('edge.app-late', true, performance.now());
  }

  /** True while the app counts as starting. */
  get isAwaited(): boolean {
    return this.#group.isAwaited(performance.now());
  }

  /** Set-Cookie for the visitor; undefined for none. */
  cookieFor(fields: Fields): string | undefined {
    return this.#group.cookieFor(this.instance, fields);
  }

  /** The request is over, or its client is gone. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.instance.end(this.#status !== 0);
  }

  #repeat(nowMs: number): Redirection | undefined {
    if (this.#isRepeated || nowMs - this.#beganMs > attemptsMs) return undefined;
    const other = this.#group.spare([...this.#tried, this.instance], nowMs);
    if (!other) return undefined;
    this.#isRepeated = true;
    return this.#moveTo(other, nowMs);
  }

  #moveTo(other: Instance, nowMs: number): Redirection {
    this.instance.end(this.#status !== 0);
    this.#tried.push(this.instance);
    this.#status = 0;
    this.instance = other;
    other.begin(nowMs);
    return { upstream: other.upstream, head: this.#headFor(other.upstream) };
  }
}
