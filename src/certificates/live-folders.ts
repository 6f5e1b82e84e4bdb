/** Which certificate each folder under `live/` holds. A folder belongs to one certificate and keeps its name. */
import { readdir, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Database, DatabaseReader } from '../store/database.ts';
import { nameSetKey } from './generation.ts';
import { certificatesError } from './messages.ts';
import { liveName } from './publish.ts';

export interface LiveFolder {
  /** Under `live/`. */
  name: string;
  /** `nameSetKey` of the certificate. */
  names: string;
  /** `up`: follows the configuration. `obtain`: a person asked for it. undefined: from an earlier version. */
  owner: 'up' | 'obtain' | undefined;
}

interface Row {
  name: string;
  names: string;
  owner: string;
}

/** The recorded folders, and those that an earlier version has published. */
export async function readLiveFolders(database: DatabaseReader, stateFolder: string): Promise<LiveFolder[]> {
  const rows = await database.query<Row>('SELECT name, names, owner FROM live_folders ORDER BY name');
  const folders = rows.map((row): LiveFolder => ({ ...row, owner: row.owner as 'up' | 'obtain' }));
  const live = path.join(stateFolder, 'live');
  const entries: string[] = await readdir(live).catch(() => []);
  const recorded = new Set(folders.map(({ name }) => name));
  for (const name of entries.filter((entry) => !recorded.has(entry) && !entry.startsWith('.'))) {
    const id = path.basename(await readlink(path.join(live, name)).catch(() => ''));
    if (id === '') continue; // the operator's own folder
    const [found] = await database.query<{ names: string }>('SELECT names FROM generations WHERE id = $1', [id]);
    if (found) folders.push({ name, names: found.names, owner: undefined });
  }
  return folders;
}

export async function writeLiveFolders(database: Database, folders: readonly LiveFolder[]): Promise<void> {
  for (const { name, names, owner } of folders) {
    await database.query(
      `INSERT INTO live_folders (name, names, owner) VALUES ($1, $2, $3)
       ON CONFLICT (name) DO UPDATE SET names = excluded.names, owner = excluded.owner`,
      [name, names, owner ?? 'up'],
    );
  }
}

/** A certificate to publish. */
export interface WantedFolder {
  /** In the given order: the first one names a new folder. */
  names: readonly string[];
}

/**
 * The folders for the certificates of a configuration. A folder follows its certificate when names are added or removed;
 * folders that a person asked for are left alone. Pure.
 * @returns the changed and new folders.
 */
export function foldersFor(wanted: readonly WantedFolder[], folders: readonly LiveFolder[]): LiveFolder[] {
  const now = new Map(folders.map((folder) => [folder.name, folder]));
  const keys = new Set(wanted.map(({ names }) => nameSetKey(names)));
  const firsts = new Set(wanted.map(({ names }) => liveName(names)));
  const changed: LiveFolder[] = [];
  const give = (name: string, names: string): void => {
    const folder: LiveFolder = { name, names, owner: 'up' };
    now.set(name, folder);
    changed.push(folder);
  };
  for (const { names } of wanted) {
    const key = nameSetKey(names);
    const first = liveName(names);
    const exact = [...now.values()].filter((folder) => folder.names === key);
    for (const { name, owner } of exact) if (owner === undefined) give(name, key);
    // Of certificates that the configuration no longer has.
    const former = [...now.values()].filter(({ names: one, owner }) => !keys.has(one) && owner !== 'obtain');
    const own = former.filter(
      (folder) => isWithin(folder.names, key) || (folder.name === first && meets(folder.names, key)),
    );
    for (const { name } of own) give(name, key);
    if (exact.length > 0 || own.length > 0) continue;
    const larger = former.find((folder) => isWithin(key, folder.names) && !firsts.has(folder.name));
    give(larger?.name ?? freeName(first, now), key);
  }
  return changed;
}

/**
 * The folders for a certificate that a person obtains.
 * @param chosen the name of the folder; undefined: the first name. Only a chosen folder gives up names.
 * @returns the folders; those to write are changed or new.
 * @throws EveryhopError `certificates.folder-taken`.
 */
export function foldersForRequest(
  names: readonly string[],
  chosen: string | undefined,
  folders: readonly LiveFolder[],
): LiveFolder[] {
  const key = nameSetKey(names);
  const name = liveName([chosen ?? names[0]!]);
  const present = folders.find((folder) => folder.name === name);
  const exact = folders.filter((folder) => folder.names === key && (chosen === undefined || folder.name === name));
  const folder: LiveFolder = { name, names: key, owner: present?.names === key ? present.owner : 'obtain' };
  const isOurs = !present || present.names === key;
  if (isOurs && (exact.length === 0 || present)) return [folder, ...exact.filter((one) => one.name !== name)];
  if (present && present.owner !== 'up' && (chosen !== undefined || isWithin(present.names, key))) {
    return [folder, ...exact];
  }
  if (exact.length > 0) return exact;
  throw certificatesError('certificates.folder-taken', {
    folder: `live/${name}`,
    names: names.join(', '),
    taken: present!.names.replaceAll(' ', ', '),
    name,
    words: names.join(' '),
  });
}

function isWithin(names: string, others: string): boolean {
  const all = new Set(others.split(' '));
  return names.split(' ').every((name) => all.has(name));
}

function meets(names: string, others: string): boolean {
  const all = new Set(others.split(' '));
  return names.split(' ').some((name) => all.has(name));
}

function freeName(first: string, folders: ReadonlyMap<string, LiveFolder>): string {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? first : `${first}-${count}`;
    if (!folders.has(name)) return name;
  }
}
