/** `everyhop nginx secure`, killed at any moment. */
import { test } from 'node:test';
import { everything, killBeforeEachWrite, killSkip, lanes, name } from '../nginx/corpus/killed.ts';
import { succeeded } from '../nginx/corpus/trial.ts';

test('secure, killed before its writes', { skip: killSkip, concurrency: lanes, timeout: 900_000 }, (t) =>
  killBeforeEachWrite(t, {
    // The certificate is there already: how it is had is killed elsewhere.
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
