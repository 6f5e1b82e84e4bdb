import type { Configuration, ConfigurationFile } from './located.ts';
import type { Directive } from './syntax.ts';

export interface FlatConfiguration {
  /** Bytes as latin1. */
  text: string;
  /** Where a line of it comes from; lines count from 1. */
  placeOf(line: number): { file: string; line: number };
}

/**
 * A configuration in one file that means the same: each `include` gives way to what it brings. What else is relative
 * to the main file's folder stays so, therefore the copy belongs into that folder.
 */
export function flatten(configuration: Configuration): FlatConfiguration {
  const pieces: string[] = [];
  /** For each piece: the line of the whole at which it begins, and where that line comes from. */
  const origins: { line: number; file: string; fileLine: number }[] = [];
  let line = 1;
  const add = (file: ConfigurationFile, text: string, fileLine: number): void => {
    origins.push({ line, file: file.path, fileLine });
    pieces.push(text);
    line += linesIn(text);
  };
  const addFile = (file: ConfigurationFile): void => {
    let at = 0;
    let fileLine = 1;
    for (const [directive, included] of inOrder(file)) {
      const before = `${file.text.slice(at, directive.start)}\n`;
      add(file, before, fileLine);
      for (const each of included) addFile(each);
      at = directive.end;
      fileLine = directive.line + linesIn(file.text.slice(directive.start, directive.end));
    }
    add(file, `${file.text.slice(at)}\n`, fileLine);
  };
  addFile(configuration.main);
  return { text: pieces.join(''), placeOf: (wanted) => placeIn(origins, wanted) };
}

/** A file's includes in the order in which they stand in it. */
function inOrder({ includes }: ConfigurationFile): [Directive, readonly ConfigurationFile[]][] {
  return [...includes].sort(([a], [b]) => a.start - b.start);
}

function placeIn(origins: readonly { line: number; file: string; fileLine: number }[], wanted: number) {
  const { line, file, fileLine } = origins.findLast((origin) => origin.line <= wanted) ?? origins[0]!;
  return { file, line: fileLine + Math.max(0, wanted - line) };
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
