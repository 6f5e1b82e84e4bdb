import { identityFields, identityPrefix } from './identity.ts';
import { proxyFields } from './visitor.ts';

/**
 * What happens to a field of the client. `dropped`: it concerns one connection (RFC 9110 §7.6.1), or the edge sets it.
 * `forwarded`: a trusted proxy's value is extended. `proxy`: only a trusted proxy may send it.
 */
export type FieldKind = 'dropped' | 'forwarded' | 'proxy' | 'length' | 'loop';

const fieldKinds = new Map<string, FieldKind>([
  ...[...proxyFields, ...identityFields].map((name) => [name, 'proxy'] as const),
  ...[
    'connection',
    'keep-alive',
    'proxy-connection',
    'proxy-authorization',
    'te',
    'transfer-encoding',
    'upgrade',
    'http2-settings',
    'host',
    'proxy', // becomes HTTP_PROXY in CGI programs
    'x-request-id',
    'x-real-ip',
    'x-forwarded-ssl',
    'x-forwarded-scheme',
    'x-forwarded-server',
    'x-original-url',
    'x-rewrite-url',
  ].map((name) => [name, 'dropped'] as const),
  ...[
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-prefix',
  ].map((name) => [name, 'forwarded'] as const),
  ['content-length', 'length'],
  ['cdn-loop', 'loop'],
]);

/** @param lower in lower case. undefined: the app gets it as it is. */
export function kindOf(lower: string): FieldKind | undefined {
  return fieldKinds.get(lower) ?? (identityPrefix.test(lower) ? 'proxy' : undefined);
}

/**
 * True for any spelling of a field that the app must not get from the client: WSGI and CGI read `_` as `-`, and some servers so
 * read any other character.
 */
export function isReserved(lower: string): boolean {
  return /[^a-z0-9-]/.test(lower) && kindOf(canonical(lower)) !== undefined;
}

/** Further fields that some route's app takes from the edge alone. */
const trailersRefused = new Set<string>();

/** @param names in lower case. */
export function refuseTrailers(names: Iterable<string>): void {
  for (const name of names) trailersRefused.add(canonical(name));
}

/** A name as the servers read it that take any other character for `-`. @param lower in lower case. */
export function canonical(lower: string): string {
  return lower.replaceAll(/[^a-z0-9]/g, '-');
}

/** False for a trailer that must not reach the app: servers such as uvicorn add trailers to the fields of the head. */
export function isRequestTrailer(name: string): boolean {
  const lower = name.toLowerCase();
  return kindOf(lower) === undefined && !isReserved(lower) && !trailersRefused.has(canonical(lower));
}
