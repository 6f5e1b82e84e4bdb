/**
 * Replaces a state folder's content as a whole. After a kill at any moment, the next command finds the former state or finishes
 * the replacement. The folder itself stays: it may be a mount point.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileError, syncFolder, writeFileAtomic } from '../base/files.ts';
import { storeError } from './messages.ts';
import { ProcessLock } from './process-lock.ts';
import { replacedEntries } from './state-entries.ts';

const waitMs = 10_000;

/** `stage/new/` holds the coming content, `stage/former/` the moved one, `stage/step` what to do next. */
const stageIn = (folder: string): string => path.join(folder, '.restore');
const stepFile = (folder: string): string => path.join(stageIn(folder), 'step');

/** `leave`: the former content is being moved out. `enter`: the new content is being moved in. */
type Step = { step: 'leave' | 'enter'; aside: string };

/** Makes an empty folder for the new content, in place of one from a killed process. @throws EveryhopError `file.*`. */
export async function openStage(folder: string): Promise<string> {
  const content = path.join(stageIn(folder), 'new');
  try {
    await removeStage(folder);
    await mkdir(stageIn(folder), { mode: 0o700 });
    await mkdir(content, { mode: 0o700 });
    return content;
  } catch (error) {
    throw fileError(error, content);
  }
}

/** Gives the new content up, unless the replacement has begun. */
export async function abandonStage(folder: string): Promise<void> {
  if (!existsSync(stepFile(folder))) await removeStage(folder);
}

async function removeStage(folder: string): Promise<void> {
  await rm(stageIn(folder), { recursive: true, force: true });
}

/**
 * Puts the staged content in place of the former one.
 * @param aside name of the folder that gets the former content.
 * @returns its path; undefined if there was none.
 * @throws EveryhopError `file.*`; the next command then finishes the work.
 */
export async function replaceState(folder: string, aside: string): Promise<string | undefined> {
  await syncFolders(path.join(stageIn(folder), 'new'));
  const lock = takeLock(folder);
  try {
    // From here on, the new content is the state.
    await writeStep(folder, { step: 'leave', aside });
    await proceed(folder);
    const former = path.join(folder, aside);
    return existsSync(former) ? former : undefined;
  } finally {
    lock.release();
  }
}

/** Finishes a replacement that was interrupted. @throws EveryhopError `store.busy`, `file.*`. */
export async function finishReplacement(folder: string): Promise<void> {
  if (!existsSync(stepFile(folder))) return;
  const lock = takeLock(folder);
  try {
    if (existsSync(stepFile(folder))) await proceed(folder);
  } finally {
    lock.release();
  }
}

function takeLock(folder: string): ProcessLock {
  const file = path.join(folder, 'restore.lock');
  const lock = ProcessLock.take(file, waitMs);
  if (!lock) throw storeError('store.busy', { file });
  return lock;
}

async function writeStep(folder: string, step: Step): Promise<void> {
  await writeFileAtomic(stepFile(folder), JSON.stringify(step));
}

/** Each part can be repeated. */
async function proceed(folder: string): Promise<void> {
  const stage = stageIn(folder);
  const [coming, former] = [path.join(stage, 'new'), path.join(stage, 'former')];
  try {
    const { step, aside } = JSON.parse(await readFile(stepFile(folder), 'utf8')) as Step;
    if (step === 'leave') {
      await mkdir(former, { recursive: true, mode: 0o700 });
      for (const name of replacedEntries(folder)) await rename(path.join(folder, name), path.join(former, name));
      await syncFolder(folder);
      await writeStep(folder, { step: 'enter', aside });
    }
    for (const name of readdirSync(coming)) await rename(path.join(coming, name), path.join(folder, name));
    if (existsSync(former) && readdirSync(former).length > 0) await rename(former, path.join(folder, aside));
    await syncFolder(folder);
    await rm(stepFile(folder));
    await removeStage(folder);
  } catch (error) {
    throw fileError(error, folder);
  }
}

async function syncFolders(folder: string): Promise<void> {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    if (entry.isDirectory()) await syncFolder(path.join(entry.parentPath, entry.name));
  await syncFolder(folder);
}
