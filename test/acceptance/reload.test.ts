/** A reload of `everyhop up` does not cut an open stream. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { startDemo } from '../../src/apps/demo/server.ts';
import { FakeClock } from '../support/clock.ts';
import { without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

const client = path.join(import.meta.dirname, 'clients', 'with-fetch.ts');

test(
  'a reload with a new route does not affect an open stream',
  { skip: without('curl'), timeout: 120_000 },
  async (t) => {
    const clock = new FakeClock();
    const demo = await startDemo({ clock });
    atEnd(t, () => demo.close());
    const folder = await temporaryFolder(t, 'reload');
    const file = path.join(folder, 'everyhop.yaml');
    const configure = (routes: string): Promise<void> =>
      writeFile(file, `sites:\n  - host: localhost\n    routes:\n${routes}`);
    await configure(`      - { path: /v1, upstream: ${demo.url} }\n`);
    const up = await startUp(t, ['--config', file]);

    const child = spawn(process.execPath, [client, `${up.url}/v1`], {
      env: { ...cleanEnvironment(folder), NODE_EXTRA_CA_CERTS: up.rootFile },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    atEnd(t, () => child.kill('SIGKILL'));
    const closed = once(child, 'close');
    const health = (): Promise<number | null> =>
      once(
        spawn('curl', ['--silent', '--fail', '--cacert', up.rootFile, `${up.url}/healthz`], {
          env: cleanEnvironment(folder),
        }),
        'close',
      ).then(([code]) => code as number | null);

    const tokens: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      tokens.push(JSON.parse(line) as string);
      if (tokens.length === 6) {
        assert.equal(await health(), 22, 'no route yet');
        await configure(
          `      - { path: /v1, upstream: ${demo.url} }\n      - { path: /healthz, upstream: ${demo.url} }\n`,
        );
        const { code, stderr } = await runEveryhop(['reload', '--state', up.state], folder);
        assert.equal(code, 0, stderr);
        assert.equal(await health(), 0, 'the new route is served');
      }
      clock.advance(33);
    }
    assert.deepEqual(await closed, [0, null]);
    assert.equal(tokens.join(''), '1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.');
  },
);
