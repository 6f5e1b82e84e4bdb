/** Adds the root of the private authority to the trust stores of this machine, and removes it again. */
import path from 'node:path';
import { executeUninterrupted } from '../../base/uninterrupted.ts';
import { readText } from '../../base/files.ts';
import { hasStore, readState } from '../../store/state.ts';
import {
  type InstallPlaces,
  installRoot,
  planInstall,
  readInstallRecords,
  type StoreOutcome,
  storesOf,
  type TrustedRoot,
  trustedRoots,
  uninstallRoots,
} from '../../trust/install.ts';
import { certificatesIn, type Root, type StoreName } from '../../trust/store.ts';
import { rootFileIn } from '../authority/root.ts';
import { chosenStateFolder } from '../state-folder.ts';
import { withState } from '../state.ts';
import { clock } from '../system.ts';
import { homesOf, type RootRequest, rootsFor } from './root-choice.ts';
import { machineStateFolder, ownFolder } from './sources.ts';

export interface InstallOptions extends RootRequest {
  /** undefined: every store of this machine. */
  stores: readonly StoreName[] | undefined;
}

/** An outcome with the root that it concerns. */
export interface InstallOutcome extends StoreOutcome {
  fingerprint: string;
  /** The state folder of its authority, if it is another one than the command's. */
  from: string | undefined;
}

/** Adds the roots to every existing store and verifies each. @throws as `rootsFor`. */
export async function installTrust(options: InstallOptions): Promise<InstallOutcome[]> {
  const roots = await rootsFor(options);
  const places = await placesOf(options);
  return withState(await ownFolder(options.stateFolder, options.env), async (session) => {
    const context = { ...places, database: await session.database(), clock };
    const outcomes: InstallOutcome[] = [];
    for (const root of roots) outcomes.push(...(await installRoot(context, root)).map((one) => ofRoot(one, root)));
    return outcomes;
  });
}

/** Dry run of `installTrust`. @throws as `rootsFor`. */
export async function planTrust(options: InstallOptions): Promise<InstallOutcome[]> {
  const roots = await rootsFor(options);
  const places = await placesOf(options);
  const folder = await ownFolder(options.stateFolder, options.env);
  const installed = (await readState(folder, readInstallRecords)) ?? [];
  const outcomes: InstallOutcome[] = [];
  for (const root of roots)
    outcomes.push(...(await planInstall(places, root, installed)).map((one) => ofRoot(one, root)));
  return outcomes;
}

function ofRoot(outcome: StoreOutcome, { fingerprint, source = '' }: Root): InstallOutcome {
  return { ...outcome, fingerprint, from: path.isAbsolute(source) ? source : undefined };
}

/** A root that stays trusted after `uninstallTrust`. */
export interface RemainingRoot extends TrustedRoot {
  /** The state folder with this root, if it is one of the usual ones; undefined: not found. */
  stateFolder: string | undefined;
}

/**
 * Removes exactly the roots that `installTrust` added, and lists the other Everyhop roots in the same stores: those of other state
 * folders, of deleted ones, and those that an earlier, interrupted command left behind.
 */
export async function uninstallTrust(
  options: InstallOptions,
): Promise<{ outcomes: StoreOutcome[]; remaining: RemainingRoot[] }> {
  const places = await placesOf(options);
  const folder = await ownFolder(options.stateFolder, options.env);
  const outcomes = !hasStore(folder)
    ? []
    : await withState(folder, async (session) =>
        uninstallRoots({ ...places, database: await session.database(), clock }),
      );
  const failed = (root: TrustedRoot): boolean =>
    outcomes.some((one) => one.outcome === 'failed' && one.store === root.store && one.location === root.location);
  const trusted = (await trustedRoots(places.stores)).filter((root) => !failed(root));
  const folders = [...new Set([options.stateFolder, ...usualStateFolders()])];
  const owners = await Promise.all(folders.map(async (folder) => [await publishedRoot(folder), folder] as const));
  const remaining = trusted.map((root) => ({
    ...root,
    stateFolder: owners.find(([fingerprint]) => fingerprint === root.fingerprint)?.[1],
  }));
  return { outcomes, remaining };
}

/** Of the root user, and of this one. */
function usualStateFolders(): string[] {
  return [machineStateFolder, chosenStateFolder(undefined, process.env)];
}

/** The fingerprint of a state folder's root, from the file that every user may read. */
async function publishedRoot(folder: string): Promise<string | undefined> {
  const text = await readText(rootFileIn(folder)).catch(() => '');
  return certificatesIn(text)[0]?.fingerprint;
}

async function placesOf({ stateFolder, stores: wanted, env }: InstallOptions): Promise<InstallPlaces> {
  const homes = await homesOf(env);
  // `process.env` has the folders of PATH whose programs this user may start.
  const own = { ...env, PATH: process.env['PATH'] };
  const stores = storesOf({ execute: executeUninterrupted, env: own, homes, platform: process.platform });
  return { stateFolder, stores: wanted ? stores.filter(({ name }) => wanted.includes(name)) : stores };
}
