import type { Proof } from '../proof/prove.ts';
import { selectTargets } from '../proof/selection.ts';
import { targetsOf } from '../proof/target.ts';
import { applyProven, blockFinder, loadAgain, proveChange, rehearse, withStreams } from './apply.ts';
import type { CertificateSource, SourceCertificate } from './certificate-source.ts';
import { withChallengeFolder } from './challenge-check.ts';
import { claimants } from './claimants.ts';
import { draftSite, secureChange } from './draft.ts';
import type { FileChange } from './journal.ts';
import { changeError } from './messages.ts';
import type { NginxSession, OpenedNginx } from './opening.ts';
import type { PlanRequest } from './plan.ts';
import { alteredFiles, type ManagedSite, refuseDamaged } from './records.ts';
import { newMark, planned, serve, type SiteRequest } from './secure.ts';

export interface RenewalOutcome {
  site: string;
  certificate: SourceCertificate;
  /** True if nginx was reloaded. */
  reloaded: boolean;
  proof: Proof;
}

/**
 * Renews a site's certificate when due, reloads nginx and checks the site's answers. Increases Strict-Transport-Security
 * with the time that HTTPS has worked.
 * @throws EveryhopError the reason of a failure; nginx then keeps serving the previous state.
 */
export async function renewSite(
  work: NginxSession,
  existing: ManagedSite,
  site: SiteRequest,
  source: CertificateSource,
): Promise<RenewalOutcome> {
  const { opened, journal, tools } = work;
  const { webroot } = existing.record;
  refuseDamaged(existing);
  refuseGone(opened, existing.site, site.names);
  const certificate = await (source.challenges
    ? withChallengeFolder(webroot, () => source.obtain(webroot))
    : source.obtain(webroot));
  try {
    const request = await requestFor(existing, site, source);
    const same = await draftSite(opened, request, site.issuing).catch(async (error: unknown) => {
      // An edit of the user may prevent a new plan. Load the new certificate nevertheless.
      await loadAgain(opened, tools);
      throw error;
    });
    const rooted = { ...tools, roots: () => Promise.resolve(certificate.roots) };
    const change = secureChange('renew', same, certificate.serial);
    const isAltered = alteredFiles(existing).length > 0;
    if (same.files.length === 0 || isAltered) {
      const servers = opened.serversOf(opened.configuration);
      const { chosen } = selectTargets(
        targetsOf(servers, request.names).targets,
        (target) => change.isTouched(servers, target),
        0,
      );
      const { targets, expectations } = withStreams(opened.configuration, change, {
        targets: chosen,
        expectations: change.expectations(servers, chosen),
      });
      const seen = await proveChange(
        change,
        { before: [], targets, expectations },
        { clock: tools.clock, roots: certificate.roots, blockOf: blockFinder(servers) },
      );
      if (seen.findings.length === 0)
        return await proven({ site: existing.site, certificate, reloaded: false, proof: seen });
    }
    if (isAltered) {
      // Do not overwrite edits to our files: only load the new certificate and check the answers.
      const reloading = { ...change, files: [], mark: undefined };
      const { proof } = await applyProven(opened, reloading, journal, rooted);
      return await proven({ site: existing.site, certificate, reloaded: true, proof });
    }
    const { proof } = await serve(
      work,
      { ...request, proof: newMark(tools.random, existing.record.proof) },
      site,
      certificate,
      'renew',
    );
    return await proven({ site: existing.site, certificate, reloaded: true, proof });
  } catch (error) {
    await source.recordProof(false);
    throw error;
  }

  async function proven(outcome: RenewalOutcome): Promise<RenewalOutcome> {
    await source.recordProof(true);
    return outcome;
  }
}

/**
 * The changes to files that a renewal would make now, besides the certificate; tested on a copy.
 * @throws EveryhopError the reason why there is no plan.
 */
export async function previewRenewal(
  { opened, tools }: NginxSession,
  existing: ManagedSite,
  site: SiteRequest,
  source: CertificateSource,
): Promise<FileChange[]> {
  refuseDamaged(existing);
  refuseGone(opened, existing.site, site.names);
  const { files } = await draftSite(opened, await requestFor(existing, site, source), site.issuing);
  await rehearse(opened, files, tools);
  return files;
}

async function requestFor(existing: ManagedSite, site: SiteRequest, source: CertificateSource): Promise<PlanRequest> {
  return {
    ...planned(site),
    hstsSeconds: site.hsts ? await source.hstsSeconds() : undefined,
    certificate: source.paths,
    proof: existing.record.proof,
    challenges: source.challenges,
  };
}

/** Avoids wasting an attempt at an authority on a name without a server block. @throws EveryhopError `nginx.site-gone`. */
function refuseGone({ serversOf, configuration }: OpenedNginx, site: string, names: readonly string[]): void {
  const servers = serversOf(configuration);
  for (const name of names) {
    try {
      claimants(servers, [name]);
    } catch (error) {
      if (changeError.is(error, 'nginx.name-unknown')) throw changeError('nginx.site-gone', { site, name });
    }
  }
}
