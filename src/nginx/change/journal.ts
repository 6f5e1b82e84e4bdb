import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../base/clock.ts';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import type { Random } from '../../base/random.ts';
import { ProcessLock } from '../../store/process-lock.ts';
import { nginxError } from '../messages.ts';
import {
  type FileChange,
  readRecord,
  type RecordedFile,
  type TransactionPurpose,
  type TransactionRecord,
  writeRecord,
} from './transaction-record.ts';
import { moveFolder, settle, Transaction } from './transaction.ts';
import { checkWritable, attributesOf, missingFolders, readIfThere, realFile, removeFiles } from './write.ts';

export type { FileChange } from './transaction-record.ts';

/** Beside the main configuration while a change is tried on a copy; a glob of nginx does not match it. */
export const checkFilePrefix = '.everyhop-check-';

/** Room that is left over for folders and names. */
const spareBytes = 256 * 1024;

/**
 * What the files of nginx were before each change. In its folder: `open/` while a change is under way, `closing/` for the
 * moment after it was committed, and `kept/TIME-ID/` for good, with the text of every file before and after; only of
 * renewals nothing is kept. Whoever has it open is the only one to change nginx from this state folder.
 */
export class Journal {
  readonly #folder: string;
  readonly #lock: ProcessLock;
  readonly #clock: Clock;
  readonly #random: Random;

  private constructor(folder: string, lock: ProcessLock, clock: Clock, random: Random) {
    this.#folder = folder;
    this.#lock = lock;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Opens it, and ends what was committed but not cleared away.
   * @param options.folder `nginx` in the state folder; made (0700) where it is missing.
   * @throws EveryhopError `nginx.busy` while another process has it open, `file.*`.
   */
  static async open(options: { folder: string; clock: Clock; random: Random }): Promise<Journal> {
    const { folder, clock, random } = options;
    try {
      await mkdir(path.join(folder, 'kept'), { recursive: true, mode: 0o700 });
    } catch (error) {
      throw fileError(error, folder);
    }
    const file = path.join(folder, 'lock');
    const lock = ProcessLock.take(file);
    if (!lock) throw nginxError('nginx.busy', { file });
    const journal = new Journal(folder, lock, clock, random);
    try {
      await journal.#clear();
      return journal;
    } catch (error) {
      journal.close();
      throw error;
    }
  }

  close(): void {
    this.#lock.release();
  }

  /** The change that was under way when a process died, or whose rollback failed. @throws EveryhopError `file.*`. */
  async pending(): Promise<Transaction | undefined> {
    const record = await this.#recordIn('open');
    return record && this.#transaction(record);
  }

  /**
   * Puts a change on record, with copies of every file; writes none of them yet.
   * @param changes in the order of writing; each file once.
   * @throws EveryhopError `nginx.unfinished` where an earlier one is pending; `nginx.changed-meanwhile` where a file is not
   *   what `before` says; `nginx.file-not-writable`; `nginx.same-file`; `file.no-space`; `file.*`.
   */
  async begin(purpose: TransactionPurpose, changes: readonly FileChange[]): Promise<Transaction> {
    await this.#clear();
    const pending = await this.#recordIn('open');
    if (pending) {
      throw nginxError('nginx.unfinished', { site: pending.purpose.site, folder: this.#at('open') });
    }
    await this.removeCheckFiles(purpose.confFile);
    const files = await examine(changes);
    await checkRoom(this.#folder, files);
    const id = this.#random.bytes(6).toString('hex');
    const folders = await Promise.all(files.map(({ real }) => missingFolders(real)));
    const newFolders = [...new Set(folders.flat())].toSorted((one, other) => one.length - other.length);
    const record: TransactionRecord = { id, purpose, begunMs: this.#clock.now(), files, newFolders };
    const draft = this.#at(`${id}.draft`);
    try {
      await writeRecord(draft, record);
      await moveFolder(draft, this.#at('open'));
    } catch (error) {
      await rm(draft, { recursive: true, force: true }).catch(() => {});
      throw error;
    }
    return this.#transaction(record);
  }

  /** What a trial that was killed has left beside the main configuration. @throws EveryhopError `file.*`. */
  async removeCheckFiles(confFile: string): Promise<void> {
    const folder = path.dirname(confFile);
    const left = (await listed(folder)).filter((name) => name.startsWith(checkFilePrefix));
    await removeFiles(left.map((name) => path.join(folder, name)));
  }

  #transaction(record: TransactionRecord): Transaction {
    return new Transaction(record, this.#at('open'), {
      commit: async () => {
        try {
          await moveFolder(this.#at('open'), this.#at('closing'));
        } catch (error) {
          if ((await listed(this.#folder)).includes('open')) throw error;
        }
        // From here on it is done; what cannot be cleared away now is so before the next change.
        await this.#close(record).catch((error: unknown) => {
          if (!(error instanceof EveryhopError)) throw error;
        });
      },
      discard: () => this.#discard('open', record),
    });
  }

  async #close(record: TransactionRecord): Promise<void> {
    await settle(record);
    if (record.purpose.kind === 'renew') return this.#discard('closing', record);
    const time = new Date(record.begunMs).toISOString().replace(/[-:]|\.\d+/g, '');
    await moveFolder(this.#at('closing'), path.join(this.#at('kept'), `${time}-${record.id}`));
  }

  /** A folder goes in one step; what is in it, afterwards. */
  async #discard(name: 'open' | 'closing', { id }: TransactionRecord): Promise<void> {
    const draft = this.#at(`${id}.draft`);
    await moveFolder(this.#at(name), draft);
    await removeFolder(draft);
  }

  async #clear(): Promise<void> {
    const record = await this.#recordIn('closing');
    if (record) await this.#close(record);
    for (const name of await listed(this.#folder)) {
      if (name.endsWith('.draft')) await removeFolder(this.#at(name));
    }
  }

  async #recordIn(name: 'open' | 'closing'): Promise<TransactionRecord | undefined> {
    return (await listed(this.#folder)).includes(name) ? readRecord(this.#at(name)) : undefined;
  }

  #at(name: string): string {
    return path.join(this.#folder, name);
  }
}

/** Is each file what it is said to be, may it be written, and is none there twice? */
async function examine(changes: readonly FileChange[]): Promise<RecordedFile[]> {
  const files = new Map<string, RecordedFile>();
  for (const change of changes) {
    const real = await realFile(change.path);
    const twin = files.get(real);
    if (twin) throw nginxError('nginx.same-file', { file: twin.path, other: change.path });
    await checkWritable(change.path, real);
    if ((await readIfThere(real)) !== change.before) {
      throw nginxError('nginx.changed-meanwhile', { file: change.path });
    }
    files.set(real, { ...change, real, keeping: await attributesOf(real, change.newMode) });
  }
  return [...files.values()];
}

/** The journal takes both texts of each file, the place where it is the new one; putting back takes nothing. */
async function checkRoom(journalFolder: string, files: readonly RecordedFile[]): Promise<void> {
  const bytes = files.reduce((sum, { before, after }) => sum + (before ?? '').length + 2 * (after ?? '').length, 0);
  const outermost = files.map(async ({ real }) => path.dirname((await missingFolders(real))[0] ?? real));
  for (const folder of new Set([journalFolder, ...(await Promise.all(outermost))])) {
    const { bavail, bfree, bsize } = await statfs(folder).catch((error: unknown) => {
      throw fileError(error, folder);
    });
    const blocks = process.geteuid?.() === 0 ? bfree : bavail; // a reserve is root's
    if (blocks * bsize < bytes + spareBytes) throw baseError('file.no-space', { file: folder });
  }
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    throw fileError(error, folder);
  }
}

async function listed(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw fileError(error, folder);
  }
}
