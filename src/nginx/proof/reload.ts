import { wait } from '../../acme/wait.ts';
import type { Clock } from '../../base/clock.ts';
import type { Wording } from '../../base/language.ts';
import { Pool } from '../../base/pool.ts';
import type { Worker } from '../program/master.ts';
import { ask, type ProbeResult, type Outcome } from './ask.ts';
import { keyOf, type Target } from './target.ts';

export interface ReloadWait {
  /** All listeners and names that the change affects. If empty, only the workers are checked. */
  targets: readonly Target[];
  /** Path of the proof location. */
  path: string;
  /** The start of the new configuration's answer at the proof location, before the worker's pid. */
  generation: string;
  /** The workers before the reload. */
  former: readonly Worker[];
  /** Returns the current workers. */
  workers: () => readonly Worker[];
  clock: Clock;
  /** Default 20 s: nginx alone retries a socket for 2.5 s. */
  timeoutMs?: number;
  /** True once nginx has logged why it keeps its old configuration, which ends the wait. Called after each round. */
  refused?: () => Promise<boolean>;
  signal?: AbortSignal;
}

/** The last result of one target. */
export interface TargetState {
  target: Target;
  /**
   * `new`: the new generation answers; `old`: something else answers; `nothing`: no answer; `closed`: the block requires a
   * client certificate, so it cannot be checked. Other targets show what the workers have loaded.
   */
  state: 'new' | 'old' | 'nothing' | 'closed';
  outcome: Outcome;
  /** Status, or the text of a failure. */
  detail: Wording;
}

export type ReloadOutcome =
  | {
      ok: true;
      /** Pids of the workers that answered with the new generation. */
      seen: number[];
      /**
       * Pids of the workers that started after the reload but received no connection, as the kernel chooses the worker. The
       * master had loaded the new configuration when it started them, and the former workers accept no more connections.
       */
      unseen: number[];
    }
  | { ok: false; targets: TargetState[]; oldWorkers: number[] };

const defaultTimeoutMs = 20_000;
const pauseMs = 50;
/** Short, because nginx answers the proof location itself. */
const askTimeoutMs = 2_000;
const concurrency = 32;
/** After all answers are new, the time limit for connecting to every worker. */
const meetingMs = 1_500;

/**
 * Requests the proof location of every target until only the new configuration answers: every answer has the new
 * generation, and no former worker accepts connections. Then continues for a moment to reach every worker.
 */
export async function awaitReload(request: ReloadWait): Promise<ReloadOutcome> {
  const { clock, timeoutMs = defaultTimeoutMs, signal = new AbortController().signal } = request;
  const former = new Set(request.former.map(identityOf));
  const endMs = clock.monotonic() + timeoutMs;
  let newSinceMs: number | undefined;
  const seen = new Set<number>();
  for (;;) {
    const workers = request.workers().filter(({ leaving }) => !leaving);
    const oldWorkers = workers.filter((worker) => former.has(identityOf(worker)));
    const targets = await look(request, workers.length, seen);
    const settled = oldWorkers.length === 0 && targets.every(({ state }) => state === 'new' || state === 'closed');
    const nowMs = clock.monotonic();
    newSinceMs = settled ? (newSinceMs ?? nowMs) : undefined;
    if (newSinceMs !== undefined && workers.length > 0) {
      const outcome = meeting(workers, seen);
      const met = outcome.unseen.length === 0 || !targets.some(({ state }) => state === 'new');
      if (met || nowMs - newSinceMs >= meetingMs) return outcome;
    } else if (nowMs >= endMs || (await request.refused?.())) {
      return { ok: false, targets, oldWorkers: oldWorkers.map(({ pid }) => pid) };
    }
    await wait(clock, pauseMs, signal);
  }
}

function meeting(workers: readonly Worker[], seen: ReadonlySet<number>): Extract<ReloadOutcome, { ok: true }> {
  const pids = workers.map(({ pid }) => pid);
  return { ok: true, seen: pids.filter((pid) => seen.has(pid)), unseen: pids.filter((pid) => !seen.has(pid)) };
}

/** A pid may be reused; the combination is unique. */
function identityOf({ pid, startedTicks }: Worker): string {
  return `${pid} ${startedTicks}`;
}

/**
 * Requests every target once, and the first one of each listener over several simultaneous connections to reach different
 * workers. One answer of the old configuration outweighs any number of new ones.
 */
async function look(request: ReloadWait, workerCount: number, seen: Set<number>): Promise<TargetState[]> {
  const pool = new Pool(concurrency);
  const first = new Set(
    [...Map.groupBy(request.targets, ({ listener }) => listener).values()].map(([one]) => keyOf(one!)),
  );
  return Promise.all(
    request.targets.map(async (target) => {
      const times = first.has(keyOf(target)) ? Math.min(concurrency, 4 * Math.max(1, workerCount)) : 1;
      const answers = await Promise.all(
        Array.from({ length: times }, () => pool.run(() => askOnce(request, target, seen))),
      );
      return (
        answers.find(({ state }) => state === 'old') ?? answers.find(({ state }) => state === 'nothing') ?? answers[0]!
      );
    }),
  );
}

async function askOnce(request: ReloadWait, target: Target, seen: Set<number>): Promise<TargetState> {
  const result = await ask(target, request.path, { clock: request.clock, timeoutMs: askTimeoutMs });
  const pid = workerIn(result, request.generation);
  if (pid !== undefined) seen.add(pid);
  const isUnreached = result.outcome !== 'answered' && result.tls === undefined && unreached.includes(result.outcome);
  const state = pid !== undefined ? 'new' : isUnreached ? 'nothing' : wantsCertificate(result) ? 'closed' : 'old';
  return {
    target,
    state,
    outcome: result.outcome,
    detail: result.answer ? String(result.answer.status) : result.detail,
  };
}

/** Detects nginx's built-in page for a missing client certificate (status 496), sent before it selects a location. */
function wantsCertificate({ tls, answer }: ProbeResult): boolean {
  return tls !== undefined && answer?.status === 400 && answer.body.includes('No required SSL certificate was sent');
}

const unreached: Outcome[] = ['refused', 'timed-out', 'no-route', 'denied', 'dns', 'failed'];

/** Parses the proof location's answer, `<generation> <pid>`. */
function workerIn({ answer }: ProbeResult, generation: string): number | undefined {
  const [first, pid, ...rest] = (answer?.body ?? '').trim().split(' ');
  const isOurs = answer?.status === 200 && first === generation && rest.length === 0;
  return isOurs && /^\d+$/.test(pid ?? '') ? Number(pid) : undefined;
}
