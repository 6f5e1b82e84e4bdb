import { domainToASCII } from 'node:url';
import { formatIpAddress, parseIpAddress } from './ip-address.ts';
import { x509Error } from './messages.ts';

/** What a certificate can be for: a DNS name (A-labels, lower case, perhaps `*.` in front), or an IP address. */
export type HostName =
  | { kind: 'dns'; text: string; isWildcard: boolean }
  | { kind: 'ip'; text: string; octets: Buffer };

const label = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/**
 * Reads a host name or IP address (IPv6 with or without brackets) as a person or a configuration writes it: any case,
 * Unicode or A-labels, a dot at the end. An underscore is allowed: container names have them.
 * @throws EveryhopError `x509.name-invalid`.
 */
export function parseHostName(text: string): HostName {
  const octets = parseIpAddress(text.replace(/^\[(.*)\]$/, '$1'));
  if (octets) return { kind: 'ip', text: formatIpAddress(octets), octets };
  const isWildcard = text.startsWith('*.');
  const base = text.slice(isWildcard ? 2 : 0).replace(/\.$/, '');
  const ascii = toAscii(base);
  const labels = ascii.split('.');
  // A last label of digits only would be taken for an IPv4 address (RFC 1123 §2.1).
  const isName = ascii.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1)!);
  if (!isName) throw x509Error('x509.name-invalid', { name: text });
  return { kind: 'dns', text: isWildcard ? `*.${ascii}` : ascii, isWildcard };
}

/** A-labels, lower case; '' for what is none. The URL standard would quietly drop a newline, and decode a percent sign. */
function toAscii(text: string): string {
  const isPlain = /^[a-z0-9_.\u0080-\u{10ffff}-]+$/iu.test(text);
  if (!isPlain) return '';
  return /[^a-z0-9_.-]/i.test(text) ? domainToASCII(text) : text.toLowerCase();
}

/**
 * Does a certificate that presents these names serve `host`? RFC 9525 §6.3: DNS names are compared without case, `*` stands
 * for exactly one whole left-most label, and an IP address only ever matches an IP address. The common name never counts.
 * @throws EveryhopError `x509.name-invalid` where `host` is none.
 */
export function matchesHost(
  presented: { dnsNames: readonly string[]; ipAddresses: readonly string[] },
  host: string,
): boolean {
  const reference = parseHostName(host);
  if (reference.kind === 'ip') return presented.ipAddresses.includes(reference.text);
  if (reference.isWildcard) return presented.dnsNames.some((name) => name.toLowerCase() === reference.text);
  return presented.dnsNames.some((name) => matchesDnsName(name.toLowerCase(), reference.text));
}

function matchesDnsName(presented: string, reference: string): boolean {
  if (!presented.startsWith('*.')) return presented === reference;
  const dot = reference.indexOf('.');
  return dot > 0 && reference.slice(dot) === presented.slice(1);
}
