/** A real Gradio chat behind `everyhop up`, used in Chromium: its answers come as server-sent events. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test } from 'node:test';
import { openPage, startBrowser, takePicture, watchText } from '../support/browser.ts';
import { startPython } from '../support/python.ts';
import { without } from '../support/tools.ts';
import { startUp, temporaryFolder } from '../support/up.ts';

const app = path.resolve(import.meta.dirname, '../../examples/gradio/app.py');

suite('Gradio', { skip: without('chromium', 'certutil', 'gradio'), timeout: 240_000 }, () => {
  test('the chat streams, takes a file, and loads everything over HTTPS', async (t) => {
    const { url: upstream } = await startPython(t, 'gradio', [app], /Running on local URL/);
    const up = await startUp(t, [upstream, '--host', 'chat.test']);
    const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['chat.test'] });
    const { page, requests } = await openPage(browser);
    await page.goto(up.url);

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
    await takePicture(t, page, 'gradio');

    // Gradio builds the addresses of files from this, and this from what the edge tells it.
    const root = await page.evaluate<string>(
      "fetch('/config').then((response) => response.json()).then(({ root }) => root)",
    );
    assert.equal(root, up.url);
    const file = await page.getAttribute('[data-testid=user] a', 'href');
    assert.ok(file?.startsWith(`${up.url}/file=`), `${file}`);

    const paths = requests.map((url) => new URL(url).pathname);
    assert.ok(paths.includes('/queue/data'), 'the answer came as server-sent events');
    assert.deepEqual(
      requests.filter((url) => !/^(https|wss|data|blob):/.test(url)),
      [],
    );
  });
});
