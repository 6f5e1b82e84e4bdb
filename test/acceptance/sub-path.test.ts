/** Real apps under a path of a name that they share: nothing that their pages load leaves the path, and answers stream. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { suite, test } from 'node:test';
import { openPage, startBrowser, takePicture, watchText } from '../support/browser.ts';
import { mends } from '../support/outside.ts';
import { startPython } from '../support/python.ts';
import { without } from '../support/tools.ts';
import { startUp, temporaryFolder } from '../support/up.ts';

const examples = path.resolve(import.meta.dirname, '../../examples');

suite('under paths', { skip: without('chromium', 'certutil', 'gradio', 'streamlit'), timeout: 240_000 }, () => {
  test('Gradio and Streamlit share a name: chats stream, WebSockets open, uploads arrive', async (t) => {
    mends(t, 'edge/E14-strip-path-without-prefix');
    const options = ['--server.headless=true', '--server.address=127.0.0.1', '--server.fileWatcherType=none'];
    const streamlit = ['-m', 'streamlit', 'run', path.join(examples, 'streamlit/app.py'), '--server.port={port}'];
    const launch = `import os, runpy; os.environ['GRADIO_ROOT_PATH'] = '/gradio'; runpy.run_path('${examples}/gradio/app.py', run_name='__main__')`;
    const [chat, board] = await Promise.all([
      startPython(t, 'gradio', ['-c', launch], /Running on local URL/),
      startPython(t, 'streamlit', [...streamlit, ...options], /URL: http/),
    ]);
    const folder = await temporaryFolder(t, 'paths');
    const file = path.join(folder, 'everyhop.yaml');
    const route = (at: string, upstream: string): string =>
      `      - { path: ${at}, upstream: "${upstream}", strip_path: true }\n`;
    await writeFile(
      file,
      `sites:\n  - host: apps.test\n    routes:\n${route('/gradio', chat.url)}${route('/board', board.url)}`,
    );
    const up = await startUp(t, ['--config', file]);
    const origin = `https://apps.test:${up.httpsPort}`;
    const note = path.join(folder, 'note.txt');
    await writeFile(note, 'carried over HTTPS');
    const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['apps.test'] });

    const gradio = await openPage(browser);
    // Without the slash at the end.
    await gradio.page.goto(`${origin}/gradio`);
    await gradio.page.setInputFiles('input[type=file]', note);
    await gradio.page.waitForSelector('[aria-label="Uploaded files"] .thumbnail-item');
    const watched = watchText(gradio.page, '[data-testid=bot]', /30\.$/);
    await gradio.page.fill('textarea', 'good morning');
    await gradio.page.keyboard.press('Enter');
    const answers = await watched;
    assert.match(answers.at(-1)!, /You wrote: good morning \[file: note\.txt\] 1, 2, 3/);
    assert.ok(answers.length > 10, `the answer grew in ${answers.length} steps`);
    const link = await gradio.page.getAttribute('[data-testid=user] a', 'href');
    assert.ok(link?.startsWith(`${origin}/gradio/file=`), `${link}`);
    await takePicture(t, gradio.page, 'gradio-under-a-path');

    const streamlitPage = await openPage(browser);
    await streamlitPage.page.goto(`${origin}/board/`);
    await streamlitPage.page.setInputFiles('[data-testid=stFileUploader] input[type=file]', note);
    await streamlitPage.page.waitForSelector('text=note.txt: 18 bytes');
    const socket = `wss://apps.test:${up.httpsPort}/board/_stcore/stream`;
    assert.ok(streamlitPage.requests.includes(socket), streamlitPage.requests.join('\n'));

    // Gradio 4 loads one style sheet from the root in any case.
    const isKnown = (url: string): boolean => /\/assets\/index-\w+\.css$/.test(url);
    for (const [{ requests }, at] of [
      [gradio, '/gradio'],
      [streamlitPage, '/board'],
    ] as const)
      assert.deepEqual(
        requests.filter(
          (url) => new URL(url).host === new URL(origin).host && !new URL(url).pathname.startsWith(at) && !isKnown(url),
        ),
        [],
      );
  });
});
