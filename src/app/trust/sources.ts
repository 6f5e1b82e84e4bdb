/** Sources of roots found on this machine. A separate file, so that `run` starts quickly. */
import { constants, existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { readText } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { databaseFile } from '../../store/state-folder.ts';
import { chosenStateFolder } from '../state-folder.ts';

/** State folder of the root user. */
export const machineStateFolder = '/var/lib/everyhop';

/** Root certificate of `up` when the root user runs it; readable by other users. */
export const machineRootFile = `${machineStateFolder}/root.pem`;

/** Which roots a command uses. */
export interface TrustOptions {
  stateFolder: string;
  /** If the state folder has no authority, use the one that the root user runs on this machine. */
  usesMachineRoot: boolean;
  rootFiles: readonly string[];
  publicSet: 'system' | 'mozilla' | 'none';
  distrust: readonly string[];
  pins: readonly string[];
  allowSmaller: boolean;
  /** Environment of the process to start. */
  env: NodeJS.ProcessEnv;
  version: string;
}

/** Roots of this user's authority and of the machine's, as far as they exist. PEM. */
export async function authorityRoot({
  stateFolder,
  usesMachineRoot,
}: Pick<TrustOptions, 'stateFolder' | 'usesMachineRoot'>): Promise<string | undefined> {
  const own = [databaseFile(stateFolder), path.join(stateFolder, 'root.pem')].some((file) => existsSync(file))
    ? await rootOf(stateFolder)
    : undefined;
  const isOwn = stateFolder === machineStateFolder;
  const others = usesMachineRoot && !isOwn ? await unlessDenied(() => readText(machineRootFile)) : undefined;
  return own === undefined || others === undefined ? (own ?? others) : `${own.trimEnd()}\n${others}`;
}

/** Of another user's folder, the public file. */
async function rootOf(folder: string): Promise<string | undefined> {
  const { existingRoot, publishedRoot } = await import('../authority/root.ts');
  return (await unlessDenied(() => existingRoot(folder))) ?? publishedRoot(folder);
}

async function unlessDenied<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (baseError.is(error, 'file.missing') || baseError.is(error, 'file.denied')) return undefined;
    throw error;
  }
}

/**
 * A folder of this user for what a command keeps: the state folder, or the usual one if the state folder belongs to another user
 * (`--state /var/lib/everyhop`), who lets others read its root only.
 */
export async function ownFolder(stateFolder: string, env: NodeJS.ProcessEnv): Promise<string> {
  try {
    await access(stateFolder, constants.R_OK | constants.W_OK);
    return stateFolder;
  } catch (error) {
    return systemCode(error) === 'EACCES' ? chosenStateFolder(undefined, env) : stateFolder;
  }
}

/** certifi's file of Mozilla's roots, if `publicSet` is `mozilla` and a Python has it. */
export async function findCertifiFile({
  publicSet,
  env,
}: Pick<TrustOptions, 'publicSet' | 'env'>): Promise<string | undefined> {
  if (publicSet !== 'mozilla') return undefined;
  const [{ findCertifi }, { execute }] = await Promise.all([
    import('../../trust/bundle.ts'),
    import('../../base/process.ts'),
  ]);
  return findCertifi(execute, env);
}
