import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Clock } from '../../base/clock.ts';
import { readText, writeFileAtomic } from '../../base/files.ts';
import type { BundlePaths } from './paths.ts';

const dayMs = 86_400_000;

export interface BundleSources {
  /** Every file that was read, or looked for. */
  files: readonly string[];
  /** Everything else that determines the bundle's content. */
  settings: Record<string, unknown>;
  clock: Clock;
}

/**
 * Remembers the inputs of a bundle, so that a program need not wait for the same bundle again. Valid while no file that was
 * read or written has changed, and for a day at most, since roots expire.
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

  /** @returns whether the existing bundle has private roots; undefined: it must be made. */
  async recall(): Promise<boolean | undefined> {
    try {
      const known = JSON.parse(await readText(this.#file)) as { of: string; written: string; hasPrivateRoots: boolean };
      const isSame = known.of === (await this.#of()) && known.written === (await stampsOf(this.#written));
      return isSame ? known.hasPrivateRoots : undefined;
    } catch {
      return undefined; // no record, or an unusable one
    }
  }

  async keep(hasPrivateRoots: boolean): Promise<void> {
    const of = await this.#of();
    if (of === undefined) return;
    const known = { of, written: await stampsOf(this.#written), hasPrivateRoots };
    await writeFileAtomic(this.#file, JSON.stringify(known), { mode: 0o644 }).catch(() => {}); // the next start makes the bundle again
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

/** Follows links. undefined if one is a folder, whose content may change without a trace. */
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
