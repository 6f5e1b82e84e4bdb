import { rename } from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { nginxError } from '../messages.ts';
import { managedFolder } from './site.ts';
import { copyPath, type FileChange, type RecordedFile, type TransactionRecord } from './transaction-record.ts';
import { moveAside, readIfThere, removeEmptyFolder, removeFiles, replaceFile, syncFolder } from './write.ts';

/** Takes a change out of a file that somebody has written to since; undefined where it cannot be told from theirs. */
export type ExtractChange = (change: FileChange, today: string) => string | undefined;

/** Where the folder of an open transaction goes when it ends. */
export interface TransactionStorage {
  commit(record: TransactionRecord): Promise<void>;
  discard(record: TransactionRecord): Promise<void>;
}

/**
 * A change of some files, all or none. It is on record before the first of them is written; killed at any moment, it is
 * found by `Journal.pending` and put back.
 */
export class Transaction {
  readonly #record: TransactionRecord;
  readonly #folder: string;
  readonly #endings: TransactionStorage;

  /** @param folder where its record lies. */
  constructor(record: TransactionRecord, folder: string, endings: TransactionStorage) {
    this.#record = record;
    this.#folder = folder;
    this.#endings = endings;
  }

  get record(): TransactionRecord {
    return this.#record;
  }

  /**
   * Writes the files in order. Whatever it throws, `rollback` is next.
   * @throws EveryhopError `nginx.changed-meanwhile`, `file.*`.
   */
  async apply(): Promise<void> {
    for (const [index, file] of this.#record.files.entries()) {
      const { real, before, after, keeping } = file;
      if ((await readIfThere(real)) !== before) throw nginxError('nginx.changed-meanwhile', { file: file.path });
      const { fresh, former } = besides(this.#record, index);
      if (after !== undefined) {
        await replaceFile(real, after, keeping, { fresh, former: before === undefined ? undefined : former });
      } else if (before !== undefined) {
        await moveAside(real, former);
      }
      // Whoever had it open may have written to it after the look at it: what they wrote is in the file that was put aside.
      const replaced = before === undefined ? undefined : await readIfThere(former);
      if (replaced !== undefined && replaced !== before) {
        throw nginxError('nginx.changed-meanwhile', { file: file.path });
      }
    }
  }

  /** Ends it: the files stay as they are now. @throws EveryhopError `file.*`; then it has not ended, and may be rolled back. */
  commit(): Promise<void> {
    return this.#endings.commit(this.#record);
  }

  /**
   * Puts every file back, the last one first, and ends it. It may be called again after it failed, or was killed.
   * @param takeOut for a file that was changed by somebody else as well; without it, that is a conflict.
   * @throws EveryhopError `nginx.rollback-conflict` (nothing is put back then; `problems` has one for each file, where
   *   there are several), `file.*`.
   */
  async rollback(takeOut?: ExtractChange): Promise<void> {
    const planned = await this.#planRollback(takeOut);
    for (const { index, file, text } of planned.toReversed()) await this.#putBack(index, file, text);
    await tidy(this.#record);
    for (const folder of this.#record.newFolders.toReversed()) await removeEmptyFolder(folder);
    await this.#endings.discard(this.#record);
  }

  /** Each file that is not as it was, with the text that it is to have. */
  async #planRollback(takeOut: ExtractChange | undefined): Promise<Restoration[]> {
    const planned: Restoration[] = [];
    const conflicts: EveryhopError<'nginx.rollback-conflict'>[] = [];
    for (const [index, file] of this.#record.files.entries()) {
      const today = await readIfThere(file.real);
      if (today === file.before) continue;
      const mended = today === file.after ? file.before : today === undefined ? undefined : takeOut?.(file, today);
      if (mended !== undefined || today === file.after) planned.push({ index, file, text: mended });
      else conflicts.push(this.#conflict(index, file));
    }
    const [first] = conflicts;
    if (!first) return planned;
    throw conflicts.length === 1 ? first : first.gather(conflicts);
  }

  /** The file itself is named: `cp` does not write through a link that leads nowhere. */
  #conflict(index: number, file: RecordedFile): EveryhopError<'nginx.rollback-conflict'> {
    const copy = copyPath(this.#folder, index, file.before === undefined ? 'after' : 'before');
    return nginxError('nginx.rollback-conflict', { file: file.real, copy });
  }

  async #putBack(index: number, file: RecordedFile, text: string | undefined): Promise<void> {
    const { real, before, keeping } = file;
    const { fresh, former } = besides(this.#record, index);
    if (text === undefined) return removeFiles([real]);
    if (text === before && (await readIfThere(former)) !== undefined) return moveAside(former, real);
    await removeFiles([fresh]);
    await replaceFile(real, text, keeping, { fresh, former: undefined });
  }
}

interface Restoration {
  index: number;
  file: RecordedFile;
  text: string | undefined;
}

/**
 * What follows once a transaction has been committed; may be done again: nothing is left beside the user's files, and of
 * our own folders none that is empty.
 */
export async function settle(record: TransactionRecord): Promise<void> {
  await tidy(record);
  const ours = managedFolder(record.purpose.confFile);
  for (const { real, after } of record.files) {
    if (after !== undefined) continue;
    let folder = path.dirname(real);
    while (`${folder}/`.startsWith(`${ours}/`) && (await removeEmptyFolder(folder))) folder = path.dirname(folder);
  }
}

/** Renames a folder of the journal, down to the disk. */
export async function moveFolder(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
    await syncFolder(path.dirname(to));
    if (path.dirname(from) !== path.dirname(to)) await syncFolder(path.dirname(from));
  } catch (error) {
    throw fileError(error, from);
  }
}

async function tidy(record: TransactionRecord): Promise<void> {
  await removeFiles([...record.files.keys()].flatMap((index) => Object.values(besides(record, index))));
}

/** In the folder of the file itself; short, so that no name is too long. */
function besides({ id, files }: TransactionRecord, index: number): { fresh: string; former: string } {
  const start = path.join(path.dirname(files[index]!.real), `.everyhop-${id}-${index + 1}`);
  return { fresh: `${start}.new`, former: `${start}.old` };
}
