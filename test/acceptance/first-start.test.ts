/** The output of `everyhop up`, and whether the printed commands work. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { test } from 'node:test';
import { startDemo } from '../../src/apps/demo.ts';
import { systemClock } from '../../src/base/clock.ts';
import { execute } from '../../src/base/process.ts';
import { mends } from '../support/outside.ts';
import { atEnd, cleanEnvironment, freePorts, runEveryhop, temporaryFolder } from '../support/up.ts';

const everyhop = path.resolve(import.meta.dirname, '../../bin/everyhop.js');

test(
  'a name that resolves nowhere: up says so, and its curl command works as printed',
  { timeout: 120_000 },
  async (t) => {
    mends(t, 'ux/name-not-resolvable', 'trust/proven-name-that-nobody-resolves');
    const folder = await temporaryFolder(t, 'first start');
    const app = await startDemo({ clock: systemClock });
    atEnd(t, () => app.close());
    const [https, http] = (await freePorts(2)) as [number, number];
    const host = 'models.everyhop-test.internal';
    const state = path.join(folder, 'state');
    const ports = ['--https-port', String(https), '--http-port', String(http)];
    const child = spawn(process.execPath, [everyhop, 'up', app.url, '--host', host, ...ports, '--state', state], {
      env: cleanEnvironment(folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    atEnd(t, async () => {
      child.kill();
      await once(child, 'close');
    });
    let text = '';
    await new Promise<void>((resolve) => {
      const read = (piece: string): void => {
        text += piece;
        if (text.includes('trust install') && text.includes('--host')) resolve();
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
      child.on('exit', () => resolve());
    });
    assert.match(text, new RegExp(`! ${host} does not resolve on this machine`));
    const curl = /^ +(curl .*)$/m.exec(text)?.[1] ?? text;
    assert.match(
      curl,
      new RegExp(`^curl --resolve ${host}:${https}:\\S+ --cacert '.*root\\.pem' https://${host}:${https}/$`),
    );
    const page = await execute('sh', ['-c', `${curl} --silent --noproxy '*'`], { env: cleanEnvironment(folder) });
    assert.match(page.stdout, /<title/);
    const { stdout } = await runEveryhop(['status', '--state', state, '--lang', 'zh'], folder);
    assert.match(stdout, new RegExp(`! ${host} 在本机上无法解析。`));
  },
);
