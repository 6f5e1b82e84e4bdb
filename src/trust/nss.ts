import { access, constants, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../base/files.ts';
import { baseError } from '../base/messages.ts';
import type { Execute } from '../base/process.ts';
import { trustError } from './messages.ts';
import { requireSuccess, withCertificateFile } from './run.ts';
import { labelOf, pemBodies, type Root, type TrustStore, type Undo } from './store.ts';

/** Databases of Chromium and Firefox, relative to the home folder. `*` matches one folder. */
const databasePatterns = [
  '.pki/nssdb',
  '.local/share/pki/nssdb',
  'snap/chromium/current/.pki/nssdb',
  '.mozilla/firefox/*',
  '.config/mozilla/firefox/*',
  'snap/firefox/common/.mozilla/firefox/*',
  '.var/app/org.mozilla.firefox/.mozilla/firefox/*',
  'Library/Application Support/Firefox/Profiles/*',
];
const databaseFiles = ['cert9.db', 'key4.db', 'pkcs11.txt'];

/** The databases of Chromium (one per user) and Firefox (one per profile). NSS's certutil changes them. */
export class NssStore implements TrustStore {
  readonly name = 'nss';
  readonly #execute: Execute;
  readonly #home: string;

  constructor(execute: Execute, home: string) {
    this.#execute = execute;
    this.#home = home;
  }

  /** Includes Chromium's database even if it does not exist yet, because the browser creates it at its first start. */
  async find(): Promise<string[]> {
    await this.#requireTool();
    const found = new Set<string>();
    for (const pattern of databasePatterns) {
      for (const folder of await this.#folders(pattern))
        if (await exists(path.join(folder, 'cert9.db'))) found.add(folder);
    }
    const own = ['.pki/nssdb', '.local/share/pki/nssdb'].map((one) => path.join(this.#home, one));
    if (!own.some((folder) => found.has(folder))) found.add(own[0]!);
    return [...found];
  }

  async has(location: string, root: Root): Promise<boolean> {
    const entry = await this.#entryOf(location, root);
    return entry?.trust.split(',')[0]!.includes('C') === true;
  }

  async prepare(location: string, root: Root, older?: Undo): Promise<Undo> {
    if (await exists(path.join(location, 'cert9.db'))) {
      await access(path.join(location, 'cert9.db'), constants.W_OK).catch((error: unknown) => {
        throw fileError(error, location);
      });
      // The user may already have imported the certificate under another name, without trusting it.
      const entry = await this.#entryOf(location, root);
      const theirs = entry && entry.nickname !== labelOf(root.fingerprint);
      return { made: older?.['made'] ?? '', ...(theirs ? { nickname: entry.nickname, trust: entry.trust } : {}) };
    }
    let made = location;
    while (!(await exists(path.dirname(made)))) made = path.dirname(made);
    return { made };
  }

  async install(location: string, root: Root): Promise<void> {
    if (!(await exists(path.join(location, 'cert9.db')))) {
      await mkdir(location, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        throw fileError(error, location);
      });
      requireSuccess(await this.#execute('certutil', ['-d', `sql:${location}`, '-N', '--empty-password']), 'certutil');
    }
    await withCertificateFile(root.pem, async (file) => {
      // `C`: trusted to issue server certificates only. NSS keeps one entry per certificate.
      const entry = await this.#entryOf(location, root);
      const how = entry ? ['-M', '-n', entry.nickname] : ['-A', '-n', labelOf(root.fingerprint), '-i', file];
      const args = ['-d', `sql:${location}`, ...how, '-t', 'C,,'];
      requireSuccess(await this.#execute('certutil', args), 'certutil');
    });
  }

  async uninstall(location: string, fingerprint: string, undo: Undo): Promise<void> {
    if (!(await exists(path.join(location, 'cert9.db')))) return;
    const label = labelOf(fingerprint);
    if ((await this.#entries(location)).some(({ nickname }) => nickname === label)) {
      requireSuccess(await this.#execute('certutil', ['-d', `sql:${location}`, '-D', '-n', label]), 'certutil');
    }
    const { made, nickname: theirs, trust } = undo;
    if (typeof theirs === 'string' && (await this.#entries(location)).some(({ nickname }) => nickname === theirs)) {
      const args = ['-d', `sql:${location}`, '-M', '-n', theirs, '-t', String(trust)];
      requireSuccess(await this.#execute('certutil', args), 'certutil');
    }
    if (typeof made === 'string' && made !== '' && (await this.#entries(location)).length === 0)
      await removeDatabase(location, made);
  }

  /** The entry with this certificate, under any name. */
  async #entryOf(location: string, root: Root): Promise<{ nickname: string; trust: string } | undefined> {
    if (!(await exists(path.join(location, 'cert9.db')))) return undefined;
    const [wanted] = pemBodies(root.pem);
    for (const entry of await this.#entries(location)) {
      const shown = await this.#execute('certutil', ['-d', `sql:${location}`, '-L', '-n', entry.nickname, '-a']);
      if (pemBodies(shown.stdout).includes(wanted!)) return entry;
    }
    return undefined;
  }

  async #entries(location: string): Promise<{ nickname: string; trust: string }[]> {
    const listed = requireSuccess(await this.#execute('certutil', ['-d', `sql:${location}`, '-L']), 'certutil');
    const rows = listed.stdout.matchAll(/^(.+?)\s+([a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*)\s*$/gm);
    return [...rows].map(([, nickname, trust]) => ({ nickname: nickname!, trust: trust! }));
  }

  async #folders(pattern: string): Promise<string[]> {
    const full = path.join(this.#home, pattern);
    if (!full.endsWith('*')) return [full];
    const parent = path.dirname(full);
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(parent, entry.name));
  }

  async #requireTool(): Promise<void> {
    try {
      await this.#execute('certutil', ['-H']);
    } catch (error) {
      if (!baseError.is(error, 'program.missing')) throw error;
      throw trustError('trust.tool-missing', { tool: 'libnss3-tools', store: this.name }, { cause: error });
    }
  }
}

/** Removes the database's files, and the folders that `install` created. @param made the topmost of these. */
async function removeDatabase(location: string, made: string): Promise<void> {
  for (const file of databaseFiles) await rm(path.join(location, file), { force: true });
  for (let folder = location; folder.startsWith(made); folder = path.dirname(folder)) {
    try {
      await rmdir(folder);
    } catch {
      return; // contains other files
    }
  }
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
