import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { toLatin1 } from '../reading/latin1.ts';
import type { FileChange } from './journal.ts';
import { changeError } from './messages.ts';
import { managedFolder, recordFile, siteFolder, type SiteRecord } from './site.ts';

/** A site that Everyhop manages, with its current files. */
export interface ManagedSite {
  site: string;
  folder: string;
  record: SiteRecord;
  /** The record file is missing or invalid; `record` then contains only the facts that the folder reveals. */
  isDamaged: boolean;
  /** All its files by path, including the record. */
  files: Map<string, string>;
}

/** All sites that Everyhop manages in this nginx, sorted by name. @throws EveryhopError `file.*`. */
export async function managedSites(confFile: string): Promise<ManagedSite[]> {
  const names = await listed(managedFolder(confFile), 'isDirectory');
  const sites = await Promise.all(names.toSorted().map((site) => managedSite(confFile, site)));
  return sites.filter((site) => site !== undefined);
}

/** Undefined if Everyhop does not manage the site. @throws EveryhopError `file.*`. */
export async function managedSite(confFile: string, site: string): Promise<ManagedSite | undefined> {
  const folder = siteFolder(confFile, site);
  const files = new Map<string, string>();
  for (const name of await listed(folder, 'isFile')) {
    const file = path.join(folder, name);
    try {
      files.set(file, await readFile(file, 'latin1'));
    } catch (error) {
      throw fileError(error, file);
    }
  }
  const record = files.get(recordFile(confFile, site));
  const read = record === undefined ? undefined : recordIn(record);
  if (read) return { site, folder, record: read, isDamaged: false, files };
  const isOurs = [...files.keys()].some((file) => /^server-\d+\.conf$/.test(path.basename(file)));
  return isOurs ? { site, folder, record: unrecorded(site), isDamaged: true, files } : undefined;
}

/** Undefined for an invalid record. */
function recordIn(text: string): SiteRecord | undefined {
  try {
    const record = JSON.parse(Buffer.from(text, 'latin1').toString('utf8')) as Partial<SiteRecord> | null;
    const isWhole = Array.isArray(record?.names) && Array.isArray(record.edited) && record.written && record.proof;
    return isWhole && record.issuing ? (record as SiteRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** Enough to undo the site, as the configuration itself shows our changes. */
function unrecorded(site: string): SiteRecord {
  return {
    names: [site.replace(/^_\./, '*.')],
    tlsPort: 443,
    isWhole: true,
    answers: false,
    edited: [],
    written: {},
    proof: { token: '', generation: '' },
    app: undefined,
    webroot: '',
    issuing: {
      authority: undefined,
      authorityRootFile: undefined,
      challenge: undefined,
      dns: undefined,
      dnsResolvers: undefined,
      profile: undefined,
      email: undefined,
      webroot: undefined,
    },
  };
}

/** @throws EveryhopError `nginx.record-damaged`. */
export function refuseDamaged({ isDamaged, site, folder }: ManagedSite): void {
  if (isDamaged) throw changeError('nginx.record-damaged', { file: path.join(folder, 'site.json'), site });
}

/** The names of the files or folders in a folder; empty if it does not exist. */
async function listed(folder: string, kind: 'isFile' | 'isDirectory'): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry[kind]()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw fileError(error, folder);
  }
}

/** Our files that were edited after Everyhop wrote them. */
export function alteredFiles({ record, files }: ManagedSite): string[] {
  return [...files].flatMap(([file, text]) => {
    const written = record.written[path.basename(file)];
    return path.basename(file) !== 'site.json' && written !== digest(text) ? [file] : [];
  });
}

export function digest(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

export function recordText(record: SiteRecord): string {
  return toLatin1(`${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * The changes from the current to the planned files: first ours, so that every include exists, then the user's, then the
 * removal of obsolete ones.
 */
export function changesOf(
  now: { existing: ManagedSite | undefined; text(file: string): string | undefined },
  planned: { managed: ReadonlyMap<string, string>; edited: ReadonlyMap<string, string> },
): FileChange[] {
  const { existing } = now;
  const written = [...planned.managed].map(([file, after]) => ({
    path: file,
    before: existing?.files.get(file),
    after,
  }));
  const edited = [...planned.edited].map(([file, after]) => ({ path: file, before: now.text(file), after }));
  const gone = [...(existing?.files ?? [])]
    .filter(([file]) => !planned.managed.has(file))
    .map(([file, before]) => ({ path: file, before, after: undefined }));
  return [...written, ...edited, ...gone].filter(({ before, after }) => before !== after);
}
