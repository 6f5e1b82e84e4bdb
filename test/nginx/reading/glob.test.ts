import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { EveryhopError } from '../../../src/base/errors.ts';
import { toLatin1 } from '../../../src/nginx/reading/latin1.ts';
import { readConfiguration } from '../../../src/nginx/reading/configuration.ts';
import { differenceToDump } from '../../../src/nginx/reading/cross-check.ts';
import { matches } from '../../../src/nginx/reading/glob.ts';
import type { Configuration } from '../../../src/nginx/reading/located.ts';
import { nginxFolder } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { around, nginxSays } from './oracle.ts';
import { seed } from '../../support/seed.ts';

const skip = without('nginx');

const folders = ['d', 'D', '.d', '[d]', 'd d'];
const names = String.raw`a b ab aa.b .a [a] a] - * ? a\b 中 !a ^ B1 {a,b} ~ é`.split(' ');

const folderPatterns = String.raw`d D * ? [dD] [!d] .d .? \d d* [[]d] \[d\] *d [ nothing`.split(' ');
const pieces = String.raw`* * ? [ ] [! [^ [a] [a-c] [b-a] [!a] []a] [\]] [[:alpha:]] [[:digit:]-] a a b ab . \ \* \a - B1 { , } ~`;
const pattern = fc
  .tuple(
    fc.constantFrom(...folderPatterns),
    fc.array(fc.constantFrom(...pieces.split(' ')), { minLength: 1, maxLength: 4 }),
  )
  .map(([folder, parts]) => `${folder}/${parts.join('')}`);

test('a pattern matches the same files in the same order as in nginx', { skip }, async (t) => {
  const files = folders.flatMap((each) => names.map((name) => [`f/${each}/${name}`, '# nothing']));
  const folder = await nginxFolder(t, Object.fromEntries(files) as Record<string, string>);
  let found = 0;
  for (const [index, each] of fc.sample(pattern, { numRuns: 150, seed }).entries()) {
    const name = `${index}.conf`;
    const text = around(`include "f/${each.replaceAll('\\', '\\\\')}";`);
    const { accepted, stdout, problem } = await nginxSays(folder, name, text, '-T');
    const why = `${JSON.stringify(each)}: ${problem}`;
    const reading = await readConfiguration({ main: path.join(folder, name), prefix: folder }).catch(refusal);
    if (!accepted) {
      assert.ok(typeof reading === 'string' && reading.startsWith('nginx.include-'), why);
      continue;
    }
    assert.notEqual(typeof reading, 'string', why);
    const configuration = reading as Configuration;
    assert.equal(differenceToDump(configuration, Buffer.from(stdout, 'latin1')), undefined, why);
    for (const file of configuration.files.slice(1)) {
      found += 1;
      if (/[*?[]/.test(each)) assert.ok(matches(toLatin1(path.join(folder, 'f', each)), toLatin1(file.path)), why);
    }
  }
  assert.ok(found > 30, `only ${found} files were found`);
});

function refusal(error: unknown): string {
  assert.ok(error instanceof EveryhopError, String(error));
  return error.code;
}

test('a hostile pattern does not take long', () => {
  assert.equal(matches('\\a'.repeat(5000), 'b'), false);
  assert.equal(matches('*'.repeat(4000) + 'x', 'a'.repeat(200)), false);
  assert.equal(matches('*a'.repeat(100) + 'b', 'a'.repeat(200)), false);
  assert.equal(matches('*a'.repeat(100) + '*', 'a'.repeat(200)), true);
  assert.equal(matches('[a'.repeat(2000), 'b'), false);
});
