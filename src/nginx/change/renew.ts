import type { Proof } from '../proof/prove.ts';
import { prove } from '../proof/prove.ts';
import { selectTargets } from '../proof/selection.ts';
import { targetsOf } from '../proof/target.ts';
import { applyProven, loadAgain } from './apply.ts';
import type { CertificateSource, SourceCertificate } from './certificate-source.ts';
import { withChallengeFolder } from './challenge-check.ts';
import { claimants } from './claimants.ts';
import { draftSite, secureChange } from './draft.ts';
import { changeError } from './messages.ts';
import type { NginxSession, OpenedNginx } from './opening.ts';
import type { PlanRequest } from './plan.ts';
import { alteredFiles, type ManagedSite, refuseDamaged } from './records.ts';
import { newMark, serve, type SiteRequest } from './secure.ts';

export interface RenewalOutcome {
  site: string;
  certificate: SourceCertificate;
  /** Did nginx have to load anything? */
  reloaded: boolean;
  proof: Proof;
}

/**
 * Renews a site's certificate if it is time, has nginx load it, and proves what visitors see. Strict-Transport-Security grows
 * with the time that this has worked.
 * @throws EveryhopError what is wrong; what was served before is served on.
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
    const { names, tlsPort, app } = site;
    const hstsSeconds = await source.hstsSeconds();
    const request: PlanRequest = {
      names,
      tlsPort,
      app,
      hstsSeconds,
      certificate: source.paths,
      proof: existing.record.proof,
      challenges: source.challenges,
    };
    const same = await draftSite(opened, request, site.issuing).catch(async (error: unknown) => {
      // What stands there cannot be planned anew, be it for what the user has added since; the new certificate is served all the same.
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
      const expectations = change.expectations(servers, chosen);
      const seen = await prove(
        { before: [], targets: chosen, expectations },
        { clock: tools.clock, roots: certificate.roots },
      );
      if (seen.findings.length === 0)
        return await proven({ site: existing.site, certificate, reloaded: false, proof: seen });
    }
    if (isAltered) {
      // What a person wrote into our files is not overwritten: nginx loads the new certificate, and that is proven.
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

/** No attempt at an authority is spent on a name that nobody answers for. @throws EveryhopError `nginx.site-gone`. */
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
