import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { systemCode } from '../base/errors.ts';
import type { Wording } from '../base/language.ts';
import { isAddress } from '../names/address.ts';
import {
  abortOf,
  causeOf,
  connectTcp,
  reasonOf,
  type Target,
  type ConnectFailureReason,
  defaultTimeoutMs,
} from './connect.ts';
import { probeWords } from './messages.ts';
import { machineRoots } from './verified.ts';

/** Why a chain does not verify with the given roots and name. */
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
  /** PEM; parsed once, so the list must not change afterwards. Default: the system's roots. */
  roots?: string[];
  /** Accepts an intermediate among `roots` as a trust anchor. */
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
      /** OpenSSL's or Node's code, e.g. `CERT_HAS_EXPIRED`. */
      problemCode: string | undefined;
      /** Lower-case hex. */
      serial: string;
      /** SHA-256, lower-case hex. */
      fingerprint: string;
      notAfterMs: number;
    }
  | {
      reached: false;
      reason: ConnectFailureReason | 'not-tls' | 'tls-alert' | 'no-handshake';
      code?: string;
      detail: Wording;
    };

/**
 * Performs a handshake and reports its parameters, the certificate and whether it verifies. Sends no application data.
 */
export async function probeTls(target: TlsTarget): Promise<TlsFacts> {
  const { facts, socket } = await handshake(target);
  socket?.destroy();
  return facts;
}

/**
 * As `probeTls`, but keeps the socket. Unless `verified`, callers must not send secrets over it or trust what they
 * receive.
 */
export async function handshake(target: TlsTarget): Promise<{ facts: TlsFacts; socket?: tls.TLSSocket }> {
  const connection = await connectTcp(target);
  if (!connection.facts.reached) return { facts: connection.facts };
  const { address, family, connectMs } = connection.facts;
  const begunMs = target.clock.monotonic();
  const result = await performHandshake(connection.socket!, target);
  if (!('socket' in result)) return { facts: { reached: false, ...result } };
  const { socket } = result;
  const leaf = socket.getPeerX509Certificate();
  if (!leaf) {
    socket.destroy();
    return { facts: { reached: false, reason: 'no-handshake', detail: probeWords('probe.no-certificate', {}) } };
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

type HandshakeResult = { socket: tls.TLSSocket } | Omit<Extract<TlsFacts, { reached: false }>, 'reached'>;

function performHandshake(tcp: Socket, target: TlsTarget): Promise<HandshakeResult> {
  const { clock, signal, timeoutMs = defaultTimeoutMs } = target;
  const name = target.serverName ?? target.host;
  return new Promise((resolve) => {
    const socket = tls.connect({
      socket: tcp,
      ...(isAddress(name) ? {} : { servername: name }),
      secureContext: contextOf(target),
      ...(target.alpn ? { ALPNProtocols: target.alpn } : {}),
      // The probe reports an unverified chain instead of failing. `verified` comes from the same verification, and
      // callers send nothing secret over a connection that fails it.
      rejectUnauthorized: false,
      // `covers` checks the name. For an address, Node would check against `localhost`.
      checkServerIdentity: () => undefined,
    });
    const settle = (result: HandshakeResult): void => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      if (!('socket' in result)) {
        socket.destroy();
        tcp.destroy();
      }
      resolve(result);
    };
    const abort = (): void => settle(abortOf(signal!));
    const timer = clock.after(timeoutMs, () =>
      settle({ reason: 'no-handshake', detail: probeWords('probe.slow-handshake', { ms: timeoutMs }) }),
    );
    if (signal?.aborted) return abort();
    signal?.addEventListener('abort', abort);
    socket.once('secureConnect', () => settle({ socket }));
    socket.on('error', (error) => settle({ reason: failureOf(error), ...causeOf(error) }));
  });
}

/** Cached per list of roots: parsing the public roots takes longer than a handshake. */
const contexts = new WeakMap<readonly string[], { whole?: tls.SecureContext; partial?: tls.SecureContext }>();

function contextOf({ roots, partialChain = false }: TlsTarget): tls.SecureContext {
  // Node's default is its built-in list, not the machine's trust store.
  const ca = roots ?? machineRoots();
  const known = contexts.get(ca) ?? {};
  contexts.set(ca, known);
  return (known[partialChain ? 'partial' : 'whole'] ??= tls.createSecureContext({
    ca,
    minVersion: 'TLSv1.2',
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

/** Checks the chain first (by OpenSSL), then the name. */
function verificationCode(socket: tls.TLSSocket, leaf: X509Certificate, name: string): string | undefined {
  // Typed as an Error, but Node sets the code.
  const chainProblem = socket.authorizationError as unknown as string | null;
  if (!socket.authorized) return chainProblem ?? 'UNVERIFIED';
  return covers(leaf, name) ? undefined : 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** As in browsers (RFC 9525 §6): ignores the common name, and a wildcard covers one whole label. */
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
