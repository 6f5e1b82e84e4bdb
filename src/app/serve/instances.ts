import type { WorkerStatus } from '../../edge/worker-messages.ts';

/** An instance of an app that has several, or a health check, as all workers together see it. */
export interface InstanceSummary {
  instance: string;
  /** Requests, streams and WebSockets under way. */
  streams: number;
  /** Why it gets no requests, from the workers that see it so; '' for none. */
  trouble: WorkerStatus['instances'][number]['trouble'];
  /** The last error code or status. */
  reason: string;
  /** How many workers give it no requests. */
  workers: number;
}

export function instancesOf(workers: readonly Pick<WorkerStatus, 'instances'>[]): InstanceSummary[] {
  const found = new Map<string, InstanceSummary>();
  for (const { instance, streams, trouble, reason } of workers.flatMap(({ instances }) => instances)) {
    const one = found.get(instance) ?? { instance, streams: 0, trouble: '', reason: '', workers: 0 };
    found.set(instance, one);
    one.streams += streams;
    if (trouble === '') continue;
    one.workers += 1;
    [one.trouble, one.reason] = [trouble, reason];
  }
  return [...found.values()];
}
