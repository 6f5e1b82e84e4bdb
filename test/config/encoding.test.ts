import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { readText } from '../../src/base/files.ts';
import { ConfigurationError } from '../../src/config/error.ts';
import { loadConfiguration } from '../../src/config/load.ts';
import { mends } from '../support/outside.ts';
import { temporaryFolder } from '../support/up.ts';
import { choices } from './choices.ts';

test('a file in another encoding: the error names it and the place of the first wrong byte', async (t) => {
  mends(t, 'further/configuration-in-another-encoding');
  const file = path.join(await temporaryFolder(t, 'encoding'), 'everyhop.yaml');
  const text = 'sites:\n  - host: a.test # \u4f60\u597d\n    upstream: 1\n';
  const gbk = Buffer.concat([
    Buffer.from('sites:\n  - host: a.test # '),
    Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
    Buffer.from('\n    upstream: 1\n'),
  ]);
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  for (const [bytes, code, line] of [
    [utf16, 'config.utf-16', 1],
    [utf16.subarray(2), 'config.utf-16', 1],
    [gbk, 'config.not-utf-8', 2],
  ] as const) {
    await writeFile(file, bytes);
    const error = await loadConfiguration(file, { readText, choices }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof ConfigurationError, String(error));
    assert.deepEqual(
      error.problems.map((problem) => [problem.code, problem.place?.line]),
      [[code, line]],
    );
  }
  await writeFile(file, `\ufeff${text.replaceAll('\n', '\r\n')}`);
  assert.equal((await loadConfiguration(file, { readText, choices })).sites.length, 1);
});
