import { mkdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { fileError, writeFileAtomic } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { type Challenge, type ChallengeSolver, http01Type } from '../challenge.ts';
import { checkHttp01, type HttpCheckOptions } from './check.ts';

export interface WebrootOptions extends HttpCheckOptions {
  /** The folder that a web server on this machine serves as `/` over plain HTTP. */
  folder: string;
}

/** Answers HTTP-01 (RFC 8555 §8.3) through another web server's folder. Removes the folders it created. */
export class WebrootSolver implements ChallengeSolver {
  readonly type = http01Type;
  readonly #options: WebrootOptions;
  readonly #challengeFolder: string;
  readonly #wellKnownFolder: string;

  constructor(options: WebrootOptions) {
    this.#options = options;
    this.#wellKnownFolder = path.join(options.folder, '.well-known');
    this.#challengeFolder = path.join(this.#wellKnownFolder, 'acme-challenge');
  }

  suits(_identifier: unknown, isWildcard: boolean): boolean {
    return !isWildcard;
  }

  /** @throws EveryhopError `file.*`. */
  async prepare(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    for (const { token, keyAuthorization } of challenges) {
      signal.throwIfAborted(); // after an abort `clean` may already have run
      await this.#write(this.#file(token), keyAuthorization);
    }
  }

  check(challenges: readonly Challenge[], signal: AbortSignal): Promise<void> {
    return checkHttp01(challenges, signal, this.#options);
  }

  /** @throws EveryhopError `file.*`. */
  async clean(challenges: readonly Challenge[]): Promise<void> {
    try {
      for (const { token } of challenges) await rm(this.#file(token), { force: true });
      await removeEmpty(this.#challengeFolder);
      await removeEmpty(this.#wellKnownFolder);
    } catch (error) {
      throw fileError(error, this.#challengeFolder);
    }
  }

  async #write(file: string, content: string, attempts = 10): Promise<void> {
    try {
      await this.#makeFolders();
      // Readable by any user the web server may run as; the content is not secret.
      await writeFileAtomic(file, content, { mode: 0o644 });
    } catch (error) {
      // Another order may have finished and removed the empty folders in between.
      if (attempts === 1 || !baseError.is(error, 'file.missing')) throw error;
      await this.#write(file, content, attempts - 1);
    }
  }

  #file(token: string): string {
    return path.join(this.#challengeFolder, token);
  }

  /** Does not create the webroot itself: a mistyped path would be created, and no server would serve it. */
  async #makeFolders(): Promise<void> {
    for (const folder of [this.#wellKnownFolder, this.#challengeFolder]) {
      try {
        await mkdir(folder, { mode: 0o755 });
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw fileError(error, folder);
      }
    }
  }
}

/** Leaves a folder that holds anything, such as other files or another order's answers. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
  }
}
