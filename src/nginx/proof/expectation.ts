import { withBrackets } from '../../names/address.ts';
import { unverifiedPhrase } from '../../probe/messages.ts';
import { answerOf } from './answer-words.ts';
import { Difference } from './finding.ts';
import { proofWords } from './messages.ts';
import { keptPath, type Observation } from './observe.ts';
import type { Target } from './target.ts';

/** What a change means for one question. */
export type Expectation =
  | {
      kind: 'certificate';
      target: Target;
      /** Lower-case hex. */
      serial: string;
      /** What the header says, perhaps beside the app's own; undefined: whatever it is. */
      strictTransportSecurity?: string | undefined;
    }
  | {
      /** Every path leads to HTTPS by 308, with its query, and comes to an end there. */
      kind: 'redirect';
      target: Target;
      /** Where HTTPS listens. */
      port: number;
    }
  | {
      /** Anything: what a change takes away on purpose. */
      kind: 'any';
      target: Target;
    };

/** What the same site answered before. */
export interface Formerly {
  /** To the very question. */
  same: readonly Observation[];
  /** To every plain one for the same name. */
  plain: readonly Observation[];
}

/** What is not as expected. */
export function judge(expectation: Expectation, now: Observation, formerly: Formerly): Difference[] {
  switch (expectation.kind) {
    case 'certificate':
      return judgeCertificate(expectation, now, formerly);
    case 'redirect':
      return judgeRedirect(expectation, now, formerly);
    default:
      return [];
  }
}

function judgeCertificate(
  expectation: Extract<Expectation, { kind: 'certificate' }>,
  now: Observation,
  formerly: Formerly,
): Difference[] {
  const { tls } = now;
  if (!tls)
    return [new Difference(now, proofWords('nginx.proof.serial', { value: expectation.serial }), answerOf(now))];
  const differences: Difference[] = [];
  if (tls.serial !== expectation.serial.toLowerCase()) {
    const [meant, seen] = [expectation.serial.toLowerCase(), tls.serial].map((value) =>
      proofWords('nginx.proof.serial', { value }),
    );
    differences.push(new Difference(now, meant!, seen!));
  } else if (!tls.verified) {
    const seen = proofWords('nginx.proof.unverified', { value: unverifiedPhrase(tls.problem, tls.problemCode) });
    differences.push(new Difference(now, proofWords('nginx.proof.verified', {}), seen));
  }
  const { strictTransportSecurity: header } = expectation;
  // 400 (no certificate of the visitor's, say) is answered before nginx comes to what the block sends.
  const isHeard = now.outcome === 'answered' && now.status !== 400;
  if (header !== undefined && isHeard && !linesOf(now.strictTransportSecurity).includes(header)) {
    const [meant, seen] = [header, now.strictTransportSecurity ?? '–'].map((value) =>
      proofWords('nginx.proof.strictTransportSecurity', { value }),
    );
    differences.push(new Difference(now, meant!, seen!));
  }
  return [...differences, ...judgeAnswer(now, formerly), ...judgeTrail(now, formerly)];
}

/** An app may send one of its own besides; it comes first, and a browser goes by that (RFC 6797 §8.1). */
function linesOf(header: string | undefined): string[] {
  return (header ?? '').split(',').map((line) => line.trim());
}

/**
 * What worked before works over HTTPS. An app may well answer it in another way: only an error, or nothing, where there was
 * none before is amiss.
 */
function judgeAnswer(now: Observation, { same, plain }: Formerly): Difference[] {
  const was = same.length > 0 ? same : plain;
  const worked = was.length > 0 && was.every(works);
  if (!worked || works(now) || was.some(leadsToHttps)) return [];
  const meant = proofWords('nginx.proof.status', { value: was[0]!.status ?? '–' });
  return [new Difference(now, meant, answerOf(now))];
}

function works({ outcome, status = 0 }: Observation): boolean {
  return outcome === 'answered' && status < 400;
}

function leadsToHttps({ location }: Observation): boolean {
  return location?.startsWith('https://') === true;
}

function judgeRedirect(
  { port }: Extract<Expectation, { kind: 'redirect' }>,
  now: Observation,
  formerly: Formerly,
): Difference[] {
  const { target, kept } = now;
  const authority = `${withBrackets(target.name)}${port === 443 ? '' : `:${port}`}`;
  const wanted = `https://${authority}${keptPath}`;
  if (now.outcome !== 'answered' || !kept) {
    return [new Difference(now, proofWords('nginx.proof.redirect', { value: wanted }), answerOf(now))];
  }
  if (kept.status !== 308 || kept.location !== wanted) {
    const seen = proofWords('nginx.proof.redirected', { status: kept.status ?? '–', value: kept.location ?? '–' });
    return [new Difference(now, proofWords('nginx.proof.redirect', { value: wanted }), seen)];
  }
  return judgeTrail(now, formerly);
}

/**
 * A circle through both http:// and https://, or one of https:// alone where the app asked for HTTPS before: it does not see
 * that it has it. Any other circle is the app's own (it waits for a cookie, say), and was there before.
 */
function judgeTrail(now: Observation, { plain }: Formerly): Difference[] {
  const { trail } = now;
  if (trail?.end !== 'loop') return [];
  const { urls } = trail;
  const begin = urls.indexOf(urls.at(-1)!);
  const circle = begin < urls.length - 1 ? urls.slice(begin) : urls.slice(-3);
  const schemes = new Set(circle.map((url) => new URL(url).protocol));
  if (schemes.size === 1 && !plain.some(leadsToHttps)) return [];
  const seen = proofWords('nginx.proof.loop', { value: urls.join(' → ') });
  return [new Difference(now, proofWords('nginx.proof.ends', {}), seen)];
}
