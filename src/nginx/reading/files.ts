import { constants } from 'node:fs';
import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { baseError, baseWords } from '../../base/messages.ts';
import { Pool } from '../../base/pool.ts';
import { fromLatin1, toLatin1 } from './latin1.ts';
import { glob, matches } from './glob.ts';
import { readingError } from './messages.ts';

/** The source of a configuration's files. Paths are ordinary text, contents are bytes as latin1. */
export interface FileView {
  /** @throws EveryhopError `file.*` */
  read(path: string): Promise<string>;
  /**
   * Works like glob(3): sorted by bytes, wildcards do not match a leading dot, empty if nothing matches.
   * Unlike in nginx, an unreadable folder is an error: nginx may have permissions that we lack.
   * @throws EveryhopError `nginx.path-bytes`, `file.*`
   */
  glob(pattern: string): Promise<string[]>;
  /** Resolves links; returns the path itself if nothing exists there. */
  real(path: string): Promise<string>;
}

/** Limits the number of open files, independent of the number of includes. */
const reading = new Pool(32);

/** The files on disk. */
export const disk: FileView = {
  read: (path) => reading.run(() => readBytes(path)),
  glob: async (pattern) => (await glob(toLatin1(pattern), folders)).map(pathOf),
  real: (path) => reading.run(() => realpath(path).catch(() => path)),
};

/**
 * The same files with planned edits applied.
 * @param edits new texts by path, with links resolved or not; undefined removes the file
 */
export function overlay(base: FileView, edits: ReadonlyMap<string, string | undefined>): FileView {
  const real = async (path: string): Promise<string> => (edits.has(path) ? path : base.real(path));
  return {
    async read(path) {
      const file = await real(path);
      if (!edits.has(file)) return base.read(path);
      const text = edits.get(file);
      if (text === undefined) throw baseError('file.missing', { file: path });
      return text;
    },
    async glob(pattern) {
      const found = await base.glob(pattern);
      const files = await Promise.all(found.map(real));
      const stays = found.filter((_, index) => !edits.has(files[index]!) || edits.get(files[index]!) !== undefined);
      const planned = [...edits].filter(
        ([path, text]) => text !== undefined && matches(toLatin1(pattern), toLatin1(path)),
      );
      const paths = new Set([...stays, ...planned.map(([path]) => path)]);
      return [...paths].sort((a, b) => (toLatin1(a) < toLatin1(b) ? -1 : 1));
    },
    real,
  };
}

/**
 * Converts a path from a configuration's bytes to text.
 * @throws EveryhopError `nginx.path-bytes`
 */
export function pathOf(latin1: string): string {
  const path = fromLatin1(latin1);
  if (toLatin1(path) !== latin1 || path.includes('\0')) {
    throw readingError('nginx.path-bytes', { file: JSON.stringify(latin1) });
  }
  return path;
}

async function readBytes(path: string): Promise<string> {
  try {
    // Without O_NONBLOCK, opening a named pipe would block.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (stat.isFile()) return (await handle.readFile()).toString('latin1');
      // nginx goes by the file size, so `include /dev/null;` adds nothing.
      if (stat.isCharacterDevice()) return '';
      throw stat.isDirectory()
        ? baseError('file.is-folder', { file: path })
        : baseError('file.failed', { file: path, reason: baseWords('text.not-file', {}) });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, path);
  }
}

const folders = {
  async list(folder: string): Promise<string[]> {
    try {
      return ['.', '..', ...(await readdir(Buffer.from(folder, 'latin1'), { encoding: 'latin1' }))];
    } catch (error) {
      const nothingThere = ['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '');
      if (nothingThere) return [];
      throw fileError(error, fromLatin1(folder));
    }
  },
  exists: async (path: string): Promise<boolean> =>
    lstat(Buffer.from(path, 'latin1')).then(
      () => true,
      () => false,
    ),
};
