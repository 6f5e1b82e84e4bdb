import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair } from 'yaml';
import type { Place } from '../base/errors.ts';

export type Path = readonly (string | number)[];

/** The origin of a configuration: a file with positions, or the command line. */
export interface Source {
  /** The name of `path` for the user: a key of the file, or an argument. */
  nameOf(path: Path): string;
  /** The place of the value at `path`, or of the nearest value around it. */
  placeOf(path: Path): Place | undefined;
  /** True if there is a value at `path`. */
  has(path: Path): boolean;
}

/** A YAML document with positions. */
export class YamlSource implements Source {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.file = file;
    this.document = document;
    this.#lines = lines;
  }

  /** The last key of the path: `path` for `sites[0].routes[1].path`, `host` for `sites[0].host[1]`. */
  nameOf(path: Path): string {
    return path.findLast((segment) => typeof segment === 'string') ?? this.file;
  }

  placeOf(path: Path): Place {
    let offset = this.document.contents?.range?.[0] ?? 0;
    for (const step of this.#walk(path)) offset = rangeStart(step.node) ?? step.offset;
    return this.placeAt(offset);
  }

  /** The place of the key, not of its value. */
  placeOfKey(path: Path): Place {
    const steps = this.#walk(path);
    return steps.length === path.length ? this.placeAt(steps.at(-1)!.offset) : this.placeOf(path);
  }

  has(path: Path): boolean {
    return this.#walk(path).length === path.length;
  }

  placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The nodes along `path`, as far as they exist. Follows aliases. */
  #walk(path: Path): Step[] {
    const steps: Step[] = [];
    let node: unknown = this.document.contents;
    for (const segment of path) {
      const child = this.#child(node, segment);
      if (!child) break;
      node = isAlias(child.node) ? child.node.resolve(this.document) : child.node;
      steps.push({ node, offset: child.offset });
    }
    return steps;
  }

  /** The value at a segment, with the offset of its key (or of the item). */
  #child(node: unknown, segment: string | number): Step | undefined {
    if (isSeq(node)) {
      const item = node.items[Number(segment)] as Node | undefined;
      return item ? { node: item, offset: rangeStart(item) ?? 0 } : undefined;
    }
    if (!isMap(node)) return undefined;
    const isWanted = ({ key }: Pair): boolean => String(isScalar(key) ? key.value : key) === String(segment);
    const pair = node.items.find((item) => isWanted(item));
    return pair ? { node: pair.value, offset: rangeStart(pair.key) ?? 0 } : undefined;
  }
}

interface Step {
  node: unknown;
  /** Of the key or the item. */
  offset: number;
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** The arguments of `up`, treated as the content of a file. */
export class ArgumentSource implements Source {
  nameOf(path: Path): string {
    const key = String(path.findLast((segment) => typeof segment === 'string'));
    return key === 'upstream' ? 'URL' : `--${key.replaceAll('_', '-')}`;
  }

  placeOf(): undefined {
    return undefined;
  }

  has(): boolean {
    return true;
  }
}
