import { createSecureContext, createServer, type SecureContext, type Server } from 'node:tls';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import type { Challenge, ChallengeSolver } from '../challenge.ts';
import { SharedServer } from '../listening.ts';
import { acmeTlsProtocol, makeTlsAlpnAnswer, tlsAlpn01Type, tlsAlpnServerName } from './certificate.ts';

export interface TlsAlpnListenerOptions {
  /** Default 443, where every authority looks. */
  port?: number;
  /** Default: all addresses of this machine, IPv6 and IPv4. */
  address?: string;
  clock?: Clock;
  random?: Random;
}

/** TLS-ALPN-01 by a listener of its own (RFC 8737), which is open only while there is something to answer. */
export class TlsAlpnListenerSolver implements ChallengeSolver {
  readonly type = tlsAlpn01Type;
  readonly #options: TlsAlpnListenerOptions;
  /** By server name; two orders for one name at the same time take turns as the newest comes first. */
  readonly #contexts = new Map<string, { token: string; context: SecureContext }[]>();
  readonly #server: SharedServer;

  constructor(options: TlsAlpnListenerOptions = {}) {
    this.#options = options;
    this.#server = new SharedServer(() => this.#makeServer(), { port: options.port ?? 443, address: options.address });
  }

  suits(_identifier: unknown, isWildcard: boolean): boolean {
    return !isWildcard;
  }

  /** @throws AcmeError `acme.port-taken`, `.port-denied`, `.listen-failed`. */
  async prepare(challenges: readonly Challenge[]): Promise<void> {
    const { clock = systemClock, random = systemRandom } = this.#options;
    await this.#server.open();
    for (const challenge of challenges) {
      const { serverName, certificatePem, keyPem } = await makeTlsAlpnAnswer(challenge, clock, random);
      const context = createSecureContext({ cert: certificatePem, key: keyPem.reveal(), minVersion: 'TLSv1.2' });
      const others = this.#contexts.get(serverName) ?? [];
      this.#contexts.set(serverName, [{ token: challenge.token, context }, ...others]);
    }
  }

  async clean(challenges: readonly Challenge[]): Promise<void> {
    for (const { identifier, token } of challenges) {
      const serverName = tlsAlpnServerName(identifier);
      const left = (this.#contexts.get(serverName) ?? []).filter((other) => other.token !== token);
      if (left.length > 0) this.#contexts.set(serverName, left);
      else this.#contexts.delete(serverName);
    }
    await this.#server.close();
  }

  /** Nothing is ever said over these connections: the certificate is the answer (RFC 8737 §3). */
  #makeServer(): Server {
    const server = createServer({
      ALPNProtocols: [acmeTlsProtocol],
      handshakeTimeout: 10_000,
      SNICallback: (serverName, done) => {
        const context = this.#contexts.get(serverName.toLowerCase())?.[0]?.context;
        if (context) done(null, context);
        else done(new Error('no such name'));
      },
    });
    server.on('secureConnection', (socket) => {
      socket.on('error', () => {}); // whoever asked has gone
      socket.end();
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  }
}
