import { withBrackets, withoutBrackets } from '../names/address.ts';
import { isLoopbackName } from '../names/host-name.ts';
import { probeHttp } from '../probe/http.ts';
import { type AppProfile, requiredHost } from './profile.ts';
import { recogniseFrom, visit, type VisitOptions } from './recognise.ts';

/** The results of visits to an app. */
export interface AppFacts {
  /** undefined: not known. */
  app: AppProfile | undefined;
  /** It refuses visitors of this host, and takes them under `Host: accepted`. */
  refusal?: { host: string; status: number; accepted: string };
  /** Whether visitors must log in; undefined: not known. */
  hasLogIn: boolean | undefined;
  /** It left a question unanswered that could change the rest. */
  isUncertain?: true;
}

/** What guards against DNS rebinding answer to a Host that they do not know. */
const refusals = [400, 403, 421];
/** Each may need its own entry in the app's list. */
const hostLimit = 4;

/**
 * Recognises an app, and finds out whether it accepts its visitors' Host and whether it asks them to log in. Sends only GET requests.
 * @param hosts as visitors send them, with a port other than 443.
 * @returns undefined if the app does not answer, or has a certificate that does not verify.
 */
export async function examine(
  upstream: URL,
  hosts: readonly string[],
  options: VisitOptions & {
    /** The app, if it is known. */ app?: AppProfile;
  },
): Promise<AppFacts | undefined> {
  const { app: known, ...given } = options;
  let silences = 0;
  const terms = { ...given, onSilence: () => void (silences += 1) };
  const start = await visit(upstream, '/', terms);
  if (start.status === undefined) return undefined;
  const app = known ?? (await recogniseFrom(start, upstream, terms));
  // A redirect of / may come before the look at Host, and leads below the app's base path.
  const { pathname, search } = new URL(start.url);
  const paths = [...(app?.hostPaths ?? []), pathname + search];
  const [refusal, hasLogIn] = await Promise.all([
    refusalOf(upstream, paths, hosts, app, terms),
    logIn(upstream, app, terms),
  ]);
  return {
    app,
    ...(refusal && { refusal }),
    hasLogIn,
    ...(silences > 0 && !refusal && { isUncertain: true as const }),
  };
}

async function refusalOf(
  upstream: URL,
  paths: readonly string[],
  hosts: readonly string[],
  app: AppProfile | undefined,
  options: VisitOptions,
): Promise<AppFacts['refusal']> {
  const accepted = (app && requiredHost(app, portOf(upstream))) ?? ownHost(upstream);
  for (const path of paths) {
    const ask = (host: string): Promise<number | undefined> => askAs(host, upstream, path, options);
    const own = await ask(accepted);
    if (own === undefined || (own === 404 && path !== paths.at(-1))) continue;
    for (const host of hosts.slice(0, hostLimit)) {
      const status = await ask(host);
      if (status === undefined || !refusals.includes(status) || status === own) continue;
      // An unknown app could have another reason, unless it then takes the request.
      if (app || own < 400) return { host, status, accepted };
    }
    return undefined;
  }
  return undefined;
}

async function logIn(upstream: URL, app: AppProfile | undefined, options: VisitOptions): Promise<boolean | undefined> {
  if (!app || app.openPath === undefined) return app?.login === 'none' ? false : undefined;
  const status = await askAs(ownHost(upstream), upstream, app.openPath, options);
  if (status === 200) return false;
  return status === 401 || status === 403 ? true : undefined;
}

/** The status for a visitor of this host. Ends the session that an MCP server starts with it. */
async function askAs(host: string, upstream: URL, path: string, options: VisitOptions): Promise<number | undefined> {
  // The status alone counts.
  const { status, headers } = await visit(upstream, path, { ...options, bodyTimeoutMs: 1 }, { host });
  const session = headers['mcp-session-id'];
  if (typeof session === 'string') {
    await probeHttp({
      ...options,
      url: new URL(path, upstream).href,
      method: 'DELETE',
      headers: { host, 'mcp-session-id': session },
    });
  }
  return status;
}

/** The Host that a program on the app's machine sends. */
function ownHost(upstream: URL): string {
  const host = withoutBrackets(upstream.hostname);
  return `${isLoopbackName(host) ? 'localhost' : withBrackets(host)}:${portOf(upstream)}`;
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? { 'http:': 80, 'https:': 443 }[protocol]! : Number(port);
}
