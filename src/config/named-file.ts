import type { Place } from '../base/errors.ts';

/** A file that a setting names. */
export interface NamedFile {
  /** Absolute. */
  file: string;
  /** Of the setting, as in errors. */
  key: string;
  place: Place | undefined;
}
