import { constants, createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import tls from 'node:tls';

import { acmeTlsProtocol } from '../acme/challenge.ts';
import { isAddress } from '../names/address.ts';
import { strongSuites } from '../probe/verified.ts';
import type { TlsChallengeAnswer } from './challenge-answers.ts';
import { listsDigest } from './revocation.ts';
import { compile, tlsPolicyOf } from './routing.ts';
import type { Credential, EdgeSite, EdgeSnapshot } from './snapshot.ts';

/** For every handshake that the edge answers. Renegotiation (TLS 1.2) costs the server a handshake, and no client needs it. */
const handshakeOptions = {
  ciphers: strongSuites,
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} satisfies tls.SecureContextOptions;

/** Time limit for a handshake. */
const handshakeTimeoutMs = 15_000;

export interface HandshakeEvents {
  /** A handshake has succeeded under this TLS policy. */
  onSecure(socket: tls.TLSSocket, policy: string): void;
  /** A handshake has failed. `reason` is from OpenSSL and only for logs. */
  onFailed(reason: string): void;
}

/**
 * Runs TLS handshakes for one snapshot. Hosts with the same policy (minimum version, client certificates) share one
 * tls.Server, chosen by the ClientHello before the handshake: afterwards it is too late to set the minimum version or
 * to request a client certificate. Contexts are created on first use and cached as long as their credential exists.
 */
export class TlsTerminator {
  readonly #snapshot: EdgeSnapshot;
  readonly #credentials: Map<string, Credential>;
  readonly #contexts: ContextCache;
  readonly #servers = new Map<string, tls.Server>();
  readonly #handshakes: HandshakeEvents;

  constructor(snapshot: EdgeSnapshot, contexts: ContextCache, handshakes: HandshakeEvents) {
    this.#snapshot = snapshot;
    this.#credentials = new Map(snapshot.credentials.map((credential) => [credential.id, credential]));
    this.#contexts = contexts;
    this.#handshakes = handshakes;
    // If OpenSSL rejects a root or key, the snapshot must fail now, not a client's handshake later.
    for (const site of snapshot.sites) this.#serverFor(site);
    contexts.keepOnly(new Set(this.#credentials.keys()));
  }

  /**
   * Runs the handshake. The caller has already put the bytes of the ClientHello back into `socket`.
   * @param localAddress the address to which the client connected.
   */
  accept(socket: Socket, serverName: string | undefined, localAddress: string): void {
    const named = serverName === undefined ? undefined : compile(this.#snapshot).site(serverName);
    const server = named ? this.#serverFor(named) : this.#serverForUnnamed(serverName, localAddress);
    server.emit('connection', socket);
  }

  /**
   * For a client that sends no name because it connects to an address: the certificate of that address or, behind a
   * translated address, of the first one. For an unknown name: the first certificate of the site of our address, or of
   * the first site, so that clients report a name mismatch.
   */
  #serverForUnnamed(serverName: string | undefined, address: string): tls.Server {
    const { sites } = this.#snapshot;
    const ours = compile(this.#snapshot).site(address);
    if (serverName !== undefined) return this.#serverFor(ours ?? sites[0]!);
    const site = ours ?? sites.find(({ hosts }) => hosts.some(isAddress)) ?? sites[0]!;
    const at = ours ? site.hosts.indexOf(address) : Math.max(0, site.hosts.findIndex(isAddress));
    return this.#serverFor(site, site.credentialIds[at]);
  }

  /** @param unnamed the credential for clients that send no known name. */
  #serverFor(site: EdgeSite, unnamed?: string): tls.Server {
    const policy = handshakePolicyOf(site);
    const key = unnamed === undefined ? policy : `${policy} ${unnamed}`;
    const known = this.#servers.get(key);
    if (known) return known;
    const clients = site.clientCertificates;
    const server = tls.createServer({
      ...this.#contextOptions(site, unnamed ?? site.credentialIds[0]!),
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: clients !== undefined,
      rejectUnauthorized: clients !== undefined && !clients.optional,
      ticketKeys: Buffer.from(this.#snapshot.ticketKeys, 'base64'),
      // A ticket issued without a client certificate must not resume a session on a site that requires one, nor one that a new
      // revocation list may concern: resuming verifies nothing again.
      sessionIdContext: createHash('sha256').update(policy).digest('hex').slice(0, 32),
      SNICallback: (serverName, done) => {
        // OpenSSL may refuse a certificate that nothing has used before: then this handshake fails, not the worker.
        try {
          done(null, this.#contextFor(serverName, policy));
        } catch (error) {
          done(error as Error);
        }
      },
    });
    server.on('secureConnection', (socket) => {
      // Node verifies an optional certificate, and leaves it to us to refuse one that is not valid.
      if (clients !== undefined && !socket.authorized && socket.getPeerX509Certificate() !== undefined) {
        this.#handshakes.onFailed(String(socket.authorizationError));
        socket.destroy();
        return;
      }
      this.#handshakes.onSecure(socket, tlsPolicyOf(site));
    });
    server.on('tlsClientError', (error) => this.#handshakes.onFailed(error.message));
    this.#servers.set(key, server);
    return server;
  }

  /** undefined: use the server's default context. */
  #contextFor(serverName: string, policy: string): tls.SecureContext | undefined {
    const name = serverName.toLowerCase().replace(/\.$/, '');
    const site = compile(this.#snapshot).site(name);
    if (!site || handshakePolicyOf(site) !== policy) return undefined;
    const id = site.credentialIds[hostIndex(site, name)]!;
    return this.#contexts.get(id, policy, () => tls.createSecureContext(this.#contextOptions(site, id)));
  }

  #contextOptions(site: EdgeSite, credentialId: string): tls.SecureContextOptions {
    const credential = this.#credentials.get(credentialId)!;
    const clients = site.clientCertificates;
    return {
      ...handshakeOptions,
      cert: credential.chainPem,
      key: credential.keyPem,
      minVersion: site.minTls === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
      ...(clients ? { ca: clients.rootsPem } : {}),
      ...(clients?.revocation ? { crl: clients.revocation.lists } : {}),
    };
  }
}

/**
 * Presents the certificate of a TLS-ALPN-01 challenge (RFC 8737 §3) and closes the connection after the handshake. The
 * caller has already put the bytes of the ClientHello back into `socket`.
 */
export function answerTlsChallenge(socket: Socket, { certificatePem, keyPem }: TlsChallengeAnswer): void {
  const server = tls.createServer({
    ...handshakeOptions,
    cert: certificatePem,
    key: keyPem,
    minVersion: 'TLSv1.2',
    ALPNProtocols: [acmeTlsProtocol],
    handshakeTimeout: handshakeTimeoutMs,
  });
  server.on('secureConnection', (secured) => secured.end());
  server.on('tlsClientError', () => socket.destroy());
  server.emit('connection', socket);
}

/** `tlsPolicyOf`, and the revocation lists in force. */
function handshakePolicyOf(site: EdgeSite): string {
  const digest = listsDigest(site);
  return digest === undefined ? tlsPolicyOf(site) : `${tlsPolicyOf(site)} ${digest}`;
}

function hostIndex(site: EdgeSite, name: string): number {
  const exact = site.hosts.indexOf(name);
  return exact >= 0 ? exact : site.hosts.findIndex((host) => host.startsWith('*.') && name.endsWith(host.slice(1)));
}

/** `::ffff:192.0.2.1` → `192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** OpenSSL contexts by generation and policy. They outlive a snapshot, which makes reloads cheap. */
export class ContextCache {
  readonly #contexts = new Map<string, Map<string, tls.SecureContext>>();

  get(credentialId: string, policy: string, make: () => tls.SecureContext): tls.SecureContext {
    let byPolicy = this.#contexts.get(credentialId);
    if (!byPolicy) this.#contexts.set(credentialId, (byPolicy = new Map()));
    let context = byPolicy.get(policy);
    if (!context) byPolicy.set(policy, (context = make()));
    return context;
  }

  keepOnly(credentialIds: ReadonlySet<string>): void {
    for (const id of this.#contexts.keys()) if (!credentialIds.has(id)) this.#contexts.delete(id);
  }
}
