import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/** Unix socket paths are limited to about 100 bytes. For longer paths, the socket is in the temporary folder. */
const longestSocketPathBytes = 100;

/** The socket of the program that runs on a state folder, for `status` and `reload`. */
export function controlSocketPath(stateFolder: string): string {
  const inside = path.join(stateFolder, 'control.sock');
  if (Buffer.byteLength(inside) <= longestSocketPathBytes) return inside;
  const name = createHash('sha256').update(path.resolve(stateFolder)).digest('hex').slice(0, 24);
  return path.join(os.tmpdir(), `everyhop-${name}.sock`);
}
