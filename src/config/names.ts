import { isIPv4 } from 'node:net';
import { domainToASCII } from 'node:url';
import { canonicalAddress } from './addresses.ts';
import type { Reading } from './reading.ts';

/** True for what only ever means this machine: `localhost`, `*.localhost` (RFC 6761 §6.3), 127.0.0.0/8, `::1`. */
export function isLoopbackName(host: string): boolean {
  const address = canonicalAddress(host);
  if (address !== undefined) return address === '::1' || (isIPv4(address) && address.startsWith('127.'));
  return /(^|\.)localhost$/i.test(host);
}

/**
 * Reads the name of a site as a person writes it: a DNS name (IDN too, and `*.` in front), or an address with or without
 * brackets. Comes to lower-case A-labels without a final dot, or a canonical address.
 */
export function readHost(text: string): Reading<string> {
  if (text.includes('://')) return { problem: 'config.host-is-url', params: { host: hostOfUrl(text) } };
  const address = canonicalAddress(text.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) return { value: address };
  const withPort = /^(.+):\d+$/.exec(text);
  if (withPort) return { problem: 'config.host-with-port', params: { host: withPort[1]! } };
  const wildcard = text.startsWith('*.');
  const rest = wildcard ? text.slice(2) : text;
  if (rest.includes('*')) return { problem: 'config.bad-wildcard' };
  const name = dnsName(rest);
  if (name === undefined) return { problem: 'config.bad-host' };
  if (!wildcard) return { value: name };
  return name.includes('.') ? { value: `*.${name}` } : { problem: 'config.bad-wildcard' };
}

/** A DNS name as A-labels (RFC 5890) under the length limits of RFC 1035; undefined if the text is none. */
function dnsName(text: string): string | undefined {
  const name = domainToASCII(text).replace(/\.$/, '');
  const labels = name.split('.');
  const valid = labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  // A last label of digits alone would be read as (part of) an IPv4 address by every URL parser.
  return valid && name.length <= 253 && !/^(\d+|0x[0-9a-f]*)$/.test(labels.at(-1)!) ? name : undefined;
}

function hostOfUrl(text: string): string {
  return URL.canParse(text) ? new URL(text).hostname : text.replace(/^.*:\/\//, '').replace(/[/?#].*$/, '');
}
