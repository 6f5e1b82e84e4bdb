import type { Random } from '../base/random.ts';
import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { decodePem } from '../x509/pem.ts';
import type { Fields } from './answer.ts';
import type { AcmeClient } from './client.ts';
import { AcmeError } from './problem.ts';

const minuteMs = 60 * 1000;
const hourMs = 60 * minuteMs;
/** RFC 9773 §4.3: what is said is followed within bounds; where nothing is said, six hours. */
const shortestRetryMs = minuteMs;
const longestRetryMs = 24 * hourMs;
const defaultRetryMs = 6 * hourMs;

/** When the authority suggests to renew (RFC 9773 §4.2). */
export interface RenewalWindow {
  startMs: number;
  endMs: number;
}

export interface RenewalInfo {
  /** Undefined where the authority gave none that makes sense: as if it had not answered. */
  window: RenewalWindow | undefined;
  /** Where the authority explains itself to a person. */
  explanationUrl: string | undefined;
  /** When to ask again, in milliseconds from now: between a minute and a day. */
  retryAfterMs: number;
}

/**
 * The identifier of a certificate in ARI (RFC 9773 §4.1): authority key identifier and serial number.
 * @returns undefined for a certificate without an authority key identifier.
 */
export function certificateId({ authorityKeyId, serialOctets }: Certificate): string | undefined {
  if (authorityKeyId === undefined) return undefined;
  return `${Buffer.from(authorityKeyId, 'hex').toString('base64url')}.${serialOctets.toString('base64url')}`;
}

/** The same from a chain in PEM. @throws EveryhopError `x509.*`. */
export function certificateIdOf(chainPem: string): string | undefined {
  return certificateId(leafOf(chainPem));
}

/**
 * Asks when to renew (unauthenticated GET). A certificate that has ended is not asked about: then it is time anyway. Nor
 * should one be that was replaced; that only the caller knows.
 * @returns undefined where the authority has no renewal information, or the certificate no identifier or no time left.
 * @throws AcmeError where it failed; its `retryAfterMs`, if any, says when to ask again.
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
  const saidMs = answer.retryAfterMs ?? defaultRetryMs;
  return {
    window: readWindow(fields, leaf),
    explanationUrl: readExplanation(fields),
    retryAfterMs: Math.min(Math.max(saidMs, shortestRetryMs), longestRetryMs),
  };
}

/** A window that is empty, or opens when the certificate has ended, is none; one that outlasts it ends with it. */
function readWindow(fields: Fields, leaf: Certificate): RenewalWindow | undefined {
  const window = fields.optionalObject('suggestedWindow');
  const startMs = timestamp(window?.optionalText('start'));
  const endMs = Math.min(timestamp(window?.optionalText('end')), leaf.notAfterMs);
  return endMs > startMs ? { startMs, endMs } : undefined;
}

/** RFC 3339; NaN for anything else, which no comparison holds for. */
function timestamp(text: string | undefined): number {
  return /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/.test(text ?? '')
    ? Date.parse(text!)
    : Number.NaN;
}

/** Shown to a person, so only what a browser may safely open. */
function readExplanation(fields: Fields): string | undefined {
  const text = fields.optionalText('explanationURL') ?? '';
  return /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text).href : undefined;
}

/** A uniformly random moment in the window (RFC 9773 §4.2), to the second. */
export function momentInWindow({ startMs, endMs }: RenewalWindow, random: Random): number {
  const seconds = Math.max(1, Math.floor((endMs - startMs) / 1000));
  return startMs + random.integer(seconds) * 1000;
}

function leafOf(chainPem: string): Certificate {
  const block = decodePem(chainPem).find(({ label }) => label === 'CERTIFICATE');
  if (!block) throw new AcmeError('acme.certificate-unreadable', { authority: '–', names: '–' });
  return parseCertificate(block.der);
}
