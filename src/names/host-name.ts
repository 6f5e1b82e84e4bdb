import { domainToASCII, domainToUnicode } from 'node:url';
import { canonicalAddress, formatAddress, parseAddress, withoutBrackets } from './address.ts';

/**
 * The only grammar for host names, whether of a site, in a certificate or of an upstream. Every room accepts and
 * rejects the same texts.
 *
 *     host     = address / "[" address "]" / name / wildcard
 *     address  = IPv4 in dotted form, or IPv6 without a zone          ; address.ts
 *     wildcard = "*." label 1*("." label) ["."]                       ; RFC 9525 §6.3
 *     name     = label *("." label) ["."]                             ; at most 253 characters, RFC 1035 §2.3.4
 *     label    = 1*63( letter / digit / "-" / "_" )                   ; RFC 1035 §2.3.4
 *
 * - A label has no hyphen at either end (RFC 952, RFC 1123 §2.1) and at least one letter or digit: nginx's `_` is not a
 *   name.
 * - RFC 1123 has no underscores, but container names use them and DNS allows them (RFC 2181 §11). Public authorities
 *   reject them (CA/Browser Forum Baseline Requirements §7.1.2.7.12); see `certificates/choice.ts`.
 * - A wildcard needs two labels after the asterisk: OpenSSL and Node never match `*.test`.
 * - The last label is not a number (`1`, `0x1f`): clients would parse the name as an IPv4 address (URL Standard, "ends
 *   in a number checker"; RFC 1123 §2.1).
 * - Non-ASCII letters become A-labels by UTS #46, as in browsers (RFC 5890 §2.3.2.1). A label with the prefix `xn--`
 *   must be the A-label of a Unicode label (RFC 5891 §5.4).
 * - No character is dropped: UTS #46 would ignore soft hyphens and the like, the URL parser newlines and tabs. All of
 *   these are rejected, and so is `%`, which the URL parser would decode.
 *
 * Canonical text is in lower case and A-labels, without the final dot. Addresses are as in `formatAddress`.
 */
export type HostName =
  | { kind: 'dns'; text: string; isWildcard: boolean; /** `text` without `*.`. */ base: string }
  | { kind: 'ip'; text: string; octets: Buffer };

export type HostNameProblem =
  /** The name or address in it, canonical. */
  | { reason: 'url' | 'port'; host: string }
  /** The character, or its code point (`U+000A`) if it is not printable. */
  | { reason: 'character'; character: string }
  /** In ASCII if it has an ASCII form. */
  | { reason: 'label' | 'long-label'; label: string }
  | { reason: 'empty' | 'empty-label' | 'long-name' | 'number' | 'wildcard' | 'zone' | 'address' };

export type HostNameReading = { value: HostName } | { problem: HostNameProblem };

/** Parses a name from user input. Never throws. */
export function parseHostName(text: string): HostNameReading {
  const octets = parseAddress(withoutBrackets(text));
  if (octets) return { value: { kind: 'ip', text: formatAddress(octets), octets } };
  if (/[/?#\\]/.test(text)) return around('url', hostOfUrl(text));
  if (/^\[?[\da-f:.]{0,60}:[\da-f:.]{0,60}%/i.test(text)) return { problem: { reason: 'zone' } };
  const withPort = /^(\[[^\]]*\]|[^:]+):\d*$/.exec(text);
  if (withPort) return around('port', withPort[1]!);
  if (/^\[|:.*:/s.test(text)) return { problem: { reason: 'address' } };
  return text.startsWith('*') ? parseWildcard(text) : parseName(text);
}

/** The canonical text of a name or address; undefined if the text is neither. */
export function canonicalHost(text: string): string | undefined {
  const reading = parseHostName(text);
  return 'value' in reading ? reading.value.text : undefined;
}

/** True for `localhost`, `*.localhost` (RFC 6761 §6.3), 127.0.0.0/8 and `::1`. */
export function isLoopbackName(host: string): boolean {
  const address = canonicalAddress(host);
  if (address !== undefined) return address === '::1' || address.startsWith('127.');
  return /(^|\.)localhost\.?$/i.test(host);
}

/** The problem of a text with a host name and more, or of that host name. */
function around(reason: 'url' | 'port', host: string): HostNameReading {
  const inner = parseHostName(host);
  if ('value' in inner) return { problem: { reason, host: inner.value.text } };
  return inner.problem.reason === 'port' ? { problem: { reason, host: inner.problem.host } } : inner;
}

/** Strips scheme, user and path. Not with the URL parser: it drops newlines and decodes `%`. */
function hostOfUrl(text: string): string {
  const authority = text.replace(/^[a-z][a-z0-9+.-]*:(?=[/\\])/i, '').replace(/^[/\\]{2}/, '');
  return authority.replace(/[/?#\\].*$/s, '').replace(/^.*@/s, '');
}

function parseWildcard(text: string): HostNameReading {
  const below = text.startsWith('*.') ? text.slice(2) : '';
  if (below === '' || below.includes('*')) return { problem: { reason: 'wildcard' } };
  const reading = parseName(below);
  if ('problem' in reading || reading.value.kind === 'ip') return reading;
  const { base } = reading.value;
  if (!base.includes('.')) return { problem: { reason: 'wildcard' } };
  return { value: { kind: 'dns', text: `*.${base}`, isWildcard: true, base } };
}

function parseName(text: string): HostNameReading {
  if (text.includes('*')) return { problem: { reason: 'wildcard' } };
  const stray = Array.from(text).find((character) => !isAllowed(character));
  if (stray !== undefined) return { problem: { reason: 'character', character: shown(stray) } };
  const ascii = toAscii(text);
  if (ascii === undefined) return { problem: { reason: 'label', label: labelWithoutAscii(text) } };
  const name = ascii.replace(/\.$/, '');
  const problem = problemOf(name);
  return problem ? { problem } : { value: { kind: 'dns', text: name, isWildcard: false, base: name } };
}

function problemOf(name: string): HostNameProblem | undefined {
  if (name === '') return { reason: 'empty' };
  const labels = name.split('.');
  if (labels.includes('')) return { reason: 'empty-label' };
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined) return { reason: 'long-label', label: long };
  if (name.length > 253) return { reason: 'long-name' };
  const wrong = labels.find((label) => !isLabel(label));
  if (wrong !== undefined) return { reason: 'label', label: wrong };
  return /^(\d+|0x[\da-f]*)$/.test(labels.at(-1)!) ? { reason: 'number' } : undefined;
}

function isLabel(label: string): boolean {
  return /^(?!-)[\w-]*[a-z\d][\w-]*(?<!-)$/.test(label) && (!label.startsWith('xn--') || isALabel(label));
}

function isALabel(label: string): boolean {
  const unicode = domainToUnicode(label);
  return unicode !== label && !/^-|-$/.test(unicode) && domainToASCII(unicode) === label;
}

/** Allows letters of any script, and of the invisible characters only the joiners (RFC 5892 appendix A). */
function isAllowed(character: string): boolean {
  return character <= '\x7f' ? /[a-z\d_.-]/i.test(character) : /\u200c|\u200d|[^\p{C}\p{Z}]/u.test(character);
}

function shown(character: string): string {
  if (/[^\p{C}\p{Z}]/u.test(character)) return character;
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** undefined if UTS #46 rejects it. */
function toAscii(text: string): string | undefined {
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return domainToASCII(text) || undefined;
}

function labelWithoutAscii(text: string): string {
  return text.split(/[.\u3002\uff0e\uff61]/).find((label) => label !== '' && toAscii(label) === undefined) ?? text;
}
