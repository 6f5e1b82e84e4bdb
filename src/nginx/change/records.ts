import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { bytes } from '../reading/bytes.ts';
import type { FileChange } from './journal.ts';
import { managedFolder, recordFile, siteFolder, type SiteRecord } from './site.ts';

/** A site that Everyhop has changed, as its files are today. */
export interface KeptSite {
  site: string;
  folder: string;
  record: SiteRecord;
  /** Its files, by path; the record's too. */
  files: Map<string, string>;
}

/** Every site that Everyhop has changed in this nginx, by name. @throws EveryhopError `file.*`. */
export async function keptSites(confFile: string): Promise<KeptSite[]> {
  const names = await listed(managedFolder(confFile), 'isDirectory');
  const sites = await Promise.all(names.toSorted().map((site) => keptSite(confFile, site)));
  return sites.filter((site) => site !== undefined);
}

/** undefined: nothing of ours is there, or its record is not. @throws EveryhopError `file.*`. */
export async function keptSite(confFile: string, site: string): Promise<KeptSite | undefined> {
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
  if (record === undefined) return undefined;
  return { site, folder, record: JSON.parse(Buffer.from(record, 'latin1').toString('utf8')) as SiteRecord, files };
}

/** Names of the files, or of the folders, in it; none where it is not there. */
async function listed(folder: string, kind: 'isFile' | 'isDirectory'): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry[kind]()).map(({ name }) => name);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw fileError(error, folder);
  }
}

/** What a person has written into our files since. */
export function alteredFiles({ record, files }: KeptSite): string[] {
  return [...files].flatMap(([file, text]) => {
    const written = record.written[path.basename(file)];
    return path.basename(file) !== 'site.json' && written !== digest(text) ? [file] : [];
  });
}

export function digest(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

export function recordText(record: SiteRecord): string {
  return bytes(`${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * From the files as they are to what is planned: ours first, so that whatever is included is there; what is not needed any
 * more goes last.
 */
export function changesOf(
  now: { kept: KeptSite | undefined; text(file: string): string | undefined },
  planned: { managed: ReadonlyMap<string, string>; edited: ReadonlyMap<string, string> },
): FileChange[] {
  const { kept } = now;
  const written = [...planned.managed].map(([file, after]) => ({ path: file, before: kept?.files.get(file), after }));
  const edited = [...planned.edited].map(([file, after]) => ({ path: file, before: now.text(file), after }));
  const gone = [...(kept?.files ?? [])]
    .filter(([file]) => !planned.managed.has(file))
    .map(([file, before]) => ({ path: file, before, after: undefined }));
  return [...written, ...edited, ...gone].filter(({ before, after }) => before !== after);
}
