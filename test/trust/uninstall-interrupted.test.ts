/** A root is reported as removed only when programs no longer see it, whatever happened to the tool that rebuilds a store. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { execute } from '../../src/base/process.ts';
import { installRoot, readInstallRecords, trustedRoots } from '../../src/trust/install.ts';
import { LinuxSystemStore, type SystemLayout } from '../../src/trust/system.ts';
import { mends } from '../support/outside.ts';
import { until } from '../support/until.ts';
import { authority, cleanEnv, database, folder, installInto, rootOf, uninstallFrom } from './installation.ts';

interface System {
  layout: SystemLayout & { leftover: string };
  store: LinuxSystemStore;
  /** Appears as soon as the update has written half of its work. */
  started: string;
  /** While it exists, each update waits in the middle until something is written to it. */
  gate: string;
}

/** A system whose update appends to a temporary file, as Debian's does. */
function systemAt(name: string): System {
  const at = path.join(folder, name);
  const file = (each: string): string => path.join(at, each);
  const [anchors, bundle, leftover, started, gate] = [
    file('anchors'),
    file('bundle.crt'),
    file('bundle.crt.new'),
    file('started'),
    file('gate'),
  ];
  mkdirSync(anchors, { recursive: true });
  // A unique name: the store waits for other processes of the same name.
  const update = file(`update-${name}-${process.pid}`);
  writeFileSync(
    update,
    `#!/bin/sh -e
cat /etc/ssl/certs/ca-certificates.crt ${anchors}/*.crt >> ${leftover} 2>&- || true
echo half; touch ${started}
if [ -p ${gate} ]; then read line < ${gate}; fi
mv -f ${leftover} ${bundle}; echo done
`,
    { mode: 0o755 },
  );
  const layout = { anchors, extension: '.crt', update: [update], bundle, leftover, isTested: true } as const;
  return { layout, store: new LinuxSystemStore(execute, [layout]), started, gate };
}

/** Installs the root in a separate process, as `everyhop trust install` does. */
function installing({ layout }: System): ReturnType<typeof spawn> {
  const source = (file: string): string => JSON.stringify(path.resolve(import.meta.dirname, '../../src', file));
  const script = `
import { executeUninterrupted } from ${source('base/uninterrupted.ts')};
import { LinuxSystemStore } from ${source('trust/system.ts')};
const store = new LinuxSystemStore(executeUninterrupted, [${JSON.stringify(layout)}]);
await store.install(${JSON.stringify(layout.anchors)}, ${JSON.stringify(rootOf())});
await new Promise(() => setInterval(() => {}, 1000));
`;
  const args = ['--input-type=module', '--eval', script];
  return spawn(process.execPath, args, { env: cleanEnv, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

async function release(gate: string): Promise<void> {
  const writer = await open(gate, 'w');
  await writer.write('go\n');
  await writer.close();
}

test('an update ends its work although Ctrl-C or a kill ends the command', { timeout: 60_000 }, async (t) => {
  mends(t, 'trust/uninstall-after-interrupt');
  for (const signal of ['SIGINT', 'SIGKILL'] as const) {
    const system = systemAt(`interrupted-${signal}`);
    const { layout, store, started, gate } = system;
    await execute('mkfifo', [gate]);
    const child = installing(system);
    const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    await until(t, () => existsSync(started));
    process.kill(-child.pid!, signal); // the terminal signals the whole group
    await release(gate);
    assert.equal((await ended)[1], signal);
    await until(t, () => existsSync(layout.bundle));
    assert.equal(existsSync(layout.leftover), false);
    assert.equal(await store.has(layout.anchors, rootOf()), true);
  }
});

test('a left-over of an interrupted update does not bring the root back', async () => {
  const { layout, store } = systemAt('leftover');
  writeFileSync(layout.leftover, readFileSync('/etc/ssl/certs/ca-certificates.crt'));
  await installInto(store);
  const count = (text: string): number => text.split('BEGIN CERTIFICATE').length - 1;
  const system = readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8');
  assert.equal(count(readFileSync(layout.bundle, 'utf8')), count(system) + 1);
  // The update was killed in the middle: everything, with our root, is in the temporary file.
  writeFileSync(layout.leftover, readFileSync(layout.bundle));
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.equal(await store.has(layout.anchors, rootOf()), false);
  assert.equal(readFileSync(layout.bundle, 'utf8'), system, 'nothing is there twice');
});

test('a root that stays is a failure with its remedy, and keeps its record until it is gone', async () => {
  const { layout, store } = systemAt('stays');
  await installInto(store);
  const copy = path.join(layout.anchors, "the office's.crt");
  writeFileSync(copy, rootOf().pem);
  const [failure] = await uninstallFrom(store);
  assert.match(failure!, /^Programs still trust the root: the system store at .+ still contains it\.$/);
  const records = (await readInstallRecords(database)).filter(({ location }) => location === layout.anchors);
  assert.equal(records.length, 1);
  // The printed command works, without its sudo.
  const [{ command } = { command: '' }] = await trustedRoots([store]);
  assert.match(command, /^sudo rm -f /);
  assert.equal((await execute('sh', ['-c', command.replaceAll('sudo ', '')])).code, 0);
  assert.equal(existsSync(copy), false);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
});

test('lists the roots of other authorities, with and without their file', async () => {
  const { layout, store } = systemAt('others');
  await installInto(store);
  const ours = authority.rootFingerprint();
  appendFileSync(layout.bundle, '-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n');
  assert.deepEqual(
    (await trustedRoots([store])).map(({ fingerprint, location }) => [fingerprint, location]),
    [[ours, layout.anchors]],
  );
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['already-there'],
  );
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(await trustedRoots([store]), []);
});
