import cluster from 'node:cluster';
import { type Clock, delay, type Timer } from '../base/clock.ts';
import { EveryhopError } from '../base/errors.ts';
import type { EventBus } from '../base/events.ts';
import type { AccessLogFormat } from './access-log.ts';
import type { ChallengeAnswers } from './challenge-answers.ts';
import { step } from './fleet.ts';
import {
  type ChangeFailure,
  type ChangeRequest,
  emptyFleet,
  type FleetEffect,
  type FleetEvent,
} from './fleet-state.ts';
import { lossPhrase } from './loss.ts';
import { edgeError } from './messages.ts';
import { type EdgeKey, noNotices, type Notices } from './notices.ts';
import { listenError, portHolder } from './ports.ts';
import { SharedLimits } from './shared-limits.ts';
import type { EdgeSnapshot } from './snapshot.ts';
import { tlsProblem } from './tls-problem.ts';
import type { WorkerMessage, WorkerProblem, WorkerStatus } from './worker-messages.ts';
import { WorkerProcess, workerProgram } from './worker-process.ts';

export interface SupervisorOptions {
  clock: Clock;
  events: EventBus;
  workers: number;
  accessLog: AccessLogFormat;
}

const statusTimeoutMs = 1000;
/** A worker that has none of the oldest any more needs no reminder. */
const mostEndedKeys = 1000;

/**
 * Manages the workers: starts them, sends them the current snapshot, replaces those that crash or hang, and drains
 * them. They share the listening sockets, so a crash cuts only the connections of that worker. `step` decides; this
 * class carries out its effects.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #processes = new Map<number, WorkerProcess>();
  readonly #timers = new Map<string, Timer>();
  readonly #replies = new Map<number, (failure: ChangeFailure | undefined) => void>();
  readonly #events: FleetEvent[] = [];
  #fleet: ReturnType<typeof emptyFleet>;
  readonly #sharedLimits = new SharedLimits((worker, uses) =>
    this.#processes.get(worker)?.send({ type: 'uses', uses }),
  );
  #isStepping = false;
  #requests = 0;
  #refusal: EveryhopError | undefined;
  #notices = noNotices;
  #keyUses = new Map<string, number>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#fleet = emptyFleet(options.workers);
  }

  /** @throws EveryhopError `edge.port-*`, `edge.snapshot-refused`, `edge.workers-lost`, after stopping all workers. */
  async start(snapshot: EdgeSnapshot): Promise<void> {
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    cluster.setupPrimary({
      exec: workerProgram,
      args: [],
      serialization: 'advanced',
    });
    try {
      await this.#change('start', snapshot);
    } catch (error) {
      await this.drain(0);
      throw error;
    }
  }

  /**
   * Sends the new snapshot to every worker. If one rejects it, all return to the previous one.
   * @throws EveryhopError as `start`, after restoring the previous snapshot; `edge.no-worker`, `edge.stopping`.
   */
  async apply(snapshot: EdgeSnapshot): Promise<void> {
    await this.#change('change', snapshot);
  }

  /** Serves `former` again, under a new revision. A worker that cannot take it keeps trying. */
  async restore(former: EdgeSnapshot, revision: number): Promise<void> {
    await this.#change('restore', { ...former, revision });
  }

  /** Replaces the answers to challenges in every worker; resolves once all have them. */
  async answerChallenges(answers: ChallengeAnswers): Promise<void> {
    await this.#notify({ challenges: answers });
  }

  /**
   * Replaces the access keys in every worker; resolves once all have them.
   * @param ended digests of revoked keys whose open streams are to end now.
   */
  async publishKeys(keys: readonly EdgeKey[], ended: readonly string[] = []): Promise<void> {
    await this.#notify({ keys, endedKeys: [...this.#notices.endedKeys, ...ended].slice(-mostEndedKeys) });
  }

  /** When keys were used since the last call, by digest, as far as the workers have told. */
  takeKeyUses(): Map<string, number> {
    const uses = this.#keyUses;
    this.#keyUses = new Map();
    return uses;
  }

  /** The snapshot in force. */
  get snapshot(): EdgeSnapshot | undefined {
    return this.#fleet.accepted;
  }

  /** The number of workers that should run. */
  get size(): number {
    return this.#options.workers;
  }

  /** Why a worker last refused the snapshot in force; undefined if all serve it. */
  get refusal(): EveryhopError | undefined {
    return this.#refusal;
  }

  /** The status of all workers that reply within a second; a worker that hangs is missing until it is replaced. */
  async status(): Promise<WorkerStatus[]> {
    const { clock } = this.#options;
    const query = (member: WorkerProcess): Promise<WorkerStatus | undefined> =>
      Promise.race([member.query(), delay(clock, statusTimeoutMs).then(() => undefined)]);
    const answers = await Promise.all([...this.#processes.values()].map(query));
    return answers.filter((answer) => answer !== undefined);
  }

  /** Stops accepting and, after `deadlineMs`, cuts streams still open. Resolves when all workers have exited. */
  async drain(deadlineMs: number): Promise<void> {
    await this.#ask((request) => ({ type: 'stop', request, deadlineMs }));
  }

  async #notify(changed: Partial<Notices>): Promise<void> {
    const notices = (this.#notices = { ...this.#notices, ...changed });
    await this.#ask((request) => ({ type: 'notify', request, notices }));
  }

  /** Workers may run foreign code, so only known keys count. */
  #noteKeyUses(uses: readonly [digest: string, usedMs: number][]): void {
    if (uses.length === 0) return;
    const known = new Set(this.#notices.keys.map(({ digest }) => digest));
    const nowMs = this.#options.clock.now();
    for (const [digest, usedMs] of uses) {
      if (!known.has(digest)) continue;
      this.#keyUses.set(digest, Math.max(Math.min(usedMs, nowMs), this.#keyUses.get(digest) ?? 0));
    }
  }

  async #change(kind: ChangeRequest['kind'], snapshot: EdgeSnapshot): Promise<void> {
    const failure = await this.#ask((request) => ({ type: 'request', request, kind, snapshot }));
    if (failure) throw await failureError(failure);
  }

  #ask(event: (request: number) => FleetEvent): Promise<ChangeFailure | undefined> {
    const request = (this.#requests += 1);
    return new Promise((resolve) => {
      this.#replies.set(request, resolve);
      this.#take(event(request));
    });
  }

  #take(event: FleetEvent): void {
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    for (let next = this.#events.shift(); next; next = this.#events.shift()) {
      const { fleet, effects } = step(this.#fleet, next);
      this.#fleet = fleet;
      for (const effect of effects) this.#carryOut(effect);
      if (this.#isWhole()) this.#refusal = undefined;
    }
    this.#isStepping = false;
  }

  #carryOut(effect: FleetEffect): void {
    const { clock, events } = this.#options;
    switch (effect.type) {
      case 'fork':
        this.#fork(effect.worker);
        break;
      case 'apply':
        this.#processes.get(effect.worker)?.send({ type: 'apply', ...effect.goal });
        break;
      case 'notify':
        this.#processes.get(effect.worker)?.send(effect);
        break;
      case 'drain':
        this.#processes.get(effect.worker)?.send(effect);
        break;
      case 'kill':
        this.#processes.get(effect.worker)?.kill(effect.reason);
        break;
      case 'timer': {
        const { key } = effect;
        this.#timers.get(key)?.cancel();
        const timer = clock.after(effect.afterMs, () => {
          if (this.#timers.get(key) !== timer) return;
          this.#timers.delete(key);
          this.#take({ type: 'timer', key });
        });
        this.#timers.set(key, timer);
        break;
      }
      case 'cancel':
        this.#timers.get(effect.key)?.cancel();
        this.#timers.delete(effect.key);
        break;
      case 'report-refusal':
        void this.#reportRefusal(effect.worker, effect.problem);
        break;
      case 'report-loss': {
        const pid = effect.pid;
        events.emit({ type: 'worker.lost', worker: effect.worker, pid, reason: effect.reason });
        break;
      }
      case 'reply':
        this.#replies.get(effect.request)?.(effect.failure);
        this.#replies.delete(effect.request);
        break;
    }
  }

  async #reportRefusal(worker: number, problem: WorkerProblem): Promise<void> {
    const pid = this.#processes.get(worker)?.pid ?? 0;
    const error = await problemError(problem);
    // Meanwhile, its replacement may have succeeded.
    if (!this.#isWhole()) this.#refusal = error;
    this.#options.events.emit({ type: 'worker.refused', worker, pid, error: error.data() });
  }

  #isWhole(): boolean {
    const { goal, members, size } = this.#fleet;
    return members.length === size && members.every(({ serving }) => serving === goal?.order);
  }

  #fork(worker: number): void {
    const process = new WorkerProcess(this.#options, {
      onKeyUses: (uses) => this.#noteKeyUses(uses),
      onMessage: (message) => {
        if (message.type === 'ready') this.#sharedLimits.join(worker);
        this.#take(eventOf(worker, message));
      },
      onUses: (uses) => this.#sharedLimits.hear(worker, uses),
      onSilent: () => this.#take({ type: 'silent', worker }),
      onLost: (reason) => {
        this.#processes.delete(worker);
        this.#sharedLimits.leave(worker);
        this.#take({ type: 'lost', worker, pid: process.pid, reason });
      },
    });
    this.#processes.set(worker, process);
    this.#options.events.emit({ type: 'worker.started', worker, pid: process.pid });
  }
}

function eventOf(worker: number, message: Exclude<WorkerMessage, { type: 'status' | 'uses' }>): FleetEvent {
  switch (message.type) {
    case 'ready':
      return { type: 'ready', worker };
    case 'applied':
      return { type: 'applied', worker, order: message.order };
    case 'refused':
      return { type: 'refused', worker, order: message.order, problem: message.problem };
    default:
      return { type: 'took-notices', worker, version: message.version };
  }
}

async function failureError(failure: ChangeFailure): Promise<EveryhopError> {
  switch (failure.type) {
    case 'refused':
      return problemError(failure.problem);
    case 'lost':
      return edgeError('edge.workers-lost', { reason: lossPhrase(failure.reason) });
    case 'late':
      return edgeError('edge.no-worker', {});
    default:
      return edgeError('edge.stopping', {});
  }
}

async function problemError(problem: WorkerProblem): Promise<EveryhopError> {
  if (problem.system !== undefined && problem.port !== undefined) {
    const holder = problem.system === 'EADDRINUSE' ? await portHolder(problem.port) : undefined;
    return listenError(problem.system, problem.address ?? '', problem.port, problem.message, holder);
  }
  return edgeError('edge.snapshot-refused', { reason: tlsProblem(problem.system) });
}
