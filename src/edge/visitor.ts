import { canonicalAddress, withoutBrackets } from '../names/address.ts';
import { addressMatcher } from '../names/address-matcher.ts';
import type { ConnectionFacts, Origin } from './connection.ts';
import type { Fields } from './http1/head.ts';
import { fieldOf } from './local-response.ts';
import type { EdgeSnapshot } from './snapshot.ts';

/** The client for whom a request is made: the peer of the connection, or what a trusted proxy says about its own. */
export interface Visitor {
  address: string;
  /** The scheme in the visitor's address bar. */
  scheme: 'http' | 'https';
  /** The peer is a trusted proxy. */
  proxied: boolean;
  /** It said which scheme the visitor used. */
  saysScheme: boolean;
}

/** Fields about the client that proxies and CDNs set, besides `X-Forwarded-*`. Apps believe them from any sender. */
export const proxyFields = [
  'ali-cdn-real-ip',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-ipcountry',
  'cf-pseudo-ipv4',
  'cf-visitor',
  'client-ip',
  'cloudfront-forwarded-proto',
  'cloudfront-viewer-address',
  'do-connecting-ip',
  'fastly-client-ip',
  'fastly-ssl',
  'fly-client-ip',
  'front-end-https',
  'true-client-ip',
  'x-appengine-remote-addr',
  'x-appengine-user-ip',
  'x-arr-ssl',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-nf-client-connection-ip',
  'x-original-forwarded-for',
  'x-originating-ip',
  'x-proxyuser-ip',
  'x-real-port',
  'x-real-scheme',
  'x-remote-addr',
  'x-remote-ip',
  'x-scheme',
  'x-script-name',
  'x-url-scheme',
  'x-vercel-forwarded-for',
] as const;

const matchers = new WeakMap<EdgeSnapshot, (address: string) => boolean>();

export function isTrustedProxy(snapshot: EdgeSnapshot, address: string): boolean {
  if (snapshot.trustedProxies.length === 0) return false;
  let matches = matchers.get(snapshot);
  if (!matches) matchers.set(snapshot, (matches = addressMatcher(snapshot.trustedProxies)));
  return matches(address);
}

/** A trusted proxy sends the requests of this connection, and its fields about the visitor count. */
export function isFromProxy(snapshot: EdgeSnapshot, { remoteAddress, isAnonymous }: Origin): boolean {
  return isAnonymous !== true && isTrustedProxy(snapshot, remoteAddress);
}

export function directVisitor(facts: ConnectionFacts): Visitor {
  return { address: facts.remoteAddress, scheme: schemeAt(facts), proxied: false, saysScheme: false };
}

/** The scheme of the connection, or of the one that a proxy has ended and passed on. */
export function schemeAt({ secure, overTls }: ConnectionFacts): Visitor['scheme'] {
  return secure || overTls === true ? 'https' : 'http';
}

/** Reads a trusted proxy's fields. undefined: the peer is not one, so the visitor is the peer. */
export function proxiedVisitor(snapshot: EdgeSnapshot, facts: ConnectionFacts, fields: Fields): Visitor | undefined {
  if (!isFromProxy(snapshot, facts)) return undefined;
  const scheme = schemeOf(fields);
  return {
    address: lastUntrusted(snapshot, chainOf(fields)) ?? facts.remoteAddress,
    scheme: scheme ?? schemeAt(facts),
    proxied: true,
    saysScheme: scheme !== undefined,
  };
}

/** The addresses that the proxies have seen, the visitor's first. */
function chainOf(fields: Fields): string[] {
  const chain = listOf(fields, 'x-forwarded-for');
  if (chain.length > 0) return chain;
  const elements = listOf(fields, 'forwarded');
  if (elements.length > 0) return elements.map((element) => parameterOf(element, 'for') ?? '');
  return listOf(fields, 'x-real-ip');
}

/** Anybody could have written the addresses before the last untrusted one. */
function lastUntrusted(snapshot: EdgeSnapshot, chain: readonly string[]): string | undefined {
  let last: string | undefined;
  for (const written of chain.toReversed()) {
    const address = addressOf(written);
    if (address === undefined) return last;
    last = address;
    if (!isTrustedProxy(snapshot, address)) return last;
  }
  return last;
}

/** An address, perhaps with a port or in quotes, as proxies write it. */
function addressOf(written: string): string | undefined {
  const bare = written.replace(/^"(.*)"$/, '$1');
  const match = /^(\[[^\]]*\]|[\d.]+)(?::\d*)?$/.exec(bare);
  const address = canonicalAddress(withoutBrackets(match ? match[1]! : bare));
  return address?.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
}

function schemeOf(fields: Fields): Visitor['scheme'] | undefined {
  const first = (value: string | undefined): Visitor['scheme'] | undefined => {
    const scheme = value?.toLowerCase();
    if (scheme === 'https' || scheme === 'wss') return 'https';
    return scheme === 'http' || scheme === 'ws' ? 'http' : undefined;
  };
  // Of a list, the first: the visitor spoke to that proxy.
  const said =
    first(listOf(fields, 'x-forwarded-proto')[0]) ??
    first(parameterOf(listOf(fields, 'forwarded')[0] ?? '', 'proto')) ??
    first(fieldOf(fields, 'x-forwarded-scheme')) ??
    first(fieldOf(fields, 'x-url-scheme'));
  if (said !== undefined) return said;
  const isOn = ['x-forwarded-ssl', 'front-end-https'].some((name) => fieldOf(fields, name)?.toLowerCase() === 'on');
  return isOn ? 'https' : undefined;
}

/** The members of all fields of this name. */
function listOf(fields: Fields, lower: string): string[] {
  const members: string[] = [];
  for (let at = 1; at < fields.length; at += 3) {
    if (fields[at] === lower) members.push(...fields[at + 1]!.split(',').map((member) => member.trim()));
  }
  return members.filter((member) => member !== '');
}

/** A parameter of an element of Forwarded (RFC 7239 §4). */
function parameterOf(element: string, name: string): string | undefined {
  for (const pair of element.split(';')) {
    const equals = pair.indexOf('=');
    if (pair.slice(0, equals).trim().toLowerCase() === name)
      return pair
        .slice(equals + 1)
        .trim()
        .replaceAll('"', '');
  }
  return undefined;
}
