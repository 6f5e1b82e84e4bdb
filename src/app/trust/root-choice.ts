/** Which root `trust install` adds: of the edge that runs here, under any user, or from a file. */
import os from 'node:os';
import path from 'node:path';
import { authorityError } from '../../authority/messages.ts';
import { readText } from '../../base/files.ts';
import { baseError } from '../../base/messages.ts';
import { execute } from '../../base/process.ts';
import { systemCode } from '../../base/errors.ts';
import { stateFolder as defaultStateFolder } from '../../store/state-folder.ts';
import { makeBundle } from '../../trust/bundle.ts';
import { certificatesIn, type Root } from '../../trust/store.ts';
import { encodePem } from '../../x509/pem.ts';
import { existingRoot, publishedRoot } from '../authority/root.ts';
import { clock, homeFolder } from '../system.ts';
import { machineStateFolder } from './sources.ts';

export interface RootRequest {
  stateFolder: string;
  /** The user chose the state folder: no other counts. */
  isChosen: boolean;
  /** Instead of the root of an authority on this machine. */
  rootFiles: readonly string[];
  env: NodeJS.ProcessEnv;
}

/**
 * The roots to install. In order: the files; the state folder's, if an edge runs on it; that of an edge which root, or the user of
 * sudo, runs; the state folder's; that of the others.
 * @throws GatheredError `trust.bundle-refused` for a file without a root; EveryhopError `authority.none`.
 */
export async function rootsFor(request: RootRequest): Promise<Root[]> {
  const { stateFolder, isChosen, rootFiles, env } = request;
  if (rootFiles.length > 0) return rootsIn(rootFiles);
  const folders = [stateFolder, ...(isChosen ? [] : await otherFolders(stateFolder, env))];
  const found = await Promise.all(
    folders.map(async (folder) => ({ folder, pem: await rootOf(folder), isRunning: await isRunning(folder) })),
  );
  const withRoot = found.filter(({ pem }) => pem !== undefined);
  const { folder, pem } = withRoot.find((one) => one.isRunning) ??
    withRoot[0] ?? { folder: stateFolder, pem: undefined };
  if (pem === undefined) throw authorityError('authority.none', { folder });
  const [{ fingerprint } = { fingerprint: '' }] = certificatesIn(pem);
  return [{ pem, fingerprint, source: folder === stateFolder ? '' : folder }];
}

/** Homes of the users whose browsers get the root: of this one and, under sudo, of the user who called it. */
export async function homesOf(env: NodeJS.ProcessEnv): Promise<string[]> {
  const caller = await callerOf(env);
  return [...new Set([homeFolder(), ...(caller ? [caller.home] : [])])];
}

async function rootsIn(files: readonly string[]): Promise<Root[]> {
  const request = { nowMs: clock.now(), publicSet: 'none', rootFiles: files, allowSmaller: true } as const;
  const { anchors } = await makeBundle(request);
  return anchors.map(({ certificate: { der, fingerprint }, sources }) => {
    const file = path.resolve(sources[0]?.file ?? files[0]!);
    return { pem: encodePem('CERTIFICATE', der), fingerprint, source: fingerprint, file };
  });
}

/** Reads only the public file if the store belongs to another user. */
async function rootOf(folder: string): Promise<string | undefined> {
  try {
    return (await existingRoot(folder)) ?? (await publishedRoot(folder));
  } catch (error) {
    if (baseError.is(error, 'file.denied')) return publishedRoot(folder);
    throw error;
  }
}

async function otherFolders(own: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const caller = await callerOf(env);
  const folders = [machineStateFolder, ...(caller ? [usualFolder(caller.uid, caller.home, {})] : [])];
  return folders.filter((folder) => folder !== own);
}

function usualFolder(uid: number | undefined, home: string, env: NodeJS.ProcessEnv): string {
  return defaultStateFolder({ flag: undefined, env, uid, home, platform: process.platform });
}

/** The user who started this command with sudo. */
async function callerOf(env: NodeJS.ProcessEnv): Promise<{ uid: number; home: string } | undefined> {
  const uid = Number(env['SUDO_UID'] ?? '0');
  if (os.userInfo().uid !== 0 || !Number.isInteger(uid) || uid === 0) return undefined;
  const { code, stdout } = await execute('getent', ['passwd', String(uid)]).catch(() => ({ code: 1, stdout: '' }));
  const home = stdout.split(':')[5];
  return code === 0 && home !== undefined && path.isAbsolute(home) ? { uid, home } : undefined;
}

/** Whether an `everyhop up` runs on this folder. Every user may see that. */
async function isRunning(folder: string): Promise<boolean> {
  const pid = Number((await readText(path.join(folder, 'up.pid')).catch(() => '')).trim());
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return systemCode(error) === 'EPERM'; // another user's process
  }
}
