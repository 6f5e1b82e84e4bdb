import { listAccounts, resetAccount } from '../app/certificates.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import type { Event } from '../base/events.ts';
import type { CommandContext } from './context.ts';
import type { Output } from './output.ts';

/** Reports that an authority has ended or lost the account, and that a new one is registered. */
export function tellReplacedAccount(output: Output, event: Extract<Event, { type: 'account.replaced' }>): void {
  const { authority, end, formerUrl, url } = event;
  if (url === undefined) return output.note('account.replaced.not-yet', { authority }, 'yellow');
  output.note(`account.replaced.${end}`, { authority, url }, 'yellow');
  if (formerUrl !== undefined && formerUrl !== url) output.note('account.replaced.caa', { formerUrl });
}

/** `everyhop certificates account`: the accounts at the authorities; `--reset` gives one up. */
export async function certificatesAccount(
  { output, env }: CommandContext,
  options: { state?: string; reset?: string },
): Promise<void> {
  const folder = chosenStateFolder(options.state, env);
  if (options.reset !== undefined) {
    const former = await resetAccount(folder, options.reset);
    output.value(former);
    output.line('account.reset', { authority: former.authority }, 'green');
    if (former.url !== undefined) output.note('account.replaced.caa', { formerUrl: former.url });
    return;
  }
  const accounts = await listAccounts(folder);
  output.value(accounts);
  if (accounts.length === 0) output.line('account.none', {});
  for (const { authority, url = '–', createdMs, endedMs } of accounts) {
    const since = new Date(createdMs).toISOString().slice(0, 10);
    if (endedMs === undefined) output.line('account.one', { authority, url, since });
    else output.line('account.former', { authority, url, since, until: new Date(endedMs).toISOString().slice(0, 10) });
  }
}
