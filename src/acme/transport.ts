import { Socket } from 'node:net';
import { Agent, buildConnector, errors } from 'undici';
import type { Clock } from '../base/clock.ts';
import { describeError, EveryhopError, systemCode } from '../base/errors.ts';
import { reasonOf } from '../probe/connect.ts';
import { failurePhrase } from '../probe/phrases.ts';
import { publicRoots, verifiedConnection } from '../probe/verified.ts';
import { type Proxy, proxyAddress, proxyFor } from '../names/proxy.ts';
import { withoutBrackets } from '../names/address.ts';
import { Answer } from './answer.ts';
import { acmeWords } from './messages.ts';
import { AcmeError } from './problem.ts';
import { openTunnel, TunnelFailure, TunnelRefusal } from './tunnel.ts';
import { untilAborted, withinTime } from './wait.ts';

/** Certificate chains are the largest answers, at a few kilobytes. */
const limitBodyBytes = 1024 * 1024;
const limitHeaderBytes = 16 * 1024;

/** Share of the time limit for reaching the proxy, so that its silence is not blamed on the authority. */
const tunnelShare = 0.9;

/** Limit of concurrent requests: an order for many names must not open a connection and use a nonce for each. */
export const maxConcurrentRequests = 8;

export interface TransportOptions {
  clock: Clock;
  /** PEM roots for the directory's own certificate. Default: `publicRoots`. */
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

/**
 * HTTPS to an authority: limited in time and size, no redirects, typed errors. Goes through the proxy that the
 * environment names for the URL, see `proxyFor`.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #dispatcher: Agent;
  readonly #closing = new AbortController();

  constructor(options: TransportOptions) {
    const timeout = options.requestTimeoutMs;
    // Only HTTP/1.1 limits the size of headers.
    const connect = buildConnector({
      ...verifiedConnection,
      ca: options.rootsPem ?? publicRoots(),
      timeout,
      allowH2: false,
    });
    this.#options = options;
    this.#dispatcher = new Agent({
      connect: (target, done) => {
        const port = Number(target.port) || 443;
        const choice = proxyFor(new URL(`https://${target.host}`), process.env);
        if (choice.kind !== 'proxy') return this.#untilClosed(connect(target, done));
        openTunnel(
          choice.proxy,
          withoutBrackets(target.hostname),
          port,
          timeout * tunnelShare,
          this.#closing.signal,
        ).then(
          (httpSocket) => this.#untilClosed(connect({ ...target, httpSocket }, done)),
          (error: Error) => done(error, null),
        );
      },
      connections: maxConcurrentRequests,
      allowH2: false,
      maxHeaderSize: limitHeaderBytes,
      maxResponseSize: limitBodyBytes,
      headersTimeout: 0, // the limit of the whole request covers both
      bodyTimeout: 0,
    });
  }

  /**
   * Sends one request. Returns answers of any status except redirects.
   * @throws AcmeError `acme.url-insecure`, `.proxy-invalid`, `.proxy-unreachable`, `.proxy-refused`, `.unreachable`,
   *   `.untrusted`, `.timeout`, `.redirected`, `.answer-too-large`; the signal's reason if it aborted.
   */
  async send(request: Request): Promise<Answer> {
    const { clock, requestTimeoutMs } = this.#options;
    const url = httpsUrl(request.url);
    const authority = url.host;
    const proxy = requireProxy(url);
    const late = (): Error => new AcmeError('acme.timeout', { authority, seconds: requestTimeoutMs / 1000 });
    const answer = await withinTime(clock, requestTimeoutMs, late, request.signal, async (signal) => {
      try {
        return await untilAborted(this.#exchange(request, url, signal), signal);
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw (proxy && proxyError(proxy, url, error)) ?? networkError(authority, error);
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

  /** Closes all connections, including those in use and those not established yet. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.#dispatcher.destroy();
  }

  /** Destroying the dispatcher does not end a connection that is being established, but waits for it. */
  #untilClosed(socket: unknown): void {
    if (!(socket instanceof Socket)) return;
    const end = (): void => void socket.destroy();
    this.#closing.signal.addEventListener('abort', end);
    socket.once('close', () => this.#closing.signal.removeEventListener('abort', end));
  }
}

/** @throws AcmeError `acme.url-insecure` for anything but an `https:` URL. */
export function httpsUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:') throw new AcmeError('acme.url-insecure', { url: text });
  return url;
}

/** @throws AcmeError `acme.proxy-invalid`: only now, because a program that needs no authority can do without it. */
function requireProxy(url: URL): Proxy | undefined {
  const choice = proxyFor(url, process.env);
  if (choice.kind === 'direct') return undefined;
  if (choice.kind === 'proxy') return choice.proxy;
  const { variable, scheme } = choice;
  const reason = scheme?.startsWith('socks4')
    ? acmeWords('acme.proxy.socks4', {})
    : scheme !== undefined && !/^(?:https?|socks5?h?)$/.test(scheme)
      ? acmeWords('acme.proxy.scheme', { scheme })
      : acmeWords('acme.proxy.address', {});
  throw new AcmeError('acme.proxy-invalid', { authority: url.host, variable, reason });
}

/** Undefined for a failure beyond the proxy. */
function proxyError(proxy: Proxy, { host: authority, hostname }: URL, error: unknown): AcmeError | undefined {
  const params = { authority, host: hostname, variable: proxy.variable, proxy: proxyAddress(proxy) };
  if (error instanceof TunnelRefusal) {
    const { status } = error;
    const kind = status === 407 ? 'credentials' : status === 502 || status >= 503 ? 'beyond' : 'forbidden';
    return new AcmeError('acme.proxy-refused', {
      ...params,
      status,
      reason: acmeWords(`acme.proxy.${kind}`, { authority }),
      remedy: acmeWords(`acme.proxy.${kind}-remedy`, {
        variable: params.variable,
        host: hostname,
        proxy: params.proxy,
      }),
    });
  }
  if (!(error instanceof TunnelFailure)) return undefined;
  const cause = error.cause ?? error;
  const reason = failurePhrase({ reason: reasonOf(cause), detail: describeError(cause) });
  return new AcmeError('acme.proxy-unreachable', { ...params, reason }, { cause: error });
}

function networkError(authority: string, error: unknown): EveryhopError {
  if (error instanceof errors.HeadersOverflowError || systemCode(error) === 'HPE_HEADER_OVERFLOW') {
    return new AcmeError('acme.answer-too-large', { authority, limit: limitHeaderBytes }, { cause: error });
  }
  if (error instanceof errors.ResponseExceededMaxSizeError) {
    return new AcmeError('acme.answer-too-large', { authority, limit: limitBodyBytes }, { cause: error });
  }
  const code = systemCode(error) ?? '';
  const said = describeError(error);
  const detail = said.includes(code) ? said : `${said} (${code})`;
  const isTrust = /CERT|SIGNATURE|ISSUER|ALTNAME|TRUST|CHAIN/.test(code);
  const reason = isTrust ? detail : failurePhrase({ reason: reasonOf(error), detail });
  return new AcmeError(isTrust ? 'acme.untrusted' : 'acme.unreachable', { authority, reason }, { cause: error });
}
