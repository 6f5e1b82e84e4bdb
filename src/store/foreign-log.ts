import { closeSync, openSync, readSync, renameSync, rmSync, statSync } from 'node:fs';
import { fileError } from '../base/files.ts';

/** Offset of the file format's write version (https://sqlite.org/fileformat.html#file_format_version_numbers). */
const versionOffset = 18;
const rollbackJournal = 1;

/**
 * Whether the write-ahead log beside a store belongs to another file: the store was replaced by a copy while the log of
 * the former one stayed. SQLite would replay it over the copy. Such a copy (`VACUUM INTO`, `.backup`) has never used a log.
 * @throws EveryhopError `file.*`.
 */
export function hasForeignLog(file: string): boolean {
  try {
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false });
    return log !== undefined && log.size > 0 && isRollbackStore(file);
  } catch (error) {
    throw fileError(error, file);
  }
}

function isRollbackStore(file: string): boolean {
  const byte = Buffer.alloc(1);
  const handle = openSync(file, 'r');
  try {
    return readSync(handle, byte, 0, 1, versionOffset) === 1 && byte[0] === rollbackJournal;
  } finally {
    closeSync(handle);
  }
}

/** Keeps such a log under another name, out of SQLite's sight. */
export function setAsideForeignLog(file: string): void {
  if (!hasForeignLog(file)) return;
  renameSync(`${file}-wal`, `${file}-wal.foreign`);
  rmSync(`${file}-shm`, { force: true });
}
