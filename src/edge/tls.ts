import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import tls from 'node:tls';

import { acmeTlsProtocol } from '../acme/challenge.ts';
import type { TlsChallengeAnswer } from './challenge-answers.ts';
import { compile, tlsPolicyOf } from './routing.ts';
import type { Credential, EdgeSite, EdgeSnapshot } from './snapshot.ts';

/** A client that has not finished its handshake by then is dropped. */
const handshakeTimeoutMs = 15_000;

export interface Handshakes {
  /** A verified handshake's socket; `policy` is the TLS policy that it ran under. */
  onSecure(socket: tls.TLSSocket, policy: string): void;
  /** A handshake that failed: `reason` is OpenSSL's, fit for a log. */
  onFailed(reason: string): void;
}

/**
 * The TLS side of one snapshot. Names that share a policy (minimum version, client certificates) share one tls.Server,
 * chosen before the handshake from the ClientHello: a per-name minimum version or client certificate request cannot be
 * set later. Contexts are made when first asked for and kept as long as their credential is.
 */
export class TlsTerminator {
  readonly #snapshot: EdgeSnapshot;
  readonly #credentials: Map<string, Credential>;
  readonly #contexts: ContextCache;
  readonly #servers = new Map<string, tls.Server>();
  readonly #handshakes: Handshakes;

  constructor(snapshot: EdgeSnapshot, contexts: ContextCache, handshakes: Handshakes) {
    this.#snapshot = snapshot;
    this.#credentials = new Map(snapshot.credentials.map((credential) => [credential.id, credential]));
    this.#contexts = contexts;
    this.#handshakes = handshakes;
    // A root or a key that OpenSSL refuses must fail the snapshot, not a visitor's handshake.
    for (const site of new Map(snapshot.sites.map((site) => [tlsPolicyOf(site), site])).values()) this.#serverFor(site);
    contexts.keepOnly(new Set(this.#credentials.keys()));
  }

  /** Runs the handshake. The bytes that were read to see `serverName` are already put back into `socket`. */
  accept(socket: Socket, serverName: string | undefined): void {
    const site = this.#siteFor(serverName, socket);
    this.#serverFor(site).emit('connection', socket);
  }

  /** Without a name that we know, the address that was reached decides, else the first site: clients then say which name failed. */
  #siteFor(serverName: string | undefined, socket: Socket): EdgeSite {
    const router = compile(this.#snapshot);
    const byName = serverName === undefined ? undefined : router.site(serverName);
    return byName ?? router.site(plainAddress(socket.localAddress ?? '')) ?? this.#snapshot.sites[0]!;
  }

  #serverFor(site: EdgeSite): tls.Server {
    const policy = tlsPolicyOf(site);
    const known = this.#servers.get(policy);
    if (known) return known;
    const clients = site.clientCertificates;
    const server = tls.createServer({
      ...this.#contextOptions(site, site.credentialIds[0]!),
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: handshakeTimeoutMs,
      requestCert: clients !== undefined,
      rejectUnauthorized: clients !== undefined && !clients.optional,
      ticketKeys: Buffer.from(this.#snapshot.ticketKeys, 'base64'),
      // A ticket that was given without a client certificate must not open a site that asks for one.
      sessionIdContext: createHash('sha256').update(policy).digest('hex').slice(0, 32),
      SNICallback: (serverName, done) => done(null, this.#contextFor(serverName, policy)),
    });
    server.on('secureConnection', (socket) => this.#handshakes.onSecure(socket, policy));
    server.on('tlsClientError', (error) => this.#handshakes.onFailed(error.message));
    this.#servers.set(policy, server);
    return server;
  }

  /** undefined: the server's own context, the policy's first site. */
  #contextFor(serverName: string, policy: string): tls.SecureContext | undefined {
    const name = serverName.toLowerCase().replace(/\.$/, '');
    const site = compile(this.#snapshot).site(name);
    if (!site || tlsPolicyOf(site) !== policy) return undefined;
    const id = site.credentialIds[hostIndex(site, name)]!;
    return this.#contexts.get(id, policy, () => tls.createSecureContext(this.#contextOptions(site, id)));
  }

  #contextOptions(site: EdgeSite, credentialId: string): tls.SecureContextOptions {
    const credential = this.#credentials.get(credentialId)!;
    return {
      cert: credential.chainPem,
      key: credential.keyPem,
      minVersion: site.minTls === '1.3' ? 'TLSv1.3' : 'TLSv1.2',
      ...(site.clientCertificates ? { ca: site.clientCertificates.rootsPem } : {}),
    };
  }
}

/**
 * Shows the certificate of a TLS-ALPN-01 challenge (RFC 8737 §3). The handshake is all there is to it: the connection ends
 * with it. The bytes that were already read are back in `socket`.
 */
export function answerTlsChallenge(socket: Socket, { certificatePem, keyPem }: TlsChallengeAnswer): void {
  const server = tls.createServer({
    cert: certificatePem,
    key: keyPem,
    ALPNProtocols: [acmeTlsProtocol],
    handshakeTimeout: handshakeTimeoutMs,
  });
  server.on('secureConnection', (secured) => secured.end());
  server.on('tlsClientError', () => socket.destroy());
  server.emit('connection', socket);
}

function hostIndex(site: EdgeSite, name: string): number {
  const exact = site.hosts.indexOf(name);
  return exact >= 0 ? exact : site.hosts.findIndex((host) => host.startsWith('*.') && name.endsWith(host.slice(1)));
}

/** `::ffff:192.0.2.1` → `192.0.2.1`. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

/** OpenSSL contexts by generation and policy; they outlive a snapshot so that a reload costs nothing. */
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
