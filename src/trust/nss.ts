import { access, constants, lstat, readdir, stat } from 'node:fs/promises';
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
/** `nogroup`. */
const noGroup = 65_534;

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
      await requireWritable(path.join(location, 'cert9.db'), location);
      // The user may already have imported the certificate under another name, without trusting it.
      const entry = await this.#entryOf(location, root);
      const theirs = entry && entry.nickname !== labelOf(root.fingerprint);
      return { made: older?.['made'] ?? '', ...(theirs ? { nickname: entry.nickname, trust: entry.trust } : {}) };
    }
    let made = location;
    while (!(await exists(path.dirname(made)))) made = path.dirname(made);
    await requireWritable(path.dirname(made));
    return { made };
  }

  async install(location: string, root: Root): Promise<void> {
    if (!(await exists(path.join(location, 'cert9.db')))) {
      // Only this user reads it, as in a browser's own folder.
      const make = ['-c', 'umask 077; mkdir -p -- "$1"', 'sh', location];
      requireSuccess(await this.#asOwner(location, 'sh', make), 'mkdir');
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
      await this.#removeDatabase(location, made);
  }

  /** Removes the database's files, and the folders that `install` created. @param made the topmost of these. */
  async #removeDatabase(location: string, made: string): Promise<void> {
    const files = databaseFiles.map((file) => path.join(location, file));
    requireSuccess(await this.#asOwner(location, 'rm', ['-f', '--', ...files]), 'rm');
    for (let folder = location; folder.startsWith(made); folder = path.dirname(folder)) {
      const { code } = await this.#asOwner(location, 'rmdir', ['--', folder]);
      if (code !== 0) return; // contains other files
    }
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

  #certutil(location: string, args: string[]): Promise<Execution> {
    return this.#asOwner(location, 'certutil', ['-d', `sql:${location}`, ...args]);
  }

  /**
   * Root never touches the files of a user: links would lead it elsewhere, and a database names libraries that certutil loads. That
   * user can read the environment of the program, so it gets little of ours.
   */
  async #asOwner(location: string, program: string, args: string[]): Promise<Execution> {
    const home = this.#homes.find((one) => location.startsWith(one + path.sep));
    const uid = process.getuid?.() === 0 ? await ownerBelow(home ?? location, location) : 0;
    if (uid === 0) return this.#execute(program, args);
    const { PATH, LANG } = process.env;
    const env = { PATH, LANG, HOME: home };
    return this.#execute(program, args, { user: { uid, gid: await this.#groupOf(uid) }, env, cwd: '/' });
  }

  /** The user's own group. Its files may belong to others, to root's for example. */
  async #groupOf(uid: number): Promise<number> {
    const { stdout } = await this.#execute('id', ['-g', String(uid)]);
    return Number(stdout.trim()) || noGroup;
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

/**
 * The first owner other than root on the way from a home folder to a folder in it; 0 if all is root's. The user cannot change the
 * answer: what lies above the first own folder belongs to root.
 */
async function ownerBelow(home: string, folder: string): Promise<number> {
  const steps = path.relative(home, folder).split(path.sep).filter(Boolean);
  for (let depth = 0; depth <= steps.length; depth += 1) {
    const at = path.join(home, ...steps.slice(0, depth));
    // The home folder itself may be a link of the administrator.
    const found = await (depth === 0 ? stat(at) : lstat(at)).catch(() => undefined);
    if (!found || found.uid !== 0) return found?.uid ?? 0;
  }
  return 0;
}

/** @param named in the error. */
async function requireWritable(file: string, named = file): Promise<void> {
  await access(file, constants.W_OK).catch((error: unknown) => {
    throw fileError(error, named);
  });
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
