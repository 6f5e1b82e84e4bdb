/** What a bundle is made out of beside what a person names: found on this machine. Apart, so that a command starts at once. */
import { existsSync } from 'node:fs';
import { readText } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { databaseFile } from '../../store/state-folder.ts';

/** Where `up` keeps its root when root runs it; others may read that. */
export const machineRootFile = '/var/lib/everyhop/root.pem';

/** What a command is told of the roots that are wanted. */
export interface TrustOptions {
  stateFolder: string;
  /** Where this folder has no authority, the one that root runs on this machine counts. */
  usesMachineRoot: boolean;
  rootFiles: readonly string[];
  publicSet: 'system' | 'mozilla' | 'none';
  distrust: readonly string[];
  pins: readonly string[];
  allowSmaller: boolean;
  /** What the process would be started with. */
  env: NodeJS.ProcessEnv;
  version: string;
}

/** The root of our authority: of this user's, or of the machine's. */
export async function authorityRoot({
  stateFolder,
  usesMachineRoot,
}: Pick<TrustOptions, 'stateFolder' | 'usesMachineRoot'>): Promise<string | undefined> {
  const own = existsSync(databaseFile(stateFolder))
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

/** certifi's file of Mozilla's roots, where these are wanted and a Python has it. */
export async function certifiOf({
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
