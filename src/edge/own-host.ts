import type { AppFacts } from '../apps/examine.ts';
import { anyApp, profileOf, requiredHost } from '../apps/profiles.ts';
import type { Route } from '../config/configuration.ts';
import type { Upstream } from '../config/upstream.ts';
import { splitAuthority } from '../names/authority.ts';
import { fieldOf } from './local-response.ts';
import type { EdgeRequest } from './request.ts';
import type { EdgeUpstream } from './snapshot.ts';

/**
 * The Host and Origin for an app that refuses its visitors' Host.
 * @param seen of the app; undefined: it has not answered yet.
 */
export function ownHost(
  { app: chosen, hostHeader }: Pick<Route, 'app' | 'hostHeader'>,
  { protocol, port }: Pick<Upstream, 'protocol' | 'port'>,
  seen: AppFacts | undefined,
): Pick<EdgeUpstream, 'ownHost' | 'ownOrigin'> {
  const app = chosen === undefined ? seen?.app : profileOf(chosen);
  const needed = chosen !== undefined || seen?.refusal !== undefined;
  const host = hostHeader ?? (app && needed ? requiredHost(app, port) : undefined);
  if (host === undefined) return {};
  // An app that guards its Host most likely compares Origin with it.
  const agrees = !app || app === anyApp || app.origin === true;
  return { ownHost: host, ...(agrees && { ownOrigin: `${protocol}://${host}` }) };
}

/**
 * An Origin or Referer of the site itself becomes one of the app. Those of other sites stay, so that the app can refuse them.
 * @param value of the field.
 */
export function agreeingOrigin(value: string, { head, visitor }: EdgeRequest, ownOrigin: string): string {
  const forwarded = visitor.proxied ? fieldOf(head.fields, 'x-forwarded-host') : undefined;
  for (const host of forwarded === undefined ? [head.host] : [head.host, forwarded]) {
    const origin = `${visitor.scheme}://${visitor.scheme === 'https' ? host.replace(/:443$/, '') : host}`.toLowerCase();
    const rest = value.slice(origin.length);
    if (value.slice(0, origin.length).toLowerCase() === origin && /^(?:[/?#]|$)/.test(rest)) return ownOrigin + rest;
  }
  return value;
}

/** Whether a redirect of the app leads to the host that the edge has sent it. */
export function isOwnHost({ ownHost, port: upstreamPort }: EdgeUpstream, host: string, port: string): boolean {
  if (ownHost === undefined) return false;
  const [name, ownPort] = splitAuthority(ownHost.toLowerCase());
  return host === name && ['', ownPort, String(upstreamPort)].includes(port);
}
