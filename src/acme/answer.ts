import type { IncomingHttpHeaders } from 'node:http';
import { AcmeError } from './problem.ts';
import { readRetryAfter } from './retry-after.ts';

/** An authority's answer: complete, limited in size, not validated yet. */
export class Answer {
  readonly url: string;
  readonly status: number;
  readonly body: Buffer;
  /** At most a day; undefined without a usable Retry-After. */
  readonly retryAfterMs: number | undefined;
  readonly #headers: IncomingHttpHeaders;

  constructor(url: string, status: number, headers: IncomingHttpHeaders, body: Buffer, nowMs: number) {
    this.url = url;
    this.status = status;
    this.body = body;
    this.#headers = headers;
    this.retryAfterMs = readRetryAfter(this.header('retry-after'), nowMs);
  }

  /** The first header of that name (lower case). */
  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  /** Absolute targets of the Link headers with this relation (RFC 8288). */
  links(relation: string): string[] {
    const value = this.#headers['link'];
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    return [...text.matchAll(/<([^<>]*)>((?:\s*;[^,;<]*)*)/g)].flatMap(([, target = '', parameters = '']) => {
      const relations = /;\s*rel\s*=\s*"?([^";]*)"?/i.exec(parameters)?.[1]?.toLowerCase().trim().split(/\s+/) ?? [];
      return relations.includes(relation) && URL.canParse(target, this.url) ? [new URL(target, this.url).href] : [];
    });
  }

  /** The Location header as an absolute URL. @throws AcmeError `acme.answer-malformed`. */
  location(): string {
    const text = this.header('location') ?? '';
    if (text === '' || !URL.canParse(text, this.url)) throw this.malformed('Location');
    return new URL(text, this.url).href;
  }

  /** The body as a JSON object. @throws AcmeError `acme.answer-malformed`. */
  fields(): Fields {
    return new Fields(this, this.json(), '');
  }

  /** The body as JSON; undefined if it is not JSON. */
  json(): unknown {
    try {
      return JSON.parse(this.body.toString('utf8'));
    } catch {
      return undefined;
    }
  }

  /** @param field the missing or wrong field. */
  malformed(field: string): AcmeError {
    return new AcmeError('acme.answer-malformed', { url: this.url, field });
  }
}

/**
 * Reads a JSON object: strict about the fields we use, ignoring all others. Every method may throw
 * `acme.answer-malformed`.
 */
export class Fields {
  readonly #answer: Answer;
  readonly #values: Record<string, unknown>;
  readonly #path: string;

  constructor(answer: Answer, value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw answer.malformed(path || 'JSON');
    this.#answer = answer;
    this.#values = value as Record<string, unknown>;
    this.#path = path;
  }

  raw(name: string): unknown {
    return this.#values[name];
  }

  text(name: string): string {
    const value = this.#values[name];
    if (typeof value !== 'string' || value === '') throw this.#wrong(name);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  /** An absolute https URL. */
  url(name: string): string {
    return this.#httpsUrl(name, this.text(name));
  }

  optionalUrl(name: string): string | undefined {
    const value = this.optionalText(name);
    return value === undefined ? undefined : this.#httpsUrl(name, value);
  }

  urls(name: string): string[] {
    return this.list(name).map((value) => this.#httpsUrl(name, value));
  }

  /** At most 1000 entries of any type. */
  list(name: string): unknown[] {
    const value = this.#values[name];
    if (!Array.isArray(value) || value.length > 1000) throw this.#wrong(name);
    return value;
  }

  objects(name: string): Fields[] {
    return this.list(name).map((value, index) => new Fields(this.#answer, value, `${this.#path}${name}[${index}]`));
  }

  optionalObject(name: string): Fields | undefined {
    const value = this.#values[name];
    return value === undefined || value === null ? undefined : this.object(name);
  }

  object(name: string): Fields {
    return new Fields(this.#answer, this.#values[name], this.#path + name);
  }

  #httpsUrl(name: string, value: unknown): string {
    const isUsable = typeof value === 'string' && URL.canParse(value) && new URL(value).protocol === 'https:';
    if (!isUsable) throw this.#wrong(name);
    return value;
  }

  #wrong(name: string): AcmeError {
    return this.#answer.malformed(this.#path === '' ? name : `${this.#path}.${name}`);
  }
}
