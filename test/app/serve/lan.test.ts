import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { configurationFromArguments, type ConfigurationError } from '../../../src/app/configuration.ts';
import { Lan, type LanSurroundings } from '../../../src/app/serve/lan.ts';
import { mayOffer } from '../../../src/app/serve/offer.ts';
import type { UpArguments } from '../../../src/config/arguments.ts';
import type { Configuration } from '../../../src/config/configuration.ts';
import type { NameOwner } from '../../../src/lan/owner.ts';
import { temporaryFolder } from '../../support/up.ts';
import { startService } from './start.ts';

const read = (args: UpArguments, files: Record<string, string> = {}): Promise<Configuration> =>
  configurationFromArguments(args, { readText: async (file) => files[file]!, cwd: '/etc' });

/** A machine named Studio whose network is set by the test. */
function fakeMachine(): {
  machine: LanSurroundings;
  network: { addresses: string[]; owners: Record<string, NameOwner> };
  /** The names answered at each change, and the questions. */
  answered: string[][];
  asked: string[];
  conflict: (name: string) => void;
} {
  const network = { addresses: ['192.168.1.20'], owners: {} as Record<string, NameOwner> };
  const [answered, asked]: [string[][], string[]] = [[], []];
  let hear: (name: string) => void = () => {};
  const machine: LanSurroundings = {
    hostname: () => 'Studio',
    addresses: async () => network.addresses,
    async ownerOf(name) {
      asked.push(name);
      return network.owners[name] ?? 'nobody';
    },
    async respond(names, { onConflict }) {
      answered.push([...names]);
      hear = onConflict;
      return { end: async () => void answered.push([]) } as never;
    },
  };
  return { machine, network, answered, asked, conflict: (name) => hear(name) };
}

test('a public site keeps its names and certificate; the local network gets a separate site', async () => {
  const { machine } = fakeMachine();
  const lan = new Lan(machine);
  const plain = await read({ upstream: '7861', hosts: ['chat.example.com'], lan: true });
  const { sites } = await lan.extend(plain);
  assert.deepEqual(sites[0], plain.sites[0]);
  const { hosts, certificate, hsts } = sites[1]!;
  assert.deepEqual([hosts, certificate, hsts], [['studio.local', '192.168.1.20'], ['private'], 'off']);
  assert.deepEqual(sites.map(mayOffer), [false, true]);
  assert.deepEqual(await lan.extend(await lan.extend(plain)), { ...plain, sites }, 'not twice');
});

test('names below .local are answered, others are not; a name of another site is left to it', async () => {
  const { machine, answered, network } = fakeMachine();
  const lan = new Lan(machine);
  const configuration = await read(
    { config: 'everyhop.yaml' },
    {
      '/etc/everyhop.yaml':
        'sites:\n- {host: [chat.local, chat.test], upstream: 1, lan: true}\n- {host: 192.168.1.20, upstream: 2}\n',
    },
  );
  const { sites } = await lan.extend(configuration);
  assert.deepEqual(
    sites.map(({ hosts }) => hosts),
    [['chat.local', 'chat.test'], ['studio.local'], ['192.168.1.20']],
  );
  await lan.announce(443);
  await lan.announce(443);
  assert.deepEqual(answered, [['studio.local', 'chat.local']]);
  network.addresses = ['10.0.0.7'];
  network.owners['chat.local'] = 'elsewhere';
  await lan.extend(configuration);
  await lan.announce(443);
  assert.deepEqual(answered.slice(1), [[], ['studio.local']]);
  assert.deepEqual(
    lan.findings.map(({ code, params }) => [code, params]),
    [['lan.host-taken', { name: 'chat.local' }]],
  );
});

test('another machine that takes the name later: the site moves on to a number', async () => {
  const { machine, conflict, answered, asked } = fakeMachine();
  const lan = new Lan(machine);
  const configuration = await lan.extend(await read({ upstream: '7861', lan: true }));
  await lan.announce(8443);
  assert.equal(await lan.hasChanged(), false);
  conflict('studio.local');
  assert.equal(await lan.hasChanged(), true);
  const { sites } = await lan.extend(configuration);
  await lan.announce(8443);
  assert.deepEqual(sites[1]!.hosts, ['studio-2.local', '192.168.1.20']);
  assert.deepEqual(answered, [['studio.local'], [], ['studio-2.local']]);
  assert.deepEqual(asked, ['studio.local', 'studio-2.local']);
  assert.equal(await lan.hasChanged(), false);
});

test('without a network, nothing is served there until there is one; a short gap changes nothing', async () => {
  const { machine, network, answered } = fakeMachine();
  const lan = new Lan(machine);
  network.addresses = [];
  const plain = await read({ upstream: '7861', lan: true });
  assert.deepEqual((await lan.extend(plain)).sites, plain.sites);
  await lan.announce(443);
  assert.deepEqual(
    lan.findings.map(({ code }) => code),
    ['lan.no-address'],
  );
  network.addresses = ['192.168.1.20'];
  assert.equal(await lan.hasChanged(), true);
  const configuration = await lan.extend(plain);
  await lan.announce(443);
  assert.deepEqual(lan.findings, []);
  network.addresses = [];
  assert.equal(await lan.hasChanged(), false);
  assert.deepEqual(
    (await lan.extend(configuration)).sites[1]!.hosts,
    ['studio.local', '192.168.1.20'],
    'a reload meanwhile',
  );
  await lan.announce(443);
  assert.deepEqual(answered, [['studio.local']]);
});

test('multicast DNS that this machine forbids is a warning; the address is served', async () => {
  const { machine } = fakeMachine();
  const lan = new Lan({ ...machine, respond: () => Promise.reject(new Error('bind EADDRINUSE 0.0.0.0:5353')) });
  await lan.extend(await read({ upstream: '7861', lan: true }));
  await lan.announce(443);
  assert.deepEqual(
    lan.findings.map(({ code, severity }) => [code, severity]),
    [['lan.no-mdns', 'warning']],
  );
});

test('--lan with a file means its only site; of several, the file says which', async () => {
  const one = 'sites:\n- {host: chat.test, upstream: 1}\n';
  const args = { config: 'everyhop.yaml', lan: true };
  const lanOf = async (text: string): Promise<unknown[]> =>
    (await read(args, { '/etc/everyhop.yaml': text })).sites.map(({ lan }) => lan);
  assert.deepEqual(await lanOf(one), [true]);
  assert.deepEqual(await lanOf(`${one}- {host: b.test, upstream: 2, lan: true}\n`), [undefined, true]);
  const mistakes = async (text: string): Promise<string[]> =>
    lanOf(text).then(
      () => [],
      (error: ConfigurationError) => error.problems.map(({ message }) => message),
    );
  assert.deepEqual(await mistakes(`${one}- {host: b.test, upstream: 2}\n`), [
    '--lan: /etc/everyhop.yaml has several sites.',
  ]);
  const twice = 'sites:\n- {host: a.test, upstream: 1, lan: true}\n- {host: b.test, upstream: 2, lan: true}\n';
  assert.deepEqual(await mistakes(twice), ['lan: another site already has lan.']);
});

async function offered(
  t: TestContext,
  args: Partial<UpArguments>,
): Promise<{ url: string | undefined; codes: string[] }> {
  const state = path.join(await temporaryFolder(t, 'offer'), 'state');
  const { service } = await startService(t, state, args.hosts ? [...args.hosts] : ['127.0.0.1'], { args });
  await service.checkSurroundings();
  const { lan, findings } = await service.status();
  return { url: lan?.trustUrl, codes: findings.map(({ code }) => code).filter((code) => code.startsWith('lan.')) };
}

test('the trust page: by choice, never on a public site, and a reason where it is not there', async (t) => {
  assert.deepEqual(await offered(t, {}), { url: undefined, codes: [] });
  const { url, codes } = await offered(t, { trustPage: true });
  assert.match(url!, /^http:\/\/127\.0\.0\.1:\d+\/everyhop\/trust$/);
  assert.deepEqual(codes, []);
  assert.deepEqual(await offered(t, { trustPage: true, httpPort: 'off' }), {
    url: undefined,
    codes: ['lan.page-without-http'],
  });
  const authority = { authority: 'private', hosts: ['chat.example.com'], trustPage: true };
  assert.deepEqual(await offered(t, authority), { url: undefined, codes: ['lan.page-on-public-site'] });
});
