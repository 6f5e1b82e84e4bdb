import cluster, { type Worker } from 'node:cluster';
import path from 'node:path';
import { type Clock, delay, type Timer } from '../base/clock.ts';
import { EveryhopError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type { AccessLogFormat } from './access-log.ts';
import { type ChallengeAnswers, noAnswers } from './challenge-answers.ts';
import { edgeError } from './messages.ts';
import { listenError, mustCloseFirst } from './ports.ts';
import type { EdgeSnapshot } from './snapshot.ts';
import type { ControlMessage, WorkerMessage, WorkerProblem, WorkerStatus } from './worker-messages.ts';

export interface SupervisorOptions {
  clock: Clock;
  events: EventBus;
  workers: number;
  accessLog: AccessLogFormat;
}

/** How often each worker is queried, and how long it may stay silent before it is killed and replaced. */
const queryIntervalMs = 5000;
const silenceLimitMs = 20_000;
const statusTimeoutMs = 1000;
/** Time limit for a worker to apply a snapshot. */
const applyTimeoutMs = 30_000;
/** A worker that exits sooner than this is replaced after a pause, which doubles each time up to the longest. */
const shortLifeMs = 5000;
const longestPauseMs = 30_000;

/**
 * Manages the workers: starts them, sends them the current snapshot, replaces those that crash or hang, and drains
 * them. They share the listening sockets, so a crash cuts only the connections of that worker.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #workers = new Set<WorkerProcess>();
  #snapshot: EdgeSnapshot | undefined;
  #answers = noAnswers;
  #stopping = false;
  #started = 0;
  #pauseMs = 0;

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** @throws EveryhopError `edge.port-*` or `edge.snapshot-refused`, after stopping all workers. */
  async start(snapshot: EdgeSnapshot): Promise<void> {
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({
      exec: path.join(import.meta.dirname, `worker${path.extname(import.meta.filename)}`),
      args: [],
      // There is one worker per core; helper threads for garbage collection would compete with the other workers.
      execArgv: ['--single-threaded-gc'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#snapshot = snapshot;
    const members = Array.from({ length: this.#options.workers }, () => this.#fork());
    try {
      await Promise.all(members.map((member) => member.apply(snapshot)));
    } catch (error) {
      await this.drain(0);
      throw error;
    }
  }

  /**
   * Sends the new snapshot to every worker. If one rejects it, all return to the previous one.
   * @throws EveryhopError as `start`, after restoring the previous snapshot.
   */
  async apply(snapshot: EdgeSnapshot): Promise<void> {
    const former = this.#snapshot!;
    await this.#makeRoom(former, snapshot);
    this.#snapshot = snapshot;
    const outcomes = await Promise.allSettled([...this.#workers].map((member) => member.apply(snapshot)));
    // If a worker dies meanwhile, its replacement starts with the current snapshot; this is not a rejection.
    const refused = outcomes.find(
      (outcome) => outcome.status === 'rejected' && !(outcome.reason instanceof WorkerGone),
    );
    if (!refused) return;
    await this.restore(former, snapshot.revision + 1);
    throw (refused as PromiseRejectedResult).reason;
  }

  /** Serves `former` again, under a new revision. */
  async restore(former: EdgeSnapshot, revision: number): Promise<void> {
    const again = { ...former, revision };
    await this.#makeRoom(this.#snapshot!, again);
    this.#snapshot = again;
    await Promise.allSettled([...this.#workers].map((member) => member.apply(again)));
  }

  /**
   * Two listeners cannot share a port if one is bound to all addresses. If only the address changes, every worker
   * closes the old listener before any of them opens the new one.
   */
  async #makeRoom(former: EdgeSnapshot, next: EdgeSnapshot): Promise<void> {
    const listeners = former.listeners.filter((held) => !mustCloseFirst(held, next.listeners));
    if (listeners.length === former.listeners.length) return;
    const members = [...this.#workers];
    await Promise.allSettled(members.map((member) => member.apply({ ...former, listeners })));
  }

  /** Replaces the challenge answers in every worker; resolves once all have them. */
  async answerChallenges(answers: ChallengeAnswers): Promise<void> {
    this.#answers = answers;
    // If a worker dies meanwhile, its replacement gets the answers too.
    await Promise.allSettled([...this.#workers].map((member) => member.answerChallenges(answers)));
  }

  /** The current snapshot. */
  get snapshot(): EdgeSnapshot | undefined {
    return this.#snapshot;
  }

  /** The status of all workers that reply within a second; a worker that hangs is missing until it is replaced. */
  async status(): Promise<WorkerStatus[]> {
    const { clock } = this.#options;
    const query = (member: WorkerProcess): Promise<WorkerStatus | undefined> =>
      Promise.race([member.query().catch(() => undefined), delay(clock, statusTimeoutMs).then(() => undefined)]);
    const answers = await Promise.all([...this.#workers].map(query));
    return answers.filter((answer) => answer !== undefined);
  }

  /** Stops accepting and, after `deadlineMs`, cuts streams still open. Resolves when all workers have exited. */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      [...this.#workers].map((member) => {
        member.send({ type: 'drain', deadlineMs });
        const timer = this.#options.clock.after(deadlineMs + 2000, () => member.kill());
        return member.gone.then(() => timer.cancel());
      }),
    );
  }

  #fork(): WorkerProcess {
    const member = new WorkerProcess(this.#options, (this.#started += 1));
    this.#workers.add(member);
    this.#options.events.emit({ type: 'worker.started', worker: member.number, pid: member.pid });
    void member.gone.then((reason) => this.#replace(member, reason));
    return member;
  }

  #replace(lost: WorkerProcess, reason: string): void {
    this.#workers.delete(lost);
    if (this.#stopping) return;
    this.#options.events.emit({ type: 'worker.lost', worker: lost.number, pid: lost.pid, reason });
    const shortLived = this.#options.clock.monotonic() - lost.startedMs < shortLifeMs;
    this.#pauseMs = shortLived ? Math.min(Math.max(this.#pauseMs * 2, 250), longestPauseMs) : 0;
    this.#options.clock.after(this.#pauseMs, () => {
      if (this.#stopping) return;
      const member = this.#fork();
      // If it rejects the snapshot, kill it: the next replacement then waits longer.
      member.apply(this.#snapshot!).catch(() => member.kill());
      member.answerChallenges(this.#answers).catch(() => {});
    });
  }
}

class WorkerGone extends Error {}

/** One worker process and the queries it has not answered yet. */
class WorkerProcess {
  readonly number: number;
  readonly pid: number;
  readonly startedMs: number;
  /** Resolves with the reason when the process has exited. */
  readonly gone: Promise<string>;
  readonly #worker: Worker;
  readonly #clock: Clock;
  readonly #ready: Promise<void>;
  readonly #applying = new Map<number, (problem: WorkerProblem | undefined) => void>();
  readonly #answering = new Map<number, () => void>();
  readonly #queries = new Map<number, (status: WorkerStatus) => void>();
  #questions = 0;
  #lastMessageMs: number;
  #nextQuery: Timer | undefined;
  #killedFor: string | undefined;

  constructor(options: SupervisorOptions, number: number) {
    this.#clock = options.clock;
    this.number = number;
    this.startedMs = this.#clock.monotonic();
    this.#lastMessageMs = this.startedMs;
    this.#worker = cluster.fork({
      EVERYHOP_ACCESS_LOG: options.accessLog,
      EVERYHOP_WORKERS: String(options.workers),
    });
    this.pid = this.#worker.process.pid ?? 0;
    this.gone = new Promise((resolve) => {
      this.#worker.once('exit', (code, signal) => {
        this.#nextQuery?.cancel();
        resolve(this.#killedFor ?? (signal ? `signal ${signal}` : `exit code ${code}`));
      });
    });
    this.#worker.on('error', () => {}); // sending to a process that has just died; `exit` follows
    this.#ready = new Promise((resolve) => {
      this.#worker.on('message', (message: WorkerMessage) => {
        this.#lastMessageMs = this.#clock.monotonic();
        if (message.type === 'ready') resolve();
        else this.#receive(message);
      });
    });
    this.#scheduleQuery();
  }

  send(message: ControlMessage): void {
    if (this.#worker.isConnected()) this.#worker.send(message);
  }

  kill(): void {
    this.#worker.process.kill('SIGKILL');
  }

  /** Resolves when the worker serves `snapshot`. Rejects with the worker's error, or WorkerGone. */
  async apply(snapshot: EdgeSnapshot): Promise<void> {
    await this.#orGone(this.#ready);
    const answer = new Promise<WorkerProblem | undefined>((resolve) => {
      this.#applying.set(snapshot.revision, resolve);
    });
    this.send({ type: 'apply', snapshot });
    const timer = this.#clock.after(applyTimeoutMs, () => this.#killSilent());
    const problem = await this.#orGone(answer).finally(() => timer.cancel());
    if (problem) throw problemError(problem);
  }

  async answerChallenges(answers: ChallengeAnswers): Promise<void> {
    await this.#orGone(this.#ready);
    const number = (this.#questions += 1);
    const taken = new Promise<void>((resolve) => this.#answering.set(number, resolve));
    this.send({ type: 'answer-challenges', number, answers });
    await this.#orGone(taken);
  }

  async query(): Promise<WorkerStatus> {
    const question = (this.#questions += 1);
    const answer = new Promise<WorkerStatus>((resolve) => {
      this.#queries.set(question, resolve);
    });
    this.send({ type: 'ask', question });
    return this.#orGone(answer);
  }

  #receive(message: Exclude<WorkerMessage, { type: 'ready' }>): void {
    if (message.type === 'status') {
      this.#queries.get(message.question)?.(message.status);
      this.#queries.delete(message.question);
      return;
    }
    if (message.type === 'answers-challenges') {
      this.#answering.get(message.number)?.();
      this.#answering.delete(message.number);
      return;
    }
    this.#applying.get(message.revision)?.(message.type === 'refused' ? message.problem : undefined);
    this.#applying.delete(message.revision);
  }

  #scheduleQuery(): void {
    this.#nextQuery = this.#clock.after(queryIntervalMs, () => {
      if (this.#clock.monotonic() - this.#lastMessageMs > silenceLimitMs) return this.#killSilent();
      this.query().catch(() => {});
      this.#scheduleQuery();
    });
  }

  #killSilent(): void {
    this.#killedFor = 'no answer';
    this.kill();
  }

  #orGone<T>(promise: Promise<T>): Promise<T> {
    const gone = this.gone.then((reason): never => {
      throw new WorkerGone(reason);
    });
    return Promise.race([promise, gone]);
  }
}

function problemError(problem: WorkerProblem): EveryhopError {
  if (problem.system !== undefined && problem.port !== undefined) {
    return listenError(problem.system, problem.address ?? '', problem.port, problem.message);
  }
  return edgeError('edge.snapshot-refused', { reason: problem.message });
}
