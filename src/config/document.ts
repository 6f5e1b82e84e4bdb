import { type Document, LineCounter, parseDocument, visit, type YAMLParseError } from 'yaml';
import { EveryhopError } from '../base/errors.ts';
import { ConfigurationError } from './error.ts';
import { configError, yamlProblem } from './messages.ts';
import { YamlSource } from './source.ts';

/** Limit for alias expansions: more than in any hand-written configuration, few enough to be cheap. */
const aliasLimit = 100;
/** Limit for aliases: the library searches the whole document for each. */
const mostAliases = 1000;

/** One misplaced bracket can cause an error on every line after it. */
const problemLimit = 20;

/**
 * Parses YAML 1.2, with source positions.
 * @returns the content, and mistakes that do not prevent parsing (duplicate keys).
 * @throws ConfigurationError if the text cannot be parsed.
 */
export function readDocument(
  file: string,
  text: string,
): { source: YamlSource; content: unknown; problems: EveryhopError[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2', logLevel: 'error' });
  const source = new YamlSource(file, document, lines);
  const undecoded = text.search(/[\0\uFFFD]/);
  if (undecoded >= 0) {
    const isUtf16 = text.includes('\0');
    const place = source.placeAt(isUtf16 ? 0 : undecoded);
    throw new ConfigurationError(file, [
      isUtf16
        ? configError('config.utf-16', { file }, { place })
        : configError('config.not-utf-8', { file }, { place }),
    ]);
  }
  const tooDeep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  const errors = tooDeep ? [tooDeep] : document.errors.slice(0, problemLimit);
  const problems = errors.map((error) => syntaxProblem(error, source, text));
  if (problems.some((problem) => problem.code !== 'config.duplicate-key')) throw new ConfigurationError(file, problems);
  const content = expand(source);
  if (content === null || content === undefined) {
    throw new ConfigurationError(file, [configError('config.empty', { file }, { place: source.placeAt(0) })]);
  }
  return { source, content, problems };
}

function syntaxProblem(error: YAMLParseError, source: YamlSource, text: string): EveryhopError {
  const place = source.placeAt(error.pos[0]);
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return configError('config.duplicate-key', { key: wordAt(text, error.pos[0]) }, { place });
    case 'TAB_AS_INDENT':
      return configError('config.tab', { file: source.file }, { place });
    case 'RESOURCE_EXHAUSTION':
      return configError('config.too-deep', { file: source.file }, { place });
    default:
      return configError('config.syntax', { reason: yamlProblem(error.code) }, { place });
  }
}

function wordAt(text: string, offset: number): string {
  return /^["']?([^\s:"',}]*)/.exec(text.slice(offset, offset + 200))?.[1] ?? '';
}

function expand(source: YamlSource): unknown {
  try {
    if (aliasesIn(source.document) > mostAliases) throw new ReferenceError('too many aliases');
    return source.document.toJS({ maxAliasCount: aliasLimit });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const place = source.placeAt(0);
    const problem = configError('config.too-many-aliases', {}, { place, cause: error });
    throw new ConfigurationError(source.file, [problem]);
  }
}

function aliasesIn(document: Document): number {
  let count = 0;
  visit(document, { Alias: () => void (count += 1) });
  return count;
}
