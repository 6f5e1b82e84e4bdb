import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { systemCode } from '../base/errors.ts';
import { isAddress } from '../names/address.ts';
import { abortOf, causeOf, connectTcp, reasonOf, type Target, type Unreached, usualTimeoutMs } from './connect.ts';

/** Why a chain does not verify for this client. */
export type VerificationProblem =
  | 'expired'
  | 'not-yet-valid'
  | 'name-mismatch'
  | 'unknown-authority'
  | 'missing-issuer'
  | 'self-signed'
  | 'wrong-purpose'
  | 'constraint-violated'
  | 'other';

export interface TlsTarget extends Target {
  /** SNI and the name that the certificate must cover. Default: `host`. */
  serverName?: string;
  /** PEM; read once, so the list must not change afterwards. Default: the system's roots. */
  roots?: string[];
  /** Accepts an intermediate among `roots` as an anchor. */
  partialChain?: boolean;
  alpn?: string[];
}

export type TlsFacts =
  | {
      reached: true;
      address: string;
      family: 4 | 6 | 'unix';
      connectMs: number;
      handshakeMs: number;
      protocol: string;
      cipher: string;
      /** Key exchange group, by its OpenSSL name. */
      group: string;
      alpn: string | undefined;
      /** The chain leads to one of the roots and covers the name. */
      verified: boolean;
      problem: VerificationProblem | undefined;
      /** OpenSSL's or Node's own code, e.g. `CERT_HAS_EXPIRED`. */
      problemCode: string | undefined;
      /** Lower-case hex. */
      serial: string;
      /** SHA-256, lower-case hex. */
      fingerprint: string;
      notAfterMs: number;
    }
  | { reached: false; reason: Unreached | 'not-tls' | 'tls-alert' | 'no-handshake'; code?: string; detail: string };

/** Performs a handshake and reports what the server showed and whether it verifies. Sends no application data. */
export async function probeTls(target: TlsTarget): Promise<TlsFacts> {
  const { facts, socket } = await handshake(target);
  socket?.destroy();
  return facts;
}

/**
 * As `probeTls`, but keeps the socket. Unless `verified`, callers send nothing secret over it and trust nothing that comes
 * back.
 */
export async function handshake(target: TlsTarget): Promise<{ facts: TlsFacts; socket?: tls.TLSSocket }> {
  const connection = await connectTcp(target);
  if (!connection.facts.reached) return { facts: connection.facts };
  const { address, family, connectMs } = connection.facts;
  const begunMs = target.clock.monotonic();
  const shaken = await shakeHands(connection.socket!, target);
  if (!('socket' in shaken)) return { facts: { reached: false, ...shaken } };
  const { socket } = shaken;
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) {
    socket.destroy();
    return { facts: { reached: false, reason: 'no-handshake', detail: 'no certificate was shown' } };
  }
  const problemCode = verificationCode(socket, leaf, target.serverName ?? target.host);
  const ephemeral = socket.getEphemeralKeyInfo() as { name?: string } | null;
  return {
    socket,
    facts: {
      reached: true,
      address,
      family,
      connectMs,
      handshakeMs: target.clock.monotonic() - begunMs,
      protocol: socket.getProtocol() ?? '',
      cipher: socket.getCipher().name,
      group: ephemeral?.name ?? '',
      alpn: socket.alpnProtocol || undefined,
      verified: problemCode === undefined,
      problem: problemCode === undefined ? undefined : problemOf(problemCode, leaf),
      problemCode,
      serial: leaf.serialNumber.toLowerCase(),
      fingerprint: leaf.fingerprint256.replaceAll(':', '').toLowerCase(),
      notAfterMs: Date.parse(leaf.validTo),
    },
  };
}

type Shaken = { socket: tls.TLSSocket } | Omit<Extract<TlsFacts, { reached: false }>, 'reached'>;

function shakeHands(tcp: Socket, target: TlsTarget): Promise<Shaken> {
  const { clock, signal, timeoutMs = usualTimeoutMs } = target;
  const name = target.serverName ?? target.host;
  return new Promise((resolve) => {
    const socket = tls.connect({
      socket: tcp,
      ...(isAddress(name) ? {} : { servername: name }),
      secureContext: contextOf(target),
      ...(target.alpn ? { ALPNProtocols: target.alpn } : {}),
      // A chain that does not verify is a fact to report. `verified` comes from the same verification, and callers send
      // nothing over a connection that fails it.
      rejectUnauthorized: false,
      // `covers` checks the name: for an address, Node would check against `localhost`.
      checkServerIdentity: () => undefined,
    });
    const settle = (shaken: Shaken): void => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      if (!('socket' in shaken)) {
        socket.destroy();
        tcp.destroy();
      }
      resolve(shaken);
    };
    const abort = (): void => settle(abortOf(signal!));
    const timer = clock.after(timeoutMs, () =>
      settle({ reason: 'no-handshake', detail: `no handshake within ${timeoutMs} ms` }),
    );
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    socket.once('secureConnect', () => settle({ socket }));
    socket.on('error', (error) => settle({ reason: failureOf(error), ...causeOf(error) }));
  });
}

/** By list of roots: parsing the public roots takes longer than a handshake. */
const contexts = new WeakMap<readonly string[], { whole?: tls.SecureContext; partial?: tls.SecureContext }>();
let systemRoots: string[] | undefined;

function contextOf({ roots, partialChain = false }: TlsTarget): tls.SecureContext {
  // Node's default is its built-in list, not the machine's trust store.
  const ca = roots ?? (systemRoots ??= [...new Set(tls.getCACertificates('system'))]);
  const known = contexts.get(ca) ?? {};
  contexts.set(ca, known);
  return (known[partialChain ? 'partial' : 'whole'] ??= tls.createSecureContext({
    ca,
    allowPartialTrustChain: partialChain,
  }));
}

function failureOf(error: Error): Extract<TlsFacts, { reached: false }>['reason'] {
  const code = systemCode(error) ?? '';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return 'not-tls';
  if (/ALERT/.test(code)) return 'tls-alert';
  if (code.startsWith('ERR_SSL')) return 'no-handshake';
  return reasonOf(error);
}

/** OpenSSL's verdict on the chain first, then the name. */
function verificationCode(socket: tls.TLSSocket, leaf: X509Certificate, name: string): string | undefined {
  // Typed as an Error, but Node sets the code.
  const chainProblem = socket.authorizationError as unknown as string | null;
  if (!socket.authorized) return chainProblem ?? 'UNVERIFIED';
  return covers(leaf, name) ? undefined : 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** As browsers do (RFC 9525 §6): the common name never counts, and a wildcard covers one whole label. */
function covers(leaf: X509Certificate, name: string): boolean {
  if (isAddress(name)) return leaf.checkIP(name) !== undefined;
  const options = { subject: 'never', partialWildcards: false } as const;
  return leaf.checkHost(name.replace(/\.$/, ''), options) !== undefined;
}

function problemOf(code: string, leaf: X509Certificate): VerificationProblem {
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return 'expired';
    case 'CERT_NOT_YET_VALID':
      return 'not-yet-valid';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return 'name-mismatch';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return 'self-signed';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'unknown-authority';
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return leaf.issuer === leaf.subject ? 'self-signed' : 'missing-issuer';
    case 'INVALID_PURPOSE':
      return 'wrong-purpose';
    case 'PERMITTED_VIOLATION':
    case 'EXCLUDED_VIOLATION':
      return 'constraint-violated';
    default:
      return 'other';
  }
}
