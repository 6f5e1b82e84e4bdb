import { Authority } from '../authority/authority.ts';
import type { EveryhopError } from '../base/errors.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { openSpareState, openState, readState, type State } from '../store/state.ts';
import { publishedRoot, requireOwnRoot, rootIn } from './authority/root.ts';
import { clock, random } from './system.ts';

export interface StateOptions {
  /** Hosts that a new authority permits besides private names. */
  names?: readonly string[];
  /** The command only calls `read` and `root`, which then create nothing. */
  readOnly?: boolean | undefined;
  /** Starts over where the store is lost or damaged, and publishes the store's root where `root.pem` has another. */
  isNew?: boolean | undefined;
}

/**
 * One command's access to a state folder. The first use opens the store, and creates it if it is missing. The authority is
 * opened (and created) only to issue or to change it. For reading alone, use `readState`.
 */
export class StateSession {
  readonly folder: string;
  /** Why this session works in memory instead of in the store; see `spare`. */
  problem: EveryhopError | undefined;
  /** The folder had no authority, and this session made one. */
  hasMadeAuthority = false;
  readonly #options: StateOptions;
  #state: Promise<State> | undefined;
  #authority: Promise<Authority> | undefined;
  #root: Promise<string | undefined> | undefined;

  constructor(folder: string, options: StateOptions = {}) {
    this.folder = folder;
    this.#options = options;
  }

  /**
   * A session for a store that cannot be used: nothing is read from it, stored, or issued. The lock on the folder is the
   * same.
   */
  static spare(folder: string, problem: EveryhopError): StateSession {
    const session = new StateSession(folder);
    session.problem = problem;
    session.#state = openSpareState(folder);
    return session;
  }

  /** @throws EveryhopError as `openState` does; `store.root-differs`. */
  state(): Promise<State> {
    return (this.#state ??= this.#open());
  }

  async #open(): Promise<State> {
    const { isNew } = this.#options;
    const state = await openState(this.folder, { isNew });
    try {
      if (!isNew) await requireOwnRoot(this.folder, state.database);
      return state;
    } catch (error) {
      await state.close();
      throw error;
    }
  }

  async database(): Promise<Database> {
    return (await this.state()).database;
  }

  /** @throws EveryhopError as `Authority.open` does; the next call then tries again. */
  authority(): Promise<Authority> {
    this.#authority ??= this.#openAuthority().catch((error: unknown) => {
      this.#authority = undefined;
      throw error;
    });
    return this.#authority;
  }

  /** @returns undefined if the session is read-only and there is no store. */
  async read<T>(work: (database: DatabaseReader) => Promise<T>): Promise<T | undefined> {
    return this.#options.readOnly ? readState(this.folder, work) : work(await this.database());
  }

  /** The root of the authority, as PEM; undefined if there is none. */
  root(): Promise<string | undefined> {
    if (this.problem) return publishedRoot(this.folder);
    if (!this.#options.readOnly) return this.read(rootIn);
    return (this.#root ??= this.read(rootIn));
  }

  /** Makes the daily copy of the store, if this session has opened it. @throws EveryhopError `file.*`. */
  async copy(): Promise<void> {
    await (await this.#state)?.copy(clock.now());
  }

  async close(): Promise<void> {
    // A failure to open was already thrown to the caller.
    const state = await this.#state?.catch(() => undefined);
    await state?.close();
  }

  async #openAuthority(): Promise<Authority> {
    if (this.problem) throw this.problem;
    const database = await this.database();
    const had = await rootIn(database);
    const authority = await Authority.open(database, { clock, random, names: this.#options.names ?? [] });
    this.hasMadeAuthority = had === undefined;
    return authority;
  }
}

/** Runs work that writes to a state folder, makes the daily copy of the store, and closes the session. */
export async function withState<T>(
  folder: string,
  work: (session: StateSession) => Promise<T>,
  options: StateOptions = {},
): Promise<T> {
  const session = new StateSession(folder, options);
  try {
    const result = await work(session);
    await session.copy().catch(() => {}); // the work is done; `up` reports a disk that is full
    return result;
  } finally {
    await session.close();
  }
}
