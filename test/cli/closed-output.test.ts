import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { probeHttp } from '../../src/probe/http.ts';
import { mends } from '../support/outside.ts';
import { atEnd, cleanEnvironment, freePorts, temporaryFolder } from '../support/up.ts';

const program = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

test('`up` goes on when nobody reads its output any more', { timeout: 300_000 }, async (t) => {
  mends(t, 'further/output-without-reader');
  const folder = await temporaryFolder(t, 'closed-output');
  const state = path.join(folder, 'state');
  const [httpsPort, httpPort] = (await freePorts(2)) as [number, number];
  const ports = ['--https-port', String(httpsPort), '--http-port', String(httpPort)];
  const child = spawn(
    process.execPath,
    [program, 'up', '--host', 'chat.localhost', ...ports, '--state', state, '--json'],
    {
      cwd: folder,
      env: cleanEnvironment(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  atEnd(t, () => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) if (line.startsWith('{') && line.includes('"ready"')) break;
  lines.close();
  child.stdout.destroy();
  child.stderr.destroy();
  const visit = async (): Promise<number | undefined> => {
    const url = `https://chat.localhost:${httpsPort}/`;
    const roots = [await readFile(path.join(state, 'root.pem'), 'utf8')];
    return (await probeHttp({ url, address: '127.0.0.1', clock: systemClock, roots })).status;
  };
  // Each reload prints an event.
  for (let count = 0; count < 3; count++) {
    const reload = spawn(process.execPath, [program, 'reload', '--state', state], { env: cleanEnvironment(folder) });
    assert.deepEqual((await once(reload, 'exit'))[0], 0);
    assert.equal(await visit(), 200);
  }
  child.kill('SIGTERM');
  assert.equal((await exited)[1] ?? (await exited)[0], 0);
});
