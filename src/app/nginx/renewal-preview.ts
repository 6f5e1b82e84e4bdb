import { nameSetKey, readGenerations } from '../../certificates/generation.ts';
import type { RenewalPlan } from '../../certificates/renewal-plan.ts';
import { type ErrorData, EveryhopError } from '../../base/errors.ts';
import { type FileChange, managedSites, previewRenewal, type RecoveredChange } from '../../nginx/sites.ts';
import { renewalPlansOf } from '../certificates/list.ts';
import { clock } from '../system.ts';
import { type NginxOptions, siteRequestOf, withNginx } from './nginx.ts';
import { SiteCertificateSource } from './source.ts';

/** What a renewal would do to a site now. */
export interface RenewalPreview {
  site: string;
  names: readonly string[];
  /** Undefined if the store has no certificate for these names: one would be issued. */
  renewal: RenewalPlan | undefined;
  isDue: boolean;
  /** Changes to files of nginx, apart from the certificate. */
  files: FileChange[];
  /** Why the configuration can no longer be planned. */
  failure: ErrorData | undefined;
}

/** Shows what `renewInNginx` would do now. Asks no authority and changes nothing. */
export async function previewRenewals(
  options: NginxOptions,
): Promise<{ sites: RenewalPreview[]; recovered: RecoveredChange[] }> {
  return withNginx({ ...options, readOnly: true }, async (work, recovered) => {
    const sites: RenewalPreview[] = [];
    for (const managed of await managedSites(work.opened.nginx.confFile)) {
      const { names, issuing } = managed.record;
      const renewal = await work.session.read(async (database) => {
        const generations = await readGenerations(database, nameSetKey(names));
        const newest = generations.find(({ revokedMs }) => revokedMs === undefined);
        return newest && (await renewalPlansOf(database, [newest], generations)).get(newest.id);
      });
      const isDue = renewal === undefined || renewal.atMs <= clock.now();
      const base = { site: managed.site, names, renewal, isDue };
      const source = new SiteCertificateSource(work.session, { ...options, names, issuing, termsAgreed: true });
      try {
        const files = await previewRenewal(work, managed, siteRequestOf(managed), source);
        sites.push({ ...base, files, failure: undefined });
      } catch (error) {
        if (!(error instanceof EveryhopError)) throw error;
        sites.push({ ...base, files: [], failure: error.data() });
      }
    }
    return { sites, recovered };
  });
}
