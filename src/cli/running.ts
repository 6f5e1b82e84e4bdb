import { reloadRunning, runningStatus } from '../app/running.ts';
import type { ServiceStatus } from '../app/serve.ts';
import type { Finding } from '../app/messages.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { ErrorData } from '../base/errors.ts';
import { shellWord } from '../base/invocation.ts';
import type { CommandContext } from './context.ts';
import { tellLan } from './lan.ts';
import type { Output } from './output.ts';

interface StateOption {
  state?: string;
}

/** `everyhop status`: the sites, proofs and workers of the running program. Exit code 1 if no client could verify any name. */
export async function status({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const status = await runningStatus(chosenStateFolder(options.state, env));
  output.value(statusValue(output, status));
  if (status.proofs.length > 0 && status.proofs.every(({ ok }) => !ok)) process.exitCode = 1;
  if (output.json) return;
  const { version, pid, revision } = status;
  output.line('status.head', { version, pid, revision, since: new Date(status.startedMs).toISOString() }, 'bold');
  if (status.storeProblem) {
    output.note('up.without-store', {}, 'red');
    output.report(status.storeProblem);
  }
  const minuteOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  for (const site of status.sites) tellSite(output, site, 'result', minuteOf);
  for (const proof of status.proofs) {
    output.line('status.proof', { mark: proof.ok ? '✓' : '✗', url: proof.url, address: proof.address });
    output.findings(proof.findings, 'result');
  }
  for (const worker of status.workers) {
    output.line('status.worker', { ...worker, megabytes: Math.round(worker.memoryBytes / 1e6) });
  }
  for (const one of status.instances) {
    const { trouble } = one;
    if (trouble === '') output.line('status.instance', one);
    else output.line(`status.instance.${trouble}`, { ...one, all: status.workers.length }, 'yellow');
  }
  output.findings(findingsOf(status), 'result');
  if (status.lan) tellLan(output, status.lan, false);
}

/** Prints the routes of a site, its certificates (those with the same issuer and end on one line) and its findings. */
export function tellSite(
  output: Output,
  { urls, routes, certificates, findings }: ServiceStatus['sites'][number],
  as: 'result' | 'remark',
  dateOf: (ms: number) => string,
): void {
  for (const url of urls) {
    for (const { path, upstreams, answer, app, host } of routes) {
      const line = { url: url.replace(/\/$/, path), upstream: answer ?? upstreams.join(', ') };
      if (app === undefined && host === undefined) output.line('up.route', line);
      else if (host === undefined) output.line('up.route.app', { ...line, app: app! });
      else if (app === undefined) output.line('up.route.host', { ...line, host });
      else output.line('up.route.app-host', { ...line, app, host });
    }
  }
  const alike = Map.groupBy(certificates, ({ issuer, notAfterMs }) => `${issuer} ${dateOf(notAfterMs)}`).values();
  for (const group of alike) {
    const { notAfterMs, neededRoot } = group[0]!;
    const [hosts, until] = [group.flatMap((one) => one.hosts).join(', '), dateOf(notAfterMs)];
    tellCertificate(output, group[0]!, { hosts, until }, findings.length > 0);
    if (neededRoot) {
      const { name: root, file } = neededRoot;
      if (file === undefined) output.line('up.certificate.root', { hosts, root }, 'yellow');
      else output.line('up.certificate.root-file', { hosts, root, file: shellWord(file) }, 'yellow');
    }
    for (const { renewal } of group) tellRenewalPlan(output, renewal);
  }
  output.findings(findings, as);
}

function tellCertificate(
  output: Output,
  certificate: ServiceStatus['sites'][number]['certificates'][number],
  { hosts, until }: { hosts: string; until: string },
  hasFindings: boolean,
): void {
  const { validity, source } = certificate;
  if (certificate.issuer === 'stand-in') return output.line(`up.certificate.stand-in.${source}`, { hosts });
  const from = certificate.issuer === 'files' || certificate.issuer === 'archive' ? certificate.issuer : 'issuer';
  const issuer = output.issuer(certificate.issuer);
  if (validity !== 'current') return output.line(`up.certificate.${from}.${validity}`, { hosts, issuer, until });
  // A renewal that fails is among the findings.
  if (from === 'issuer' && hasFindings) return output.line('up.certificate.issuer.kept', { hosts, issuer, until });
  return output.line(`up.certificate.${from}`, { hosts, issuer, until });
}

/** When a certificate will be renewed, if the authority decides that. */
export function tellRenewalPlan(
  output: Output,
  plan: ServiceStatus['sites'][number]['certificates'][number]['renewal'],
  isBrief = true,
): void {
  if (!plan || (isBrief && plan.explanationUrl === undefined)) return;
  const at = new Date(plan.atMs).toISOString().slice(0, 16).replace('T', ' ');
  output.line(`certificates.renewal.${plan.reason}`, { at });
  if (plan.explanationUrl !== undefined) {
    output.line('certificates.renewal.explanation', { url: plan.explanationUrl }, 'yellow');
  }
}

/** The findings about apps, names and the workers as a whole. */
export function findingsOf({ upstreams, findings }: ServiceStatus): Finding[] {
  return [...upstreams.flatMap((check) => check.findings), ...findings];
}

/** The status for the JSON output, with its findings in the user's language. */
export function statusValue(output: Output, status: ServiceStatus): object {
  const rendered = (one: { findings: Finding[] }): object => ({
    ...one,
    findings: one.findings.map((finding) => output.findingOf(finding)),
  });
  return {
    ...status,
    sites: status.sites.map(rendered),
    proofs: status.proofs.map(rendered),
    findings: status.findings.map((finding) => output.findingOf(finding)),
    upstreams: status.upstreams.map(rendered),
  };
}

/** `everyhop reload`: makes the running program reload its configuration. */
export async function reload({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const answer = await reloadRunning(chosenStateFolder(options.state, env));
  if ('refusal' in answer) return reportRefusal(output, answer.refusal, () => output.note('up.rejected', {}, 'red'));
  const { revision, problems } = answer.done;
  output.value({ revision, problems: problems.map((problem) => output.reportOf(problem)) });
  output.line('reload.done', { revision }, 'green');
  if (problems.length === 0) return;
  output.note('reload.problems', {}, 'red');
  for (const problem of problems) output.report(problem);
  process.exitCode = 1;
}

/** Reports the refusal of the running program and sets the exit code. */
export function reportRefusal(output: Output, error: ErrorData, introduce: () => void = () => {}): void {
  output.value({ error: output.reportOf(error) });
  introduce();
  output.report(error);
  process.exitCode = error.code.startsWith('config.') ? 2 : 1;
}
