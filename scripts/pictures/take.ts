/** Runs Everyhop and Chromium on the machine of a document's reader, and writes the pictures to /mnt. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { execute } from '../../src/base/process.ts';
import { environment, home, prepareMachine } from '../../test/documents/sandbox/machine.ts';
import { frame } from './frame.ts';
import { drawTerminal } from './terminal.ts';

const save = (name: string, content: string | Buffer): void => writeFileSync(`/mnt/${name}`, content);

await prepareMachine();

// The terminal. `script` gives it one, so that it prints colours.
// The first run of all also explains the new root.
await (await terminalOf('everyhop up')).stop();
const first = await terminalOf('everyhop up http://127.0.0.1:3000');
save('terminal.svg', drawTerminal('everyhop up http://127.0.0.1:3000', first.printed, 92));
await first.stop();
const lan = await terminalOf('everyhop up --demo --lan');
const [, qr = ''] =
  /(On a phone[^]*?(?:[0-9A-F]{4} ){3}[0-9A-F]{4}(?:\n.*[0-9A-F]{4} [0-9A-F]{4}.*)*)/.exec(lan.printed) ?? [];
save('lan.svg', drawTerminal('everyhop up --demo --lan', qr, 76));

const installed = await execute('everyhop', ['trust', 'install'], { env: environment, timeoutMs: 120_000 });
if (installed.code !== 0) throw new Error(installed.stderr);

const plain = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const drawing = await plain.newPage({ deviceScaleFactor: 1.5, viewport: { width: 1200, height: 900 } });

const looks = [
  { name: 'demo', locale: 'en-GB', dark: false, ask: 'Count to 30' },
  { name: 'demo-dark', locale: 'en-GB', dark: true, ask: 'Count to 30' },
  { name: 'demo.zh-CN', locale: 'zh-CN', dark: false, ask: '数到 30' },
];
for (const { name, locale, dark, ask } of looks) {
  const browser = await browserOf(locale, dark, { width: 1000, height: 560 }, name);
  const page = await browser.newPage();
  const security = await watchSecurity(page);
  await page.goto('https://localhost/');
  await page.waitForSelector('[data-fact=certificate].good');
  await page.fill('#input', ask);
  await page.keyboard.press('Enter');
  await page.waitForSelector('#stream[data-cadence]');
  await page.locator('#input').blur();
  const shot = { png: await page.screenshot(), address: page.url(), isSecure: security() === 'secure' };
  if (!shot.isSecure) throw new Error(`Chromium says ${security()}`);
  save(`${name}.webp`, await frame(drawing, { ...shot, dark, width: 1000 }));
  await browser.close();
}
for (const { name, locale } of [
  { name: 'phone', locale: 'en-GB' },
  { name: 'phone.zh-CN', locale: 'zh-CN' },
]) {
  const browser = await browserOf(locale, false, { width: 390, height: 760 }, name);
  const page = await browser.newPage();
  await page.goto('http://192.168.1.10/everyhop/trust');
  await page.waitForSelector('#check[data-state=trusted]', { timeout: 60_000 });
  const shot = { png: await page.screenshot(), address: page.url(), isSecure: false };
  save(`${name}.webp`, await frame(drawing, { ...shot, dark: false, width: 390 }, true));
  await browser.close();
}
await plain.close();
await lan.stop();
process.exit(0);

async function terminalOf(command: string): Promise<{ printed: string; stop(): Promise<void> }> {
  const env = { ...environment, TERM: 'xterm-256color' };
  const wide = `stty cols 200 rows 60; exec ${command}`;
  const child = spawn('script', ['--quiet', '--return', '--command', wide, '/dev/null'], { cwd: home, env });
  let printed = '';
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (/Press Ctrl-C/.test(printed)) resolve();
    });
    child.on('close', () => reject(new Error(printed)));
  });
  return {
    printed: printed.replaceAll('\r', '').trimEnd(),
    async stop() {
      child.stdin.write('\u0003');
      await closed;
    },
  };
}

function browserOf(
  locale: string,
  dark: boolean,
  viewport: { width: number; height: number },
  name: string,
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(`/tmp/profile-${name}`, {
    executablePath: '/usr/bin/chromium',
    env: environment,
    locale,
    viewport,
    deviceScaleFactor: 1.5,
    colorScheme: dark ? 'dark' : 'light',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
}

/** Reads the security state that Chromium shows beside the address. */
async function watchSecurity(page: Page): Promise<() => string> {
  const session = await page.context().newCDPSession(page);
  let state = 'unknown';
  session.on('Security.visibleSecurityStateChanged', ({ visibleSecurityState }) => {
    state = visibleSecurityState.securityState;
  });
  await session.send('Security.enable');
  return () => state;
}
