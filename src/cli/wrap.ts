import { columnsOf } from './columns.ts';

/** Punctuation that must not begin a line. */
const closing = /^[，。、；：？！）」』”’,.;:?!)]/;
/** A run of spaces with a word, or with one Chinese character. */
const pieces = /\s*(?:[\u2e80-\u9fff\uff00-\uff60]|[^\s\u2e80-\u9fff\uff00-\uff60]+)/g;

/** Breaks a text into lines of at most `width` columns: between words, and between Chinese characters. A longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => wrapLine(paragraph, width));
}

function wrapLine(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of joined(text.match(pieces) ?? [])) {
    if (line !== '' && columnsOf(line + piece) > width) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? piece.trimStart() : piece;
  }
  return [...lines, line];
}

/** Keeps closing punctuation with what it closes, and an opening bracket with what follows. */
function joined(words: readonly string[]): string[] {
  const units: string[] = [];
  for (const word of words) {
    const last = units.at(-1);
    if (last !== undefined && (closing.test(word) || /[（「『“]$/.test(last))) units[units.length - 1] = last + word;
    else units.push(word);
  }
  return units;
}
