import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { EveryhopError } from '../../../src/base/errors.ts';
import { readingError } from '../../../src/nginx/reading/messages.ts';
import { parse, print } from '../../../src/nginx/reading/syntax.ts';
import { nginxFolder } from '../../support/nginx.ts';
import { nginxModules, without } from '../../support/tools.ts';
import { around, nginxSays } from './oracle.ts';
import { seed } from '../../support/seed.ts';

const modules = ['ndk_http_module', 'ngx_http_lua_module']
  .map((name) => `load_module ${path.join(nginxModules, `${name}.so`)};\n`)
  .join('');

/** Text that closes a block, or only seems to. */
const pieces = [
  ...String.raw`{ } { } " ' \" \' \\ \ -- --[[ ]] [[ [=[ ]=] --[==[ ]==] [ ] = - x ngx.say("}") '{'`.split(' '),
  ' ',
  '\n',
  '\r\n',
  '-- }\n',
  '--[[ } \n]]',
  '\xff',
  '#',
  ';',
];
const code = fc.array(fc.constantFrom(...pieces), { maxLength: 9 }).map((parts) => parts.join(''));

test('Lua blocks end at the same place as in nginx', { skip: without('nginx', 'nginxLua') }, async (t) => {
  const folder = await nginxFolder(t, {});
  let accepted = 0;
  for (const [index, each] of fc.sample(code, { numRuns: 150, seed }).entries()) {
    const text = around(`server {\nlocation / { content_by_lua_block { ${each}} }\n}`, modules);
    const opinion = await nginxSays(folder, `${index}.conf`, text);
    const why = `${JSON.stringify(each)}: nginx says ${JSON.stringify(opinion)}`;
    assert.equal(isOneLuaBlock(text), opinion.accepted, why);
    if (opinion.accepted) accepted += 1;
  }
  assert.ok(accepted > 10, `only ${accepted} were accepted`);
});

/** True if the whole configuration parses, and the location contains only the Lua block. */
function isOneLuaBlock(text: string): boolean {
  try {
    const tree = parse(text, 'x');
    assert.equal(print(tree), text);
    const http = tree.directives.at(-1)!;
    const server = http.block?.directives.at(-1);
    const location = server?.block?.directives[0];
    const lua = location?.block?.directives[0];
    return (
      http.name.text === 'http' &&
      server?.name.text === 'server' &&
      server.block!.directives.length === 1 &&
      location?.block?.directives.length === 1 &&
      lua?.raw !== undefined
    );
  } catch (error) {
    assert.ok(error instanceof EveryhopError, String(error));
    return false;
  }
}

test('skips Lua code and reads the directives after it', () => {
  const text = 'set_by_lua_block $x {\n  return "}" .. [==[ } ]] ]==] -- }\n}\nafter { it; }';
  const [lua, after] = parse(text, 'x').directives;
  assert.equal(text.slice(lua!.raw!.start, lua!.raw!.end), text.slice(text.indexOf('{') + 1, text.indexOf('\n}') + 1));
  assert.deepEqual(
    [lua!.args[0]!.text, lua!.block, after!.line, after!.block!.directives.length],
    ['$x', undefined, 4, 1],
  );
});

test('reports a Lua block without an end with its place', () => {
  for (const body of ['', ' --[[ } ]', ' [=[ } ]] }', '{}', ' -- }\n']) {
    assert.throws(
      () => parse(`a;\n b { content_by_lua_block {${body}`, 'site.conf'),
      (error) => {
        assert.ok(readingError.is(error, 'nginx.lua-unreadable'));
        assert.deepEqual(
          [error.params.directive, error.place],
          ['content_by_lua_block', { file: 'site.conf', line: 2, column: 6 }],
        );
        return true;
      },
    );
  }
});
