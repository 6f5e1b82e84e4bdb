/** A state folder with everything that a backup must carry. */
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { hash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { cleanEnvironment, temporaryFolder } from '../support/up.ts';

export const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');
export const passphrase = 'correct horse battery staple';

export interface BackupWorld {
  above: string;
  /** With an authority, a certificate and a record of nginx. */
  state: string;
  run: (...words: string[]) => Promise<{ code: number | null; stdout: string; stderr: string }>;
  /** Passphrases cost a second each. */
  lock: { recipients: string[] };
  key: { identities: string[] };
}

/** Made once: issuing takes a process. */
let template: Promise<string> | undefined;

async function makeTemplate(): Promise<string> {
  const above = await mkdtemp(path.join(os.tmpdir(), 'everyhop-backup-template-'));
  process.on('exit', () => rmSync(above, { recursive: true, force: true }));
  const state = path.join(above, 'state');
  await issue(runIn(above), state, 'models.internal');
  await mkdir(path.join(state, 'nginx/kept/1'), { recursive: true, mode: 0o700 });
  await writeFile(path.join(state, 'nginx/kept/1/record.json'), '{}\n', { mode: 0o600 });
  await writeFile(path.join(above, 'passphrase'), `${passphrase}\n`);
  return above;
}

function runIn(folder: string): BackupWorld['run'] {
  const env = cleanEnvironment(folder);
  return (...words) => execute(process.execPath, [program, ...words], { env, cwd: folder });
}

export async function backupWorld(t: TestContext): Promise<BackupWorld> {
  const above = await temporaryFolder(t, 'backup');
  await cp(await (template ??= makeTemplate()), above, { recursive: true, verbatimSymlinks: true });
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const [lock, key] = [{ recipients: [recipient] }, { identities: [identity] }];
  return { above, state: path.join(above, 'state'), run: runIn(above), lock, key };
}

export async function issue(run: BackupWorld['run'], state: string, name: string): Promise<void> {
  const { code, stderr } = await run('certificates', 'obtain', name, '--state', state);
  if (code !== 0) throw new Error(stderr);
}

/** Every published file below a folder with a digest of its content, and every link with its target. */
export async function treeOf(folder: string): Promise<Map<string, string>> {
  const tree = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    // A copy of the store has the same rows, but not the same bytes.
    if (/lock|^backup|^everyhop\.db/.test(name) || entry.isDirectory()) continue;
    tree.set(name, entry.isSymbolicLink() ? `→ ${await readlink(file)}` : hash('sha256', await readFile(file)));
  }
  return tree;
}
