import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mends } from '../support/outside.ts';
import { startPebble } from '../support/pebble.ts';
import { without } from '../support/tools.ts';
import { runEveryhop, temporaryFolder } from '../support/up.ts';

test(
  'certificates obtain says which name failed, and how to go on without it',
  { skip: without('pebble'), timeout: 60_000 },
  async (t) => {
    mends(t, 'acme/one-host-takes-all');
    const pebble = await startPebble(t, { config: { domainBlocklist: ['blocked.example.com'] } });
    const folder = await temporaryFolder(t, 'some');
    const options = ['--authority', pebble.directoryUrl, '--authority-root', pebble.rootFile, '--agree-tos'];
    const args = ['certificates', 'obtain', 'ok.example.com', 'blocked.example.com', ...options, '--state', folder];
    const { code, stderr } = await runEveryhop(args, folder);
    assert.equal(code, 1);
    assert.match(stderr, /acme\.name-refused: /);
    const advice =
      'Only blocked.example.com failed. For a certificate for ok.example.com, run the same command without';
    assert.ok(stderr.includes(advice), stderr);
  },
);
