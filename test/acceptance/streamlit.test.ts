/** A real Streamlit chat in Chromium, behind `everyhop up` and behind nginx. It renders everything over a WebSocket. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { upgrade } from '../nginx/corpus/visitor.ts';
import { openPage, startBrowser, takePicture, watchText } from '../support/browser.ts';
import { mends } from '../support/outside.ts';
import { startPython } from '../support/python.ts';
import { secureNginx } from '../support/secured-nginx.ts';
import { without } from '../support/tools.ts';
import { startUp, temporaryFolder } from '../support/up.ts';

const app = path.resolve(import.meta.dirname, '../../examples/streamlit/app.py');
const command = ['-m', 'streamlit', 'run', app, '--server.headless=true', '--server.address=127.0.0.1'];
const options = ['--server.port={port}', '--browser.gatherUsageStats=false', '--server.fileWatcherType=none'];

suite('Streamlit', { skip: without('chromium', 'certutil', 'streamlit'), timeout: 240_000 }, () => {
  test('the chat streams over a WebSocket, takes a file, and loads everything over HTTPS', async (t) => {
    const { url: upstream } = await startPython(t, 'streamlit', [...command, ...options], /URL: http/);
    const { url, rootFile } = await startUp(t, [upstream, '--host', 'chat.test']);
    await visit(t, url, rootFile, 'streamlit');
  });

  test('the same behind nginx after `nginx secure`', { skip: without('nginx') }, async (t) => {
    const { url: upstream } = await startPython(t, 'streamlit', [...command, ...options], /URL: http/);
    const { url, rootFile, output } = await secureNginx(t, upstream);
    assert.match(output, /The app is .*Streamlit/, 'recognised');
    await visit(t, url, rootFile, 'streamlit-nginx');
  });
});

suite('Streamlit behind another TLS port', { skip: without('streamlit', 'nginx'), timeout: 120_000 }, () => {
  test('its WebSocket opens although nginx sent Host without the port', async (t) => {
    mends(t, 'apps/nginx-ws-host-port');
    const { url: upstream } = await startPython(t, 'streamlit', [...command, ...options], /URL: http/);
    const { url, output, httpsPort: port } = await secureNginx(t, upstream, 'proxy_set_header Host $host;');
    assert.match(output, /The app is .*Streamlit/);
    const socket = { port, name: 'chat.test', isTls: true, path: '/_stcore/stream', headers: { Origin: url } };
    assert.equal((await upgrade(socket)).status, 101);
    const foreign = { ...socket, headers: { Origin: 'https://evil.test' } };
    assert.equal((await upgrade(foreign)).status, 403, 'Streamlit compares Origin with Host');
  });
});

async function visit(t: TestContext, url: string, rootFile: string, picture: string): Promise<void> {
  const browser = await startBrowser(t, { rootFile: rootFile, hosts: ['chat.test'] });
  const { page, requests } = await openPage(browser);
  await page.goto(url);

  const note = path.join(await temporaryFolder(t, 'upload'), 'note.txt');
  await writeFile(note, 'carried over HTTPS');
  await page.setInputFiles('[data-testid=stFileUploader] input[type=file]', note);
  await page.waitForSelector('text=note.txt: 18 bytes');

  const watched = watchText(page, '[data-testid=stChatMessage]', /30\.$/);
  await page.fill('[data-testid=stChatInput] textarea', 'good morning');
  await page.keyboard.press('Enter');
  const answers = (await watched).filter((text) => text.includes('You wrote'));
  assert.match(answers.at(-1)!, /You wrote: good morning 1, 2, 3/);
  assert.ok(answers.length > 10, `the answer grew in ${answers.length} steps: ${answers.join(' | ')}`);
  await takePicture(t, page, picture);

  assert.ok(
    requests.includes(`wss://chat.test:${new URL(url).port}/_stcore/stream`),
    'the answer came over a WebSocket',
  );
  assert.ok(requests.some((url) => new URL(url).pathname.startsWith('/_stcore/upload_file/')));
  assert.deepEqual(
    requests.filter((url) => !/^(https|wss|data|blob):/.test(url)),
    [],
  );
}
