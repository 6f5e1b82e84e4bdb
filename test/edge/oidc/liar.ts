/** A provider that lies: everything that it says is the test's choice. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { authority } from '../edge.ts';

type Json = Record<string, unknown>;

export interface Lies {
  /** Changes to its description. */
  metadata?: Json;
  /** Instead of its description. */
  discovery?: (response: ServerResponse) => void;
  /** Changes to the claims of the ID token. */
  claims?: Json;
  /** Changes to the header of the ID token. */
  header?: Json;
  /** Signs it instead of the provider's key: `hmac` is the secret of the client, `none` leaves the signature empty. */
  key?: KeyObject | 'hmac' | 'none';
  /** Instead of its keys. */
  keys?: (response: ServerResponse) => void;
  /** Instead of the answer with the tokens. */
  token?: (response: ServerResponse) => void;
  userinfo?: Json;
}

export const clientSecret = 'the secret of the client';

export interface Liar {
  issuer: string;
  /** Replaces its lies. */
  say(lies: Lies): void;
  /** The nonce for the next ID token. */
  nonce: string;
  requests: string[];
}

export const strangersKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

export async function startLiar(t: TestContext): Promise<Liar> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const certificate = await authority.issue(['127.0.0.1']);
  let lies: Lies = {};
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url!.split('?')[0]!;
    liar.requests.push(path);
    const { issuer } = liar;
    if (path.endsWith('/openid-configuration')) {
      if (lies.discovery) return lies.discovery(response);
      return json(response, {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['RS256', 'none', 'HS256'],
        ...lies.metadata,
      });
    }
    if (path === '/keys') {
      if (lies.keys) return lies.keys(response);
      return json(response, { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'own', use: 'sig' }] });
    }
    if (path === '/userinfo') return json(response, { sub: 'ann', ...lies.userinfo });
    if (path !== '/token') return void response.writeHead(404).end();
    if (lies.token) return lies.token(response);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      sub: 'ann',
      aud: 'everyhop',
      iat: now,
      exp: now + 300,
      nonce: liar.nonce,
      email: 'ann@example.com',
      email_verified: true,
      groups: ['staff'],
      ...lies.claims,
    };
    const parts = [{ alg: 'RS256', kid: 'own', ...lies.header }, claims];
    const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const key = lies.key ?? own.privateKey;
    return json(response, {
      access_token: 'x',
      token_type: 'Bearer',
      id_token: `${signed}.${signatureOf(signed, key)}`,
    });
  };
  const server = createServer({ cert: certificate.chainPem, key: certificate.keyPem.reveal() }, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const liar: Liar = {
    issuer: `https://127.0.0.1:${port}`,
    say: (said) => (lies = said),
    nonce: '',
    requests: [],
  };
  return liar;
}

function signatureOf(signed: string, key: KeyObject | 'hmac' | 'none'): string {
  if (key === 'none') return '';
  if (key === 'hmac') return createHmac('sha256', clientSecret).update(signed).digest('base64url');
  return sign('sha256', Buffer.from(signed), key).toString('base64url');
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}
