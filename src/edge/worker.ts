/**
 * The process that carries the traffic. It is stateless: the control process sends it snapshots to serve. It exits when
 * the control process does, so an orphan never holds a port.
 */
import type { Identity } from './access/identity.ts';
import { systemClock } from '../base/clock.ts';
import { describeError, EveryhopError, systemCode } from '../base/errors.ts';
import { Queue } from '../base/queue.ts';
import { createAccessLog, type AccessLogFormat } from './access-log.ts';
import { Admission, capacityOf, machineLimits, RequestsUnderWay, residentMemory } from './admission.ts';
import { ClearTextUses } from './clear-text.ts';
import type { EdgeConnection, EdgeContext } from './connection.ts';
import { Front } from './front.ts';
import { RequestRate } from './request-rate.ts';
import { type EdgeKey, noNotices, type Notices } from './notices.ts';
import { LimitCounts } from './shared-limits.ts';
import { mustCloseFirst } from './ports.ts';
import type { EdgeSnapshot } from './snapshot.ts';
import { instancesStatus } from './upstream/groups.ts';
import { becomeWorkerUser, userVariable } from './worker-user.ts';
import type { ControlMessage, WorkerMessage, WorkerProblem } from './worker-messages.ts';

const log = createAccessLog((process.env['EVERYHOP_ACCESS_LOG'] ?? 'json') as AccessLogFormat);
const connections = new Set<EdgeConnection>();
let current: EdgeSnapshot | undefined;
/** The revision for which every listener is open; 0: none yet. */
let served = 0;
let { challenges } = noNotices;
let keys = new Map<string, EdgeKey>();
let keyUses = new Map<string, number>();
let draining = false;
let requests = 0;
/** The front opens and closes listeners for one snapshot at a time. */
const applying = new Queue();

const workers = Number(process.env['EVERYHOP_WORKERS'] ?? 1);
const capacity = capacityOf(machineLimits(), workers);
const limitCounts = new LimitCounts(systemClock, workers, (uses) => send({ type: 'uses', uses }));
const context: EdgeContext = {
  snapshot: () => current!,
  challenges: () => challenges,
  keys: () => keys,
  noteKeyUse: (digest, nowMs) => void keyUses.set(digest, nowMs),
  log(entry) {
    requests += 1;
    log.write(entry);
  },
  clearText: new ClearTextUses(),
  documentRate: new RequestRate(systemClock),
  draining: () => draining,
  requestsUnderWay: new RequestsUnderWay(capacity.connections),
  limitCounts,
  register(connection) {
    connections.add(connection);
    if (draining) connection.drain();
    return () => {
      connections.delete(connection);
      if (draining && connections.size === 0) leave();
    };
  },
};
const admission = new Admission(capacity);
const front = new Front(context, admission);

// All code is loaded: the user of the workers may not be able to read it.
becomeWorkerUser(process.env[userVariable]);

function send(message: WorkerMessage): void {
  // If the control process is gone, `disconnect` follows.
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}

async function apply(order: number, snapshot: EdgeSnapshot): Promise<void> {
  let former = current;
  try {
    const listeners = former?.listeners.filter((held) => !mustCloseFirst(held, snapshot.listeners));
    if (former && listeners!.length < former.listeners.length) {
      former = { ...former, listeners: listeners! };
      await front.apply(former);
    }
    current = snapshot; // before the listeners open: connections may arrive immediately
    await front.apply(snapshot);
    served = snapshot.revision;
    send({ type: 'applied', order });
  } catch (error) {
    current = former;
    send({ type: 'refused', order, problem: problemOf(error) });
  }
  if (draining) front.stop(); // it may have opened a listener meanwhile
}

function problemOf(error: unknown): WorkerProblem {
  const address = error as { address?: string; port?: number };
  const system = error instanceof EveryhopError ? undefined : systemCode(error);
  return {
    message: describeError(error),
    ...(system === undefined ? {} : { system }),
    ...(address.address === undefined || address.port === undefined
      ? {}
      : { address: address.address, port: address.port }),
  };
}

function drain(deadlineMs: number): void {
  draining = true;
  front.stop();
  for (const connection of connections) connection.drain();
  if (connections.size === 0) leave();
  else setTimeout(leave, deadlineMs);
}

function leave(): void {
  front.stop();
  for (const connection of connections) connection.destroy();
  void log.flush().then(() => process.exit(0));
}

function take(notices: Notices): void {
  ({ challenges } = notices);
  keys = new Map(notices.keys.map((key) => [key.digest, key]));
  if (notices.endedKeys.length === 0) return;
  const ended = new Set(notices.endedKeys);
  const isEnded = ({ digest }: Identity): boolean => digest !== undefined && ended.has(digest);
  for (const connection of connections) connection.endStreams(isEnded, 'edge.access-key-revoked');
}

/** Empties the list: the control process has them then. */
function takeKeyUses(): [string, number][] {
  const uses = [...keyUses];
  keyUses = new Map();
  return uses;
}

process.on('message', (message: ControlMessage) => {
  switch (message.type) {
    case 'apply':
      void applying.run(() => apply(message.order, message.snapshot));
      break;
    case 'notify':
      take(message.notices);
      send({ type: 'took-notices', version: message.version });
      break;
    case 'drain':
      drain(message.deadlineMs);
      break;
    case 'uses':
      context.limitCounts.add(message.uses);
      break;
    case 'ask':
      send({
        type: 'status',
        question: message.question,
        status: {
          pid: process.pid,
          uid: process.getuid?.(),
          revision: served,
          connections: connections.size,
          streams: [...connections].reduce((sum, connection) => sum + connection.openStreams(), 0),
          requests,
          connectionsRefused: admission.refused,
          connectionsLimit: admission.capacity.connections,
          handshakesFailed: front.handshakesFailed,
          memoryBytes: residentMemory(),
          clearText: context.clearText.list(),
          instances: instancesStatus(),
          keyUses: takeKeyUses(),
        },
      });
      break;
  }
});
// A terminal sends these to the whole process group; only the control process acts on them. SIGUSR1 makes some programs reopen
// their logs, and would end this one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => {});
// Runs before cluster's own listener, which exits immediately.
process.prependListener('disconnect', () => leave());
send({ type: 'ready' });
