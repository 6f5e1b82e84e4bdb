/**
 * Makes the pictures of the documents from real runs, in a sandbox (root on Linux, with Chromium). The frame
 * shows a padlock only after Chromium has verified the certificate.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runInSandbox } from '../test/documents/sandbox/run.ts';

const target = path.resolve(import.meta.dirname, '../docs/pictures');
const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-pictures-'));
try {
  await runInSandbox(folder, path.join(import.meta.dirname, 'pictures/take.ts'));
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(folder).filter((file) => /\.(?:webp|svg)$/.test(file))) {
    copyFileSync(path.join(folder, name), path.join(target, name));
    process.stdout.write(`docs/pictures/${name}: ${Math.round(statSync(path.join(target, name)).size / 1000)} kB\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
