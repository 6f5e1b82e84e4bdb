import cluster, { type Worker } from 'node:cluster';
import { closeSync, existsSync, lstatSync, openSync } from 'node:fs';
import path from 'node:path';
import { isSingleExecutable, workerWord } from '../base/executable.ts';
import type { Clock, Timer } from '../base/clock.ts';
import type { AccessLogFormat } from './access-log.ts';
import type { LimitUses } from './shared-limits.ts';
import type { Listener } from './snapshot.ts';
import { guardChannel } from './worker-channel.ts';
import {
  inheritedDescriptors,
  unprivilegedLauncher,
  userVariable,
  workerEnvironment,
  workerUser,
} from './worker-user.ts';
import type { ControlMessage, WorkerMessage, WorkerStatus } from './worker-messages.ts';

/** How often each worker is queried, and how long it may stay silent. */
const queryIntervalMs = 5000;
const silenceLimitMs = 20_000;

export interface WorkerProcessOptions {
  clock: Clock;
  workers: number;
  accessLog: AccessLogFormat;
}

export interface WorkerEvents {
  onMessage(message: Exclude<WorkerMessage, { type: 'status' | 'uses' }>): void;
  onUses(uses: LimitUses): void;
  /** When keys were used since it last told, by digest. */
  onKeyUses(uses: readonly [digest: string, usedMs: number][]): void;
  /** It has sent nothing for 20 s. Called again every 5 s. */
  onSilent(): void;
  /** The process has ended, and its sockets are closed. */
  onLost(reason: string): void;
}

/** The script of a worker. The single executable starts itself again. */
export const workerProgram = isSingleExecutable
  ? workerWord
  : path.join(import.meta.dirname, `worker${path.extname(import.meta.filename)}`);

/**
 * The program of a worker. An upgrade may have replaced the file at the executable’s path; /proc still has the running one.
 * @param byLauncher `self` would be the launcher.
 */
function workerExecutable(byLauncher: boolean): string {
  const running = `/proc/${process.pid}/exe`;
  if (!isSingleExecutable || !existsSync(running)) return process.execPath;
  if (!byLauncher) return '/proc/self/exe';
  // The kernel gives it to root, and so denies it to the launcher, for a file with capabilities (setcap).
  return lstatSync(running).uid === process.getuid!() ? running : process.execPath;
}

/**
 * There is one worker per core; helper threads for garbage collection would compete with the other workers. SIGUSR1 would open
 * Node's debugger before the worker ignores it. The executable takes no options of Node, but contains these.
 */
const nodeOptions = isSingleExecutable ? [] : ['--single-threaded-gc', '--disable-sigusr1'];

/**
 * `cluster.fork` adds its variables to the whole environment of this process, and starts this process’s program. It reads both at
 * once, so they are replaced for the call.
 */
function forkWorker(variables: Record<string, string>): Worker {
  const { env, execPath } = process;
  const user = workerUser();
  const launcher = unprivilegedLauncher();
  const program = workerExecutable(launcher !== undefined);
  const inherited = inheritedDescriptors();
  const nothing = inherited.length > 0 ? openSync('/dev/null', 'r') : undefined;
  cluster.setupPrimary({
    execArgv: launcher ? [...launcher.options, program, ...nodeOptions] : nodeOptions,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...covered(inherited, nothing)],
  });
  try {
    process.env = workerEnvironment(env);
    process.execPath = launcher?.program ?? program;
    return cluster.fork({ ...variables, ...(user && { [userVariable]: `${user.uid}:${user.gid}` }) });
  } finally {
    process.env = env;
    process.execPath = execPath;
    if (nothing !== undefined) closeSync(nothing);
  }
}

/** From descriptor 4 on: nothing in place of those that a child would get; the others are closed anyway. */
function covered(inherited: readonly number[], nothing: number | undefined): (number | 'ignore')[] {
  const last = Math.max(3, ...inherited);
  return Array.from({ length: last - 3 }, (_, at) => (inherited.includes(at + 4) ? nothing! : 'ignore'));
}

/** One worker process and the queries that it has not answered yet. */
export class WorkerProcess {
  readonly pid: number;
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #events: WorkerEvents;
  readonly #queries = new Map<number, (status: WorkerStatus | undefined) => void>();
  /** Of the last two snapshots. */
  #listeners: (readonly Listener[])[] = [];
  #questions = 0;
  #heardMs: number;
  #nextQuery: Timer | undefined;
  #killedFor: string | undefined;
  #exit: string | undefined;

  constructor({ clock, workers, accessLog }: WorkerProcessOptions, events: WorkerEvents) {
    this.#clock = clock;
    this.#events = events;
    this.#heardMs = clock.monotonic();
    this.#worker = forkWorker({
      EVERYHOP_ACCESS_LOG: accessLog,
      EVERYHOP_WORKERS: String(workers),
      // Half of these may wait for name servers at the same time, one for each upstream name.
      UV_THREADPOOL_SIZE: '64',
    });
    this.pid = this.#worker.process.pid ?? 0;
    guardChannel(
      this.#worker,
      (wanted) =>
        this.#listeners.flat().some(({ address, port }) => address === wanted.address && port === wanted.port),
      () => this.kill('foreign message'),
    );
    this.#worker.on('error', () => {}); // sending to a process that has just died; `exit` follows
    this.#worker.on('message', (message: WorkerMessage) => this.#hear(message));
    this.#worker.once('exit', (code, signal) => {
      this.#exit = this.#killedFor ?? (signal ? `signal ${signal}` : `exit code ${code}`);
      this.#endIfLost();
    });
    // The control process holds the listening sockets on its behalf until then.
    this.#worker.once('disconnect', () => this.#endIfLost());
    this.#scheduleQuery();
  }

  send(message: ControlMessage): void {
    // It may still be opening those of the snapshot before.
    if (message.type === 'apply') this.#listeners = [this.#listeners.at(-1) ?? [], message.snapshot.listeners];
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  /** @param reason for `onLost`. */
  kill(reason: string): void {
    this.#killedFor = reason;
    this.#worker.process.kill('SIGKILL');
  }

  /** Resolves with undefined if the worker ends before it answers. */
  query(): Promise<WorkerStatus | undefined> {
    const question = (this.#questions += 1);
    return new Promise((resolve) => {
      this.#queries.set(question, resolve);
      this.send({ type: 'ask', question });
    });
  }

  #hear(message: WorkerMessage): void {
    this.#heardMs = this.#clock.monotonic();
    if (message.type === 'uses') return this.#events.onUses(message.uses);
    if (message.type !== 'status') return this.#events.onMessage(message);
    this.#events.onKeyUses(message.status.keyUses);
    this.#queries.get(message.question)?.(message.status);
    this.#queries.delete(message.question);
  }

  #endIfLost(): void {
    if (this.#exit === undefined || this.#worker.isConnected()) return;
    this.#nextQuery?.cancel();
    for (const settle of this.#queries.values()) settle(undefined);
    this.#queries.clear();
    this.#events.onLost(this.#exit);
  }

  #scheduleQuery(): void {
    this.#nextQuery = this.#clock.after(queryIntervalMs, () => {
      if (this.#clock.monotonic() - this.#heardMs > silenceLimitMs) this.#events.onSilent();
      void this.query();
      this.#scheduleQuery();
    });
  }
}
