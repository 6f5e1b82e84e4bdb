import net, { type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Admission } from './admission.ts';
import { acmeTlsProtocol } from '../acme/challenge.ts';
import { ClientHelloParser, type HelloReading } from './client-hello.ts';
import type { ConnectionFacts, EdgeContext, Endpoints, Origin } from './connection.ts';
import { FirstBytes } from './first-bytes.ts';
import { serveHttp1 } from './http1/connection.ts';
import { serveHttp2 } from './http2/session.ts';
import { idleTimeoutMs } from './limits.ts';
import { beginsProxyHeader, originOf, type ProxyHeaderReading, readProxyHeader } from './proxy-protocol.ts';
import { logUnread } from './request.ts';
import type { EdgeSnapshot, Listener } from './snapshot.ts';
import { answerTlsChallenge, ContextCache, plainAddress, TlsTerminator } from './tls.ts';
import { clientCertificateOf } from './identity.ts';
import { CertifiedConnections } from './revocation.ts';
import { isFromProxy, isTrustedProxy } from './visitor.ts';
import { watchGroups } from './upstream/groups.ts';

/** Time limit for a complete ClientHello, however slowly it arrives. */
const helloTimeoutMs = 15_000;
/** Time limit for a PROXY header. Proxies send it at once; a lost packet takes a few seconds. */
const proxyHeaderTimeoutMs = 5000;
/** The policy name for connections without TLS. */
const plainPolicy = 'plain';

/**
 * The listening sockets of one worker. Inspects the first bytes of each connection, runs the TLS handshake if there is
 * one, and passes the connection to HTTP/1 or HTTP/2.
 */
export class Front {
  readonly #context: EdgeContext;
  readonly #admission: Admission;
  readonly #contexts = new ContextCache();
  readonly #certified = new CertifiedConnections();
  readonly #servers = new Map<string, net.Server>();
  #terminator: TlsTerminator | undefined;
  /** Where the connections come from that proxies introduced by a PROXY header, by `tupleOf`. */
  readonly #relayed = new Map<string, Origin>();
  /** Sockets whose protocol is not known yet. */
  readonly #early = new Set<Socket>();
  handshakesFailed = 0;

  constructor(context: EdgeContext, admission: Admission) {
    this.#context = context;
    this.#admission = admission;
  }

  /**
   * Uses `snapshot` for new connections, and opens and closes listeners accordingly. Open connections continue, except those of clients whose
   * certificate has been revoked.
   * @throws OpenSSL's error for a key or root, or the system's for a port. The previous snapshot then stays in effect.
   */
  async apply(snapshot: EdgeSnapshot): Promise<void> {
    const terminator = new TlsTerminator(snapshot, this.#contexts, {
      onSecure: (socket, policy) => {
        const serverName = typeof socket.servername === 'string' ? socket.servername.toLowerCase() : undefined;
        const onHttpPort = snapshot.listeners.some(({ port, secure }) => port === socket.localPort && !secure);
        const origin = this.#originOf(socket);
        if (!origin) {
          socket.destroy();
          return;
        }
        const facts: ConnectionFacts = {
          ...origin,
          secure: true,
          redirects: onHttpPort,
          serverName: serverName?.replace(/\.$/, ''),
          policy,
          clientCertificate: clientCertificateOf(socket),
        };
        this.#certified.add(socket, policy);
        if (socket.alpnProtocol === 'h2') serveHttp2(socket, facts, this.#context);
        else serveHttp1(socket, facts, this.#context);
      },
      onFailed: () => void (this.handshakesFailed += 1),
    });
    const wanted = new Map(snapshot.listeners.map((listener) => [keyOf(listener), listener]));
    const opened: string[] = [];
    // Connections may arrive at the first listener while the second is being opened.
    this.#terminator ??= terminator;
    try {
      for (const [key, listener] of wanted) {
        if (this.#servers.has(key)) continue;
        this.#servers.set(key, await this.#listen(listener));
        opened.push(key);
      }
    } catch (error) {
      for (const key of opened) this.#close(key);
      throw error;
    }
    this.#terminator = terminator;
    this.#certified.closeRevoked(snapshot);
    watchGroups(snapshot);
    for (const key of this.#servers.keys()) if (!wanted.has(key)) this.#close(key);
  }

  /** Stops accepting, and closes connections that have sent no ClientHello yet. */
  stop(): void {
    for (const key of this.#servers.keys()) this.#close(key);
    this.#admission.stop();
    for (const socket of this.#early) socket.destroy();
  }

  #close(key: string): void {
    this.#servers.get(key)?.close();
    this.#servers.delete(key);
  }

  #listen(listener: Listener): Promise<net.Server> {
    const server = net.createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 }, (socket) =>
      this.#admit(socket, listener.secure),
    );
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(
        { host: listener.address, port: listener.port, ipv6Only: listener.address === '::', backlog: 4096 },
        () => {
          server.off('error', reject);
          server.on('error', () => {}); // accept errors (EMFILE) are temporary; the client's connection is refused
          resolve(server);
        },
      );
    });
  }

  #admit(socket: Socket, secure: boolean): void {
    // The client has reset it already, as HAProxy's health checks do. Its address is unknown, so it could be a proxy.
    if (socket.remoteAddress === undefined) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const snapshot = this.#context.snapshot();
    const address = plainAddress(socket.remoteAddress);
    const isProxy = isTrustedProxy(snapshot, address);
    this.#admission.enter(socket, isProxy ? undefined : address, snapshot.connectionsPerClient, () => {
      this.#early.add(socket);
      if (isProxy && snapshot.proxyProtocol) this.#receiveHeader(socket, secure);
      else this.#accept(socket, secure, endpointsOf(socket));
    });
  }

  /** A trusted proxy must begin with a PROXY header: without one, a visitor that it relays could send its own. */
  #receiveHeader(socket: Socket, secure: boolean): void {
    let received: Buffer = Buffer.alloc(0);
    const read = (piece: Buffer): Exclude<ProxyHeaderReading, 'incomplete'> | undefined => {
      received = received.length === 0 ? piece : Buffer.concat([received, piece]);
      const reading = readProxyHeader(received);
      return reading === 'incomplete' ? undefined : reading;
    };
    new FirstBytes(socket, proxyHeaderTimeoutMs, read, (outcome, bytes) => {
      if (outcome === 'closed') {
        this.#early.delete(socket);
        return;
      }
      if (typeof outcome === 'string') {
        const isInvalid = outcome === 'invalid';
        this.#refuseHeader(socket, isInvalid ? 'edge.proxy-header-invalid' : 'edge.proxy-header-missing');
        return;
      }
      const origin = originOf(outcome.header, endpointsOf(socket));
      const snapshot = this.#context.snapshot();
      const client = isFromProxy(snapshot, origin) ? undefined : origin.remoteAddress;
      if (!this.#admission.attribute(socket, client, snapshot.connectionsPerClient)) {
        this.#early.delete(socket);
        return;
      }
      const tuple = tupleOf(socket);
      this.#relayed.set(tuple, origin);
      socket.once('close', () => this.#relayed.get(tuple) === origin && this.#relayed.delete(tuple));
      this.#accept(socket, secure, origin, bytes.subarray(outcome.lengthBytes));
    }).start();
  }

  /** undefined: it has closed already, so that its address, or the PROXY header of its proxy, is unknown. */
  #originOf(socket: TLSSocket): Origin | undefined {
    // Its request may have arrived before the reset, and must not pass for one of another visitor.
    if (socket.remoteAddress === undefined) return undefined;
    const relayed = this.#relayed.size === 0 ? undefined : this.#relayed.get(tupleOf(socket));
    if (relayed) return relayed;
    const own = endpointsOf(socket);
    const snapshot = this.#context.snapshot();
    return snapshot.proxyProtocol && isTrustedProxy(snapshot, own.remoteAddress) ? undefined : own;
  }

  #refuseHeader(socket: Socket, error: string): void {
    this.#early.delete(socket);
    const endpoints = endpointsOf(socket); // it forgets them once it is closed
    socket.on('error', () => {});
    socket.destroy();
    const facts = { ...endpoints, secure: false, redirects: false, serverName: undefined, policy: plainPolicy };
    logUnread(facts, error, this.#context);
  }

  /** @param first bytes that were already read. */
  #accept(socket: Socket, secure: boolean, origin: Origin, first?: Buffer): void {
    const parser = new ClientHelloParser();
    const read = (piece: Buffer): Exclude<HelloReading, 'incomplete'> | undefined => {
      const reading = parser.push(piece);
      return reading === 'incomplete' ? undefined : reading;
    };
    // After HSTS, a browser speaks TLS to the http port, too.
    new FirstBytes(socket, secure ? helloTimeoutMs : idleTimeoutMs, read, (outcome, bytes) => {
      if (outcome === 'not-tls' && beginsProxyHeader(bytes)) {
        this.#refuseHeader(socket, 'edge.proxy-header-unexpected');
        return;
      }
      this.#early.delete(socket);
      if (outcome === 'not-tls') {
        // The https port gets it when a user enters http:// with this port, and only redirects.
        const facts = { ...origin, secure: false, redirects: true, serverName: undefined, policy: plainPolicy };
        serveHttp1(socket, facts, this.#context, bytes);
        return;
      }
      if (typeof outcome === 'string') {
        socket.destroy();
        return;
      }
      socket.unshift(bytes);
      const { serverName, alpn } = outcome;
      const challenge =
        secure && alpn.includes(acmeTlsProtocol) ? this.#context.challenges().tls.get(serverName ?? '') : undefined;
      if (challenge) answerTlsChallenge(socket, challenge);
      else this.#terminator!.accept(socket, serverName, origin.localAddress);
    }).start(first);
  }
}

/** Names an open connection: Node wraps the socket of a TLS connection in another. */
function tupleOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}

/** The addresses of the socket itself. */
function endpointsOf(socket: Socket): Endpoints {
  return {
    remoteAddress: plainAddress(socket.remoteAddress ?? ''),
    remotePort: socket.remotePort ?? 0,
    localAddress: plainAddress(socket.localAddress ?? ''),
    localPort: socket.localPort ?? 0,
  };
}

function keyOf(listener: Listener): string {
  return `${listener.secure ? 'https' : 'http'} ${listener.address} ${listener.port}`;
}
