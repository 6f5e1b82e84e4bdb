import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import tls from 'node:tls';
import { Authority } from '../../src/authority/authority.ts';
import { systemClock } from '../../src/base/clock.ts';
import { baseError } from '../../src/base/messages.ts';
import { type Execute, execute } from '../../src/base/process.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { installRoot, planInstall, uninstallRoots } from '../../src/trust/install.ts';
import { JavaStore } from '../../src/trust/java.ts';
import { trustError } from '../../src/trust/messages.ts';
import { NssStore } from '../../src/trust/nss.ts';
import { labelOf, type Root, type TrustStore } from '../../src/trust/store.ts';
import { LinuxSystemStore, type SystemLayout } from '../../src/trust/system.ts';
import { testRandom } from '../support/seed.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'everyhop-trust-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const database: Database = await openSqlite(':memory:');
const authority = await Authority.open(database, { clock: systemClock, random: testRandom, names: ['chat.test'] });
const rootOf = (): Root => ({ pem: authority.rootPem(), fingerprint: authority.rootFingerprint() });
const cleanEnv = { PATH: process.env['PATH'], HOME: folder };

/** Every file below a folder: its kind, and its content or target. */
function picture(of: string): Record<string, string> {
  const entries = readdirSync(of, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.map((entry) => {
      const full = path.join(of, entry);
      const stats = lstatSync(full);
      if (stats.isSymbolicLink()) return [entry, `→ ${readlinkSync(full)}`];
      if (stats.isDirectory()) return [entry, 'folder'];
      return [entry, `${stats.mode} ${createHash('sha256').update(readFileSync(full)).digest('hex')}`];
    }),
  );
}

async function installInto(store: TrustStore): Promise<string> {
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.deepEqual(
    outcomes.map(({ outcome, error }) => error?.message ?? outcome),
    ['installed'],
  );
  return outcomes[0]!.location;
}

async function uninstallFrom(store: TrustStore): Promise<string[]> {
  const outcomes = await uninstallRoots({ database, clock: systemClock, stores: [store], stateFolder: folder });
  return outcomes.map(({ outcome, error }) => error?.message ?? outcome);
}

/** The Java store, with this one file as all that it finds. */
function javaAt(store: JavaStore, cacerts: string): TrustStore {
  return {
    name: 'java',
    find: async () => [cacerts],
    has: (...args) => store.has(...args),
    prepare: (...args) => store.prepare(...args),
    install: (...args) => store.install(...args),
    uninstall: (...args) => store.uninstall(...args),
    conclude: (...args) => store.conclude(...args),
  };
}

/** A server with a certificate of the authority; `work` gets its port. */
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

test('NSS: Chromium’s database is made, trusts the root for servers, and is gone again afterwards', async () => {
  const home = path.join(folder, 'nss');
  mkdirSync(home);
  const before = picture(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const label = labelOf(authority.rootFingerprint());
  const listed = await execute('certutil', ['-d', `sql:${location}`, '-L']);
  assert.match(listed.stdout, new RegExp(`${label}\\s+C,,`));
  const valid = await execute('certutil', ['-d', `sql:${location}`, '-V', '-u', 'L', '-n', label]);
  assert.match(valid.stdout, /certificate is valid/);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), before);
});

test('NSS: a database that was there keeps what else is in it, also a root that its owner put in', async () => {
  const home = path.join(folder, 'nss-owned');
  const profile = path.join(home, '.mozilla/firefox/abc.default');
  mkdirSync(profile, { recursive: true });
  const other = await Authority.open(await openSqlite(':memory:'), {
    clock: systemClock,
    random: testRandom,
    names: [],
  });
  const pem = path.join(folder, 'other.pem');
  await execute('certutil', ['-d', `sql:${profile}`, '-N', '--empty-password']);
  await import('node:fs/promises').then(({ writeFile }) => writeFile(pem, other.rootPem()));
  await execute('certutil', ['-d', `sql:${profile}`, '-A', '-t', 'C,,', '-n', 'Mine', '-i', pem]);
  const store = new NssStore(execute, home);
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.equal(outcomes.length, 2, 'the profile and Chromium’s database');
  assert.ok(outcomes.every(({ outcome }) => outcome === 'installed'));
  // The owner's own root is not ours, under whatever name.
  const theirs = { pem: other.rootPem(), fingerprint: other.rootFingerprint() };
  assert.equal(await store.has(profile, theirs), true);
  assert.deepEqual(await uninstallFrom(store), ['removed', 'removed']);
  assert.equal(await store.has(profile, theirs), true);
  assert.equal(await store.has(profile, rootOf()), false);
});

test('Java: its default store verifies our server, and is byte for byte the old one afterwards', async () => {
  const home = path.join(folder, 'java');
  mkdirSync(path.join(home, 'lib/security'), { recursive: true });
  const found = await new JavaStore(execute, cleanEnv).find();
  assert.ok(found.length > 0, 'a Java is on the PATH');
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

const updateProgram = '/usr/sbin/update-ca-certificates';
const skipDebian = !existsSync(updateProgram) && 'needs Debian’s ca-certificates';

interface DebianFolder {
  layout: SystemLayout & { links: string; hooks: string };
  store: LinuxSystemStore;
  update: () => Promise<void>;
}

/** Debian's layout below a folder; its hooks write what they hear into `told`. */
function debianAt(system: string, told: string): DebianFolder {
  const folderOf = (name: string): string => path.join(system, name);
  const [anchors, links, hooks] = [folderOf('anchors'), folderOf('certs'), folderOf('hooks')];
  for (const each of [anchors, links, hooks]) mkdirSync(each, { recursive: true });
  writeFileSync(path.join(hooks, 'record'), `#!/bin/sh\ncat >> '${told}'\n`, { mode: 0o755 });
  const args = ['--localcertsdir', anchors, '--etccertsdir', links, '--hooksdir', hooks];
  const bundle = path.join(links, 'ca-certificates.crt');
  const update = [updateProgram, ...args] as const;
  const layout = { anchors, extension: '.crt', update, bundle, links, hooks, seen: true } as const;
  return {
    layout,
    store: new LinuxSystemStore(execute, [layout]),
    update: async () => assert.equal((await execute(updateProgram, args)).code, 0),
  };
}

test(
  'Debian’s layout in a folder: installed, byte for byte undone, and whoever follows the store is told of both',
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

test('a root that an administrator added and never linked stays after ours is gone', { skip: skipDebian }, async () => {
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
  assert.deepEqual(paths(picture(system)), paths(picture(alone)), 'as an update alone leaves it');
});

const canChangeSystem = process.getuid?.() === 0 && existsSync(updateProgram);

test(
  'the system’s store: curl verifies, and /etc/ssl/certs is byte for byte as an update alone leaves it',
  { skip: !canChangeSystem && 'needs root on Debian' },
  async () => {
    const store = new LinuxSystemStore(execute);
    // Our install runs this too, and it links every root that was added by hand since the last update.
    assert.equal((await execute('update-ca-certificates', [])).code, 0);
    const certs = (): string[] => {
      // Java writes its store anew, in another order; what is in it is compared below.
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
    // Debian feeds Java's store from the system's.
    assert.deepEqual(await ofJava(), javaBefore);
  },
);

test('a widened authority’s new root replaces the old one', async () => {
  const home = path.join(folder, 'nss-widened');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const old = rootOf();
  await authority.widen(['wider.example.com']);
  await installInto(store);
  assert.equal(await store.has(location, old), false);
  assert.equal(await store.has(location, rootOf()), true);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), {}, 'what the first one made is gone with the last one');
});

test('killed before the old root was taken out: the next install does it', async () => {
  const home = path.join(folder, 'nss-halfway');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const old = rootOf();
  await authority.widen(['halfway.example.com']);
  const dying = new NssStore(execute, home);
  dying.uninstall = () => Promise.reject(new Error('killed'));
  await assert.rejects(
    installRoot({ database, clock: systemClock, stores: [dying], stateFolder: folder }, rootOf()),
    /killed/,
  );
  assert.equal(await store.has(location, old), true);
  const outcomes = await installRoot({ database, clock: systemClock, stores: [store], stateFolder: folder }, rootOf());
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['already-there'],
  );
  assert.equal(await store.has(location, old), false);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), {});
});

test('a root that NSS knows and does not trust does not count as there', async () => {
  const home = path.join(folder, 'nss-untrusted');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const location = await installInto(store);
  const label = labelOf(authority.rootFingerprint());
  await execute('certutil', ['-d', `sql:${location}`, '-M', '-n', label, '-t', ',,']);
  assert.equal(await store.has(location, rootOf()), false);
  await installInto(store);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.deepEqual(picture(home), {});
});

test('a dry run changes nothing, and says what it would', async () => {
  const home = path.join(folder, 'nss-dry');
  mkdirSync(home);
  const stores = [new NssStore(execute, home)];
  const outcomes = await planInstall({ stores, stateFolder: folder }, rootOf(), []);
  assert.deepEqual(
    outcomes.map(({ outcome }) => outcome),
    ['planned'],
  );
  assert.deepEqual(readdirSync(home), []);
  assert.deepEqual(await uninstallRoots({ database, clock: systemClock, stores, stateFolder: folder }), []);
});

test('killed between the record and the deed, uninstall still ends well', async () => {
  const home = path.join(folder, 'nss-killed');
  mkdirSync(home);
  const store = new NssStore(execute, home);
  const dying: TrustStore = Object.assign(Object.create(store) as TrustStore, {
    name: 'nss',
    find: () => store.find(),
    has: store.has.bind(store),
    prepare: store.prepare.bind(store),
    install: () => Promise.reject(new Error('killed')),
  });
  await assert.rejects(
    installRoot({ database, clock: systemClock, stores: [dying], stateFolder: folder }, rootOf()),
    /killed/,
  );
  assert.deepEqual(await uninstallFrom(store), ['removed']);
});

test('a store whose tool is missing is named, and the others go on', async () => {
  const home = path.join(folder, 'nss-none');
  mkdirSync(home);
  const without: Execute = (program, args, options) =>
    execute(program === 'certutil' ? '/nowhere/certutil' : program, args, options);
  const outcomes = await installRoot(
    {
      database,
      clock: systemClock,
      stores: [new NssStore(without, home), new NssStore(execute, home)],
      stateFolder: folder,
    },
    rootOf(),
  );
  assert.ok(trustError.is(outcomes[0]!.error, 'trust.tool-missing'));
  assert.equal(outcomes[1]!.outcome, 'installed');
  assert.deepEqual(await uninstallFrom(new NssStore(execute, home)), ['removed']);
});

test('without the right to change a store: the command for it is told, and the others go on', async () => {
  const home = path.join(folder, 'nss-denied');
  mkdirSync(home);
  const denied = new JavaStore(execute, cleanEnv);
  denied.find = async () => ['/jdk/cacerts'];
  denied.has = async () => false;
  denied.prepare = () => Promise.reject(baseError('file.denied', { file: '/jdk/cacerts' }));
  const stores = [denied, new NssStore(execute, home)];
  const outcomes = await installRoot({ database, clock: systemClock, stores, stateFolder: folder }, rootOf());
  assert.ok(trustError.is(outcomes[0]!.error, 'trust.denied'));
  const { hint } = outcomes[0]!.error.report('en');
  assert.equal(hint, `Run: sudo everyhop trust install --store java --state '${folder}'`);
  assert.equal(outcomes[1]!.outcome, 'installed');
  assert.deepEqual(await uninstallFrom(stores[1]!), ['removed']);
});

test('Java: after the root was replaced, uninstall still gives back the first bytes', async () => {
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

test('NSS: a root that its owner keeps without trusting it is trusted while installed, and as before afterwards', async () => {
  const home = path.join(folder, 'nss-untrusted');
  const location = path.join(home, '.pki/nssdb');
  mkdirSync(location, { recursive: true });
  const pem = path.join(folder, 'ours.pem');
  writeFileSync(pem, authority.rootPem());
  await execute('certutil', ['-d', `sql:${location}`, '-N', '--empty-password']);
  await execute('certutil', ['-d', `sql:${location}`, '-A', '-t', ',,', '-n', 'Mine', '-i', pem]);
  const store = new NssStore(execute, home);
  await installInto(store);
  assert.equal(await store.has(location, rootOf()), true);
  assert.deepEqual(await uninstallFrom(store), ['removed']);
  assert.equal(await store.has(location, rootOf()), false);
  const listed = await execute('certutil', ['-d', `sql:${location}`, '-L']);
  assert.match(listed.stdout, /^Mine\s+,,\s*$/m);
});

test('Java: a store that cannot be read is never said to be rid of the root', async () => {
  const home = path.join(folder, 'java-locked');
  mkdirSync(path.join(home, 'lib/security'), { recursive: true });
  const cacerts = path.join(home, 'lib/security/cacerts');
  copyFileSync((await new JavaStore(execute, cleanEnv).find())[0]!, cacerts);
  const store = new JavaStore(execute, { ...cleanEnv, JAVA_HOME: home });
  const only = javaAt(store, cacerts);
  await installInto(only);
  const password = ['-keystore', cacerts, '-storepass'];
  await execute('keytool', ['-storepasswd', ...password, 'changeit', '-new', 'another'], { env: cleanEnv });
  assert.match((await uninstallFrom(only))[0]!, /^keytool ended with code 1/);
  await execute('keytool', ['-storepasswd', ...password, 'another', '-new', 'changeit'], { env: cleanEnv });
  assert.deepEqual(await uninstallFrom(only), ['removed']);
  assert.equal(await store.has(cacerts, rootOf()), false);
});
