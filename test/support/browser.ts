import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type BrowserContext, type Page, chromium } from 'playwright-core';
import { execute } from '../../src/base/process.ts';
import { atEnd, cleanEnvironment, temporaryFolder } from './up.ts';

export interface BrowserOptions {
  /** A root certificate to add to the browser's trust store. */
  rootFile?: string;
  /** Further ones. */
  moreRootFiles?: string[];
  /** Home folder with the profile and the trust store. Default: a temporary one. */
  home?: string;
  /** Names that resolve to this machine. All others, except localhost, do not resolve. */
  hosts?: string[];
  /** Default en-GB. */
  locale?: string;
  viewport?: { width: number; height: number };
  colorScheme?: 'light' | 'dark';
}

/** Starts Debian's Chromium with a private profile and home; closes it at the end of the test. */
export async function startBrowser(t: TestContext, options: BrowserOptions = {}): Promise<BrowserContext> {
  const home = options.home ?? (await temporaryFolder(t, 'browser'));
  const rootFiles = [...(options.rootFile === undefined ? [] : [options.rootFile]), ...(options.moreRootFiles ?? [])];
  if (rootFiles.length > 0) await trust(home, rootFiles);
  const hosts = (options.hosts ?? []).map((host) => `MAP ${host} 127.0.0.1`);
  const rules = [...hosts, 'EXCLUDE localhost', 'EXCLUDE 127.0.0.1', 'MAP * ~NOTFOUND'].join(', ');
  const browser = await chromium.launchPersistentContext(path.join(home, 'profile'), {
    executablePath: '/usr/bin/chromium',
    env: cleanEnvironment(home),
    locale: options.locale ?? 'en-GB',
    viewport: options.viewport ?? { width: 1180, height: 780 },
    colorScheme: options.colorScheme ?? 'light',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--host-resolver-rules=${rules}`,
    ],
  });
  atEnd(t, () => browser.close());
  return browser;
}

/** Chromium on Linux reads roots from the NSS database in the user's home. */
async function trust(home: string, rootFiles: readonly string[]): Promise<void> {
  const folder = path.join(home, '.pki/nssdb');
  await mkdir(folder, { recursive: true });
  for (const args of [
    ['-N', '--empty-password'],
    ...rootFiles.map((file, index) => ['-A', '-t', 'C,,', '-n', `everyhop-${index}`, '-i', file]),
  ]) {
    const { code, stderr } = await execute('certutil', ['-d', `sql:${folder}`, ...args]);
    if (code !== 0) throw new Error(stderr);
  }
}

/** A page with its requests and errors since it was opened. */
export interface PageRecord {
  page: Page;
  /** URLs of all requests, including WebSockets. */
  requests: string[];
  /** Errors thrown or written to the console. */
  errors: string[];
}

export async function openPage(browser: BrowserContext): Promise<PageRecord> {
  const page = await browser.newPage();
  const requests: string[] = [];
  const errors: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('websocket', (socket) => requests.push(socket.url()));
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  return { page, requests, errors };
}

/** Saves a screenshot for visual review and logs its path. */
export async function takePicture(t: TestContext, page: Page, name: string): Promise<void> {
  const file = path.join(os.tmpdir(), 'everyhop-screenshots', `${name}.png`);
  await page.screenshot({ path: file, fullPage: true });
  t.diagnostic(`picture: ${file}`);
}

/**
 * Collects every text of an element until one matches `last`, by observing it inside the page.
 * @throws if that takes more than a minute
 */
export function watchText(page: Page, selector: string, last: RegExp): Promise<string[]> {
  return page.evaluate<string[]>(`new Promise((resolve, reject) => {
    const seen = [];
    const look = () => {
      const text = [...document.querySelectorAll(${JSON.stringify(selector)})].at(-1)?.innerText.trim() ?? '';
      if (text !== '' && text !== seen.at(-1)) seen.push(text);
      if (!${last}.test(text)) return;
      observer.disconnect();
      resolve(seen);
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    setTimeout(() => reject(new Error('the text stopped at: ' + seen.at(-1))), 60_000);
    look();
  })`);
}
