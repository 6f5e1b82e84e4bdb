/** The ways in which apps read a path, so that a rule holds for every app. */

/** A configured prefix as written and percent-decoded. */
export interface Prefix {
  length: number;
  forms: string[];
}

export function prefixOf(written: string): Prefix {
  const prefix = withUpperCaseBytes(written);
  return { length: prefix.length, forms: [...new Set([prefix, decoded(prefix) ?? prefix])] };
}

export function matches({ forms }: Prefix, path: string): boolean {
  return forms.some((form) => covers(form, path));
}

/** The length of the longest matching prefix, or 0. */
export function longest(prefixes: readonly Prefix[], path: string): number {
  return Math.max(0, ...prefixes.map((prefix) => (matches(prefix, path) ? prefix.length : 0)));
}

function covers(prefix: string, path: string): boolean {
  if (prefix === '/') return true;
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path.startsWith(bare) && (path.length === bare.length || path[bare.length] === '/');
}

/** Escapes of escapes (`%2561` for `a`): beyond this depth, the path is refused. */
const deepest = 8;

/**
 * All the ways in which a program might interpret a path: as is, percent-decoded once or more often, backslashes as slashes
 * or letters, slashes merged or not, parameters (`;a=b`) stripped before or after decoding, dot segments resolved. undefined: an invalid
 * path.
 */
export function pathViews(sent: string): string[] | undefined {
  const path = withUpperCaseBytes(sent);
  if (!/[%;\\]|\/\/|\/\.{1,2}(\/|$)/.test(path)) return [path];
  const once = decoded(path);
  if (once === undefined || once.includes('\0')) return undefined;
  const views = new Set([path]);
  for (const start of [path, withoutParameters(path)]) {
    const levels = decodedLevels(start);
    if (!levels) return undefined;
    for (const level of levels)
      for (const view of [level, withoutParameters(level)]) {
        views.add(view);
        addResolved(views, view);
        // WHATWG URL decodes dots alone, other programs everything but slashes, and then they resolve dot segments.
        if (/%2e/i.test(view)) addResolved(views, view.replace(/%2e/gi, '.'));
        if (/%(?:2f|5c)/i.test(view)) addResolved(views, decodedButSlashes(view));
      }
  }
  return [...views];
}

/** Everything decoded once but slashes and backslashes. */
function decodedButSlashes(view: string): string {
  return decoded(view.replace(/%(?=2f|5c)/gi, '%25')) ?? view;
}

/** Programs differ: a backslash may separate segments or belong to one, and `..` may remove an empty segment or the one before. */
function addResolved(views: Set<string>, view: string): void {
  for (const path of view.includes('\\') ? [view, view.replaceAll('\\', '/')] : [view]) {
    views.add(resolved(path));
    if (path.includes('//')) views.add(unmerged(path));
  }
}

/** The path as it is, decoded once, twice …, until it stays the same. undefined: too deep. */
function decodedLevels(path: string): string[] | undefined {
  const levels = [path];
  for (let last = path; levels.length <= deepest; levels.push(last)) {
    const next = decoded(last);
    if (next === undefined || next === last) return levels;
    last = next;
  }
  return undefined;
}

/** A configured path or a view with letters that some programs take for the same: case, width, overlong UTF-8. */
export function folded(path: string): string {
  if (!path.includes('%')) return path.toLowerCase();
  return path
    .replace(/%C([01])%([89AB][0-9A-F])/g, (_, lead: string, tail: string) =>
      String.fromCharCode((Number(lead) << 6) | (Number.parseInt(tail, 16) & 0x3f)),
    )
    .replace(/(?:%[89A-F][0-9A-F])+/g, (bytes) => textOf(bytes) ?? bytes)
    .normalize('NFKC')
    .toLowerCase();
}

function textOf(escapes: string): string | undefined {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return undefined; // not UTF-8
  }
}

/** A folded view without the endings that some programs cut off: NUL, query, fragment, white space and dots. */
export function trimmed(view: string): string {
  const kept: string[] = [];
  for (const segment of view
    .replace(/[\0?#].*$/s, '')
    .replaceAll('\\', '/')
    .split('/')) {
    const name = segment.trim();
    if (name === '..') kept.pop();
    else if (!/^\.*$/.test(name)) kept.push(withoutEnding(name));
  }
  return `/${kept.join('/')}`;
}

/** Without dots and white space at the end; in linear time. */
function withoutEnding(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1]!.trim() === '')) end -= 1;
  return name.slice(0, end);
}

/** The part of a path after a configured prefix, as the client sent it. @param target begins with that prefix. */
export function afterPrefix(target: string, prefix: string): string {
  const path = withUpperCaseBytes(target.split('?', 1)[0]!);
  const form = prefixOf(prefix).forms.find((one) => covers(one, path)) ?? prefix;
  return target.slice(form.length);
}

/**
 * Whether some program reads a path as one that begins with two slashes, and so takes its first segment for a host, as browsers
 * do in a redirect. Literal slashes at the beginning do not count.
 */
export function mayNameHost(path: string): boolean {
  const rest = path.replace(/^[/\\]+/, '/');
  if (!/[%;\\]|\/\/|\/\.{1,2}(\/|$)/.test(rest)) return false;
  const levels = [rest, withoutParameters(rest)].flatMap((start) => decodedLevels(start) ?? ['//']);
  return levels
    .flatMap((level) => [level, withoutParameters(level)])
    .flatMap((view) => [view, view.replace(/%2e/gi, '.'), decodedButSlashes(view)])
    .map((view) => view.replaceAll('\\', '/'))
    .some((view) => view.startsWith('//') || unmerged(view).startsWith('//'));
}

/** Dot segments removed as by RFC 3986 §5.2.4, which keeps empty segments, and the slash before a dot segment at the end. */
function unmerged(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/').slice(1);
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '.') kept.push(segment);
  }
  if (/^\.{1,2}$/.test(segments.at(-1) ?? '')) kept.push('');
  return `/${kept.join('/')}`;
}

function withoutParameters(path: string): string {
  return path.replace(/;[^/\\]*/g, '');
}

/** Decodes ASCII only: programs agree on the meaning of other bytes, which no rule here can distinguish. */
function decoded(path: string): string | undefined {
  if (/%(?![0-9a-f]{2})/i.test(path)) return undefined;
  const text = path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return withUpperCaseBytes(text);
}

/** Escapes of bytes beyond ASCII in upper case, as in configured paths. */
function withUpperCaseBytes(path: string): string {
  return path.includes('%') ? path.replace(/%[89a-f][0-9a-f]/gi, (escape) => escape.toUpperCase()) : path;
}

function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
