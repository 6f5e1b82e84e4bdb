/** Makes the trust bundle of a process from the configuration, this machine's roots and the process's former settings. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { BundleMemory, type BundlePaths, bundlePaths, systemRootFiles } from '../../trust/bundle-places.ts';
import {
  type FormerVariable,
  formerJavaStore,
  formerRoots,
  trustVariables,
  verificationSwitches,
} from '../../trust/environment.ts';
import { settingFindings } from '../../trust/findings.ts';
import { wgetrcFor } from '../../trust/wgetrc.ts';
import { systemClock as clock } from '../../base/clock.ts';
import type { Finding } from '../../hop/finding.ts';
import { databaseFile } from '../../store/state-folder.ts';
import { authorityRoot, findCertifiFile, machineRootFile, ownFolder, type TrustOptions } from './sources.ts';

export interface ProcessTrust {
  paths: BundlePaths;
  /** Environment variables for the process. */
  variables: Record<string, string>;
  /** Former settings that name a missing file. */
  dangling: FormerVariable[];
  /** Former settings whose roots cannot be read into the bundle. */
  leftOut: FormerVariable[];
  /** Settings that disable verification. */
  switches: FormerVariable[];
  /** From all three. */
  findings: Finding[];
}

/**
 * Makes the bundle and publishes it, in a separate folder for each set of sources. It includes the roots that the environment
 * already names, so that a process loses none.
 * @throws EveryhopError for a source that cannot be trusted; `trust.bundle-smaller`; `file.*`. Nothing is published then.
 */
export async function prepareTrust(options: TrustOptions): Promise<ProcessTrust> {
  const { stateFolder, env, allowSmaller, version } = options;
  const home = await ownFolder(stateFolder, env);
  const former = await sortFormerRoots(env, home);
  const request = {
    publicSet: options.publicSet,
    rootFiles: [...options.rootFiles.map((file) => path.resolve(file)), ...former.adding],
    environmentFiles: former.replacing,
    distrust: options.distrust,
    pins: options.pins,
  };
  // Another user's authority is another source.
  const sources = home === stateFolder ? request : { ...request, state: [stateFolder] };
  const paths = bundlePaths(folderFor(home, sources));
  const memory = memoryFor(paths, request, options);
  let hasPrivateRoots = await memory?.recall();
  if (hasPrivateRoots === undefined) {
    // Loaded only here, because `run` must start quickly.
    const [{ makeBundle }, { publishBundle }] = await Promise.all([
      import('../../trust/bundle.ts'),
      import('../../trust/publication.ts'),
    ]);
    const authorityRootPem = await authorityRoot(options);
    const certifiFile = await findCertifiFile(options);
    const bundle = await makeBundle({
      ...request,
      nowMs: clock.now(),
      allowSmaller,
      ...(authorityRootPem === undefined ? {} : { authorityRootPem }),
      ...(certifiFile === undefined ? {} : { certifiFile }),
    });
    publishBundle(paths.folder, bundle, { toolVersion: version, allowSmaller, allowUpkeep: true });
    hasPrivateRoots = bundle.anchors.some(({ isPrivate }) => isPrivate);
    await memory?.keep(hasPrivateRoots);
  }
  const { dangling, leftOut } = former;
  const switches = verificationSwitches(env);
  return {
    paths,
    variables: { ...trustVariables(env, paths.folder, hasPrivateRoots), WGETRC: await wgetrcFor(env, paths) },
    dangling,
    leftOut,
    switches,
    findings: settingFindings({ dangling, leftOut, switches }),
  };
}

function memoryFor(
  paths: BundlePaths,
  request: { rootFiles: string[]; environmentFiles: string[] },
  { stateFolder, usesMachineRoot, version }: TrustOptions,
): BundleMemory | undefined {
  const own = path.join(stateFolder, 'root.pem');
  // An authority without a published root has no file whose changes could be noticed.
  if (existsSync(databaseFile(stateFolder)) && !existsSync(own)) return undefined;
  const authority = usesMachineRoot ? [own, machineRootFile] : [own];
  return new BundleMemory(paths, {
    files: [...request.rootFiles, ...request.environmentFiles, ...systemRootFiles, ...authority],
    settings: { ...request, version },
    clock,
  });
}

/** Different sources get different folders, so that two programs do not overwrite each other's bundle. */
function folderFor(stateFolder: string, request: Record<string, unknown> & { publicSet: string }): string {
  const { publicSet, ...lists } = request;
  const isDefault = publicSet === 'system' && Object.values(lists).every((list) => (list as unknown[]).length === 0);
  if (isDefault) return path.join(stateFolder, 'trust');
  const hash = createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 12);
  return path.join(stateFolder, `trust-${hash}`);
}

/** Skips Everyhop's own bundles and the system's file, which the bundle includes anyway. */
async function sortFormerRoots(
  env: NodeJS.ProcessEnv,
  stateFolder: string,
): Promise<{ replacing: string[]; adding: string[]; dangling: FormerVariable[]; leftOut: FormerVariable[] }> {
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
  const java = formerJavaStore(env);
  const leftOut: FormerVariable[] = [];
  if (java && !path.resolve(java.value).startsWith(path.resolve(stateFolder, 'trust'))) {
    (existsSync(java.value) ? leftOut : dangling).push(java);
  }
  return { replacing: await there(replacing), adding: await there(adding), dangling, leftOut };
}

function isReadable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
