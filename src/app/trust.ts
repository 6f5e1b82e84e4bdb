/** The bundle that a process is to trust, made out of what is configured, what is there, and what was set before. */
import { createHash } from 'node:crypto';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { isError } from '../base/errors.ts';
import { readText } from '../base/files.ts';
import { makeBundle } from '../trust/bundle/make.ts';
import type { Bundle } from '../trust/bundle/merge.ts';
import type { BundlePaths } from '../trust/bundle/paths.ts';
import { systemRootFiles } from '../trust/bundle/public-roots.ts';
import { publishBundle } from '../trust/bundle/publish.ts';
import { type FormerVariable, formerRoots, trustVariables, verificationSwitches } from '../trust/environment.ts';
import { clock, existingRoot, rootFileIn } from './rooms.ts';

/** Where `up` keeps its root when root runs it; others may read that. */
const machineFolder = '/var/lib/everyhop';

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

export interface PreparedTrust {
  bundle: Bundle;
  paths: BundlePaths;
  /** To be set for the process. */
  variables: Record<string, string>;
  /** Set before, and led nowhere. */
  dangling: FormerVariable[];
  /** Settings that switch verification off. */
  switches: FormerVariable[];
}

/**
 * Makes the bundle and publishes it, in a folder of its own for each set of sources; what the environment named before is
 * in it too, so that a process loses no root that it had.
 * @throws EveryhopError of a source that cannot be trusted; `trust.bundle-smaller`; `file.*`. Nothing is published then.
 */
export async function prepareTrust(options: TrustOptions): Promise<PreparedTrust> {
  const { stateFolder, env, allowSmaller, version } = options;
  const former = await sortFormer(env, stateFolder);
  const request = {
    publicSet: options.publicSet,
    rootFiles: [...options.rootFiles.map((file) => path.resolve(file)), ...former.adding],
    environmentFiles: former.replacing,
    distrust: options.distrust,
    pins: options.pins,
  };
  const authorityRootPem = await authorityRoot(options);
  const bundle = await makeBundle({
    ...request,
    nowMs: clock.now(),
    allowSmaller,
    ...(authorityRootPem === undefined ? {} : { authorityRootPem }),
  });
  const { paths } = publishBundle(folderFor(stateFolder, request), bundle, { toolVersion: version, allowSmaller });
  const hasPrivateRoots = bundle.anchors.some(({ isPrivate }) => isPrivate);
  return {
    bundle,
    paths,
    variables: trustVariables(env, paths.folder, hasPrivateRoots),
    dangling: former.dangling,
    switches: verificationSwitches(env),
  };
}

/** The root of our authority: of this user's, or of the machine's. */
export async function authorityRoot({
  stateFolder,
  usesMachineRoot,
}: Pick<TrustOptions, 'stateFolder' | 'usesMachineRoot'>): Promise<string | undefined> {
  const own = await existingRoot(stateFolder);
  if (own !== undefined || !usesMachineRoot) return own;
  try {
    return await readText(rootFileIn(machineFolder));
  } catch (error) {
    if (isError(error, 'file.missing') || isError(error, 'file.denied')) return undefined;
    throw error;
  }
}

/** Other sources are another bundle: two programs do not take each other's roots away. */
function folderFor(stateFolder: string, request: Record<string, unknown> & { publicSet: string }): string {
  const { publicSet, ...lists } = request;
  const isUsual = publicSet === 'system' && Object.values(lists).every((list) => (list as unknown[]).length === 0);
  if (isUsual) return path.join(stateFolder, 'trust');
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 12);
  return path.join(stateFolder, `trust-${hash}`);
}

/** Our own bundles and the system's file are in anyway. */
async function sortFormer(
  env: NodeJS.ProcessEnv,
  stateFolder: string,
): Promise<{ replacing: string[]; adding: string[]; dangling: FormerVariable[] }> {
  const { replacing, adding } = formerRoots(env);
  const dangling: FormerVariable[] = [];
  const there = async (variables: readonly FormerVariable[]): Promise<string[]> => {
    const files = new Set<string>();
    for (const variable of variables) {
      const file = path.resolve(variable.value);
      const isKnown = systemRootFiles.includes(file) || file.startsWith(path.resolve(stateFolder, 'trust'));
      if (isKnown) continue;
      if (await isReadable(file)) files.add(file);
      else dangling.push(variable);
    }
    return [...files].sort();
  };
  return { replacing: await there(replacing), adding: await there(adding), dangling };
}

function isReadable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
