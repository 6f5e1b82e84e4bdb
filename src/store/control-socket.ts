import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

/** A Unix socket's path may have about 100 bytes; a state folder deeper than that gets one in the temporary folder. */
const longestSocketPathBytes = 100;

/** Where the running program of a state folder listens for `status` and `reload`. */
export function controlSocketPath(stateFolder: string): string {
  const inside = path.join(stateFolder, 'control.sock');
  if (Buffer.byteLength(inside) <= longestSocketPathBytes) return inside;
  const name = createHash('sha256').update(path.resolve(stateFolder)).digest('hex').slice(0, 24);
  return path.join(os.tmpdir(), `everyhop-${name}.sock`);
}
