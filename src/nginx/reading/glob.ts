/**
 * File name patterns as glob(3) of glibc reads them in the C locale, which is what nginx calls: bytes, no braces, no
 * tilde; a backslash takes the meaning from what follows; a leading dot must be written. Names are bytes as latin1.
 */

/** What a pattern is looked for in. */
export interface Folders {
  /** Names in a folder, `.` and `..` too, in any order; none where it is no folder. */
  list(folder: string): Promise<string[]>;
  /** Is there anything of this name, be it a link that leads nowhere? */
  exists(path: string): Promise<boolean>;
}

/** Paths that a pattern matches, sorted by their bytes. */
export async function glob(pattern: string, folders: Folders): Promise<string[]> {
  return (await expand(pattern, folders)).sort();
}

async function expand(pattern: string, folders: Folders): Promise<string[]> {
  const slash = pattern.lastIndexOf('/');
  const last = pattern.slice(slash + 1);
  const parents = slash === -1 ? [''] : await parentsOf(pattern.slice(0, slash), folders);
  const under = (parent: string, name: string): string => (slash === -1 ? name : `${parent}/${name}`);
  const found = parents.map(async (parent) => {
    if (!isPattern(last)) {
      const path = under(parent, withoutEscapes(last));
      return (await folders.exists(path)) ? [path] : [];
    }
    const names = await folders.list(parent || (slash === -1 ? '.' : '/'));
    return names.filter(nameMatcher(last)).map((name) => under(parent, name));
  });
  return (await Promise.all(found)).flat();
}

async function parentsOf(pattern: string, folders: Folders): Promise<string[]> {
  return isPattern(pattern) ? expand(pattern, folders) : [withoutEscapes(pattern)];
}

/** Would `glob` give this path, if it were there? */
export function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  return wanted.length === parts.length && wanted.every((each, index) => nameMatcher(each)(parts[index]!));
}

/** Only then is a folder searched; what looks like a set but has no end, such as `[]`, stands for itself there. */
function isPattern(text: string): boolean {
  return /^(?:[^\\*?[]|\\(?:.|$))*(?:[*?]|\[(?:[^\\*?\]]|\\(?:.|$))*[*?\]])/s.test(text);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

/** Tells whether a name, without slashes, matches. */
function nameMatcher(pattern: string): (name: string) => boolean {
  const stretches = stretchesOf(pattern);
  const dotted = /^\\?\./.test(pattern);
  return (name) => (dotted || !name.startsWith('.')) && matchStretches(stretches, name);
}

/** What stands between two stars: so many bytes. */
interface Stretch {
  expression: RegExp;
  length: number;
}

/** Each stretch is taken where it first fits: as its length is fixed, nothing is gained by a later place. */
function matchStretches(stretches: readonly Stretch[], name: string): boolean {
  let at = 0;
  for (const [index, { expression, length }] of stretches.entries()) {
    const isLast = index === stretches.length - 1;
    expression.lastIndex = isLast && index > 0 ? Math.max(at, name.length - length) : at;
    const found = expression.exec(name);
    if (!found || (index === 0 && found.index > 0)) return false;
    at = found.index + length;
    if (isLast && at !== name.length) return false;
  }
  return true;
}

function stretchesOf(pattern: string): Stretch[] {
  const stretches: Stretch[] = [];
  let source = '';
  let length = 0;
  const end = (): void => {
    stretches.push({ expression: new RegExp(source, 'gs'), length });
    source = '';
    length = 0;
  };
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '*') {
      end();
      continue;
    }
    const set = pattern[at] === '[' ? bracket(pattern, at) : undefined;
    if (set) {
      source += set.source;
      at = set.end - 1;
    } else if (pattern[at] === '?') {
      source += '.';
    } else {
      if (pattern[at] === '\\' && at + 1 < pattern.length) at += 1;
      source += literal(pattern[at]!);
    }
    length += 1;
  }
  end();
  return stretches;
}

/** `[…]` from its opening bracket; undefined where it has no closing one, so that it stands for itself. */
function bracket(pattern: string, start: number): { source: string; end: number } | undefined {
  let at = start + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at += 1;
  let members = '';
  for (const first = at; at < pattern.length;) {
    if (pattern[at] === ']' && at > first) {
      return { source: members === '' ? (negated ? '.' : '(?!)') : `[${negated ? '^' : ''}${members}]`, end: at + 1 };
    }
    const named = /^\[:([a-z]+):\]/.exec(pattern.slice(at));
    if (named) {
      members += classes[named[1]!] ?? '';
      at += named[0].length;
      continue;
    }
    const from = member(pattern, at);
    const to = pattern[from.end] === '-' && pattern[from.end + 1] !== ']' ? member(pattern, from.end + 1) : undefined;
    if (!to) members += literal(from.byte);
    else if (from.byte <= to.byte) members += `${literal(from.byte)}-${literal(to.byte)}`;
    at = (to ?? from).end;
  }
  return undefined;
}

function member(pattern: string, at: number): { byte: string; end: number } {
  if (pattern[at] === '\\' && at + 1 < pattern.length) return { byte: pattern[at + 1]!, end: at + 2 };
  return { byte: pattern[at] ?? '', end: at + 1 };
}

function literal(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`;
}

const classes: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  blank: ' \\t',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t-\\r ',
  upper: 'A-Z',
  xdigit: '0-9A-Fa-f',
};
