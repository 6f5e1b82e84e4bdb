import path from 'node:path';

/** Where everything that we add lives: beside the main configuration, so that nginx may read it wherever it may read that. */
export function managedFolder(confFile: string): string {
  return path.join(path.dirname(confFile), 'everyhop');
}

/** Of a set of names: its first one, as a name of a folder. */
export function siteName(names: readonly string[]): string {
  return names[0]!.replace(/^\*\./, '_.').replaceAll(':', '-');
}

export function siteFolder(confFile: string, site: string): string {
  return path.join(managedFolder(confFile), site);
}

/** Served as `/.well-known/acme-challenge/` by managed servers that have no folder of their own; named as no site can be. */
export function challengeRoot(confFile: string): string {
  return path.join(managedFolder(confFile), '.challenges');
}

export function recordFile(confFile: string, site: string): string {
  return path.join(siteFolder(confFile, site), 'site.json');
}

/** What is known of a site beside the configuration itself, kept with it. Nothing in it is secret. */
export interface SiteRecord {
  names: readonly string[];
  tlsPort: number;
  /** false: only the answers to challenges are there yet. */
  isWhole: boolean;
  /** Are challenges answered? */
  answers: boolean;
  /** The user's files in which one of our lines stands, links followed. */
  edited: readonly string[];
  /** By file name: SHA-256 of what we wrote, so that somebody else's hand is seen. */
  written: Readonly<Record<string, string>>;
  proof: ProofMark;
  /** Of the profile that the streaming settings are of. */
  app: string | undefined;
  /** The folder in which nginx looks for answers to challenges. */
  webroot: string;
  /** How its certificate is had, for renewals. */
  issuing: IssuanceOptions;
}

/** What the proof location answers, and where it is. */
export interface ProofMark {
  token: string;
  generation: string;
}

export interface IssuanceOptions {
  authority: string | undefined;
  authorityRootFile: string | undefined;
  challenge: 'http-01' | 'tls-alpn-01' | 'dns-01' | undefined;
  /** Id of a DNS provider. */
  dns: string | undefined;
  dnsResolvers: readonly string[] | undefined;
  profile: string | undefined;
  email: string | undefined;
  /** A folder that is served for challenges without our doing. */
  webroot: string | undefined;
}

export function proofPath({ token }: ProofMark): string {
  return `/.well-known/everyhop/${token}`;
}
