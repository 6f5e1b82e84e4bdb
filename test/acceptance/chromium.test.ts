/** The demo page in a real browser, through `everyhop up`. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { startDemo } from '../../src/apps/demo/server.ts';
import { FakeClock } from '../support/clock.ts';
import { openPage, startBrowser, takePicture, watchText } from '../support/browser.ts';
import { without } from '../support/tools.ts';
import { atEnd, startUp } from '../support/up.ts';

const languages = [
  { locale: 'en-GB', title: 'Everyhop demo', verdict: 'Secure', question: 'Count to 30', last: /30\.$/ },
  { locale: 'zh-CN', title: 'Everyhop 演示', verdict: '安全', question: '数到 30', last: /30。$/ },
];

suite('Chromium', { skip: without('chromium', 'certutil', 'chineseFont'), timeout: 240_000 }, () => {
  for (const { locale, title, verdict, question, last } of languages) {
    test(`the demo page is secure and streams in ${locale}`, async (t) => {
      const up = await startUp(t, ['--demo', '--host', 'chat.test']);
      const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['chat.test'], locale });
      const { page, requests, errors } = await openPage(browser);
      await page.goto(up.url);
      assert.equal(await page.title(), title);
      await page.waitForSelector('[data-fact=certificate].good');
      assert.equal(await page.textContent('#verdict-text'), verdict);
      assert.match((await page.textContent('[data-fact=protocol]'))!, /HTTPS/);
      for (const fact of ['context', 'microphone', 'worker']) {
        assert.equal(await page.locator(`[data-fact=${fact}]`).getAttribute('class'), 'good', fact);
      }

      const watched = watchText(page, '#log .message', last);
      await page.fill('#input', question);
      await page.keyboard.press('Enter');
      const answer = (await watched).filter((text) => text.startsWith('1'));
      assert.ok(answer.length > 10, `the answer grew in ${answer.length} steps`);
      await page.waitForSelector('#stream[data-cadence]');
      await takePicture(t, page, `demo-${locale}`);
      assert.deepEqual(errors, []);
      assert.deepEqual(
        requests.filter((url) => !url.startsWith(`${up.url}/`) && !url.startsWith('data:')),
        [],
      );
    });
  }

  test('plain HTTP redirects to the HTTPS page', async (t) => {
    const up = await startUp(t, ['--host', 'chat.test', '--demo']);
    const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['chat.test'] });
    const { page } = await openPage(browser);
    await page.goto(`http://chat.test:${up.httpPort}/?from=plain`);
    assert.equal(page.url(), `${up.url}/?from=plain`);
  });

  test('without the root the browser blocks the page, and the page reports a dismissed warning', async (t) => {
    const up = await startUp(t, ['--host', 'chat.test', '--demo']);
    const browser = await startBrowser(t, { hosts: ['chat.test'] });
    const { page } = await openPage(browser);
    await assert.rejects(page.goto(up.url), /ERR_CERT_AUTHORITY_INVALID/);
    await page.waitForURL('chrome-error://chromewebdata/');
    await page.waitForSelector('text=Your connection is not private');
    await page.keyboard.type('thisisunsafe'); // dismisses Chromium's warning
    await page.waitForURL(`${up.url}/`);
    await page.waitForSelector('#verdict[data-verdict=insecure]');
    assert.equal(await page.textContent('[data-fact=certificate]'), 'not trusted');
    await takePicture(t, page, 'demo-untrusted');
  });
});

suite('the demo page measures its stream', { skip: without('chromium', 'chineseFont'), timeout: 120_000 }, () => {
  test('tells tokens that arrive one by one from tokens that arrive at once', async (t) => {
    const clock = new FakeClock();
    const demo = await startDemo({ clock });
    atEnd(t, () => demo.close());
    const browser = await startBrowser(t, { colorScheme: 'dark', viewport: { width: 390, height: 844 } });
    const { page } = await openPage(browser);
    await page.goto(demo.url);
    assert.equal(await page.getAttribute('#verdict', 'data-verdict'), 'local');

    const ticker = setInterval(() => clock.advance(33), 20);
    atEnd(t, () => clearInterval(ticker));
    await page.fill('#input', 'count to 20');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#stream[data-cadence]');
    assert.equal(await page.getAttribute('#stream', 'data-cadence'), 'even');
    await takePicture(t, page, 'demo-even');
    clearInterval(ticker);

    await page.fill('#input', 'count to 20');
    await page.keyboard.press('Enter');
    const measured = page.waitForSelector('#stream:not([data-cadence=even])').then(() => true);
    while (!(await Promise.race([measured, new Promise<false>((resolve) => setImmediate(resolve, false))]))) {
      clock.advance(33);
    }
    assert.match((await page.getAttribute('#stream', 'data-cadence'))!, /burst|lumps/);
    await takePicture(t, page, 'demo-burst');
  });
});
