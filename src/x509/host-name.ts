import { type HostName, parseHostName } from '../names/host-name.ts';
import { x509Error } from './messages.ts';

/**
 * Parses a name for use in a certificate.
 * @throws EveryhopError `x509.name-invalid`.
 */
export function certificateName(text: string): HostName {
  const reading = parseHostName(text);
  if ('value' in reading) return reading.value;
  throw x509Error('x509.name-invalid', { name: text });
}

/**
 * True if a certificate with these names is valid for `host` (RFC 9525 §6.3): DNS names are compared without case, `*`
 * matches exactly one whole left-most label, and IP addresses match only IP addresses. The common name is ignored.
 * @throws EveryhopError `x509.name-invalid` if `host` is not a host name.
 */
export function matchesHost(
  presented: { dnsNames: readonly string[]; ipAddresses: readonly string[] },
  host: string,
): boolean {
  const reference = certificateName(host);
  if (reference.kind === 'ip') return presented.ipAddresses.includes(reference.text);
  if (reference.isWildcard) return presented.dnsNames.some((name) => name.toLowerCase() === reference.text);
  return presented.dnsNames.some((name) => matchesDnsName(name.toLowerCase(), reference.text));
}

function matchesDnsName(presented: string, reference: string): boolean {
  if (!presented.startsWith('*.')) return presented === reference;
  const dot = reference.indexOf('.');
  return dot > 0 && reference.slice(dot) === presented.slice(1);
}
