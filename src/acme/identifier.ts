import { certificateName } from '../x509/host-name.ts';
import type { Identifier } from './challenge.ts';

/** DNS name (a wildcard keeps its `*.`) or address, in canonical form. @throws EveryhopError `x509.name-invalid`. */
export function identifierOf(name: string): Identifier {
  const { kind, text } = certificateName(name);
  return { type: kind, value: text };
}

/** Equal for equal identifiers; undefined if `value` is not an identifier. */
export function identifierKey(value: unknown): string | undefined {
  const { type, value: text } = (value ?? {}) as { type?: unknown; value?: unknown };
  if ((type !== 'dns' && type !== 'ip') || typeof text !== 'string') return undefined;
  try {
    const identifier = identifierOf(text);
    return identifier.type === type ? `${type} ${identifier.value}` : undefined;
  } catch {
    return undefined;
  }
}
