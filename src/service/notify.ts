import type { Execute } from '../base/process.ts';

/** Tells the service manager that started this program how it is doing (sd_notify(3)). */
export interface ServiceManager {
  /** Every listener serves. */
  ready(): Promise<void>;
  /** The program stops, and may need this long to let streams end. */
  stopping(withinMs: number): Promise<void>;
}

/** The manager needs a moment beyond the last stream. */
const marginMs = 20_000;

/**
 * The service manager in this environment; without one, nothing is sent. Takes its variable out of `env`: the programs that this
 * one starts must not speak for it. Node.js has no datagram sockets of this kind, so `systemd-notify` sends the messages.
 */
export function serviceManager(env: NodeJS.ProcessEnv, execute: Execute): ServiceManager {
  const socket = env['NOTIFY_SOCKET'];
  delete env['NOTIFY_SOCKET'];
  const send = async (...messages: string[]): Promise<void> => {
    if (socket === undefined || socket === '') return;
    const variables = { PATH: env['PATH'], NOTIFY_SOCKET: socket };
    // A manager that hears nothing reports a time-out itself.
    await execute('systemd-notify', messages, { env: variables, timeoutMs: 10_000 }).catch(() => {});
  };
  return {
    ready: () => send('READY=1'),
    stopping: (withinMs) => send('STOPPING=1', `EXTEND_TIMEOUT_USEC=${(withinMs + marginMs) * 1000}`),
  };
}
