import { Exchange, type ExchangeFailure, type ExchangeSink } from '../upstream/exchange.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { EdgeForwardAuth } from '../snapshot.ts';

/** The visitor waits for it. */
const visitorTimeoutMs = 10_000;
/** For a page of the service: a log-in form, for example. */
const bodyLimitBytes = 256 * 1024;

export type ServiceAnswer =
  | { head: ResponseHead; body: Buffer }
  | { failure: ExchangeFailure | 'gone' | 'too-long'; detail: string };

/** One question to a service, and its complete answer. */
export class ServiceExchange implements ExchangeSink {
  readonly answer: Promise<ServiceAnswer>;
  readonly #exchange: Exchange;
  readonly #timer: NodeJS.Timeout;
  #settle!: (answer: ServiceAnswer) => void;
  #head: ResponseHead | undefined;
  readonly #body: Buffer[] = [];
  #bytes = 0;

  /** @param head of the request, as latin1. */
  constructor({ upstream }: EdgeForwardAuth, head: string, timeoutMs = visitorTimeoutMs) {
    this.answer = new Promise((resolve) => (this.#settle = resolve));
    this.#timer = setTimeout(() => {
      this.#abandon('edge.upstream-timeout', `no complete answer within ${timeoutMs / 1000} s`);
    }, timeoutMs);
    this.#exchange = new Exchange({ upstream, method: 'GET', head, hasBody: false, upgrade: false }, this);
  }

  /** The visitor has gone. */
  cancel(): void {
    this.#abandon('gone', '');
  }

  onHead(head: ResponseHead): 'payload' {
    this.#head = head;
    return 'payload';
  }

  onBody(bytes: Buffer): void {
    this.#bytes += bytes.length;
    if (this.#bytes > bodyLimitBytes) return this.#abandon('too-long', `more than ${bodyLimitBytes} bytes`);
    this.#body.push(bytes);
  }

  onEnd(): void {
    clearTimeout(this.#timer);
    this.#settle({ head: this.#head!, body: Buffer.concat(this.#body) });
  }

  onFailure(failure: ExchangeFailure, detail: string): void {
    clearTimeout(this.#timer);
    this.#settle({ failure, detail });
  }

  onInformational(): void {}
  onFlush(): void {}
  onWritable(): void {}
  onUpgrade(): void {} // it asks for none

  #abandon(failure: ExchangeFailure | 'gone' | 'too-long', detail: string): void {
    clearTimeout(this.#timer);
    this.#exchange.cancel();
    this.#settle({ failure, detail });
  }
}
