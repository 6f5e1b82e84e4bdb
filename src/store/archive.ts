/** A backup as a tar archive: the manifest, the store, and the files that the state folder holds beside it. */
import { createReadStream } from 'node:fs';
import { chmod, lstat, mkdir, open, readdir, readFile, readlink, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { createTarDecoder, createTarPacker, type TarHeader } from 'modern-tar';
import { EveryhopError, systemCode } from '../base/errors.ts';
import { fileError } from '../base/files.ts';
import { backupError } from './messages.ts';
import { isInBackups, publishedEntries, storeName } from './state-entries.ts';

/** Raised when an older Everyhop could no longer restore an archive. */
export const archiveFormat = 1;
const manifestName = 'everyhop-backup.json';
const manifestLimitBytes = 64 * 1024;

export interface Manifest {
  format: number;
  /** The version of Everyhop that wrote it. */
  version: string;
  /** ISO time. */
  created: string;
}

/**
 * Reads the files as the stream is read. Published files that vanish meanwhile are left out: the store has their content.
 * @param store a copy of the store that does not change.
 */
export function writeArchive(folder: string, store: string, manifest: Manifest): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const write = async (header: TarHeader, body?: AsyncIterable<Uint8Array>): Promise<void> => {
    const writer = controller.add(header).getWriter();
    for await (const chunk of body ?? []) await writer.write(chunk);
    await writer.close();
  };
  const writeBytes = (header: Omit<TarHeader, 'size'>, bytes: Uint8Array): Promise<void> =>
    write({ ...header, size: bytes.length }, oneChunk(bytes));
  const add = async (name: string): Promise<void> => {
    const file = path.join(folder, name);
    const found = await lstat(file);
    const header = { name, mtime: found.mtime, mode: found.mode & 0o777 };
    if (found.isSymbolicLink()) {
      const linkname = await readlink(file);
      // A link of the operator's own would lead nowhere on another machine.
      return isInside(name, linkname) ? write({ ...header, size: 0, type: 'symlink', linkname }) : undefined;
    }
    if (found.isFile()) return writeBytes(header, await readFile(file));
    if (!found.isDirectory()) return;
    await write({ ...header, name: `${name}/`, size: 0, type: 'directory' });
    for (const entry of (await readdir(file)).toSorted()) await addIfThere(`${name}/${entry}`);
  };
  const addIfThere = async (name: string): Promise<void> => {
    if (!isInBackups(name)) return;
    await add(name).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw fileError(error, path.join(folder, name));
    });
  };
  const all = async (): Promise<void> => {
    const mtime = new Date(manifest.created);
    await writeBytes({ name: manifestName, mode: 0o600, mtime }, Buffer.from(`${JSON.stringify(manifest)}\n`));
    const { size } = await stat(store);
    await write({ name: storeName, mode: 0o600, mtime, size }, createReadStream(store));
    for (const name of publishedEntries(folder)) await addIfThere(name);
    controller.finalize();
  };
  void all().catch((error: unknown) => controller.error(error));
  return readable;
}

/** Whether a link leads to content of the archive. */
function isInside(name: string, linkname: string): boolean {
  const leadsTo = path.posix.normalize(path.posix.join(path.posix.dirname(name), linkname));
  return !path.posix.isAbsolute(linkname) && isInBackups(leadsTo);
}

// oxlint-disable-next-line require-await -- an iterable, as of a stream
async function* oneChunk(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/**
 * Unpacks an archive into an empty folder, and syncs all files. Even a malicious archive writes nothing outside that folder,
 * and gives no file more permissions than ours have.
 * @param file the archive's name for errors.
 * @throws EveryhopError `backup.foreign`, `backup.too-new`, `backup.damaged`, `file.*`.
 */
export async function readArchive(
  archive: ReadableStream<Uint8Array>,
  target: string,
  file: string,
): Promise<Manifest> {
  let manifest: Manifest | undefined;
  const folders = new Set(['.']);
  try {
    for await (const { header, body } of archive.pipeThrough(createTarDecoder({ strict: true }))) {
      if (!manifest) {
        manifest = await readManifest(header, body, file);
        continue;
      }
      const name = header.name.replace(/\/$/, '');
      const isOurs = isInBackups(name) && name === path.posix.normalize(name) && folders.has(path.posix.dirname(name));
      if (!isOurs) throw backupError('backup.foreign', { file });
      await unpack(header, body, path.join(target, name), name, file);
      if (header.type === 'directory') folders.add(name);
    }
  } catch (error) {
    const ours = fileError(error, target);
    if (ours instanceof EveryhopError) throw ours;
    throw backupError(manifest || isOfStream(error) ? 'backup.damaged' : 'backup.foreign', { file }, { cause: error });
  }
  if (!manifest) throw backupError('backup.foreign', { file });
  return manifest;
}

/** Of the decryption, and not of the archive in it. */
function isOfStream(error: unknown): boolean {
  return error instanceof Error && /tag|chunk/.test(error.message);
}

async function readManifest(header: TarHeader, body: AsyncIterable<Uint8Array>, file: string): Promise<Manifest> {
  if (header.name !== manifestName || header.size > manifestLimitBytes) throw backupError('backup.foreign', { file });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const manifest = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Manifest;
  if (manifest.format > archiveFormat) throw backupError('backup.too-new', { file, version: manifest.version });
  return manifest;
}

async function unpack(
  { type = 'file', mode = 0, linkname = '', mtime }: TarHeader,
  body: AsyncIterable<Uint8Array>,
  target: string,
  name: string,
  file: string,
): Promise<void> {
  if (type === 'directory') {
    await mkdir(target, { mode: 0o700 });
    await chmod(target, (mode & 0o755) | 0o700);
  } else if (type === 'symlink') {
    if (!isInside(name, linkname)) throw backupError('backup.foreign', { file });
    await symlink(linkname, target);
  } else if (type === 'file') {
    const handle = await open(target, 'wx', 0o600);
    try {
      for await (const chunk of body) await handle.appendFile(chunk);
      await handle.chmod(mode & 0o644);
      if (mtime) await handle.utimes(mtime, mtime);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } else throw backupError('backup.foreign', { file });
}
