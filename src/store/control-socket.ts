import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { fileError } from '../base/files.ts';
import { storeError } from './messages.ts';

/** Paths of Unix sockets have at most 103 bytes on macOS and 107 on Linux. */
const longestSocketPathBytes = 100;
const socketName = 'control.sock';

/** The socket of the program that runs on a state folder, for `status` and `reload`. It is always inside the folder. */
export interface ControlSocket {
  /** For the file system, however long. */
  file: string;
  /** For listening and connecting, until `close`. */
  address: string;
  close(): Promise<void>;
}

/** @throws EveryhopError `file.*`, and `store.path-too-long` on systems without /proc. */
export async function controlSocket(stateFolder: string): Promise<ControlSocket> {
  const file = path.join(stateFolder, socketName);
  if (Buffer.byteLength(file) <= longestSocketPathBytes) return { file, address: file, close: async () => {} };
  if (process.platform !== 'linux') throw storeError('store.path-too-long', { folder: stateFolder, limit: 87 });
  let folder: FileHandle;
  try {
    folder = await open(stateFolder, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw fileError(error, stateFolder);
  }
  return { file, address: `/proc/self/fd/${folder.fd}/${socketName}`, close: () => folder.close() };
}
