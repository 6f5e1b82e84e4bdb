import type { Server, Socket } from 'node:net';
import { describeError, systemCode } from '../base/errors.ts';
import { Queue } from '../base/queue.ts';
import { AcmeError } from './problem.ts';

/** Whoever connects more often at the same time than any authority does has to wait. */
const mostConnections = 256;

export interface SharedServerOptions {
  port: number;
  /** Undefined: every address, IPv6 and IPv4; IPv4 alone where the machine has no IPv6. */
  address: string | undefined;
}

/** A server that is open only while somebody needs it. */
export class SharedServer {
  readonly #make: () => Server;
  readonly #options: SharedServerOptions;
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;
  #users = 0;
  /** Opening and closing never overlap: a port is not free before it is closed. */
  readonly #steps = new Queue();

  constructor(make: () => Server, options: SharedServerOptions) {
    this.#make = make;
    this.#options = options;
  }

  /**
   * Every call, also one that fails, is to be followed by one of `close`.
   * @throws AcmeError `acme.port-taken`, `.port-denied`, `.listen-failed`.
   */
  open(): Promise<void> {
    this.#users += 1;
    return this.#steps.run(async () => {
      this.#server ??= await this.#listen();
    });
  }

  /** Closes it for the last one who needed it, with what connections there are. */
  close(): Promise<void> {
    this.#users -= 1;
    return this.#steps.run(async () => {
      const server = this.#server;
      if (this.#users > 0 || !server) return;
      this.#server = undefined;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of this.#connections) socket.destroy();
      await closed;
    });
  }

  async #listen(address = this.#options.address): Promise<Server> {
    const server = this.#make();
    server.maxConnections = mostConnections;
    server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('close', () => this.#connections.delete(socket));
    });
    try {
      await listen(server, this.#options.port, address ?? '::');
      return server;
    } catch (error) {
      const code = systemCode(error) ?? '';
      const isWithoutIpv6 = address === undefined && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL');
      if (isWithoutIpv6) return this.#listen('0.0.0.0');
      throw listenError(code, this.#options.port, error);
    }
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      server.on('error', () => {}); // a connection that could not be accepted
      resolve();
    });
  });
}

function listenError(code: string, port: number, error: unknown): AcmeError {
  switch (code) {
    case 'EADDRINUSE':
      return new AcmeError('acme.port-taken', { port }, { cause: error });
    case 'EACCES':
    case 'EPERM':
      return new AcmeError('acme.port-denied', { port }, { cause: error });
    default:
      return new AcmeError('acme.listen-failed', { port, reason: describeError(error) }, { cause: error });
  }
}
