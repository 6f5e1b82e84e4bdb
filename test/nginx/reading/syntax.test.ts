import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { EveryhopError } from '../../../src/base/errors.ts';
import { type Directive, parse, print, type SyntaxTree } from '../../../src/nginx/reading/syntax.ts';

const runs = Number(process.env['RUNS'] ?? 3000);

function read(text: string): SyntaxTree | EveryhopError {
  try {
    const tree = parse(text, 'site.conf');
    assert.equal(print(tree), text);
    return tree;
  } catch (error) {
    assert.ok(error instanceof EveryhopError && error.code.startsWith('nginx.'), String(error));
    return error;
  }
}

/** Checks that any text gives a tree whose pieces cover the file, or an error with a place in the file. */
function check(text: string): SyntaxTree | undefined {
  const tree = read(text);
  if (tree instanceof EveryhopError) {
    const { file, line, column } = tree.place!;
    assert.equal(file, 'site.conf');
    assert.ok(column! >= 1 && column! <= text.split('\n')[line! - 1]!.length + 1);
    return undefined;
  }
  for (const directive of tree.directives) checkWords(directive, text);
  return tree;
}

function checkWords({ name, args, start, end, block, raw, line }: Directive, text: string): void {
  assert.equal(line, text.slice(0, start).split('\n').length);
  assert.equal(text[end - 1], block || raw ? '}' : ';');
  let at = start;
  for (const word of [name, ...args]) {
    assert.match(text.slice(at, word.start), word === name ? /^$/ : /^(?:\s|#[^\n]*\n)*$/);
    at = word.end;
    // A word alone parses to the same word.
    const [again] = parse(`${text.slice(word.start, word.end)};`, 'x').directives;
    assert.deepEqual([again!.name.text, again!.args], [word.text, []]);
  }
  for (const inner of block?.directives ?? []) {
    assert.ok(inner.start >= block!.start && inner.end <= block!.end);
    checkWords(inner, text);
  }
}

test('any bytes give a tree or an error', () => {
  const anyBytes = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
  fc.assert(
    fc.property(anyBytes, (text) => void check(text)),
    { numRuns: runs },
  );
});

const bits = String.raw`{ } ; ; " ' \ # $ ( ) server location by_lua_block content_by_lua_block if map ~* ^/a{2}$ -- [[ ]] [=[ ]=]`;
const likely = fc
  .array(
    fc.constantFrom(
      ...bits.split(' '),
      '${',
      ' ',
      '\n',
      '\r\n',
      '\t',
      '\0',
      '\xff',
      '\xef\xbb\xbf',
      ' { ',
      ' }\n',
      ' ;\n',
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(''));

test('text that resembles a configuration gives a tree or an error', () => {
  let trees = 0;
  fc.assert(
    fc.property(likely, (text) => {
      if (check(text)) trees += 1;
    }),
    { numRuns: runs },
  );
  assert.ok(trees > runs / 100, `only ${trees} trees`);
});

const gap = fc.constantFrom(' ', '\t', '\n', '\r\n', '  ', ' # a "comment" { with ; all }\n', '\n#\n');
const maybeGap = fc.oneof(gap, fc.constant(''));
const word = fc.oneof(
  fc.stringMatching(/^[a-z_.:/0-9=*~^|+-]{1,12}$/),
  fc.stringMatching(/^\$\{[a-z]{1,4}\}[a-z]{0,3}$/),
  fc.stringMatching(/^[a-z](?:\\[\n ;{}"'\\a-z]|[a-z}"'#\xff]){0,6}$/),
  fc.stringMatching(/^"(?:\\["'\\ a-z]|[^"\\]){0,10}"$/),
  fc.stringMatching(/^'(?:\\["'\\ a-z]|[^'\\]){0,10}'$/),
);

interface Sample {
  text: string;
  /** The number of words of each directive, and the shape of its block. */
  shape: readonly unknown[];
}

const { directives } = fc.letrec<{ directives: Sample; directive: Sample }>((tie) => ({
  directives: fc
    .tuple(fc.array(fc.tuple(maybeGap, tie('directive')), { maxLength: 4 }), maybeGap)
    .map(([all, end]) => ({
      text: all.map(([before, { text }]) => before + text).join('') + end,
      shape: all.flatMap(([, { shape }]) => shape),
    })),
  directive: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(fc.array(fc.tuple(word, gap), { minLength: 1, maxLength: 4 }), maybeGap).map(([words]) => ({
      text: `${joined(words)};`,
      shape: [words.length],
    })),
    fc
      .tuple(fc.array(fc.tuple(word, gap), { minLength: 1, maxLength: 3 }), maybeGap, tie('directives'))
      .map(([words, after, { text, shape }]) => ({
        text: `${joined(words)}${after}{${text}}`,
        shape: [words.length, shape],
      })),
    fc.constant({ text: 'x_by_lua_block { a = "}" --[[ } ]] }', shape: ['lua'] }),
  ),
}));

/** Words with the gaps between them, without the last gap. */
function joined(words: [string, string][]): string {
  return words.map(([text, after], index) => (index === words.length - 1 ? text : text + after)).join('');
}

function shapeOf(directives: readonly Directive[]): unknown[] {
  return directives.flatMap(({ args, block, raw }): unknown[] =>
    raw ? ['lua'] : block ? [args.length + 1, shapeOf(block.directives)] : [args.length + 1],
  );
}

test('valid text is parsed correctly, and printed unchanged', () => {
  fc.assert(
    fc.property(directives, ({ text, shape }) => {
      const tree = check(text);
      assert.deepEqual(tree && shapeOf(tree.directives), shape);
    }),
    { numRuns: Math.ceil(runs / 3) },
  );
});

test('parses any text in time linear in its length', () => {
  const hostile = [
    'x_by_lua_block { "\\',
    'x_by_lua_block {\n--',
    'x_by_lua_block { [[',
    'x_by_lua_block { [=[',
    '"\\"',
    'a{',
    'a "',
    '#\n',
    '${',
    ';',
    'a;',
    'x_by_lua_block { \'"',
    'x_by_lua_block {[====',
    'x_by_lua_block {\\"',
  ];
  for (const piece of hostile) {
    const head = piece.startsWith('x_by_lua_block') ? 'x_by_lua_block {' : '';
    const text = head + piece.slice(head.length).repeat(Math.ceil(400_000 / Math.max(1, piece.length - head.length)));
    const start = process.cpuUsage();
    read(text);
    const { user } = process.cpuUsage(start);
    // A quadratic parser would take minutes.
    assert.ok(user < 4_000_000, `${piece}: ${user / 1000} ms`);
  }
});
