import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext } from 'node:test';
import { configurationFromArguments } from '../../../src/app/configuration.ts';
import { Service, type ServiceStatus } from '../../../src/app/serve.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type Event, EventBus } from '../../../src/base/events.ts';
import { readText } from '../../../src/base/files.ts';
import { probeTls } from '../../../src/probe/tls.ts';
import { atEnd, freePorts, temporaryFolder } from '../../support/up.ts';

/** A machine for `up` with a configuration file. */
export interface Machine {
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

export async function prepare(t: TestContext): Promise<Machine> {
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
        `https_port: ${httpsPort}\nhttp_port: ${httpPort}\nworkers: 1\n${head.includes('listen:') ? head : `listen: [127.0.0.1]\n${head}`}sites:\n${sites.join('')}`,
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
export async function assertServed({ httpsPort, stateFolder }: Machine, host: string): Promise<void> {
  const roots = [await readText(path.join(stateFolder, 'root.pem'))];
  const facts = await probeTls({ host, address: '127.0.0.1', port: httpsPort, clock: systemClock, roots });
  assert.ok(facts.reached && facts.verified, `${host}: ${JSON.stringify(facts)}`);
}

/** The codes of all that `status` reports about a host. */
export function reported({ sites, proofs }: ServiceStatus, host: string): string[] {
  const site = sites.find(({ urls }) => urls.some((url) => url.includes(host)))!;
  const proof = proofs.filter((one) => one.host === host.replace(/[[\]]/g, ''));
  return [...site.findings, ...proof.flatMap(({ findings }) => findings)].map(({ code }) => code);
}

export const good = '  - { host: good.test, upstream: 1 }\n';
export const more = '  - { host: more.test, upstream: 1 }\n';
