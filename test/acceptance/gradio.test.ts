/** A real Gradio chat in Chromium, behind `everyhop up` and behind nginx. It streams with server-sent events. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { openPage, startBrowser, takePicture, watchText } from '../support/browser.ts';
import { startPython } from '../support/python.ts';
import { secureNginx } from '../support/secured-nginx.ts';
import { without } from '../support/tools.ts';
import { startUp, temporaryFolder } from '../support/up.ts';

const app = path.resolve(import.meta.dirname, '../../examples/gradio/app.py');

suite('Gradio', { skip: without('chromium', 'certutil', 'gradio'), timeout: 240_000 }, () => {
  test('the chat streams, takes a file, and loads everything over HTTPS', async (t) => {
    const { url: upstream } = await startPython(t, 'gradio', [app], /Running on local URL/);
    const { url, rootFile } = await startUp(t, [upstream, '--host', 'chat.test']);
    await visit(t, url, rootFile, 'gradio');
  });

  test('the same behind nginx after `nginx secure`', { skip: without('nginx') }, async (t) => {
    const { url: upstream } = await startPython(t, 'gradio', [app], /Running on local URL/);
    const { url, rootFile, output } = await secureNginx(t, upstream);
    assert.match(output, /The app is .*Gradio/, 'recognised');
    await visit(t, url, rootFile, 'gradio-nginx');
  });
});

async function visit(t: TestContext, url: string, rootFile: string, picture: string): Promise<void> {
  const browser = await startBrowser(t, { rootFile: rootFile, hosts: ['chat.test'] });
  const { page, requests } = await openPage(browser);
  await page.goto(url);

  const note = path.join(await temporaryFolder(t, 'upload'), 'note.txt');
  await writeFile(note, 'carried over HTTPS');
  const uploaded = page.waitForResponse((response) => new URL(response.url()).pathname === '/upload');
  await page.setInputFiles('input[type=file]', note);
  assert.equal((await uploaded).status(), 200);
  await page.waitForSelector('[aria-label="Uploaded files"] .thumbnail-item');

  const watched = watchText(page, '[data-testid=bot]', /30\.$/);
  await page.fill('textarea', 'good morning');
  await page.keyboard.press('Enter');
  const answers = await watched;
  assert.match(answers.at(-1)!, /You wrote: good morning \[file: note\.txt\] 1, 2, 3/);
  assert.ok(answers.length > 10, `the answer grew in ${answers.length} steps: ${answers.join(' | ')}`);
  await takePicture(t, page, picture);

  // Gradio derives its root from the forwarding headers, and file URLs from its root.
  const root = await page.evaluate<string>(
    "fetch('/config').then((response) => response.json()).then(({ root }) => root)",
  );
  assert.equal(root, url);
  const file = await page.getAttribute('[data-testid=user] a', 'href');
  assert.ok(file?.startsWith(`${url}/file=`), `${file}`);

  const paths = requests.map((url) => new URL(url).pathname);
  assert.ok(paths.includes('/queue/data'), 'the answer came as server-sent events');
  assert.deepEqual(
    requests.filter((url) => !/^(https|wss|data|blob):/.test(url)),
    [],
  );
}
