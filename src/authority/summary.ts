import { formatCidr } from '../names/cidr.ts';
import type { Records } from './records.ts';

export interface AuthoritySummary {
  /** SHA-256 of the root certificate, hex. */
  fingerprint: string;
  rootNotAfterMs: number;
  intermediateNotAfterMs: number;
  /** DNS suffixes, then blocks of addresses (`10.0.0.0/8`). */
  permitted: string[];
}

export function summaryOf({ root, intermediate }: Records): AuthoritySummary {
  const { permittedDnsNames, permittedIpRanges } = intermediate.certificate.nameConstraints!;
  return {
    fingerprint: root.certificate.fingerprint,
    rootNotAfterMs: root.certificate.notAfterMs,
    intermediateNotAfterMs: intermediate.certificate.notAfterMs,
    permitted: [
      ...permittedDnsNames,
      ...(permittedIpRanges.length === 0 ? ['0.0.0.0/0', '::/0'] : permittedIpRanges.map(formatCidr)),
    ],
  };
}
