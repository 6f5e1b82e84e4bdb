/** `everyhop nginx undo`, killed at any point. */
import { test } from 'node:test';
import { everything, killBeforeEachWrite, killSkip, lanes, name } from '../nginx/corpus/killed.ts';

test('recovers from undo killed before each write', { skip: killSkip, concurrency: lanes, timeout: 900_000 }, (t) =>
  killBeforeEachWrite(t, {
    prepare: everything,
    args: () => ['undo', name, '--yes'],
    secured: { before: true, after: false },
  }),
);
