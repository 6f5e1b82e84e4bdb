import type { ChallengeAnswers } from './challenge-answers.ts';
import type { EdgeSnapshot } from './snapshot.ts';

/** What the control process says to a worker. */
export type ToWorker =
  | { type: 'apply'; snapshot: EdgeSnapshot }
  | { type: 'answer-challenges'; number: number; answers: ChallengeAnswers }
  | { type: 'drain'; deadlineMs: number }
  | { type: 'ask'; question: number };

/** What a worker says to the control process. */
export type FromWorker =
  | { type: 'ready' }
  | { type: 'applied'; revision: number }
  | { type: 'refused'; revision: number; problem: WorkerProblem }
  | { type: 'answers-challenges'; number: number }
  | { type: 'status'; question: number; status: WorkerStatus };

/** Why a snapshot was refused, in a form that crosses processes. */
export interface WorkerProblem {
  message: string;
  /** `EADDRINUSE`, `EACCES` … */
  system?: string;
  address?: string;
  port?: number;
}

export interface WorkerStatus {
  pid: number;
  revision: number;
  connections: number;
  /** Requests, SSE streams and WebSockets that are open now. */
  streams: number;
  /** Requests answered since the worker began. */
  requests: number;
  /** Turned away because their client had too many, or no room came free in time. */
  connectionsRefused: number;
  /** So many at a time; the others wait. */
  connectionsLimit: number;
  handshakesFailed: number;
  memoryBytes: number;
}
