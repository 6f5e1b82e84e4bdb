import { fromLatin1, toLatin1 } from '../reading/latin1.ts';

/** nginx reads an `include` with one of these as a pattern. */
const special = /[*?[]/;

/** The argument of `include` for exactly this file, not yet quoted. In a pattern, glob(7) takes `\` before a special character. */
export function includeArgument(file: string): string {
  return toLatin1(special.test(file) ? file.replace(/[\\*?[]/g, String.raw`\$&`) : file);
}

/** The file of an `include` that `includeArgument` wrote; any other argument as it is. */
export function includedFile(argument: string): string {
  const file = fromLatin1(argument);
  return special.test(file) ? file.replace(/\\([\\*?[])/g, '$1') : file;
}
