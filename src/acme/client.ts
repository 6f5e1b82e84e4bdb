import { type Clock, systemClock } from '../base/clock.ts';
import type { Phrase } from '../base/language.ts';
import { Pool } from '../base/pool.ts';
import type { Answer } from './answer.ts';
import { type Directory, readDirectory } from './directory.ts';
import { type Signer, signJws } from './jws.ts';
import { acmeError, acmeWords } from './messages.ts';
import { AcmeError, problemError, readProblem } from './problem.ts';
import { httpsUrl, maxConcurrentRequests, Transport } from './transport.ts';
import { wait } from './wait.ts';

/** Enough for an authority that refuses four nonces in ten. */
const mostBadNonces = 20;
/** Unused nonces kept in memory; authorities expire them. */
const mostNonces = 16;
/** Delay after the n-th temporary failure; a longer Retry-After takes precedence. */
const retryDelaysMs = [250, 1000, 4000];
/** A longer Retry-After is left to the caller, in `AcmeError.retryAfterMs`. */
const longestPatienceMs = 30_000;
/** Maximum age of a cached directory: its URLs may change. */
const directoryAgeMs = 60 * 60 * 1000;

export interface AcmeClientOptions {
  directoryUrl: string;
  /** PEM roots for the directory's own certificate; for private directories. */
  rootsPem?: string;
  clock?: Clock;
  /** Per request. Default 30 s. */
  requestTimeoutMs?: number;
  /** Default `everyhop`. RFC 8555 §6.1 requires a User-Agent in every request. */
  userAgent?: string;
}

export interface PostOptions {
  signal: AbortSignal;
  accept?: string;
  /** The names that the request is about, for error messages. */
  names?: readonly string[];
  /** False: send once only, except after a bad nonce. For requests that must not be repeated. Default true. */
  retry?: boolean;
}

/** Talks to one authority: nonces, signatures, retries. Several orders may use it concurrently. */
export class AcmeClient {
  readonly directoryUrl: string;
  /** Host (and port) of the directory; errors show it. */
  readonly authority: string;
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #nonces: string[] = [];
  readonly #postPool = new Pool(maxConcurrentRequests);
  #directory: { value: Directory; atMs: number } | undefined;
  /** The authority's clock minus ours, from the `Date` of its last answer. Precise to a second. */
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

  /** Cached for an hour. @throws AcmeError `acme.no-directory`, and those of `get`. */
  async directory(signal: AbortSignal): Promise<Directory> {
    const isFresh = this.#directory && this.clock.monotonic() - this.#directory.atMs < directoryAgeMs;
    if (!isFresh) {
      const value = await this.#readDirectory(signal);
      this.#directory = { value, atMs: this.clock.monotonic() };
    }
    return this.#directory!.value;
  }

  async #readDirectory(signal: AbortSignal): Promise<Directory> {
    try {
      return readDirectory(await this.get(this.directoryUrl, signal));
    } catch (error) {
      const reason = error instanceof AcmeError ? strangerPhrase(error) : undefined;
      if (!reason) throw error;
      throw new AcmeError('acme.no-directory', { url: this.directoryUrl, reason }, { cause: error });
    }
  }

  /** Unsigned: for the directory and renewal information only. @throws AcmeError also for an error status. */
  get(url: string, signal: AbortSignal): Promise<Answer> {
    return this.#withRetries(signal, async () => {
      return this.#requireSuccess(await this.#transport.send({ method: 'GET', url, signal }), []);
    });
  }

  /**
   * Sends a signed request. Replaces a refused nonce, and retries temporary failures a few times (no connection, 5xx, a
   * short Retry-After).
   * @param payload undefined: POST-as-GET.
   * @throws AcmeError for an error status, with the authority's problem document.
   */
  post(url: string, payload: unknown, signer: Signer, options: PostOptions): Promise<Answer> {
    const once = (): Promise<Answer> =>
      this.#postPool.run(() => this.#postOnce(url, payload, signer, options), options.signal);
    return options.retry === false ? once() : this.#withRetries(options.signal, once);
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
      if (!isBadNonce || refused === mostBadNonces) return this.#requireSuccess(answer, names);
    }
  }

  /** Closes the connections; pending requests fail. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  async #newNonce(signal: AbortSignal): Promise<string> {
    const { newNonce } = await this.directory(signal);
    const answer = this.#requireSuccess(await this.#transport.send({ method: 'HEAD', url: newNonce, signal }), []);
    const nonce = nonceOf(answer);
    if (nonce === undefined) throw answer.malformed('Replay-Nonce');
    return nonce;
  }

  /**
   * Error answers carry nonces too (RFC 8555 §6.5). The newest is used first: it is the least likely to have expired.
   */
  #keepNonce(answer: Answer): void {
    const nonce = nonceOf(answer);
    if (nonce === undefined) return;
    this.#nonces.push(nonce);
    if (this.#nonces.length > mostNonces) this.#nonces.shift();
  }

  #requireSuccess(answer: Answer, names: readonly string[]): Answer {
    const dateMs = Date.parse(answer.header('date') ?? '');
    if (!Number.isNaN(dateMs)) this.clockDifferenceMs = dateMs - this.clock.now();
    if (answer.status < 400) return answer;
    const { retryAfterMs, status } = answer;
    const problem = readProblem(answer.json());
    if (problem.detail === '' && problem.type === 'about:blank') problem.detail = `HTTP ${status}`;
    const termsUrl = answer.links('terms-of-service')[0];
    throw problemError(this.authority, status, problem, { retryAfterMs, nowMs: this.clock.now(), termsUrl, names });
  }

  async #withRetries<T>(signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
    for (const delayMs of retryDelaysMs) {
      try {
        return await attempt();
      } catch (error) {
        const waitMs = retryDelayMs(error, delayMs);
        if (waitMs === undefined || signal.aborted) throw error;
        await wait(this.clock, waitMs, signal);
      }
    }
    return attempt();
  }
}

/** Why the answer at the URL of a directory is not one; undefined for any other failure. */
function strangerPhrase(error: AcmeError): Phrase | undefined {
  if (acmeError.is(error, 'acme.answer-malformed')) {
    return acmeWords('acme.directory.field', { field: error.params.field });
  }
  if (error.code === 'acme.answer-too-large') return acmeWords('acme.directory.large', {});
  const { status = 0 } = error;
  return status >= 400 && status < 500 && status !== 429 ? acmeWords('acme.directory.status', { status }) : undefined;
}

/** RFC 8555 §6.5.1: base64url. Anything else could not be signed. */
function nonceOf(answer: Answer): string | undefined {
  const nonce = answer.header('replay-nonce');
  return nonce !== undefined && /^[\w-]{1,1024}$/.test(nonce) ? nonce : undefined;
}

/** The delay before a retry; undefined if a retry would not help, or not soon. */
function retryDelayMs(error: unknown, delayMs: number): number | undefined {
  if (!(error instanceof AcmeError)) return undefined;
  const requestedMs = error.retryAfterMs;
  switch (error.code) {
    case 'acme.unreachable':
    case 'acme.proxy-unreachable':
    case 'acme.server-failed':
    case 'acme.server-busy':
      return requestedMs === undefined
        ? delayMs
        : requestedMs <= longestPatienceMs
          ? Math.max(requestedMs, delayMs)
          : undefined;
    case 'acme.rate-limited':
      return requestedMs !== undefined && requestedMs <= longestPatienceMs ? Math.max(requestedMs, delayMs) : undefined;
    default:
      return undefined;
  }
}
