import { archiveIssuer } from '../../certificates/archive.ts';
import { filesIssuer } from '../../certificates/from-files.ts';
import type { Generation } from '../../certificates/generation.ts';
import { nameSetKey } from '../../certificates/generation.ts';
import { foldersFor, readLiveFolders, writeLiveFolders } from '../../certificates/live-folders.ts';
import { publishLive } from '../../certificates/publish.ts';
import { standInIssuer } from '../../certificates/stand-in.ts';
import type { StateSession } from '../state.ts';
import { clock } from '../system.ts';
import type { ServedSites } from './served-sites.ts';
import type { Upkeep } from './upkeep.ts';

/**
 * Publishes the certificates of the sites under `live/`, each in its folder. An expired certificate gives its folder to
 * one that covers some of its names.
 */
export async function publishSites(
  session: StateSession,
  { configuration, generations }: ServedSites,
  unserved: readonly Generation[],
  upkeep: Upkeep,
): Promise<void> {
  const database = await session.database();
  const published = new Map<Generation, string[]>();
  configuration.sites.forEach(({ hosts }, index) => {
    for (const generation of new Set(generations[index]!.filter(isPublished))) {
      // In the order of the configuration: the first name names a new folder.
      const names = hosts.filter((host) => generation.names.includes(host));
      published.set(generation, [...names, ...generation.names.filter((name) => !names.includes(name))]);
    }
  });
  for (const generation of unserved) published.set(generation, generation.names);
  if (published.size === 0) return;
  const valid = [...published].filter(([{ notAfterMs }]) => notAfterMs > clock.now());
  const wanted = (valid.length > 0 ? valid : [...published]).map(([, names]) => ({ names }));
  const present = await readLiveFolders(database, session.folder);
  const changed = foldersFor(wanted, present);
  if (changed.length > 0) await database.transaction((transaction) => writeLiveFolders(transaction, changed));
  const folders = new Map([...present, ...changed].map((folder) => [folder.name, folder.names]));
  for (const generation of published.keys()) {
    for (const [name, names] of folders) {
      if (names !== nameSetKey(generation.names)) continue;
      await upkeep.attempt(async () => void (await publishLive(session.folder, generation, name)));
    }
  }
}

/** False for stand-ins, for files that another program maintains, and for published certificates that lack a store. */
function isPublished({ issuer }: Generation): boolean {
  return ![standInIssuer, filesIssuer, archiveIssuer].includes(issuer);
}
