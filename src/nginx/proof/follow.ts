import { withBrackets } from '../../names/address.ts';
import { ask, type Asked, type AskOptions } from './ask.ts';
import { type Target, urlOf } from './target.ts';

/** Where redirects lead. */
export interface Trail {
  /** In order; the first is where it begins. */
  urls: string[];
  /** `answered`: at the last one; `elsewhere`: to another name, which is not followed; `unanswered`: nobody is there. */
  end: 'answered' | 'loop' | 'elsewhere' | 'unanswered';
}

/** More than a browser would need; Chromium and Firefox give up after 20. */
const mostRedirects = 10;

/**
 * Follows the answer to `GET /`, as long as it stays with the same name, at the address of the target: what listens for
 * a visitor from elsewhere listens there, too.
 */
export async function followFrom(target: Target, first: Asked, options: AskOptions): Promise<Trail> {
  const urls = [urlOf(target)];
  let asked = first;
  let here = target;
  for (;;) {
    if (asked.outcome !== 'answered') return { urls, end: 'unanswered' };
    const to = asked.answer?.redirect?.to;
    if (to === undefined) return { urls, end: 'answered' };
    const next = new URL(to);
    const reached = targetAt(next, here);
    if (!reached) return { urls, end: 'elsewhere' };
    const seenBefore = urls.includes(next.href);
    urls.push(next.href);
    if (seenBefore || urls.length > mostRedirects) return { urls, end: 'loop' };
    here = reached;
    asked = await ask(here, `${next.pathname}${next.search}`, options);
  }
}

/** undefined: it leads away from the name, or from a socket of the file system to a port. */
function targetAt(url: URL, from: Target): Target | undefined {
  const secure = url.protocol === 'https:';
  if (url.hostname.toLowerCase() !== withBrackets(from.name).toLowerCase() || !/^https?:$/.test(url.protocol))
    return undefined;
  const port = Number(url.port) || (secure ? 443 : 80);
  const same = secure === from.secure && (from.socketPath !== undefined ? url.port === '' : port === from.port);
  if (same) return from;
  return from.socketPath !== undefined ? undefined : { ...from, port, secure };
}
