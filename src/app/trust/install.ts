/** Puts the root of the private authority into the trust stores of this machine, and takes it out again. */
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
  /** undefined: all of this machine's. */
  stores: readonly StoreName[] | undefined;
  env: NodeJS.ProcessEnv;
}

/** The root into every store that is there, each proven. Without an authority, one is made. */
export function installTrust(options: InstallOptions): Promise<StoreOutcome[]> {
  return withState(options.stateFolder, async (session) => {
    const authority = await session.authority();
    const root = { pem: authority.rootPem(), fingerprint: authority.rootFingerprint() };
    return installRoot({ ...placesOf(options), database: await session.database(), clock }, root);
  });
}

/** What `installTrust` would do. @throws EveryhopError `authority.none`. */
export async function planTrust(options: InstallOptions): Promise<StoreOutcome[]> {
  const { stateFolder } = options;
  const [records, installed] =
    (await readState(stateFolder, (database) => Promise.all([loadRecords(database), readInstallRecords(database)]))) ??
    [];
  if (!records || !installed) throw authorityError('authority.none', { folder: stateFolder });
  const { der, fingerprint } = records.root.certificate;
  return planInstall(placesOf(options), { pem: encodePem('CERTIFICATE', der), fingerprint }, installed);
}

/** Takes out exactly what `installTrust` put in. */
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
