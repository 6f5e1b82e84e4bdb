/** Pages of other origins in Chromium: what they may read, and what they may show in a frame. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startRecorder } from '../edge/edge.ts';
import { startBrowser } from '../support/browser.ts';
import { without } from '../support/tools.ts';
import { freePorts, startUp, temporaryFolder } from '../support/up.ts';

/** Sends a request with a key and cookies, so after a preflight. */
function call(page: Page, url: string): Promise<string> {
  return page.evaluate(async (address) => {
    try {
      const headers = { Authorization: 'Bearer x' };
      const answer = await fetch(address, { method: 'PUT', credentials: 'include', headers });
      return `${answer.status} ${await answer.text()} ${answer.headers.get('x-cost')}`;
    } catch (error) {
      return String(error);
    }
  }, url);
}

test(
  'only pages of a listed origin read the answers of an API, or frame a page',
  {
    skip: without('chromium', 'certutil'),
    timeout: 90_000,
  },
  async (t) => {
    // An app behind two middlewares, which both send fields.
    const fields = 'Access-Control-Allow-Origin: *\r\nAccess-Control-Allow-Origin: null\r\nX-Cost: 7\r\n';
    const app = await startRecorder(t, `HTTP/1.1 200 OK\r\n${fields}Content-Length: 5\r\n\r\nhello`);
    const [httpsPort, httpPort] = (await freePorts(2)) as [number, number];
    const file = path.join(await temporaryFolder(t, 'cors'), 'everyhop.yaml');
    const text = `sites:
  - host: [page.test, other.test]
    respond: { body: '<title>page</title><iframe src="https://api.test/frame"></iframe>', type: text/html }
  - host: api.test
    cors: { origins: ["https://page.test"], credentials: true, expose: [X-Cost] }
    security_headers: { frames: ["https://page.test"] }
    routes:
      - { path: /, upstream: ${app.port} }
      - { path: /closed, upstream: ${app.port}, access: { deny: [127.0.0.0/8] } }
      - { path: /frame, respond: { body: '<title>frame</title>', type: text/html } }
`;
    await writeFile(file, text.replaceAll(/(https:\/\/\w+\.test)/g, `$1:${httpsPort}`));
    const up = await startUp(t, ['--config', file], { httpsPort, httpPort });
    const browser = await startBrowser(t, { rootFile: up.rootFile, hosts: ['page.test', 'other.test', 'api.test'] });
    const page = await browser.newPage();

    await page.goto(`https://page.test:${httpsPort}/`);
    assert.equal(await call(page, `https://api.test:${httpsPort}/`), '200 hello 7');
    assert.match(await call(page, `https://api.test:${httpsPort}/closed`), /^403 /, 'it may read why it was refused');
    assert.equal(await page.frames()[1]!.title(), 'frame');

    await page.goto(`https://other.test:${httpsPort}/`);
    assert.match(await call(page, `https://api.test:${httpsPort}/`), /Failed to fetch/);
    assert.match(page.frames()[1]!.url(), /^chrome-error:/);
  },
);
