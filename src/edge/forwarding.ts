import { asksIdentity } from './access/asks-identity.ts';
import type { Identity } from './access/identity.ts';
import { withoutOurCookies } from './access/oidc/cookies.ts';
import { logInsOf } from './access/oidc/log-in.ts';
import { CompressionSink } from './compression/sink.ts';
import type { ConnectionFacts } from './connection.ts';
import type { Fields } from './http1/head.ts';
import { changedFields, isChanged } from './header-changes.ts';
import { splitAuthority } from '../names/authority.ts';
import { fieldOf } from './local-response.ts';
import { certificateFields, isCertificateField } from './identity.ts';
import { loopMarker } from './loop.ts';
import { prefixIn } from './outer-prefix.ts';
import { agreeingOrigin } from './own-host.ts';
import { afterPrefix } from './path-views.ts';
import type { EdgeRequest } from './request.ts';
import { canonical, isRequestTrailer, isReserved, kindOf } from './request-fields.ts';
import type { EdgeForwardAuth, EdgeRoute, EdgeUpstream } from './snapshot.ts';
import { Dispatch } from './upstream/dispatch.ts';
import type { Group } from './upstream/group.ts';
import { Exchange, type ExchangeSink } from './upstream/exchange.ts';
import { schemeAt, type Visitor } from './visitor.ts';

/** Starts the exchange with the app in `request.forwarding`; the response goes to `sink`. */
export function forward(request: EdgeRequest, sink: ExchangeSink): void {
  const { head, forwarding } = request;
  const { route, group } = forwarding!;
  const isCompressed = route.compress === true && head.upgrade === undefined && head.minorVersion === 1;
  const compression = isCompressed ? new CompressionSink(sink, head.method, head.fields) : undefined;
  const alternatives = group && dispatchTo(group, request);
  const exchange = new Exchange(
    {
      upstream: forwarding!.upstream,
      method: head.method,
      head: forwardedRequest(request),
      hasBody: head.framing !== 'none' && head.framing !== 0,
      upgrade: head.upgrade !== undefined,
      alternatives,
    },
    compression ?? sink,
  );
  compression?.join(exchange);
  request.upstream = compression ?? exchange;
}

function dispatchTo(group: Group, request: EdgeRequest): Dispatch {
  const forwarding = request.forwarding!;
  const dispatch = new Dispatch(group, request.head.fields, (upstream) => {
    forwarding.upstream = upstream;
    return forwardedRequest(request);
  });
  forwarding.upstream = dispatch.instance.upstream;
  forwarding.dispatch = dispatch;
  return dispatch;
}

/** The request head for the app including the final empty line, as latin1. */
function forwardedRequest(request: EdgeRequest): string {
  const { head, id, visitor } = request;
  const { snapshot, site, route, upstream } = request.forwarding!;
  const { fields, framing } = head;
  const named = namedByConnection(fields);
  const { identity } = request;
  const copied = route.access?.forwardAuth?.copyHeaders && copiedFields(route.access.forwardAuth);
  const changes = route.headers?.request;
  const trusted = visitor.proxied;
  // Where the edge asks who the visitor is, a proxy does not say it.
  const saysIdentity = trusted && !asksIdentity(route.access);
  // Browsers send them to every path of the host.
  const hidesCookies = logInsOf(site) !== null;
  let passed = '';
  const sent: Partial<Record<string, string>> = {};
  let text = `${head.method} ${forwardedTarget(head.target, route, upstream)} HTTP/1.1\r\nHost: ${upstream.ownHost ?? head.host}\r\n`;
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    const kind = kindOf(lower);
    if (named?.has(lower) || (request.facts.clientCertificate !== undefined && isCertificateField(lower))) continue;
    if (identity?.consumed.includes(lower) || copied?.has(canonical(lower))) continue;
    if (changes && isChanged(changes, lower)) continue;
    if (kind !== undefined) {
      const value = fields[at + 2]!;
      if (kind === 'forwarded' && trusted) sent[lower] = sent[lower] === undefined ? value : `${sent[lower]}, ${value}`;
      else if (kind === 'loop') passed += `${value}, `;
      if (!(kind === 'proxy' && saysIdentity) && !(kind === 'length' && typeof framing === 'number')) continue;
    } else if (isReserved(lower)) continue;
    let value = fields[at + 2]!;
    if (lower === 'cookie' && hidesCookies) {
      value = withoutOurCookies(value);
      if (value === '') continue;
    } else if (upstream.ownOrigin !== undefined && (lower === 'origin' || lower === 'referer')) {
      value = agreeingOrigin(value, request, upstream.ownOrigin);
    }
    text += `${fields[at]}: ${value}\r\n`;
  }
  text += forwardedFields(request, sent);
  if (identity) text += identityFieldLines(identity);
  if (changes) text += fieldLines(changedFields(changes, request));
  text += `X-Real-IP: ${visitor.address}\r\nX-Request-Id: ${id}\r\nCDN-Loop: ${passed}${loopMarker(snapshot)}\r\n`;
  if (framing === 'chunked') text += 'Transfer-Encoding: chunked\r\n';
  text += head.upgrade === undefined ? '\r\n' : `Connection: Upgrade\r\nUpgrade: ${head.upgrade}\r\n\r\n`;
  return text;
}

/** Sends each field once: uvicorn and Gradio accept only the exact value `https`. Extends a trusted proxy's lists. */
function forwardedFields(
  { head, facts, visitor, forwarding }: EdgeRequest,
  sent: Partial<Record<string, string>>,
): string {
  const peer = facts.remoteAddress;
  const chain = sent['x-forwarded-for'];
  const host = oneOf(sent['x-forwarded-host'], authorityShape) ?? head.host;
  const port = oneOf(sent['x-forwarded-port'], /^\d+$/) ?? portOf(host, visitor, facts);
  // With a port, it would need quotes, which apps such as code-server take for a part of it; and Host says it already.
  const saidHost = token.test(head.host) || forwarding!.upstream.ownHost !== undefined ? head.host : undefined;
  const elements =
    sent['forwarded'] === undefined
      ? forwardedElement(visitor.address, saidHost, visitor.scheme)
      : `${sent['forwarded']}, ${forwardedElement(peer, saidHost, schemeAt(facts))}`;
  const prefix = prefixIn(sent['x-forwarded-prefix']) + strippedPrefix(forwarding!.route);
  return (
    `X-Forwarded-For: ${chain === undefined ? peer : `${chain}, ${peer}`}\r\n` +
    `X-Forwarded-Proto: ${visitor.scheme}\r\nX-Forwarded-Host: ${host}\r\nX-Forwarded-Port: ${port}\r\n` +
    `Forwarded: ${elements}\r\n${prefix === '' ? '' : `X-Forwarded-Prefix: ${prefix}\r\n`}` +
    (facts.clientCertificate === undefined ? '' : certificateFields(facts.clientCertificate))
  );
}

const copies = new WeakMap<EdgeForwardAuth, Set<string>>();

/** Fields that the service sets: on paths that it does not guard and for visitors with a key, too, the app trusts them. */
function copiedFields(service: EdgeForwardAuth): Set<string> {
  let names = copies.get(service);
  if (!names) copies.set(service, (names = new Set(service.copyHeaders!.map(canonical))));
  return names;
}

function identityFieldLines({ name, fields }: Identity): string {
  // As UTF-8; heads are latin1.
  const first = name === '' ? '' : `X-Forwarded-User: ${Buffer.from(name).toString('latin1')}\r\n`;
  return first + fieldLines(fields);
}

/** @param fields names and values alternate. */
function fieldLines(fields: readonly string[]): string {
  let text = '';
  for (let at = 0; at < fields.length; at += 2) text += `${fields[at]}: ${fields[at + 1]}\r\n`;
  return text;
}

const authorityShape = /^[\w.:[\]-]+$/;

/** The host in the visitor's address bar. */
export function visitorsHost({ head, visitor }: Pick<EdgeRequest, 'head' | 'visitor'>): string {
  const said = visitor.proxied ? fieldOf(head.fields, 'x-forwarded-host') : undefined;
  return oneOf(said, authorityShape) ?? head.host;
}

/** False for a trailer that must not reach the app, since it could pass for a field that this route sets or removes. */
export function isTrailerFor({ route }: EdgeRequest, name: string): boolean {
  const changes = route?.headers?.request;
  return isRequestTrailer(name) && !(changes && isChanged(changes, name.toLowerCase()));
}

/** RFC 9110 §5.6.2, as far as a host has such characters. */
const token = /^[\w.-]+$/;

/** RFC 7239 §4. */
function forwardedElement(address: string, host: string | undefined, scheme: Visitor['scheme']): string {
  const said = host === undefined ? '' : `;host=${token.test(host) ? host : `"${host}"`}`;
  return `for=${address.includes(':') ? `"[${address}]"` : address}${said};proto=${scheme}`;
}

/** The port in the visitor's address bar. A proxy that ends TLS has another than ours. */
function portOf(host: string, { scheme }: Visitor, facts: ConnectionFacts): string {
  if (facts.secure || scheme === 'http') return String(facts.localPort);
  return splitAuthority(host)[1] || '443';
}

function oneOf(value: string | undefined, shape: RegExp): string | undefined {
  return value !== undefined && shape.test(value) ? value : undefined;
}

/** The prefix that the app does not see; '' for none. */
export function strippedPrefix({ stripPath, path }: EdgeRoute): string {
  return stripPath && path !== '/' ? path : '';
}

function forwardedTarget(target: string, route: EdgeRoute, { basePath }: EdgeUpstream): string {
  const path = strippedPrefix(route) === '' ? target : strippedTarget(target, route);
  const rooted = path.startsWith('/') || path === '*' ? path : `/${path}`;
  return basePath === '' ? rooted : `${basePath}${rooted}`;
}

/** Begins with one slash: an app takes `//name` for a host, for example in a redirect. */
function strippedTarget(target: string, route: EdgeRoute): string {
  return afterPrefix(target, route.path).replace(/^[/\\]+/, '/');
}

/** The fields that a Connection field lists as hop-by-hop (RFC 9110 §7.6.1). */
export function namedByConnection(fields: Fields): Set<string> | undefined {
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
