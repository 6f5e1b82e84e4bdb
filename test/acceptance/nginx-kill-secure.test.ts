/** `everyhop nginx secure`, killed at any point. */
import { test } from 'node:test';
import { everything, killBeforeEachWrite, killSkip, lanes, name } from '../nginx/corpus/killed.ts';
import { succeeded } from '../nginx/corpus/trial.ts';

test('recovers from secure killed before each write', { skip: killSkip, concurrency: lanes, timeout: 900_000 }, (t) =>
  killBeforeEachWrite(t, {
    // The certificate already exists: another test kills the issuance.
    async prepare(trial) {
      await everything(trial);
      succeeded(await trial.everyhop('undo', name, '--yes'));
    },
    args: ({ pebble, at }) => {
      const authority = ['--authority', pebble!.directoryUrl, '--authority-root', pebble!.rootFile];
      return ['secure', name, '--yes', '--app', 'any', '--tls-port', String(at.tls), ...authority];
    },
    secured: { before: false, after: true },
  }),
);
