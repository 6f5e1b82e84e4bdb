/** Log-in by an OpenID provider in a real browser, through `everyhop up`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import { openPage, startBrowser, takePicture } from '../support/browser.ts';
import { startProvider, type TestProvider } from '../support/oidc-provider.ts';
import { without } from '../support/tools.ts';
import { atEnd, freePorts, startUp, temporaryFolder } from '../support/up.ts';

const page = `<!doctype html><title>chat</title><p id="user"></p><p id="events"></p><p id="socket"></p><a href="/everyhop/logout">Log out</a>
<script>
const say = (id, text) => { document.getElementById(id).textContent += text };
fetch('/me').then((answer) => answer.text()).then((text) => say('user', text));
const events = new EventSource('/events');
events.onmessage = ({ data }) => { say('events', data); if (data === '3') events.close() };
const socket = new WebSocket('wss://' + location.host + '/ws');
socket.onopen = () => socket.send('hello');
socket.onmessage = ({ data }) => say('socket', data);
</script>`;

/** A chat without a log-in: a page, an event stream and a WebSocket, which say who the edge says it is. */
async function startChat(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    const user = String(request.headers['x-forwarded-user']);
    if (request.url === '/me') return void response.end(user);
    if (request.url !== '/events') return void response.setHeader('Content-Type', 'text/html').end(page);
    response.setHeader('Content-Type', 'text/event-stream');
    for (const data of ['1', '2', '3']) response.write(`data: ${data}\n\n`);
    return undefined;
  });
  const sockets = new WebSocketServer({ server, path: '/ws' });
  sockets.on('connection', (socket, request) => {
    socket.on('message', (text: Buffer) =>
      socket.send(`${text.toString()} ${String(request.headers['x-forwarded-user'])}`),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => {
    sockets.close();
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

interface Scene {
  url: string;
  provider: TestProvider;
  /** Starts a browser. */
  open: (locale: string) => Promise<BrowserContext>;
}

async function start(t: TestContext): Promise<Scene> {
  const folder = await temporaryFolder(t, 'log-in');
  const app = await startChat(t);
  const [httpsPort, httpPort] = (await freePorts(2)) as [number, number];
  const url = `https://chat.test:${httpsPort}`;
  const provider = await startProvider(t, {
    accounts: {
      ann: { email: 'ann@example.com', email_verified: true },
      bob: { email: 'bob@elsewhere.test', email_verified: true },
    },
    redirectUris: [`${url}/everyhop/callback`],
    postLogoutRedirectUris: [`${url}/everyhop/logout`],
  });
  await writeFile(path.join(folder, 'secret'), `${provider.clientSecret}\n`, { mode: 0o600 });
  await writeFile(path.join(folder, 'provider.pem'), provider.rootPem);
  const file = path.join(folder, 'everyhop.yaml');
  await writeFile(
    file,
    `sites:
  - host: chat.test
    upstream: ${app}
    access:
      oidc:
        issuer: ${provider.issuer}
        root: provider.pem
        client_id: ${provider.clientId}
        client_secret_file: secret
        allow: { domains: [example.com] }
`,
  );
  const up = await startUp(t, ['--config', file], { httpsPort, httpPort });
  const moreRootFiles = [path.join(folder, 'provider.pem')];
  const open = (locale: string): Promise<BrowserContext> =>
    startBrowser(t, { rootFile: up.rootFile, moreRootFiles, hosts: ['chat.test'], locale });
  return { url: up.url, provider, open };
}

async function enter(page: Page, login: string): Promise<void> {
  await page.fill('input[name=login]', login);
  await page.click('button');
}

suite('log-in', { skip: without('chromium', 'certutil', 'chineseFont'), timeout: 240_000 }, () => {
  test('a visitor logs in, chats by SSE and WebSocket, and logs out; every page speaks two languages', async (t) => {
    const { url, provider, open } = await start(t);
    await provider.stop();
    const chinese = (await openPage(await open('zh-CN'))).page;
    assert.equal((await chinese.goto(`${url}/chat`))!.status(), 503);
    assert.match((await chinese.textContent('main'))!, /目前无法登录：身份提供方没有应答。/);
    await takePicture(t, chinese, 'log-in-impossible-zh-CN');
    await provider.start();

    const { page, errors } = await openPage(await open('en-GB'));
    await page.goto(`${url}/everyhop/callback?code=1&state=x`);
    await takePicture(t, page, 'log-in-lost-en-GB');
    // For five seconds after a failure, the edge does not ask again.
    while ((await page.goto(`${url}/chat?room=7`))!.status() === 503) await page.waitForTimeout(500);
    assert.equal(new URL(page.url()).origin, provider.issuer);
    await enter(page, 'bob');
    await page.waitForURL(`${url}/**`);
    assert.match((await page.textContent('main'))!, /The account bob@elsewhere\.test is not allowed here\./);
    await takePicture(t, page, 'log-in-refused-en-GB');

    errors.length = 0; // Chromium counts the 403 as one
    await page.click('a.button:has-text("Log in with another account")');
    await page.waitForURL(`${provider.issuer}/**`);
    await enter(page, 'ann');
    await page.waitForURL(`${url}/chat?room=7`);
    await page.waitForFunction("document.getElementById('socket').textContent !== ''");
    await page.waitForFunction("document.getElementById('events').textContent === '123'");
    assert.equal(await page.textContent('#user'), 'ann@example.com');
    assert.equal(await page.textContent('#socket'), 'hello ann@example.com');
    assert.deepEqual(errors, []);

    await page.click('text=Log out');
    await page.waitForSelector('form');
    await takePicture(t, page, 'log-out-en-GB');
    await page.click('button:has-text("Log out")');
    await page.waitForURL(`${provider.issuer}/**`);
    await page.click('button[name=logout]');
    await page.waitForURL(`${url}/everyhop/logout**`);
    assert.match((await page.textContent('main'))!, /You are logged out\./);
    await page.goto(`${url}/chat`);
    await page.waitForSelector('input[name=login]'); // the provider asks for an account again

    await chinese.goto(`${url}/everyhop/login`);
    await enter(chinese, 'bob');
    await chinese.waitForURL(`${url}/**`);
    assert.match((await chinese.textContent('main'))!, /账号 bob@elsewhere\.test 无权访问此处。/);
    await takePicture(t, chinese, 'log-in-refused-zh-CN');
  });
});
