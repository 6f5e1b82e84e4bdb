import type { ErrorData } from './errors.ts';

/** Everything worth reporting, in one type for all readers (log, status, alerts). */
export type Event =
  | { type: 'certificate.ready'; names: string[]; serial: string; notAfterMs: number; generation: string }
  /** The authority has advised another time of renewal, or explains it. */
  | { type: 'renewal.advised'; names: string[]; renewAtMs: number; explanationUrl: string | undefined }
  /** The authority no longer had (`missing`) or accepted (`ended`) the account, and the next order registers one. `url`: undefined if that failed. */
  | {
      type: 'account.replaced';
      authority: string;
      end: 'missing' | 'ended';
      formerUrl: string | undefined;
      url: string | undefined;
    }
  | { type: 'certificate.failed'; names: string[]; error: ErrorData }
  | { type: 'configuration.applied'; revision: number; sites: number }
  /** After a change: the certificate that each listener served for each name. */
  | { type: 'proven'; revision: number; seen: { url: string; address: string; serial: string }[] }
  | { type: 'configuration.rejected'; error: ErrorData }
  /** This machine has other addresses in the local network, or another name. As in the status. */
  | { type: 'lan.changed'; urls: string[]; trustUrl?: string; rootFingerprint?: string }
  /** An app that was silent answers. `app`: its title, if known; `host`: the Host that it needs. */
  | { type: 'app.answered'; upstream: string; app?: string; host?: string }
  | { type: 'worker.started'; worker: number; pid: number }
  | { type: 'worker.lost'; worker: number; pid: number; reason: string }
  /** A worker cannot serve the snapshot in force; it tries again, or is replaced. */
  | { type: 'worker.refused'; worker: number; pid: number; error: ErrorData }
  | { type: 'upkeep.failed'; error: ErrorData }
  | { type: 'draining'; streams: number; deadlineMs: number };

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

/** Calls readers in order and synchronously. A reader that throws does not stop the others. */
export class EventBus {
  readonly #readers = new Set<(event: Event) => void>();

  emit(event: Event): void {
    for (const read of this.#readers) {
      try {
        read(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Returns the function that ends the subscription. */
  onAny(read: (event: Event) => void): () => void {
    this.#readers.add(read);
    return () => this.#readers.delete(read);
  }

  on<T extends Event['type']>(type: T, read: (event: EventOf<T>) => void): () => void {
    return this.onAny((event) => {
      if (event.type === type) read(event as EventOf<T>);
    });
  }
}
