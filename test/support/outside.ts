import { appendFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';

/** Names the file to which passed tests append `PassedCase` lines; `npm test` without paths sets it. */
export const recordVariable = 'EVERYHOP_OUTSIDE_RECORD';

/** What a test measured, by name: the same on every machine, for the documents. */
export type Measured = Record<string, string | number>;

/** A test passed that reproduces a reported fault. `file` is relative to the project. */
export interface PassedCase {
  id: string;
  file: string;
  test: string;
  measured: Measured;
}

const root = path.resolve(import.meta.dirname, '../..');

/**
 * States which reported faults (`test/outside/`) this test reproduces. Recorded for docs/outside.md and docs/security.md if the
 * test passes, with what it has put into the returned object.
 */
export function mends(t: TestContext, ...ids: string[]): Measured {
  const measured: Measured = {};
  const record = process.env[recordVariable];
  if (record === undefined) return measured;
  t.after(() => {
    if (!t.passed) return;
    const file = path.relative(root, t.filePath!);
    for (const id of ids)
      appendFileSync(record, `${JSON.stringify({ id, file, test: t.fullName, measured } satisfies PassedCase)}\n`);
  });
  return measured;
}
