/** Provides the certificate of a site. */
export interface CertificateSource {
  /** The files of the current certificate. A renewal replaces them under the same names. */
  paths: { fullchain: string; privkey: string };
  /** True if an authority validates the names by challenges at this nginx. */
  challenges: boolean;
  /**
   * Makes sure that the files contain a valid certificate; issues a new one if necessary.
   * @param webroot the folder for challenges.
   * @throws EveryhopError the reason if there is none.
   */
  obtain(webroot: string): Promise<SourceCertificate>;
  /** Writes an untrusted placeholder to a folder, to test a configuration before there is a certificate. */
  standIn(folder: string): Promise<{ fullchain: string; privkey: string }>;
  /** The max-age of Strict-Transport-Security that the site has earned so far. */
  hstsSeconds(): Promise<number>;
  /** Records whether the site passed or failed its check. */
  recordProof(ok: boolean): Promise<void>;
}

export interface SourceCertificate {
  /** Lower-case hex. */
  serial: string;
  /** The roots of a correctly configured visitor, PEM. */
  roots: string[];
}
