import { type AccessKey, readAccessKeys, recordKeyUses } from '../../access/records.ts';
import { Queue } from '../../base/queue.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { Supervisor } from '../../edge/supervisor.ts';
import type { Finding } from '../../hop/finding.ts';
import type { Database } from '../../store/database.ts';
import { clock } from '../system.ts';
import { keyFindings } from './key-findings.ts';
import type { Upkeep } from './upkeep.ts';

/** Time between notes in the store of when keys were used, and between looks at the keys in it. */
const recordEveryMs = 5 * 60 * 1000;

/** The access keys of the store, in the workers; and their use, in the store. */
export class KeyPublication {
  #keys: readonly AccessKey[] = [];
  #published = '';
  readonly #supervisor: Pick<Supervisor, 'publishKeys' | 'status' | 'takeKeyUses'>;
  readonly #database: Database;
  /** Otherwise keys that were read before a revocation could reach the workers after it. */
  readonly #publications = new Queue();

  constructor(supervisor: Pick<Supervisor, 'publishKeys' | 'status' | 'takeKeyUses'>, database: Database) {
    this.#supervisor = supervisor;
    this.#database = database;
  }

  /**
   * Reads the keys again. Every worker has them when this resolves.
   * @param ended digests of revoked keys whose open streams are to end.
   */
  publish(ended: readonly string[] = []): Promise<void> {
    return this.#publications.run(async () => {
      this.#keys = await readAccessKeys(this.#database);
      const known = this.#keys.map(({ name, digest, sites, expiresMs, rate }) => ({
        name,
        digest,
        sites,
        expiresMs,
        rate,
      }));
      const text = JSON.stringify(known);
      if (text === this.#published && ended.length === 0) return;
      await this.#supervisor.publishKeys(known, ended);
      this.#published = text;
    });
  }

  /** As `publish`; and whether any route asks for a key. */
  async apply(ended: readonly string[], { sites }: Configuration): Promise<{ isAsked: boolean }> {
    await this.publish(ended);
    return { isAsked: sites.some(({ routes }) => routes.some(({ access }) => access?.keys !== undefined)) };
  }

  /** Routes that ask for a key which no visitor can have. */
  findings({ sites }: Configuration): Finding[] {
    return keyFindings(sites, this.#keys, clock.now());
  }

  /**
   * Records uses from time to time, and takes up keys that no command has announced. Returns the function that ends it, with a last
   * record.
   */
  keepUp(upkeep: Upkeep): () => Promise<void> {
    upkeep.every(recordEveryMs, async () => {
      await this.recordUses();
      await this.publish();
    });
    return () => upkeep.attempt(() => this.recordUses());
  }

  /** Asks the workers when keys were last used, and stores it. */
  async recordUses(): Promise<void> {
    await this.#supervisor.status();
    await recordKeyUses(this.#database, this.#supervisor.takeKeyUses());
  }
}
