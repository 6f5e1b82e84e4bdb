import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair } from 'yaml';
import type { Place } from '../base/errors.ts';

export type Path = readonly (string | number)[];

/** Where a configuration was written: a file with places, or the command line. */
export interface Source {
  /** How the user knows what is at `path`: a key of the file, or an argument. */
  nameOf(path: Path): string;
  /** The place of what is at `path`, or of the nearest thing around it. */
  placeOf(path: Path): Place | undefined;
  /** Whether something was written at `path`. */
  has(path: Path): boolean;
}

/** A YAML document whose places are known. */
export class YamlSource implements Source {
  readonly file: string;
  readonly document: Document.Parsed;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.file = file;
    this.document = document;
    this.#lines = lines;
  }

  /** `sites[0].routes[1].path` is known as what stands in the file: `path`; an item by the key of its list. */
  nameOf(path: Path): string {
    return path.findLast((segment) => typeof segment === 'string') ?? this.file;
  }

  placeOf(path: Path): Place {
    let offset = this.document.contents?.range?.[0] ?? 0;
    for (const step of this.#walk(path)) offset = rangeStart(step.node) ?? step.offset;
    return this.placeAt(offset);
  }

  /** The place of the key itself, not of its value. */
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

  /** The nodes on the way to `path`, as far as they exist, aliases followed. */
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

  /** The value under a segment, and where its key (or the item) begins. */
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
  /** Where the key, or the item, begins. */
  offset: number;
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** The arguments of `up`, read as if they had been written into a file. */
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
