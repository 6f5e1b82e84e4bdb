/** An edge with log-in at the test provider. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { EdgeOidc } from '../../../src/edge/access/oidc/settings.ts';
import type { EdgeSite } from '../../../src/edge/snapshot.ts';
import { type Accounts, startProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { testRandom } from '../../support/seed.ts';
import { type Edge, freePort, route, site, startEdge, upstreamAt } from '../edge.ts';

export const accounts: Accounts = {
  ann: { email: 'Ann@Example.com', email_verified: true, preferred_username: 'ann', groups: ['staff', 'chat'] },
  bob: { email: 'bob@elsewhere.test', email_verified: true, groups: 'staff' },
  eve: { email: 'ann@example.com', email_verified: false },
  张伟: { preferred_username: '张伟', groups: ['研发'] },
};

export const cookieKey = (): string => testRandom.bytes(32).toString('base64');

/** What the app got. */
export interface Mirrored {
  url: string;
  headers: Record<string, string>;
}

/** An app that answers with the head that it got, as JSON. */
export async function startMirror(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

export interface LogInEdge {
  edge: Edge;
  provider: TestProvider;
  settings: EdgeOidc;
  /** Without slash at the end. */
  url: string;
  app: number;
}

/** One site, `chat.test`, whose only route asks for a log-in. */
export async function startLogIn(
  t: TestContext,
  more: Partial<EdgeOidc> = {},
  change: (site: EdgeSite, settings: EdgeOidc, app: number) => EdgeSite[] = (one) => [one],
): Promise<LogInEdge> {
  const app = await startMirror(t);
  const httpsPort = await freePort();
  const url = `https://chat.test:${httpsPort}`;
  const hosts = ['chat.test', 'other.test', 'id.chat.test'];
  const provider = await startProvider(t, {
    accounts,
    redirectUris: hosts.map((host) => `https://${host}:${httpsPort}/everyhop/callback`),
    postLogoutRedirectUris: [`${url}/everyhop/logout`],
  });
  const settings: EdgeOidc = {
    issuer: provider.issuer,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    rootsPem: provider.rootPem,
    allow: { emails: ['ann@example.com'], domains: [], groups: [] },
    groupsClaim: 'groups',
    sessionMs: 12 * 60 * 60 * 1000,
    cookieKeys: [cookieKey()],
    ...more,
  };
  const one = site(['chat.test'], [route(upstreamAt(app), { access: { oidc: settings } })]);
  const listeners = [{ address: '127.0.0.1', port: httpsPort, secure: true }];
  const edge = await startEdge(t, change(one, settings, app), { listeners, httpsPort, httpPort: undefined });
  return { edge, provider, settings, url, app };
}
