/** What can hold braces that do not count, or is a brace. */
const opening = /--(?:\[=*\[)?|\[=*\[|["'{}]/g;

/**
 * Where a block of Lua code ends, by the rules of nginx's Lua module: braces in strings, long brackets and comments do
 * not count. Unlike Lua's own rules, a quote without its other one on the same line, or a comment without a line's end,
 * is none.
 * @param start after the opening brace
 * @returns where its closing brace is; undefined where there is none
 */
export function endOfLua(text: string, start: number): number | undefined {
  const search = new RegExp(opening);
  search.lastIndex = start;
  /** Up to where quotes of each kind are known to have no other one. */
  const lonely: Record<string, number> = { '"': 0, "'": 0 };
  let depth = 1;
  for (let found = search.exec(text); found; found = search.exec(text)) {
    const [token] = found;
    if (token === '{') {
      depth += 1;
    } else if (token === '}') {
      depth -= 1;
      if (depth === 0) return found.index;
    } else if (token === '"' || token === "'") {
      if (found.index < lonely[token]!) continue;
      const { end, closed } = stringFrom(text, token, search.lastIndex);
      // Where one quote has no other, no later one of its line has: all of them were escaped.
      if (closed) search.lastIndex = end;
      else lonely[token] = end;
    } else {
      const end = token === '--' ? '\n' : token.slice(token.indexOf('[')).replaceAll('[', ']');
      const closing = text.indexOf(end, search.lastIndex);
      if (closing !== -1) search.lastIndex = closing + end.length;
      else if (token !== '--') return undefined;
    }
  }
  return undefined;
}

/** The end of a string, or of the line that it would have to end on. */
function stringFrom(text: string, quote: string, from: number): { end: number; closed: boolean } {
  for (let at = from; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === quote) return { end: at + 1, closed: true };
    if (text[at] === '\\' && text[at + 1] !== '\n') at += 1;
  }
  const lineEnd = text.indexOf('\n', from);
  return { end: lineEnd === -1 ? text.length : lineEnd, closed: false };
}
