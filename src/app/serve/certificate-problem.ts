import { describeError, EveryhopError } from '../../base/errors.ts';
import { baseError } from '../../base/messages.ts';
import { standInIssuer } from '../../certificates/stand-in.ts';
import type { Site } from '../../config/configuration.ts';
import { type ServedSites, servedFor } from './served-sites.ts';

/** Why some hosts of a site lack the certificate that the configuration asks for. */
export interface CertificateProblem {
  site: Site;
  hosts: readonly string[];
  error: EveryhopError;
}

/** A defect at one site takes no other down. */
export function ours(error: unknown): EveryhopError {
  if (error instanceof EveryhopError) return error;
  return baseError('internal.defect', { detail: describeError(error) }, { cause: error });
}

/**
 * Whether the change of the configuration explains the problem: the host is new, or has other certificate files. Files that
 * changed on the disk are no reason to refuse a change, nor is a host that already had no certificate.
 */
export function isBroughtByChange({ site, hosts }: CertificateProblem, former: ServedSites): boolean {
  return hosts.some((host) => {
    const before = servedFor(host, former);
    if (!before) return true;
    if (before.generation.issuer === standInIssuer) return false;
    const [one, other] = [before.site.certificateFiles, site.certificateFiles];
    return one?.chainFile !== other?.chainFile || one?.keyFile !== other?.keyFile;
  });
}
