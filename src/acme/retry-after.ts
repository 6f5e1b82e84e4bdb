/** A longer Retry-After is cut to this. */
export const longestRetryAfterMs = 24 * 60 * 60 * 1000;

/**
 * Reads Retry-After (RFC 9110 §10.2.3), in seconds or as an HTTP date.
 * @param nowMs wall clock, for dates.
 * @returns milliseconds from now, between 0 and a day; undefined for anything else.
 */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  const delayMs = /^\d+$/.test(text) ? Number(text) * 1000 : httpDate(text) - nowMs;
  return Number.isNaN(delayMs) ? undefined : Math.min(Math.max(delayMs, 0), longestRetryAfterMs);
}

/** The three formats of RFC 9110 §5.6.7 start with a weekday; Date.parse accepts much that is not a date. */
function httpDate(text: string): number {
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /.test(text)) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`); // asctime has no time zone
}
