import { type HashProblem, type PasswordHash, readHash } from './hash.ts';

/** A line of an htpasswd file: `NAME:HASH`, perhaps `:` and a comment. Names are bytes, as latin1 text. */
export interface User {
  name: string;
  /** As in the file. */
  encoded: string;
  hash: PasswordHash;
  /** From 1. */
  line: number;
}

export interface LineProblem {
  line: number;
  /** `form`: no `NAME:HASH`. `name`: it contains control characters. `duplicate`: an earlier line has the name, and counts. */
  problem: HashProblem | 'form' | 'name' | 'duplicate';
  /** undefined if the line has none. */
  name: string | undefined;
}

/** Reads a file. A line with a problem admits no user; the others count. */
export function readUsers(file: Buffer): { users: User[]; problems: LineProblem[] } {
  const users = new Map<string, User>();
  const problems: LineProblem[] = [];
  for (const [index, text] of linesOf(file).entries()) {
    const line = index + 1;
    if (text.trim() === '' || text.startsWith('#')) continue;
    const { name, encoded } = partsOf(text);
    const hash = encoded === undefined || name === '' ? 'form' : isName(name) ? readHash(encoded) : 'name';
    const problem = typeof hash === 'string' ? hash : users.has(name) ? 'duplicate' : undefined;
    if (problem !== undefined) problems.push({ line, problem, name: problem === 'form' ? undefined : name });
    else if (typeof hash !== 'string') users.set(name, { name, encoded: encoded!, hash, line });
  }
  return { users: [...users.values()], problems };
}

/** The file with a line for a user in place of the former one, or at the end. The other lines keep every byte. */
export function withUser(file: Buffer, name: string, encoded: string): Buffer {
  const text = file.toString('latin1');
  const lines = text.split('\n');
  const at = linesOf(file).findIndex((line) => !line.startsWith('#') && partsOf(line).name === name);
  const written = `${name}:${encoded}`;
  if (at >= 0) {
    const end = lines[at]!.endsWith('\r') ? '\r' : '';
    lines[at] = (at === 0 && text.startsWith(mark) ? mark : '') + written + end;
    return Buffer.from(lines.join('\n'), 'latin1');
  }
  const end = lines.length > 1 && lines[0]!.endsWith('\r') ? '\r\n' : '\n';
  const gap = text === '' || text === mark || text.endsWith('\n') ? '' : end;
  return Buffer.from(text + gap + written + end, 'latin1');
}

/** Whether a name, as latin1 text of its UTF-8 bytes, fits a file and a header field. */
export function isName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return (
    name.length <= 255 && /^[^ #:\u0000-\u001f\u007f](?:[^:\u0000-\u001f\u007f]*[^ :\u0000-\u001f\u007f])?$/.test(name)
  );
}

/** The byte order mark that some editors write. */
const mark = '\u00ef\u00bb\u00bf';

function linesOf(file: Buffer): string[] {
  const text = file.toString('latin1');
  return (text.startsWith(mark) ? text.slice(mark.length) : text).split('\n').map((line) => line.replace(/\r$/, ''));
}

function partsOf(line: string): { name: string; encoded: string | undefined } {
  const [name = '', encoded] = line.split(':');
  return { name, encoded: encoded === undefined || encoded === '' ? undefined : encoded.trimEnd() };
}
