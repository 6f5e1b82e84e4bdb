import { chmod, mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { ask } from '../proof/ask.ts';
import { type Target, urlOf } from '../proof/target.ts';
import type { NginxTools } from './opening.ts';

const wellKnown = path.join('.well-known', 'acme-challenge');

/** The folder for challenges and the one it is in. @throws EveryhopError `file.*`. */
export async function makeChallengeFolder(webroot: string): Promise<void> {
  try {
    for (const folder of [path.dirname(webroot), webroot]) await madeFolder(folder);
  } catch (error) {
    throw fileError(error, webroot);
  }
}

/**
 * Puts a file where challenges go and asks every plain listener for it, so that no attempt at an authority is spent on an nginx
 * that does not answer.
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
  const made: string[] = [];
  try {
    for (const each of [path.dirname(folder), folder]) if (await madeFolder(each)) made.unshift(each);
    await writeFile(file, token, { mode: 0o644 });
    await chmod(file, 0o644);
    for (const target of targets.filter(({ secure }) => !secure)) {
      const { outcome, answer, detail } = await ask(target, `/.well-known/acme-challenge/${token}`, { clock });
      if (answer?.status === 200 && answer.body.trim() === token) continue;
      const seen = answer ? String(answer.status) : detail || outcome;
      throw new EveryhopError('nginx.challenge-unanswered', {
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
    for (const each of made) await rmdir(each).catch(() => {}); // somebody else has put something into it
  }
}

/** Open to whatever user the workers run as. @returns false where it was there. */
async function madeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  await chmod(folder, 0o755); // mkdir leaves the umask's bits out
  return true;
}
