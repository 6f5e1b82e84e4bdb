import type { Notices } from './notices.ts';
import type { ClearTextUse } from './clear-text.ts';
import type { LimitUses } from './shared-limits.ts';
import type { EdgeSnapshot } from './snapshot.ts';
import type { InstanceStatus } from './upstream/group.ts';

/** Messages from the control process to a worker. */
export type ControlMessage =
  | { type: 'apply'; order: number; snapshot: EdgeSnapshot }
  | { type: 'notify'; version: number; notices: Notices }
  | { type: 'drain'; deadlineMs: number }
  | { type: 'ask'; question: number }
  /** Of the other workers. */
  | { type: 'uses'; uses: LimitUses };

/** Messages from a worker to the control process. */
export type WorkerMessage =
  | { type: 'ready' }
  | { type: 'applied'; order: number }
  | { type: 'refused'; order: number; problem: WorkerProblem }
  | { type: 'took-notices'; version: number }
  | { type: 'uses'; uses: LimitUses }
  | { type: 'status'; question: number; status: WorkerStatus };

/** Why a worker rejected a snapshot, in a form that can be sent between processes. */
export interface WorkerProblem {
  message: string;
  /** `EADDRINUSE`, `EACCES` … */
  system?: string;
  address?: string;
  port?: number;
}

export interface WorkerStatus {
  pid: number;
  /** The user that it runs as; undefined on systems without user ids. */
  uid: number | undefined;
  revision: number;
  connections: number;
  /** Open requests, SSE streams and WebSockets. */
  streams: number;
  /** Requests served since the worker started. */
  requests: number;
  /** Connections closed because their client had too many, or no slot became free in time. */
  connectionsRefused: number;
  /** Maximum number of connections; further ones wait. */
  connectionsLimit: number;
  handshakesFailed: number;
  memoryBytes: number;
  /** Requests over plain HTTP that should have come over HTTPS. */
  clearText: ClearTextUse[];
  /** Of apps with several instances, or with a health check. */
  instances: InstanceStatus[];
  /** When keys were last used, by digest; only those used since the last status. */
  keyUses: [digest: string, usedMs: number][];
}
