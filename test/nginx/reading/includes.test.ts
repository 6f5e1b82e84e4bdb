import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { EveryhopError } from '../../../src/base/errors.ts';
import { baseError } from '../../../src/base/messages.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import type { FileView } from '../../../src/nginx/reading/files.ts';
import { flatten } from '../../../src/nginx/reading/flatten.ts';
import { matches } from '../../../src/nginx/reading/glob.ts';
import { type Configuration, walk } from '../../../src/nginx/reading/located.ts';
import { readingError } from '../../../src/nginx/reading/messages.ts';

const runs = Number(process.env['RUNS'] ?? 1500);

/** Reads imaginary files: `/0`, the main one, `/1` and so on. */
async function readImagined(texts: readonly string[]): Promise<Configuration> {
  const files: FileView = {
    async read(file) {
      const text = texts[Number(file.slice(1))];
      if (text === undefined) throw baseError('file.missing', { file });
      return text;
    },
    async glob(pattern) {
      if (pattern.startsWith('/denied/')) throw baseError('file.denied', { file: '/denied' });
      return texts.map((_, index) => `/${index}`).filter((file) => matches(pattern, file));
    },
    real: async (file) => file,
  };
  return readConfiguration({ main: '/0', prefix: '/', files });
}

test('rejects includes nested too deeply', async () => {
  const chain = (length: number): string[] => [
    ...Array.from({ length }, (_, index) => `include ${index + 1};`),
    'end;',
  ];
  await assert.rejects(readImagined(chain(20_000)), (error) => readingError.is(error, 'nginx.include-endless'));
  const deep = await readImagined(chain(200));
  assert.equal(deep.files.length, 201);
  assert.equal([...walk(deep)].length, 201);
  assert.equal(flatten(deep).text.trim(), 'end;');
});

test('an unreadable folder is an error, because nginx may have permission to read it', async () => {
  await assert.rejects(readImagined(['include 1;', 'a {\n include denied/*.conf; }']), (error) => {
    assert.ok(readingError.is(error, 'nginx.include-unreadable'));
    assert.deepEqual([error.params.file, error.place], ['denied/*.conf', { file: '/1', line: 2, column: 2 }]);
    return true;
  });
});

const bits =
  'include 0;|include 1;|include 2;|include 3;|include 4;|include *;|include [2-4];|include 9;|include /[3];';
const piece = fc.constantFrom(
  ...bits.split('|'),
  ...'a {|}|a { b; }|b;|include;|include 1 2;|include x { }|map { include 4; }|# |"|\n|\xef\xbb\xbf'.split('|'),
);
const text = fc.array(piece, { maxLength: 3 }).map((parts) => parts.join(''));

test('any files that include each other give a configuration or an error, and the merged file is equivalent', async () => {
  let read = 0;
  const check = async (texts: readonly string[]): Promise<void> => {
    try {
      const configuration = await readImagined(texts);
      read += 1;
      const flat = await readImagined([flatten(configuration).text]);
      assert.deepEqual(namesIn(flat), namesIn(configuration));
    } catch (error) {
      if (!(error instanceof EveryhopError)) throw error;
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(text, { minLength: 5, maxLength: 5 }), check), { numRuns: runs });
  assert.ok(read > runs / 20, `only ${read} were read`);
});

/** All directives except resolved includes. */
function namesIn(configuration: Configuration): string[] {
  return [...walk(configuration)]
    .filter(({ directive: { name, args, block } }) => name.text !== 'include' || args.length !== 1 || block)
    .map(
      ({ directive, parents }) =>
        `${parents.length} ${[directive.name, ...directive.args].map((word) => word.text).join(' ')}`,
    );
}
