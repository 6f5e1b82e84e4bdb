import { Authority } from '../authority/authority.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { openState, readState, type State } from '../store/state.ts';
import { rootIn } from './authority/root.ts';
import { clock, random } from './system.ts';

export interface StateOptions {
  /** Hosts that a new authority permits besides private names. */
  names?: readonly string[];
  /** The command only calls `read` and `root`, which then create nothing. */
  readOnly?: boolean | undefined;
}

/**
 * One command's access to a state folder. The first use opens the store, and creates it if it is missing. The authority is
 * opened (and created) only to issue or to change it. For reading alone, use `readState`.
 */
export class StateSession {
  readonly folder: string;
  readonly #options: StateOptions;
  #state: Promise<State> | undefined;
  #authority: Promise<Authority> | undefined;
  #root: Promise<string | undefined> | undefined;

  constructor(folder: string, options: StateOptions = {}) {
    this.folder = folder;
    this.#options = options;
  }

  /** @throws EveryhopError as `openState` does. */
  state(): Promise<State> {
    return (this.#state ??= openState(this.folder));
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
    if (!this.#options.readOnly) return this.read(rootIn);
    return (this.#root ??= this.read(rootIn));
  }

  async close(): Promise<void> {
    // A failure to open was already thrown to the caller.
    const state = await this.#state?.catch(() => undefined);
    await state?.close();
  }

  async #openAuthority(): Promise<Authority> {
    return Authority.open(await this.database(), { clock, random, names: this.#options.names ?? [] });
  }
}

/** Runs work that writes to a state folder, and closes the session. */
export async function withState<T>(folder: string, work: (session: StateSession) => Promise<T>): Promise<T> {
  const session = new StateSession(folder);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
