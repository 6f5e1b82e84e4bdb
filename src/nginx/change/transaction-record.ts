import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../../base/files.ts';
import { type FileAttributes, syncFolder, writeSynced } from './write.ts';

/** A file's texts before and after a change; latin1, one character per byte. */
export interface FileChange {
  /** As nginx names it; may contain links. */
  path: string;
  /** Undefined if the file does not exist. */
  before: string | undefined;
  /** Undefined to delete the file. */
  after: string | undefined;
  /** Permissions of a new file (default 0644). */
  newMode?: number;
}

export interface TransactionPurpose {
  kind: 'secure' | 'undo' | 'renew';
  site: string;
  confFile: string;
  /** The nginx binary. */
  program: string;
  prefix: string;
}

export interface RecordedFile extends FileChange {
  /** The path with links resolved. */
  real: string;
  keeping: FileAttributes;
}

/** Everything that another process needs to roll back after a crash. */
export interface TransactionRecord {
  /** 12 hexadecimal digits; part of the names of its temporary files. */
  id: string;
  purpose: TransactionPurpose;
  /** Start time, milliseconds since 1970. */
  begunMs: number;
  /** In the order of writing. */
  files: RecordedFile[];
  /** Folders that the change creates, outermost first. */
  newFolders: string[];
}

interface StoredRecord extends Omit<TransactionRecord, 'files'> {
  version: 1;
  /** The texts are in separate files. */
  files: (Omit<RecordedFile, 'before' | 'after'> & { hasBefore: boolean; hasAfter: boolean })[];
}

const recordName = 'record.json';

/** Path of a file's text before or after the change, in a transaction's folder: a plain copy for `cp` and `diff`. */
export function copyPath(folder: string, index: number, which: 'before' | 'after'): string {
  return path.join(folder, `${index + 1}.${which}`);
}

/**
 * Creates the folder (0700, its files 0600: a configuration may contain secrets), synced to disk.
 * @throws EveryhopError `file.*`.
 */
export async function writeRecord(folder: string, record: TransactionRecord): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
    for (const [index, { before, after }] of record.files.entries()) {
      if (before !== undefined) await writeSynced(copyPath(folder, index, 'before'), before, 0o600);
      if (after !== undefined) await writeSynced(copyPath(folder, index, 'after'), after, 0o600);
    }
    const stored: StoredRecord = {
      ...record,
      version: 1,
      files: record.files.map(({ before, after, ...rest }) => {
        return { ...rest, hasBefore: before !== undefined, hasAfter: after !== undefined };
      }),
    };
    const text = Buffer.from(`${JSON.stringify(stored, undefined, 2)}\n`).toString('latin1');
    await writeSynced(path.join(folder, recordName), text, 0o600);
    await syncFolder(folder);
  } catch (error) {
    throw fileError(error, folder);
  }
}

/** @throws EveryhopError `file.*`, also if the folder contains no record. */
export async function readRecord(folder: string): Promise<TransactionRecord> {
  try {
    const text = await readFile(path.join(folder, recordName), 'utf8');
    const { version: _, files, ...rest } = JSON.parse(text) as StoredRecord;
    const read = (index: number, which: 'before' | 'after'): Promise<string> =>
      readFile(copyPath(folder, index, which), 'latin1');
    const recorded = files.map(async ({ hasBefore, hasAfter, ...file }, index) => ({
      ...file,
      before: hasBefore ? await read(index, 'before') : undefined,
      after: hasAfter ? await read(index, 'after') : undefined,
    }));
    return { ...rest, files: await Promise.all(recorded) };
  } catch (error) {
    throw fileError(error, folder);
  }
}
