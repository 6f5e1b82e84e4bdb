import { fromLatin1, toLatin1 } from './latin1.ts';
import type { Configuration, ConfigurationFile } from './located.ts';

/** The first line at which our reading and nginx's differ. */
export interface DumpDifference {
  /** The file that we expected at this point. */
  file: string;
  /** Counts from 1. 0 for the header line: nginx has another file here. */
  line: number;
  /** Our line; empty at the end of our text. */
  ours: string;
  theirs: string;
}

/**
 * Compares with the output of `nginx -T`: each file once, in the order in which nginx opened them. No difference means
 * the same files, the same bytes and the same order of includes.
 * @param dump standard output of `nginx -T`
 * @returns the first difference, if any
 */
export function differenceToDump(configuration: Configuration, dump: Buffer): DumpDifference | undefined {
  const theirs = dump.toString('latin1');
  let at = 0;
  for (const file of configuration.files) {
    const title = titleOf(file);
    if (!theirs.startsWith(title, at))
      return { file: file.path, line: 0, ours: lineAt(title, 0), theirs: lineAt(theirs, at) };
    at += title.length;
    if (!theirs.startsWith(`${file.text}\n`, at)) return within(file, theirs.slice(at));
    at += file.text.length + 1;
  }
  const { path, text } = configuration.files.at(-1)!;
  const line = text.split('\n').length + 1;
  return at === theirs.length ? undefined : { file: path, line, ours: '', theirs: lineAt(theirs, at) };
}

function titleOf({ path }: ConfigurationFile): string {
  return `# configuration file ${toLatin1(path)}:\n`;
}

function within({ path, text }: ConfigurationFile, rest: string): DumpDifference {
  const ours = `${text}\n`;
  let same = 0;
  while (same < ours.length && ours[same] === rest[same]) same += 1;
  const line = ours.slice(0, same).split('\n').length;
  return { file: path, line, ours: lineAt(ours, same), theirs: lineAt(rest, same) };
}

/** The line around an offset, as text. */
function lineAt(text: string, offset: number): string {
  const start = text.slice(0, offset).lastIndexOf('\n') + 1;
  const end = text.indexOf('\n', offset);
  return fromLatin1(text.slice(start, end === -1 ? text.length : end));
}
