/** A root certificate to install. */
export interface Root {
  pem: string;
  /** SHA-256 of the certificate, hex. */
  fingerprint: string;
}

export type StoreName = 'system' | 'nss' | 'java';

/** Data for undoing an installation, in addition to the root's label. Stored as JSON. */
export type Undo = Record<string, string | boolean>;

/** One kind of trust store, which may exist in several locations. */
export interface TrustStore {
  readonly name: StoreName;
  /** Locations of the files or databases on this machine. @throws EveryhopError `trust.tool-missing`. */
  find(): Promise<string[]>;
  has(location: string, root: Root): Promise<boolean>;
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

/** The base64 of every certificate in a PEM text, without line breaks, for comparing certificates. */
export function pemBodies(text: string): string[] {
  const blocks = text.matchAll(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]+)-----END/g);
  return [...blocks].map((block) => block[1]!.replaceAll(/\s/g, ''));
}
