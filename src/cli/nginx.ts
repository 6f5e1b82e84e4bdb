import path from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import {
  type FileChange,
  fromLatin1,
  type NginxOptions,
  type Observation,
  type RecoveredChange,
  namesToSecure,
  previewRenewals,
  recoverNginx,
  renewInNginx,
  secureInNginx,
  type SecureOptions,
  type SitePreview,
  type SiteRenewal,
  undoInNginx,
  urlOf,
} from '../app/nginx.ts';
import { absoluteCommandFor } from '../base/invocation.ts';
import { readBinding } from '../app/certificates.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { hostOf, portOf } from '../app/arguments.ts';
import { reportFailedNames } from './failed-names.ts';
import { interruption } from './interruption.ts';
import { ask, canAsk, choose } from './ask.ts';
import { tellFailure } from './certificates.ts';
import type { CommandContext } from './context.ts';
import { listOf } from '../base/messages.ts';
import { cliError, say } from './messages.ts';
import type { Output } from './output.ts';
import { visible } from './visible.ts';

export interface NginxFlags {
  state?: string;
  conf?: string;
  nginx?: string;
  prefix?: string;
  now?: true;
}

interface SecureFlags extends NginxFlags {
  tlsPort?: string;
  publicPort?: string;
  /** Commander: false with `--no-redirect`. */
  redirect?: boolean;
  /** Commander: false with `--no-hsts`. */
  hsts?: boolean;
  app?: string;
  authority?: string;
  authorityRoot?: string;
  challenge?: 'http-01' | 'dns-01';
  dns?: string;
  dnsResolver?: string[];
  webroot?: string;
  profile?: string;
  email?: string;
  agreeTos?: true;
  eabKid?: string;
  eabHmacFile?: string;
  dryRun?: true;
  yes?: true;
}

/** `everyhop nginx secure`: the server blocks of some names become HTTPS, and are proven to be. */
export async function nginxSecure(context: CommandContext, given: string[], flags: SecureFlags): Promise<void> {
  const { output } = context;
  const names = given.length > 0 ? given : await chosenNames(context, flags);
  const request: SecureOptions = {
    ...common(context, flags),
    names: [...new Set(names.map((name) => hostOf(name)))],
    tlsPort: portOf('--tls-port', flags.tlsPort) ?? 443,
    publicPort: portOf('--public-port', flags.publicPort),
    redirects: flags.redirect !== false,
    hsts: flags.hsts !== false,
    app: flags.app,
    issuing: {
      authority: flags.authority,
      authorityRootFile: flags.authorityRoot === undefined ? undefined : path.resolve(flags.authorityRoot),
      challenge: flags.challenge,
      dns: flags.dns,
      dnsResolvers: flags.dnsResolver,
      profile: flags.profile,
      email: flags.email,
      webroot: flags.webroot === undefined ? undefined : path.resolve(flags.webroot),
    },
    termsAgreed: flags.agreeTos === true,
    binding: await readBinding(flags.eabKid, flags.eabHmacFile),
    confirm: flags.dryRun ? undefined : (preview) => confirm(context, flags, preview),
  };
  let secured: Awaited<ReturnType<typeof secureInNginx>>;
  try {
    secured = await secureInNginx(request);
  } catch (error) {
    return reportFailedNames(output, error, request.names);
  }
  tellRecovered(context, secured.recovered);
  const { done, obtained, files, findings, app, isKnown, schedule } = secured;
  const ofSchedule = schedule?.finding ? [schedule.finding] : [];
  output.value({
    changed: files.map(({ path }) => path),
    app: app?.id,
    remarks: [...findings, ...(done?.proof.remarks ?? []), ...ofSchedule].map((finding) => output.findingOf(finding)),
    certificate: obtained,
    timer: schedule?.timer,
    seen: done?.proof.observations.map(seenOf),
  });
  if (!done || !obtained) {
    tellPreview(context, { files, findings, app, isKnown });
    return output.line('nginx.dry-run', {});
  }
  if (flags.yes) tellRemarks(output, { findings, app, isKnown });
  tellFailure(output, obtained);
  output.findings(done.proof.remarks, 'remark');
  const isNamed = ({ target }: Observation): boolean =>
    request.names.includes(target.name) || request.names.includes(target.pattern);
  for (const one of done.proof.observations.filter(isNamed)) tellSeen(context, one);
  const until = new Date(obtained.notAfterMs).toISOString().slice(0, 10);
  output.line(
    'nginx.secured',
    { names: request.names.join(', '), issuer: output.issuer(obtained.issuer), until },
    'green',
  );
  if (obtained.issuer === 'private') output.note('nginx.private', {});
  output.findings(ofSchedule, 'remark');
  if (schedule?.timer) output.note('nginx.renewals.installed', { timer: schedule.timer });
  else if (schedule?.isSafe === false) output.note('nginx.renewals.none', {});
  else
    output.note('nginx.renewals.by-hand', {
      command: cronCommand(absoluteCommandFor(output.invocation, 'nginx renew')),
    });
}

/** A person at a terminal chooses from the names of nginx; a script learns them. */
async function chosenNames({ output, language }: CommandContext, flags: NginxFlags): Promise<string[]> {
  const names = await namesToSecure({ program: flags.nginx, conf: flags.conf, prefix: flags.prefix });
  const error = cliError('cli.nginx-names-missing', { names: listOf(names) || '–', example: names[0] ?? 'NAME' });
  if (names.length === 0 || output.json || !canAsk()) throw error;
  const chosen = await choose(names, `${say(language, 'nginx.which-names', {})} `);
  if (chosen.length === 0) throw error;
  return chosen;
}

/** `everyhop nginx undo`: takes out what was done, and leaves what the user has written since. */
export async function nginxUndo(
  context: CommandContext,
  name: string | undefined,
  flags: NginxFlags & { discard?: true; force?: true; yes?: true },
): Promise<void> {
  const { site, proof, recovered } = await undoInNginx({
    ...common(context, flags),
    name: name === undefined ? undefined : hostOf(name),
    discards: flags.discard === true,
    forces: flags.force === true,
    confirm: (files) => {
      tellInsistence(context.output, files);
      return confirm(context, flags, { files, findings: [], app: undefined, isKnown: true });
    },
  });
  tellRecovered(context, recovered);
  context.output.value({ site, seen: proof.observations.map(seenOf) });
  context.output.findings(proof.findings, 'remark');
  context.output.line('nginx.undone', { site, seen: proof.observations.length }, 'green');
}

/** Browsers keep an HSTS policy after the site stops sending it (RFC 6797 §8.1). */
function tellInsistence(output: Output, files: readonly FileChange[]): void {
  const told = files.map(({ before = '', after }) => (after === undefined ? /"max-age=(\d+)"/.exec(before)?.[1] : '0'));
  const hours = Math.max(0, ...told.map((seconds) => Math.ceil(Number(seconds ?? 0) / 3600)));
  if (hours > 0) output.note('nginx.insistence', { hours }, 'yellow');
}

/** `everyhop nginx renew`: what a timer calls. */
export async function nginxRenew(context: CommandContext, flags: NginxFlags & { dryRun?: true }): Promise<void> {
  const { output } = context;
  if (flags.dryRun) return dryRunOfRenewals(context, flags);
  const { sites, recovered } = await renewInNginx(common(context, flags));
  tellRecovered(context, recovered);
  output.value(
    sites.map(({ site, outcome, failure }) => ({
      site,
      reloaded: outcome?.reloaded,
      serial: outcome?.certificate.serial,
      failure: failure && output.reportOf(failure),
    })),
  );
  if (sites.length === 0) output.line('nginx.nothing', {});
  for (const one of sites) tellRenewal(context, one);
}

/** `--dry-run`: the moment of the next renewal of each site, and the lines that it would change. */
async function dryRunOfRenewals(context: CommandContext, flags: NginxFlags): Promise<void> {
  const { output } = context;
  const { sites, recovered } = await previewRenewals(common(context, flags));
  tellRecovered(context, recovered);
  output.value(
    sites.map(({ files, failure, ...site }) => ({
      ...site,
      changed: files.map(({ path: file }) => file),
      failure: failure && output.reportOf(failure),
    })),
  );
  if (sites.length === 0) output.line('nginx.nothing', {});
  for (const { site, renewal, isDue, files, failure } of sites) {
    const at = renewal && new Date(renewal.atMs).toISOString().slice(0, 16).replace('T', ' ');
    if (isDue) output.line('nginx.renewal.due', { site }, 'yellow');
    else output.line('nginx.renewal.later', { site, at: at! }, 'green');
    if (files.length > 0) tellPreview(context, { files, findings: [], app: undefined, isKnown: true });
    if (!failure) continue;
    process.exitCode = 1;
    output.report(failure);
  }
}

/** `everyhop nginx recover`: ends what a killed start has left half done. */
export async function nginxRecover(context: CommandContext, flags: NginxFlags): Promise<void> {
  const recovered = await recoverNginx(common(context, flags));
  context.output.value({ ended: recovered });
  if (recovered.length === 0) context.output.line('nginx.nothing-unfinished', {});
  for (const { site, kind } of recovered) context.output.line(`nginx.ended.${kind}`, { site }, 'green');
}

export function common({ env, version, output }: CommandContext, flags: NginxFlags): NginxOptions {
  const { conf, nginx: program, prefix } = flags;
  return {
    everyhop: output.invocation.absolute,
    choice: { conf, program, prefix },
    stateFolder: chosenStateFolder(flags.state, env),
    env,
    version,
    signal: interruption(),
    insists: flags.now === true,
  };
}

/** With a terminal it asks; without one only `--yes` lets it go on. */
async function confirm(context: CommandContext, flags: { yes?: true }, preview: SitePreview): Promise<boolean> {
  if (flags.yes) return true;
  if (context.output.json || !canAsk()) return false;
  tellPreview(context, preview);
  return ask(`${say(context.language, 'nginx.question', {})} `);
}

function tellPreview({ output }: CommandContext, { files, findings, app, isKnown }: SitePreview): void {
  if (output.json) return;
  // A person looks at his own files first, and our record of it is none of his concern.
  const told = files.filter(({ path: file }) => path.basename(file) !== 'site.json');
  const isOurs = ({ before, after }: FileChange): boolean => before === undefined || after === undefined;
  for (const change of told.toSorted((a, b) => Number(isOurs(a)) - Number(isOurs(b)))) {
    output.text(visible(difference(change).trimEnd()));
  }
  tellRemarks(output, { findings, app, isKnown });
  if (files.length === 0) output.note('nginx.unchanged', {});
}

/** As `diff -u` shows it. */
function difference({ path: file, before, after }: FileChange): string {
  const [was, is] = [before, after].map((text) => fromLatin1(text ?? ''));
  const names = [before === undefined ? '/dev/null' : file, after === undefined ? '/dev/null' : file] as const;
  return createTwoFilesPatch(...names, was!, is!, undefined, undefined, { headerOptions: FILE_HEADERS_ONLY });
}

function tellRemarks(output: Output, { findings, app, isKnown }: Omit<SitePreview, 'files'>): void {
  if (app && isKnown) output.note('nginx.app', { app: app.title });
  else if (app) output.note('nginx.app.unknown', {});
  output.findings(findings, 'remark');
}

function tellRecovered({ output }: CommandContext, recovered: readonly RecoveredChange[]): void {
  for (const { site, kind } of recovered) output.note(`nginx.ended.${kind}`, { site }, 'yellow');
}

function tellRenewal({ output }: CommandContext, { site, outcome, failure }: SiteRenewal): void {
  if (failure) {
    process.exitCode = 1;
    output.report(failure);
  }
  if (!outcome) return;
  const { serial } = outcome.certificate;
  output.line(outcome.reloaded ? 'nginx.kept.reloaded' : 'nginx.kept', { site, serial }, failure ? 'yellow' : 'green');
}

/** What a person would see of a site. */
function tellSeen({ output }: CommandContext, { target, status, tls, deepLink }: Observation): void {
  const from = target.socketPath ?? (target.address.includes(':') ? `[${target.address}]` : target.address);
  const url = urlOf(target);
  if (tls)
    output.line(
      'nginx.seen.tls',
      { url, from, protocol: tls.protocol, serial: tls.serial, status: status ?? '–' },
      'green',
    );
  else if (deepLink?.status === 308) output.line('nginx.seen.plain', { url, from, status: deepLink.status }, 'green');
  else output.line('nginx.seen.same', { url, from, status: status ?? '–' }, 'green');
}

function seenOf({ target, outcome, status, location, tls }: Observation): Record<string, unknown> {
  const { listener, address, port, name } = target;
  return { url: urlOf(target), listener, address, port, name, outcome, status, location, tls };
}

/** cron turns a bare `%` into the end of the line (crontab(5)). */
function cronCommand(command: string): string {
  return command.replaceAll('%', String.raw`\%`);
}
