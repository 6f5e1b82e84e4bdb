import type { AppFacts } from '../../apps/examine.ts';
import { appsError, appsWords } from '../../apps/messages.ts';
import { profileOf } from '../../apps/profiles.ts';
import type { Route, Site } from '../../config/configuration.ts';
import { type Upstream, upstreamText } from '../../config/upstream.ts';
import { Fault } from '../../hop/finding.ts';
import { isLoopbackName } from '../../names/host-name.ts';
import type { SeenApps } from './seen-apps.ts';
import type { ServedSites } from './served-sites.ts';

const accessInFile = {
  keys: 'access: { keys: true }',
  network: 'access: { allow: [192.168.0.0/16] }',
  everyone: 'access: { allow: [0.0.0.0/0, "::/0"] }',
};
const accessInArguments = {
  keys: '--access-keys',
  network: '--allow 192.168.0.0/16',
  everyone: '--allow 0.0.0.0/0 ::/0',
};

/** Warns of apps that everyone can use, and of unknown ones that refuse their visitors' Host. */
export function appFindings({ configuration, plan }: ServedSites, seen: SeenApps): Fault[] {
  const isPublished = plan.listeners.some(({ address }) => !isLoopbackName(address));
  const isFile = configuration.file !== undefined;
  const all = configuration.sites.flatMap((site) =>
    site.routes.flatMap((route) =>
      route.upstreams.flatMap((upstream, index) => {
        const facts = seen.at(upstream);
        return [
          refusalOf(route, upstream, facts, isFile) ?? [],
          (isPublished && index === 0 && openOf(site, route, upstream, facts, isFile)) || [],
        ].flat();
      }),
    ),
  );
  return [...new Map(all.map((fault) => [JSON.stringify([fault.code, fault.params]), fault])).values()];
}

function refusalOf(
  { app, hostHeader }: Route,
  upstream: Upstream,
  facts: AppFacts | undefined,
  isFile: boolean,
): Fault | undefined {
  if (!facts?.refusal || app !== undefined || hostHeader !== undefined) return undefined;
  if (facts.app?.upstreamHost !== undefined) return undefined; // it gets its own
  const { host, status, accepted } = facts.refusal;
  const setting = appsWords(isFile ? 'apps.host-setting.file' : 'apps.host-setting.arguments', { accepted });
  const error = appsError('apps.refuses-host', { upstream: upstreamText(upstream), host, status, accepted, setting });
  return new Fault('warning', error, { hop: { from: { role: 'edge' }, to: endpoint(upstream) } });
}

function openOf(
  { hosts, clientCertificates }: Site,
  route: Route,
  upstream: Upstream,
  facts: AppFacts | undefined,
  isFile: boolean,
): Fault | undefined {
  if (route.access || clientCertificates?.optional === false) return undefined;
  const chosen = route.app === undefined ? undefined : profileOf(route.app);
  const app = chosen ?? facts?.app;
  const hasLogIn = facts ? facts.hasLogIn : app?.login === 'none' ? false : undefined;
  if (!app || hasLogIn !== false) return undefined;
  const host = hosts.find((one) => !isLoopbackName(one));
  if (host === undefined) return undefined;
  const setting = isFile ? accessInFile : accessInArguments;
  const error = appsError('apps.without-log-in', {
    title: app.title,
    host,
    upstream: upstreamText(upstream),
    keys: appsWords(isFile ? 'apps.access.file' : 'apps.access.arguments', { keys: setting.keys }),
    network: setting.network,
    everyone: setting.everyone,
  });
  return new Fault('warning', error, { hop: { from: { role: 'visitor' }, to: { host } } });
}

function endpoint({ host, port, socketPath }: Upstream): { host: string; port: number; socketPath?: string } {
  return { host, port, ...(socketPath !== undefined && { socketPath }) };
}
