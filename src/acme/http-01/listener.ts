import { createServer, type Server } from 'node:http';
import { type Challenge, challengePath, type ChallengeSolver, http01Type } from '../challenge.ts';
import { SharedServer } from '../shared-server.ts';
import { checkHttp01, type HttpCheckOptions } from './check.ts';

export interface ListenerOptions extends HttpCheckOptions {
  /** Default 80, where every authority connects first. */
  port?: number;
  /** Default: all addresses of this machine, IPv6 and IPv4. */
  address?: string;
}

/**
 * Answers HTTP-01 (RFC 8555 §8.3) with its own listener, open only while there are challenges. Everything else gets
 * 404.
 */
export class HttpListenerSolver implements ChallengeSolver {
  readonly type = http01Type;
  readonly #options: ListenerOptions;
  /** Token to key authorization. */
  readonly #answers = new Map<string, string>();
  readonly #server: SharedServer;

  constructor(options: ListenerOptions = {}) {
    this.#options = options;
    this.#server = new SharedServer(() => this.#makeServer(), { port: options.port ?? 80, address: options.address });
  }

  suits(_identifier: unknown, isWildcard: boolean): boolean {
    return !isWildcard;
  }

  /** @throws AcmeError `acme.port-taken`, `.port-denied`, `.listen-failed`. */
  async prepare(challenges: readonly Challenge[]): Promise<void> {
    for (const { token, keyAuthorization } of challenges) this.#answers.set(token, keyAuthorization);
    await this.#server.open();
  }

  check(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    return checkHttp01(challenges, signal, this.#options);
  }

  async clean(challenges: readonly Challenge[]): Promise<void> {
    for (const { token } of challenges) this.#answers.delete(token);
    await this.#server.close();
  }

  #makeServer(): Server {
    const limits = { requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 1_000, maxHeaderSize: 8 * 1024 };
    return createServer(limits, (request, response) => {
      const path = request.url ?? '';
      const isReading = request.method === 'GET' || request.method === 'HEAD';
      const token = path.startsWith(challengePath) ? path.slice(challengePath.length) : '';
      const answer = isReading ? this.#answers.get(token) : undefined;
      response.writeHead(answer === undefined ? 404 : 200, {
        'content-type': 'application/octet-stream',
        'cache-control': 'no-store',
        connection: 'close',
      });
      response.end(answer ?? '');
    });
  }
}
