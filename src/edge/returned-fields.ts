import { isAddress } from '../names/address.ts';
import { splitAuthority } from '../names/authority.ts';
import { namedByConnection, strippedPrefix } from './forwarding.ts';
import type { ResponseHead } from './http1/response-head.ts';
import { isOwnHost } from './own-host.ts';
import type { EdgeRequest, Forwarding } from './request.ts';
import type { EdgeUpstream } from './snapshot.ts';

const droppedFromResponses = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'alt-svc', // names a port of the app, not of the edge
]);

/** @param lower a field or trailer name in lower case. */
export function isDroppedFromResponses(lower: string): boolean {
  return droppedFromResponses.has(lower);
}

/** The response fields for the client, without framing and hop-by-hop fields. Names and values alternate. */
export function returnedFields(request: EdgeRequest, response: ResponseHead): string[] {
  const { site, upstream } = request.forwarding!;
  const named = namedByConnection(response.fields);
  const result: string[] = [];
  const hsts = site.hstsMaxAgeSeconds !== undefined && sendsHsts(request) ? site.hstsMaxAgeSeconds : undefined;
  const { fields } = response;
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    let value = fields[at + 2]!;
    if (droppedFromResponses.has(lower) || named?.has(lower)) continue;
    if (lower === 'content-length' && response.status === 205) continue; // its body is dropped
    if (lower === 'strict-transport-security' && (hsts !== undefined || isHstsOurs(request))) continue;
    if (lower === 'location' || lower === 'content-location') value = returnedLocation(value, request);
    else if (lower === 'set-cookie') value = returnedCookie(value, request);
    else if (lower === 'access-control-allow-origin' && upstream.ownOrigin !== undefined)
      value = value.toLowerCase() === upstream.ownOrigin.toLowerCase() ? `https://${request.head.host}` : value;
    result.push(fields[at]!, value);
  }
  if (hsts !== undefined) {
    const preload = site.hsts === 'preload' ? '; includeSubDomains; preload' : '';
    result.push('Strict-Transport-Security', `max-age=${hsts}${preload}`);
  }
  const { identity } = request;
  if (identity?.responseFields) result.push(...identity.responseFields);
  if (site.upgradeInsecureRequests) result.push('Content-Security-Policy', 'upgrade-insecure-requests');
  return result;
}

function sendsHsts({ facts, head, forwarding }: EdgeRequest): boolean {
  if (forwarding!.site.hsts === 'preload') return true;
  // Whether the visitor's HTTPS lasts is up to the proxy that provides it. A published container port may not be 443.
  return facts.secure && ['', '443'].includes(splitAuthority(head.host)[1]);
}

/** With `auto`, the app does not decide either: it does not know its port. */
function isHstsOurs({ facts, forwarding }: EdgeRequest): boolean {
  return facts.secure && forwarding!.site.hsts === 'auto';
}

/**
 * An app that does not know it is behind HTTPS redirects to http://, or to its own address; one behind `strip_path` does
 * not know its prefix. Another port of the same host is another service.
 */
function returnedLocation(location: string, { head, forwarding }: EdgeRequest): string {
  const { snapshot, upstream } = forwarding!;
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(location);
  if (!absolute) return /^\/(?!\/)/.test(location) ? returnedPath(location, forwarding!) : location;
  const [, scheme, sentAuthority, rest] = absolute as unknown as [string, string, string, string];
  const authority = sentAuthority.toLowerCase();
  const [host, port] = splitAuthority(authority);
  const [own] = splitAuthority(head.host.toLowerCase());
  const ports = ['', '80', String(snapshot.httpPort ?? ''), String(snapshot.httpsPort), String(upstream.port)];
  const isVisitors =
    authority === head.host.toLowerCase() || (scheme.toLowerCase() === 'http' && host === own && ports.includes(port));
  const isApp = isApps(upstream, scheme.toLowerCase(), host, port) || isOwnHost(upstream, host, port);
  if (!isVisitors && !isApp) return location;
  return `https://${head.host}${returnedPath(rest, forwarding!)}`;
}

function isApps(upstream: EdgeUpstream, scheme: string, host: string, port: string): boolean {
  const sentPort = port === '' ? { http: 80, https: 443 }[scheme] : Number(port);
  return scheme === upstream.protocol && host === upstream.host && sentPort === upstream.port;
}

/** The path under which the client reaches a path of the app. */
function returnedPath(path: string, { route, upstream }: Forwarding): string {
  const prefix = strippedPrefix(route);
  const { basePath } = upstream;
  if (prefix === '' && basePath === '') return path;
  let rest = path;
  if (basePath !== '') {
    if (!isUnder(basePath, path)) return path;
    rest = path.slice(basePath.length);
  }
  if (prefix !== '' && isUnder(prefix, rest)) return rest; // the app has read X-Forwarded-Prefix
  return prefix + (rest.startsWith('/') ? rest : `/${rest}`);
}

function isUnder(prefix: string, path: string): boolean {
  return path.startsWith(prefix) && /^(?:[/?#]|$)/.test(path.slice(prefix.length));
}

/** Adds Secure, and moves the domain and the path of the cookie to those of the site and the route. */
function returnedCookie(cookie: string, { head, forwarding: given }: EdgeRequest): string {
  const forwarding = given!;
  const { route, upstream } = forwarding;
  const sent = upstream.ownHost === undefined ? cookie : withVisitorsDomain(cookie, upstream.ownHost, head.host);
  const secure = /;\s*secure\s*(;|$)/i.test(sent) ? sent : `${sent}; Secure`;
  // A cookie with this name must have the path / (RFC 6265bis §4.1.3.2).
  if ((strippedPrefix(route) === '' && upstream.basePath === '') || /^__Host-/i.test(cookie)) return secure;
  return secure.replace(/(;\s*path=)([^;]*)/i, (_, name: string, path: string) => {
    return name + (path.trim() === '/' ? strippedPrefix(route) || '/' : returnedPath(path.trim(), forwarding));
  });
}

/** Browsers refuse a cookie for another domain. */
function withVisitorsDomain(cookie: string, ownHost: string, visitorsHost: string): string {
  const [own] = splitAuthority(ownHost.toLowerCase());
  const [name] = splitAuthority(visitorsHost);
  return cookie.replace(/;\s*domain=\s*\.?([^;]*)/i, (attribute, domain: string) => {
    if (domain.trim().toLowerCase() !== own) return attribute;
    return isAddress(name) ? '' : `; Domain=${name}`;
  });
}
