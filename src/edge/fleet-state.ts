/** The state of the workers as a whole, what may happen to it, and what is then to be done. See `fleet.ts`. */
import type { Notices } from './notices.ts';
import type { EdgeSnapshot } from './snapshot.ts';
import type { WorkerProblem } from './worker-messages.ts';

export interface Fleet {
  /** The number of workers to run. */
  readonly size: number;
  members: Member[];
  /** Replacements that wait for their pause. */
  pauses: number[];
  /** The pause before the last replacement of a worker that never served; 0 once one serves. */
  pauseMs: number;
  /** The snapshot in force: the newest that was accepted. */
  accepted: EdgeSnapshot | undefined;
  goal: Goal | undefined;
  notices: { version: number; value: Notices } | undefined;
  change: Change | undefined;
  queue: ChangeRequest[];
  /** Callers that wait until every worker has the notices of a version. */
  noticeRequests: { request: number; version: number }[];
  stopRequests: number[];
  isStopping: boolean;
  /** For the numbers of workers, pauses and goals. */
  count: number;
}

export interface Member {
  readonly number: number;
  phase: 'starting' | 'ready' | 'killed';
  /** The order number of the goal that it was sent and has not answered for. */
  applying: number | undefined;
  /** The order number of the goal that it serves; 0: none yet. */
  serving: number;
  /** The order number of the goal that it last refused. */
  refused: number;
  noticesSent: number;
  noticesTaken: number;
}

export interface Goal {
  order: number;
  snapshot: EdgeSnapshot;
}

export interface ChangeRequest {
  request: number;
  /**
   * `start`: the first snapshot, which every worker must accept. `change`: rolled back if a worker refuses it.
   * `restore`: cannot be refused; a worker that cannot apply it tries again.
   */
  kind: 'start' | 'change' | 'restore';
  snapshot: EdgeSnapshot;
}

export interface Change extends ChangeRequest {
  /** `room` and `back-room`: workers close the listeners that are in the way of the next snapshot. */
  phase: 'room' | 'forward' | 'back-room' | 'back';
  losses: number;
  /** Why it is being rolled back. */
  failure: ChangeFailure | undefined;
}

export type ChangeFailure =
  | { type: 'refused'; problem: WorkerProblem }
  /** The workers end as soon as they start. */
  | { type: 'lost'; reason: string }
  /** No worker has answered in time. */
  | { type: 'late' }
  | { type: 'stopping' };

export type FleetEvent =
  | ({ type: 'request' } & ChangeRequest)
  | { type: 'notify'; request: number; notices: Notices }
  | { type: 'stop'; request: number; deadlineMs: number }
  | { type: 'ready'; worker: number }
  | { type: 'applied'; worker: number; order: number }
  | { type: 'refused'; worker: number; order: number; problem: WorkerProblem }
  | { type: 'took-notices'; worker: number; version: number }
  /** The worker has sent nothing for too long. */
  | { type: 'silent'; worker: number }
  /** The process has ended, and the system has closed its sockets. */
  | { type: 'lost'; worker: number; pid: number; reason: string }
  | { type: 'timer'; key: string };

export type FleetEffect =
  | { type: 'fork'; worker: number }
  | { type: 'apply'; worker: number; goal: Goal }
  | { type: 'notify'; worker: number; version: number; notices: Notices }
  | { type: 'drain'; worker: number; deadlineMs: number }
  | { type: 'kill'; worker: number; reason: string }
  /** Replaces a timer with the same key. */
  | { type: 'timer'; key: string; afterMs: number }
  | { type: 'cancel'; key: string }
  /** A worker refused a snapshot that others serve; it tries again, or is replaced. */
  | { type: 'report-refusal'; worker: number; problem: WorkerProblem }
  | { type: 'report-loss'; worker: number; pid: number; reason: string }
  | { type: 'reply'; request: number; failure: ChangeFailure | undefined };

export function emptyFleet(size: number): Fleet {
  return {
    size,
    members: [],
    pauses: [],
    pauseMs: 0,
    accepted: undefined,
    goal: undefined,
    notices: undefined,
    change: undefined,
    queue: [],
    noticeRequests: [],
    stopRequests: [],
    isStopping: false,
    count: 0,
  };
}
