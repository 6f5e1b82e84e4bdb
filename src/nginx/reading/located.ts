import type { Place } from '../../base/errors.ts';
import type { Directive, SyntaxTree } from './syntax.ts';

export interface ConfigurationFile {
  /** As nginx names it: absolute, links not resolved. */
  path: string;
  /** Bytes as latin1, one character each, so that none is lost. */
  text: string;
  tree: SyntaxTree;
  /** The files of each `include`, in nginx's order. */
  includes: ReadonlyMap<Directive, readonly ConfigurationFile[]>;
}

/** A directive with its file and the blocks around it. */
export interface LocatedDirective {
  directive: Directive;
  file: ConfigurationFile;
  /** Outermost first; across includes. */
  parents: readonly LocatedDirective[];
}

/** A main configuration with all its includes. */
export interface Configuration {
  main: ConfigurationFile;
  /** In the order in which nginx opens them, each once. */
  files: readonly ConfigurationFile[];
  /** nginx's prefix, with a trailing slash. Relative `include` paths start from the folder of `main` instead. */
  prefix: string;
}

const known = new WeakMap<LocatedDirective | Configuration, readonly LocatedDirective[]>();

/**
 * The directives of a block, or of the main file's top level. Included directives follow their `include`. Repeated calls
 * return the same objects.
 */
export function childrenOf(around: LocatedDirective | Configuration): readonly LocatedDirective[] {
  const children = known.get(around) ?? listChildren(around);
  known.set(around, children);
  return children;
}

const byName = new WeakMap<LocatedDirective | Configuration, ReadonlyMap<string, readonly LocatedDirective[]>>();

/** The directives of `childrenOf` with this name. */
export function childrenNamed(around: LocatedDirective | Configuration, name: string): readonly LocatedDirective[] {
  const names = byName.get(around) ?? Map.groupBy(childrenOf(around), ({ directive }) => directive.name.text);
  byName.set(around, names);
  return names.get(name) ?? [];
}

function listChildren(around: LocatedDirective | Configuration): LocatedDirective[] {
  const children: LocatedDirective[] = [];
  const list = (
    file: ConfigurationFile,
    directives: readonly Directive[],
    parents: readonly LocatedDirective[],
  ): void => {
    for (const directive of directives) {
      children.push({ directive, file, parents });
      for (const included of file.includes.get(directive) ?? []) list(included, included.tree.directives, parents);
    }
  };
  if ('main' in around) list(around.main, around.main.tree.directives, []);
  else list(around.file, around.directive.block?.directives ?? [], [...around.parents, around]);
  return children;
}

/** Every directive in nginx's order: a block before its contents, an `include` before the included directives. */
export function* walk(configuration: Configuration): Generator<LocatedDirective> {
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

/** The start of a directive, for errors. */
export function placeOf({ directive, file }: Pick<LocatedDirective, 'directive' | 'file'>): Place {
  const lineStart = file.text.slice(0, directive.start).lastIndexOf('\n') + 1;
  return { file: file.path, line: directive.line, column: directive.start - lineStart + 1 };
}
