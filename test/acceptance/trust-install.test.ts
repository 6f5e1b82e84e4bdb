/** `everyhop trust install` with a real browser. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { openPage, startBrowser } from '../support/browser.ts';
import { without } from '../support/tools.ts';
import { runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

suite('trust store of Chromium', { skip: without('chromium', 'certutil'), timeout: 120_000 }, () => {
  test('the browser trusts the site after "trust install", and no longer after "trust uninstall"', async (t) => {
    const up = await startUp(t, ['--host', 'chat.test', '--demo']);
    const home = await temporaryFolder(t, 'home');
    const visit = async (): Promise<string> => {
      const browser = await startBrowser(t, { home, hosts: ['chat.test'] });
      const { page } = await openPage(browser);
      const said = await page.goto(up.url).then(
        (response) => String(response?.status()),
        (error: Error) => error.message,
      );
      await browser.close();
      return said;
    };
    assert.match(await visit(), /ERR_CERT_AUTHORITY_INVALID/);
    for (const [command, expected] of [
      ['install', /^200$/],
      ['install', /^200$/], // a second time changes nothing
      ['uninstall', /ERR_CERT_AUTHORITY_INVALID/],
    ] as const) {
      const { code, stdout, stderr } = await runEveryhop(
        ['trust', command, '--store', 'nss', '--state', up.state],
        home,
      );
      assert.equal(code, 0, stdout + stderr);
      assert.match(await visit(), expected);
    }
  });
});
