import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { translatePattern } from '../../../src/nginx/model/pattern.ts';
import { nginxFolder, startNginx } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { freePorts } from '../../support/up.ts';
import { around } from '../reading/oracle.ts';
import { seed } from '../../support/seed.ts';

const atoms = String.raw`a b . \. - _ 1 \d \w \s \h \D \W \S [a-c] [^a.] []a] [^]a] [a-] [\d.] [\w-] [[:alpha:]] [[:digit:]_] [[] [.] [\]b] \x61 \n \- \_ www ab \Qa.b\E \Q.\E (?#x) { a{ } ] : / = \/ \@ \A \b \B`;
const quantifiers = ['', '', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?', '??'];
const unquantifiable = /^(\\[AbB]|\(\?#x\)|\{|a\{|\\Q.*)$/;

// No unbounded repetition of groups: PCRE gives up after too many steps.
const { alternatives } = fc.letrec<{ alternatives: string; piece: string; sequence: string }>((tie) => ({
  alternatives: fc.array(tie('sequence'), { minLength: 1, maxLength: 2 }).map((all) => all.join('|')),
  sequence: fc.array(tie('piece'), { minLength: 1, maxLength: 3 }).map((all) => all.join('')),
  piece: fc.oneof(
    { depthSize: 'small' },
    fc
      .tuple(fc.constantFrom(...atoms.split(' ')), fc.constantFrom(...quantifiers))
      .map(([atom, quantifier]) => (unquantifiable.test(atom) ? atom : atom + quantifier)),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?=', '(?!'), tie('alternatives'), fc.constantFrom('', '?', '{2}'))
      .map(([open, inner, quantifier]) => `${open}${inner})${/[=!]/.test(open) ? '' : quantifier}`),
  ),
}));
const pattern = fc
  .tuple(fc.constantFrom('', '^'), alternatives, fc.constantFrom('', '$', String.raw`\Z`, String.raw`\z`))
  .map((parts) => parts.join(''));
const host = fc.stringMatching(/^[ab1.w_-]{1,6}$/);

test('expressions match the same hosts as in nginx', { skip: without('nginx') }, async (t) => {
  const patterns = fc.sample(pattern, { numRuns: 150, seed });
  const hosts = fc.sample(host, { numRuns: 150, seed });
  const [port] = await freePorts(1);
  const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  const maps = patterns.map((each, index) => `map $arg_h $m${index} { default 0; ${quote(`~${each}`)} 1; }\n`).join('');
  const answer = patterns.map((_, index) => `\${m${index}}`).join('');
  const server = `server { listen 127.0.0.1:${port}; location / { return 200 "${answer}"; } }`;
  const folder = await nginxFolder(t, {
    'nginx.conf': around(`variables_hash_max_size 8192;\n${maps}${server}`),
  });
  await startNginx(t, { folder });
  let translated = 0;
  for (const each of hosts) {
    const bits = await (await fetch(`http://127.0.0.1:${port}/?h=${each}`)).text();
    for (const [index, source] of patterns.entries()) {
      const ours = translatePattern(source);
      if (!ours) continue;
      translated += 1;
      assert.equal(ours.test(each), bits[index] === '1', `${source} and ${each}`);
    }
  }
  assert.ok(translated > (patterns.length * hosts.length) / 2, `only ${translated} were translated`);
});

test('an expression with capitals ignores case', () => {
  assert.equal(translatePattern('^WWW')!.test('www.example.com'), true);
  assert.equal(translatePattern(String.raw`^[[:upper:]]+$`)!.test('www'), false);
});

test('does not guess at syntax that only PCRE has', () => {
  const unclear = String.raw`(a)\1 \k<x> (?<x>a)\g{x} (?>a) a++ a*+ (?i)a (?i:a) (?|a|b) (?R) (?1) (?(1)a|b) (*FAIL) \R \X \K \G \p{L} \N \v \V \x{61} \061 \cA \E [[.a.]] [[=a=]] [[:space:]] [[:^alpha:]] a{,2} é [é] \é ( [a a)`;
  for (const each of unclear.split(' ')) assert.equal(translatePattern(each), undefined, each);
});
