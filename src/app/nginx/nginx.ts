/** `everyhop nginx`: connects the user's nginx with certificates, clock, network and systemd. */
import type { AppProfile } from '../../apps/profiles.ts';
import { type ErrorData, EveryhopError } from '../../base/errors.ts';
import { listOf } from '../../base/messages.ts';
import { execute } from '../../base/process.ts';
import { nginxError } from '../../nginx/messages.ts';
import { holdConfiguration, inspectNginx, type NginxChoice } from '../../nginx/program.ts';
import type { Proof } from '../../nginx/proof.ts';
import {
  type FileChange,
  Journal,
  type ManagedSite,
  managedSites,
  type NginxSession,
  type NginxTools,
  openNginx,
  type Preview,
  type RecoveredChange,
  recoverChanges,
  type RenewalOutcome,
  renewSite,
  secureSite,
  type SecureResult,
  type SiteRequest,
  undoSite,
} from '../../nginx/sites.ts';
import { removeNginxRenewal } from '../../service/nginx-renewal.ts';
import { systemd } from '../../service/systemd.ts';
import type { ObtainSummary } from '../certificates/obtain.ts';
import { StateSession } from '../state.ts';
import { clock, random } from '../system.ts';
import { visitorRoots } from '../visitor-roots.ts';
import { chooseApp, profileNamed } from './app-choice.ts';
import { nginxFolder, SiteCertificateSource, type SourceOptions } from './source.ts';
import { type RenewalSchedule, scheduleRenewal } from './renewal-schedule.ts';

export interface NginxOptions {
  /** Words that start this program from anywhere, for the timer. */
  everyhop: readonly string[];
  choice: NginxChoice;
  stateFolder: string;
  env: NodeJS.ProcessEnv;
  version: string;
  signal: AbortSignal;
  /** See `ObtainOptions`. */
  insists?: boolean | undefined;
}

export interface SecureOptions extends NginxOptions {
  /** Lower case; the first one names the site. */
  names: readonly string[];
  tlsPort: number;
  /** The port of HTTPS for visitors. Undefined: that of the listener. */
  publicPort: number | undefined;
  /** False to leave plain HTTP as it is. */
  redirects: boolean;
  /** False to send no Strict-Transport-Security. */
  hsts: boolean;
  /** Id of a profile, or `none`. Undefined to detect the app. */
  app: string | undefined;
  issuing: SourceOptions['issuing'];
  termsAgreed: boolean;
  /** For the first account at the authority; renewals use that account. */
  binding?: SourceOptions['binding'];
  /** Called before anything is written. Undefined for a preview only. */
  confirm: ((preview: SitePreview) => Promise<boolean>) | undefined;
}

export interface SitePreview extends Preview {
  /** Undefined for a site without an app. */
  app: AppProfile | undefined;
  /** False if the app was not recognised. */
  isKnown: boolean;
}

export interface SecuredSite extends SecureResult, SitePreview {
  /** Undefined after a preview. */
  obtained: ObtainSummary | undefined;
  /** Interrupted changes that were rolled back first. */
  recovered: RecoveredChange[];
  /** Undefined after a preview. */
  schedule: RenewalSchedule | undefined;
}

/**
 * Enables HTTPS for some names in a running nginx, and checks the result.
 * @throws EveryhopError the reason of a failure; all changes are then rolled back.
 */
export async function secureInNginx(options: SecureOptions): Promise<SecuredSite> {
  return withNginx({ ...options, readOnly: !options.confirm }, async (work, recovered) => {
    const { names, tlsPort, publicPort, redirects, hsts, issuing, confirm } = options;
    const { app, isKnown, keepsHost, exposures } = await chooseApp(options.app, names, work.opened);
    const site: SiteRequest = { names, tlsPort, publicPort, redirects, hsts, app, keepsHost, issuing };
    const source = new SiteCertificateSource(work.session, options);
    const secured = await secureSite(
      work,
      site,
      source,
      confirm && ((preview) => confirm({ ...preview, findings: [...preview.findings, ...exposures], app, isKnown })),
    );
    const schedule = secured.done && (await scheduleRenewal(options, systemd, isSystems(options)));
    const findings = [...secured.findings, ...exposures];
    return {
      ...secured,
      findings,
      app,
      isKnown,
      obtained: source.obtained,
      recovered,
      schedule: schedule || undefined,
    };
  });
}

/** Undoes the changes for a site. @param options.name the site or one of its names. Undefined for the only site. */
export async function undoInNginx(
  options: NginxOptions & {
    name: string | undefined;
    discards: boolean;
    forces: boolean;
    confirm: (files: FileChange[]) => Promise<boolean>;
  },
): Promise<{ site: string; proof: Proof; recovered: RecoveredChange[] }> {
  return withNginx({ ...options, mayBeRefused: true, readOnly: true }, async (work, recovered) => {
    const site = siteNamed(await managedSites(work.opened.nginx.confFile), options.name);
    const { proof } = await undoSite(work, site, options);
    const { confFile } = work.opened.nginx;
    if (isSystems(options) && (await managedSites(confFile)).length === 0) await removeNginxRenewal(systemd);
    return { site, proof, recovered };
  });
}

export interface SiteRenewal {
  site: string;
  outcome: RenewalOutcome | undefined;
  /** The reason of a failure. With an `outcome`, the renewal failed and the site still has its previous certificate. */
  failure: ErrorData | undefined;
}

/** Renews due certificates, reloads nginx and checks every site. A failing site does not affect the others. */
export async function renewInNginx(
  options: NginxOptions,
): Promise<{ sites: SiteRenewal[]; recovered: RecoveredChange[] }> {
  return withNginx(options, async (work, recovered) => {
    const sites: SiteRenewal[] = [];
    for (const managed of await managedSites(work.opened.nginx.confFile)) {
      try {
        const site = siteRequestOf(managed);
        const { names, issuing } = site;
        // The user agreed to the terms when securing the site.
        const source = new SiteCertificateSource(work.session, { ...options, names, issuing, termsAgreed: true });
        // The previous site may have changed the configuration.
        const opened = await openNginx(options.choice, work.tools);
        const outcome = await renewSite({ ...work, opened }, managed, site, source);
        sites.push({ site: managed.site, outcome, failure: source.obtained?.failure });
      } catch (error) {
        if (!(error instanceof EveryhopError)) throw error;
        sites.push({ site: managed.site, outcome: undefined, failure: error.data() });
      }
    }
    return { sites, recovered };
  });
}

/** The request with which a site was secured. */
export function siteRequestOf({ record }: ManagedSite): SiteRequest {
  const { names, tlsPort, publicPort, redirects = true, hsts = true, keepsHost = false, app: id, issuing } = record;
  const app = id === undefined ? undefined : profileNamed(id);
  return { names, tlsPort, publicPort, redirects, hsts, app, keepsHost, issuing };
}

/** Rolls back interrupted changes. */
export async function recoverNginx(options: NginxOptions): Promise<RecoveredChange[]> {
  return withJournal({ ...options, readOnly: true }, (_, recovered) => Promise.resolve(recovered));
}

/** Locks this nginx against changes by another Everyhop, and rolls back interrupted changes first. */
async function withJournal<T>(
  options: NginxOptions & { readOnly?: boolean },
  run: (
    work: { journal: Journal; tools: NginxTools; session: StateSession },
    recovered: RecoveredChange[],
  ) => Promise<T>,
): Promise<T> {
  const { stateFolder, readOnly } = options;
  const { confFile } = await inspectNginx(options.choice, execute);
  const session = new StateSession(stateFolder, { readOnly });
  const tools = toolsFor(session);
  const journal = await Journal.open({ folder: nginxFolder(stateFolder), clock, random });
  try {
    const release = await holdConfiguration(confFile);
    try {
      return await run({ journal, tools, session }, await recoverChanges(options.choice, confFile, journal, tools));
    } finally {
      release();
    }
  } finally {
    journal.close();
    await session.close();
  }
}

export async function withNginx<T>(
  options: NginxOptions & { readOnly?: boolean; mayBeRefused?: boolean },
  run: (work: NginxSession & { session: StateSession }, recovered: RecoveredChange[]) => Promise<T>,
): Promise<T> {
  return withJournal(options, async (work, recovered) =>
    run({ ...work, opened: await openNginx(options.choice, work.tools, options) }, recovered),
  );
}

/** True for the machine's default nginx, false for one chosen by options. */
function isSystems({ choice }: NginxOptions): boolean {
  return Object.values(choice).every((each) => each === undefined);
}

function toolsFor(session: StateSession): NginxTools {
  const roots = async (): Promise<string[]> => visitorRoots(await session.root(), []);
  return { execute, clock, random, roots };
}

function siteNamed(sites: readonly ManagedSite[], name: string | undefined): string {
  const found = sites.filter(({ site, record }) => name === undefined || site === name || record.names.includes(name));
  if (found.length === 1) return found[0]!.site;
  const names = listOf(sites.map(({ site }) => site));
  if (sites.length === 0) throw nginxError('nginx.nothing-managed', {});
  if (name === undefined) throw nginxError('nginx.which-site', { names, example: sites[0]!.site });
  throw nginxError('nginx.not-managed', { name, names });
}
