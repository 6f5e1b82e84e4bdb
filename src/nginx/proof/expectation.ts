import { type Finding, said, type Said } from './finding.ts';
import { keptPath, type Observation } from './observe.ts';
import { hostOf, type Target } from './target.ts';

/** What a change means for one question. */
export type Expectation =
  | {
      kind: 'certificate';
      target: Target;
      /** Lower-case hex. */
      serial: string;
      /** The whole header; undefined: whatever it is. */
      strictTransportSecurity?: string | undefined;
      /** The plain question whose status it answers with, unless that was a redirect to HTTPS. */
      answersAs?: Target | undefined;
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

/**
 * @param formerly what was seen before the change, each time
 */
export function judge(
  expectation: Expectation,
  now: Observation,
  formerly: (target: Target) => readonly Observation[],
): Finding[] {
  switch (expectation.kind) {
    case 'certificate':
      return judgeCertificate(expectation, now, expectation.answersAs ? formerly(expectation.answersAs) : []);
    case 'redirect':
      return judgeRedirect(expectation, now);
    default:
      return [];
  }
}

function judgeCertificate(
  expectation: Extract<Expectation, { kind: 'certificate' }>,
  now: Observation,
  plain: readonly Observation[],
): Finding[] {
  const { target, tls } = now;
  const finding = (meant: Said, seen: Said): Finding => ({ target, meant, seen });
  if (!tls) return [finding(said('nginx.proof.serial', { value: expectation.serial }), noAnswer(now))];
  const findings: Finding[] = [];
  if (tls.serial !== expectation.serial.toLowerCase()) {
    const [meant, seen] = [expectation.serial.toLowerCase(), tls.serial].map((value) =>
      said('nginx.proof.serial', { value }),
    );
    findings.push(finding(meant!, seen!));
  } else if (!tls.verified) {
    const seen = said('nginx.proof.unverified', { value: tls.problemCode ?? '–' });
    findings.push(finding(said('nginx.proof.verified', {}), seen));
  }
  const { strictTransportSecurity: header } = expectation;
  if (header !== undefined && now.outcome === 'answered' && now.strictTransportSecurity !== header) {
    const [meant, seen] = [header, now.strictTransportSecurity ?? '–'].map((value) =>
      said('nginx.proof.strictTransportSecurity', { value }),
    );
    findings.push(finding(meant!, seen!));
  }
  return [...findings, ...judgeAnswer(now, plain), ...judgeTrail(now)];
}

/** The same app is behind it; how it answers over HTTPS may differ in the rest. */
function judgeAnswer(now: Observation, plain: readonly Observation[]): Finding[] {
  const { target } = now;
  const [first] = plain;
  const steady = plain.every((each) => each.outcome === first?.outcome && each.status === first.status);
  if (!first || !steady || first.outcome === 'silent' || first.location?.startsWith('https://')) return [];
  if (first.outcome === now.outcome && first.status === now.status) return [];
  if (first.outcome !== 'answered') return [];
  const meant = said('nginx.proof.status', { value: first.status ?? '–' });
  const seen = now.outcome === 'answered' ? said('nginx.proof.status', { value: now.status ?? '–' }) : noAnswer(now);
  return [{ target, meant, seen }];
}

function judgeRedirect({ port }: Extract<Expectation, { kind: 'redirect' }>, now: Observation): Finding[] {
  const { target, kept } = now;
  const authority = `${hostOf(target.name)}${port === 443 ? '' : `:${port}`}`;
  const wanted = `https://${authority}${keptPath}`;
  if (now.outcome !== 'answered' || !kept) {
    return [{ target, meant: said('nginx.proof.redirect', { value: wanted }), seen: noAnswer(now) }];
  }
  if (kept.status !== 308 || kept.location !== wanted) {
    const seen = said('nginx.proof.redirected', { status: kept.status ?? '–', value: kept.location ?? '–' });
    return [{ target, meant: said('nginx.proof.redirect', { value: wanted }), seen }];
  }
  return judgeTrail(now);
}

function judgeTrail({ target, trail }: Observation): Finding[] {
  if (trail?.end !== 'loop') return [];
  const seen = said('nginx.proof.loop', { value: trail.urls.join(' → ') });
  return [{ target, meant: said('nginx.proof.ends', {}), seen }];
}

function noAnswer({ outcome, detail, status }: Observation): Said {
  if (outcome === 'answered') return said('nginx.proof.status', { value: status ?? '–' });
  return said('nginx.proof.no-answer', { value: outcome, detail });
}
