/** User errors are reported with a code, in the user's language, with the right exit code and without secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badInputs, runBadInput } from '../../scripts/bad-input.ts';

for (const input of badInputs) {
  test(`${input.what}: ${input.codes.join(', ')}`, { timeout: 120_000 }, async () => {
    for (const language of ['en', 'zh'] as const) {
      const { exit, stdout, stderr } = await runBadInput(input, [], language);
      const codes = [...stderr.matchAll(/^([a-z]+\.[a-z0-9-]+): /gm)].map(([, code]) => code!);
      assert.deepEqual(codes.toSorted(), input.codes.toSorted(), stderr);
      assert.equal(exit, input.exit, stderr);
      assert.equal(stdout, '', 'errors go to standard error only');
      assert.doesNotMatch(stderr, /s3cretword|\n\s+at /);
      assert.equal(/\p{Script=Han}/u.test(stderr), language === 'zh', stderr);
    }
    const { exit, stdout, stderr } = await runBadInput(input, ['--json'], 'en');
    assert.equal(exit, input.exit);
    for (const line of stdout.trimEnd().split('\n')) assert.ok('error' in (JSON.parse(line) as object), line);
    assert.doesNotMatch(stdout + stderr, /s3cretword/);
  });
}
