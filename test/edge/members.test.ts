/** A name with several addresses: the replicas of a container. */
import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { EdgeUpstream } from '../../src/edge/snapshot.ts';
import { Group } from '../../src/edge/upstream/group.ts';
import { Members } from '../../src/edge/upstream/members.ts';
import { UpstreamPool } from '../../src/edge/upstream/pool.ts';
import { upstreamAt } from './edge.ts';

const address = (text: string): LookupAddress => ({ address: text, family: text.includes(':') ? 6 : 4 });

class Names {
  answer: string[] | undefined = [];
  asked = 0;
  readonly lookUp = (_name: string, callback: (error: Error | null, addresses: LookupAddress[]) => void): void => {
    this.asked += 1;
    if (this.answer) callback(null, this.answer.map(address));
    else callback(new Error('ENOTFOUND'), []);
  };
}

const replicas: EdgeUpstream = upstreamAt(8000, { host: 'app' });

test('each address of a name is an instance; a machine with one address of each kind is one', () => {
  const names = new Names();
  const members = new Members(replicas, names.lookUp);
  let nowMs = 0;
  const see = (...answer: string[]): (string | undefined)[] => {
    names.answer = answer;
    members.watch((nowMs += 10_000), () => {});
    return members.current.map((one) => one.address);
  };
  assert.deepEqual(see('10.0.0.2'), [undefined]);
  assert.deepEqual(see('10.0.0.2', 'fd00::2'), [undefined]);
  assert.deepEqual(see('10.0.0.3', '10.0.0.2', '10.0.0.2'), ['10.0.0.2', '10.0.0.3']);
  assert.deepEqual(see('10.0.0.3', '10.0.0.4', 'fd00::2', 'fd00::3'), ['10.0.0.3', '10.0.0.4']);
  assert.deepEqual(see('fd00::2', 'fd00::3'), ['fd00::2', 'fd00::3']);
  names.answer = undefined;
  members.watch((nowMs += 10_000), () => {});
  assert.deepEqual(members.current, [replicas], 'the connection reports that the name has no address');
});

test('addresses and loopback names are not looked up; a name is looked up every 10 s', () => {
  const names = new Names();
  for (const fixed of [{ host: '10.0.0.2' }, { host: 'localhost' }, { socketPath: '/run/app.sock' }])
    new Members(upstreamAt(80, fixed), names.lookUp).watch(100_000, () => {});
  assert.equal(names.asked, 0);
  const members = new Members(replicas, names.lookUp);
  for (let nowMs = 0; nowMs < 30_000; nowMs += 1000) members.watch(nowMs, () => {});
  assert.equal(names.asked, 3);
});

function groupOf(names: Names, former?: Group): Group {
  const settings = {
    path: '/',
    upstreams: [replicas],
    balance: 'sticky' as const,
    health: undefined,
    waitForAppMs: undefined,
    host: 'chat.test',
    stickyKey: 'key',
  };
  return new Group(settings, former?.instances, { lookUp: names.lookUp });
}

test('scaling up and down keeps what is known about the replicas that stay, and their visitors', () => {
  const names = new Names();
  const group = groupOf(names);
  names.answer = ['10.0.0.2', '10.0.0.3'];
  group.watch(1);
  const [first, second] = group.instances;
  second!.onFailure('edge.upstream-refused', false, 100);
  const cookie = group.cookieFor(first!, [])!.split(';')[0]!;
  names.answer = ['10.0.0.2', '10.0.0.3', '10.0.0.4'];
  group.watch(10_001);
  assert.deepEqual([group.instances[0], group.instances[1]], [first, second]);
  assert.deepEqual(
    group.status().map(({ instance }) => instance),
    ['http://app:8000 (10.0.0.2)', 'http://app:8000 (10.0.0.3)', 'http://app:8000 (10.0.0.4)'],
  );
  for (let count = 0; count < 5; count += 1) assert.equal(group.first(['Cookie', 'cookie', cookie], 20_000), first);
  // The address may belong to another container by now: nothing new goes there. Streams that are open go on.
  names.answer = ['10.0.0.3', '10.0.0.4'];
  group.watch(20_002);
  assert.ok(!group.instances.includes(first!));
  assert.notEqual(group.first(['Cookie', 'cookie', cookie], 20_003), first);
});

test('after a change of the configuration, the replicas are known before the next look-up', () => {
  const names = new Names();
  const group = groupOf(names);
  names.answer = ['10.0.0.2', '10.0.0.3'];
  group.watch(1);
  const cookie = group.cookieFor(group.instances[1]!, [])!.split(';')[0]!;
  const changed = groupOf(names, group);
  assert.deepEqual(changed.instances, group.instances);
  assert.equal(changed.first(['Cookie', 'cookie', cookie], 2), group.instances[1]);
  changed.watch(2);
  assert.deepEqual(changed.instances, group.instances);
});

async function startAt(t: TestContext, host: string, port: number): Promise<number> {
  const server = http.createServer((_asked, answer) => answer.end(host)).listen(port, host);
  await once(server, 'listening');
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('a connection goes to the address of its instance, and instances share none', async (t) => {
  const port = await startAt(t, '127.0.0.1', 0);
  await startAt(t, '127.0.0.2', port);
  const reached = async (to: string): Promise<string | undefined> => {
    const connection = new UpstreamPool({ ...replicas, port, address: to }).open();
    const ready = Promise.withResolvers<void>();
    connection.user = { onReady: ready.resolve, onData() {}, onDrain() {}, onClosed: (error) => ready.reject(error) };
    await ready.promise;
    const { remoteAddress } = connection.socket;
    connection.destroy();
    return remoteAddress;
  };
  assert.deepEqual([await reached('127.0.0.1'), await reached('127.0.0.2')], ['127.0.0.1', '127.0.0.2']);
});
