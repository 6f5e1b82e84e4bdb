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

/** Name of a test copy next to the main configuration. nginx's globs do not match the leading dot. */
export const checkFilePrefix = '.everyhop-check-';

/** Reserve for folders and names. */
const spareBytes = 256 * 1024;

/**
 * Records the files of nginx before and after each change. Its folder contains `open/` during a change, `closing/` for a
 * moment after the commit, and `kept/TIME-ID/` permanently, except for renewals. Holding the journal open locks nginx
 * against other changes from this state folder.
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
   * Opens the journal and completes the cleanup of a committed change.
   * @param options.folder `nginx` in the state folder; created (0700) if missing.
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

  /** The change that was interrupted, or whose rollback failed. @throws EveryhopError `file.*`. */
  async pending(): Promise<Transaction | undefined> {
    const record = await this.#recordIn('open');
    return record && this.#transaction(record);
  }

  /**
   * Records a change with copies of every file, without writing any of them.
   * @param changes in the order of writing; each file once.
   * @throws EveryhopError `nginx.unfinished` if an earlier change is pending; `nginx.changed-meanwhile` if a file differs
   *   from `before`; `nginx.file-not-writable`; `nginx.same-file`; `file.no-space`; `file.*`.
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

  /** Removes test copies that a killed process left next to the main configuration. @throws EveryhopError `file.*`. */
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
        // The change is committed. A cleanup that fails now is repeated before the next change.
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

  /** Renames the folder first, which is atomic, then deletes it. */
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

/** Checks that each file matches `before`, is writable, and occurs only once. */
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

/** The journal needs space for both texts of each file, its folder for the new one. A rollback needs none. */
async function checkRoom(journalFolder: string, files: readonly RecordedFile[]): Promise<void> {
  const bytes = files.reduce((sum, { before, after }) => sum + (before ?? '').length + 2 * (after ?? '').length, 0);
  const outermost = files.map(async ({ real }) => path.dirname((await missingFolders(real))[0] ?? real));
  for (const folder of new Set([journalFolder, ...(await Promise.all(outermost))])) {
    const { bavail, bfree, bsize } = await statfs(folder).catch((error: unknown) => {
      throw fileError(error, folder);
    });
    const blocks = process.geteuid?.() === 0 ? bfree : bavail; // only root may use the reserve
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
