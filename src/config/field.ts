import type { Reading } from './reading.ts';

/** Header fields that a configuration may change: names (RFC 9110 §5.1) and values. */

export type Direction = 'request' | 'response';

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const longestValue = 8192;

/** They concern one connection, or say where a message ends or how it is encoded. */
const ofConnection = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Everyhop sets them in requests; apps believe them. */
const ofEdge = /^(?:forwarded|x-forwarded-.*|x-real-ip|x-request-id|cdn-loop|client-cert|client-cert-chain|x-ssl-.*)$/;

const settings: Record<Direction, Record<string, string>> = {
  request: { host: 'host_header' },
  response: { 'strict-transport-security': 'hsts' },
};

/** The name of a field that may be set, added or removed. */
export function readFieldName(name: string, direction: Direction): Reading<string> {
  if (!token.test(name)) return { problem: 'config.bad-field-name' };
  // Apps read any other character as a hyphen.
  const lower = name.toLowerCase().replace(/[^a-z0-9]/g, '-');
  const setting = settings[direction][lower];
  if (setting !== undefined) return { problem: 'config.field-has-setting', params: { name, setting } };
  if (ofConnection.has(lower) || lower.startsWith('sec-websocket-'))
    return { problem: 'config.field-of-connection', params: { name } };
  if (direction === 'request' && ofEdge.test(lower)) return { problem: 'config.field-of-edge', params: { name } };
  return { value: name };
}

/** What `{…}` in a value may name. */
const placeholders = ['client', 'host', 'user'] as const;

/** ASCII without control characters: anything else could end the field, or be read in different encodings. */
export function readFieldValue(text: string): Reading<string> {
  const value = text.replace(/^[ \t]+|[ \t]+$/g, '');
  if (!/^[\t\x20-\x7e]*$/.test(value) || value.length > longestValue) return { problem: 'config.bad-field-value' };
  for (const [written, name] of value.matchAll(/\{([a-z_-]+)\}/g)) {
    if (!(placeholders as readonly string[]).includes(name!))
      return { problem: 'config.unknown-placeholder', params: { written, known: placeholderList } };
  }
  return { value };
}

const placeholderList = placeholders.map((name) => `{${name}}`).join(', ');

const credentials = new Set([
  'authorization',
  'cookie',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-auth-token',
  'x-access-token',
]);

/** True for a field whose value is a secret, which does not belong in `everyhop.yaml`. */
export function isSecretField(name: string): boolean {
  return credentials.has(name.toLowerCase());
}
