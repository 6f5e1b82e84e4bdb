import { constants } from 'node:fs';
import { mkdir, open, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { fileError, writeFileAtomic } from '../../base/files.ts';
import { answerOf } from '../proof/answer-words.ts';
import { ask } from '../proof/ask.ts';
import { type Target, urlOf } from '../proof/target.ts';
import { changeError } from './messages.ts';
import type { NginxTools } from './opening.ts';

const wellKnown = path.join('.well-known', 'acme-challenge');

/**
 * Creates the challenge folder while `run` runs; then removes the folders that did not exist before.
 * @throws EveryhopError `file.*`.
 */
export async function withChallengeFolder<T>(webroot: string, run: () => Promise<T>): Promise<T> {
  const made: string[] = [];
  try {
    for (const folder of [
      ...upwards(webroot),
      path.dirname(path.join(webroot, wellKnown)),
      path.join(webroot, wellKnown),
    ]) {
      if (await madeFolder(folder)) made.unshift(folder);
    }
    return await run();
  } catch (error) {
    throw fileError(error, webroot);
  } finally {
    for (const folder of made) await rmdir(folder).catch(() => {}); // already removed, or not empty
  }
}

/** The folder and all its parents, outermost first. */
function upwards(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [] : [...upwards(parent), folder];
}

/** Makes the folder readable for any worker user. @returns false if it existed. */
async function madeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  // mkdir applies the umask. By handle, without links: the parent folder's owner may have replaced it with a link.
  const handle = await open(folder, constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await handle.chmod(0o755);
  } finally {
    await handle.close();
  }
  return true;
}

/**
 * Puts a test file into the challenge folder, which must exist, and requests it from every plain listener. This avoids
 * wasting an attempt at an authority on an nginx that does not answer.
 * @throws EveryhopError `nginx.challenge-unanswered`.
 */
export async function checkChallenges(
  webroot: string,
  targets: readonly Target[],
  { clock, random }: NginxTools,
): Promise<void> {
  const token = `everyhop-${random.bytes(16).toString('hex')}`;
  const folder = path.join(webroot, wellKnown);
  const file = path.join(folder, token);
  try {
    await writeFileAtomic(file, token, { mode: 0o644 });
    for (const target of targets.filter(({ secure }) => !secure)) {
      const { outcome, answer, detail } = await ask(target, `/.well-known/acme-challenge/${token}`, { clock });
      if (answer?.status === 200 && answer.body.trim() === token) continue;
      const seen = answerOf({ outcome, detail, status: answer?.status });
      throw changeError('nginx.challenge-unanswered', {
        url: urlOf(target),
        address: target.listener,
        seen,
        folder,
      });
    }
  } catch (error) {
    throw fileError(error, file);
  } finally {
    await rm(file, { force: true });
  }
}
