/** Paths and hosts in the fields of a response, as the client has to see them. */
import { isAddress } from '../names/address.ts';
import { splitAuthority } from '../names/authority.ts';
import { strippedPrefix, visitorsHost } from './forwarding.ts';
import { outerPrefix } from './outer-prefix.ts';
import { isOwnHost } from './own-host.ts';
import type { EdgeRequest } from './request.ts';
import type { EdgeUpstream } from './snapshot.ts';

/**
 * An app that does not know it is behind HTTPS redirects to http://, or to its own address; one behind `strip_path` does
 * not know its prefix. Another port of the same host is another service.
 */
export function returnedReference(reference: string, request: EdgeRequest): string {
  const absolute = /^(https?):\/\/([^/?#]*)(.*)$/i.exec(reference);
  if (!absolute) return /^\/(?!\/)/.test(reference) ? returnedPath(reference, request) : reference;
  const [, scheme, authority, rest] = absolute as unknown as [string, string, string, string];
  if (!leadsHere(scheme.toLowerCase(), authority.toLowerCase(), request)) return reference;
  return `https://${visitorsHost(request)}${returnedPath(rest, request)}`;
}

/** Whether the app means itself. */
function leadsHere(scheme: string, authority: string, request: EdgeRequest): boolean {
  const { snapshot, upstream } = request.forwarding!;
  const [host, port] = splitAuthority(authority);
  const ports = ['', '80', String(snapshot.httpPort ?? ''), String(snapshot.httpsPort), String(upstream.port)];
  for (const visitors of [visitorsHost(request).toLowerCase(), request.head.host.toLowerCase()]) {
    if (authority === visitors) return true;
    if (scheme === 'http' && host === splitAuthority(visitors)[0] && ports.includes(port)) return true;
  }
  return isApps(upstream, scheme, host, port) || isOwnHost(upstream, host, port);
}

function isApps(upstream: EdgeUpstream, scheme: string, host: string, port: string): boolean {
  const sentPort = port === '' ? { http: 80, https: 443 }[scheme] : Number(port);
  return scheme === upstream.protocol && host === upstream.host && sentPort === upstream.port;
}

/** What is removed from paths before the app sees them. */
function publicPrefix({ head, visitor, forwarding }: EdgeRequest): string {
  return outerPrefix(head.fields, visitor.proxied) + strippedPrefix(forwarding!.route);
}

/** The path under which the client reaches a path of the app. */
function returnedPath(path: string, request: EdgeRequest): string {
  const { route, upstream } = request.forwarding!;
  const prefix = publicPrefix(request);
  const { basePath } = upstream;
  if (prefix === '' && basePath === '') return path;
  let rest = path;
  if (basePath !== '') {
    if (!isUnder(basePath, path)) return path;
    rest = path.slice(basePath.length);
  }
  // The app has read X-Forwarded-Prefix, or has a setting for the prefix.
  if (isUnder(prefix, rest)) return rest;
  const own = strippedPrefix(route);
  if (isUnder(own, rest)) return prefix.slice(0, -own.length) + rest;
  return prefix + (rest.startsWith('/') ? rest : `/${rest}`);
}

function isUnder(prefix: string, path: string): boolean {
  return prefix !== '' && path.startsWith(prefix) && /^(?:[/?#]|$)/.test(path.slice(prefix.length));
}

/** Adds Secure, and moves the domain and the path of the cookie to those of the site and the route. */
export function returnedCookie(cookie: string, request: EdgeRequest): string {
  const { ownHost } = request.forwarding!.upstream;
  const sent = ownHost === undefined ? cookie : withVisitorsDomain(cookie, ownHost, visitorsHost(request));
  const secure = /;\s*secure\s*(;|$)/i.test(sent) ? sent : `${sent}; Secure`;
  // A cookie with this name must have the path / (RFC 6265bis §4.1.3.2).
  if (/^__Host-/i.test(cookie)) return secure;
  return secure.replace(/(;\s*path=)([^;]*)/i, (_, name: string, written: string) => {
    const path = written.trim();
    return name + (path === '/' ? publicPrefix(request) || '/' : returnedPath(path, request));
  });
}

/** Browsers refuse a cookie for another domain. */
function withVisitorsDomain(cookie: string, ownHost: string, visitors: string): string {
  const [own] = splitAuthority(ownHost.toLowerCase());
  const [name] = splitAuthority(visitors);
  return cookie.replace(/;\s*domain=\s*\.?([^;]*)/i, (attribute, domain: string) => {
    if (domain.trim().toLowerCase() !== own) return attribute;
    return isAddress(name) ? '' : `; Domain=${name}`;
  });
}
