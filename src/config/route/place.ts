import { resolve } from 'node:path';
import type { NamedFile } from '../named-file.ts';
import type { Path, Source } from '../source.ts';

/** Where a setting is written, for the files that it names and for errors. */
export interface SettingPlace {
  /** Base of relative paths. */
  folder: string;
  source: Source;
  /** Of the mapping of the route or the site. */
  path: Path;
}

/** @param within the keys that lead to the file's name, from the mapping of the route or the site. */
export function namedFile({ folder, source, path }: SettingPlace, within: Path, file: string): NamedFile {
  const where = [...path, ...within];
  return { file: resolve(folder, file), key: source.nameOf(where), place: source.placeOf(where) };
}
