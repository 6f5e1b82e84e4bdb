import net, { isIP, type LookupFunction, type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { describeError, systemCode } from '../base/errors.ts';
import type { Wording } from '../base/language.ts';
import { isAddress } from '../names/address.ts';
import { systemLookup } from './look-up.ts';
import { probeWords } from './messages.ts';

/** `aborted`: by the caller's signal. `off-limits`: by `Target.reaches`. */
export type ConnectFailureReason =
  | 'refused'
  | 'timed-out'
  | 'no-route'
  | 'dns'
  | 'reset'
  | 'denied'
  | 'off-limits'
  | 'aborted'
  | 'failed';

export type TcpFacts =
  | { reached: true; address: string; family: 4 | 6 | 'unix'; connectMs: number }
  | { reached: false; reason: ConnectFailureReason; code?: string; detail: Wording };

export interface Target {
  /** DNS name or address. */
  host: string;
  port: number;
  /** Connect to this address instead of looking up `host`. */
  address?: string;
  /** Looks up `host`. Default: the system's resolver. */
  lookup?: LookupFunction;
  /** False for an address of `host` that must not be connected to. Default: all addresses may. */
  reaches?: (address: string) => boolean;
  /** Connect to this Unix socket instead. `host` and `port` then only appear in the request. */
  socketPath?: string;
  /** Sent before the handshake: see `proxyLine`. */
  preface?: string;
  clock: Clock;
  /** Limits the connection and the handshake, each separately. Default 10 s. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

export const defaultTimeoutMs = 10_000;

/** A signal that aborts with this reason reports `timed-out`. */
export const timeIsUp = Symbol('time is up');

/** Opens a TCP connection. Reports a failure instead of rejecting. The caller must close the socket. */
export function connectTcp(target: Target): Promise<{ facts: TcpFacts; socket?: Socket }> {
  const { clock, socketPath, preface, signal, timeoutMs = defaultTimeoutMs } = target;
  const lookup = guardedLookup(target);
  if (signal?.aborted) return Promise.resolve({ facts: { reached: false, ...abortOf(signal) } });
  const begunMs = clock.monotonic();
  return new Promise((resolve) => {
    const host = target.address ?? target.host;
    const place =
      socketPath === undefined ? { host, port: target.port, lookup } : { path: socketPath.replace(/^@/, '\0') };
    const socket = net.connect(place);
    const settle = (facts: TcpFacts): void => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      if (facts.reached) return resolve({ facts, socket });
      socket.destroy();
      resolve({ facts });
    };
    const abort = (): void => settle({ reached: false, ...abortOf(signal!) });
    const timer = clock.after(timeoutMs, () =>
      settle({ reached: false, reason: 'timed-out', detail: probeWords('probe.no-connection', { ms: timeoutMs }) }),
    );
    signal?.addEventListener('abort', abort);
    socket.once('connect', () => {
      const family = socketPath !== undefined ? 'unix' : socket.remoteFamily === 'IPv6' ? 6 : 4;
      const connectMs = clock.monotonic() - begunMs;
      if (preface !== undefined) socket.write(preface);
      settle({ reached: true, address: socketPath ?? socket.remoteAddress ?? '', family, connectMs });
    });
    // Stays registered once connected: an unhandled reset would end the program.
    socket.on('error', (error) => {
      settle({ reached: false, reason: reasonOf(error), ...causeOf(firstOf(error)) });
    });
  });
}

class OffLimits extends Error {}

/** Checks the very addresses that are connected to: a second look-up could find others. */
function guardedLookup({ host, address = host, lookup = systemLookup, reaches }: Target): LookupFunction {
  if (!reaches) return lookup;
  if (isAddress(address)) return reaches(address) ? lookup : (_name, _options, done) => done(new OffLimits(), []);
  return (name, options, done) =>
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error) return done(error, []);
      const addresses = [found]
        .flat()
        .map((one) => (typeof one === 'string' ? { address: one, family: isIP(one) } : one));
      const allowed = addresses.filter((one) => reaches(one.address));
      if (allowed.length === 0) return done(new OffLimits(), []);
      if (options.all === true) done(null, allowed);
      else done(null, allowed[0]!.address, allowed[0]!.family);
    });
}

/** The failure for an aborted signal. */
export function abortOf(signal: AbortSignal): { reason: 'timed-out' | 'aborted'; detail: Wording } {
  return signal.reason === timeIsUp
    ? { reason: 'timed-out', detail: probeWords('probe.not-in-time', {}) }
    : { reason: 'aborted', detail: describeError(signal.reason) };
}

/** The code and text of a system or OpenSSL error. */
export function causeOf(error: unknown): { code?: string; detail: string } {
  const code = systemCode(error);
  return { ...(code !== undefined && { code }), detail: describeError(error) };
}

export async function probeTcp(target: Target): Promise<TcpFacts> {
  const { facts, socket } = await connectTcp(target);
  socket?.destroy();
  return facts;
}

export function reasonOf(error: unknown): ConnectFailureReason {
  if (error instanceof OffLimits) return 'off-limits';
  switch (systemCode(firstOf(error))) {
    case 'ECONNREFUSED':
      return 'refused';
    case 'ETIMEDOUT':
      return 'timed-out';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return 'no-route';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NODATA':
      return 'dns';
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset';
    case 'EACCES':
    case 'EPERM':
      return 'denied';
    default:
      return 'failed';
  }
}

/** For a name with several addresses, Node collects one error for each. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}
