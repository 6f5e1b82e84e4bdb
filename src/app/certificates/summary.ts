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
  /** Its published files; undefined for a certificate that another one has replaced under `live/`. */
  live: LivePaths | undefined;
  /** When it will be renewed; undefined for a certificate that is not served. */
  renewal?: RenewalPlan | undefined;
}

/** @param live its folder under `live/`. */
export function summaryOf(folder: string, generation: Generation, live: string | undefined): CertificateSummary {
  const { names, issuer, serial, notBeforeMs, notAfterMs, revokedMs } = generation;
  return {
    names,
    issuer,
    serial,
    notBeforeMs,
    notAfterMs,
    revokedMs,
    live: live === undefined ? undefined : livePaths(folder, live),
  };
}
