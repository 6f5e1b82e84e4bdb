import { type HostName, parseHostName } from '../names/host-name.ts';
import { x509Error } from './messages.ts';

/**
 * A name that a certificate can be for.
 * @throws EveryhopError `x509.name-invalid`.
 */
export function certificateName(text: string): HostName {
  const reading = parseHostName(text);
  if ('value' in reading) return reading.value;
  throw x509Error('x509.name-invalid', { name: text });
}

/**
 * Does a certificate that presents these names serve `host`? RFC 9525 §6.3: DNS names are compared without case, `*` stands
 * for exactly one whole left-most label, and an IP address only ever matches an IP address. The common name never counts.
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
