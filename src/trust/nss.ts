import { access, chown, constants, mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../base/files.ts';
import { baseError } from '../base/messages.ts';
import type { Execute, Execution } from '../base/process.ts';
import { trustError } from './messages.ts';
import { requireSuccess, withCertificateFile } from './run.ts';
import {
  certificatesIn,
  type FoundRoot,
  labelOf,
  quoted,
  type Root,
  rootSubject,
  type TrustStore,
  type Undo,
} from './store.ts';

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

/**
 * The databases of Chromium (one per user) and Firefox (one per profile). NSS's certutil changes them, as their owner: root may
 * change those of other users.
 */
export class NssStore implements TrustStore {
  readonly name = 'nss';
  readonly #execute: Execute;
  readonly #homes: readonly string[];

  /** @param homes of the users. */
  constructor(execute: Execute, ...homes: string[]) {
    this.#execute = execute;
    this.#homes = homes;
  }

  /** Includes Chromium's database even if it does not exist yet, because the browser creates it at its first start. */
  async find(): Promise<string[]> {
    await this.#requireTool();
    const found = new Set<string>();
    for (const home of this.#homes) {
      for (const pattern of databasePatterns) {
        for (const folder of await foldersOf(home, pattern))
          if (await exists(path.join(folder, 'cert9.db'))) found.add(folder);
      }
      const own = ['.pki/nssdb', '.local/share/pki/nssdb'].map((one) => path.join(home, one));
      if (!own.some((folder) => found.has(folder))) found.add(own[0]!);
    }
    return [...found];
  }

  async has(location: string, root: Pick<Root, 'fingerprint'>): Promise<boolean> {
    const entry = await this.#entryOf(location, root);
    return entry?.trust.split(',')[0]!.includes('C') === true;
  }

  async list(location: string): Promise<FoundRoot[]> {
    const found: FoundRoot[] = [];
    for (const { nickname, trust } of await this.#entries(location)) {
      if (!trust.startsWith('C')) continue;
      const command = `certutil -D -d ${quoted(`sql:${location}`)} -n ${quoted(nickname)}`;
      for (const { der, fingerprint } of await this.#certificatesOf(location, nickname))
        if (der.includes(rootSubject)) found.push({ fingerprint, command });
    }
    return found;
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
      await makeFolder(location);
      requireSuccess(await this.#certutil(location, ['-N', '--empty-password']), 'certutil');
    }
    await withCertificateFile(root.pem, async (file) => {
      // `C`: trusted to issue server certificates only. NSS keeps one entry per certificate.
      const entry = await this.#entryOf(location, root);
      const how = entry ? ['-M', '-n', entry.nickname] : ['-A', '-n', labelOf(root.fingerprint), '-i', file];
      requireSuccess(await this.#certutil(location, [...how, '-t', 'C,,']), 'certutil');
    });
  }

  async uninstall(location: string, fingerprint: string, undo: Undo): Promise<void> {
    if (!(await exists(path.join(location, 'cert9.db')))) return;
    const label = labelOf(fingerprint);
    if ((await this.#entries(location)).some(({ nickname }) => nickname === label)) {
      requireSuccess(await this.#certutil(location, ['-D', '-n', label]), 'certutil');
    }
    const { made, nickname: theirs, trust } = undo;
    if (typeof theirs === 'string' && (await this.#entries(location)).some(({ nickname }) => nickname === theirs)) {
      requireSuccess(await this.#certutil(location, ['-M', '-n', theirs, '-t', String(trust)]), 'certutil');
    }
    if (typeof made === 'string' && made !== '' && (await this.#entries(location)).length === 0)
      await removeDatabase(location, made);
  }

  /** The entry with this certificate, under any name. */
  async #entryOf(
    location: string,
    { fingerprint }: Pick<Root, 'fingerprint'>,
  ): Promise<{ nickname: string; trust: string } | undefined> {
    for (const entry of await this.#entries(location)) {
      const certificates = await this.#certificatesOf(location, entry.nickname);
      if (certificates.some((one) => one.fingerprint === fingerprint)) return entry;
    }
    return undefined;
  }

  /** NSS gives certificates with the same subject the same nickname. */
  async #certificatesOf(location: string, nickname: string): Promise<{ der: Buffer; fingerprint: string }[]> {
    return certificatesIn((await this.#certutil(location, ['-L', '-n', nickname, '-a'])).stdout);
  }

  async #entries(location: string): Promise<{ nickname: string; trust: string }[]> {
    if (!(await exists(path.join(location, 'cert9.db')))) return [];
    const listed = requireSuccess(await this.#certutil(location, ['-L']), 'certutil');
    const rows = listed.stdout.matchAll(/^(.+?)\s+([a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*)\s*$/gm);
    return [...rows].map(([, nickname, trust]) => ({ nickname: nickname!, trust: trust! }));
  }

  async #certutil(location: string, args: string[]): Promise<Execution> {
    const user = process.getuid?.() === 0 ? await ownerOf(location) : undefined;
    return this.#execute('certutil', ['-d', `sql:${location}`, ...args], { user });
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

async function foldersOf(home: string, pattern: string): Promise<string[]> {
  const full = path.join(home, pattern);
  if (!full.endsWith('*')) return [full];
  const parent = path.dirname(full);
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(parent, entry.name));
}

/** The owner of a folder, or of its nearest existing parent. */
async function ownerOf(folder: string): Promise<{ uid: number; gid: number }> {
  let at = folder;
  while (!(await exists(at))) at = path.dirname(at);
  const { uid, gid } = await stat(at);
  return { uid, gid };
}

/** The new folders get the owner of the folder that they are in. */
async function makeFolder(folder: string): Promise<void> {
  try {
    const { uid, gid } = await ownerOf(folder);
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined || process.getuid?.() !== 0) return;
    for (let at = folder; at.startsWith(first); at = path.dirname(at)) await chown(at, uid, gid);
  } catch (error) {
    throw fileError(error, folder);
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
