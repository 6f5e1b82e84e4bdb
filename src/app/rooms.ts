import { existsSync } from 'node:fs';
import path from 'node:path';
import { Authority } from '../authority/authority.ts';
import { loadRecords } from '../authority/records.ts';
import { systemClock } from '../base/clock.ts';
import { writeFileAtomic } from '../base/files.ts';
import { systemRandom } from '../base/random.ts';
import { openState, type State } from '../store/state.ts';
import { encodePem } from '../x509/pem.ts';

/** Every other room takes these as arguments. */
export const clock = systemClock;
export const random = systemRandom;

export interface Rooms {
  state: State;
  authority: Authority;
}

/** Opens the store and the authority in it; both are made if this is the first time. Close the state afterwards. */
export async function openRooms(folder: string, names: readonly string[] = []): Promise<Rooms> {
  const state = await openState(folder);
  try {
    return { state, authority: await Authority.open(state.database, { clock, random, names }) };
  } catch (error) {
    await state.close();
    throw error;
  }
}

/** The root of the authority that a folder holds, PEM; undefined where there is none, and then none is made. */
export async function existingRoot(folder: string): Promise<string | undefined> {
  if (!existsSync(path.join(folder, 'everyhop.db'))) return undefined;
  const state = await openState(folder);
  try {
    const records = await loadRecords(state.database);
    return records && encodePem('CERTIFICATE', records.root.certificate.der);
  } finally {
    await state.close();
  }
}

/** Where clients on this machine find the root. */
export function rootFileIn(folder: string): string {
  return path.join(folder, 'root.pem');
}

/** Root certificates are public; every client on the machine may read the file. */
export async function publishRoot(folder: string, authority: Authority): Promise<void> {
  await writeFileAtomic(rootFileIn(folder), authority.rootPem(), { mode: 0o644 });
}
