import { EveryhopError } from '../../base/errors.ts';
import { type Generation, nameSetKey, servedGenerations } from '../../certificates/generation.ts';
import { type LiveFolder, readLiveFolders } from '../../certificates/live-folders.ts';
import { liveName } from '../../certificates/publish.ts';
import { certificatesError } from '../../certificates/messages.ts';
import { requestControl } from '../../control/client.ts';
import { controlError } from '../../control/messages.ts';
import type { DatabaseReader } from '../../store/database.ts';
import type { ServiceStatus } from '../serve/status.ts';
import { clock } from '../system.ts';

/** The certificate to serve for a name; `stored`: the names in all stored certificates. */
export interface LookUp {
  found: Generation | undefined;
  /** Other certificates with this name. */
  others: Generation[];
  folders: LiveFolder[];
  stored: string[];
}

/** @param name the name of a folder under `live/`, or one of the names of a certificate; the newest counts. */
export async function lookUp(database: DatabaseReader, stateFolder: string, name: string): Promise<LookUp> {
  const all = await servedGenerations(database, clock.now());
  const folders = await readLiveFolders(database, stateFolder);
  const wanted = name.toLowerCase();
  const folder = folders.find((one) => one.name === liveName([wanted]));
  const isFolder = ({ names }: Generation): boolean => folder !== undefined && nameSetKey(names) === folder.names;
  const [found, ...others] = all
    .filter((one) => isFolder(one) || one.names.includes(wanted))
    .sort((a, b) => Number(isFolder(b)) - Number(isFolder(a)) || b.createdMs - a.createdMs);
  return { found, others, folders, stored: all.flatMap(({ names }) => names) };
}

/** The folder of a certificate under `live/`; undefined without one. */
export function folderOf({ names }: Generation, folders: readonly LiveFolder[]): string | undefined {
  return folders.find((folder) => folder.names === nameSetKey(names))?.name;
}

/** Why no certificate was found for a name: the running program does not serve it, or nothing runs and none is stored. */
export async function notFound(folder: string, name: string, stored: readonly string[]): Promise<EveryhopError> {
  try {
    const { body } = await requestControl(folder, 'GET', '/status');
    const urls = (body as ServiceStatus).sites.flatMap((site) => site.urls);
    const names = urls.map((url) => new URL(url).hostname).join(', ');
    return certificatesError('certificates.unknown-name', { name, names });
  } catch (error) {
    if (!controlError.is(error, 'cli.not-running')) throw error;
    if (stored.length === 0) return certificatesError('certificates.none-stored', { name, folder });
    return certificatesError('certificates.not-stored', { name, folder, names: stored.join(', ') });
  }
}
