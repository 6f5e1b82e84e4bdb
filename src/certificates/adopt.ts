import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../store/database.ts';
import { readPublished } from './archive.ts';
import { type Generation, nameSetKey, readGenerations, writeGeneration } from './generation.ts';

/**
 * Takes published certificates into the store that it lacks, because it was restored from an older copy: they are newer
 * than the stored ones for the same names. Their issuer is that of the stored ones.
 * @param folders names under `live/`; undefined: all.
 */
export async function adoptPublished(
  database: Database,
  stateFolder: string,
  folders?: readonly string[],
): Promise<Generation[]> {
  const live = path.join(stateFolder, 'live');
  const entries: string[] = folders ? [...folders] : await readdir(live).catch(() => []);
  const adopted: Generation[] = [];
  for (const entry of entries.filter((name) => !name.startsWith('.'))) {
    const archive = path.join(stateFolder, 'archive', entry);
    const linked = path.basename(await readlink(path.join(live, entry)).catch(() => ''));
    const ids: string[] = linked === '' ? await readdir(archive).catch(() => []) : [linked];
    for (const id of ids) {
      const generation = await adoptOne(database, path.join(archive, id));
      if (generation) adopted.push(generation);
    }
  }
  return adopted;
}

async function adoptOne(database: Database, folder: string): Promise<Generation | undefined> {
  const [known] = await database.query('SELECT id FROM generations WHERE id = $1', [path.basename(folder)]);
  const published = known ? undefined : await readPublished(folder).catch(() => undefined);
  if (!published) return undefined;
  const [newest] = await readGenerations(database, nameSetKey(published.names));
  if (!newest || newest.notBeforeMs >= published.notBeforeMs) return undefined;
  const createdMs = Math.max(published.createdMs, newest.createdMs + 1);
  const generation = { ...published, issuer: newest.issuer, createdMs };
  await writeGeneration(database, generation);
  return generation;
}
