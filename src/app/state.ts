import { Authority } from '../authority/authority.ts';
import type { Database, DatabaseReader } from '../store/database.ts';
import { openState, readState, type State } from '../store/state.ts';
import { rootIn } from './authority/root.ts';
import { clock, random } from './system.ts';

export interface StateOptions {
  /** Hosts that a new authority covers besides private names. */
  names?: readonly string[];
  /** `read` then makes nothing, and is all that the command uses. */
  readOnly?: boolean | undefined;
}

/**
 * A state folder as one command uses it. The store is opened once, when first needed, and made if it is missing; the
 * authority is opened, and made, only to issue or to be changed. To look, use `readState`.
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

  /** @returns undefined where the session is read-only and there is no store. */
  async read<T>(work: (database: DatabaseReader) => Promise<T>): Promise<T | undefined> {
    return this.#options.readOnly ? readState(this.folder, work) : work(await this.database());
  }

  /** The root of the authority, PEM; undefined where there is none. */
  root(): Promise<string | undefined> {
    if (!this.#options.readOnly) return this.read(rootIn);
    return (this.#root ??= this.read(rootIn));
  }

  async close(): Promise<void> {
    // An opening that failed was reported to the caller that asked for it.
    const state = await this.#state?.catch(() => undefined);
    await state?.close();
  }

  async #openAuthority(): Promise<Authority> {
    return Authority.open(await this.database(), { clock, random, names: this.#options.names ?? [] });
  }
}

/** Work that writes to a state folder. */
export async function withState<T>(folder: string, work: (session: StateSession) => Promise<T>): Promise<T> {
  const session = new StateSession(folder);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
