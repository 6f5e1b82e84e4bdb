/** Adds the root of the private authority to the trust stores of this machine, and removes it again. */
import { authorityError } from '../../authority/messages.ts';
import { loadRecords } from '../../authority/records.ts';
import { executeUninterrupted } from '../../base/uninterrupted.ts';
import { readText } from '../../base/files.ts';
import { hasStore, readState } from '../../store/state.ts';
import { certificatesIn } from '../../trust/store.ts';
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
import type { StoreName } from '../../trust/store.ts';
import { encodePem } from '../../x509/pem.ts';
import { rootFileIn } from '../authority/root.ts';
import { chosenStateFolder } from '../state-folder.ts';
import { withState } from '../state.ts';
import { machineStateFolder } from './sources.ts';
import { clock, homeFolder } from '../system.ts';

export interface InstallOptions {
  stateFolder: string;
  /** undefined: every store of this machine. */
  stores: readonly StoreName[] | undefined;
  env: NodeJS.ProcessEnv;
}

/** Adds the root to every existing store and verifies each. Creates the authority if there is none. */
export function installTrust(options: InstallOptions): Promise<StoreOutcome[]> {
  return withState(options.stateFolder, async (session) => {
    const authority = await session.authority();
    const root = { pem: authority.rootPem(), fingerprint: authority.rootFingerprint() };
    return installRoot({ ...placesOf(options), database: await session.database(), clock }, root);
  });
}

/** Dry run of `installTrust`. @throws EveryhopError `authority.none`. */
export async function planTrust(options: InstallOptions): Promise<StoreOutcome[]> {
  const { stateFolder } = options;
  const [records, installed] =
    (await readState(stateFolder, (database) => Promise.all([loadRecords(database), readInstallRecords(database)]))) ??
    [];
  if (!records || !installed) throw authorityError('authority.none', { folder: stateFolder });
  const { der, fingerprint } = records.root.certificate;
  return planInstall(placesOf(options), { pem: encodePem('CERTIFICATE', der), fingerprint }, installed);
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
  const places = placesOf(options);
  const outcomes = !hasStore(options.stateFolder)
    ? []
    : await withState(options.stateFolder, async (session) =>
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

function placesOf({ stateFolder, stores: wanted, env }: InstallOptions): InstallPlaces {
  const stores = storesOf({ execute: executeUninterrupted, env, homes: [homeFolder()], platform: process.platform });
  return { stateFolder, stores: wanted ? stores.filter(({ name }) => wanted.includes(name)) : stores };
}
