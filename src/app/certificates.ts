/** The certificates of a state folder, with or without a running program. */
export { type Step, stepPhrase } from '../acme/step.ts';
export { listAccounts, resetAccount } from './certificates/account.ts';
export { readBinding } from './certificates/authorities.ts';
export { readLedger } from './certificates/ledger.ts';
export { exportCertificate, listCertificates, showCertificate } from './certificates/list.ts';
export { certificateSets } from '../certificates/choice.ts';
export { namesAtFault } from '../certificates/names-at-fault.ts';
export { obtainCertificate, type ObtainOptions, type ObtainSummary } from './certificates/obtain.ts';
export { rehearse } from './certificates/rehearse.ts';
export { revokeCertificate } from './certificates/revoke.ts';
