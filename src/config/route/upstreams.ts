import * as z from 'zod';
import { duration, list, mapping, problem, text, upstream, wholeNumber } from '../values.ts';

/** How a request finds one of several instances. */
export type Balance = 'least-streams' | 'round-robin' | 'sticky';

/** A request to each instance, and the answer of a healthy one. */
export interface Health {
  /** With its query. */
  path: string;
  intervalMs: number;
  /** undefined: any from 200 to 399. */
  status?: number | undefined;
}

const secondMs = 1000;
const hourMs = 3_600_000;
const defaultIntervalMs = 10 * secondMs;

const healthPath = text.regex(/^\/(?!\/)[\x21\x22\x24-\x7e]*$/, problem('config.bad-health-path'));

export const healthKeys = {
  path: healthPath.meta({ description: 'Path to ask for, such as /health, which the app answers without a log-in.' }),
  interval: duration(secondMs, hourMs)
    .optional()
    .meta({ description: 'Pause between two checks of an instance by one worker process. Default: 10s.' }),
  status: wholeNumber(100, 599, 'config.bad-health-status')
    .optional()
    .meta({ description: 'The status of a healthy instance. Default: any from 200 to 399.' }),
};

export const upstreamsShape = {
  upstreams: list(upstream).optional().meta({
    description:
      'URLs of several instances of one app, instead of upstream. A name with several addresses counts as one instance for each.',
  }),
};

export const balancingShape = {
  balance: z.enum(['least-streams', 'round-robin', 'sticky'], problem('config.bad-choice')).optional().meta({
    description:
      'Which instance gets a request: the one with the least-streams (the default), each in turn (round-robin), or the same for all requests of a browser (sticky).',
  }),
  health: z
    .union([healthPath, mapping(healthKeys)], problem('config.bad-health-path'))
    .optional()
    .meta({
      description: 'Path that tells whether an instance is healthy. Unhealthy instances get no requests.',
    }),
  wait_for_app: duration(secondMs, 24 * hourMs)
    .optional()
    .meta({
      description:
        'For this long after the app has stopped, visitors see that it is starting, on a page that opens it once it answers; programs get 503 with Retry-After.',
    }),
};

export type BalancingContent = z.output<z.ZodObject<typeof balancingShape>>;

export interface Balancing {
  /** undefined: one instance. */
  balance?: Balance | undefined;
  /** undefined: only requests show whether an instance is healthy. */
  health?: Health | undefined;
  waitForAppMs?: number | undefined;
}

export function toBalancing({ balance, health, wait_for_app }: Partial<BalancingContent>): Balancing {
  return {
    ...(balance !== undefined && { balance }),
    ...(health !== undefined && { health: toHealth(health) }),
    ...(wait_for_app !== undefined && { waitForAppMs: wait_for_app }),
  };
}

function toHealth(content: NonNullable<BalancingContent['health']>): Health {
  if (typeof content === 'string') return { path: content, intervalMs: defaultIntervalMs };
  const { path, interval = defaultIntervalMs, status } = content;
  return { path, intervalMs: interval, ...(status !== undefined && { status }) };
}
