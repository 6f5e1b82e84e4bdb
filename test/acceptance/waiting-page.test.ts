/** The page that a visitor sees while the app is down, in a real browser. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { test } from 'node:test';
import { openPage, startBrowser, takePicture } from '../support/browser.ts';
import { without } from '../support/tools.ts';
import { atEnd, freePorts, startUp } from '../support/up.ts';

test(
  'a visitor who comes before the app is running sees why, and then the app, without a click',
  { skip: without('chromium', 'certutil', 'chineseFont'), timeout: 180_000 },
  async (t) => {
    const [port] = (await freePorts(1)) as [number];
    const up = await startUp(t, [`http://127.0.0.1:${port}`]);
    const looks = [
      { locale: 'en-GB', title: 'The app is not running, or it is still starting.', width: 1180, height: 780 },
      { locale: 'en-GB', title: 'The app is not running, or it is still starting.', width: 390, height: 844 },
      { locale: 'zh-CN', title: '应用没有运行，或仍在启动。', width: 390, height: 844 },
      { locale: 'zh-CN', title: '应用没有运行，或仍在启动。', width: 1180, height: 780 },
      { locale: 'en-GB', title: 'The app is not running, or it is still starting.', width: 360, height: 640 },
    ];
    const pages = [];
    for (const [index, { locale, title, width, height }] of looks.entries()) {
      const colorScheme = index % 2 === 0 ? 'light' : 'dark';
      const browser = await startBrowser(t, {
        rootFile: up.rootFile,
        locale,
        viewport: { width, height },
        colorScheme,
      });
      const { page, requests, errors } = await openPage(browser);
      await page.goto(`${up.url}/chat?x=1`);
      assert.equal(await page.locator('h1').innerText(), title);
      assert.ok((await page.evaluate('document.documentElement.scrollWidth')) === width, 'fits the screen');
      await takePicture(t, page, `waiting-${locale}-${width}-${colorScheme}`);
      assert.deepEqual(
        errors.filter((text) => !/502/.test(text)),
        [],
      );
      if (index === 0) pages.push({ page, requests });
      else await browser.close();
    }
    const methods: string[] = [];
    const app = http.createServer((request, response) => {
      // `up` looks at / from time to time.
      if (request.url === '/chat?x=1') methods.push(request.method!);
      response.setHeader('content-type', 'text/html').end('<!doctype html><h1>Ready</h1>');
    });
    app.listen(port, '127.0.0.1');
    await once(app, 'listening');
    atEnd(t, () => app.close());
    const [{ page, requests }] = pages as [(typeof pages)[0]];
    await page.locator('h1', { hasText: 'Ready' }).waitFor({ timeout: 120_000 });
    assert.equal(page.url(), `${up.url}/chat?x=1`);
    assert.deepEqual(methods, ['HEAD', 'GET']);
    assert.ok(
      requests.every((url) => url === `${up.url}/chat?x=1`),
      requests.join('\n'),
    );
  },
);
