/** One bad site never keeps the others from being served, nor the configuration from being changed. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { StateSession } from '../../../src/app/state.ts';
import { GatheredError, isError } from '../../../src/base/errors.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { readText } from '../../../src/base/files.ts';
import { Secret } from '../../../src/base/redact.ts';
import { writeGeneration } from '../../../src/certificates/generation.ts';
import { probeHttp } from '../../../src/probe/http.ts';
import { probeTls } from '../../../src/probe/tls.ts';
import { openState } from '../../../src/store/state.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { decodePem } from '../../../src/x509/pem.ts';
import { mends } from '../../support/outside.ts';
import { ownCertificate, selfSigned } from '../../support/own-files.ts';
import { until } from '../../support/until.ts';
import { atEnd } from '../../support/up.ts';
import { assertServed, good, type Machine, more, prepare, reported } from './machine.ts';

interface BadSite {
  what: string;
  /** Its name, if not bad.test. */
  host?: string;
  /** The address to listen on. Default: 127.0.0.1. */
  listen?: string;
  /** Settings for the whole file, given a port without a server. */
  head?: (deadPort: number) => string;
  /** Its app, if not the default. */
  upstream?: string;
  /** Settings of the site besides host and upstream. */
  settings?: string;
  /** Prepares files and the store. */
  prepare?: (machine: Machine) => Promise<void>;
  /** A code in the report. */
  code: string;
}

const files = 'certificate: { chain: chain.pem, key: key.pem }';
const deadAuthority = {
  head: (port: number) => `authorities: { dead: { directory: "https://127.0.0.1:${port}/dir" } }\n`,
  settings: 'certificate: dead',
};

async function writePair(
  machine: Machine,
  names: string[],
  validity?: { fromDays: number; toDays: number },
): Promise<void> {
  const { chainPem, keyPem } = await ownCertificate(names, validity);
  await machine.write('chain.pem', chainPem);
  await machine.write('key.pem', keyPem);
}

/** Stores a certificate as from the authority that no longer answers. */
async function store(
  { stateFolder, deadPort }: Machine,
  names: string[],
  validity: { fromDays: number; toDays: number },
): Promise<void> {
  const { chainPem, keyPem } = await ownCertificate(names, validity);
  const { serial, notBeforeMs, notAfterMs } = parseCertificate(decodePem(chainPem)[0]!.der);
  const state = await openState(stateFolder);
  await writeGeneration(state.database, {
    id: 'stored',
    names: ['bad.test'],
    issuer: `https://127.0.0.1:${deadPort}/dir`,
    chainPem,
    keyPem: new Secret(keyPem),
    serial,
    notBeforeMs,
    notAfterMs,
    createdMs: notBeforeMs,
    revokedMs: undefined,
  });
  await state.close();
}

const expired = { fromDays: -60, toDays: -1 };
const future = { fromDays: 1, toDays: 30 };

const badSites: BadSite[] = [
  { what: 'an authority that does not answer', ...deadAuthority, code: 'acme.unreachable' },
  {
    what: 'a stored certificate that has expired',
    ...deadAuthority,
    prepare: (machine) => store(machine, ['bad.test'], expired),
    code: 'edge.certificate-rejected',
  },
  {
    what: 'a stored certificate that is not valid yet',
    ...deadAuthority,
    prepare: (machine) => store(machine, ['bad.test'], future),
    code: 'edge.certificate-rejected',
  },
  {
    what: 'a stored certificate for another name',
    ...deadAuthority,
    prepare: (machine) => store(machine, ['other.test'], { fromDays: -1, toDays: 30 }),
    code: 'edge.certificate-rejected',
  },
  { what: 'files that do not exist', settings: files, code: 'certificates.files-missing' },
  {
    what: 'files that have expired',
    settings: files,
    prepare: (machine) => writePair(machine, ['bad.test'], expired),
    code: 'certificates.files-expired',
  },
  {
    what: 'files with a key that OpenSSL refuses',
    settings: files,
    async prepare(machine) {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
      await machine.write('chain.pem', selfSigned(privateKey, ['bad.test']));
      await machine.write('key.pem', privateKey.export({ format: 'pem', type: 'pkcs8' }));
    },
    code: 'certificates.files-refused',
  },
  {
    what: 'a private certificate for a name that the authority does not permit',
    host: 'bad.example.com',
    settings: 'certificate: private',
    async prepare({ stateFolder }) {
      const session = new StateSession(stateFolder);
      await session.authority();
      await session.close();
    },
    code: 'authority.name-not-permitted',
  },
  {
    what: 'an address of another machine',
    host: '192.168.233.7',
    listen: '0.0.0.0',
    code: 'edge.address-elsewhere',
  },
  {
    what: 'an app whose root file does not exist',
    upstream: 'https://127.0.0.1:1',
    settings: 'upstream_root: none.pem',
    code: 'file.missing',
  },
  {
    what: 'client certificates whose root file does not exist',
    settings: 'client_certificates: { root: none.pem }',
    code: 'file.missing',
  },
  {
    what: 'client certificates whose root file holds no certificate',
    settings: 'client_certificates: { root: root.pem }',
    prepare: (machine) => machine.write('root.pem', 'hello'),
    code: 'config.root-has-no-certificate',
  },
  {
    what: 'an authority whose root file does not exist',
    head: (port) => `authorities: { dead: { directory: "https://127.0.0.1:${port}/dir", root: none.pem } }\n`,
    settings: 'certificate: dead',
    code: 'file.missing',
  },
  {
    what: 'an authority whose MAC key file does not exist',
    head: (port) =>
      `authorities: { dead: { directory: "https://127.0.0.1:${port}/dir", key_id: k, mac_key_file: none.key } }\n`,
    settings: 'certificate: dead',
    code: 'file.missing',
  },
  {
    what: 'a DNS provider without its settings',
    head: (port) => `dns: rfc2136\n${deadAuthority.head(port)}`,
    settings: deadAuthority.settings,
    code: 'acme.unreachable',
  },
];

for (const bad of badSites) {
  const { what, host = 'bad.test', listen, head = () => '', upstream = '1', settings, code } = bad;
  test(`${what}: the other site is served from the start, and the configuration can change`, async (t) => {
    mends(
      t,
      'acme/expired-at-start',
      'acme/expired-site-takes-all-down',
      'ux/expired-file-all-down',
      'ux/ip-host-not-here',
      'further/certificate-file-gone-at-restart',
      'further/key-too-short',
    );
    const machine = await prepare(t);
    const badSite = `  - { host: "${host}", upstream: "${upstream}"${settings === undefined ? '' : `, ${settings}`} }\n`;
    const shared = `${listen === undefined ? '' : `listen: [${listen}]\n`}${head(machine.deadPort)}`;
    await bad.prepare?.(machine);
    await machine.configure(shared, badSite, good);
    const service = await machine.start();
    await assertServed(machine, 'good.test');
    assert.ok(reported(await service.status(), host).includes(code), JSON.stringify(await service.status()));

    await machine.configure(shared, badSite, good, more);
    await service.reload();
    for (const each of ['good.test', 'more.test']) await assertServed(machine, each);
    assert.ok(reported(await service.status(), host).includes(code));
  });
}

/** Ways to break good certificate files on the disk. */
const breaks: { what: string; breakFiles: (machine: Machine) => Promise<void>; code: string }[] = [
  {
    what: 'replaced by the files of another key',
    breakFiles: async (machine) => machine.write('key.pem', (await ownCertificate(['bad.test'])).keyPem),
    code: 'certificates.files-mismatch',
  },
  { what: 'emptied', breakFiles: (machine) => machine.write('chain.pem', ''), code: 'certificates.files-empty' },
  {
    what: 'deleted',
    breakFiles: ({ folder }) => rm(path.join(folder, 'key.pem')),
    code: 'certificates.files-missing',
  },
  {
    what: 'replaced by expired ones',
    breakFiles: (machine) => writePair(machine, ['bad.test'], expired),
    code: 'certificates.files-expired',
  },
  {
    what: 'replaced by those of another site',
    breakFiles: (machine) => writePair(machine, ['other.test']),
    code: 'certificates.files-names-missing',
  },
];

test('certificate files that break while they are served: the last good pair stays, and the rest can change', async (t) => {
  mends(
    t,
    'ux/expired-file-all-down',
    'acme/expired-site-takes-all-down',
    'further/key-replaced-before-its-certificate',
  );
  const machine = await prepare(t);
  const site = `  - { host: bad.test, upstream: 1, ${files} }\n`;
  await writePair(machine, ['bad.test']);
  await machine.configure('', site, good);
  const service = await machine.start();
  const serial = async (): Promise<string> => (await service.status()).sites[0]!.certificates[0]!.serial;
  let last = await serial();
  for (const { what, breakFiles, code } of breaks) {
    await breakFiles(machine);
    const { problems } = await service.reload();
    assert.deepEqual([what, ...problems.map((problem) => problem.code)], [what, code]);
    assert.equal(await serial(), last, what);
    assert.deepEqual(reported(await service.status(), 'bad.test'), [code]);
    const event = machine.events.findLast(({ type }) => type === 'certificate.failed');
    assert.ok(event?.type === 'certificate.failed' && event.error.code === code);
    await machine.configure('', site, good, more);
    await service.reload();
    for (const each of ['good.test', 'more.test']) await assertServed(machine, each);

    await writePair(machine, ['bad.test']);
    await machine.configure('', site, good);
    assert.deepEqual((await service.reload()).problems, []);
    assert.notEqual(await serial(), last);
    assert.deepEqual(reported(await service.status(), 'bad.test'), []);
    last = await serial();
  }
});

test('a change that brings a failure is refused, and everything stays as it was', async (t) => {
  const machine = await prepare(t);
  await machine.configure('', good);
  const service = await machine.start();
  const refused = async (code: string, ...sites: string[]): Promise<void> => {
    await machine.configure('', ...sites);
    await assert.rejects(service.reload(), (error) => isError(error, code));
    assert.deepEqual(
      (await service.status()).sites.map(({ urls }) => urls.length),
      [1],
    );
    await assertServed(machine, 'good.test');
  };
  const withFiles = `  - { host: bad.test, upstream: 1, ${files} }\n`;
  await refused('certificates.files-missing', good, withFiles);
  await writePair(machine, ['bad.test'], expired);
  await refused('certificates.files-expired', good, withFiles);
  await refused(
    'authority.name-not-permitted',
    good,
    '  - { host: bad.example.com, upstream: 1, certificate: private }\n',
  );
  await writePair(machine, ['other.test']);
  await refused('certificates.files-names-missing', good.replace('upstream', `${files}, upstream`));
});

test('without the root of its client certificates, a site refuses all clients; with the file it works at once', async (t) => {
  mends(t, 'further/client-root-missing-at-start');
  const machine = await prepare(t);
  const { rootPem } = await ownCertificate(['client']);
  await machine.configure(
    '',
    '  - { host: bad.test, upstream: 1, client_certificates: { root: clients.pem } }\n',
    good,
  );
  const service = await machine.start();
  const visit = async (): Promise<string | undefined> => {
    const roots = [await readText(path.join(machine.stateFolder, 'root.pem'))];
    const url = `https://bad.test:${machine.httpsPort}/`;
    return (await probeHttp({ url, address: '127.0.0.1', clock: systemClock, roots })).failure?.reason;
  };
  assert.equal(typeof (await visit()), 'string');
  const applied = new Promise<void>((resolve) => void service.events.on('configuration.applied', () => resolve()));
  await machine.write('clients.pem', rootPem);
  await applied;
  assert.deepEqual(reported(await service.status(), 'bad.test'), []);
  assert.equal(typeof (await visit()), 'string', 'this client has no certificate');
  // The file goes away again: the last good roots stay.
  await rm(path.join(machine.folder, 'clients.pem'));
  assert.deepEqual((await service.reload()).problems, []);
  assert.deepEqual(
    (await service.status()).sites[0]!.findings.map(({ code, severity }) => [code, severity]),
    [['file.missing', 'warning']],
  );
});

test('a change that names an unusable root file is refused with its place', async (t) => {
  const machine = await prepare(t);
  await machine.configure('', good);
  const service = await machine.start();
  await machine.configure('', good, '  - { host: bad.test, upstream: 1, client_certificates: { root: none.pem } }\n');
  await assert.rejects(service.reload(), (error) => {
    assert.ok(isError(error, 'config.invalid') && error instanceof GatheredError);
    return error.problems[0]!.code === 'file.missing' && error.problems[0]!.place?.line === 7;
  });
});

test('an authority that never answers delays no change during the start', async (t) => {
  mends(t, 'further/authority-hangs-at-start');
  const machine = await prepare(t);
  const asked = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    asked.resolve();
  }).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const hangUp = (): void => {
    silent.close();
    for (const socket of sockets) socket.destroy();
  };
  atEnd(t, hangUp);
  const head = `authorities: { silent: { directory: "https://127.0.0.1:${port}/dir" } }\n`;
  const waiting = '  - { host: bad.test, upstream: 1, certificate: silent }\n';
  await machine.configure(head, waiting, good);
  let hasStarted = false;
  const starting = machine.start().then(() => (hasStarted = true));
  await asked.promise;
  await assertServed(machine, 'good.test');
  await machine.configure(head, waiting, good, more);
  await until(t, () => machine.events.filter(({ type }) => type === 'configuration.applied').length > 1);
  await assertServed(machine, 'more.test');
  assert.equal(hasStarted, false);
  hangUp();
  await starting;
});

test('a damaged store does not concern a site with certificate files; without such a site, nothing could be served', async (t) => {
  const machine = await prepare(t);
  await mkdir(machine.stateFolder, { mode: 0o700 });
  await writeFile(path.join(machine.stateFolder, 'everyhop.db'), 'not a database at all. '.repeat(500));
  await machine.configure('', good);
  await assert.rejects(machine.start(), (error) => isError(error, 'store.corrupt'));

  const { chainPem, keyPem, rootPem } = await ownCertificate(['own.test']);
  await machine.write('chain.pem', chainPem);
  await machine.write('key.pem', keyPem);
  await machine.configure('', `  - { host: own.test, upstream: 1, ${files} }\n`, good);
  const service = await machine.start();
  assert.equal(service.storeProblem?.code, 'store.corrupt');
  const target = { address: '127.0.0.1', port: machine.httpsPort, clock: systemClock, roots: [rootPem] };
  const facts = await probeTls({ ...target, host: 'own.test' });
  assert.ok(facts.reached && facts.verified, JSON.stringify(facts));
});
