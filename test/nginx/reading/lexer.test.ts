import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { readingError } from '../../../src/nginx/reading/messages.ts';
import { type Directive, parse, print } from '../../../src/nginx/reading/syntax.ts';
import { nginxFolder, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { freePorts } from '../../support/up.ts';
import { around, nginxSays } from './oracle.ts';
import { seed } from '../../support/seed.ts';

const skip = without('nginx');

/** Mostly single bytes with a meaning for the lexer. */
const pieces = [
  ...String.raw`a word ; ; ; { } " ' \ $ # ( ) ") "; \" \' \n \\ ~ * [ ^`.split(' '),
  '${',
  '${x}',
  ' ',
  '  ',
  '\t',
  '\r\n',
  '\n',
  '; ',
  '# c\n',
  '"a b"',
  "'c\nd'",
  '\0',
  '\xff',
  '\xef\xbb\xbf',
];
const snippet = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''));

test('nginx and the parser reject the same text for the same reason at the same line', { skip }, async (t) => {
  const folder = await nginxFolder(t, {});
  let compared = 0;
  const snippets = fc.sample(snippet, { numRuns: 400, seed });
  await eachOfTwo(snippets, async (each, index) => {
    // `types` accepts any words, so this tests only the lexer.
    const text = around(`types {\n${each}\n}`);
    const opinion = await nginxSays(folder, `${index}.conf`, text);
    const parsed = outcome(text);
    const why = `${JSON.stringify(each)}: nginx says ${JSON.stringify(opinion)}`;
    if (typeof parsed !== 'string') {
      assert.equal(opinion.accepted, isOneTypesBlock(parsed), why);
      return;
    }
    assert.ok(!opinion.accepted, why);
    const aboutWords = /^(unknown directive|invalid number|unexpected "\{"|open\(\)|directive)/;
    if (aboutWords.test(opinion.problem ?? '')) return;
    assert.equal(parsed, `${opinion.problem} in ${opinion.line}`, why);
    compared += 1;
  });
  assert.ok(compared > 50, `only ${compared} mistakes were compared`);
});

function outcome(text: string): readonly Directive[] | string {
  try {
    return parse(text, 'x').directives;
  } catch (error) {
    assert.ok(readingError.is(error, 'nginx.syntax'), String(error));
    return `${String(error.params.problem)} in ${error.place!.line}`;
  }
}

function isOneTypesBlock(directives: readonly Directive[]): boolean {
  const http = directives.at(-1)!;
  const types = http.block?.directives.at(-1);
  return (
    http.name.text === 'http' && types?.name.text === 'types' && types.block!.directives.every((each) => !each.block)
  );
}

const wordPieces = [
  ...String.raw`a B 0 - _ . / # ~ ( ) } [ ] ^ * = \" \' \\ \n \r \t \x \; \{ \#`.split(' '),
  '\\ ',
  '\xe4\xb8\xad',
  '\xff',
  '\x01',
];
const quotedPieces = [...wordPieces, ' ', '\n', ';', '{', '#', '\r\n'];
const aWord = fc.oneof(
  fc.array(fc.constantFrom(...wordPieces), { minLength: 1, maxLength: 8 }).map((parts) => `x${parts.join('')}`),
  fc.array(fc.constantFrom(...quotedPieces, "'"), { maxLength: 8 }).map((parts) => `"${parts.join('')}"`),
  fc.array(fc.constantFrom(...quotedPieces, '"'), { maxLength: 8 }).map((parts) => `'${parts.join('')}'`),
);

test('words have the same value as in nginx', { skip }, async (t) => {
  const [port] = await freePorts(1);
  const words = fc.sample(aWord, { numRuns: 1500, seed });
  const map = `map_hash_max_size 8192;\nmap $arg_n $word {\n${words.map((word, index) => `${index} ${word};\n`).join('')}}\n`;
  const text = around(`${map}server { listen 127.0.0.1:${port}; location / { return 200 "<$word>"; } }`);
  const folder = await nginxFolder(t, { 'nginx.conf': text });
  await startNginx(t, { folder });
  const read = parse(text, 'x')
    .directives.at(-1)!
    .block!.directives.find(({ name }) => name.text === 'map')!;
  assert.equal(read.block!.directives.length, words.length);
  await eachOfTwo(words, async (written, index) => {
    const answer = await fetch(`http://127.0.0.1:${port}/?n=${index}`);
    const served = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    assert.equal(`<${read.block!.directives[index]!.args[0]!.text}>`, served, JSON.stringify(written));
  });
});

test('rejects words and comments that overflow nginx’s buffer, at the same length as nginx', { skip }, async (t) => {
  const folder = await nginxFolder(t, {});
  const tails: [string, string][] = [
    ['', ';\n'],
    ['', ' b;\n'],
    ['', '\n;\n'],
    ['"', '";\n'],
    ['"', '" ;\n'],
    ['"', '"\n\n;\n'],
    ["'", "'  b;\n"],
    ['a #', '\n;\n'],
    ['a #', '#\nb;\n'],
  ];
  const texts = tails.flatMap(([head, tail]) =>
    [4092, 4093, 4094, 4095, 4096, 4097, 4098].map((length) => around(`types {\n${head}${'x'.repeat(length)}${tail}}`)),
  );
  await eachOfTwo(texts, async (text, index) => {
    const { accepted } = await nginxSays(folder, `${index}.conf`, text);
    assert.equal(
      typeof outcome(text) !== 'string',
      accepted,
      text.slice(text.indexOf('types')).replace(/x+/, (run) => `x*${run.length}`),
    );
  });
});

test('gives each word its place', () => {
  const text = "\xef\xbb\xbfone \"t w o\" 't\\'hree';\r\n\tfour { five ${si x} ; } # seven\n eight{}";
  const tree = parse(text, 'x');
  const [one, four, eight] = tree.directives as [Directive, Directive, Directive];
  assert.deepEqual(
    one.args.map(({ text }) => text),
    ['t w o', "t'hree"],
  );
  assert.equal(text.slice(one.start, one.end), text.slice(0, text.indexOf(';') + 1));
  assert.deepEqual(
    four.block!.directives[0]!.args.map(({ start, end }) => text.slice(start, end)),
    ['${si', 'x}'],
  );
  assert.equal(text.slice(four.block!.start, four.block!.end), ' five ${si x} ; ');
  assert.deepEqual([four.line, eight.line, text.slice(eight.start, eight.end)], [2, 3, 'eight{}']);
  assert.equal(print(tree), text);
});

test('reports a mistake with its place', () => {
  const refused = (text: string): object => {
    try {
      parse(text, 'site.conf');
    } catch (error) {
      if (readingError.is(error, 'nginx.syntax')) return [error.params.problem, error.place];
    }
    throw new Error('accepted');
  };
  const at = (line: number, column: number): object => ({ file: 'site.conf', line, column });
  assert.deepEqual(refused('a;\n}'), ['unexpected "}"', at(2, 1)]);
  assert.deepEqual(refused('a { b;\n  "c"d;'), ['unexpected "d"', at(2, 6)]);
  assert.deepEqual(refused('a {\n'), ['unexpected end of file, expecting "}"', at(2, 1)]);
  assert.deepEqual(refused('a "b'), ['unexpected end of file, expecting ";" or "}"', at(1, 5)]);
  assert.deepEqual(refused('a{'.repeat(300)), ['blocks are nested too deeply', at(1, 514)]);
});

/** Two at a time: a small machine has few cores, and nginx uses one of them. */
async function eachOfTwo<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all([worker(), worker()]);
}
