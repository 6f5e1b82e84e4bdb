import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { watchText } from '../../../test/support/browser.ts';
import { temporaryFolder } from '../../../test/support/up.ts';
import { usePage } from '../page.ts';
import { streamed } from '../outcome.ts';
import { packageVersion } from '../python.ts';
import type { InstalledApp, RealApp } from '../real-app.ts';
import { startProgram } from '../program.ts';

const chat = path.resolve(import.meta.dirname, '../../../examples/gradio/app.py');

/** A script of another host, which Gradio loads for pages that embed it. */
const elsewhere = /cdnjs\.cloudflare|fonts\.g|\/manifest\.json|\/assets\/index-\w+\.css/;

export const gradio = (title: string, python: () => Promise<string>): RealApp => ({
  title,
  underPath: { stripPath: true, setting: 'GRADIO_ROOT_PATH={path}' },
  async install() {
    const program = await python();
    return { version: await packageVersion(program, 'gradio'), start: startWith(program), visit };
  },
});

const startWith =
  (program: string): InstalledApp['start'] =>
  (t, prefix) =>
    startProgram(t, {
      command: [program, chat],
      env: { GRADIO_ANALYTICS_ENABLED: 'False', ...(prefix !== undefined && { GRADIO_ROOT_PATH: prefix }) },
      ready: /Running on local URL/,
    });

const visit: InstalledApp['visit'] = async (t, place) => {
  const note = path.join(await temporaryFolder(t, 'upload'), 'note.txt');
  await writeFile(note, 'carried over HTTPS');
  const steps = await usePage(place, '/', elsewhere, async ({ page }) => {
    const uploaded = page.waitForResponse((answer) => new URL(answer.url()).pathname.endsWith('/upload'));
    await page.setInputFiles('input[type=file]', note);
    await uploaded;
    await page.waitForSelector('[aria-label="Uploaded files"] .thumbnail-item, .thumbnails .thumbnail-item');
    const watched = watchText(page, '[data-testid=bot]', /30\.$/);
    await page.fill('textarea', 'good morning');
    await page.keyboard.press('Enter');
    const answers = await watched;
    const file = await page.getAttribute('[data-testid=user] a', 'href');
    if (!file?.startsWith(`${place.url}/`)) throw new Error(`the file is linked as ${file}`);
    return answers.length;
  });
  return streamed('Chromium: upload, link to the file, chat over SSE', steps);
};
