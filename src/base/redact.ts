import { inspect } from 'node:util';

// A repetition that may begin at any character is bounded: otherwise a long word costs quadratic time.
const patterns: [RegExp, string][] = [
  [/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g, '[private key]'],
  [/\b(authorization["']?\s{0,9}[:=]\s{0,9}["']?\w{1,20})\s+[^\s"',;]+/gi, '$1 [redacted]'],
  [
    /\b((?:x-)?api-key|x-goog-api-key|x-(?:auth|access)-token|(?:set-)?cookie)(["']?\s{0,9}:\s{0,9}["']?)[^\s"',;][^\r\n"',]*/gi,
    '$1$2[redacted]',
  ],
  [
    /\b(?:sk|hf|gh[pousr]|github_pat|glpat|xox[abeprs]|gsk|nvapi|pplx|xai|r8|AGE-SECRET-KEY)[-_][\w-]{8,}/g,
    '[redacted]',
  ],
  [/\beh_[0-9A-Za-z]{43}/g, '[redacted]'],
  [/\b(?:AIza[\w-]{30,50}|A(?:KIA|SIA)[A-Z0-9]{16}|eyJ[\w-]{8,2000}\.[\w-]{8,8000}(?:\.[\w-]*)?)/g, '[redacted]'],
  [/(\w[\w+.-]{0,20}:\/\/)[^\s/@]+@/g, '$1[redacted]@'],
];
const credentials = /\b(bearer|basic|digest|negotiate|token)\s+([\w.~+/=-]{6,})/gi;
/**
 * "token expired", "basic authentication-required": letters only, no word longer than the longest that people write. Each letter
 * has one place in the pattern: with two, the time would double with every word.
 */
const words = /^(?:[A-Z]?[a-z]{0,17}|[A-Z]{2,16})(?:[-_.](?:[A-Z]?[a-z]{0,17}|[A-Z]{2,16}))*$/;
/** Also in a fragment, as OAuth's implicit grant sends them. Let's Encrypt's page to unpause names is for a person to open. */
const queryParameter = /([?&#])([\w.-]+)=[^&#\s]+/g;
const secretName = /key|token|secret|passw|pwd|auth|jwt|session|credential|signature|sig|code/i;

/** Replaces private keys, authorization values, API keys and URL passwords in a text. */
export function redact(text: string): string {
  let result = text;
  for (const [pattern, replacement] of patterns) result = result.replace(pattern, replacement);
  result = result.replace(credentials, (whole: string, scheme: string, value: string) =>
    words.test(value) ? whole : `${scheme} [redacted]`,
  );
  return result.replace(queryParameter, (parameter: string, mark: string, name: string, at: number, whole: string) =>
    secretName.test(name) && !whole.endsWith('/unpause', at) ? `${mark}${name}=[redacted]` : parameter,
  );
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
