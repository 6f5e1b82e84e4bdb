import { fieldOf } from '../../local-response.ts';
import { mayActFrom } from '../../cors.ts';
import { outerPrefix } from '../../outer-prefix.ts';
import type { EdgeRequest } from '../../request.ts';

/** The host and port in the visitor's address bar. */
export function publicAuthority({ head, visitor }: EdgeRequest): string {
  const forwarded = visitor.proxied ? fieldOf(head.fields, 'x-forwarded-host') : undefined;
  return (forwarded !== undefined && /^[\w.:[\]-]+$/.test(forwarded) ? forwarded : head.host).toLowerCase();
}

/** The path in the visitor's address bar for a path of ours: a proxy in front may have removed a prefix. */
export function publicPath({ head, visitor }: EdgeRequest, path: string): string {
  return outerPrefix(head.fields, visitor.proxied) + path;
}

/** @param path with its query. */
export function urlOf(request: EdgeRequest, path: string): string {
  return `https://${publicAuthority(request)}${publicPath(request, path)}`;
}

/**
 * Whether a page of another origin may have caused the request. Cookies with SameSite=Lax also come with the requests of a sibling
 * subdomain, and apps without log-in do not look at Origin. Origins to which `cors` lends the visitor's credentials may.
 */
export function isFromElsewhere(request: EdgeRequest): boolean {
  const { fields } = request.head;
  const sender = fieldOf(fields, 'origin');
  if (sender !== undefined && request.route?.cors && mayActFrom(request.route.cors, sender)) return false;
  const site = fieldOf(fields, 'sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return sender !== undefined && sender.toLowerCase() !== `https://${publicAuthority(request)}`;
}

/** The visitor opens a page in a tab of the browser; a redirect to the provider shows it there. */
export function isPageVisit({ head }: EdgeRequest): boolean {
  const { method, fields, upgrade } = head;
  if ((method !== 'GET' && method !== 'HEAD') || upgrade !== undefined) return false;
  if (!acceptsPages(fields) || fieldOf(fields, 'sec-purpose') !== undefined) return false;
  return (
    (fieldOf(fields, 'sec-fetch-mode') ?? 'navigate') === 'navigate' &&
    (fieldOf(fields, 'sec-fetch-dest') ?? 'document') === 'document'
  );
}

export function acceptsPages(fields: EdgeRequest['head']['fields']): boolean {
  return (fieldOf(fields, 'accept') ?? '').includes('text/html');
}
