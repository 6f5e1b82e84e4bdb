import { usePage } from '../page.ts';
import { startProgram } from '../program.ts';
import { packageVersion, pythonWith } from '../python.ts';
import type { InstalledApp, RealApp } from '../real-app.ts';

const options = ['--no-browser', '--allow-root', '--ip=127.0.0.1', '--port={port}', '--IdentityProvider.token=secret'];

export const jupyter: RealApp = {
  title: 'JupyterLab',
  underPath: { stripPath: false, setting: '--ServerApp.base_url={path}/' },
  async install() {
    const python = await pythonWith('jupyter', ['jupyterlab', 'notebook']);
    return { version: await packageVersion(python, 'jupyterlab'), start: startWith(python), visit };
  },
};

const startWith =
  (python: string): InstalledApp['start'] =>
  (t, prefix) =>
    startProgram(t, {
      // prettier-ignore
      command: [python, '-m', 'jupyterlab', ...options, ...(prefix === undefined ? [] : [`--ServerApp.base_url=${prefix}/`])],
      env: {
        JUPYTER_CONFIG_DIR: '{folder}/config',
        JUPYTER_RUNTIME_DIR: '{folder}/run',
        IPYTHONDIR: '{folder}/ipython',
      },
      ready: /is running at/,
    });

const visit: InstalledApp['visit'] = async (_t, place) => {
  await usePage(
    place,
    '/lab?token=secret&reset',
    /\/api\/news|\/api\/contents\/|workspaces/,
    async ({ page, sockets }) => {
      await page.getByText('Python 3 (ipykernel)').first().click();
      await page.locator('.jp-Notebook .cm-content').first().click();
      await page.keyboard.type('import time\nfor n in range(20): print(n, flush=True); time.sleep(0.05)');
      await page.keyboard.press('Shift+Enter');
      await page.locator('.jp-OutputArea-output pre', { hasText: /^19$/m }).waitFor();
      const chooser = page.waitForEvent('filechooser');
      await page.locator('[data-command="filebrowser:upload"], [title^="Upload Files"]').first().click();
      await (await chooser).setFiles({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
      await page.locator('.jp-DirListing-itemText', { hasText: 'note.txt' }).waitFor();
      if (!sockets.some((url) => url.includes('/api/kernels/'))) throw new Error('no WebSocket');
    },
  );
  return 'Chromium: a cell ran and printed over a WebSocket, upload';
};
