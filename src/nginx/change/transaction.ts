import { rename } from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { nginxError } from '../messages.ts';
import { managedFolder } from './site.ts';
import { copyPath, type FileChange, type RecordedFile, type TransactionRecord } from './transaction-record.ts';
import { moveAside, readIfThere, removeEmptyFolder, removeFiles, replaceFile, syncFolder } from './write.ts';

/** Reverts a change in a file that was edited since; undefined if the two cannot be separated. */
export type ExtractChange = (change: FileChange, today: string) => string | undefined;

/** Moves or deletes the folder of a finished transaction. */
export interface TransactionStorage {
  commit(record: TransactionRecord): Promise<void>;
  discard(record: TransactionRecord): Promise<void>;
}

/**
 * An atomic change of several files. Recorded before the first file is written: after a crash at any point,
 * `Journal.pending` finds it and it can be rolled back.
 */
export class Transaction {
  readonly #record: TransactionRecord;
  readonly #folder: string;
  readonly #endings: TransactionStorage;

  /** @param folder the folder of the record. */
  constructor(record: TransactionRecord, folder: string, endings: TransactionStorage) {
    this.#record = record;
    this.#folder = folder;
    this.#endings = endings;
  }

  get record(): TransactionRecord {
    return this.#record;
  }

  /**
   * Writes the files in order. After any error, call `rollback`.
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
      // A program that had the file open may have written to it since; its text is then in the renamed file.
      const replaced = before === undefined ? undefined : await readIfThere(former);
      if (replaced !== undefined && replaced !== before) {
        throw nginxError('nginx.changed-meanwhile', { file: file.path });
      }
    }
  }

  /** Makes the change permanent. @throws EveryhopError `file.*`; it can then still be rolled back. */
  commit(): Promise<void> {
    return this.#endings.commit(this.#record);
  }

  /**
   * Restores every file, the last one first. Can be repeated after a failure or a crash.
   * @param extract for a file that was edited since; without it, such an edit is a conflict.
   * @throws EveryhopError `nginx.rollback-conflict` (no file is restored then; with several conflicts, `problems` contains
   *   one for each file), `file.*`.
   */
  async rollback(extract?: ExtractChange): Promise<void> {
    const planned = await this.#planRollback(extract);
    for (const { index, file, text } of planned.toReversed()) await this.#putBack(index, file, text);
    await tidy(this.#record);
    for (const folder of this.#record.newFolders.toReversed()) await removeEmptyFolder(folder);
    await this.#endings.discard(this.#record);
  }

  /** Each file that differs from its original, with the text to restore. */
  async #planRollback(extract: ExtractChange | undefined): Promise<Restoration[]> {
    const planned: Restoration[] = [];
    const conflicts: EveryhopError<'nginx.rollback-conflict'>[] = [];
    for (const [index, file] of this.#record.files.entries()) {
      const today = await readIfThere(file.real);
      if (today === file.before) continue;
      const mended = today === file.after ? file.before : today === undefined ? undefined : extract?.(file, today);
      if (mended !== undefined || today === file.after) planned.push({ index, file, text: mended });
      else conflicts.push(this.#conflict(index, file));
    }
    const [first] = conflicts;
    if (!first) return planned;
    throw conflicts.length === 1 ? first : first.gather(conflicts);
  }

  /** Reports the resolved path, because `cp` does not write through a dangling link. */
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
 * Cleans up after a commit: removes temporary files next to the user's files, and our empty folders. Can be repeated.
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

/** Renames a folder of the journal, synced to disk. */
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

/** Temporary names in the folder of the file; short, to stay within name limits. */
function besides({ id, files }: TransactionRecord, index: number): { fresh: string; former: string } {
  const start = path.join(path.dirname(files[index]!.real), `.everyhop-${id}-${index + 1}`);
  return { fresh: `${start}.new`, former: `${start}.old` };
}
