import { X509Certificate } from 'node:crypto';
import path from 'node:path';
import {
  certificateSets,
  exportCertificate,
  listCertificates,
  obtainCertificate,
  readBinding,
  type ObtainOptions,
  type ObtainSummary,
  readLedger,
  rehearse,
  revokeCertificate,
  showCertificate,
} from '../app/certificates.ts';
import type { RevocationReason } from '../app/registries.ts';
import {
  isNotRunning,
  type RehearsedSet,
  rehearseRunning,
  renewRunning,
  type RenewedCertificate,
} from '../app/running.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { hostOf, portOf } from '../app/arguments.ts';
import { EventBus } from '../base/events.ts';
import { inWords } from '../base/language.ts';
import { shellWord } from '../base/invocation.ts';
import { tellReplacedAccount } from './account.ts';
import { reportFailedNames } from './failed-names.ts';
import { interruption } from './interruption.ts';
import type { CommandContext } from './context.ts';
import { Progress } from './progress.ts';
import { say } from './messages.ts';
import type { Output } from './output.ts';
import { reportRefusal, tellRenewalPlan } from './running.ts';

interface StateOption {
  state?: string;
}

interface ObtainFlags extends StateOption {
  authority?: string[];
  authorityRoot?: string;
  challenge?: 'http-01' | 'tls-alpn-01' | 'dns-01';
  dns?: string;
  dnsResolver?: string[];
  webroot?: string;
  httpPort?: string;
  httpsPort?: string;
  profile?: string;
  config?: string;
  eabKid?: string;
  eabHmacFile?: string;
  keyType?: ObtainOptions['keyType'];
  reuseKey?: true;
  email?: string;
  agreeTos?: true;
  dryRun?: true;
  now?: true;
  new?: true;
  name?: string;
}

/** `everyhop certificates obtain`: obtains one certificate through a temporary listener, a webroot or DNS. */
export async function certificatesObtain(
  context: CommandContext,
  names: string[],
  options: ObtainFlags,
): Promise<void> {
  const { output, env, version } = context;
  const request: ObtainOptions & { stateFolder: string } = {
    stateFolder: chosenStateFolder(options.state, env),
    names: names.map((name) => hostOf(name)),
    authority: options.authority,
    authorityRootFile: options.authorityRoot,
    challenge: options.challenge,
    dns: options.dns,
    dnsResolvers: options.dnsResolver,
    webroot: options.webroot,
    httpPort: portOf('--http-port', options.httpPort),
    httpsPort: portOf('--https-port', options.httpsPort),
    profile: options.profile,
    configurationFile: options.config,
    binding: await readBinding(options.eabKid, options.eabHmacFile),
    keyType: options.keyType,
    reusesKey: options.reuseKey,
    email: options.email,
    termsAgreed: options.agreeTos === true,
    insists: options.now === true,
    env,
    version,
    signal: interruption(),
  };
  if (options.dryRun) return dryRun(context, request);
  const events = new EventBus();
  const progress = new Progress(output);
  events.on('account.replaced', (event) => {
    progress.clear();
    tellReplacedAccount(output, event);
  });
  const obtained = await obtain(output, {
    ...request,
    events,
    isNew: options.new,
    folder: options.name === undefined ? undefined : hostOf(options.name),
    onStep: (step, authority) => progress.step(step, authority),
  }).finally(() => progress.clear());
  if (!obtained) return;
  const { hasMadeAuthority, ...shown } = obtained;
  output.value({ ...shown, failure: obtained.failure && output.reportOf(obtained.failure) });
  if (hasMadeAuthority) output.note('authority.made', { folder: request.stateFolder }, 'yellow');
  tellFailure(output, obtained);
  output.line('certificates.obtained', wordsOf(output, obtained), obtained.failure ? 'yellow' : 'green');
  const { fullchain, privkey } = obtained.live;
  output.line('certificates.files', { fullchain, privkey });
  tellRenewalPlan(output, obtained.renewal, false);
  if (obtained.issuer === 'private' && certificateSets(obtained.names).length > 1) {
    output.note('certificates.mixed', {}, 'yellow');
  }
}

async function obtain(
  output: Output,
  request: Parameters<typeof obtainCertificate>[0],
): Promise<ObtainSummary | undefined> {
  try {
    return await obtainCertificate(request);
  } catch (error) {
    reportFailedNames(output, error, request.names);
    return undefined;
  }
}

/** Reports a failed renewal, after which the old certificate stays. */
export function tellFailure(output: Output, { names, failure }: ObtainSummary): void {
  if (!failure) return;
  process.exitCode = 1;
  output.note('up.renewal-failed', { names: names.join(', ') }, 'red');
  output.report(failure);
}

/** `--dry-run`: the authority's checks, then a test certificate if it offers one. */
async function dryRun({ output }: CommandContext, request: ObtainOptions & { stateFolder: string }): Promise<void> {
  const progress = new Progress(output);
  const onStep: ObtainOptions['onStep'] = (step, authority) => progress.step(step, authority);
  const { findings, rehearsal } = await rehearse({ ...request, onStep }).finally(() => progress.clear());
  const run = { names: [...request.names], findings, rehearsal };
  output.value(dryRunValue(output, run));
  tellDryRun(output, run);
}

/** The result of a dry run for one certificate. */
type DryRun = Pick<RehearsedSet, 'names' | 'findings' | 'rehearsal'>;

function dryRunValue(output: Output, { names, findings, rehearsal }: DryRun): object {
  const error = rehearsal?.error;
  // A finding without a hop, about the clock for example, concerns every name.
  const all = names.map((name) => name.replace(/^\*\./, '')).join(', ');
  return {
    verdicts: findings.map((finding) => ({ name: finding.hop?.to.host ?? all, ...output.findingOf(finding) })),
    rehearsal: rehearsal && { authority: rehearsal.authority, error: error && output.reportOf(error) },
  };
}

/** Prints the result of a dry run, and sets the exit code. */
function tellDryRun(output: Output, { findings, rehearsal }: DryRun): void {
  const error = rehearsal?.error;
  // A test order proves more than the checks before it.
  const failed = rehearsal ? error !== undefined : findings.some(({ severity }) => severity === 'error');
  if (failed) process.exitCode = 1;
  if (output.json) return;
  output.findings(findings, 'result');
  if (findings.length === 0) output.line('certificates.dry-run.private', {}, 'green');
  if (error) output.report(error);
  else if (rehearsal) output.line('certificates.dry-run.issued', { authority: rehearsal.authority }, 'green');
  else if (findings.length > 0) output.line(`certificates.dry-run.${failed ? 'stopped' : 'looked'}`, {});
}

/** `everyhop certificates show`: the current and earlier certificates for a name. */
export async function certificatesShow(
  { output, env }: CommandContext,
  name: string,
  options: StateOption,
): Promise<void> {
  const { served, others, generations } = await showCertificate(chosenStateFolder(options.state, env), hostOf(name));
  const fingerprint = new X509Certificate(served.chainPem).fingerprint256;
  output.value({ ...served, fingerprint, others, generations });
  if (output.json) return;
  output.line('certificates.obtained', wordsOf(output, served), 'bold');
  output.line('certificates.fingerprint', { fingerprint });
  if (served.live)
    output.line('certificates.files', { fullchain: served.live.fullchain, privkey: served.live.privkey });
  tellRenewalPlan(output, served.renewal, false);
  for (const one of generations) {
    const [from, until, revoked] = [one.notBeforeMs, one.notAfterMs, one.revokedMs].map(minuteOf);
    const params = { serial: one.serial, from: from!, until: until!, issuer: output.issuer(one.issuer) };
    if (revoked === undefined) output.line('certificates.generation', params);
    else output.line('certificates.generation-revoked', { ...params, revoked });
  }
  for (const one of others) {
    const folder = one.live && path.basename(path.dirname(one.live.fullchain));
    output.line('certificates.also', { name, names: one.names.join(', '), serial: one.serial.slice(0, 8) });
    if (folder !== undefined) output.line('certificates.also-folder', { folder }, 'dim');
  }
}

interface RevokeFlags extends StateOption {
  reason: RevocationReason;
  authorityRoot?: string;
}

/** `everyhop certificates revoke`: revokes at the authority; a running program then replaces the certificate. */
export async function certificatesRevoke(context: CommandContext, name: string, options: RevokeFlags): Promise<void> {
  const { output, env, version } = context;
  const stateFolder = chosenStateFolder(options.state, env);
  const { reason, authorityRoot: authorityRootFile } = options;
  const request = { stateFolder, name: hostOf(name), reason, authorityRootFile, version, signal: interruption() };
  const revoked = await revokeCertificate(request);
  output.value(revoked);
  output.line('certificates.revoked', { names: revoked.names.join(', '), serial: revoked.serial }, 'green');
  const answer = await renewRunning(stateFolder, [revoked.names[0]!], true).catch((error: unknown) => {
    if (isNotRunning(error)) return undefined;
    throw error;
  });
  if (answer && 'done' in answer) {
    tellRenewed(output, answer.done);
    return;
  }
  const isNotServed = !answer || answer.refusal.code === 'certificates.unknown-name';
  if (!isNotServed) reportRefusal(output, answer.refusal);
  for (const folder of revoked.published) output.note('certificates.revoked-published', { folder }, 'yellow');
  if (revoked.publishedForNginx.length > 0) output.note('certificates.revoked-nginx', {}, 'yellow');
  else if (isNotServed) {
    // At the authority that issued it, which need not be the one that the names would get by default.
    const root =
      authorityRootFile === undefined ? '' : ` --authority-root ${shellWord(path.resolve(authorityRootFile))}`;
    const authority = `--authority ${shellWord(revoked.authority)}${root}`;
    output.note(
      'certificates.revoked-not-running',
      { names: revoked.names.map(shellWord).join(' '), authority },
      'yellow',
    );
  } else output.note('certificates.revoked-served', {}, 'yellow');
}

/** `everyhop certificates export`: writes the files of a certificate to a folder. */
export async function certificatesExport(
  { output, env }: CommandContext,
  name: string,
  folder: string,
  options: StateOption,
): Promise<void> {
  const files = await exportCertificate(chosenStateFolder(options.state, env), hostOf(name), path.resolve(folder));
  output.value(files);
  output.line('certificates.files', { fullchain: files.fullchain, privkey: files.privkey });
}

/** For completion: every name in a stored certificate, one a line. Prints nothing if the store cannot be read. */
export async function knownNames({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const listed = await listCertificates(chosenStateFolder(options.state, env)).catch(() => []);
  for (const name of new Set(listed.flatMap(({ names }) => names))) output.text(name);
}

/** `everyhop certificates list`: the certificates in the store. */
export async function certificatesList({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const listed = await listCertificates(chosenStateFolder(options.state, env));
  output.value(listed);
  if (output.json) return;
  if (listed.length === 0) output.line('certificates.none', {});
  for (const one of listed) {
    output.line('certificates.obtained', wordsOf(output, one));
    if (one.live) output.line('certificates.folder', { folder: path.dirname(one.live.fullchain) }, 'dim');
    tellRenewalPlan(output, one.renewal);
  }
}

/** `everyhop certificates ledger`: past attempts, and when the next ones are permitted. */
export async function certificatesLedger(
  { output, env, language }: CommandContext,
  options: StateOption,
): Promise<void> {
  const ledger = await readLedger(chosenStateFolder(options.state, env));
  const attempts = ledger.attempts.map((attempt) => ({
    ...attempt,
    detail: attempt.detail === undefined ? undefined : inWords(attempt.detail, language),
  }));
  output.value({ ...ledger, attempts });
  if (output.json) return;
  if (attempts.length === 0) output.line('certificates.no-attempts', {});
  for (const { beganMs, outcome, names, authority, detail } of attempts) {
    const when = new Date(beganMs).toISOString().slice(0, 19);
    const what = say(language, `certificates.attempt.${outcome}`, {});
    output.line('certificates.attempt', { when, outcome: what, names, authority, detail: detail ?? '' });
  }
  for (const { names, authority, nextMs, reason, left } of ledger.standings) {
    const next = reason === undefined ? say(language, 'certificates.at-once', {}) : new Date(nextMs).toISOString();
    const count = left === undefined ? say(language, 'certificates.no-limit', {}) : String(left);
    output.line('certificates.standing', { names, authority, next, left: count });
  }
}

function wordsOf(
  output: Output,
  one: { names: string[]; serial: string; issuer: string; notAfterMs: number },
): {
  names: string;
  serial: string;
  issuer: string;
  until: string;
} {
  const { names, serial, issuer, notAfterMs } = one;
  return { names: names.join(', '), serial, issuer: output.issuer(issuer), until: minuteOf(notAfterMs)! };
}

function minuteOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

/** `everyhop certificates renew`: the running program obtains, serves and proves new certificates now. */
export async function certificatesRenew(
  { output, env }: CommandContext,
  names: string[],
  options: StateOption & { now?: true; dryRun?: true },
): Promise<void> {
  if (options.dryRun) {
    const run = await rehearseRunning(chosenStateFolder(options.state, env), names);
    if ('refusal' in run) return reportRefusal(output, run.refusal);
    output.value(run.done.map((one) => ({ names: one.names, ...dryRunValue(output, one) })));
    for (const one of run.done) {
      if (run.done.length > 1) output.line('certificates.dry-run.names', { names: one.names.join(', ') }, 'bold');
      tellDryRun(output, one);
    }
    return undefined;
  }
  const answer = await renewRunning(chosenStateFolder(options.state, env), names, options.now === true);
  if ('done' in answer) tellRenewed(output, answer.done);
  else reportRefusal(output, answer.refusal);
}

function tellRenewed(output: Output, renewed: readonly RenewedCertificate[]): void {
  output.value(renewed);
  for (const { names: hosts, serial, notAfterMs } of renewed) {
    const until = new Date(notAfterMs).toISOString().slice(0, 10);
    output.line('certificates.renewed', { names: hosts.join(', '), serial, until }, 'green');
  }
}
