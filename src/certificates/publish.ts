import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import { decodePem, encodePem } from '../x509/pem.ts';
import type { Generation } from './generation.ts';

/** Folders of older generations to keep, for programs that still have them open. */
const keepOlder = 2;

/** The published files of a certificate, under certbot's names. */
export interface LivePaths {
  /** The leaf. */
  cert: string;
  /** The chain without the leaf. */
  chain: string;
  /** Leaf and chain. */
  fullchain: string;
  /** PKCS#8; readable only by its owner. */
  privkey: string;
}

/**
 * The folder of a set of names: its first name, with `_` for `*`, so that a wildcard does not collide with its base
 * name.
 */
export function liveName(names: readonly string[]): string {
  return names[0]!.replace(/^\*\./, '_.').replaceAll(':', '-');
}

/** @param folder its name under `live/`. */
export function livePaths(stateFolder: string, folder: string): LivePaths {
  return pathsIn(path.join(stateFolder, 'live', folder));
}

function pathsIn(folder: string): LivePaths {
  const file = (name: string): string => path.join(folder, `${name}.pem`);
  return { cert: file('cert'), chain: file('chain'), fullchain: file('fullchain'), privkey: file('privkey') };
}

/**
 * Publishes a generation under `live/<name>/`, by default the folder of its first name. That folder is a link, swapped atomically, so a reader never finds a key
 * beside another key's certificate. Writes nothing if all files are intact; restores missing and altered ones. Several
 * processes may publish at once.
 * @throws EveryhopError `file.*`; the published files then stay as they were.
 */
export async function publishLive(
  stateFolder: string,
  generation: Generation,
  name = liveName(generation.names),
): Promise<LivePaths> {
  const archive = path.join(stateFolder, 'archive', name);
  const live = path.join(stateFolder, 'live', name);
  const target = path.join('..', 'archive', name, generation.id);
  const paths = livePaths(stateFolder, name);
  if ((await readlink(live).catch(() => undefined)) === target && (await isWhole(paths, generation))) return paths;
  try {
    await mkdir(path.join(archive, generation.id), { recursive: true, mode: 0o755 });
    await mkdir(path.dirname(live), { recursive: true, mode: 0o755 });
    await exportTo(path.join(archive, generation.id), generation);
    await swapLink(live, target);
    await prune(archive, generation.id);
  } catch (error) {
    throw fileError(error, live);
  }
  return paths;
}

/** Writes the four files into an existing folder. @throws EveryhopError `file.*`. */
export async function exportTo(folder: string, generation: Generation): Promise<LivePaths> {
  const paths = pathsIn(folder);
  const contents = contentsOf(generation);
  await writeFileAtomic(paths.cert, contents.cert, { mode: 0o644 });
  await writeFileAtomic(paths.chain, contents.chain, { mode: 0o644 });
  await writeFileAtomic(paths.fullchain, contents.fullchain, { mode: 0o644 });
  await writeFileAtomic(paths.privkey, contents.privkey, { mode: 0o600 });
  return paths;
}

function contentsOf({ chainPem, keyPem }: Generation): Record<keyof LivePaths, string> {
  const [leaf, ...rest] = decodePem(chainPem).map(({ der }) => encodePem('CERTIFICATE', der));
  return { cert: leaf!, chain: rest.join(''), fullchain: chainPem, privkey: keyPem.reveal() };
}

async function isWhole(paths: LivePaths, generation: Generation): Promise<boolean> {
  const contents = contentsOf(generation);
  const kinds = Object.keys(paths) as (keyof LivePaths)[];
  const same = await Promise.all(
    kinds.map(async (kind) => (await readFile(paths[kind], 'utf8').catch(() => undefined)) === contents[kind]),
  );
  return !same.includes(false);
}

async function swapLink(link: string, target: string): Promise<void> {
  // A unique name: another process may publish at the same time.
  const next = path.join(path.dirname(link), `.${path.basename(link)}.${randomBytes(6).toString('hex')}.tmp`);
  await symlink(target, next);
  try {
    await rename(next, link);
  } catch (error) {
    await rm(next, { force: true });
    // A copy of the state folder that followed links has our four files here. Any other folder is the operator's own.
    if (systemCode(error) === 'EISDIR' && (await isOurFolder(link))) {
      const aside = `${next}.copied`;
      await rename(link, aside);
      await symlink(target, link);
      await rm(aside, { recursive: true, force: true });
      return;
    }
    if (systemCode(error) === 'EISDIR') throw Object.assign(new Error('a folder is in the way'), { code: 'EEXIST' });
    throw error;
  }
}

async function isOurFolder(folder: string): Promise<boolean> {
  const names: string[] = await readdir(folder).catch(() => []);
  const ours = Object.values(pathsIn(folder)).map((file) => path.basename(file));
  return names.length > 0 && names.every((name) => ours.includes(name));
}

async function prune(archive: string, served: string): Promise<void> {
  const others = (await readdir(archive)).filter((name) => name !== served);
  const dated = await Promise.all(
    others.map(async (name) => {
      const found = await stat(path.join(archive, name)).catch(() => undefined); // another process may have pruned it
      return { name, ms: found?.mtimeMs ?? 0 };
    }),
  );
  const oldest = dated.sort((a, b) => b.ms - a.ms).slice(keepOlder);
  for (const { name } of oldest) await rm(path.join(archive, name), { recursive: true, force: true });
}
