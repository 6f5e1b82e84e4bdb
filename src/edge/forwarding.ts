import { addressMatcher } from '../names/cidr.ts';
import type { ConnectionFacts } from './connection.ts';
import type { Fields, RequestHead } from './http1/head.ts';
import type { ResponseHead } from './http1/response-head.ts';
import type { EdgeRequest } from './request.ts';
import type { EdgeRoute, EdgeSnapshot } from './snapshot.ts';
import { Exchange, type ExchangeSink } from './upstream/exchange.ts';

/** Fields about one connection, which are never forwarded (RFC 9110 §7.6.1), and fields that the edge sets. */
const droppedFromRequests = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
  'proxy', // becomes HTTP_PROXY in CGI programs
  'x-request-id',
  'x-real-ip',
  'x-forwarded-ssl',
  'x-forwarded-scheme',
  'x-forwarded-server',
  'x-original-url',
  'x-rewrite-url',
]);
const forwardedNames = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
]);
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

const matchers = new WeakMap<EdgeSnapshot, (address: string) => boolean>();

export function isTrustedProxy(snapshot: EdgeSnapshot, address: string): boolean {
  if (snapshot.trustedProxies.length === 0) return false;
  let matches = matchers.get(snapshot);
  if (!matches) matchers.set(snapshot, (matches = addressMatcher(snapshot.trustedProxies)));
  return matches(address);
}

/** Starts the exchange with the app in `request.forwarding`; the response goes to `sink`. */
export function forward(request: EdgeRequest, sink: ExchangeSink): void {
  const { head } = request;
  request.upstream = new Exchange(
    {
      upstream: request.forwarding!.route.upstream,
      method: head.method,
      head: forwardedRequest(request),
      hasBody: head.framing !== 'none' && head.framing !== 0,
      upgrade: head.upgrade !== undefined,
    },
    sink,
  );
}

/** The request head for the app including the final empty line, as latin1. */
function forwardedRequest({ head, facts, id, forwarding }: EdgeRequest): string {
  const { snapshot, route } = forwarding!;
  const { fields, framing } = head;
  const named = namedByConnection(fields);
  const trusted = isTrustedProxy(snapshot, facts.remoteAddress);
  const sent: Partial<Record<string, string>> = {};
  let text = `${head.method} ${forwardedTarget(head.target, route)} HTTP/1.1\r\nHost: ${head.host}\r\n`;
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    if (droppedFromRequests.has(lower) || named?.has(lower)) continue;
    if (forwardedNames.has(lower)) {
      if (trusted) sent[lower] = sent[lower] === undefined ? fields[at + 2]! : `${sent[lower]}, ${fields[at + 2]!}`;
      continue;
    }
    if (lower.includes('_') && isOurs(lower.replaceAll('_', '-'))) continue; // WSGI and CGI read `_` as `-`
    if (lower === 'content-length' && typeof framing !== 'number') continue;
    text += `${fields[at]}: ${fields[at + 2]}\r\n`;
  }
  text += forwardedFields(head, facts, sent);
  text += `X-Real-IP: ${facts.remoteAddress}\r\nX-Request-Id: ${id}\r\n`;
  if (framing === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  text += head.upgrade === undefined ? '\r\n' : `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n\r\n`;
  return text;
}

function isOurs(lower: string): boolean {
  return forwardedNames.has(lower) || droppedFromRequests.has(lower);
}

/** Sends each field once: uvicorn and Gradio accept only the exact value `https`. Extends a trusted proxy's lists. */
function forwardedFields(head: RequestHead, facts: ConnectionFacts, sent: Partial<Record<string, string>>): string {
  const client = facts.remoteAddress;
  const chain = sent['x-forwarded-for'];
  const proto = oneOf(sent['x-forwarded-proto'], /^https?$/) ?? (facts.secure ? 'https' : 'http');
  const host = oneOf(sent['x-forwarded-host'], /^[\w.:[\]-]+$/) ?? head.host;
  const port = oneOf(sent['x-forwarded-port'], /^\d+$/) ?? String(facts.localPort);
  const node = client.includes(':') ? `"[${client}]"` : client;
  const element = `for=${node};host="${head.host}";proto=${facts.secure ? 'https' : 'http'}`;
  const forwarded = sent['forwarded'] === undefined ? element : `${sent['forwarded']}, ${element}`;
  return (
    `X-Forwarded-For: ${chain === undefined ? client : `${chain}, ${client}`}\r\n` +
    `X-Forwarded-Proto: ${proto}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Port: ${port}\r\n` +
    `Forwarded: ${forwarded}\r\n`
  );
}

function oneOf(value: string | undefined, shape: RegExp): string | undefined {
  return value !== undefined && shape.test(value) ? value : undefined;
}

function forwardedTarget(target: string, route: EdgeRoute): string {
  const stripped = route.stripPath && route.path !== '/' ? target.slice(route.path.replace(/\/$/, '').length) : target;
  const rooted = stripped.startsWith('/') || stripped === '*' ? stripped : `/${stripped}`;
  return route.upstream.basePath === '' ? rooted : `${route.upstream.basePath}${rooted}`;
}

/** The fields that a Connection field lists as hop-by-hop (RFC 9110 §7.6.1). */
function namedByConnection(fields: Fields): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] !== 'connection') continue;
    for (const option of fields[at + 1]!.toLowerCase().split(',')) {
      const name = option.trim();
      // A client that lists these is trying to hide them from the app, or to change where the message ends.
      if (name === '' || name === 'host' || name === 'content-length') continue;
      (named ??= new Set()).add(name);
    }
  }
  return named;
}

/** The response fields for the client, without framing and hop-by-hop fields. Names and values alternate. */
export function returnedFields(request: EdgeRequest, response: ResponseHead): string[] {
  const { facts } = request;
  const { site } = request.forwarding!;
  const named = namedByConnection(response.fields);
  const result: string[] = [];
  const hsts = facts.secure ? site.hstsMaxAgeSeconds : undefined;
  const { fields } = response;
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    let value = fields[at + 2]!;
    if (droppedFromResponses.has(lower) || named?.has(lower)) continue;
    if (lower === 'content-length' && response.status === 205) continue; // its body is dropped
    if (lower === 'strict-transport-security' && hsts !== undefined) continue;
    if (facts.secure) {
      if (lower === 'location' || lower === 'content-location') value = secureLocation(value, request);
      else if (lower === 'set-cookie' && !/;\s*secure\s*(;|$)/i.test(value)) value += '; Secure';
    }
    result.push(fields[at]!, value);
  }
  if (hsts !== undefined) {
    const preload = site.hsts === 'preload' ? '; includeSubDomains; preload' : '';
    result.push('Strict-Transport-Security', `max-age=${hsts}${preload}`);
  }
  if (facts.secure && site.upgradeInsecureRequests) {
    result.push('Content-Security-Policy', 'upgrade-insecure-requests');
  }
  return result;
}

/**
 * An app that does not know it is behind HTTPS redirects to http://. This replaces an http:// origin with the client's
 * host or the app's address by the client's https:// origin. Another port of the same host is another service.
 */
function secureLocation(location: string, { head, forwarding }: EdgeRequest): string {
  const match = /^http:\/\/([^/?#]*)(.*)$/i.exec(location);
  if (!match) return location;
  const { snapshot, route } = forwarding!;
  const authority = match[1]!.toLowerCase();
  const [host, port] = splitAuthority(authority);
  const [own] = splitAuthority(head.host.toLowerCase());
  const ports = ['', '80', String(snapshot.httpPort ?? ''), String(snapshot.httpsPort), String(route.upstream.port)];
  const isVisitors = authority === head.host.toLowerCase() || (host === own && ports.includes(port));
  const isApps = host === route.upstream.host && port === String(route.upstream.port);
  return isVisitors || isApps ? `https://${head.host}${match[2]}` : location;
}

function splitAuthority(authority: string): [host: string, port: string] {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(authority);
  return match ? [match[1]!.replace(/^\[|\]$/g, ''), match[2] ?? ''] : [authority, ''];
}
