import type { Directive, SyntaxTree } from './syntax.ts';

/** A file as nginx reads it. */
export interface ConfigurationFile {
  /** As nginx names it: absolute, links not followed. */
  path: string;
  /** Bytes as latin1, so that each is one character and none is lost. */
  text: string;
  tree: SyntaxTree;
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
  /** What `prefix` and relative paths of `include` start from. */
  prefix: string;
}
