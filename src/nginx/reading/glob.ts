/**
 * File name patterns by the rules of glibc's glob(3) in the C locale, which nginx uses: by bytes, without braces or
 * tilde; a backslash escapes the next byte; wildcards do not match a leading dot. Names are bytes as latin1.
 */

/** The file system that patterns are matched against. */
export interface Folders {
  /** Names in a folder including `.` and `..`, in any order; empty if it is not a folder. */
  list(folder: string): Promise<string[]>;
  /** True for a dangling link too. */
  exists(path: string): Promise<boolean>;
}

/** The paths that match a pattern, sorted by bytes. */
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

/** True if `glob` would return this path if it existed. */
export function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  return wanted.length === parts.length && wanted.every((each, index) => nameMatcher(each)(parts[index]!));
}

/** False for a literal name, which needs no folder listing. A bracket expression without an end, such as `[]`, is literal. */
function isPattern(text: string): boolean {
  return /^(?:[^\\*?[]|\\(?:.|$))*(?:[*?]|\[(?:[^\\*?\]]|\\(?:.|$))*[*?\]])/s.test(text);
}

function withoutEscapes(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

/** @returns a predicate for names without slashes */
function nameMatcher(pattern: string): (name: string) => boolean {
  const stretches = stretchesOf(pattern);
  const dotted = /^\\?\./.test(pattern);
  return (name) => (dotted || !name.startsWith('.')) && matchStretches(stretches, name);
}

/** The part of a pattern between two stars. It matches `length` bytes. */
interface Stretch {
  expression: RegExp;
  length: number;
}

/** Takes the first match of each stretch: lengths are fixed, so no later match could do better. */
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

/** Reads `[…]` from its opening bracket. Undefined without a closing bracket: the opening one is then literal. */
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
