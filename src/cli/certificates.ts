import { chosenStateFolder, type Refusal, type RenewedCertificate } from '../app.ts';
import { askRunning } from './control-client.ts';
import type { CommandContext } from './context.ts';
import { reportRefusal } from './running.ts';

interface StateOption {
  state?: string;
}

/** `everyhop certificates renew`: the running program gets new certificates now, serves and proves them. */
export async function certificatesRenew(
  { output, env, language }: CommandContext,
  names: string[],
  options: StateOption,
): Promise<void> {
  const query = new URLSearchParams([['language', language], ...names.map((name) => ['name', name])]);
  const folder = chosenStateFolder(options.state, env);
  const answer = await askRunning(folder, 'POST', `/certificates/renew?${query.toString()}`);
  if (answer.status !== 200) return reportRefusal(output, answer.body as Refusal);
  const renewed = answer.body as RenewedCertificate[];
  output.value(renewed);
  for (const { names: hosts, serial, notAfterMs } of renewed) {
    const until = new Date(notAfterMs).toISOString().slice(0, 10);
    output.line('certificates.renewed', { names: hosts.join(', '), serial, until }, 'green');
  }
}
