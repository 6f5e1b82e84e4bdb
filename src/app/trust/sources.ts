/** Sources of roots found on this machine. A separate file, so that `run` starts quickly. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readText } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { databaseFile } from '../../store/state-folder.ts';

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

/** Root of this user's authority, or of the machine's. */
export async function authorityRoot({
  stateFolder,
  usesMachineRoot,
}: Pick<TrustOptions, 'stateFolder' | 'usesMachineRoot'>): Promise<string | undefined> {
  const own = [databaseFile(stateFolder), path.join(stateFolder, 'root.pem')].some((file) => existsSync(file))
    ? await (await import('../authority/root.ts')).existingRoot(stateFolder)
    : undefined;
  if (own !== undefined || !usesMachineRoot) return own;
  try {
    return await readText(machineRootFile);
  } catch (error) {
    if (baseError.is(error, 'file.missing') || baseError.is(error, 'file.denied')) return undefined;
    throw error;
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
