import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { type AccountClaims, type Configuration, Provider } from 'oidc-provider';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { testRandom } from './seed.ts';
import { atEnd } from './up.ts';

/** Claims by the name that the visitor enters; `sub` is that name. */
export type Accounts = Record<string, Omit<AccountClaims, 'sub'>>;

export interface ProviderOptions {
  accounts: Accounts;
  /** Exact, such as `https://chat.test:8443/everyhop/callback`. */
  redirectUris: string[];
  postLogoutRedirectUris?: string[];
  /** The host in its own address. Default 127.0.0.1. */
  host?: string;
  /** Default: any free one. */
  port?: number;
  /** Changes to the configuration of `oidc-provider`. */
  more?: Partial<Configuration>;
}

export interface TestProvider {
  issuer: string;
  port: number;
  clientId: string;
  clientSecret: string;
  /** The root of its HTTPS certificate. */
  rootPem: string;
  /** Requests so far: method and path. */
  requests: string[];
  /** Closes its port, as if it had died; `start` opens it again, with the same keys and sessions. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The certificate authority of every test provider. */
const authority = Authority.open(await openSqlite(':memory:'), { clock: systemClock, random: testRandom, names: [] });

/**
 * A real OpenID provider (npm `oidc-provider`) over HTTPS, with one confidential client. Its page for logging in has the field
 * `login` and no password; consent is taken for granted. Stops at the end of the test.
 */
export async function startProvider(t: TestContext, options: ProviderOptions): Promise<TestProvider> {
  const { accounts, host = '127.0.0.1', more = {} } = options;
  const certificate = await (await authority).issue([host]);
  const requests: string[] = [];
  let handle = (_request: IncomingMessage, response: ServerResponse): unknown => response.writeHead(503).end();
  const server = createServer({ cert: certificate.chainPem, key: certificate.keyPem.reveal() }, (request, response) => {
    requests.push(`${request.method} ${request.url!.split('?')[0]}`);
    void handle(request, response);
  });
  const start = async (port: number): Promise<number> => {
    server.listen(port, host === 'localhost' ? host : '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  const port = await start(options.port ?? 0);
  const issuer = `https://${host}:${port}`;
  const clientId = 'everyhop';
  const clientSecret = testRandom.bytes(24).toString('base64url');

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: options.redirectUris,
        post_logout_redirect_uris: options.postLogoutRedirectUris ?? [],
      },
    ],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['name', 'preferred_username'],
      groups: ['groups'],
    },
    scopes: ['openid', 'email', 'profile', 'groups', 'offline_access'],
    cookies: { keys: [testRandom.bytes(24).toString('base64url')] },
    jwks: { keys: [signingKey()] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    findAccount: (_context, sub) => {
      const claims = accounts[sub];
      return claims && { accountId: sub, claims: () => ({ sub, ...claims }) };
    },
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const known = session!.grantIdFor(client!.clientId);
      if (known !== undefined) return context.oidc.provider.Grant.find(known);
      const grant = new context.oidc.provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
      grant.addOIDCScope('openid email profile groups offline_access');
      await grant.save();
      return grant;
    },
    ...more,
  });
  provider.on('server_error', (_context, error) => t.diagnostic(`oidc-provider: ${error.stack}`));
  const serve = provider.callback();
  handle = async (request, response) => {
    if (!request.url!.startsWith('/interaction/')) return serve(request, response);
    if (request.method !== 'POST') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(loginPage);
    const login = new URLSearchParams(await text(request)).get('login') ?? '';
    const result = Object.hasOwn(accounts, login)
      ? { login: { accountId: login } }
      : { error: 'access_denied', error_description: 'no such account' };
    return provider.interactionFinished(request, response, result);
  };

  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  atEnd(t, stop);
  const rootPem = (await authority).rootPem();
  return {
    issuer,
    port,
    clientId,
    clientSecret,
    rootPem,
    requests,
    stop,
    start: async () => void (await start(port)),
  };
}

const loginPage = `<!doctype html><title>Test provider</title><form method="post"><input name="login" autofocus><button>Log in</button></form>`;

function signingKey(): { kty: 'RSA'; kid: string; use: 'sig'; alg: 'RS256' } & Record<string, string> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = privateKey.export({ format: 'jwk' }) as Record<string, string>;
  return { ...jwk, kty: 'RSA', kid: 'test', use: 'sig', alg: 'RS256' };
}
