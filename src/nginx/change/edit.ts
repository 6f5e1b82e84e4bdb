import type { ConfigurationFile, LocatedDirective } from '../reading/located.ts';

/** Replaces part of a file. Offsets count bytes. */
export interface Splice {
  file: ConfigurationFile;
  start: number;
  end: number;
  text: string;
}

/** The new text of each file. Splices of a file must not overlap. */
export function spliced(splices: readonly Splice[]): Map<ConfigurationFile, string> {
  const byFile = Map.groupBy(splices, ({ file }) => file);
  const texts = new Map<ConfigurationFile, string>();
  for (const [file, own] of byFile) {
    const ordered = own.toSorted((a, b) => a.start - b.start || a.end - b.end);
    let at = 0;
    let text = '';
    for (const splice of ordered) {
      text += file.text.slice(at, splice.start) + splice.text;
      at = splice.end;
    }
    texts.set(file, text + file.text.slice(at));
  }
  return texts;
}

/** Inserts a directive at the start of a block, on a separate line if the block has several. `removal` reverts it exactly. */
export function insertion({ directive, file }: LocatedDirective, text: string): Splice {
  const { start } = directive.block!;
  const rest = /^[ \t]*(?:#[^\r\n]*)?(\r?\n)/.exec(file.text.slice(start, start + 4096));
  if (!rest) return { file, start, end: start, text: ` ${text}` };
  const lineEnd = start + rest[0].length - rest[1]!.length;
  const indent = indentOf(file.text, start + rest[0].length) ?? `${indentBefore(file.text, directive.start)}    `;
  return { file, start: lineEnd, end: lineEnd, text: `${rest[1]}${indent}${text}` };
}

/** Removes a directive added by `insertion`, with its indentation and line break, or the space before it. */
export function removal({ directive, file }: LocatedDirective): Splice {
  const before = /(\r?\n[ \t]*| )$/.exec(file.text.slice(Math.max(0, directive.start - 1024), directive.start));
  return { file, start: directive.start - (before?.[0].length ?? 0), end: directive.end, text: '' };
}

/** The indentation of the first non-empty line from an offset on; undefined if that line ends the block. */
function indentOf(text: string, from: number): string | undefined {
  const found = /^(?:[ \t]*\r?\n)*([ \t]*)([^\s])/.exec(text.slice(from, from + 4096));
  return found && found[2] !== '}' ? found[1] : undefined;
}

function indentBefore(text: string, at: number): string {
  return /(?:^|\n)([ \t]*)[^\n]*$/.exec(text.slice(Math.max(0, at - 1024), at))?.[1] ?? '';
}

/** Quotes a word for nginx if necessary. */
export function quoted(word: string): string {
  if (/^[\w./:@%+,=-]+$/.test(word)) return word;
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}
