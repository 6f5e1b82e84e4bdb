import type { Server, Socket } from 'node:net';
import { describeError, systemCode } from '../base/errors.ts';
import { Queue } from '../base/queue.ts';
import { AcmeError } from './problem.ts';

/** More than any authority opens at once; Node closes further ones. */
const mostConnections = 256;

export interface SharedServerOptions {
  port: number;
  /** Undefined: all addresses, IPv6 and IPv4; IPv4 only on a machine without IPv6. */
  address: string | undefined;
}

/** A server shared by several users, open only while one of them needs it. */
export class SharedServer {
  readonly #make: () => Server;
  readonly #options: SharedServerOptions;
  readonly #connections = new Set<Socket>();
  #server: Server | undefined;
  #users = 0;
  /** Opening and closing never overlap: the port is free only after closing. */
  readonly #steps = new Queue();

  constructor(make: () => Server, options: SharedServerOptions) {
    this.#make = make;
    this.#options = options;
  }

  /**
   * Every call, even a failed one, must be followed by a call of `close`.
   * @throws AcmeError `acme.port-taken`, `.port-denied`, `.listen-failed`.
   */
  open(): Promise<void> {
    this.#users += 1;
    return this.#steps.run(async () => {
      this.#server ??= await this.#listen();
    });
  }

  /** Closes the server and its connections after the last user. */
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
      server.on('error', () => {}); // a failed accept
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
