import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { watchText } from '../../../test/support/browser.ts';
import { temporaryFolder } from '../../../test/support/up.ts';
import { streamed } from '../outcome.ts';
import { usePage } from '../page.ts';
import { startProgram } from '../program.ts';
import { packageVersion } from '../python.ts';
import type { InstalledApp, RealApp } from '../real-app.ts';

const chat = path.resolve(import.meta.dirname, '../../../examples/streamlit/app.py');
const options = ['--server.headless=true', '--server.address=127.0.0.1', '--server.port={port}'];
const quiet = ['--browser.gatherUsageStats=false', '--server.fileWatcherType=none'];

export const streamlit = (title: string, python: () => Promise<string>): RealApp => ({
  title,
  underPath: { stripPath: true, setting: '' },
  async install() {
    const program = await python();
    return { version: await packageVersion(program, 'streamlit'), start: startWith(program), visit };
  },
});

const startWith =
  (program: string): InstalledApp['start'] =>
  (t) =>
    startProgram(t, {
      command: [program, '-m', 'streamlit', 'run', chat, ...options, ...quiet],
      ready: /URL: http/,
    });

const visit: InstalledApp['visit'] = async (t, place) => {
  const note = path.join(await temporaryFolder(t, 'upload'), 'note.txt');
  await writeFile(note, 'carried over HTTPS');
  const steps = await usePage(place, '/', /^$/, async ({ page, sockets }) => {
    await page.setInputFiles('[data-testid=stFileUploader] input[type=file]', note);
    await page.waitForSelector('text=note.txt: 18 bytes');
    const watched = watchText(page, '[data-testid=stChatMessage]', /30\.$/);
    await page.fill('[data-testid=stChatInput] textarea', 'good morning');
    await page.keyboard.press('Enter');
    if (!sockets.some((url) => new URL(url).pathname.endsWith('/_stcore/stream'))) throw new Error('no WebSocket');
    return (await watched).length;
  });
  return streamed('Chromium: upload, chat over a WebSocket', steps);
};
