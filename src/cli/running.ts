import { reloadRunning, runningStatus } from '../app/running.ts';
import type { ServiceStatus } from '../app/serve.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { ErrorData } from '../base/errors.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output.ts';

interface StateOption {
  state?: string;
}

/** `everyhop status`: the sites, proofs and workers of the running program. */
export async function status({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const status = await runningStatus(chosenStateFolder(options.state, env));
  output.value({ ...status, proofs: proofsOf(output, status) });
  if (output.json) return;
  const { version, pid, revision } = status;
  output.line('status.head', { version, pid, revision, since: new Date(status.startedMs).toISOString() }, 'bold');
  for (const site of status.sites) {
    for (const url of site.urls) {
      for (const route of site.routes) {
        output.line('up.route', { url: url.replace(/\/$/, route.path), upstream: route.upstream });
      }
    }
    tellCertificates(output, site, (ms) => new Date(ms).toISOString().slice(0, 16).replace('T', ' '));
  }
  for (const proof of status.proofs) {
    output.line('status.proof', { mark: proof.ok ? '✓' : '✗', url: proof.url, address: proof.address });
    output.findings(proof.findings, 'result');
  }
  for (const worker of status.workers) {
    output.line('status.worker', { ...worker, megabytes: Math.round(worker.memoryBytes / 1e6) });
  }
}

/** Prints the certificates of a site, those with the same issuer and end on one line. */
export function tellCertificates(
  output: Output,
  { certificates }: ServiceStatus['sites'][number],
  dateOf: (ms: number) => string,
): void {
  const alike = Map.groupBy(certificates, ({ issuer, notAfterMs }) => `${issuer} ${dateOf(notAfterMs)}`).values();
  for (const group of alike) {
    const { issuer, notAfterMs } = group[0]!;
    const [hosts, until] = [group.flatMap((one) => one.hosts).join(', '), dateOf(notAfterMs)];
    if (issuer === 'files') output.line('up.certificate.files', { hosts, until });
    else if (issuer === 'stand-in') output.line('up.certificate.stand-in', { hosts });
    else output.line('up.certificate', { hosts, issuer, until });
  }
}

/** The proofs for the JSON output, with their findings in the user's language. */
export function proofsOf(output: Output, { proofs }: ServiceStatus): object[] {
  return proofs.map((proof) => ({ ...proof, findings: proof.findings.map((finding) => output.findingOf(finding)) }));
}

/** `everyhop reload`: makes the running program reload its configuration. */
export async function reload({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const answer = await reloadRunning(chosenStateFolder(options.state, env));
  if ('refusal' in answer) return reportRefusal(output, answer.refusal, () => output.note('up.rejected', {}, 'red'));
  const { revision, problems } = answer.done;
  output.value({ revision, problems: problems.map((problem) => output.reportOf(problem)) });
  output.line('reload.done', { revision }, 'green');
  tellMissing(output, problems);
  if (problems.length > 0) process.exitCode = 1;
}

/** Reports the refusal of the running program and sets the exit code. */
export function reportRefusal(output: Output, error: ErrorData, introduce: () => void = () => {}): void {
  output.value({ error: output.reportOf(error) });
  introduce();
  output.report(error);
  process.exitCode = error.code.startsWith('config.') ? 2 : 1;
}

/** Reports the certificates that could not be obtained yet, and why. */
export function tellMissing(output: Output, problems: readonly ErrorData[]): void {
  for (const problem of problems) {
    output.note('up.no-certificate-yet', {}, 'red');
    output.report(problem);
  }
}
