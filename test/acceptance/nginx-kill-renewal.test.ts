/** `everyhop nginx renew`, killed at any point. */
import path from 'node:path';
import { test } from 'node:test';
import { inProcess } from '../nginx/corpus/command.ts';
import { everything, killBeforeEachWrite, killSkip, lanes, name } from '../nginx/corpus/killed.ts';
import { succeeded } from '../nginx/corpus/trial.ts';

test(
  'recovers from a renewal killed before each write',
  { skip: killSkip, concurrency: lanes, timeout: 900_000 },
  (t) =>
    killBeforeEachWrite(t, {
      // A revoked certificate is renewed immediately.
      async prepare(trial) {
        await everything(trial);
        const { state, pebble } = trial;
        const why = ['--reason', 'superseded', '--authority-root', pebble!.rootFile, '--state', state];
        succeeded(await inProcess(['certificates', 'revoke', name, ...why], path.dirname(state)));
      },
      args: () => ['renew'],
      secured: { before: true, after: true },
    }),
);
