import { anyApp, type AppProfile, profileOf, profiles } from '../../apps/profiles.ts';
import { findExposure } from '../../apps/exposure.ts';
import { recognise } from '../../apps/recognise.ts';
import { listOf } from '../../base/messages.ts';
import type { Fault } from '../../hop/finding.ts';
import { nginxError } from '../../nginx/messages.ts';
import { matchesName } from '../../nginx/servers.ts';
import { type OpenedNginx, upstreamsOf } from '../../nginx/sites.ts';
import { probeHttp } from '../../probe/http.ts';
import { clock } from '../system.ts';

/** The app behind a site, and how sure that is. */
export interface AppChoice {
  /** Undefined for a site without an app. */
  app: AppProfile | undefined;
  /** Found by its responses, or named by the user. */
  isKnown: boolean;
  /** The app refuses the visitor's Host, or did not answer. */
  keepsHost: boolean;
  /** Apps that also answer at other addresses of this machine, without HTTPS. */
  exposures: Fault[];
}

/**
 * Chooses the profile of a site: the user's choice, or the recognised app, or the settings for any app if nginx passes
 * requests on.
 * @param id of a profile, or `none`. Undefined to detect the app.
 * @throws EveryhopError `nginx.unknown-app`.
 */
export async function chooseApp(
  id: string | undefined,
  names: readonly string[],
  { serversOf, configuration }: OpenedNginx,
): Promise<AppChoice> {
  const own = serversOf(configuration).filter((server) => names.some((name) => matchesName(server, name)));
  const passes = own.map(upstreamsOf);
  const upstreams = passes.flatMap(({ urls }) => urls).slice(0, 8);
  const found = await Promise.all(upstreams.map((upstream) => findExposure(upstream, { clock })));
  const exposures = found.filter((one) => one !== undefined);
  const known = (app: AppProfile | undefined): AppChoice => ({ app, isKnown: true, keepsHost: false, exposures });
  if (id !== undefined) return known(id === 'none' ? undefined : profileNamed(id));
  for (const upstream of upstreams) {
    const app = await recognise(upstream, { clock });
    if (app) return known(app);
  }
  if (passes.every(({ count }) => count === 0)) return known(undefined);
  const accepted = await Promise.all(upstreams.map((upstream) => acceptsHost(upstream, names[0]!)));
  const isSure = passes.every(({ urls, count }) => urls.length === count);
  return { app: anyApp, isKnown: false, keepsHost: !isSure || accepted.includes(false), exposures };
}

/** @throws EveryhopError `nginx.unknown-app`. */
export function profileNamed(id: string): AppProfile {
  const found = profileOf(id);
  if (found) return found;
  const known = listOf([...profiles, anyApp].map((profile) => profile.id));
  throw nginxError('nginx.unknown-app', { app: id, known });
}

/**
 * Model servers on loopback, development servers and MCP servers refuse an unknown Host. False also if the app does not
 * answer: it may refuse it later.
 */
async function acceptsHost(upstream: URL, name: string): Promise<boolean> {
  const ask = (headers: Record<string, string>): Promise<number | undefined> =>
    probeHttp({ url: upstream.href, clock, timeoutMs: 3_000, headers }).then(({ status }) => status);
  const [usual, ours] = [await ask({}), await ask({ host: name.replace(/^\*\./, 'everyhop-proof.') })];
  return usual !== undefined && ours !== undefined && (ours < 400 || ours === usual);
}
