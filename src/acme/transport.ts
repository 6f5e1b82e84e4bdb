import { type Dispatcher, EnvHttpProxyAgent, errors } from 'undici';
import type { Clock } from '../base/clock.ts';
import { describeError, EveryhopError, systemCode } from '../base/errors.ts';
import { reasonOf } from '../probe/connect.ts';
import { failurePhrase } from '../probe/phrases.ts';
import { Answer } from './answer.ts';
import { AcmeError } from './problem.ts';
import { withinTime } from './wait.ts';

/** Certificate chains are the largest answers, at a few kilobytes. */
const limitBodyBytes = 1024 * 1024;
const limitHeaderBytes = 16 * 1024;

/** Limit of concurrent requests: an order for many names must not open a connection and use a nonce for each. */
export const maxConcurrentRequests = 8;

export interface TransportOptions {
  clock: Clock;
  /** PEM roots for the directory's own certificate. Default: Node's. */
  rootsPem?: string | undefined;
  /** For one request, from the DNS look-up to the last byte of the answer. */
  requestTimeoutMs: number;
  userAgent: string;
}

export interface Request {
  method: 'GET' | 'HEAD' | 'POST';
  url: string;
  accept?: string;
  body?: string;
  signal: AbortSignal;
}

/** HTTPS to an authority: limited in time and size, no redirects, typed errors. Honours HTTPS_PROXY and NO_PROXY. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: TransportOptions) {
    const connect = {
      ...(options.rootsPem === undefined ? {} : { ca: options.rootsPem }),
      timeout: options.requestTimeoutMs,
    };
    const noProxy = [process.env['no_proxy'] ?? process.env['NO_PROXY'] ?? '', 'localhost', '127.0.0.1', '[::1]'];
    this.#options = options;
    this.#dispatcher = new EnvHttpProxyAgent({
      connect,
      requestTls: connect,
      noProxy: noProxy.filter(Boolean).join(','),
      connections: maxConcurrentRequests,
      allowH2: false, // only HTTP/1.1 limits the size of headers
      maxHeaderSize: limitHeaderBytes,
      maxResponseSize: limitBodyBytes,
      headersTimeout: 0, // the limit of the whole request covers both
      bodyTimeout: 0,
    });
  }

  /**
   * Sends one request. Returns answers of any status except redirects.
   * @throws AcmeError `acme.url-insecure`, `.unreachable`, `.untrusted`, `.timeout`, `.redirected`,
   *   `.answer-too-large`; the signal's reason if it aborted.
   */
  async send(request: Request): Promise<Answer> {
    const { clock, requestTimeoutMs } = this.#options;
    const url = httpsUrl(request.url);
    const authority = url.host;
    const late = (): Error => new AcmeError('acme.timeout', { authority, seconds: requestTimeoutMs / 1000 });
    const answer = await withinTime(clock, requestTimeoutMs, late, request.signal, async (signal) => {
      try {
        return await this.#exchange(request, url, signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw networkError(authority, error);
      }
    });
    if (answer.status >= 300 && answer.status < 400) {
      throw new AcmeError('acme.redirected', { url: request.url, location: answer.header('location') ?? '?' });
    }
    return answer;
  }

  async #exchange(request: Request, url: URL, signal: AbortSignal): Promise<Answer> {
    const { statusCode, headers, body } = await this.#dispatcher.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request.method,
      headers: {
        'user-agent': this.#options.userAgent,
        accept: request.accept ?? 'application/json',
        // RFC 8555 §6.1 recommends it; authorities translate only problem texts.
        'accept-language': 'en',
        ...(request.body === undefined ? {} : { 'content-type': 'application/jose+json' }),
      },
      body: request.body ?? null,
      signal,
    });
    const bytes = Buffer.from(await body.arrayBuffer());
    return new Answer(request.url, statusCode, headers, bytes, this.#options.clock.now());
  }

  /** Closes all connections, including those in use. */
  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

/** @throws AcmeError `acme.url-insecure` for anything but an `https:` URL. */
export function httpsUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw new AcmeError('acme.url-insecure', { url: text });
  return url;
}

function networkError(authority: string, error: unknown): EveryhopError {
  if (error instanceof errors.HeadersOverflowError || systemCode(error) === 'HPE_HEADER_OVERFLOW') {
    return new AcmeError('acme.answer-too-large', { authority, limit: limitHeaderBytes }, { cause: error });
  }
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new AcmeError('acme.answer-too-large', { authority, limit: limitBodyBytes }, { cause: error });
  }
  const code = systemCode(error) ?? '';
  const detail = code === '' ? describeError(error) : `${describeError(error)} (${code})`;
  const isTrust = /CERT|SIGNATURE|ISSUER|ALTNAME|TRUST|CHAIN/.test(code);
  const reason = isTrust ? detail : failurePhrase({ reason: reasonOf(error), detail });
  return new AcmeError(isTrust ? 'acme.untrusted' : 'acme.unreachable', { authority, reason }, { cause: error });
}
