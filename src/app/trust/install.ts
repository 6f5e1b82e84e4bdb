/** Adds the root of the private authority to the trust stores of this machine, and removes it again. */
import os from 'node:os';
import { authorityError } from '../../authority/messages.ts';
import { loadRecords } from '../../authority/records.ts';
import { execute } from '../../base/process.ts';
import { hasStore, readState } from '../../store/state.ts';
import {
  type InstallPlaces,
  installRoot,
  planInstall,
  readInstallRecords,
  type StoreOutcome,
  storesOf,
  uninstallRoots,
} from '../../trust/install.ts';
import type { StoreName } from '../../trust/store.ts';
import { encodePem } from '../../x509/pem.ts';
import { withState } from '../state.ts';
import { clock } from '../system.ts';

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

/** Removes exactly the roots that `installTrust` added. */
export async function uninstallTrust(options: InstallOptions): Promise<StoreOutcome[]> {
  if (!hasStore(options.stateFolder)) return [];
  return withState(options.stateFolder, async (session) =>
    uninstallRoots({ ...placesOf(options), database: await session.database(), clock }),
  );
}

function placesOf({ stateFolder, stores: wanted, env }: InstallOptions): InstallPlaces {
  const stores = storesOf({ execute, env, home: os.homedir(), platform: process.platform });
  return { stateFolder, stores: wanted ? stores.filter(({ name }) => wanted.includes(name)) : stores };
}
