import { Fault, type Finding } from '../hop/finding.ts';
import { withBrackets } from '../names/address.ts';
import { pathOf, type RequestHead } from './http1/head.ts';
import { edgeError, edgeWords } from './messages.ts';

/** The secret that a request over plain HTTP showed to the network before its redirect, the most sensitive first. */
export type ClearTextKind = 'credential' | 'key-in-url' | 'body' | 'cookie';

/** Redirected requests of the same kind. */
export interface ClearTextUse {
  /** The first host of the site. */
  site: string;
  host: string;
  client: string;
  method: string;
  /** Without the query. */
  path: string;
  kind: ClearTextKind;
  count: number;
  lastMs: number;
}

/** More kinds of requests than this are not remembered: the oldest goes. */
const usesLimit = 50;
const findingsLimit = 5;
const longestPath = 200;

const credentialNames = new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-auth-token',
  'x-access-token',
]);
const keyInUrl = /[?&](?:access_token|api[-_]?key|key|token|auth|password|secret)=[^&]/i;

/** A key as a WebSocket protocol, as OpenAI's realtime API takes it. */
function isKeyProtocol(lower: string, value: string): boolean {
  return lower === 'sec-websocket-protocol' && value.includes('insecure-api-key.');
}

/** undefined: nothing worth protecting. */
export function clearTextKind({ fields, target, framing }: RequestHead): ClearTextKind | undefined {
  let hasCookie = false;
  for (let at = 1; at < fields.length; at += 3) {
    if (credentialNames.has(fields[at]!) || isKeyProtocol(fields[at]!, fields[at + 1]!)) return 'credential';
    hasCookie ||= fields[at] === 'cookie';
  }
  if (keyInUrl.test(target)) return 'key-in-url';
  if (framing !== 'none' && framing !== 0) return 'body';
  return hasCookie ? 'cookie' : undefined;
}

/** The redirected requests of a worker that should not have come in clear. */
export class ClearTextUses {
  readonly #uses = new Map<string, ClearTextUse>();

  add(head: RequestHead, client: string, kind: ClearTextKind, site: string, nowMs: number): void {
    const path = pathOf(head.target).slice(0, longestPath);
    const key = [client, head.host, head.method, path, kind].join(' ');
    const count = (this.#uses.get(key)?.count ?? 0) + 1;
    this.#uses.delete(key);
    this.#uses.set(key, {
      site,
      host: head.host,
      client,
      method: head.method,
      path,
      kind,
      count,
      lastMs: nowMs,
    });
    if (this.#uses.size > usesLimit) this.#uses.delete(this.#uses.keys().next().value!);
  }

  list(): ClearTextUse[] {
    return [...this.#uses.values()];
  }
}

/** The findings for a site, the latest first. @param uses of all workers. */
export function clearTextFindings(uses: readonly ClearTextUse[], site: string, httpsPort: number): Finding[] {
  const merged = new Map<string, ClearTextUse>();
  for (const use of uses.filter((one) => one.site === site)) {
    const key = [use.client, use.host, use.method, use.path, use.kind].join(' ');
    const { count = 0, lastMs = 0 } = merged.get(key) ?? {};
    merged.set(key, { ...use, count: count + use.count, lastMs: Math.max(lastMs, use.lastMs) });
  }
  const latest = [...merged.values()].toSorted((one, other) => other.lastMs - one.lastMs).slice(0, findingsLimit);
  return latest.map(({ client, host, method, path, kind, count }) => {
    const name = host.replace(/:\d*$/, '') || withBrackets(site);
    const params = {
      client,
      what: edgeWords(`edge.clear-text.${kind}`, {}),
      from: `http://${host}${path}`,
      method,
      count,
      url: `https://${name}${httpsPort === 443 ? '' : `:${httpsPort}`}${path}`,
    };
    return new Fault('warning', edgeError('edge.clear-text', params));
  });
}
