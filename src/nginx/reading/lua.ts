/** Braces, and the starts of comments, long brackets and strings, whose braces do not count. */
const opening = /--(?:\[=*\[)?|\[=*\[|["'{}]/g;

/**
 * Finds the end of a block of Lua code by the rules of nginx's Lua module: braces in strings, long brackets and comments
 * do not count. Unlike in Lua, a quote without a match on the same line starts no string, and a comment without a line
 * end is not a comment.
 * @param start after the opening brace
 * @returns the offset of the closing brace; undefined if it is missing
 */
export function endOfLua(text: string, start: number): number | undefined {
  const search = new RegExp(opening);
  search.lastIndex = start;
  /** For each kind of quote: the offset up to which none has a match. */
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
      // If a quote has no match, neither has any later one on its line: they are all escaped.
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

/** The end of a string, or of the line if the string is not closed on it. */
function stringFrom(text: string, quote: string, from: number): { end: number; closed: boolean } {
  for (let at = from; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === quote) return { end: at + 1, closed: true };
    if (text[at] === '\\' && text[at + 1] !== '\n') at += 1;
  }
  const lineEnd = text.indexOf('\n', from);
  return { end: lineEnd === -1 ? text.length : lineEnd, closed: false };
}
