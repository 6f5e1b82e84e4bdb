import type * as z from 'zod';
import type { Rate } from '../quantities.ts';
import { duration, flag, mapping, rate, size, wholeNumber } from '../values.ts';

/** Limits of a route, or of all routes of a site together. A member that is undefined: no limit. */
export interface Limits {
  /** Longest request body, in bytes. */
  bodyBytes?: number | undefined;
  /** From the head of a request to the head of its response, the body included. Then the response may take any time. */
  requestTimeMs?: number | undefined;
  /** Per visitor: the name of an identified one, else the address (IPv6: the /64). */
  rate?: Rate | undefined;
  /** Streams of a visitor at the same time. */
  streams?: number | undefined;
}

export const limitKeys = {
  body: size.optional().meta({ description: 'The longest request body, such as 25MB. A longer one gets 413.' }),
  request_time: duration(1000, 86_400_000).optional().meta({
    description:
      'Time from a request to the beginning of the answer, such as 10m, then 504. An answer that has begun may take any time.',
  }),
  rate: rate.optional().meta({
    description:
      'Requests of one visitor, such as 60/min: that many at once, then one a second. More get 429 with Retry-After. A visitor is who identified (access), else an address (IPv6: its /64).',
  }),
  streams: wholeNumber(1, 1_000_000, 'config.bad-streams').optional().meta({
    description:
      'Answers that one visitor may receive at the same time: WebSockets, event streams, and answers to all methods but GET, HEAD and OPTIONS. More get 429.',
  }),
};

export const limitsShape = mapping(limitKeys);

export const compressShape = flag.optional().meta({
  description:
    'Compresses text (HTML, CSS, JavaScript, JSON) for clients that accept gzip, br or zstd; never streams. Off by default, because of BREACH (docs/limits.md).',
});

export function toLimits(content: z.output<typeof limitsShape>): Limits {
  return {
    bodyBytes: content.body,
    requestTimeMs: content.request_time,
    rate: content.rate,
    streams: content.streams,
  };
}
