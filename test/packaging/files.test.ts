/** The single executable and the npm package: from nothing to a page that another machine verifies, an upgrade and removal. */
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { execute } from '../../src/base/process.ts';
import { built } from '../support/builds.ts';
import { without } from '../support/tools.ts';
import { twoMachines } from '../support/two-machines.ts';
import { temporaryFolder } from '../support/up.ts';
import { recordWayIn, type WayIn } from '../support/ways-in.ts';

const skip = process.getuid?.() === 0 ? without('curl') : 'needs root for network namespaces';
const checkout = path.resolve(import.meta.dirname, '../..');

interface Installation {
  /** Starts it. */
  command: string;
  install(): Promise<void>;
  /** A later build over the first. */
  upgrade(): Promise<void>;
  remove(): Promise<void>;
}

/** Serves from one machine; curl on another one verifies the page. @returns the facts for the table of all ways. */
async function tryOut(t: TestContext, installed: Installation): Promise<Omit<WayIn, 'way' | 'on' | 'megabytes'>> {
  const [here, other] = await twoMachines(t, ['192.168.78.1', '192.168.78.2']);
  const state = path.join(await temporaryFolder(t, 'way'), 'state');
  const page = `curl -sS --fail --max-time 30 --cacert ${state}/root.pem --resolve chat.test:443:192.168.78.1 https://chat.test/`;
  const serve = async (): Promise<{ root: string; certificates: string }> => {
    const args = ['up', '--demo', '--host', 'chat.test', '--state', state];
    const up = await here.everyhop('studio', args, [installed.command]);
    await up.event('ready');
    const { stdout, stderr } = await other.sh(page);
    assert.match(stdout, /Everyhop demo/, stderr);
    await up.stop();
    const { stdout: certificates } = await execute(installed.command, ['certificates', 'list', '--state', state]);
    return { root: await readFile(path.join(state, 'root.pem'), 'utf8'), certificates };
  };
  const startedMs = performance.now();
  await installed.install();
  const first = await serve();
  const seconds = (performance.now() - startedMs) / 1000;
  await installed.upgrade();
  assert.deepEqual(await serve(), first);
  await installed.remove();
  assert.ok(!existsSync(installed.command) && existsSync(path.join(state, 'root.pem')));
  return { provenFromOutside: true, keepsStateOnUpgrade: true, isRemoved: true, left: ['the state folder'], seconds };
}

test('the single executable: copied, run, replaced, deleted', { skip, timeout: 300_000 }, async (t) => {
  const executable = await built('exe');
  const command = path.join(await temporaryFolder(t, 'bin'), 'everyhop');
  const install = (): Promise<void> => copyFile(executable, command);
  const facts = await tryOut(t, { command, install, upgrade: install, remove: () => rm(command) });
  const megabytes = statSync(executable).size / 1e6;
  recordWayIn({ way: 'single executable', on: 'Debian 12', megabytes, ...facts });
});

async function npm(args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await execute('npm', args, { cwd, timeoutMs: 240_000 });
  assert.equal(code, 0, `npm ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout.trim();
}

/** The same files as a later version. */
async function laterVersion(folder: string, tarball: string): Promise<string> {
  const source = path.join(folder, 'later');
  await mkdir(source);
  await execute('tar', ['-xzf', tarball, '--strip-components=1', '-C', source]);
  const manifest = path.join(source, 'package.json');
  const content = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
  await writeFile(manifest, JSON.stringify({ ...content, version: '999.0.0', scripts: {} }));
  return path.join(folder, await npm(['pack', '--silent', '--pack-destination', folder], source));
}

test('the npm package: installed globally, run, upgraded, uninstalled', { skip, timeout: 500_000 }, async (t) => {
  const folder = await temporaryFolder(t, 'npm');
  const tarball = path.join(folder, await npm(['pack', '--silent', '--pack-destination', folder], checkout));
  const later = await laterVersion(folder, tarball);
  const prefix = path.join(folder, 'prefix');
  const command = path.join(prefix, 'bin/everyhop');
  const install = async (file: string): Promise<void> => {
    await npm(['install', '--silent', '--global', '--prefix', prefix, file], folder);
  };
  const facts = await tryOut(t, {
    command,
    install: () => install(tarball),
    upgrade: async () => {
      await install(later);
      assert.equal((await execute(command, ['--version'])).stdout.trim(), '999.0.0');
    },
    remove: async () => {
      await npm(['uninstall', '--silent', '--global', '--prefix', prefix, 'everyhop'], folder);
    },
  });
  const megabytes = statSync(tarball).size / 1e6;
  assert.ok(megabytes < 1);
  recordWayIn({ way: 'npm', on: 'Debian 12 with Node 26', megabytes, ...facts });
});
