import { reloadRunning, runningStatus } from '../app/running.ts';
import type { ServiceStatus } from '../app/serve.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { ErrorData } from '../base/errors.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output.ts';

interface StateOption {
  state?: string;
}

/** `everyhop status`: what the running program serves. */
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
    const { issuer, notAfterMs } = site.certificate;
    output.line('up.certificate', { issuer, until: new Date(notAfterMs).toISOString().slice(0, 16).replace('T', ' ') });
  }
  for (const proof of status.proofs) {
    output.line('status.proof', { mark: proof.ok ? '✓' : '✗', url: proof.url, address: proof.address });
    output.findings(proof.findings, 'result');
  }
  for (const worker of status.workers) {
    output.line('status.worker', { ...worker, megabytes: Math.round(worker.memoryBytes / 1e6) });
  }
}

/** For JSON: what is wrong with them in the person's language. */
export function proofsOf(output: Output, { proofs }: ServiceStatus): object[] {
  return proofs.map((proof) => ({ ...proof, findings: proof.findings.map((finding) => output.findingOf(finding)) }));
}

/** `everyhop reload`: the running program reads its configuration again, or says why it cannot. */
export async function reload({ output, env }: CommandContext, options: StateOption): Promise<void> {
  const answer = await reloadRunning(chosenStateFolder(options.state, env));
  if ('refusal' in answer) return reportRefusal(output, answer.refusal, () => output.note('up.rejected', {}, 'red'));
  const { revision, problems } = answer.done;
  output.value({ revision, problems: problems.map((problem) => output.reportOf(problem)) });
  output.line('reload.done', { revision }, 'green');
  tellMissing(output, problems);
  if (problems.length > 0) process.exitCode = 1;
}

/** Says why the running program refused, and sets the exit code. */
export function reportRefusal(output: Output, error: ErrorData, introduce: () => void = () => {}): void {
  output.value({ error: output.reportOf(error) });
  introduce();
  output.report(error);
  process.exitCode = error.code.startsWith('config.') ? 2 : 1;
}

/** Says which certificates are still to come, and why. */
export function tellMissing(output: Output, problems: readonly ErrorData[]): void {
  for (const problem of problems) {
    output.note('up.no-certificate-yet', {}, 'red');
    output.report(problem);
  }
}
