import { describeError } from '../base/errors.ts';
import { baseError } from '../base/messages.ts';
import { restorePhrase } from './daily-copy.ts';
import { storeError } from './messages.ts';

/** SQLite's primary result codes for problems of the environment (https://sqlite.org/rescode.html). */
const results = {
  permission: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  authorization: 23,
  notADatabase: 26,
};

/** Extended codes of SQLITE_IOERR for lack of space: an incomplete write or truncate. */
const shortOfSpace = new Set([778 /* IOERR_WRITE */, 1546 /* IOERR_TRUNCATE */, 4874 /* IOERR_SHMSIZE */]);

export function isBusy(error: unknown): boolean {
  const result = resultOf(error);
  return result === results.busy || result === results.locked;
}

/** Converts an error of SQLite about `file` to ours. Returns errors unchanged that do not come from the environment. */
export function sqliteError(error: unknown, file: string): unknown {
  const extended = extendedResultOf(error);
  if (extended === undefined) return error;
  const options = { cause: error };
  if (shortOfSpace.has(extended)) return baseError('file.no-space', { file }, options);
  switch (extended & 0xff) {
    case results.full:
      return baseError('file.no-space', { file }, options);
    case results.busy:
    case results.locked:
      return storeError('store.busy', { file }, options);
    case results.corrupt:
    case results.notADatabase:
      return storeError('store.corrupt', { file, restore: restorePhrase(file) }, options);
    case results.permission:
    case results.readOnly:
    case results.authorization:
    case results.cannotOpen:
      return baseError('file.denied', { file }, options);
    case results.inputOutput:
      return baseError('file.failed', { file, reason: describeError(error) }, options);
    default:
      return error;
  }
}

function resultOf(error: unknown): number | undefined {
  const extended = extendedResultOf(error);
  return extended === undefined ? undefined : extended & 0xff;
}

function extendedResultOf(error: unknown): number | undefined {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' ? errcode : undefined;
}
