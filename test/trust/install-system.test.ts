/** Java's store and the system's, sequentially: Debian fills the first from the second. */
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import tls from 'node:tls';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import { type Execute, execute } from '../../src/base/process.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { installRoot } from '../../src/trust/install.ts';
import { JavaStore } from '../../src/trust/java.ts';
import { labelOf, type TrustStore } from '../../src/trust/store.ts';
import { LinuxSystemStore, type SystemLayout } from '../../src/trust/system.ts';
import { testRandom } from '../support/seed.ts';
import { authority, cleanEnv, database, folder, installInto, picture, rootOf, uninstallFrom } from './installation.ts';

/** A Java store with `file` as its only location. */
function javaAt(store: JavaStore, cacerts: string): TrustStore {
  return {
    name: 'java',
    find: async () => [cacerts],
    has: (...args) => store.has(...args),
    list: (...args) => store.list(...args),
    prepare: (...args) => store.prepare(...args),
    install: (...args) => store.install(...args),
    uninstall: (...args) => store.uninstall(...args),
    conclude: (...args) => store.conclude(...args),
  };
}

/** Runs `work` with the port of a server whose certificate the authority issued. */
async function withServer<T>(work: (port: number) => Promise<T>): Promise<T> {
  const issued = await authority.issue(['localhost', '127.0.0.1']);
  const server = tls.createServer({ cert: issued.chainPem, key: issued.keyPem.reveal() }, (socket) => {
    socket.on('error', () => {});
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    return await work((server.address() as { port: number }).port);
  } finally {
    server.close();
  }
}

test('Java: the default store verifies our server, and uninstall restores it byte for byte', async () => {
  const home = path.join(folder, 'java');
  mkdirSync(path.join(home, 'lib/security'), { recursive: true });
  const found = await new JavaStore(execute, cleanEnv).find();
  assert.ok(found.length > 0, 'Java is on the PATH');
  const cacerts = path.join(home, 'lib/security/cacerts');
  copyFileSync(found[0]!, cacerts);
  const before = picture(home);
  const store = new JavaStore(execute, { ...cleanEnv, PATH: '/usr/bin', JAVA_HOME: home });
  const only = javaAt(store, cacerts);
  const connect = (port: number): ReturnType<Execute> =>
    execute(
      'java',
      [`-Djavax.net.ssl.trustStore=${cacerts}`, path.join(import.meta.dirname, 'Connect.java'), String(port)],
      { env: cleanEnv },
    );
  await withServer(async (port) => {
    assert.match((await connect(port)).stdout, /SSLHandshakeException/);
    await installInto(only);
    assert.match((await connect(port)).stdout, /^200/);
  });
  assert.deepEqual(await uninstallFrom(only), ['removed']);
  assert.deepEqual(picture(home), before);
});

test('Java: uninstall restores the original bytes after the root was replaced', async () => {
  const [found] = await new JavaStore(execute, cleanEnv).find();
  const cacerts = path.join(folder, 'cacerts-replaced');
  copyFileSync(found!, cacerts);
  const before = readFileSync(cacerts);
  const store = new JavaStore(execute, cleanEnv);
  store.find = async () => [cacerts];
  await installInto(store);
  await authority.widen(['replaced.example.com']);
  await installInto(store);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.ok(readFileSync(cacerts).equals(before));
});

test('Java: uninstall fails for an unreadable store', async () => {
  const home = path.join(folder, 'java-locked');
  mkdirSync(path.join(home, 'lib/security'), { recursive: true });
  const cacerts = path.join(home, 'lib/security/cacerts');
  copyFileSync((await new JavaStore(execute, cleanEnv).find())[0]!, cacerts);
  const store = new JavaStore(execute, { ...cleanEnv, JAVA_HOME: home });
  const only = javaAt(store, cacerts);
  await installInto(only);
  const password = ['-keystore', cacerts, '-storepass'];
  await execute('keytool', ['-storepasswd', ...password, 'changeit', '-new', 'another'], { env: cleanEnv });
  assert.match((await uninstallFrom(only))[0]!, /^keytool exited with code 1/);
  await execute('keytool', ['-storepasswd', ...password, 'another', '-new', 'changeit'], { env: cleanEnv });
  assert.deepEqual(await uninstallFrom(only), ['removed']);
  assert.equal(await store.has(cacerts, rootOf()), false);
});

const updateProgram = '/usr/sbin/update-ca-certificates';
const skipDebian = !existsSync(updateProgram) && 'needs Debian’s ca-certificates';

interface DebianFolder {
  layout: SystemLayout & { links: string; hooks: string };
  store: LinuxSystemStore;
  update: () => Promise<void>;
}

/** Debian's layout in a folder, with a hook that writes its input to the file `told`. */
function debianAt(system: string, told: string): DebianFolder {
  const folderOf = (name: string): string => path.join(system, name);
  const [anchors, links, hooks] = [folderOf('anchors'), folderOf('certs'), folderOf('hooks')];
  for (const each of [anchors, links, hooks]) mkdirSync(each, { recursive: true });
  writeFileSync(path.join(hooks, 'record'), `#!/bin/sh\ncat >> '${told}'\n`, { mode: 0o755 });
  const args = ['--localcertsdir', anchors, '--etccertsdir', links, '--hooksdir', hooks];
  const bundle = path.join(links, 'ca-certificates.crt');
  const update = [updateProgram, ...args] as const;
  const layout = { anchors, extension: '.crt', update, bundle, links, hooks, isTested: true } as const;
  return {
    layout,
    store: new LinuxSystemStore(execute, [layout]),
    update: async () => assert.equal((await execute(updateProgram, args)).code, 0),
  };
}

test(
  'Debian’s layout: install, uninstall byte for byte, and notify the hooks of both',
  { skip: skipDebian },
  async () => {
    const system = path.join(folder, 'system');
    const told = path.join(folder, 'told');
    const { layout, store, update } = debianAt(system, told);
    await update();
    writeFileSync(told, '');
    const before = picture(system);
    await installInto(store);
    assert.equal(await store.has(layout.anchors, rootOf()), true);
    const link = path.join(layout.links, `${labelOf(authority.rootFingerprint())}.pem`);
    assert.equal(readFileSync(told, 'utf8'), `+${link}\n`);
    assert.deepEqual(await uninstallFrom(store), ['removed']);
    assert.equal(readFileSync(told, 'utf8'), `+${link}\n-${link}\n`);
    assert.deepEqual(picture(system), before);
  },
);

test('Debian: an administrator’s unlinked root remains after uninstall', { skip: skipDebian }, async () => {
  const [system, alone] = [path.join(folder, 'system-unlinked'), path.join(folder, 'system-alone')];
  const other = await Authority.open(await openSqlite(':memory:'), {
    clock: systemClock,
    random: testRandom,
    names: [],
  });
  const [ours, theirs] = [system, alone].map((each) => debianAt(each, path.join(folder, 'told-unlinked')));
  for (const { layout } of [ours!, theirs!]) writeFileSync(path.join(layout.anchors, 'other.crt'), other.rootPem());
  await theirs!.update();
  await installInto(ours!.store);
  assert.deepEqual(await uninstallFrom(ours!.store), ['removed']);
  const paths = (lines: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(lines).map(([file, line]) => [file, line.replace(`${alone}/`, `${system}/`)]));
  assert.deepEqual(paths(picture(system)), paths(picture(alone)), 'same as after an update alone');
});

const canChangeSystem = process.getuid?.() === 0 && existsSync(updateProgram);

test(
  'system store: curl verifies, and uninstall restores /etc/ssl/certs byte for byte',
  { skip: !canChangeSystem && 'needs root on Debian' },
  async () => {
    const store = new LinuxSystemStore(execute);
    // Install runs this too, which links every root added by hand since the last update.
    assert.equal((await execute('update-ca-certificates', [])).code, 0);
    const certs = (): string[] => {
      // Java rewrites its store in a different order; the entries are compared below.
      const { 'java/cacerts': _, ...rest } = picture('/etc/ssl/certs');
      return Object.entries(rest).map((entry) => entry.join(' '));
    };
    const before = certs();
    const ofJava = async (): Promise<string[]> => {
      if (!existsSync('/etc/ssl/certs/java/cacerts')) return [];
      const args = ['-list', '-keystore', '/etc/ssl/certs/java/cacerts', '-storepass', 'changeit'];
      const { stdout } = await execute('keytool', args);
      return [...stdout.matchAll(/^(.+), .+trustedCertEntry|: ([0-9A-F:]{95})$/gm)]
        .map((row) => row[1] ?? row[2]!)
        .sort();
    };
    const javaBefore = await ofJava();
    const curl = (port: number): ReturnType<Execute> =>
      execute('curl', ['-sS', `https://localhost:${port}/`], { env: { PATH: process.env['PATH'] } });
    await withServer(async (port) => {
      assert.equal((await curl(port)).code, 60);
      await installInto(store);
      try {
        assert.equal((await curl(port)).stdout, 'ok');
        const again = await installRoot(
          { database, clock: systemClock, stores: [store], stateFolder: folder },
          rootOf(),
        );
        assert.deepEqual(
          again.map(({ outcome }) => outcome),
          ['already-there'],
        );
      } finally {
        assert.deepEqual(await uninstallFrom(store), ['removed']);
      }
      assert.equal((await curl(port)).code, 60);
    });
    const now = certs();
    assert.deepEqual(
      [now.filter((line) => !before.includes(line)), before.filter((line) => !now.includes(line))],
      [[], []],
    );
    // Debian fills Java's store from the system's.
    assert.deepEqual(await ofJava(), javaBefore);
  },
);
