import { mkdir, readdir, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../base/errors.ts';
import { fileError, writeFileAtomic } from '../base/files.ts';
import { decodePem, encodePem } from '../x509/pem.ts';
import type { Generation } from './generation.ts';

/** Folders of older generations that are kept for whoever still has them open. */
const keepOlder = 2;

/** Where other programs find a certificate, by the names that certbot gives these files. */
export interface LivePaths {
  /** The leaf. */
  cert: string;
  /** What comes after the leaf. */
  chain: string;
  /** Both. */
  fullchain: string;
  /** PKCS#8; only its owner may read it. */
  privkey: string;
}

/** The folder of a set of names: its first name, as certbot has it (`*.` left out). */
export function liveName(names: readonly string[]): string {
  return names[0]!.replace(/^\*\./, '').replaceAll(':', '-');
}

export function livePaths(stateFolder: string, names: readonly string[]): LivePaths {
  const folder = path.join(stateFolder, 'live', liveName(names));
  const file = (name: string): string => path.join(folder, `${name}.pem`);
  return { cert: file('cert'), chain: file('chain'), fullchain: file('fullchain'), privkey: file('privkey') };
}

/**
 * Publishes a generation under `live/<name>/`. That folder is a link which is swapped in one step, so a reader never finds
 * a key beside another key's certificate. Nothing is written where it is there already.
 * @throws EveryhopError `file.*`; what was published before stays.
 */
export async function publishLive(stateFolder: string, generation: Generation): Promise<LivePaths> {
  const name = liveName(generation.names);
  const archive = path.join(stateFolder, 'archive', name);
  const live = path.join(stateFolder, 'live', name);
  const target = path.join('..', 'archive', name, generation.id);
  const paths = livePaths(stateFolder, generation.names);
  if ((await readlink(live).catch(() => undefined)) === target) return paths;
  try {
    await mkdir(path.join(archive, generation.id), { recursive: true, mode: 0o755 });
    await mkdir(path.dirname(live), { recursive: true, mode: 0o755 });
    const [leaf, ...rest] = decodePem(generation.chainPem).map(({ der }) => encodePem('CERTIFICATE', der));
    const write = (file: string, content: string, mode: number): Promise<void> =>
      writeFileAtomic(path.join(archive, generation.id, `${file}.pem`), content, { mode });
    await write('cert', leaf!, 0o644);
    await write('chain', rest.join(''), 0o644);
    await write('fullchain', generation.chainPem, 0o644);
    await write('privkey', generation.keyPem.reveal(), 0o600);
    await swapLink(live, target);
    await prune(archive, generation.id);
  } catch (error) {
    throw fileError(error, live);
  }
  return paths;
}

async function swapLink(link: string, target: string): Promise<void> {
  const next = `${link}.next`;
  await rm(next, { force: true });
  await symlink(target, next);
  try {
    await rename(next, link);
  } catch (error) {
    await rm(next, { force: true });
    // A folder that somebody made by hand is not ours to replace.
    if (systemCode(error) === 'EISDIR') throw Object.assign(new Error('a folder is in the way'), { code: 'EEXIST' });
    throw error;
  }
}

async function prune(archive: string, served: string): Promise<void> {
  const others = (await readdir(archive)).filter((name) => name !== served);
  const dated = await Promise.all(
    others.map(async (name) => ({ name, ms: (await stat(path.join(archive, name))).mtimeMs })),
  );
  const oldest = dated.sort((a, b) => b.ms - a.ms).slice(keepOlder);
  for (const { name } of oldest) await rm(path.join(archive, name), { recursive: true, force: true });
}
