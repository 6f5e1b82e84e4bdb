import type { Generation } from '../../certificates/generation.ts';
import type { RenewalPlan } from '../../certificates/renewal-plan.ts';
import { type LivePaths, livePaths } from '../../certificates/publish.ts';

/** A certificate of the store, without its key. */
export interface CertificateSummary {
  names: string[];
  issuer: string;
  serial: string;
  notBeforeMs: number;
  notAfterMs: number;
  revokedMs: number | undefined;
  live: LivePaths;
  /** When it will be renewed; undefined for a certificate that is not served. */
  renewal?: RenewalPlan | undefined;
}

export function summaryOf(folder: string, generation: Generation): CertificateSummary {
  const { names, issuer, serial, notBeforeMs, notAfterMs, revokedMs } = generation;
  return { names, issuer, serial, notBeforeMs, notAfterMs, revokedMs, live: livePaths(folder, names) };
}
