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
 * Has a folder for challenges as long as something runs; what was not there before goes again.
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
    for (const folder of made) await rmdir(folder).catch(() => {}); // gone, or somebody has put something into it
  }
}

/** The folder and those that it is in, outermost first. */
function upwards(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [] : [...upwards(parent), folder];
}

/** Open to whatever user the workers run as. @returns false where it was there. */
async function madeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  // mkdir leaves the umask's bits out. Whoever owns the folder around it may have put a link in its place meanwhile.
  const handle = await open(folder, constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await handle.chmod(0o755);
  } finally {
    await handle.close();
  }
  return true;
}

/**
 * Puts a file where challenges go and asks every plain listener for it, so that no attempt at an authority is spent on an nginx
 * that does not answer. The folder is there.
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
