import { describeError, EveryhopError } from '../../base/errors.ts';
import type { Value } from '../../base/language.ts';
import { baseError } from '../../base/messages.ts';
import { fromLatin1 } from './latin1.ts';
import type { ParsedFile } from './includes.ts';
import { type ConfigurationFile, placeOf } from './located.ts';
import { readingError } from './messages.ts';
import type { Directive } from './syntax.ts';

/** Hand-written configurations reach some thousands; beyond this limit, includes multiply each other. */
const mostInclusions = 100_000;

/** nginx is limited only by the files it may keep open; hand-written includes are a few levels deep. */
const deepestInclusion = 200;

/** These blocks contain data, and nginx treats a byte order mark as part of it. */
const dataBlocks = new Set(['map', 'types']);

const byteOrderMark = '\xef\xbb\xbf';

/** Links the parsed files in nginx's order, and throws the first error that nginx would report. */
export class Assembly {
  readonly #readings: ReadonlyMap<string, ParsedFile | Error>;
  /** In the order in which nginx opens them. The last ones may still lack some of their includes. */
  readonly #files = new Map<string, ConfigurationFile>();
  #depth = 0;
  /** How many files nginx opens for one file, itself counted; missing until all its includes are linked. */
  readonly #inclusions = new Map<ConfigurationFile, number>();

  constructor(readings: ReadonlyMap<string, ParsedFile | Error>) {
    this.#readings = readings;
  }

  /** @throws EveryhopError see `readConfiguration` */
  main(path: string): ConfigurationFile {
    const reading = this.#readings.get(path)!;
    if (baseError.is(reading, 'file.missing')) {
      throw readingError('nginx.configuration-missing', { file: path }, { cause: reading });
    }
    if (reading instanceof Error) throw reading;
    return this.#file(path, reading, undefined);
  }

  inOrder(): ConfigurationFile[] {
    return [...this.#files.values()];
  }

  #file(path: string, reading: ParsedFile, block: string | undefined): ConfigurationFile {
    const { text, tree } = reading;
    if (text.startsWith(byteOrderMark) && !dataBlocks.has(block ?? '')) {
      throw readingError('nginx.byte-order-mark', { file: path }, { place: { file: path, line: 1, column: 1 } });
    }
    if (tree instanceof Error) throw tree;
    const includes = new Map<Directive, readonly ConfigurationFile[]>();
    const file: ConfigurationFile = { path, text, tree, includes };
    this.#files.set(path, file);
    let inclusions = 1;
    const fillIn = (directives: readonly Directive[], block: string | undefined): void => {
      for (const directive of directives) {
        if (directive.block) fillIn(directive.block.directives, directive.name.text);
        const paths = reading.includes.get(directive);
        if (!paths) continue;
        if (paths instanceof Error) throw placed(paths, directive, file);
        const included = paths.map((each) => this.#included(each, directive, file, block));
        for (const each of included) inclusions += this.#inclusions.get(each)!;
        if (inclusions > mostInclusions) throw endless(path, directive, file);
        includes.set(directive, included);
      }
    };
    fillIn(tree.directives, block);
    this.#inclusions.set(file, inclusions);
    return file;
  }

  #included(path: string, by: Directive, from: ConfigurationFile, block: string | undefined): ConfigurationFile {
    const known = this.#files.get(path);
    if (known) {
      if (!this.#inclusions.has(known)) throw endless(path, by, from);
      return known;
    }
    const reading = this.#readings.get(path)!;
    if (!(reading instanceof Error)) {
      if (this.#depth === deepestInclusion) throw endless(path, by, from);
      this.#depth += 1;
      const file = this.#file(path, reading, block);
      this.#depth -= 1;
      return file;
    }
    const place = placeOf({ directive: by, file: from });
    throw baseError.is(reading, 'file.missing')
      ? readingError('nginx.include-missing', { file: path }, { cause: reading, place })
      : readingError('nginx.include-unreadable', { file: path, reason: reasonOf(reading) }, { cause: reading, place });
  }
}

/** An error in the argument of an `include`, with its place. */
function placed(error: Error, directive: Directive, file: ConfigurationFile): Error {
  const options = { cause: error, place: placeOf({ directive, file }) };
  if (readingError.is(error, 'nginx.path-bytes')) return error.at(options.place);
  const pattern = fromLatin1(directive.args[0]!.text);
  return readingError('nginx.include-unreadable', { file: pattern, reason: reasonOf(error) }, options);
}

function reasonOf(error: Error): Value {
  return error instanceof EveryhopError ? error.meaning : describeError(error);
}

function endless(path: string, by: Directive, from: ConfigurationFile): EveryhopError {
  return readingError('nginx.include-endless', { file: path }, { place: placeOf({ directive: by, file: from }) });
}
