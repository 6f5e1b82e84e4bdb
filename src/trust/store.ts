/** A certificate to be trusted. */
export interface Root {
  pem: string;
  /** SHA-256 of the certificate, hex. */
  fingerprint: string;
}

export type StoreName = 'system' | 'nss' | 'java';

/** What it takes to undo an installation, beside the root's label; kept as JSON. */
export type Undo = Record<string, string | boolean>;

/** One kind of place where programs look for roots. */
export interface TrustStore {
  readonly name: StoreName;
  /** Files or databases of this kind on this machine. @throws EveryhopError `trust.tool-missing`. */
  find(): Promise<string[]>;
  has(location: string, root: Root): Promise<boolean>;
  /**
   * What `uninstall` will need, found out before anything is changed.
   * @param older what undoes an older root of ours that is still in this place; the new one takes over its task.
   */
  prepare(location: string, root: Root, older?: Undo): Promise<Undo>;
  install(location: string, root: Root): Promise<void>;
  /** Adds to the undo what is known only afterwards. */
  conclude?(location: string, undo: Undo): Promise<Undo>;
  /** Takes out what stands under the label of `fingerprint`; nothing else, and no error if it is gone already. */
  uninstall(location: string, fingerprint: string, undo: Undo): Promise<void>;
}

/** The name under which a root of ours stands in every store: nobody else's can have it. */
export function labelOf(fingerprint: string): string {
  return `everyhop-${fingerprint.slice(0, 16)}`;
}

/** The base64 of every certificate in a PEM text, without line breaks: what two encodings of one certificate share. */
export function pemBodies(text: string): string[] {
  const blocks = text.matchAll(/-----BEGIN (?:TRUSTED )?CERTIFICATE-----([^-]+)-----END/g);
  return [...blocks].map((block) => block[1]!.replaceAll(/\s/g, ''));
}
