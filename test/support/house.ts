import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Rooms by floor, top floor first. A room imports only rooms on lower floors, none on its floor. */
export const floors = [
  ['cli', 'page'],
  ['app'],
  ['control', 'doctor'],
  ['edge', 'nginx', 'acme-server', 'alerts', 'export', 'service'],
  ['certificates'],
  ['acme', 'authority', 'trust', 'apps', 'access'],
  ['probe', 'lan'],
  ['hop', 'x509', 'store', 'config', 'dns', 'passwords'],
  ['names', 'base'],
];

/** Rooms that import only these, although others are on lower floors. */
export const importsOnly: Record<string, readonly string[]> = { cli: ['app', 'base'] };

/** Paths are relative to `src/`. */
export interface SourceFile {
  file: string;
  lines: number;
  /** The files that it imports, including type imports; may contain duplicates. */
  imports: string[];
}

export interface Import {
  file: string;
  target: string;
}

export const root = path.resolve(import.meta.dirname, '../..');

export function readSource(folder = path.join(root, 'src')): SourceFile[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  return files.sort().map((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']*)'/g)].map((match) => match[1]!);
    const imports = specifiers.map((specifier) => path.join(path.dirname(file), specifier));
    return { file, lines: text.split('\n').length - 1, imports };
  });
}

/** `index.ts`, the library's entry point, counts as a room named after its file, and may import every room. */
export function roomOf(file: string): string {
  return file.split(path.sep)[0]!;
}

/** 0 is the lowest floor; undefined for a room not listed in `floors`. */
export function floorOf(room: string): number | undefined {
  const at = floors.findIndex((rooms) => rooms.includes(room));
  return at < 0 ? undefined : floors.length - 1 - at;
}

/** Imports from one room to another. */
export function crossings(files: readonly SourceFile[]): Import[] {
  return files.flatMap(({ file, imports }) =>
    imports.filter((target) => roomOf(target) !== roomOf(file)).map((target) => ({ file, target })),
  );
}

/** Imports from a room that is not on a lower floor. */
export function upward(files: readonly SourceFile[]): Import[] {
  return crossings(files).filter(({ file, target }) => {
    const from = roomOf(file);
    return from !== 'index.ts' && !((floorOf(roomOf(target)) ?? Infinity) < (floorOf(from) ?? -1));
  });
}

/** Imports that reach past another room's root files into its folders. */
export function pastRoot(files: readonly SourceFile[]): Import[] {
  return crossings(files).filter(({ target }) => target.split(path.sep).length > 2);
}

/** Import cycles as lists of files in import order, one for each group of interdependent files. */
export function circles(files: readonly SourceFile[]): string[][] {
  const importsOf = new Map(files.map(({ file, imports }) => [file, imports]));
  const found: string[][] = [];
  const inCircle = new Set<string>();
  for (const { file } of files) {
    if (inCircle.has(file)) continue;
    const circle = wayBack(file, importsOf);
    if (!circle) continue;
    found.push(circle);
    for (const each of circle) inCircle.add(each);
  }
  return found;
}

/** The shortest path along imports from a file to itself. */
function wayBack(file: string, importsOf: ReadonlyMap<string, string[]>): string[] | undefined {
  const before = new Map<string, string>();
  const reached = [file];
  for (const at of reached) {
    for (const next of importsOf.get(at) ?? []) {
      if (next === file) {
        const way = [at];
        while (way[0] !== file) way.unshift(before.get(way[0]!)!);
        return way;
      }
      if (before.has(next)) continue;
      before.set(next, at);
      reached.push(next);
    }
  }
  return undefined;
}

/** Counts `items` by key, the most frequent first. */
export function countBy<T>(items: readonly T[], keyOf: (item: T) => string): [key: string, count: number][] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || a.localeCompare(b));
}
