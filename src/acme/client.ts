import { type Clock, systemClock } from '../base/clock.ts';
import { Pool } from '../base/pool.ts';
import type { Answer } from './answer.ts';
import { type Directory, readDirectory } from './directory.ts';
import { type Signer, signJws } from './jws.ts';
import { AcmeError, problemError, readProblem } from './problem.ts';
import { httpsUrl, mostAtATime, Transport } from './transport.ts';
import { wait } from './wait.ts';

/** An authority that refuses four nonces in ten still takes one of these. */
const mostBadNonces = 20;
/** Unused nonces that are kept; an authority forgets them after a while. */
const mostNonces = 16;
/** After the n-th failure that may pass by itself so long is waited, unless the authority says how long. */
const retryDelaysMs = [250, 1000, 4000];
/** A longer Retry-After is left to whoever asked: see `AcmeError.retryAfterMs`. */
const longestPatienceMs = 30_000;
/** An authority may move what its directory lists. */
const directoryAgeMs = 60 * 60 * 1000;

export interface AcmeClientOptions {
  directoryUrl: string;
  /** PEM: the roots that the directory's own certificate must chain to; for private directories. */
  rootsPem?: string;
  clock?: Clock;
  /** For one request (default 30 s). */
  requestTimeoutMs?: number;
  /** Default: `everyhop`. RFC 8555 §6.1 wants one in every request. */
  userAgent?: string;
}

export interface PostOptions {
  signal: AbortSignal;
  accept?: string;
  /** The names that the request is about, for the words of an error. */
  names?: readonly string[];
  /** False: sent once only, unless the nonce was bad; for what must not be sent twice (default true). */
  retry?: boolean;
}

/** Speaks with one authority: nonces, signatures, retries. Safe to use from several orders at once. */
export class AcmeClient {
  readonly directoryUrl: string;
  /** Host (and port) of the directory, as errors name it. */
  readonly authority: string;
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #nonces: string[] = [];
  readonly #posting = new Pool(mostAtATime);
  #directory: { value: Directory; atMs: number } | undefined;
  /** How far the authority's clock is ahead of ours, by the `Date` of its last answer; to the second. */
  clockDifferenceMs: number | undefined;

  /** @throws AcmeError `acme.url-insecure`. */
  constructor(options: AcmeClientOptions) {
    this.directoryUrl = options.directoryUrl;
    this.authority = httpsUrl(options.directoryUrl).host;
    this.clock = options.clock ?? systemClock;
    this.#transport = new Transport({
      clock: this.clock,
      rootsPem: options.rootsPem,
      requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
      userAgent: options.userAgent ?? 'everyhop',
    });
  }

  /** What the authority offers; asked once an hour. @throws AcmeError. */
  async directory(signal: AbortSignal): Promise<Directory> {
    const isFresh = this.#directory && this.clock.monotonic() - this.#directory.atMs < directoryAgeMs;
    if (!isFresh) {
      const value = readDirectory(await this.get(this.directoryUrl, signal));
      this.#directory = { value, atMs: this.clock.monotonic() };
    }
    return this.#directory!.value;
  }

  /** Unsigned: the directory and renewal information only. @throws AcmeError also for an error status. */
  get(url: string, signal: AbortSignal): Promise<Answer> {
    return this.#retrying(signal, async () => {
      return this.#accepted(await this.#transport.send({ method: 'GET', url, signal }), []);
    });
  }

  /**
   * Sends a signed request. A refused nonce is replaced; what may pass by itself (no connection, 5xx, a short Retry-After)
   * is tried again a few times.
   * @param payload undefined: POST-as-GET.
   * @throws AcmeError for an error status, with the authority's problem.
   */
  post(url: string, payload: unknown, signer: Signer, options: PostOptions): Promise<Answer> {
    const once = (): Promise<Answer> =>
      this.#posting.run(() => this.#postOnce(url, payload, signer, options), options.signal);
    return options.retry === false ? once() : this.#retrying(options.signal, once);
  }

  async #postOnce(url: string, payload: unknown, signer: Signer, options: PostOptions): Promise<Answer> {
    const { signal, names = [], accept } = options;
    for (let refused = 0; ; refused++) {
      const nonce = this.#nonces.pop() ?? (await this.#newNonce(signal));
      const body = signJws(signer, url, payload, nonce);
      const request = { method: 'POST', url, body, signal, ...(accept === undefined ? {} : { accept }) } as const;
      const answer = await this.#transport.send(request);
      this.#keepNonce(answer);
      const isBadNonce = answer.status === 400 && readProblem(answer.json()).type === 'badNonce';
      if (!isBadNonce || refused === mostBadNonces) return this.#accepted(answer, names);
    }
  }

  /** Ends connections; requests under way fail. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #newNonce(signal: AbortSignal): Promise<string> {
    const { newNonce } = await this.directory(signal);
    const answer = this.#accepted(await this.#transport.send({ method: 'HEAD', url: newNonce, signal }), []);
    const nonce = nonceOf(answer);
    if (nonce === undefined) throw answer.malformed('Replay-Nonce');
    return nonce;
  }

  /** From errors too (RFC 8555 §6.5). The newest is used first: it is the likeliest to be remembered. */
  #keepNonce(answer: Answer): void {
    const nonce = nonceOf(answer);
    if (nonce === undefined) return;
    this.#nonces.push(nonce);
    if (this.#nonces.length > mostNonces) this.#nonces.shift();
  }

  #accepted(answer: Answer, names: readonly string[]): Answer {
    const dateMs = Date.parse(answer.header('date') ?? '');
    if (!Number.isNaN(dateMs)) this.clockDifferenceMs = dateMs - this.clock.now();
    if (answer.status < 400) return answer;
    const { retryAfterMs, status } = answer;
    const problem = readProblem(answer.json());
    if (problem.detail === '' && problem.type === 'about:blank') problem.detail = `HTTP ${status}`;
    const termsUrl = answer.links('terms-of-service')[0];
    throw problemError(this.authority, status, problem, { retryAfterMs, termsUrl, names });
  }

  async #retrying<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    for (const delayMs of retryDelaysMs) {
      try {
        return await attempt();
      } catch (error) {
        const waitMs = passesAfterMs(error, delayMs);
        if (waitMs === undefined || signal.aborted) throw error;
        await wait(this.clock, waitMs, signal);
      }
    }
    return attempt();
  }
}

/** RFC 8555 §6.5.1: base64url; anything else would not survive a signature. */
function nonceOf(answer: Answer): string | undefined {
  const nonce = answer.header('replay-nonce');
  return nonce !== undefined && /^[\w-]{1,1024}$/.test(nonce) ? nonce : undefined;
}

/** How long to wait before the same is tried again; undefined: it would not help, or not soon. */
function passesAfterMs(error: unknown, delayMs: number): number | undefined {
  if (!(error instanceof AcmeError)) return undefined;
  const saidMs = error.retryAfterMs;
  switch (error.code) {
    case 'acme.unreachable':
    case 'acme.server-failed':
    case 'acme.server-busy':
      return saidMs === undefined ? delayMs : saidMs <= longestPatienceMs ? Math.max(saidMs, delayMs) : undefined;
    case 'acme.rate-limited':
      return saidMs !== undefined && saidMs <= longestPatienceMs ? Math.max(saidMs, delayMs) : undefined;
    default:
      return undefined;
  }
}
