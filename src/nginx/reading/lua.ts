/** What can hold braces that do not count, or is a brace. */
const opening = /--(?:\[=*\[)?|\[=*\[|["'{}]/g;

/**
 * Where a block of Lua code ends, by Lua's lexical rules: braces in strings, long brackets and comments do not count.
 * @param start after the opening brace
 * @returns where its closing brace is; undefined where there is none
 */
export function endOfLua(text: string, start: number): number | undefined {
  const search = new RegExp(opening);
  search.lastIndex = start;
  let depth = 1;
  for (let found = search.exec(text); found; found = search.exec(text)) {
    const [token] = found;
    if (token === '{') {
      depth += 1;
    } else if (token === '}') {
      depth -= 1;
      if (depth === 0) return found.index;
    } else {
      const end = endOfToken(text, token, search.lastIndex);
      if (end === undefined) return undefined;
      search.lastIndex = end;
    }
  }
  return undefined;
}

/** @param from after the token that opens a string or a comment */
function endOfToken(text: string, token: string, from: number): number | undefined {
  if (token === '"' || token === "'") return endOfString(text, token, from);
  const end = token === '--' ? '\n' : token.slice(token.indexOf('[')).replaceAll('[', ']');
  const found = text.indexOf(end, from);
  return found === -1 ? undefined : found + end.length;
}

function endOfString(text: string, quote: string, from: number): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at + 1;
  }
  return undefined;
}
