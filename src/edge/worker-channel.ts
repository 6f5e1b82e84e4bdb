/**
 * The channel from a worker. Workers read what strangers send, so one may run foreign code: through Node's own messages it could
 * have this process open any port or Unix socket, hand over its file descriptors, or fail.
 */
import type { Worker } from 'node:cluster';
import { isLimitUses } from './shared-limits.ts';
import type { Listener } from './snapshot.ts';
import { troubles } from './upstream/instance.ts';
import type { WorkerMessage, WorkerProblem, WorkerStatus } from './worker-messages.ts';

/** Node's messages between a worker and this process that take nothing from it. */
const harmlessActs: readonly unknown[] = ['online', 'listening', 'close', 'exitedAfterDisconnect'];
const handleReplies: readonly unknown[] = ['NODE_HANDLE_ACK', 'NODE_HANDLE_NACK'];

/**
 * Drops everything but the messages of our workers, and reports it. Node receives its own messages as `internalMessage`; a
 * listener could not stop its listeners.
 * @param mayListen true for the configured listeners.
 */
export function guardChannel(
  worker: Worker,
  mayListen: (listener: Pick<Listener, 'address' | 'port'>) => boolean,
  onViolation: () => void,
): void {
  const channel = worker.process;
  const emit = channel.emit.bind(channel) as (event: string | symbol, ...values: unknown[]) => boolean;
  channel.emit = (event: string | symbol, ...values: unknown[]): boolean => {
    const [message, handle] = values;
    const isForeign =
      (event === 'internalMessage' && !isExpected(message, mayListen)) ||
      (event === 'message' && (handle !== undefined || !isWorkerMessage(message)));
    if (!isForeign) return emit(event, ...values);
    (handle as { close?: () => void } | undefined)?.close?.();
    onViolation();
    return true;
  };
}

function isExpected(message: unknown, mayListen: (listener: Pick<Listener, 'address' | 'port'>) => boolean): boolean {
  if (!isRecord(message)) return false;
  const { cmd, act, address, port, addressType, fd } = message;
  if (handleReplies.includes(cmd)) return true;
  if (cmd !== 'NODE_CLUSTER') return false;
  if (act !== 'queryServer') return act === undefined || harmlessActs.includes(act);
  const isSocket = (addressType === 4 || addressType === 6) && (fd === undefined || fd === null);
  return isSocket && typeof address === 'string' && typeof port === 'number' && mayListen({ address, port });
}

/** Whether a message has the form of those that workers send. */
export function isWorkerMessage(message: unknown): message is WorkerMessage {
  if (!isRecord(message)) return false;
  switch (message['type']) {
    case 'ready':
      return true;
    case 'applied':
      return isNumber(message['order']);
    case 'refused':
      return isNumber(message['order']) && isProblem(message['problem']);
    case 'took-notices':
      return isNumber(message['version']);
    case 'uses':
      return isLimitUses(message['uses']);
    case 'status':
      return isNumber(message['question']) && isStatus(message['status']);
    default:
      return false;
  }
}

function isProblem(value: unknown): value is WorkerProblem {
  if (!isRecord(value)) return false;
  const { message, system, address, port } = value;
  return isText(message) && [system, address].every(isOptional(isText)) && isOptional(isNumber)(port);
}

const counts = [
  'pid',
  'revision',
  'connections',
  'streams',
  'requests',
  'connectionsRefused',
  'connectionsLimit',
  'handshakesFailed',
  'memoryBytes',
] as const satisfies (keyof WorkerStatus)[];
const textsOfUse = ['site', 'host', 'client', 'method', 'path', 'kind'];

function isStatus(value: unknown): value is WorkerStatus {
  if (!isRecord(value) || !counts.every((name) => isNumber(value[name])) || !isOptional(isNumber)(value['uid']))
    return false;
  const uses = value['clearText'];
  const { keyUses, instances } = value;
  return (
    Array.isArray(instances) &&
    instances.every(isInstance) &&
    Array.isArray(keyUses) &&
    keyUses.every((use) => Array.isArray(use) && isText(use[0]) && isNumber(use[1])) &&
    Array.isArray(uses) &&
    uses.every(
      (use) =>
        isRecord(use) &&
        textsOfUse.every((name) => isText(use[name])) &&
        isNumber(use['count']) &&
        isNumber(use['lastMs']),
    )
  );
}

function isInstance(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { instance, streams, trouble, reason } = value;
  return (
    [instance, reason].every(isText) && isNumber(streams) && (trouble === '' || troubles.some((one) => one === trouble))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isOptional =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);
