/**
 * `npm run forward-auth`: a chat app behind a real oauth2-proxy with a real OpenID provider, visited by Chromium. Not part of the
 * tests: building oauth2-proxy takes minutes. The contract alone is in test/edge/access/forward-auth.test.ts.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { execute } from '../src/base/process.ts';
import { openPage, startBrowser } from '../test/support/browser.ts';
import { startProvider } from '../test/support/oidc-provider.ts';
import { atEnd, freePorts, startUp, temporaryFolder } from '../test/support/up.ts';
import { oauth2Proxy } from './forward-auth/oauth2-proxy.ts';

const host = 'chat.test';
const page = `<!doctype html><meta charset="utf-8"><title>Chat</title><h1>Chat of USER</h1><p id="sse"></p><p id="ws"></p>
<script>
new EventSource('/stream').onmessage = ({ data }) => (document.querySelector('#sse').textContent += data);
const socket = new WebSocket('wss://' + location.host + '/ws');
socket.onopen = () => socket.send('hello');
socket.onmessage = ({ data }) => (document.querySelector('#ws').textContent = data);
</script>`;

/** A chat app without a log-in, which believes X-Forwarded-User. */
async function startChat(t: TestContext, port: number, seen: IncomingMessage[]): Promise<void> {
  const server = createServer((incoming, response) => {
    // Everyhop's own checks of the app do not come through the edge.
    if (incoming.headers['x-request-id'] !== undefined) seen.push(incoming);
    const user = String(incoming.headers['x-forwarded-user']);
    if (incoming.url !== '/stream') {
      response.setHeader('Content-Type', 'text/html').end(page.replace('USER', user));
      return;
    }
    response.setHeader('Content-Type', 'text/event-stream');
    let tokens = 0;
    const timer = setInterval(() => response.write(`data: ${(tokens += 1)}-\n\n`), 50);
    response.on('close', () => clearInterval(timer));
  });
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket, incoming) => {
    seen.push(incoming);
    const email = String(incoming.headers['x-auth-request-email']);
    socket.on('message', (message: Buffer) => socket.send(`${email}: ${message.toString()}`));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = createConnection(port, '127.0.0.1');
    const isOpen = await new Promise((resolve) =>
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false)),
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('oauth2-proxy: log in by Chromium, chat over SSE and WebSocket, log out', { timeout: 1_200_000 }, async (t) => {
  const program = await oauth2Proxy();
  const folder = await temporaryFolder(t, 'forward-auth');
  const [httpsPort, httpPort, chatPort, proxyPort] = (await freePorts(4)) as [number, number, number, number];
  const url = `https://${host}:${httpsPort}`;
  const provider = await startProvider(t, {
    accounts: { alice: { email: 'alice@example.test', email_verified: true, preferred_username: 'alice' } },
    redirectUris: [`${url}/oauth2/callback`],
  });
  const providerRoot = path.join(folder, 'provider.pem');
  await writeFile(providerRoot, provider.rootPem);
  const seen: IncomingMessage[] = [];
  await startChat(t, chatPort, seen);
  const proxy = spawn(
    program,
    [
      `--http-address=127.0.0.1:${proxyPort}`,
      '--reverse-proxy=true',
      '--provider=oidc',
      `--oidc-issuer-url=${provider.issuer}`,
      `--provider-ca-file=${providerRoot}`,
      `--client-id=${provider.clientId}`,
      `--client-secret=${provider.clientSecret}`,
      '--code-challenge-method=S256',
      '--scope=openid email profile',
      '--email-domain=*',
      `--cookie-secret=${'0123456789abcdef'.repeat(2)}`,
      `--redirect-url=${url}/oauth2/callback`,
      '--set-xauthrequest=true',
      '--upstream=static://202',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const said: string[] = [];
  for (const stream of [proxy.stdout, proxy.stderr]) stream.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  atEnd(t, () => proxy.kill());
  await answers(proxyPort);
  const file = path.join(folder, 'everyhop.yaml');
  await writeFile(
    file,
    `sites:
  - host: ${host}
    access: { forward_auth: http://127.0.0.1:${proxyPort}/oauth2/auth }
    routes:
      - { path: /oauth2, upstream: ${proxyPort}, access: {} }
      - { path: /, upstream: ${chatPort} }
`,
  );
  const up = await startUp(t, ['--config', file], { httpsPort, httpPort });

  const home = path.join(folder, 'home');
  await trust(home, [up.rootFile, providerRoot]);
  const browser = await startBrowser(t, { home, hosts: [host] });
  const { page: tab, requests } = await openPage(browser);
  await tab.goto(`${url}/?model=x`);
  assert.match(tab.url(), /\/oauth2\/sign_in\?rd=%2F%3Fmodel%3Dx/);
  assert.equal(seen.length, 0);
  t.diagnostic(`sent to ${tab.url()}`);
  await tab.getByRole('button', { name: /sign in/i }).click();
  await tab.locator('input[name=login]').fill('alice');
  await tab.locator('input[name=login]').press('Enter');
  await tab.waitForURL(`${url}/?model=x`);
  await tab.getByText('alice@example.test: hello').waitFor();
  await tab.getByText('10-').waitFor();
  assert.match((await tab.textContent('h1'))!, /^Chat of (?:alice|alice@example\.test)$/);
  t.diagnostic(
    `logged in: ${await tab.textContent('h1')}; ${await tab.textContent('#ws')}; SSE ${await tab.textContent('#sse')}`,
  );

  const [cookie] = (await browser.cookies(url)).filter(({ name }) => name.startsWith('_oauth2_proxy'));
  const send = async (
    headers: Record<string, string>,
  ): Promise<{ status: number; body: string; incoming?: IncomingMessage }> => {
    const before = seen.length;
    const asked = request({
      host: '127.0.0.1',
      port: httpsPort,
      servername: host,
      ca: readFileSync(up.rootFile),
      headers: { host: `${host}:${httpsPort}`, ...headers },
      agent: false,
    }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    const body = await text(answer);
    const incoming = seen[before];
    return { status: answer.statusCode!, body, ...(incoming && { incoming }) };
  };
  const forged = {
    'X-Auth-Request-User': 'root',
    'X-Auth-Request-Email': 'root@example.test',
    X_Auth_Request_Email: 'root@example.test',
    'Remote-User': 'root',
    'X-Forwarded-User': 'root',
    'X-Forwarded-Email': 'root@example.test',
  };
  assert.equal((await send(forged)).status, 401, 'forged fields alone');
  const session = await send({ ...forged, Cookie: `${cookie!.name}=${cookie!.value}` });
  assert.equal(session.status, 200);
  assert.equal(session.incoming!.headers['x-auth-request-email'], 'alice@example.test');
  assert.ok(!session.incoming!.rawHeaders.some((value) => value.includes('root')), 'a forged field reached the app');
  const broken = await send({ Cookie: `${cookie!.name}=${cookie!.value.slice(0, -8)}AAAAAAAA` });
  assert.equal(broken.status, 401, 'a changed cookie');
  t.diagnostic('forged fields and a changed cookie: 401; with the session, the app gets none of the forged fields');

  await tab.goto(`${url}/oauth2/sign_out?rd=%2F`);
  await tab.goto(`${url}/`);
  assert.match(tab.url(), /\/oauth2\/sign_in/, 'logged out');
  assert.ok(requests.some((one) => one.startsWith('wss://')));
  t.diagnostic('logged out');

  // As for Traefik: the proxy itself answers with its log-in page.
  const configuration = readFileSync(file, 'utf8');
  await writeFile(file, configuration.replace('/oauth2/auth', '/'));
  while ((await send({ Accept: 'text/html' })).status !== 403) await new Promise((resolve) => setTimeout(resolve, 200));
  await tab.goto(`${url}/?model=y`);
  assert.equal(tab.url(), `${url}/?model=y`);
  await tab.getByRole('button', { name: /sign in/i }).click();
  await tab.waitForURL(`${url}/?model=y`); // the provider knows the browser
  await tab.getByText('alice@example.test: hello').waitFor();
  t.diagnostic('as for Traefik: the log-in page under the address of the visit, then back to it');

  proxy.kill();
  await once(proxy, 'exit');
  const down = await send({ Accept: 'text/html' });
  assert.equal(down.status, 502);
  assert.match(down.body, /edge\.forward-auth-unreachable/);
  t.diagnostic('oauth2-proxy killed: 502');
});

async function trust(home: string, files: string[]): Promise<void> {
  const database = path.join(home, '.pki/nssdb');
  await mkdir(database, { recursive: true });
  const run = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await execute('certutil', ['-d', `sql:${database}`, ...args]);
    if (code !== 0) throw new Error(stderr);
  };
  await run('-N', '--empty-password');
  for (const [at, file] of files.entries()) await run('-A', '-t', 'C,,', '-n', `root ${at}`, '-i', file);
}
