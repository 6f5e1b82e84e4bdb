/** examples/one-origin in Chromium: a request that the browser blocks before, and allows after. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, suite, test } from 'node:test';
import { openPage, startBrowser, takePicture, watchText } from '../support/browser.ts';
import { without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, freePorts, startUp, temporaryFolder, type Up } from '../support/up.ts';

const example = path.resolve(import.meta.dirname, '../../examples/one-origin');

/** Starts the page and its API. */
async function serve(t: TestContext, apiUrl: (port: number) => string): Promise<{ page: number; api: number }> {
  const [page, api] = (await freePorts(2)) as [number, number];
  const ports = { PAGE_PORT: String(page), API_PORT: String(api), API_URL: apiUrl(api) };
  const child = spawn(process.execPath, ['serve.js'], {
    cwd: example,
    env: { ...cleanEnvironment('/nonexistent'), ...ports },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(t, () => child.kill());
  await once(child.stdout, 'data');
  return { page, api };
}

/** Starts Everyhop with the example's configuration, changing only the ports. */
async function upWith(t: TestContext, file: string, ports: { page: number; api: number }): Promise<Up> {
  const text = await readFile(path.join(example, file), 'utf8');
  const copy = path.join(await temporaryFolder(t, 'configuration'), file);
  await writeFile(copy, text.replaceAll(':8501', `:${ports.page}`).replaceAll(':8000', `:${ports.api}`));
  return startUp(t, ['--config', copy]);
}

suite('one origin', { skip: without('chromium', 'certutil'), timeout: 120_000 }, () => {
  test('before: the browser blocks calls to an http API from an https page', async (t) => {
    const ports = await serve(t, (port) => `http://api.test:${port}`);
    const up = await upWith(t, 'before.yaml', ports);
    const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['chat.test', 'api.test'] });
    const { page, errors } = await openPage(browser);

    // Over plain HTTP the page gets its answer, so the API itself works.
    await page.goto(`http://chat.test:${ports.page}`);
    await page.click('button');
    await page.waitForSelector('output:text("one word at a time.")');
    assert.deepEqual(errors, []);

    await page.goto(up.url);
    await page.click('button');
    await page.waitForSelector('output:text("Failed to fetch")');
    await takePicture(t, page, 'one-origin-before');
    assert.match(errors.join('\n'), /Mixed Content: .*http:\/\/api\.test:.*has been blocked/);
  });

  test('after: page and API share one origin, and the answer streams', async (t) => {
    const up = await upWith(t, 'everyhop.yaml', await serve(t, () => ''));
    const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['chat.test'] });
    const { page, requests, errors } = await openPage(browser);
    await page.goto(up.url);
    const watched = watchText(page, 'output', /at a time\.$/);
    await page.click('button');
    const answers = await watched;
    assert.ok(answers.length > 3, `the answer grew in ${answers.length} steps: ${answers.join(' | ')}`);
    await takePicture(t, page, 'one-origin-after');
    assert.deepEqual(requests, [`${up.url}/`, `${up.url}/v1/answer`]);
    assert.deepEqual(errors, []);
  });
});
