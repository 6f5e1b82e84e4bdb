import type { Event } from '../base/events.ts';
import type { Output } from './output.ts';

/** Reports that an authority has ended or lost the account, and that a new one is registered. */
export function tellReplacedAccount(output: Output, event: Extract<Event, { type: 'account.replaced' }>): void {
  const { authority, end, formerUrl, url } = event;
  if (url === undefined) return output.note('account.replaced.not-yet', { authority }, 'yellow');
  output.note(`account.replaced.${end}`, { authority, url }, 'yellow');
  if (formerUrl !== undefined && formerUrl !== url) output.note('account.replaced.caa', { formerUrl });
}
