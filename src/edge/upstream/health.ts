import type { Socket } from 'node:net';
import type { ResponseHead } from '../http1/response-head.ts';
import type { EdgeRoute, EdgeUpstream } from '../snapshot.ts';
import { UpstreamConnection } from './connection.ts';
import { Exchange, type ExchangeFailure, type ExchangeSink, failureOf } from './exchange.ts';
import type { Trouble } from './instance.ts';

type HealthSettings = NonNullable<EdgeRoute['health']>;

/** @param problem undefined: healthy. */
export type CheckDone = (problem: string | undefined, kind: Trouble) => void;

const answerTimeoutMs = 5000;

/**
 * Asks for the health path as a visitor of the site would.
 * @param host for the Host field, unless the app requires its own.
 */
export function checkHealth(
  upstream: EdgeUpstream,
  { path, status, intervalMs }: HealthSettings,
  host: string,
  done: CheckDone,
): void {
  const sink = new HealthSink(status, done);
  const head =
    `GET ${upstream.basePath}${path} HTTP/1.1\r\nHost: ${upstream.ownHost ?? host}\r\nUser-Agent: Everyhop health check\r\nAccept: */*\r\n` +
    'X-Forwarded-Proto: https\r\n\r\n';
  const exchange = new Exchange({ upstream, method: 'GET', head, hasBody: false, upgrade: false }, sink);
  sink.begin(exchange, Math.min(answerTimeoutMs, Math.max(1000, intervalMs)));
}

class HealthSink implements ExchangeSink {
  readonly #status: number | undefined;
  readonly #done: CheckDone;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(status: number | undefined, done: CheckDone) {
    this.#status = status;
    this.#done = done;
  }

  begin(exchange: Exchange, timeoutMs: number): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      exchange.cancel();
      this.#finish('edge.upstream-timeout', 'unhealthy');
    }, timeoutMs).unref();
  }

  onHead({ status }: ResponseHead): 'payload' {
    const isExpected = this.#status === undefined ? status >= 200 && status < 400 : status === this.#status;
    // The body is read, within the same time limit, so that the connection can be used again.
    this.#tell(isExpected ? undefined : String(status), 'unhealthy');
    return 'payload';
  }

  onFailure(failure: ExchangeFailure): void {
    const isDown = failure !== 'edge.upstream-closed' && failure !== 'edge.upstream-malformed';
    this.#finish(failure, isDown ? 'unreachable' : 'unhealthy');
  }

  onEnd(): void {
    clearTimeout(this.#timer);
  }

  onUpgrade(_head: ResponseHead, socket: Socket): void {
    socket.destroy();
  }

  onInformational(): void {}
  onBody(): void {}
  onFlush(): void {}
  onWritable(): void {}

  #finish(problem: string, kind: Trouble): void {
    clearTimeout(this.#timer);
    this.#tell(problem, kind);
  }

  #tell(problem: string | undefined, kind: Trouble): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#done(problem, kind);
  }
}

/** Tries whether an instance accepts connections, so that no visitor has to. */
export function tryConnection(upstream: EdgeUpstream, done: CheckDone): void {
  const connection = new UpstreamConnection(upstream, 0);
  connection.user = {
    onReady() {
      connection.destroy();
      done(undefined, 'unreachable');
    },
    onData() {},
    onDrain() {},
    onClosed: (error) => done(failureOf(error, false), 'unreachable'),
  };
}
