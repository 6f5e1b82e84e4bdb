import { bundleError } from './messages.ts';

/**
 * A SHA-256 fingerprint as people copy it: 64 hexadecimal digits, any case, with colons or blanks or `SHA256:` before it.
 * @throws EveryhopError `trust.fingerprint-unreadable`.
 */
export function readFingerprint(value: string): string {
  const digits = value
    .replace(/^(?:sha-?256(?: fingerprint)?[:=])/i, '')
    .replaceAll(/[:\s]/g, '')
    .toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw bundleError('trust.fingerprint-unreadable', { value });
  return digits;
}
