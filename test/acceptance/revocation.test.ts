/** Revocation lists in `everyhop.yaml`: mistakes with their place, and a running edge that takes up a new list. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { execute } from '../../src/base/process.ts';
import { once } from 'node:events';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import tls from 'node:tls';
import { ConfigurationError } from '../../src/app/configuration.ts';
import { checkConfiguration } from '../../src/app/check-configuration.ts';
import { startDemo } from '../../src/apps/demo/server.ts';
import { systemClock } from '../../src/base/clock.ts';
import { ClientAuthority } from '../support/client-authority.ts';
import { without } from '../support/tools.ts';
import { atEnd, cleanEnvironment, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

const dayMs = 24 * 60 * 60 * 1000;
const hourMs = 60 * 60 * 1000;
const inMs = (ms: number): Date => new Date(Date.now() + ms);

interface Place {
  folder: string;
  root: ClientAuthority;
  file: string;
}

async function place(t: TestContext, upstream: string | number, crl: string): Promise<Place> {
  const folder = await temporaryFolder(t, 'revocation');
  const root = new ClientAuthority(folder, 'Members');
  await writeFile(path.join(folder, 'members.pem'), root.pem);
  const file = path.join(folder, 'everyhop.yaml');
  const clients = `    client_certificates:\n      root: members.pem\n      crl: ${crl}\n`;
  await writeFile(file, `sites:\n  - host: localhost\n    upstream: ${upstream}\n${clients}`);
  return { folder, root, file };
}

test('mistakes in revocation lists have a code and a place; lists near their end are warnings', async (t) => {
  const { folder, root, file } = await place(t, 1, 'list.crl');
  const list = path.join(folder, 'list.crl');
  const found = async (): Promise<string[]> => {
    try {
      return (await checkConfiguration(file)).findings.map(({ code, severity }) => `${severity} ${code}`);
    } catch (error) {
      assert.ok(error instanceof ConfigurationError, String(error));
      return error.problems.map(({ code, place: at }) => `${code}@${at?.line ?? '–'}`);
    }
  };
  assert.deepEqual(await found(), ['file.missing@6']);
  await writeFile(list, 'no list');
  assert.deepEqual(await found(), ['config.crl-unreadable@6']);
  const other = new ClientAuthority(folder, 'Others');
  await copyFile(other.list('list'), list);
  assert.deepEqual(await found(), ['config.crl-foreign@6']);
  // Same name, other key.
  await copyFile(new ClientAuthority(await temporaryFolder(t, 'same'), 'Members').list('list'), list);
  assert.deepEqual(await found(), ['config.crl-foreign@6']);
  await copyFile(root.list('list'), list);
  assert.deepEqual(await found(), []);
  await writeFile(path.join(folder, 'members.pem'), root.pem + other.pem);
  assert.deepEqual(await found(), ['config.crl-missing@6']);
  await writeFile(list, (await readFile(root.list('list'))) + (await readFile(other.list('list'))).toString());
  assert.deepEqual(await found(), []);
  await writeFile(path.join(folder, 'members.pem'), root.pem);
  for (const [lastUpdate, nextUpdate, expected] of [
    [inMs(-30 * dayMs), inMs(6 * dayMs), ['warning config.crl-expires']],
    [inMs(-30 * dayMs), inMs(8 * dayMs), []],
    [inMs(-10 * hourMs), inMs(2 * hourMs), ['warning config.crl-expires']],
    [inMs(-2 * dayMs), inMs(-dayMs), ['error config.crl-expired']],
    [inMs(dayMs), inMs(2 * dayMs), ['error config.crl-future']],
  ] as const) {
    execFileSync('openssl', [
      'crl',
      '-in',
      root.list('list', { lastUpdate, nextUpdate }),
      '-outform',
      'der',
      '-out',
      list,
    ]);
    assert.deepEqual(await found(), expected);
  }
});

const skip = without('curl');

test(
  'a running edge takes up a new list by itself, and ends the connection of a revoked client',
  { skip, timeout: 300_000 },
  async (t) => {
    const demo = await startDemo({ clock: systemClock });
    atEnd(t, () => demo.close());
    const { folder, root, file } = await place(t, demo.url, '[ list.crl ]');
    const list = path.join(folder, 'list.crl');
    for (const name of ['good', 'bad']) root.issue(name);
    await copyFile(root.list('list'), list);
    const up = await startUp(t, ['--config', file]);
    const curl = (name: string): string[] => {
      const own = ['--cert', root.certificateFile(name), '--key', path.join(root.folder, `${name}.key`)];
      return ['--silent', '--http1.1', '--cacert', up.rootFile, ...own];
    };
    const status = async (name: string): Promise<string> => {
      const args = [...curl(name), '-o', '/dev/null', '-w', '%{http_code}', up.url];
      return (await execute('curl', args, { env: cleanEnvironment(folder) })).stdout;
    };
    assert.deepEqual([await status('good'), await status('bad')], ['200', '200']);
    const cert = await readFile(root.certificateFile('bad'));
    const key = await readFile(path.join(root.folder, 'bad.key'));
    const [ca, port] = [await readFile(up.rootFile), Number(new URL(up.url).port)];
    const open = tls.connect({ host: '127.0.0.1', port, servername: 'localhost', ca, cert, key });
    open.on('error', () => {});
    await once(open, 'secureConnect');
    open.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(open.resume(), 'data');
    const ended = once(open, 'close');
    root.revoke('bad');
    await copyFile(root.list('list'), list);
    // The file is watched; nobody reloads.
    const [code] = (await ended) as [number];
    assert.notEqual(code, 0);
    assert.deepEqual([await status('good'), await status('bad')], ['200', '000']);

    // An expired list refuses everyone, and is told.
    await copyFile(root.list('list', { lastUpdate: inMs(-2 * dayMs), nextUpdate: inMs(-dayMs) }), list);
    const reloaded = await runEveryhop(['reload', '--state', up.state], folder);
    assert.equal(reloaded.code, 0, reloaded.stderr);
    assert.deepEqual([await status('good'), await status('bad')], ['000', '000']);
    const shown = await runEveryhop(['status', '--state', up.state], folder);
    assert.match(shown.stdout, /✗ The revocation list of CN=Members in .*list\.crl has expired/);

    // An unusable file keeps the last good lists.
    await copyFile(root.list('list'), list);
    assert.equal((await runEveryhop(['reload', '--state', up.state], folder)).code, 0);
    await writeFile(list, 'damaged');
    assert.equal((await runEveryhop(['reload', '--state', up.state], folder)).code, 0);
    assert.deepEqual([await status('good'), await status('bad')], ['200', '000']);
    assert.match(
      (await runEveryhop(['status', '--state', up.state], folder)).stdout,
      /contains no certificate revocation list/,
    );
  },
);
