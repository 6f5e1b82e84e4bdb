import type { Place } from '../../base/errors.ts';
import type { Directive, SyntaxTree } from './syntax.ts';

/** A file as nginx reads it. */
export interface ConfigurationFile {
  /** As nginx names it: absolute, links not followed. */
  path: string;
  /** Bytes as latin1, so that each is one character and none is lost. */
  text: string;
  tree: SyntaxTree;
  /** What each `include` in it reads, in nginx's order. */
  includes: ReadonlyMap<Directive, readonly ConfigurationFile[]>;
}

/** A directive and where it stands. */
export interface Located {
  directive: Directive;
  file: ConfigurationFile;
  /** The blocks around it, outermost first; includes are seen through. */
  parents: readonly Located[];
}

/** Everything that a main configuration reads. */
export interface Configuration {
  main: ConfigurationFile;
  /** In the order in which nginx opens them, each once. */
  files: readonly ConfigurationFile[];
  /** nginx's prefix, with a slash at its end; relative paths of `include` start from the folder of `main` instead. */
  prefix: string;
}

const known = new WeakMap<Located | Configuration, readonly Located[]>();

/**
 * What stands in a block, or at the top of the main file; an `include` itself, and then what it brings. The same block
 * gives the same objects again.
 */
export function childrenOf(around: Located | Configuration): readonly Located[] {
  const children = known.get(around) ?? listChildren(around);
  known.set(around, children);
  return children;
}

const byName = new WeakMap<Located | Configuration, ReadonlyMap<string, readonly Located[]>>();

/** Those of `childrenOf` with this name. */
export function childrenNamed(around: Located | Configuration, name: string): readonly Located[] {
  const names = byName.get(around) ?? Map.groupBy(childrenOf(around), ({ directive }) => directive.name.text);
  byName.set(around, names);
  return names.get(name) ?? [];
}

function listChildren(around: Located | Configuration): Located[] {
  const children: Located[] = [];
  const list = (file: ConfigurationFile, directives: readonly Directive[], parents: readonly Located[]): void => {
    for (const directive of directives) {
      children.push({ directive, file, parents });
      for (const included of file.includes.get(directive) ?? []) list(included, included.tree.directives, parents);
    }
  };
  if ('main' in around) list(around.main, around.main.tree.directives, []);
  else list(around.file, around.directive.block?.directives ?? [], [...around.parents, around]);
  return children;
}

/** Every directive in the order in which nginx reads them: a block before what is in it, an `include` before what it brings. */
export function* walk(configuration: Configuration): Generator<Located> {
  const waiting = [childrenOf(configuration).values()];
  while (waiting.length > 0) {
    const next = waiting.at(-1)!.next();
    if (next.done) {
      waiting.pop();
      continue;
    }
    yield next.value;
    if (next.value.directive.block) waiting.push(childrenOf(next.value).values());
  }
}

/** For errors: where a directive begins. */
export function placeOf({ directive, file }: Pick<Located, 'directive' | 'file'>): Place {
  const lineStart = file.text.slice(0, directive.start).lastIndexOf('\n') + 1;
  return { file: file.path, line: directive.line, column: directive.start - lineStart + 1 };
}
