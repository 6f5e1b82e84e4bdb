import type { Clock } from '../base/clock.ts';
import { type HttpFacts, probeHttp } from '../probe/http.ts';
import type { AppAnswer, AppProfile, KnownApp, Mark } from './profile.ts';
import { profiles } from './profiles.ts';
import { titleOf } from './title.ts';

/** Redirects to follow from the start page, for example to a login. */
const redirectLimit = 2;
/** OpenAPI documents may be long. */
const limitBytes = 2 * 1024 * 1024;
const defaultTimeoutMs = 3_000;
const defaultBodyTimeoutMs = 1_000;

export interface VisitOptions {
  clock: Clock;
  timeoutMs?: number;
  /** Roots for an app behind HTTPS, PEM. Default: the system's. */
  roots?: string[];
  /** The unix socket at which the app listens. */
  socketPath?: string;
  /** Time for the body of an answer; a stream has no end. Default 1 s. */
  bodyTimeoutMs?: number;
  /** Called for a visit without an answer. */
  onSilence?: () => void;
}

/**
 * Recognises an app by its start page or, failing that, by the API paths of model servers. Sends only GET requests that
 * start no session and load no model.
 * @returns undefined if the app is unknown, does not answer, or has a certificate that does not verify.
 */
export async function recognise(upstream: URL, options: VisitOptions): Promise<AppProfile | undefined> {
  const start = await visit(upstream, '/', options);
  return start.status === undefined ? undefined : recogniseFrom(start, upstream, options);
}

/** As `recognise`, with the start page at hand. */
export async function recogniseFrom(
  start: HttpFacts,
  upstream: URL,
  options: VisitOptions,
): Promise<AppProfile | undefined> {
  const found = byStartPage(start);
  if (found) return found;
  const marks = new Map(apps.flatMap((app) => app.marks.map((mark) => [mark.path, mark] as const)));
  marks.delete('/');
  const answers = new Map(
    await Promise.all(
      [...marks.values()].map(
        async ({ path, headers }) => [path, await visit(upstream, path, options, headers)] as const,
      ),
    ),
  );
  const isMarked = ({ path, statuses = [200], isIn }: Mark): boolean => {
    const answer = answers.get(path);
    return answer?.status !== undefined && statuses.includes(answer.status) && isIn(readAnswer(answer));
  };
  return apps.find((app) => app.marks.some(isMarked));
}

/** Recognises an app by its start page only. */
export async function recogniseStartPage(upstream: URL, options: VisitOptions): Promise<AppProfile | undefined> {
  const first = await visit(upstream, '/', options);
  return first.status === undefined ? undefined : byStartPage(first);
}

/** Visits a path of the app; follows the redirects of its start page, unless the request names a Host. */
export async function visit(
  upstream: URL,
  path: string,
  {
    clock,
    timeoutMs = defaultTimeoutMs,
    bodyTimeoutMs = defaultBodyTimeoutMs,
    roots,
    socketPath,
    onSilence,
  }: VisitOptions,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpFacts> {
  const facts = await probeHttp({
    headers,
    ...(roots && { roots }),
    ...(socketPath !== undefined && { socketPath }),
    url: new URL(path, upstream).href,
    clock,
    timeoutMs,
    bodyTimeoutMs: Math.min(timeoutMs, bodyTimeoutMs),
    limitBytes,
    ...(path === '/' &&
      headers['host'] === undefined && {
        redirects: { limit: redirectLimit, follow: (to: URL) => to.origin === upstream.origin },
      }),
  });
  if (facts.status === undefined) onSilence?.();
  return facts;
}

function byStartPage(answer: HttpFacts): KnownApp | undefined {
  const page = readAnswer(answer);
  return apps.find(({ marks }) => marks.some(({ path, isIn }) => path === '/' && isIn(page)));
}

/** Apps built with a framework come before the framework. */
const apps = profiles.toSorted((one, other) => Number(one.isFramework ?? false) - Number(other.isFramework ?? false));

function readAnswer({ headers, ...answer }: HttpFacts): AppAnswer {
  const body = answer.body.toString();
  const type = headers['content-type'] ?? '';
  const title = type.includes('html') ? titleOf(body) : '';
  return { body, title: title.replace(/\s+/g, ' ').trim(), json: type.includes('json') ? parsed(body) : undefined };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
