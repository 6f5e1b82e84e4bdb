import type { Clock } from '../base/clock.ts';
import { EveryhopError, systemCode } from '../base/errors.ts';
import { baseError } from '../base/messages.ts';
import type { Execute } from '../base/process.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { JavaStore } from './java.ts';
import { trustError } from './messages.ts';
import { MacSystemStore } from './mac-store.ts';
import { NssStore } from './nss.ts';
import { type FoundRoot, quoted, type Root, type StoreName, type TrustStore, type Undo } from './store.ts';
import { LinuxSystemStore } from './system.ts';
import { WindowsSystemStore } from './windows-store.ts';

export interface InstallPlaces {
  stores: readonly TrustStore[];
  /** Part of the `sudo` command in `trust.denied`. */
  stateFolder: string;
}

export interface InstallContext extends InstallPlaces {
  database: Database;
  clock: Clock;
}

/** Result for one location. `planned`: a dry run would install here. */
export interface StoreOutcome {
  store: StoreName;
  location: string;
  outcome: 'installed' | 'already-there' | 'removed' | 'planned' | 'failed';
  /** This project's tests do not cover the store. */
  untried?: true;
  error?: EveryhopError;
}

/** A root of an Everyhop authority that programs on this machine trust. */
export interface TrustedRoot extends FoundRoot {
  store: StoreName;
  location: string;
}

/**
 * The trust stores of a platform.
 * @param given.homes of the users whose browsers get the root.
 * @throws EveryhopError `trust.platform-unknown`.
 */
export function storesOf(given: {
  execute: Execute;
  env: NodeJS.ProcessEnv;
  homes: readonly string[];
  platform: NodeJS.Platform;
}): TrustStore[] {
  const { execute, env, homes, platform } = given;
  // NSS's certutil has the name of another program there, and Firefox reads the system's store.
  if (platform === 'win32') return [new WindowsSystemStore(execute), new JavaStore(execute, env)];
  if (platform !== 'linux' && platform !== 'darwin') throw trustError('trust.platform-unknown', { platform });
  const system = platform === 'darwin' ? new MacSystemStore(execute) : new LinuxSystemStore(execute);
  return [system, new NssStore(execute, ...homes), new JavaStore(execute, env)];
}

/**
 * Adds the root to every location of every store, and verifies each by reading it back. Each change is recorded before it is made,
 * so that a crash leaves no unknown root behind. A root that was already there is not ours, and is never removed. Our older roots
 * in the same location are removed, because programs might pick either.
 */
export async function installRoot(context: InstallContext, root: Root): Promise<StoreOutcome[]> {
  return overPlaces(context, root, (store, location) => installAt(context, store, location, root));
}

/** Dry run of `installRoot`. @param records from `readInstallRecords`. */
export async function planInstall(
  places: InstallPlaces,
  root: Root,
  records: readonly InstallRecord[],
): Promise<StoreOutcome[]> {
  return overPlaces(places, root, async (store, location) => {
    const plan = await planAt(store, location, root, records);
    return plan.record ? 'planned' : 'already-there';
  });
}

/**
 * Removes from these stores every root that `installRoot` added, and nothing else. Reads each store back: a root that is still there
 * is a failure, `trust.still-there`, and keeps its record.
 */
export async function uninstallRoots(context: InstallContext): Promise<StoreOutcome[]> {
  const { database, stores } = context;
  const records = await readInstallRecords(database);
  const outcomes: StoreOutcome[] = [];
  for (const store of stores) {
    for (const record of records.filter((one) => one.store === store.name)) {
      const { location } = record;
      const error = await failureOf(() => removeRecord(database, store, record), commandFor('uninstall', store));
      outcomes.push({
        store: store.name,
        location,
        outcome: error ? 'failed' : 'removed',
        ...(error ? { error } : {}),
      });
    }
  }
  return outcomes;
}

/** The roots of all Everyhop authorities in these stores. Skips a store that cannot be read. */
export async function trustedRoots(stores: readonly TrustStore[]): Promise<TrustedRoot[]> {
  const found: TrustedRoot[] = [];
  for (const store of stores) {
    for (const location of await store.find().catch(() => [])) {
      const roots = await store.list(location).catch(() => []);
      found.push(...roots.map((root) => ({ store: store.name, location, ...root })));
    }
  }
  return found;
}

async function installAt(
  { database, clock }: InstallContext,
  store: TrustStore,
  location: string,
  root: Root,
): Promise<StoreOutcome['outcome']> {
  const { older, record } = await planAt(store, location, root, await readInstallRecords(database));
  if (record) {
    await writeRecord(database, record, clock.now());
    await store.install(location, root);
  }
  for (const one of older) await removeRecord(database, store, one);
  if (!record) return 'already-there';
  if (!(await store.has(location, root))) throw trustError('trust.not-proven', { store: store.name, location });
  if (store.conclude)
    await writeRecord(database, { ...record, undo: await store.conclude(location, record.undo) }, clock.now());
  return 'installed';
}

/** `record`: the root to add; undefined if it is already there. `older`: our roots to remove. */
async function planAt(
  store: TrustStore,
  location: string,
  root: Root,
  records: readonly InstallRecord[],
): Promise<{ record: InstallRecord | undefined; older: InstallRecord[] }> {
  const { fingerprint, source = '' } = root;
  const ours = records.filter((record) => record.store === store.name && record.location === location);
  const older = ours.filter((one) => one.fingerprint !== fingerprint && (one.undo['source'] ?? '') === source);
  if (await store.has(location, root)) return { record: undefined, older };
  // An interrupted install keeps the undo information from before its first attempt.
  const begun = ours.find((record) => record.fingerprint === fingerprint);
  const undo = await store.prepare(location, root, (begun ?? older.at(-1))?.undo);
  const origin = source === '' ? {} : { source };
  return { record: { store: store.name, location, fingerprint, undo: { ...undo, ...origin } }, older };
}

async function overPlaces(
  context: InstallPlaces,
  { file }: Root,
  work: (store: TrustStore, location: string) => Promise<StoreOutcome['outcome']>,
): Promise<StoreOutcome[]> {
  const outcomes: StoreOutcome[] = [];
  for (const store of context.stores) {
    const command = commandFor('install', store, file);
    let locations: string[] = [];
    const missing = await failureOf(async () => void (locations = await store.find()), command);
    if (missing) outcomes.push({ store: store.name, location: '', outcome: 'failed', error: missing });
    for (const location of locations) {
      let outcome: StoreOutcome['outcome'] = 'failed';
      const error = await failureOf(async () => void (outcome = await work(store, location)), command);
      const untried = store.isTested?.(location) === false;
      outcomes.push({ store: store.name, location, outcome, ...(untried && { untried }), ...(error ? { error } : {}) });
    }
  }
  return outcomes;
}

/** Returns an error instead of throwing it, so that the other locations are still processed. */
async function failureOf(work: () => Promise<void>, command: string): Promise<EveryhopError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
    // Not even root may write to a read-only file system.
    if (!baseError.is(error, 'file.denied') || systemCode(error.cause) === 'EROFS') return error;
    return trustError('trust.denied', { location: error.params.file, command: `sudo ${command}` }, { cause: error });
  }
}

function commandFor(verb: 'install' | 'uninstall', store: TrustStore, file?: string): string {
  const root = file === undefined ? '' : ` --root ${quoted(file)}`;
  return `{everyhop trust ${verb}}${root} --store ${store.name}`;
}

export interface InstallRecord {
  store: StoreName;
  location: string;
  fingerprint: string;
  undo: Undo;
}

/** Roots that were added and not removed, newest first. */
export async function readInstallRecords(database: DatabaseReader): Promise<InstallRecord[]> {
  const rows = await database.query<{ store: StoreName; location: string; fingerprint: string; detail: string }>(
    'SELECT store, location, fingerprint, detail FROM trust_installs ORDER BY installed_ms DESC',
  );
  return rows.map(({ detail, ...record }) => ({ ...record, undo: JSON.parse(detail) as Undo }));
}

async function writeRecord(database: Database, record: InstallRecord, nowMs: number): Promise<void> {
  await database.query(
    `INSERT INTO trust_installs (store, location, fingerprint, detail, installed_ms) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (store, location, fingerprint) DO UPDATE SET detail = $4`,
    [record.store, record.location, record.fingerprint, JSON.stringify(record.undo), nowMs],
  );
}

async function removeRecord(database: Database, store: TrustStore, record: InstallRecord): Promise<void> {
  const { location, fingerprint, undo } = record;
  await store.uninstall(location, fingerprint, undo);
  if (await store.has(location, record)) {
    const entry = (await store.list(location)).find((one) => one.fingerprint === fingerprint);
    throw trustError('trust.still-there', { store: store.name, location, command: entry?.command ?? '' });
  }
  await database.query('DELETE FROM trust_installs WHERE store = $1 AND location = $2 AND fingerprint = $3', [
    record.store,
    record.location,
    record.fingerprint,
  ]);
}
