import type { Configuration, ConfigurationFile } from './located.ts';
import type { Directive } from './syntax.ts';

export interface FlatConfiguration {
  /** Bytes as latin1. */
  text: string;
  /** The origin of a line of `text`. Lines count from 1. */
  placeOf(line: number): { file: string; line: number };
}

/**
 * Merges a configuration into one equivalent file: the included text replaces each `include`. Other paths relative to
 * the main file's folder stay relative, so the copy must be in that folder.
 */
export function flatten(configuration: Configuration): FlatConfiguration {
  const pieces: string[] = [];
  /** For each piece: its first line in the merged text, and the origin of that line. */
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

/** A file's includes in text order. */
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
