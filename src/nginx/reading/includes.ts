import { toLatin1 } from './latin1.ts';
import { type FileView, pathOf } from './files.ts';
import { type Directive, parse, type SyntaxTree } from './syntax.ts';

/** A file before its includes are linked. */
export interface ParsedFile {
  text: string;
  /** An error if the text is not a valid configuration. */
  tree: SyntaxTree | Error;
  /** The paths of each `include`, in nginx's order, or the error of listing them. */
  includes: ReadonlyMap<Directive, readonly string[] | Error>;
}

/**
 * Reads the main file and all its includes, each file once, the files of one level concurrently.
 * @returns by path as nginx names it; an error for each unreadable file
 */
export async function readAll(main: string, files: FileView): Promise<ReadonlyMap<string, ParsedFile | Error>> {
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const readings = new Map<string, ParsedFile | Error>();
  for (let level = [main]; level.length > 0;) {
    const found = await Promise.all(level.map((path) => readOne(path, folder, files).catch(asError)));
    for (const [index, path] of level.entries()) readings.set(path, found[index]!);
    level = [...new Set(found.flatMap(pathsIn))].filter((path) => !readings.has(path));
  }
  return readings;
}

function pathsIn(reading: ParsedFile | Error): string[] {
  if (reading instanceof Error) return [];
  return [...reading.includes.values()].flatMap((paths) => (paths instanceof Error ? [] : paths));
}

async function readOne(path: string, folder: string, files: FileView): Promise<ParsedFile> {
  const text = await files.read(path);
  const tree = parsed(text, path);
  const includes = new Map<Directive, readonly string[] | Error>();
  if (tree instanceof Error) return { text, tree, includes };
  const resolving = includesIn(tree.directives).map(async (directive) => {
    includes.set(directive, await pathsOf(directive.args[0]!.text, folder, files).catch(asError));
  });
  await Promise.all(resolving);
  return { text, tree, includes };
}

/** As in nginx, only a path with one of these bytes is a pattern; any other file must exist. */
async function pathsOf(written: string, folder: string, files: FileView): Promise<readonly string[]> {
  const path = written.startsWith('/') ? pathOf(written) : pathOf(toLatin1(folder) + written);
  return /[*?[]/.test(path) ? files.glob(path) : [path];
}

function includesIn(directives: readonly Directive[]): Directive[] {
  return directives.flatMap((directive) => {
    if (directive.block) return includesIn(directive.block.directives);
    return directive.name.text === 'include' && directive.args.length === 1 && !directive.raw ? [directive] : [];
  });
}

function parsed(text: string, path: string): SyntaxTree | Error {
  try {
    return parse(text, path);
  } catch (error) {
    return asError(error);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
