/** One bad site never keeps the others from being served, nor the configuration from being changed. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { configurationFromArguments } from '../../../src/app/configuration.ts';
import { StateSession } from '../../../src/app/state.ts';
import { Service, type ServiceStatus } from '../../../src/app/serve.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type Event, EventBus } from '../../../src/base/events.ts';
import { readText } from '../../../src/base/files.ts';
import { Secret } from '../../../src/base/redact.ts';
import { writeGeneration } from '../../../src/certificates/generation.ts';
import { probeTls } from '../../../src/probe/tls.ts';
import { openState } from '../../../src/store/state.ts';
import { parseCertificate } from '../../../src/x509/certificate.ts';
import { decodePem } from '../../../src/x509/pem.ts';
import { mends } from '../../support/outside.ts';
import { ownCertificate } from '../../support/own-files.ts';
import { atEnd, freePorts, temporaryFolder } from '../../support/up.ts';

/** A machine for `up` with a configuration file. */
interface Machine {
  folder: string;
  stateFolder: string;
  httpsPort: number;
  /** Of nothing. */
  deadPort: number;
  /** Writes a file beside the configuration. */
  write(name: string, text: string | Buffer): Promise<void>;
  /** Writes the configuration: the lines for the whole file, then sites. */
  configure(head: string, ...sites: string[]): Promise<void>;
  start(): Promise<Service>;
  events: Event[];
}

async function prepare(t: TestContext): Promise<Machine> {
  const folder = await temporaryFolder(t, 'bad-site');
  const stateFolder = path.join(folder, 'state');
  const [httpsPort, httpPort, deadPort] = (await freePorts(3)) as [number, number, number];
  const file = path.join(folder, 'everyhop.yaml');
  const readConfiguration = () => configurationFromArguments({ config: file }, { readText, cwd: folder });
  const events: Event[] = [];
  return {
    folder,
    stateFolder,
    httpsPort,
    deadPort,
    events,
    write: (name, text) => writeFile(path.join(folder, name), text),
    configure: (head, ...sites) =>
      writeFile(
        file,
        `https_port: ${httpsPort}\nhttp_port: ${httpPort}\nlisten: [127.0.0.1]\nworkers: 1\n${head}sites:\n${sites.join('')}`,
      ),
    async start() {
      const bus = new EventBus();
      bus.onAny((event) => events.push(event));
      const configuration = await readConfiguration();
      const service = await Service.start(
        { stateFolder, configuration, readConfiguration, accessLog: 'json', version: '0.0.0', env: {} },
        bus,
      );
      atEnd(t, () => service.stop(0));
      return service;
    },
  };
}

/** Asserts that clients with the private root can use this host. */
async function assertServed({ httpsPort, stateFolder }: Machine, host: string): Promise<void> {
  const roots = [await readText(path.join(stateFolder, 'root.pem'))];
  const facts = await probeTls({ host, address: '127.0.0.1', port: httpsPort, clock: systemClock, roots });
  assert.ok(facts.reached && facts.verified, `${host}: ${JSON.stringify(facts)}`);
}

/** The codes of all that `status` reports about a host. */
function reported({ sites, proofs }: ServiceStatus, host: string): string[] {
  const site = sites.find(({ urls }) => urls.some((url) => url.includes(host)))!;
  const proof = proofs.filter((one) => one.host === host.replace(/[[\]]/g, ''));
  return [...site.findings, ...proof.flatMap(({ findings }) => findings)].map(({ code }) => code);
}

const good = '  - { host: good.test, upstream: 1 }\n';
const more = '  - { host: more.test, upstream: 1 }\n';

interface BadSite {
  what: string;
  /** Its name, if not bad.test. */
  host?: string;
  /** Settings for the whole file, given a port without a server. */
  head?: (deadPort: number) => string;
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
    code: 'edge.not-proven',
  },
  {
    what: 'a stored certificate that is not valid yet',
    ...deadAuthority,
    prepare: (machine) => store(machine, ['bad.test'], future),
    code: 'edge.not-proven',
  },
  {
    what: 'a stored certificate for another name',
    ...deadAuthority,
    prepare: (machine) => store(machine, ['other.test'], { fromDays: -1, toDays: 30 }),
    code: 'edge.not-proven',
  },
  { what: 'files that do not exist', settings: files, code: 'file.missing' },
  {
    what: 'files that have expired',
    settings: files,
    prepare: (machine) => writePair(machine, ['bad.test'], expired),
    code: 'certificates.dates-wrong',
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
];

for (const bad of badSites) {
  const { what, host = 'bad.test', head = () => '', settings, code } = bad;
  test(`${what}: the other site is served from the start, and the configuration can change`, async (t) => {
    mends(t, 'acme/expired-at-start', 'acme/expired-site-takes-all-down', 'ux/expired-file-all-down');
    const machine = await prepare(t);
    const badSite = `  - { host: "${host}", upstream: 1${settings === undefined ? '' : `, ${settings}`} }\n`;
    const shared = head(machine.deadPort);
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

test('a stored certificate that the disk has damaged is replaced, and the others are served', async (t) => {
  mends(t, 'further/damaged-row-takes-all-down');
  const machine = await prepare(t);
  await machine.configure('', good, '  - { host: bad.test, upstream: 1 }\n');
  await (await machine.start()).stop(0);
  const damages = [
    'chain_pem = substr(chain_pem, 1, 300)',
    "chain_pem = replace(chain_pem, 'A', 'B')",
    "private_key = x'00'",
    // As an earlier version has written it.
    'chain_pem = substr(chain_pem, 1, 300), digest = NULL',
  ];
  for (const damage of damages) {
    const state = await openState(machine.stateFolder);
    await state.database.query(`UPDATE generations SET ${damage} WHERE names = 'bad.test'`);
    await state.close();
    machine.events.length = 0;
    const service = await machine.start();
    for (const host of ['good.test', 'bad.test']) await assertServed(machine, host);
    const told = machine.events.flatMap((event) => (event.type === 'certificate.failed' ? [event.error.code] : []));
    assert.deepEqual(told, ['certificates.damaged'], damage);
    await service.stop(0);
  }
});
