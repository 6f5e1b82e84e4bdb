import { withBrackets } from '../../names/address.ts';
import { unverifiedPhrase } from '../../probe/phrases.ts';
import { answerOf } from './answer-words.ts';
import { Difference } from './finding.ts';
import { proofWords } from './messages.ts';
import { deepLinkPath, type Observation } from './observe.ts';
import type { Target } from './target.ts';

/** The intended effect of a change on one target. */
export type Expectation =
  | {
      kind: 'certificate';
      target: Target;
      /** Lower-case hex. */
      serial: string;
      /** The value of the header, possibly next to one from the app. Undefined allows any. Without it, there is a remark. */
      strictTransportSecurity?: string | undefined;
    }
  | {
      /** Status 308 to HTTPS, with path and query intact, and without a redirect loop. */
      kind: 'redirect';
      target: Target;
      /** Port of HTTPS. */
      port: number;
    }
  | {
      /** The same status and headers as before; the body may differ. */
      kind: 'alike';
      target: Target;
    }
  | {
      /** No TLS session: for names that no site has. */
      kind: 'refused';
      target: Target;
    }
  | {
      /** Anything, for a target that the change removes. */
      kind: 'any';
      target: Target;
    };

/** Earlier observations of the same site. */
export interface FormerAnswers {
  /** Of the same target. */
  same: readonly Observation[];
  /** Of every plain HTTP target with the same name. */
  plain: readonly Observation[];
}

export function judge(expectation: Expectation, now: Observation, former: FormerAnswers): Difference[] {
  switch (expectation.kind) {
    case 'certificate':
      return judgeCertificate(expectation, now, former);
    case 'redirect':
      return judgeRedirect(expectation, now, former);
    case 'refused':
      return now.tls ? [new Difference(now, proofWords('nginx.proof.refusal', {}), answerOf(now))] : [];
    default:
      return [];
  }
}

function judgeCertificate(
  expectation: Extract<Expectation, { kind: 'certificate' }>,
  now: Observation,
  former: FormerAnswers,
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
  return [...differences, ...judgeAnswer(now, former), ...judgeTrail(now, former)];
}

/** True if an answer lacks the Strict-Transport-Security that a configuration adds. Not worth losing HTTPS. */
export function lacksHsts(expectation: Expectation, now: Observation): boolean {
  const header = expectation.kind === 'certificate' ? expectation.strictTransportSecurity : undefined;
  // nginx sends a 400 (for example, for a missing client certificate) without the block's headers.
  const hasHeaders = now.outcome === 'answered' && now.status !== 400;
  return header !== undefined && hasHeaders && !linesOf(now.strictTransportSecurity).includes(header);
}

/** An app may send the header too. Its value comes first, and browsers use that one (RFC 6797 §8.1). */
function linesOf(header: string | undefined): string[] {
  return (header ?? '').split(',').map((line) => line.trim());
}

/**
 * A site that worked before must work over HTTPS. The app may answer differently there: only a new error, or no answer,
 * is a finding.
 */
function judgeAnswer(now: Observation, { same, plain }: FormerAnswers): Difference[] {
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
  former: FormerAnswers,
): Difference[] {
  const { target, deepLink } = now;
  const authority = `${withBrackets(target.name)}${port === 443 ? '' : `:${port}`}`;
  const wanted = `https://${authority}${deepLinkPath}`;
  if (now.outcome !== 'answered' || !deepLink) {
    return [new Difference(now, proofWords('nginx.proof.redirect', { value: wanted }), answerOf(now))];
  }
  if (deepLink.status !== 308 || deepLink.location !== wanted) {
    const seen = proofWords('nginx.proof.redirected', {
      status: deepLink.status ?? '–',
      value: deepLink.location ?? '–',
    });
    return [new Difference(now, proofWords('nginx.proof.redirect', { value: wanted }), seen)];
  }
  return judgeTrail(now, former);
}

/**
 * Finds a redirect loop through both http:// and https://, or through https:// alone if the app redirected to HTTPS before
 * and does not notice that it is using HTTPS now. Any other loop comes from the app (one that waits for a cookie, for
 * example) and existed before.
 */
function judgeTrail(now: Observation, { plain }: FormerAnswers): Difference[] {
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
