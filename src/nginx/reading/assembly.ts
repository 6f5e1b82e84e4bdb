import { describeError, EveryhopError } from '../../base/errors.ts';
import { baseError } from '../../base/messages.ts';
import { shown } from './bytes.ts';
import type { Reading } from './includes.ts';
import { type ConfigurationFile, placeOf } from './located.ts';
import { readingError } from './messages.ts';
import type { Directive } from './syntax.ts';

/** A configuration of people reads some thousands; more than these are an include that multiplies itself. */
const mostInclusions = 100_000;

/** nginx has no limit but the files that it may hold open; a person's includes are a few deep. */
const deepestInclusion = 200;

/** In these blocks the words are data, and nginx takes a byte order mark for a part of them. */
const dataBlocks = new Set(['map', 'types']);

const byteOrderMark = '\xef\xbb\xbf';

/** Puts the files that were read together in nginx's order, and throws the first error that nginx would come to. */
export class Assembly {
  readonly #readings: ReadonlyMap<string, Reading | Error>;
  /** In the order in which nginx opens them; of one that is not complete yet, the includes are still being filled in. */
  readonly #files = new Map<string, ConfigurationFile>();
  #depth = 0;
  /** How many times files are opened for one file; undefined while it is not complete. */
  readonly #inclusions = new Map<ConfigurationFile, number>();

  constructor(readings: ReadonlyMap<string, Reading | Error>) {
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

  #file(path: string, reading: Reading, block: string | undefined): ConfigurationFile {
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
      : readingError(
          'nginx.include-unreadable',
          { file: path, reason: describeError(reading) },
          { cause: reading, place },
        );
  }
}

/** An error about what an `include` says, with its place. */
function placed(error: Error, directive: Directive, file: ConfigurationFile): Error {
  const options = { cause: error, place: placeOf({ directive, file }) };
  if (readingError.is(error, 'nginx.path-bytes')) return error.at(options.place);
  const pattern = shown(directive.args[0]!.text);
  return readingError('nginx.include-unreadable', { file: pattern, reason: describeError(error) }, options);
}

function endless(path: string, by: Directive, from: ConfigurationFile): EveryhopError {
  return readingError('nginx.include-endless', { file: path }, { place: placeOf({ directive: by, file: from }) });
}
