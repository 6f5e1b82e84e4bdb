/** Reads the private authority of a state folder; creates and changes nothing. */
import { lifetimeFindings } from '../../authority/lifetime.ts';
import { authorityError } from '../../authority/messages.ts';
import { loadRecords, type Records } from '../../authority/records.ts';
import { type AuthoritySummary, summaryOf } from '../../authority/summary.ts';
import type { Finding } from '../../hop/finding.ts';
import { readState } from '../../store/state.ts';
import { encodePem } from '../../x509/pem.ts';
import { clock } from '../system.ts';

export interface AuthorityView {
  summary: AuthoritySummary;
  rootPem: string;
  hasRootKey: boolean;
  /** Warnings about certificates that expire soon. */
  findings: Finding[];
}

/** @throws EveryhopError `authority.none`, `authority.damaged`. */
export async function showAuthority(folder: string): Promise<AuthorityView> {
  const records: Records | undefined = await readState(folder, loadRecords);
  if (!records) throw authorityError('authority.none', { folder });
  return {
    summary: summaryOf(records),
    rootPem: encodePem('CERTIFICATE', records.root.certificate.der),
    hasRootKey: records.root.key !== undefined,
    findings: lifetimeFindings(records, clock.now()),
  };
}
