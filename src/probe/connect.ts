import net, { type Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { describeError, systemCode } from '../base/errors.ts';

/** Why nobody was reached. */
export type Unreached = 'refused' | 'timed-out' | 'no-route' | 'dns' | 'reset' | 'denied' | 'failed';

export type TcpFacts =
  | { reached: true; address: string; family: 4 | 6 | 'unix'; connectMs: number }
  | { reached: false; reason: Unreached; detail: string };

export interface Target {
  /** DNS name or address. */
  host: string;
  port: number;
  /** Connect to this address instead of looking `host` up. */
  address?: string;
  /** Connect to this socket of the file system instead; `host` and `port` are only what is asked for. */
  socketPath?: string;
  /** Said first of all, before any handshake: a balancer's PROXY line. */
  preface?: string;
  clock: Clock;
  /** For the connection, and again for the handshake. Default 10 s. */
  timeoutMs?: number;
}

export const usualTimeoutMs = 10_000;

/** Opens a TCP connection; a failure is a fact. The socket is the caller's to end. */
export function connectTcp(target: Target): Promise<{ facts: TcpFacts; socket?: Socket }> {
  const begunMs = target.clock.monotonic();
  const timeoutMs = target.timeoutMs ?? usualTimeoutMs;
  return new Promise((resolve) => {
    const { socketPath } = target;
    const place =
      socketPath === undefined ? { host: target.address ?? target.host, port: target.port } : { path: socketPath };
    const socket = net.connect(place);
    const timer = target.clock.after(timeoutMs, () => {
      socket.destroy();
      resolve({ facts: { reached: false, reason: 'timed-out', detail: `no connection within ${timeoutMs} ms` } });
    });
    socket.once('connect', () => {
      timer.cancel();
      const family = socketPath !== undefined ? 'unix' : socket.remoteFamily === 'IPv6' ? 6 : 4;
      const connectMs = target.clock.monotonic() - begunMs;
      if (target.preface !== undefined) socket.write(target.preface);
      resolve({
        facts: { reached: true, address: socketPath ?? socket.remoteAddress ?? '', family, connectMs },
        socket,
      });
    });
    // Stays after the connection is made: a reset that nobody awaits must not end the program.
    socket.on('error', (error) => {
      timer.cancel();
      resolve({ facts: { reached: false, reason: reasonOf(error), detail: describeError(firstOf(error)) } });
    });
  });
}

/** Is there somebody who accepts connections? */
export async function probeTcp(target: Target): Promise<TcpFacts> {
  const { facts, socket } = await connectTcp(target);
  socket?.destroy();
  return facts;
}

export function reasonOf(error: unknown): Unreached {
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

/** Where a name has several addresses, Node gathers what went wrong at each. */
function firstOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}
