import type { Reading } from './reading.ts';

/** The one grammar of durations, sizes and rates: in `everyhop.yaml`, and in options of commands. */

const secondsOf: Partial<Record<string, number>> = {
  __proto__: null!,
  ms: 0.001,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hour: 3600,
  d: 86_400,
  day: 86_400,
};

const bytesOf: Record<string, number> = {
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** At most `count` requests at once; one more every `periodMs / count` (token bucket). */
export interface Rate {
  count: number;
  periodMs: number;
}

/** `500ms`, `60s`, `10m`, `12h`, `90d`. Returns milliseconds. A number without a unit could mean any of them. */
export function readDuration(text: string): Reading<number> {
  const [, digits, unit] = /^(\d{1,9}) ?([a-z]+)$/.exec(text) ?? [];
  const seconds = unit === undefined ? undefined : secondsOf[unit];
  return seconds === undefined
    ? { problem: 'config.bad-duration' }
    : { value: Math.round(Number(digits) * seconds * 1000) };
}

/** `512KB`, `25MB`, `1GB` (powers of 1000), `25MiB` (of 1024). Returns bytes. */
export function readSize(text: string): Reading<number> {
  const [, digits, unit] = /^(\d{1,9}) ?([a-z]+)$/i.exec(text) ?? [];
  const bytes = unit === undefined ? undefined : bytesOf[unit.toLowerCase()];
  return bytes === undefined ? { problem: 'config.bad-size' } : { value: Number(digits) * bytes };
}

/** `10/s`, `60/min`, `1000/h`, `5000/d`. */
export function readRate(text: string): Reading<Rate> {
  const [, digits, unit] = /^([1-9]\d{0,6}) ?\/ ?([a-z]+)$/.exec(text) ?? [];
  const seconds = unit === undefined || unit === 'ms' ? undefined : secondsOf[unit];
  if (seconds === undefined) return { problem: 'config.bad-rate' };
  return { value: { count: Number(digits), periodMs: seconds * 1000 } };
}

/** In the largest unit that gives a whole number: `90s`, `10m`, `90d`. */
export function formatDuration(milliseconds: number): string {
  for (const [unit, ms] of [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
  ] as const)
    if (milliseconds >= ms && milliseconds % ms === 0) return `${milliseconds / ms}${unit}`;
  return `${milliseconds}ms`;
}

export function formatSize(bytes: number): string {
  for (const unit of ['GB', 'MB', 'KB', 'GiB', 'MiB', 'KiB']) {
    const each = bytesOf[unit.toLowerCase()]!;
    if (bytes >= each && bytes % each === 0) return `${bytes / each}${unit}`;
  }
  return `${bytes}B`;
}

export function formatRate({ count, periodMs }: Rate): string {
  return `${count}/${{ 1000: 's', 60_000: 'min', 3_600_000: 'h' }[periodMs] ?? 'd'}`;
}
