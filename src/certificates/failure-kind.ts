import type { acmeError } from '../acme/messages.ts';

/**
 * The cost of a failed attempt at the authority.
 * - `nothing`: no order was placed.
 * - `local`: an order was placed, but this side failed before it asked for validation.
 * - `refusal`: the authority failed or refused, in a way that it does not count.
 * - `validation`: counted as a failed validation, or as one more beyond a limit.
 * - `certificate`: counted as an issued certificate.
 */
export type FailureKind = 'nothing' | 'local' | 'refusal' | 'validation' | 'certificate';

/** Complete: the compiler demands a kind for each new code. */
const acmeKinds: Readonly<Record<keyof typeof acmeError.texts, FailureKind>> = {
  'acme.unreachable': 'nothing',
  'acme.proxy-invalid': 'nothing',
  'acme.proxy-unreachable': 'nothing',
  'acme.proxy-refused': 'nothing',
  'acme.no-directory': 'nothing',
  'acme.untrusted': 'nothing',
  'acme.redirected': 'nothing',
  'acme.url-insecure': 'nothing',
  'acme.terms-required': 'nothing',
  'acme.contact-refused': 'nothing',
  'acme.binding-required': 'nothing',
  'acme.binding-refused': 'nothing',
  'acme.binding-unreadable': 'nothing',
  'acme.key-change-unsupported': 'nothing',
  'acme.no-challenge': 'local',
  'acme.self-check': 'local',
  'acme.answers-late': 'local',
  'acme.port-taken': 'local',
  'acme.port-denied': 'local',
  'acme.listen-failed': 'local',
  'acme.account-missing': 'refusal',
  'acme.account-ended': 'refusal',
  'acme.account-refused': 'refusal',
  'acme.timeout': 'refusal',
  'acme.deadline': 'refusal',
  'acme.answer-too-large': 'refusal',
  'acme.answer-malformed': 'refusal',
  'acme.server-failed': 'refusal',
  'acme.server-busy': 'refusal',
  'acme.paused': 'refusal',
  'acme.name-refused': 'refusal',
  'acme.profile-refused': 'refusal',
  'acme.key-refused': 'refusal',
  'acme.refused': 'refusal',
  'acme.rate-limited': 'validation',
  'acme.order-failed': 'validation',
  'acme.validation-connection': 'validation',
  'acme.validation-dns': 'validation',
  'acme.validation-answer': 'validation',
  'acme.validation-failed': 'validation',
  'acme.caa': 'validation',
  'acme.certificate-unreadable': 'certificate',
  'acme.certificate-key': 'certificate',
  'acme.certificate-names': 'certificate',
  'acme.certificate-dates': 'certificate',
  'acme.certificate-chain': 'certificate',
};

/** Codes of rooms that act before validation: DNS providers, files, the store, programs. */
const ownRooms = /^(?:acme-dns|file|store|program|dns|x509)\./;

/**
 * @param code undefined: recorded by a version without codes.
 * @returns `refusal` for an unknown code: its pauses keep any limit.
 */
export function failureKind(code: string | undefined): FailureKind {
  if (code === undefined) return 'validation';
  if (ownRooms.test(code)) return 'local';
  return Object.hasOwn(acmeKinds, code) ? acmeKinds[code as keyof typeof acmeKinds] : 'refusal';
}

/** The failure is on this side, and the authority has nothing to count. */
export function isOwnFailure(code: string): boolean {
  return ['nothing', 'local'].includes(failureKind(code));
}
