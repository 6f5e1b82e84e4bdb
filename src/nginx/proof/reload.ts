import { wait } from '../../acme/wait.ts';
import type { Clock } from '../../base/clock.ts';
import { Pool } from '../../base/pool.ts';
import type { Worker } from '../program/master.ts';
import { ask, type Asked, type Outcome } from './ask.ts';
import { keyOf, type Target } from './target.ts';

export interface ReloadWait {
  /** Of every listener and name that the change touches; none: only the workers are looked at. */
  targets: readonly Target[];
  /** Of the proof location. */
  path: string;
  /** What it answers in the new configuration, before the worker's number. */
  generation: string;
  /** Those that were there before the reload. */
  former: readonly Worker[];
  /** Those that are there now. */
  workers: () => readonly Worker[];
  clock: Clock;
  /** Default 20 s: nginx itself tries for 2.5 s to get a socket. */
  timeoutMs?: number;
  /** Is waiting any longer of no use, because nginx has said why it goes on as before? Asked after each look. */
  refused?: () => Promise<boolean>;
  signal?: AbortSignal;
}

/** What was last seen of one question. */
export interface TargetState {
  target: Target;
  /**
   * `new`; `old`: somebody answers, but not with the new generation; `nothing`: nobody answers at all; `closed`: the block
   * wants a client's certificate, so that it answers no question of ours. What its workers have loaded shows elsewhere.
   */
  state: 'new' | 'old' | 'nothing' | 'closed';
  outcome: Outcome;
  /** Status, or what is known of the failure. */
  detail: string;
}

export type ReloadOutcome =
  | {
      ok: true;
      /** Workers that answered with the new generation. */
      seen: number[];
      /**
       * Workers that began after the reload and that no connection came to: the kernel gives it to whom it likes. They
       * were begun by a master that had the new configuration, and none of the former ones takes connections any more.
       */
      unseen: number[];
    }
  | { ok: false; questions: TargetState[]; formerAtWork: number[] };

const usualTimeoutMs = 20_000;
const pauseMs = 50;
/** Nobody waits long for a location that answers by itself. */
const askTimeoutMs = 2_000;
const together = 32;
/** So long connections are opened in order to meet every worker, once every answer is new. */
const meetingMs = 1_500;

/**
 * Asks the proof location of every question until only the new configuration answers: each time with the new generation,
 * and no worker from before the reload takes connections any more. Then it goes on for a moment until every worker was met.
 */
export async function awaitReload(request: ReloadWait): Promise<ReloadOutcome> {
  const { clock, timeoutMs = usualTimeoutMs, signal = new AbortController().signal } = request;
  const former = new Set(request.former.map(identityOf));
  const endMs = clock.monotonic() + timeoutMs;
  let newSinceMs: number | undefined;
  const seen = new Set<number>();
  for (;;) {
    const workers = request.workers().filter(({ leaving }) => !leaving);
    const formerAtWork = workers.filter((worker) => former.has(identityOf(worker)));
    const questions = await look(request, workers.length, seen);
    const settled = formerAtWork.length === 0 && questions.every(({ state }) => state === 'new' || state === 'closed');
    const nowMs = clock.monotonic();
    newSinceMs = settled ? (newSinceMs ?? nowMs) : undefined;
    if (newSinceMs !== undefined && workers.length > 0) {
      const outcome = meeting(workers, seen);
      const met = outcome.unseen.length === 0 || !questions.some(({ state }) => state === 'new');
      if (met || nowMs - newSinceMs >= meetingMs) return outcome;
    } else if (nowMs >= endMs || (await request.refused?.())) {
      return { ok: false, questions, formerAtWork: formerAtWork.map(({ pid }) => pid) };
    }
    await wait(clock, pauseMs, signal);
  }
}

function meeting(workers: readonly Worker[], seen: ReadonlySet<number>): Extract<ReloadOutcome, { ok: true }> {
  const pids = workers.map(({ pid }) => pid);
  return { ok: true, seen: pids.filter((pid) => seen.has(pid)), unseen: pids.filter((pid) => !seen.has(pid)) };
}

/** A number may be given again to another process; both together are not. */
function identityOf({ pid, startedTicks }: Worker): string {
  return `${pid} ${startedTicks}`;
}

/**
 * Every question once, and the first of each listener by several connections at the same time, so that they come to
 * different workers. One answer of an old configuration outweighs those of the new one.
 */
async function look(request: ReloadWait, workerCount: number, seen: Set<number>): Promise<TargetState[]> {
  const pool = new Pool(together);
  const first = new Set(
    [...Map.groupBy(request.targets, ({ listener }) => listener).values()].map(([one]) => keyOf(one!)),
  );
  return Promise.all(
    request.targets.map(async (target) => {
      const times = first.has(keyOf(target)) ? Math.min(together, 4 * Math.max(1, workerCount)) : 1;
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
  const asked = await ask(target, request.path, { clock: request.clock, timeoutMs: askTimeoutMs });
  const pid = workerIn(asked, request.generation);
  if (pid !== undefined) seen.add(pid);
  const nobody = asked.outcome !== 'answered' && asked.tls === undefined && unreached.includes(asked.outcome);
  const state = pid !== undefined ? 'new' : nobody ? 'nothing' : wantsCertificate(asked) ? 'closed' : 'old';
  return { target, state, outcome: asked.outcome, detail: asked.answer ? String(asked.answer.status) : asked.detail };
}

/** nginx says so with a page of its own (its status 496), before anything that the configuration says of the request. */
function wantsCertificate({ tls, answer }: Asked): boolean {
  return tls !== undefined && answer?.status === 400 && answer.body.includes('No required SSL certificate was sent');
}

const unreached: Outcome[] = ['refused', 'timed-out', 'no-route', 'denied', 'dns', 'failed'];

/** `<generation> <pid>`, as the proof location says it. */
function workerIn({ answer }: Asked, generation: string): number | undefined {
  const [first, pid, ...rest] = (answer?.body ?? '').trim().split(' ');
  const isOurs = answer?.status === 200 && first === generation && rest.length === 0;
  return isOurs && /^\d+$/.test(pid ?? '') ? Number(pid) : undefined;
}
