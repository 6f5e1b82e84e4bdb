import { createSecureContext, createServer, type SecureContext, type Server } from 'node:tls';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import { acmeTlsProtocol, type Challenge, type ChallengeSolver, tlsAlpn01Type } from '../challenge.ts';
import { SharedServer } from '../listening.ts';
import { makeTlsAlpnAnswer, type TlsAlpnAnswer, tlsAlpnServerName } from './certificate.ts';
import { checkTlsAlpn01, type TlsAlpnCheckOptions } from './check.ts';

export interface TlsAlpnListenerOptions extends TlsAlpnCheckOptions {
  /** Default 443, where every authority looks. */
  port?: number;
  /** Default: all addresses of this machine, IPv6 and IPv4. */
  address?: string;
  clock?: Clock;
  random?: Random;
}

interface Shown {
  token: string;
  answer: TlsAlpnAnswer;
  context: SecureContext;
}

/** TLS-ALPN-01 by a listener of its own (RFC 8737), which is open only while there is something to answer. */
export class TlsAlpnListenerSolver implements ChallengeSolver {
  readonly type = tlsAlpn01Type;
  readonly #options: TlsAlpnListenerOptions;
  /** By server name; two orders for one name at the same time take turns as the newest comes first. */
  readonly #shown = new Map<string, Shown[]>();
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
      const answer = await makeTlsAlpnAnswer(challenge, clock, random);
      const { serverName, certificatePem, keyPem } = answer;
      const context = createSecureContext({ cert: certificatePem, key: keyPem.reveal(), minVersion: 'TLSv1.2' });
      const others = this.#shown.get(serverName) ?? [];
      this.#shown.set(serverName, [{ token: challenge.token, answer, context }, ...others]);
    }
  }

  check(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    const pairs = challenges.flatMap((challenge) => {
      const shown = this.#shown.get(tlsAlpnServerName(challenge.identifier)) ?? [];
      return shown.filter(({ token }) => token === challenge.token).map(({ answer }) => ({ challenge, answer }));
    });
    return checkTlsAlpn01(pairs, signal, this.#options);
  }

  async clean(challenges: readonly Challenge[]): Promise<void> {
    for (const { identifier, token } of challenges) {
      const serverName = tlsAlpnServerName(identifier);
      const left = (this.#shown.get(serverName) ?? []).filter((other) => other.token !== token);
      if (left.length > 0) this.#shown.set(serverName, left);
      else this.#shown.delete(serverName);
    }
    await this.#server.close();
  }

  /** Nothing is ever said over these connections: the certificate is the answer (RFC 8737 §3). */
  #makeServer(): Server {
    const server = createServer({
      ALPNProtocols: [acmeTlsProtocol],
      handshakeTimeout: 10_000,
      SNICallback: (serverName, done) => {
        const context = this.#shown.get(serverName.toLowerCase())?.[0]?.context;
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
