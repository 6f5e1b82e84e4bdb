import { existsSync } from 'node:fs';
import { adoptPublished } from '../../certificates/adopt.ts';
import type { Generation } from '../../certificates/generation.ts';
import { publishRoot, rootFileIn } from '../authority/root.ts';
import type { StateSession } from '../state.ts';
import { publishSites } from './publish-sites.ts';
import type { ServedSites } from './served-sites.ts';
import type { Upkeep } from './upkeep.ts';

/** The files for other programs on this machine. A failure becomes an event; the edge keeps serving. */
export class Publication {
  /** undefined: there is no private authority, so no client needs its root. */
  rootFile: string | undefined;
  /** True if this start made the private root: no client trusts it yet. */
  isRootNew = false;
  readonly #session: StateSession;
  readonly #upkeep: Upkeep;

  constructor(session: StateSession, upkeep: Upkeep) {
    this.#session = session;
    this.#upkeep = upkeep;
  }

  /** A store restored from an older copy lacks the newest certificates. */
  async adopt(): Promise<void> {
    await this.#upkeep.attempt(async () => {
      await adoptPublished(await this.#session.database(), this.#session.folder);
    });
  }

  async publish(sites: ServedSites, unserved: readonly Generation[]): Promise<void> {
    if (this.rootFile === undefined) await this.publishRoot();
    await this.#upkeep.attempt(() => publishSites(this.#session, sites, unserved, this.#upkeep));
  }

  /** The root does not exist before the first private certificate. */
  async publishRoot(): Promise<void> {
    await this.#upkeep.attempt(async () => {
      const root = await this.#session.root();
      if (root === undefined) return;
      const file = rootFileIn(this.#session.folder);
      this.isRootNew = !existsSync(file);
      if (!this.#session.problem) await publishRoot(this.#session.folder, root);
      this.rootFile = file;
    });
  }
}
