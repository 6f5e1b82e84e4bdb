import { createHash } from 'node:crypto';

/** A root certificate to install. */
export interface Root {
  pem: string;
  /** SHA-256 of the certificate, hex. */
  fingerprint: string;
  /** Where it comes from. A new root replaces the older one of the same source. Default: '', the state folder's authority. */
  source?: string;
  /** The file named by the user, absolute: printed commands name it, too. */
  file?: string;
}

export type StoreName = 'system' | 'nss' | 'java';

/** Data for undoing an installation, in addition to the root's label. Stored as JSON. */
export type Undo = Record<string, string | boolean>;

/** A root of any Everyhop authority in a store. */
export interface FoundRoot {
  fingerprint: string;
  /** Shell command that removes it. */
  command: string;
}

/** One kind of trust store, which may exist in several locations. */
export interface TrustStore {
  readonly name: StoreName;
  /** False: written from documentation, and not tried by this project's tests. Default true. */
  isTested?(location: string): boolean;
  /** Locations of the files or databases on this machine. @throws EveryhopError `trust.tool-missing`. */
  find(): Promise<string[]>;
  /** Whether programs that read this location trust the root. Reads what they read. */
  has(location: string, root: Pick<Root, 'fingerprint'>): Promise<boolean>;
  /** The roots of all Everyhop authorities with their fingerprints, from any state folder. */
  list(location: string): Promise<FoundRoot[]>;
  /**
   * Gathers the data for `uninstall` before any change.
   * @param older undo data of our older root in this location, which the new undo data replaces.
   */
  prepare(location: string, root: Root, older?: Undo): Promise<Undo>;
  install(location: string, root: Root): Promise<void>;
  /** Adds the undo data that is known only after `install`. */
  conclude?(location: string, undo: Undo): Promise<Undo>;
  /** Removes only the entry with the label of `fingerprint`. No error if it is already gone. */
  uninstall(location: string, fingerprint: string, undo: Undo): Promise<void>;
}

/** Name of our root in every store. Derived from the fingerprint, so that no other root has it. */
export function labelOf(fingerprint: string): string {
  return `everyhop-${fingerprint.slice(0, 16)}`;
}

/** In the subject of every Everyhop root (see authority/shape.ts). */
export const rootSubject = 'Everyhop private root';

/** The certificates of a PEM text. */
export function certificatesIn(text: string): { der: Buffer; fingerprint: string }[] {
  const blocks = text.matchAll(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]+)-----END/g);
  return [...blocks].map((block) => {
    const der = Buffer.from(block[1]!, 'base64');
    return { der, fingerprint: createHash('sha256').update(der).digest('hex') };
  });
}

/** Quotes a word for a shell. */
export function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
