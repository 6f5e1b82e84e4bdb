import { Queue } from '../../base/queue.ts';
import { clientKey } from '../admission.ts';

const mostWaiting = 64;
const mostWaitingOfClient = 8;

/** Hashes one password at a time, and keeps only so many waiting, of one client and in all. */
export class HashQueue {
  readonly #queue = new Queue();
  readonly #ofClients = new Map<string, number>();
  #waiting = 0;

  /** @returns undefined if too many wait. */
  run(address: string, work: () => Promise<boolean>): Promise<boolean> | undefined {
    const client = clientKey(address);
    const count = this.#ofClients.get(client) ?? 0;
    if (this.#waiting >= mostWaiting || count >= mostWaitingOfClient) return undefined;
    this.#waiting += 1;
    this.#ofClients.set(client, count + 1);
    return this.#queue.run(work).finally(() => {
      this.#waiting -= 1;
      const left = this.#ofClients.get(client)! - 1;
      if (left === 0) this.#ofClients.delete(client);
      else this.#ofClients.set(client, left);
    });
  }
}
