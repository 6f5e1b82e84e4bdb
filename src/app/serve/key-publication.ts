import { type AccessKey, readAccessKeys, recordKeyUses } from '../../access/records.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Supervisor } from '../../edge/supervisor.ts';
import type { Finding } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import { clock } from '../system.ts';
import { keyFindings } from './key-findings.ts';
import type { Upkeep } from './upkeep.ts';

/** Time between notes in the store of when keys were used. */
const recordEveryMs = 5 * 60 * 1000;

/** The access keys of the store, in the workers; and their use, in the store. */
export class KeyPublication {
  #keys: readonly AccessKey[] = [];
  readonly #supervisor: Supervisor;
  readonly #database: Database;

  constructor(supervisor: Supervisor, database: Database) {
    this.#supervisor = supervisor;
    this.#database = database;
  }

  /**
   * Reads the keys again. Every worker has them when this resolves.
   * @param ended digests of revoked keys whose open streams are to end.
   */
  async publish(ended: readonly string[] = []): Promise<void> {
    this.#keys = await readAccessKeys(this.#database);
    const known = this.#keys.map(({ name, digest, sites, expiresMs, rate }) => ({
      name,
      digest,
      sites,
      expiresMs,
      rate,
    }));
    await this.#supervisor.publishKeys(known, ended);
  }

  /** Routes that ask for a key which no visitor can have. */
  findings({ sites }: Configuration): Finding[] {
    return keyFindings(sites, this.#keys, clock.now());
  }

  /** Returns the function that ends it, with a last note. */
  recordRegularly(upkeep: Upkeep): () => Promise<void> {
    upkeep.every(recordEveryMs, () => this.recordUses());
    return () => upkeep.attempt(() => this.recordUses());
  }

  /** Asks the workers when keys were last used, and stores it. */
  async recordUses(): Promise<void> {
    await this.#supervisor.status();
    await recordKeyUses(this.#database, this.#supervisor.takeKeyUses());
  }
}
