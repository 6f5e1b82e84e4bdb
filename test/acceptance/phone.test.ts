/** A phone that does not trust the root yet: the page over HTTP, the download, the import, the step that turns green. */
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { fingerprintLines } from '../../src/base/fingerprint.ts';
import { execute } from '../../src/base/process.ts';
import { openPage, startBrowser, takePicture } from '../support/browser.ts';
import { without } from '../support/tools.ts';
import { startUp, temporaryFolder } from '../support/up.ts';

const phone = { width: 390, height: 844 };

/** Waits for a state of the page's check. */
function reaches(page: Page, state: string): Promise<unknown> {
  return page.waitForSelector(`#check[data-state=${state}]`, { timeout: 60_000 });
}

async function certutil(home: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await execute('certutil', ['-d', `sql:${home}/.pki/nssdb`, ...args]);
  if (code !== 0) throw new Error(stderr);
}

test(
  'a phone opens the page, downloads the root, imports it, and the page turns green',
  {
    skip: without('chromium', 'certutil', 'chineseFont'),
  },
  async (t) => {
    const up = await startUp(t, ['--trust-page']);
    const url = `http://127.0.0.1:${up.httpPort}/everyhop/trust`;
    const home = await temporaryFolder(t, 'phone');
    await mkdir(path.join(home, '.pki/nssdb'), { recursive: true });
    await certutil(home, '-N', '--empty-password');

    const first = await startBrowser(t, { home, viewport: phone });
    const { page, requests } = await openPage(first);
    await page.goto(url);
    await reaches(page, 'waiting');
    assert.match((await page.textContent('#check')) ?? '', /Not trusted yet/);
    const root = new X509Certificate(await readFile(up.rootFile));
    const shown = await page.textContent('.fingerprint pre');
    assert.equal(shown, fingerprintLines(root.fingerprint256.replaceAll(':', '')).join('\n'));
    const hosts = new Set(requests.map((one) => new URL(one).hostname));
    assert.deepEqual([...hosts], ['127.0.0.1'], 'nothing from elsewhere');
    assert.ok(await page.isVisible('details[data-device=linux] .button'), 'the steps of this device are open');
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    assert.equal(wide, phone.width, 'nothing is wider than the phone');
    await takePicture(t, page, 'trust-page-waiting');
    await page.click('text=中文');
    await reaches(page, 'waiting');
    await takePicture(t, page, 'trust-page-waiting-zh');

    await page.route('**/everyhop/check', (route) => route.abort('connectionrefused'));
    await reaches(page, 'blocked');
    assert.match((await page.textContent('#check')) ?? '', new RegExp(`端口 ${up.httpsPort} 没有应答`));
    await page.unroute('**/everyhop/check');
    await reaches(page, 'waiting');

    const started = page.waitForEvent('download');
    await page.click('details[data-device=linux] .button');
    const file = path.join(home, 'root.pem');
    await (await started).saveAs(file);
    assert.equal(new X509Certificate(await readFile(file)).fingerprint256, root.fingerprint256);
    await certutil(home, '-A', '-t', 'C,,', '-n', 'everyhop', '-i', file);
    await first.close();

    const second = await startBrowser(t, { home, viewport: phone, colorScheme: 'dark' });
    const { page: back } = await openPage(second);
    await back.goto(url);
    await reaches(back, 'trusted');
    await takePicture(t, back, 'trust-page-trusted-dark');
    await back.click('#check .button');
    await back.waitForURL(`${up.url.replace('localhost', '127.0.0.1')}/`);
  },
);
