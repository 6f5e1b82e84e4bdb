import type { Fields } from '../http1/head.ts';
import type { ResponseHead } from '../http1/response-head.ts';

export type Coding = 'zstd' | 'br' | 'gzip';

/** Of those that a client likes equally, the cheapest first: of the CPU time of gzip, zstd takes a third for the same size. */
const codings: readonly Coding[] = ['zstd', 'br', 'gzip'];

/** The coding that Accept-Encoding prefers (RFC 9110 §12.5.3). undefined: none of ours, or the unencoded content. */
export function acceptedCoding(fields: Fields): Coding | undefined {
  let weights: Map<string, number> | undefined;
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'accept-encoding') continue;
    for (const member of fields[at + 1]!.toLowerCase().split(',')) {
      const match = /^\s*(?:x-)?([a-z*]+)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?$/.exec(member);
      if (match) (weights ??= new Map()).set(match[1]!, Number(match[2] ?? 1));
    }
  }
  if (!weights) return undefined;
  let best: Coding | undefined;
  let bestWeight = 0;
  for (const coding of codings) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight <= bestWeight) continue;
    best = coding;
    bestWeight = weight;
  }
  return bestWeight < (weights.get('identity') ?? 0) ? undefined : best;
}

/** Text whose length is known, or that is complete at once. Streams of events and of JSON lines are neither. */
const texts =
  /^(?:text\/(?!event-stream)[\w.+-]+|application\/(?:json|javascript|ecmascript|x-javascript|xml|graphql|toml|yaml|[\w.-]+\+(?:json|xml))|image\/svg\+xml)\s*(?:;|$)/i;

/** Fields that are true only for the content as the app sent it; the response then stays as it is. */
const bindingFields = new Set([
  'content-encoding',
  'content-range',
  'content-digest',
  'repr-digest',
  'digest',
  'content-md5',
  'trailer',
]);

/** Less than this fits in one packet anyway. */
export const leastBytes = 1024;

/**
 * Whether a response may be compressed for clients that accept it. So it may even if this client does not: caches must know.
 * @param method of the request.
 */
export function isCompressible({ status, fields, framing }: ResponseHead, method: string): boolean {
  if (status < 200 || status === 204 || status === 205 || status === 206 || status === 304) return false;
  let isText = false;
  let length: number | undefined;
  for (let at = 1; at < fields.length; at += 3) {
    const name = fields[at]!;
    if (name === 'content-type') isText = texts.test(fields[at + 1]!);
    else if (name === 'content-length') length = Number(fields[at + 1]);
    else if (bindingFields.has(name) || (name === 'cache-control' && isForbidden(fields[at + 1]!))) return false;
  }
  if (!isText || (length !== undefined && length < leastBytes)) return false;
  return method === 'HEAD' ? length !== undefined : framing !== 'none';
}

/** True if Cache-Control forbids it (RFC 9111 §5.2). */
export function isForbidden(cacheControl: string): boolean {
  return /(?:^|[\s,])no-transform(?:[\s,]|$)/i.test(cacheControl);
}

/** Fields for a response that depends on Accept-Encoding. */
export function varyingFields(fields: Fields): Fields {
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'vary') continue;
    if (fields[at + 1]!.split(',').some((name) => /^(\*|accept-encoding)$/i.test(name.trim()))) return fields;
  }
  return [...fields, 'Vary', 'vary', 'Accept-Encoding'];
}

/**
 * Fields of the compressed response. An entity tag becomes weak, since the bytes are others (RFC 9110 §8.8.1); ranges of them
 * are not on offer.
 * @param length undefined: unknown.
 */
export function encodedFields(fields: Fields, coding: Coding, length: number | undefined): Fields {
  const result: Fields = [];
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    if (lower === 'content-length' || lower === 'accept-ranges') continue;
    const value = lower === 'etag' ? weakTag(fields[at + 2]!) : fields[at + 2]!;
    result.push(fields[at]!, lower, value);
  }
  result.push('Content-Encoding', 'content-encoding', coding);
  if (length !== undefined) result.push('Content-Length', 'content-length', String(length));
  return varyingFields(result);
}

/** A 304 names the entity tag that the client has: that of the compressed response. */
export function unchangedFields(fields: Fields): Fields {
  const result = [...fields];
  for (let at = 1; at < result.length; at += 3) if (result[at] === 'etag') result[at + 1] = weakTag(result[at + 1]!);
  return varyingFields(result);
}

function weakTag(tag: string): string {
  return tag.startsWith('"') ? `W/${tag}` : tag;
}
