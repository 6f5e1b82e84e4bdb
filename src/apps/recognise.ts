import type { Clock } from '../base/clock.ts';
import { type HttpFacts, probeHttp } from '../probe/http.ts';
import type { AppAnswer, AppProfile, Mark } from './profile.ts';
import { profiles } from './profiles.ts';

/** A page that leads to another one first, as to a login. */
const mostRedirects = 2;
/** A description of an API may be long. */
const limitBytes = 2 * 1024 * 1024;
const usualTimeoutMs = 3_000;

/**
 * Asks an app what it is: for its page, and only where that does not tell, for what servers of models have instead. A GET
 * each, and nothing that would begin a session or load a model.
 * @returns undefined where it is none of those that are known, does not answer, or shows a certificate that does not verify.
 */
export async function recognise(
  upstream: URL,
  options: { clock: Clock; timeoutMs?: number },
): Promise<AppProfile | undefined> {
  const { clock, timeoutMs = usualTimeoutMs } = options;
  const get = (path: string): Promise<HttpFacts> =>
    probeHttp({
      url: new URL(path, upstream).href,
      clock,
      timeoutMs,
      limitBytes,
      ...(path === '/' && { redirects: { limit: mostRedirects, follow: (to: URL) => to.origin === upstream.origin } }),
    });
  const first = await get('/');
  if (first.status === undefined) return undefined;
  const page = readAnswer(first);
  const found = apps.find(({ marks }) => marks.some(({ path, isIn }) => path === '/' && isIn(page)));
  if (found) return found;
  const paths = [...new Set(apps.flatMap(({ marks }) => marks.map(({ path }) => path)))].filter((path) => path !== '/');
  const answers = new Map(await Promise.all(paths.map(async (path) => [path, await get(path)] as const)));
  const isMarked = ({ path, isIn }: Mark): boolean => {
    const answer = answers.get(path);
    return answer?.status === 200 && isIn(readAnswer(answer));
  };
  return apps.find(({ marks }) => marks.some(isMarked));
}

/** An app built with a framework comes before the framework. */
const apps = profiles.toSorted((one, other) => Number(one.isFramework ?? false) - Number(other.isFramework ?? false));

function readAnswer({ headers, ...answer }: HttpFacts): AppAnswer {
  const body = answer.body.toString();
  const type = headers['content-type'] ?? '';
  const title = type.includes('html') ? (/<title[^>]*>([^<]*)/i.exec(body)?.[1] ?? '') : '';
  return { body, title: title.replace(/\s+/g, ' ').trim(), json: type.includes('json') ? parsed(body) : undefined };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
