import { digestOf, isKey } from '../../access/key.ts';
import { clientKey } from '../admission.ts';
import type { EdgeContext } from '../connection.ts';
import type { Fields } from '../http1/head.ts';
import type { EdgeKey } from '../notices.ts';
import { type EdgeRequest, refusal } from '../request.ts';
import { hostName } from '../routing.ts';
import type { EdgeSite } from '../snapshot.ts';
import type { Identity } from './identity.ts';
import type { Outcome, Way } from './way.ts';

/** Wrong keys from one address. They cost little, so this only bounds what a guesser adds to the access log and the load. */
const wrongKeyRate = { count: 30, periodMs: 60_000 };

/** Fields in which clients send a key, besides Authorization: those of Anthropic, Azure and Google. */
const keyFields = ['x-api-key', 'api-key', 'x-goog-api-key'] as const;
/**
 * As OpenAI's realtime API: a script on a page can send no header fields for a WebSocket but this one. A query would be in
 * histories and logs.
 */
const protocolPrefix = 'openai-insecure-api-key.';
const protocolField = 'sec-websocket-protocol';

/** Identifies by an access key. @param admitted names of keys; true: all. */
export function keysWay(admitted: true | readonly string[], site: EdgeSite): Way {
  const names = admitted === true ? undefined : new Set(admitted);
  return {
    identify(request, context) {
      const found = takeKey(request.head.fields);
      if (!found) return undefined;
      const key = context.keys().get(digestOf(found.text));
      if (!key) return wrongKey(request, context);
      const nowMs = Date.now();
      if (key.expiresMs !== undefined && key.expiresMs <= nowMs)
        return refused(request, 401, 'edge.access-key-expired');
      if ((names && !names.has(key.name)) || !opens(key, site, request))
        return refused(request, 403, 'edge.access-key-elsewhere');
      const waitMs = key.rate ? context.limitCounts.identities.take(`key ${key.digest}`, key.rate) : 0;
      if (waitMs > 0) return refused(request, 429, 'edge.access-key-rate', waitMs);
      context.noteKeyUse(key.digest, nowMs);
      return { identity: identityOf(key, found) };
    },
    challenge: (request) => refusal(request, 401, 'edge.access-key-needed', bearer(401, '')),
  };
}

/** RFC 6750 §3. */
function bearer(status: 401 | 403, error?: string): string[] {
  const reason = error ?? (status === 403 ? 'insufficient_scope' : 'invalid_token');
  return ['WWW-Authenticate', `Bearer realm="everyhop"${reason === '' ? '' : `, error="${reason}"`}`];
}

/** Only with a wrong key does an address wait: a right one is admitted however many wrong ones came from there. */
function wrongKey(request: EdgeRequest, context: EdgeContext): Outcome {
  const waitMs = context.limitCounts.addresses.take(`wrong-key ${clientKey(request.visitor.address)}`, wrongKeyRate);
  if (waitMs > 0) return refused(request, 429, 'edge.access-key-guesses', waitMs);
  return refused(request, 401, 'edge.access-key-wrong');
}

function refused(request: EdgeRequest, status: 401 | 403 | 429, error: string, waitMs = 0): Outcome {
  const fields = status === 429 ? ['Retry-After', String(Math.ceil(waitMs / 1000))] : bearer(status);
  return { refused: error, answer: refusal(request, status, error, fields) };
}

/** A key for one name of a wildcard site opens that name alone. */
function opens({ sites }: EdgeKey, { hosts }: EdgeSite, { head }: EdgeRequest): boolean {
  if (sites.length === 0) return true;
  return hosts.some((host) => sites.includes(host)) || sites.includes(hostName(head.host));
}

interface FoundKey {
  text: string;
  /** Names, in lower case, of the fields that hold nothing but keys. */
  consumed: readonly string[];
  /** The client offers no WebSocket protocol but its key. */
  isOnlyProtocol: boolean;
}

const inAuthorization: readonly string[] = ['authorization'];

/** The key of a request; undefined without one. Removes it from a field with other WebSocket protocols. */
function takeKey(fields: Fields): FoundKey | undefined {
  let text: string | undefined;
  let consumed: readonly string[] = [];
  let isOnlyProtocol = false;
  for (let at = 1; at < fields.length; at += 3) {
    const lower = fields[at]!;
    const found = keyIn(lower, fields[at + 1]!);
    if (found === undefined) continue;
    text ??= found;
    if (lower === protocolField) {
      if (!holdsKeysAlone(fields, at)) continue;
      isOnlyProtocol = true;
    }
    consumed = consumed.length === 0 && lower === 'authorization' ? inAuthorization : [...consumed, lower];
  }
  return text === undefined ? undefined : { text, consumed, isOnlyProtocol };
}

function keyIn(lower: string, value: string): string | undefined {
  if (lower === 'authorization') {
    const text = /^bearer +(\S+)$/i.exec(value)?.[1];
    return text !== undefined && isKey(text) ? text : undefined;
  }
  if (lower === protocolField) return protocolsOf(value).find(isKeyProtocol)?.slice(protocolPrefix.length);
  return (keyFields as readonly string[]).includes(lower) && isKey(value) ? value : undefined;
}

function protocolsOf(value: string): string[] {
  return value.split(',').map((one) => one.trim());
}

function isKeyProtocol(protocol: string): boolean {
  return protocol.startsWith(protocolPrefix) && isKey(protocol.slice(protocolPrefix.length));
}

/** Whether a field offers no WebSocket protocols but keys; if it does, the keys are removed. */
function holdsKeysAlone(fields: Fields, at: number): boolean {
  const others = protocolsOf(fields[at + 1]!).filter((protocol) => !isKeyProtocol(protocol));
  if (others.length > 0) fields[at + 1] = others.join(', ');
  return others.length === 0;
}

/** Of keys in the usual place, one each. */
const identities = new WeakMap<EdgeKey, Identity>();

function identityOf(key: EdgeKey, { text, consumed, isOnlyProtocol }: FoundKey): Identity {
  if (consumed === inAuthorization) {
    let identity = identities.get(key);
    if (!identity) identities.set(key, (identity = makeIdentity(key, consumed)));
    return identity;
  }
  const identity = makeIdentity(key, consumed);
  // A browser gives up if the server chooses none of the protocols that it offered.
  return isOnlyProtocol ? { ...identity, responseFields: ['Sec-WebSocket-Protocol', protocolPrefix + text] } : identity;
}

function makeIdentity({ name, digest }: EdgeKey, consumed: readonly string[]): Identity {
  return { way: 'key', name, digest, fields: [], consumed };
}

/** Removes keys from a request that needs none, so that the app does not get them. */
export function dropKeys(fields: Fields): void {
  const consumed = takeKey(fields)?.consumed;
  if (!consumed) return;
  for (let at = fields.length - 2; at >= 1; at -= 3) if (consumed.includes(fields[at]!)) fields.splice(at - 1, 3);
}
