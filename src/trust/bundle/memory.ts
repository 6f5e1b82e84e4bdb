import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { readText, writeFileAtomic } from '../../base/files.ts';
import type { BundlePaths } from './paths.ts';

const dayMs = 86_400_000;

export interface BundleSources {
  /** All that was read, or looked for. */
  files: readonly string[];
  /** Whatever else decides what is in the bundle. */
  settings: Record<string, unknown>;
  clock: Clock;
}

/**
 * Remembers from what a bundle was made, so that a program does not wait for it to be made again: while no file that was
 * read and none that was written has changed, for a day at most, since roots expire.
 */
export class BundleMemory {
  readonly #file: string;
  readonly #sources: BundleSources;
  readonly #written: string[];

  constructor(paths: BundlePaths, sources: BundleSources) {
    this.#file = `${paths.folder}.made.json`;
    this.#sources = sources;
    this.#written = [paths.full, paths.private, paths.jks, paths.pkcs12, paths.wgetrc, paths.env];
  }

  /** @returns whether the bundle that is there has private roots; undefined where it has to be made. */
  async recall(): Promise<boolean | undefined> {
    try {
      const known = JSON.parse(await readText(this.#file)) as { of: string; written: string; hasPrivateRoots: boolean };
      const isSame = known.of === (await this.#of()) && known.written === (await stampsOf(this.#written));
      return isSame ? known.hasPrivateRoots : undefined;
    } catch {
      return undefined; // there is none, or it is not ours to trust
    }
  }

  async keep(hasPrivateRoots: boolean): Promise<void> {
    const of = await this.#of();
    if (of === undefined) return;
    const known = { of, written: await stampsOf(this.#written), hasPrivateRoots };
    await writeFileAtomic(this.#file, JSON.stringify(known), { mode: 0o644 }).catch(() => {}); // it is made again then
  }

  async #of(): Promise<string | undefined> {
    const { files, settings, clock } = this.#sources;
    const stamps = await stampsOf(files);
    if (stamps === undefined) return undefined;
    const day = Math.floor(clock.now() / dayMs);
    return createHash('sha256')
      .update(JSON.stringify([settings, files, stamps, day]))
      .digest('hex');
  }
}

/** Links are followed. undefined where one is a folder: what is in it may change without a trace. */
async function stampsOf(files: readonly string[]): Promise<string | undefined> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      if (!found) return 'missing';
      const { ino, size, mtimeMs, ctimeMs } = found;
      return found.isDirectory() ? undefined : `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
    }),
  );
  return stamps.includes(undefined) ? undefined : stamps.join('\n');
}
