import { Phrase } from '../base/language.ts';
import { baseWords } from '../base/messages.ts';
import type { HttpFailure } from './failure.ts';
import { probeWords } from './messages.ts';
import type { VerificationProblem } from './tls.ts';

/** Reasons to which the text of the system or the library adds nothing. */
const selfExplanatory: ReadonlySet<HttpFailure['reason']> = new Set([
  'refused',
  'timed-out',
  'reset',
  'aborted',
  'not-tls',
  'off-limits',
]);

/** Why there was no answer, with the code of the system or OpenSSL, or else their text, if it adds something. */
export function failurePhrase(failure: Pick<HttpFailure, 'reason' | 'code' | 'detail'>): Phrase {
  const { reason, code, detail } = failure;
  if (detail instanceof Phrase) return detail;
  const what = probeWords(`probe.${reason}`, {});
  return detail === '' || selfExplanatory.has(reason)
    ? what
    : baseWords('text.in-detail', { what, detail: code ?? detail });
}

/** Why a certificate does not verify, with OpenSSL's code. */
export function unverifiedPhrase(problem: VerificationProblem | undefined, problemCode: string | undefined): Phrase {
  const what = probeWords(`probe.certificate.${problem ?? 'other'}`, {});
  return problemCode === undefined ? what : baseWords('text.in-detail', { what, detail: problemCode });
}
