import type { ErrorData } from '../base/errors.ts';

/** Failures for which some of the names in an order may be the reason. */
const ofNames =
  /^(?:acme\.(?:validation-\w+|self-check|no-challenge|caa|name-refused|order-failed|rate-limited)|certificates\.preflight-stops|authority\.name-not-permitted)$/;

/**
 * The names of an order that made it fail. Empty: unknown which, so each may be tried alone. undefined: other names would
 * fail as well.
 */
export function namesAtFault(error: ErrorData, names: readonly string[]): string[] | undefined {
  if (names.length < 2 || !ofNames.test(error.code)) return undefined;
  const told = new Set((error.problems ?? [error]).flatMap(namesIn));
  const found = names.filter((name) => told.has(name) || (name.startsWith('*.') && told.has(name.slice(2))));
  if (found.length > 0 && found.length < names.length) return found;
  // A rate limit that names no name concerns the account or the domain. All names: dividing them helps none.
  if (error.code === 'acme.rate-limited' || error.problems || isByValidation(error.code)) return undefined;
  return [];
}

function isByValidation(code: string): boolean {
  return code.startsWith('acme.validation-');
}

function namesIn({ code, params }: ErrorData): string[] {
  const { name, names, detail } = params;
  const listed = [name, names].flatMap((text) => (typeof text === 'string' ? text.split(', ') : []));
  // "too many failed authorizations (5) for "b.example.com" in the last 1h0m0s"
  const quoted =
    code === 'acme.rate-limited' && typeof detail === 'string' ? /"([^"\s]+)"/.exec(detail)?.[1] : undefined;
  return quoted === undefined ? listed : [quoted];
}
