import net, { type Socket } from 'node:net';
import type { Admission } from './admission.ts';
import { acmeTlsProtocol } from '../acme/challenge.ts';
import { type ClientHello, ClientHelloParser } from './client-hello.ts';
import type { ConnectionFacts, EdgeContext } from './connection.ts';
import { serveHttp1 } from './http1/connection.ts';
import { serveHttp2 } from './http2/session.ts';
import { idleTimeoutMs } from './limits.ts';
import type { EdgeSnapshot, Listener } from './snapshot.ts';
import { answerTlsChallenge, ContextCache, plainAddress, TlsTerminator } from './tls.ts';
import { clientCertificateOf } from './identity.ts';
import { CertifiedConnections } from './revocation.ts';
import { isTrustedProxy } from './visitor.ts';

/** Time limit for a complete ClientHello, however slowly it arrives. */
const helloTimeoutMs = 15_000;
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
        const plainFacts = factsOf(socket, true, serverName, policy, onHttpPort);
        const facts = { ...plainFacts, clientCertificate: clientCertificateOf(socket) };
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
    const snapshot = this.#context.snapshot();
    const address = plainAddress(socket.remoteAddress ?? '');
    const client = isTrustedProxy(snapshot, address) ? undefined : address;
    this.#admission.enter(socket, client, snapshot.connectionsPerClient, () => this.#accept(socket, secure));
  }

  #accept(socket: Socket, secure: boolean): void {
    // After HSTS, a browser speaks TLS to the http port, too.
    const hello = new HelloReader(socket, secure ? helloTimeoutMs : idleTimeoutMs, (outcome, bytes) => {
      this.#early.delete(socket);
      if (outcome === 'closed') {
        socket.destroy();
        return;
      }
      if (outcome === 'not-tls') {
        // The https port gets it when a user enters http:// with this port, and only redirects.
        serveHttp1(socket, factsOf(socket, false, undefined, plainPolicy), this.#context, bytes);
        return;
      }
      socket.unshift(bytes);
      const { serverName, alpn } = outcome;
      const challenge =
        secure && alpn.includes(acmeTlsProtocol) ? this.#context.challenges().tls.get(serverName ?? '') : undefined;
      if (challenge) answerTlsChallenge(socket, challenge);
      else this.#terminator!.accept(socket, serverName);
    });
    this.#early.add(socket);
    hello.start();
  }
}

type HelloOutcome = ClientHello | 'not-tls' | 'closed';

/** Reads from a socket until the ClientHello is complete. Leaves the socket paused. */
class HelloReader {
  readonly #socket: Socket;
  readonly #limitMs: number;
  readonly #done: (outcome: HelloOutcome, bytes: Buffer) => void;
  readonly #parser = new ClientHelloParser();
  readonly #pieces: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, limitMs: number, done: (outcome: HelloOutcome, bytes: Buffer) => void) {
    this.#socket = socket;
    this.#limitMs = limitMs;
    this.#done = done;
  }

  start(): void {
    this.#socket.on('data', this.#onData);
    this.#socket.on('error', this.#onEnd);
    this.#socket.on('end', this.#onEnd);
    this.#socket.on('close', this.#onEnd);
    this.#timer = setTimeout(this.#onEnd, this.#limitMs).unref();
  }

  readonly #onEnd = (): void => this.#finish('closed');

  readonly #onData = (piece: Buffer): void => {
    this.#pieces.push(piece);
    const reading = this.#parser.push(piece);
    if (reading === 'incomplete') return;
    if (reading === 'not-tls') this.#finish('not-tls');
    else if (typeof reading === 'string') this.#finish('closed');
    else this.#finish(reading);
  };

  #finish(outcome: HelloOutcome): void {
    const socket = this.#socket;
    socket.off('data', this.#onData);
    socket.off('error', this.#onEnd);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onEnd);
    clearTimeout(this.#timer);
    if (outcome === 'closed') socket.on('error', () => {});
    else socket.pause();
    this.#done(outcome, this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces));
  }
}

function factsOf(
  socket: Socket,
  secure: boolean,
  serverName: string | undefined,
  policy: string,
  onHttpPort = false,
): ConnectionFacts {
  return {
    remoteAddress: plainAddress(socket.remoteAddress ?? ''),
    remotePort: socket.remotePort ?? 0,
    localAddress: plainAddress(socket.localAddress ?? ''),
    localPort: socket.localPort ?? 0,
    secure,
    redirects: !secure || onHttpPort,
    serverName: serverName?.replace(/\.$/, ''),
    policy,
  };
}

function keyOf(listener: Listener): string {
  return `${listener.secure ? 'https' : 'http'} ${listener.address} ${listener.port}`;
}
