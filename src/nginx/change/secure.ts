import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { AppProfile } from '../../apps/profiles.ts';
import type { Random } from '../../base/random.ts';
import type { Finding } from '../../hop/finding.ts';
import { otherEditor } from '../program/other-editor.ts';
import type { Proof } from '../proof/prove.ts';
import { targetsOf } from '../proof/target.ts';
import { applyProven, rehearse } from './apply.ts';
import type { CertificateSource, SourceCertificate } from './certificate-source.ts';
import { checkChallenges, withChallengeFolder } from './challenge-check.ts';
import { challengeChange, type Draft, draftSite, reversed, secureChange, touchedBy } from './draft.ts';
import type { FileChange } from './journal.ts';
import { changeError } from './messages.ts';
import type { NginxSession, OpenedNginx } from './opening.ts';
import type { Plan, PlanRequest } from './plan.ts';
import { alteredFiles, type ManagedSite, managedSite, refuseDamaged } from './records.ts';
import { type IssuanceOptions, type ProofMark, siteName } from './site.ts';
import { undoSite } from './undo.ts';

export interface SiteRequest {
  /** Lower case; the first one names the site. */
  names: readonly string[];
  /** Port of added TLS listeners. */
  tlsPort: number;
  publicPort: number | undefined;
  redirects: boolean;
  hsts: boolean;
  app: AppProfile | undefined;
  keepsHost: boolean;
  issuing: IssuanceOptions;
}

export interface Preview {
  files: FileChange[];
  findings: Finding[];
}

export interface SecureResult extends Preview {
  /** Undefined after a preview. */
  done: { certificate: SourceCertificate; proof: Proof } | undefined;
}

/**
 * Enables HTTPS for the server blocks of some names in steps, checking each one before the next: answer challenges, issue
 * the certificate, serve it.
 * @param confirm called before anything is written. Undefined for a preview only.
 * @throws EveryhopError the reason of a failure; all changes are then rolled back.
 */
export async function secureSite(
  work: NginxSession,
  site: SiteRequest,
  source: CertificateSource,
  confirm: ((preview: Preview) => Promise<boolean>) | undefined,
): Promise<SecureResult> {
  const { opened, tools } = work;
  const existing = await managedSite(opened.nginx.confFile, siteName(site.names));
  if (existing) refuseDamaged(existing);
  const altered = existing && alteredFiles(existing)[0];
  if (altered !== undefined) throw changeError('nginx.managed-altered', { file: altered, site: existing!.site });
  const { challenges, paths: certificate } = source;
  const proof = newMark(tools.random, existing?.record.proof);
  const hstsSeconds = site.hsts ? await source.hstsSeconds() : undefined;
  const request: PlanRequest = { ...planned(site), certificate, hstsSeconds, proof, challenges };
  // With the existing mark: a new mark alone is not a change that needs confirmation.
  const draft = await draftSite(opened, { ...request, proof: existing?.record.proof ?? proof }, site.issuing);
  await refuseOtherEditor(opened, draft);
  await rehearseEarly(work, draft, site, source);
  const preview: Preview = { files: draft.files, findings: draft.plan.findings };
  if (!confirm) return { ...preview, done: undefined };
  if (!(await confirm(preview))) throw changeError('nginx.unconfirmed', {});

  const step =
    challenges && !existing?.record.answers ? await answerChallenges(work, request, site, existing) : undefined;
  try {
    const ready = step?.work ?? work;
    const obtained = await obtain(ready, request, draft.plan, source);
    const done = await serve(ready, request, site, obtained, 'secure');
    await source.recordProof(true);
    return { ...preview, done: { certificate: obtained, proof: done.proof } };
  } catch (error) {
    await step?.takeBack();
    throw error;
  }
}

/** The part of a plan that does not change between steps. */
export function planned({
  names,
  tlsPort,
  publicPort,
  redirects,
  app,
  keepsHost,
}: SiteRequest): Pick<PlanRequest, 'names' | 'tlsPort' | 'publicPort' | 'redirects' | 'app' | 'keepsHost'> {
  return { names, tlsPort, publicPort, redirects, app, keepsHost };
}

/** @returns the mark of a change: the path stays the same for the life of a site, the generation is new. */
export function newMark(random: Random, former: ProofMark | undefined): ProofMark {
  return { token: former?.token ?? random.bytes(16).toString('hex'), generation: random.bytes(8).toString('hex') };
}

/** Configures nginx to serve a certificate, and checks the result. */
export async function serve(
  work: NginxSession,
  request: PlanRequest,
  site: SiteRequest,
  { serial, roots }: SourceCertificate,
  kind: 'secure' | 'renew',
): Promise<{ opened: OpenedNginx; proof: Proof }> {
  const { opened, journal } = work;
  const tools = { ...work.tools, roots: () => Promise.resolve(roots) };
  const change = secureChange(kind, await draftSite(opened, request, site.issuing), serial);
  return applyProven(opened, change, journal, tools);
}

/**
 * The first step for an authority that validates over HTTP: changes only the answers to challenges. A site that already has
 * HTTPS keeps it with its current certificate.
 */
async function answerChallenges(
  work: NginxSession,
  request: PlanRequest,
  site: SiteRequest,
  existing: ManagedSite | undefined,
): Promise<{ work: NginxSession; takeBack: () => Promise<unknown> }> {
  const { opened, journal, tools } = work;
  const former = existing?.record.isWhole ? existing.record : undefined;
  const early = { ...request, certificate: former && request.certificate };
  const change = challengeChange(await draftSite(opened, early, former?.issuing ?? site.issuing));
  const applied = await applyProven(opened, change, journal, tools);
  const after = { ...work, opened: applied.opened };
  const takeBack = (): Promise<unknown> =>
    former
      ? applyProven(after.opened, { ...reversed(change), mark: former.proof }, journal, tools)
      : undoSite(after, change.site);
  return { work: after, takeBack };
}

/** Obtains a certificate, after checking that nginx answers challenges on every listener of the names. */
async function obtain(
  { opened, tools }: NginxSession,
  request: PlanRequest,
  plan: Plan,
  source: CertificateSource,
): Promise<SourceCertificate> {
  if (!request.challenges) return source.obtain(plan.webroot);
  const servers = opened.serversOf(opened.configuration);
  const asked = targetsOf(servers, request.names).targets.filter((target) => touchedBy(plan, request)(servers, target));
  return withChallengeFolder(plan.webroot, async () => {
    await checkChallenges(plan.webroot, asked, tools);
    return source.obtain(plan.webroot);
  });
}

/** Tests the planned configuration before the confirmation and before any order at an authority. */
async function rehearseEarly(
  { opened, tools }: NginxSession,
  draft: Draft,
  site: SiteRequest,
  source: CertificateSource,
): Promise<void> {
  if (existsSync(source.paths.fullchain)) return void (await rehearse(opened, draft.files, tools));
  const folder = await mkdtemp(path.join(os.tmpdir(), 'everyhop-stand-in-'));
  try {
    const certificate = await source.standIn(folder);
    const { files } = await draftSite(opened, { ...draft.request, certificate }, site.issuing);
    await rehearse(opened, files, tools);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function refuseOtherEditor({ nginx }: OpenedNginx, { record }: Draft): Promise<void> {
  const found = await otherEditor(path.dirname(nginx.confFile), record.edited);
  if (!found) return;
  const { program, pid, file } = found;
  throw changeError('nginx.other-editor', { program, pid, file });
}
