/** The sites that Everyhop manages in an nginx: enable HTTPS, renew, undo, recover. */
export type { CertificateSource, SourceCertificate } from './change/certificate-source.ts';
export { type FileChange, Journal } from './change/journal.ts';
export { type NginxSession, type NginxTools, type OpenedNginx, openNginx } from './change/opening.ts';
export { type ManagedSite, managedSites } from './change/records.ts';
export { type RecoveredChange, recoverChanges } from './change/recover.ts';
export { previewRenewal, type RenewalOutcome, renewSite } from './change/renew.ts';
export { type Preview, type SecureResult, secureSite, type SiteRequest } from './change/secure.ts';
export { type IssuanceOptions, managedFolder } from './change/site.ts';
export { undoSite } from './change/undo.ts';
export { upstreamsOf } from './change/upstream.ts';
export { fromLatin1 } from './reading/latin1.ts';
