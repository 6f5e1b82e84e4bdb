import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { configurationFromArguments } from '../../../src/app/configuration.ts';
import { Service } from '../../../src/app/serve.ts';
import { systemClock } from '../../../src/base/clock.ts';
import { type Event, EventBus } from '../../../src/base/events.ts';
import { readText } from '../../../src/base/files.ts';
import { certificatesError } from '../../../src/certificates/messages.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import { configError } from '../../../src/config/messages.ts';
import { storeError } from '../../../src/store/messages.ts';
import { probeTls } from '../../../src/probe/tls.ts';
import { atEnd, freePorts, temporaryFolder } from '../../support/up.ts';

interface House {
  service: Service;
  events: Event[];
  stateFolder: string;
  httpsPort: number;
  /** The result of the next read of the configuration. */
  next(hosts: string[] | Error): Promise<void>;
  start(): Promise<Service>;
}

async function startHouse(t: TestContext): Promise<House> {
  const stateFolder = path.join(await temporaryFolder(t, 'service'), 'state');
  const app = createServer((_, answer) => answer.end('hello')).listen(0, '127.0.0.1');
  await once(app, 'listening');
  atEnd(t, () => app.close());
  const { port } = app.address() as { port: number };
  const [httpsPort, httpPort] = (await freePorts(2)) as [number, number];
  const configured = async (hosts: string[]): Promise<Configuration> => ({
    ...(await configurationFromArguments(
      { upstream: `http://127.0.0.1:${port}`, hosts, httpsPort: String(httpsPort), httpPort: String(httpPort) },
      { readText, cwd: stateFolder },
    )),
    listen: ['127.0.0.1'],
    workers: 1,
  });
  let wanted: Configuration | Error = await configured(['a.test']);
  const events: Event[] = [];
  const start = async (): Promise<Service> => {
    const bus = new EventBus();
    bus.onAny((event) => events.push(event));
    const service = await Service.start(
      {
        stateFolder,
        configuration: await configured(['a.test']),
        readConfiguration: () => (wanted instanceof Error ? Promise.reject(wanted) : Promise.resolve(wanted)),
        accessLog: 'json',
        version: '0.0.0',
        env: {},
      },
      bus,
    );
    atEnd(t, () => service.stop(0));
    return service;
  };
  const next = async (hosts: string[] | Error): Promise<void> => {
    wanted = hosts instanceof Error ? hosts : await configured(hosts);
  };
  return { service: await start(), events, stateFolder, httpsPort, next, start };
}

async function served(
  { service, httpsPort }: House,
  serverName: string,
): Promise<{ verified: boolean; serial: string }> {
  const roots = [await readText(service.rootFile!)];
  const target = { host: serverName, address: '127.0.0.1', port: httpsPort, clock: systemClock, roots };
  const facts = await probeTls(target);
  assert.ok(facts.reached, JSON.stringify(facts));
  return { verified: facts.verified, serial: facts.serial };
}

test('starts proven, reloads, renews and stops', { timeout: 120_000 }, async (t) => {
  const house = await startHouse(t);
  const { service, events } = house;
  const first = await served(house, 'a.test');
  assert.deepEqual(
    service.proofs.map(({ host, findings, serial }) => ({ host, findings, serial })),
    [{ host: 'a.test', findings: [], serial: first.serial }],
  );
  const status = await service.status();
  assert.deepEqual(
    status.sites.map(({ urls }) => urls),
    [[`https://a.test:${house.httpsPort}/`]],
  );
  assert.equal(status.sites[0]!.certificates[0]!.serial, first.serial);
  assert.equal(status.workers.length, 1);

  // Rejected: the old sites stay, and the event carries data in no language.
  await house.next(configError('config.empty', { file: 'everyhop.yaml' }));
  await assert.rejects(service.reload(), (error) => configError.is(error, 'config.empty'));
  assert.deepEqual(events.at(-1), {
    type: 'configuration.rejected',
    error: { code: 'config.empty', params: { file: 'everyhop.yaml' } },
  });
  assert.deepEqual(await served(house, 'a.test'), first);

  await house.next(['a.test', 'b.test']);
  const { revision, problems } = await service.reload();
  assert.deepEqual(problems, []);
  assert.ok(revision > status.revision);
  assert.equal((await served(house, 'b.test')).verified, true);
  assert.ok(events.some(({ type }) => type === 'configuration.applied'));

  await assert.rejects(service.renewCertificates(['c.test']), (error) =>
    certificatesError.is(error, 'certificates.unknown-name'),
  );
  const before = await served(house, 'b.test');
  const [renewed] = await service.renewCertificates(['B.test']);
  const after = await served(house, 'b.test');
  assert.equal(after.serial, renewed!.serial);
  assert.notEqual(after.serial, before.serial);

  await service.stop(0);
  // The next service can use its ports, lock and certificates.
  const again = await house.start();
  assert.equal(
    again.proofs.every(({ findings }) => findings.length === 0),
    true,
  );
});

test(
  'rejects a second service with the same state folder, and the first keeps serving',
  { timeout: 120_000 },
  async (t) => {
    const house = await startHouse(t);
    await assert.rejects(house.start(), (error) => storeError.is(error, 'store.in-use'));
    assert.equal((await served(house, 'a.test')).verified, true);
  },
);
