/** Where the certificate of a site comes from. */
export interface CertificateSource {
  /** Where its files are once it is there; a renewed one is found by the same names. */
  paths: { fullchain: string; privkey: string };
  /** Does an authority want to see answers to challenges at this nginx? */
  challenges: boolean;
  /**
   * A certificate that is good, new if need be, in those files.
   * @param webroot where challenges are to be put.
   * @throws EveryhopError why there is none.
   */
  obtain(webroot: string): Promise<SourceCertificate>;
  /** Writes one that nobody trusts into a folder: to try a configuration before there is a real one. */
  standIn(folder: string): Promise<{ fullchain: string; privkey: string }>;
  /** How long browsers may be told to insist on HTTPS by now. */
  hstsSeconds(): Promise<number>;
  /** A visitor's view has been proven, or was not as it should be. */
  recordProof(ok: boolean): Promise<void>;
}

export interface SourceCertificate {
  /** Lower-case hex. */
  serial: string;
  /** What a visitor trusts who has what he needs, PEM. */
  roots: string[];
}
