import { createSecureContext, createServer, type SecureContext, type Server } from 'node:tls';
import { type Clock, systemClock } from '../../base/clock.ts';
import { type Random, systemRandom } from '../../base/random.ts';
import { acmeTlsProtocol, type Challenge, type ChallengeSolver, tlsAlpn01Type } from '../challenge.ts';
import { SharedServer } from '../shared-server.ts';
import { makeTlsAlpnAnswer, type TlsAlpnAnswer, tlsAlpnServerName } from './certificate.ts';
import { checkTlsAlpn01, type TlsAlpnCheckOptions } from './check.ts';

export interface TlsAlpnListenerOptions extends TlsAlpnCheckOptions {
  /** Default 443, where every authority connects. */
  port?: number;
  /** Default: all addresses of this machine, IPv6 and IPv4. */
  address?: string;
  clock?: Clock;
  random?: Random;
}

interface PublishedAnswer {
  token: string;
  answer: TlsAlpnAnswer;
  context: SecureContext;
}

/** Answers TLS-ALPN-01 (RFC 8737) with its own listener, open only while there are challenges. */
export class TlsAlpnListenerSolver implements ChallengeSolver {
  readonly type = tlsAlpn01Type;
  readonly #options: TlsAlpnListenerOptions;
  /** By server name, newest first: concurrent orders for one name take turns. */
  readonly #published = new Map<string, PublishedAnswer[]>();
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
      const others = this.#published.get(serverName) ?? [];
      this.#published.set(serverName, [{ token: challenge.token, answer, context }, ...others]);
    }
  }

  check(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    const pairs = challenges.flatMap((challenge) => {
      const answers = this.#published.get(tlsAlpnServerName(challenge.identifier)) ?? [];
      return answers.filter(({ token }) => token === challenge.token).map(({ answer }) => ({ challenge, answer }));
    });
    return checkTlsAlpn01(pairs, signal, this.#options);
  }

  async clean(challenges: readonly Challenge[]): Promise<void> {
    for (const { identifier, token } of challenges) {
      const serverName = tlsAlpnServerName(identifier);
      const left = (this.#published.get(serverName) ?? []).filter((other) => other.token !== token);
      if (left.length > 0) this.#published.set(serverName, left);
      else this.#published.delete(serverName);
    }
    await this.#server.close();
  }

  /** No data follows the handshake: the certificate is the answer (RFC 8737 §3). */
  #makeServer(): Server {
    const server = createServer({
      minVersion: 'TLSv1.2',
      ALPNProtocols: [acmeTlsProtocol],
      handshakeTimeout: 10_000,
      SNICallback: (serverName, done) => {
        const context = this.#published.get(serverName.toLowerCase())?.[0]?.context;
        if (context) done(null, context);
        else done(new Error('no such name'));
      },
    });
    server.on('secureConnection', (socket) => {
      socket.on('error', () => {}); // the client has disconnected
      socket.end();
    });
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    return server;
  }
}
