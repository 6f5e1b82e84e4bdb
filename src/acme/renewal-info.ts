import type { Random } from '../base/random.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { decodePem } from '../x509/pem.ts';
import type { Fields } from './answer.ts';
import type { AcmeClient } from './client.ts';
import { AcmeError } from './problem.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
/** RFC 9773 §4.3: Retry-After is clamped to these bounds; six hours without one. */
const shortestRetryMs = minuteMs;
const longestRetryMs = 24 * hourMs;
const defaultRetryMs = 6 * hourMs;

/** The authority's suggested renewal window (RFC 9773 §4.2). */
export interface RenewalWindow {
  startMs: number;
  endMs: number;
}

export interface RenewalInfo {
  /** Undefined if the authority sent no valid window; treated like no answer. */
  window: RenewalWindow | undefined;
  /** The authority's explanation, for a person. */
  explanationUrl: string | undefined;
  /** Delay before the next query: between a minute and a day. */
  retryAfterMs: number;
}

/**
 * The ARI identifier of a certificate (RFC 9773 §4.1): authority key identifier and serial number.
 * @returns undefined for a certificate without an authority key identifier.
 */
export function certificateId({ authorityKeyId, serialOctets }: Certificate): string | undefined {
  if (authorityKeyId === undefined) return undefined;
  return `${Buffer.from(authorityKeyId, 'hex').toString('base64url')}.${serialOctets.toString('base64url')}`;
}

/** The same for a PEM chain. @throws EveryhopError `x509.*`. */
export function certificateIdOf(chainPem: string): string | undefined {
  return certificateId(leafOf(chainPem));
}

/**
 * Queries renewal information (unauthenticated GET). Skips expired certificates, which are due anyway. Callers must not
 * query for a replaced certificate.
 * @returns undefined if the authority has no renewal information, or if the certificate has no identifier or has
 *   expired.
 * @throws AcmeError; its `retryAfterMs`, if any, says when to query again.
 */
export async function askRenewalInfo(
  client: AcmeClient,
  chainPem: string,
  signal: AbortSignal,
): Promise<RenewalInfo | undefined> {
  const leaf = leafOf(chainPem);
  const id = certificateId(leaf);
  const { renewalInfo } = await client.directory(signal);
  if (renewalInfo === undefined || id === undefined || leaf.notAfterMs <= client.clock.now()) return undefined;
  const answer = await client.get(`${renewalInfo.replace(/\/$/, '')}/${id}`, signal);
  const fields = answer.fields();
  return {
    window: readWindow(fields, leaf),
    explanationUrl: readExplanation(fields),
    retryAfterMs: renewalRetryMs(answer.retryAfterMs ?? defaultRetryMs),
  };
}

/** Clamps the delay that an authority asks for, in an answer or in an error. */
export function renewalRetryMs(requestedMs: number): number {
  return Math.min(Math.max(requestedMs, shortestRetryMs), longestRetryMs);
}

/** Undefined if the window is empty or opens after the certificate expires. A window never extends past the expiry. */
function readWindow(fields: Fields, leaf: Certificate): RenewalWindow | undefined {
  const window = fields.optionalObject('suggestedWindow');
  const startMs = timestamp(window?.optionalText('start'));
  const endMs = Math.min(timestamp(window?.optionalText('end')), leaf.notAfterMs);
  return endMs > startMs ? { startMs, endMs } : undefined;
}

/** RFC 3339; NaN for anything else, which fails every comparison. A leap second is read as the one before. */
function timestamp(text: string | undefined): number {
  const pattern = /^(\d{4})-(\d{2})-(\d{2})[Tt ]([01]\d|2[0-3])(:[0-5]\d:)([0-5]\d|60)(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
  const [, year, month, day, hour, minute, second, fraction = '', zone] = pattern.exec(text ?? '') ?? [];
  // Date.parse turns 30 February into 2 March.
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (!zone || !(Number(day) >= 1 && Number(day) <= lastDay)) return Number.NaN;
  return Date.parse(
    `${year}-${month}-${day}T${hour}${minute}${second === '60' ? '59' : second}${fraction}${zone.toUpperCase()}`,
  );
}

/** Longer than any page's address; it is stored and shown. */
const longestUrl = 2048;

/** A person may open it: accept only http(s) URLs, without credentials, which can make one host look like another. */
function readExplanation(fields: Fields): string | undefined {
  const text = fields.optionalText('explanationURL') ?? '';
  if (text.length > longestUrl || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { href, username, password } = new URL(text);
  return username === '' && password === '' && href.length <= longestUrl ? href : undefined;
}

/** A uniformly random time in the window (RFC 9773 §4.2), to the second. */
export function momentInWindow({ startMs, endMs }: RenewalWindow, random: Random): number {
  const seconds = Math.max(1, Math.floor((endMs - startMs) / 1000));
  return startMs + random.integer(seconds) * 1000;
}

function leafOf(chainPem: string): Certificate {
  const block = decodePem(chainPem).find(({ label }) => label === 'CERTIFICATE');
  if (!block) throw new AcmeError('acme.certificate-unreadable', { authority: '–', names: '–' });
  return parseCertificate(block.der);
}
