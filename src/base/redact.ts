import { inspect } from 'node:util';

const patterns: [RegExp, string][] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, '[private key]'],
  [/\b(bearer|basic|digest|negotiate|token)\s+[\w.~+/=-]{6,}/gi, '$1 [redacted]'],
  [/\b(sk|hf|ghp|gho|xox[abp])[-_][\w-]{8,}/g, '[redacted]'],
  [/(\w[\w+.-]*:\/\/)[^\s/@]+@/g, '$1[redacted]@'],
  [/([?&](?:[\w.-]*(?:key|token|secret|password|signature|sig|code)[\w.-]*)=)[^&#\s]+/gi, '$1[redacted]'],
];

/** Replaces private keys, authorization values, API keys and URL passwords in a text. */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  return result;
}

/** A value that never prints: not in a template, in JSON or in `console.log`. `reveal()` returns it. */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}
