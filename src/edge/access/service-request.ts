import { namedByConnection } from '../forwarding.ts';
import { loopMarker } from '../loop.ts';
import type { EdgeRequest } from '../request.ts';
import { canonical, isReserved, kindOf } from '../request-fields.ts';
import type { EdgeForwardAuth, EdgeSnapshot } from '../snapshot.ts';
import { withBrackets } from '../../names/address.ts';

/** They concern a body, or an answer that the visitor already has, or the edge says them. */
const omitted = new Set([
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-type',
  'expect',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'trailer',
  'x-original-method',
  'x-original-uri',
]);

/** The URL in the visitor's address bar. */
export function visitedUrl({ head, facts, visitor }: EdgeRequest): string {
  const host = head.host === '' ? withBrackets(facts.localAddress) : head.host;
  return `${visitor.scheme}://${host}${head.target.startsWith('/') ? head.target : '/'}`;
}

/** The head of the question to a service that decides on a request, as latin1: nginx's `auth_request` and Traefik's ForwardAuth. */
export function serviceRequest(request: EdgeRequest, service: EdgeForwardAuth, snapshot: EdgeSnapshot): string {
  const { head, id, visitor } = request;
  const { fields } = head;
  const named = namedByConnection(fields);
  let passed = '';
  let text = `GET ${service.target} HTTP/1.1\r\nHost: ${service.authority}\r\n`;
  for (let at = 0; at < fields.length; at += 3) {
    const lower = fields[at + 1]!;
    const kind = kindOf(lower);
    if (kind === 'loop') passed += `${fields[at + 2]}, `;
    const read = canonical(lower);
    if (kind !== undefined || isReserved(lower) || omitted.has(read) || named?.has(lower)) continue;
    if (read.startsWith('sec-websocket-')) continue;
    text += `${fields[at]}: ${fields[at + 2]}\r\n`;
  }
  const about = { method: head.method, url: visitedUrl(request), scheme: visitor.scheme, address: visitor.address };
  return `${text}${factLines(about)}X-Request-Id: ${id}\r\nCDN-Loop: ${passed}${loopMarker(snapshot)}\r\n\r\n`;
}

/** The same about a visitor without credentials who opens the start page of a host. */
export function plainServiceRequest(service: EdgeForwardAuth, host: string): string {
  const about = { method: 'GET', url: `https://${host}/`, scheme: 'https', address: '127.0.0.1' };
  return `GET ${service.target} HTTP/1.1\r\nHost: ${service.authority}\r\nAccept: text/html\r\n${factLines(about)}\r\n`;
}

function factLines(about: { method: string; url: string; scheme: string; address: string }): string {
  const { method, url, scheme, address } = about;
  const [, host, target] = /^\w+:\/\/([^/]*)(.*)$/.exec(url)!;
  return (
    `X-Forwarded-Method: ${method}\r\nX-Forwarded-Proto: ${scheme}\r\nX-Forwarded-Host: ${host}\r\n` +
    `X-Forwarded-Uri: ${target}\r\nX-Forwarded-For: ${address}\r\nX-Real-IP: ${address}\r\n` +
    `X-Original-URL: ${url}\r\nX-Original-Method: ${method}\r\n`
  );
}
