import path from 'node:path';

/** The folder of all our files: next to the main configuration, so that nginx has permission to read it too. */
export function managedFolder(confFile: string): string {
  return path.join(path.dirname(confFile), 'everyhop');
}

/** The site name of a set of names: the first one, in a form suitable for a folder. */
export function siteName(names: readonly string[]): string {
  return names[0]!.replace(/^\*\./, '_.').replaceAll(':', '-');
}

export function siteFolder(confFile: string, site: string): string {
  return path.join(managedFolder(confFile), site);
}

/** Challenge folder of managed blocks without an existing one. No site can have this name. */
export function challengeRoot(confFile: string): string {
  return path.join(managedFolder(confFile), '.challenges');
}

export function recordFile(confFile: string, site: string): string {
  return path.join(siteFolder(confFile, site), 'site.json');
}

/** The facts about a site that its configuration does not contain. Stored in `site.json`; contains no secrets. */
export interface SiteRecord {
  names: readonly string[];
  tlsPort: number;
  /** The port of HTTPS for visitors. Undefined: that of the listener. */
  publicPort?: number | undefined;
  /** False if plain HTTP stays as it is (default true). */
  redirects?: boolean;
  /** False if the site sends no Strict-Transport-Security (default true). */
  hsts?: boolean;
  /** False while the site only answers challenges. */
  isWhole: boolean;
  /** True if it answers challenges. */
  answers: boolean;
  /** The user's files that contain lines of ours, links resolved. */
  edited: readonly string[];
  /** SHA-256 of each file that we wrote, by file name, to detect edits. */
  written: Readonly<Record<string, string>>;
  proof: ProofMark;
  /** True if the app keeps the Host that nginx sends by default (default false). */
  keepsHost?: boolean;
  /** Id of the app profile of the streaming settings. */
  app: string | undefined;
  /** The folder for challenges. */
  webroot: string;
  /** For renewals. */
  issuing: IssuanceOptions;
}

/** Path and answer of the proof location. */
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
  /** A challenge folder that the user's configuration already serves. */
  webroot: string | undefined;
}

export function proofPath({ token }: ProofMark): string {
  return `/.well-known/everyhop/${token}`;
}
