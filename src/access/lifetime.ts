import { readDuration } from '../config/quantities.ts';
import { accessError } from './messages.ts';

const dayMs = 24 * 60 * 60 * 1000;

/**
 * The end of a key: `90d` from now, or `2027-01-31` for the end of that day (UTC), or a time with its zone as in ISO 8601.
 * @returns milliseconds since 1970.
 * @throws EveryhopError `access.bad-expiry` for other text, `access.expiry-past` for a time that is over.
 */
export function expiryOf(text: string, nowMs: number): number {
  const expiresMs = momentOf(text, nowMs);
  if (expiresMs === undefined || !Number.isSafeInteger(expiresMs) || expiresMs > 253_402_300_800_000)
    throw accessError('access.bad-expiry', { value: text });
  if (expiresMs <= nowMs) throw accessError('access.expiry-past', { value: text });
  return expiresMs;
}

function momentOf(text: string, nowMs: number): number | undefined {
  const duration = readDuration(text);
  if ('value' in duration) return nowMs + duration.value;
  const [, date, time] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  if (date === undefined) return undefined;
  const day = Date.parse(`${date}T00:00:00Z`);
  // 2027-02-30 would be the second of March.
  if (Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== date) return undefined;
  return time === undefined ? day + dayMs : Date.parse(date + time);
}
