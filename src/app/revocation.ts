import { configError } from '../config/messages.ts';
import { Fault } from '../hop/finding.ts';
import type { RevocationList } from '../x509/revocation-list.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Warns in the last quarter of a list's time, at most a week before its end. */
const warnedShare = 1 / 4;
const warnedAtMostMs = 7 * dayMs;

/** Lists that OpenSSL refuses now, or soon: with them it refuses every client of that authority. */
export function listFindings(file: string, lists: readonly RevocationList[], nowMs: number): Fault[] {
  return lists.flatMap(({ issuer: { text: issuer }, thisUpdateMs, nextUpdateMs }) => {
    const about = (ms: number): { file: string; issuer: string; at: string } => ({
      file,
      issuer,
      at: new Date(ms).toISOString().slice(0, 16).replace('T', ' '),
    });
    if (thisUpdateMs > nowMs) return [new Fault('error', configError('config.crl-future', about(thisUpdateMs)))];
    if (nextUpdateMs === undefined) return [];
    if (nextUpdateMs <= nowMs) return [new Fault('error', configError('config.crl-expired', about(nextUpdateMs)))];
    const warnedMs = Math.min(warnedAtMostMs, (nextUpdateMs - thisUpdateMs) * warnedShare);
    if (nextUpdateMs - nowMs > warnedMs) return [];
    return [new Fault('warning', configError('config.crl-expires', about(nextUpdateMs)))];
  });
}
