import { withBrackets } from '../../names/address.ts';
import { ask, type ProbeResult, type AskOptions } from './ask.ts';
import { type Target, urlOf } from './target.ts';

/** A chain of redirects. */
export interface Trail {
  /** In order, from the first request on. */
  urls: string[];
  /** `answered`: by the last URL; `elsewhere`: a redirect to another name, not followed; `unanswered`: no answer. */
  end: 'answered' | 'loop' | 'elsewhere' | 'unanswered';
}

/** Chromium and Firefox give up after 20. */
const mostRedirects = 10;

/**
 * Follows the redirects of an answer to `GET /` within the same name, always to the address of the target: a listener that
 * visitors reach from outside is reachable there too.
 */
export async function followFrom(target: Target, first: ProbeResult, options: AskOptions): Promise<Trail> {
  const urls = [urlOf(target)];
  let result = first;
  let here = target;
  for (;;) {
    if (result.outcome !== 'answered') return { urls, end: 'unanswered' };
    const to = result.answer?.redirect?.to;
    if (to === undefined) return { urls, end: 'answered' };
    const next = new URL(to);
    const reached = targetAt(next, here);
    if (!reached) return { urls, end: 'elsewhere' };
    const seenBefore = urls.includes(next.href);
    urls.push(next.href);
    if (seenBefore || urls.length > mostRedirects) return { urls, end: 'loop' };
    here = reached;
    result = await ask(here, `${next.pathname}${next.search}`, options);
  }
}

/** Undefined for a URL with another name, and for a redirect from a Unix socket to a port. */
function targetAt(url: URL, from: Target): Target | undefined {
  const secure = url.protocol === 'https:';
  if (url.hostname.toLowerCase() !== withBrackets(from.name).toLowerCase() || !/^https?:$/.test(url.protocol))
    return undefined;
  const port = Number(url.port) || (secure ? 443 : 80);
  const same = secure === from.secure && (from.socketPath !== undefined ? url.port === '' : port === from.port);
  if (same) return from;
  return from.socketPath !== undefined ? undefined : { ...from, port, secure };
}
