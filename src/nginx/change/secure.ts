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
  /** Of TLS listeners that are added. */
  tlsPort: number;
  app: AppProfile | undefined;
  issuing: IssuanceOptions;
}

/** What would be done. */
export interface Preview {
  files: FileChange[];
  findings: Finding[];
}

export interface SecureResult extends Preview {
  /** undefined: it was only looked at. */
  done: { certificate: SourceCertificate; proof: Proof } | undefined;
}

/**
 * Makes the server blocks of some names HTTPS, step by step: challenges are answered, the certificate is had, it is served; each
 * step proven before the next.
 * @param confirm asked before anything is written; undefined: only a look.
 * @throws EveryhopError why not; everything is as it was then.
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
  const { names, tlsPort, app } = site;
  const { challenges, paths: certificate } = source;
  const hstsSeconds = await source.hstsSeconds();
  const proof = newMark(tools.random, existing?.record.proof);
  const request: PlanRequest = { names, tlsPort, certificate, app, hstsSeconds, proof, challenges };
  // With the mark that is there: a new one alone is no change to be asked about.
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

/** @returns the mark of a change: at the same place as long as the site is there, with a generation of its own. */
export function newMark(random: Random, former: ProofMark | undefined): ProofMark {
  return { token: former?.token ?? random.bytes(16).toString('hex'), generation: random.bytes(8).toString('hex') };
}

/** Puts a certificate into force and proves it. */
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
 * The first step, where an authority looks: nothing but its challenges is answered otherwise. A site that has HTTPS already
 * keeps it, with the certificate that it has.
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

/** A certificate, once challenges are seen to be answered where somebody is going to ask for them. */
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

/** Would nginx take it? Asked before a person is, and before an attempt at an authority is spent. */
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
