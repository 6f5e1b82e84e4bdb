/** Which instance gets a request, and when one gets none. Times are given, so nothing here waits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Balance, Balancer } from '../../src/edge/upstream/balancer.ts';
import { Instance, type Trouble } from '../../src/edge/upstream/instance.ts';
import { cookieName, cookieValue, setCookie, tokenOf } from '../../src/edge/upstream/sticky.ts';
import { upstreamAt } from './edge.ts';

/** In the middle of every range, so that pauses are as long as documented. */
const half = (): number => 0.5;

function make(count: number, balance: Balance, random = half): { instances: Instance[]; balancer: Balancer } {
  const instances = Array.from({ length: count }, (_, at) => new Instance(upstreamAt(8001 + at), half));
  return { instances, balancer: new Balancer(instances, balance, random) };
}

/** The instances of `count` requests, by number; none of them ends. */
function begin({ instances, balancer }: ReturnType<typeof make>, count: number, nowMs: number): number[] {
  return Array.from({ length: count }, () => {
    const one = balancer.choose(nowMs)!;
    one.begin(nowMs);
    return instances.indexOf(one);
  });
}

const tally = (choices: readonly number[], count: number): number[] =>
  Array.from({ length: count }, (_, at) => choices.filter((choice) => choice === at).length);

test('least streams: a request goes where the fewest are open; ties take turns', () => {
  const group = make(3, 'least-streams');
  assert.deepEqual(tally(begin(group, 9, 0), 3), [3, 3, 3]);
  const [, second] = group.instances;
  for (let ended = 0; ended < 3; ended += 1) second!.end(true);
  assert.deepEqual(begin(group, 3, 0), [1, 1, 1]);
});

test('round robin: each in turn, however many streams are open', () => {
  const group = make(3, 'round-robin');
  group.instances[0]!.streams = 100;
  assert.deepEqual(tally(begin(group, 9, 0), 3), [3, 3, 3]);
});

test('an instance that stalls holds its share of streams and gets no more, while the others go on', () => {
  const group = make(3, 'least-streams');
  let stalled = 0;
  for (let round = 0; round < 100; round += 1) {
    const one = group.balancer.choose(0)!;
    one.begin(0);
    if (one === group.instances[2]) stalled += 1;
    else one.end(true);
  }
  assert.equal(stalled, 1);
});

test('one refused connection takes an instance out; pauses grow to 30 s, once for all failures of a moment, and time heals', () => {
  const one = new Instance(upstreamAt(1), half);
  const pauses: number[] = [];
  let nowMs = 100_000;
  for (let round = 0; round < 7; round += 1) {
    for (let request = 0; request < 500; request += 1) one.onFailure('edge.upstream-refused', false, nowMs);
    assert.deepEqual([one.trouble, one.reason], ['unreachable', 'edge.upstream-refused']);
    pauses.push(one.retryAtMs - nowMs);
    nowMs = one.retryAtMs;
  }
  assert.deepEqual(pauses, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  one.onCheck(undefined, 'unreachable', nowMs);
  assert.equal(one.trouble, undefined);
  // Flapping: up for 10 s, down again.
  one.onFailure('edge.upstream-refused', false, nowMs + 10_000);
  assert.equal(one.retryAtMs - (nowMs + 10_000), 30_000);
  one.recover(nowMs + 40_000);
  one.onFailure('edge.upstream-refused', false, nowMs + 101_000);
  assert.equal(one.retryAtMs - (nowMs + 101_000), 1000);
});

test('three bad answers in a row take an instance out, unless a good one is among them', () => {
  const one = new Instance(upstreamAt(1), half);
  const bad = [
    (): void => one.onHead(503, 0),
    (): void => one.onHead(502, 0),
    (): void => one.onFailure('edge.upstream-closed', true, 0),
  ];
  for (const answer of [...bad, ...bad].slice(0, 2)) answer();
  one.onHead(200, 0);
  one.onEnd(200, 0);
  for (const answer of bad.slice(0, 2)) answer();
  assert.equal(one.trouble, undefined);
  one.onHead(200, 0); // 200, but then it breaks off
  one.onFailure('edge.upstream-closed', true, 0);
  assert.deepEqual([one.trouble, one.retryAtMs], ['failing', 1000]);
  // Errors of the app itself say nothing about the instance.
  const other = new Instance(upstreamAt(2), half);
  for (let round = 0; round < 10; round += 1) {
    other.onHead(500, 0);
    other.onEnd(500, 0);
  }
  assert.equal(other.trouble, undefined);
});

test('a health check that lies does not bring back an instance that fails, before its pause has passed', () => {
  const one = new Instance(upstreamAt(1), half);
  for (let round = 0; round < 3; round += 1) one.onHead(503, 0);
  one.onCheck(undefined, 'unhealthy', 500);
  assert.equal(one.trouble, 'failing');
  one.onCheck(undefined, 'unhealthy', 1000);
  assert.equal(one.trouble, undefined);
  for (let round = 0; round < 3; round += 1) one.onHead(503, 1500);
  assert.equal(one.retryAtMs, 1500 + 2000);
});

test('two failed health checks take an instance out, one good check brings it back', () => {
  const one = new Instance(upstreamAt(1), half);
  one.onCheck('503', 'unhealthy', 0);
  one.onCheck(undefined, 'unhealthy', 1000);
  one.onCheck('503', 'unhealthy', 2000);
  assert.equal(one.trouble, undefined);
  one.onCheck('503', 'unhealthy', 3000);
  assert.equal(one.trouble, 'unhealthy');
  one.onHead(200, 3100); // a stream from before goes on; the check decides
  one.onEnd(200, 3200);
  assert.equal(one.trouble, 'unhealthy');
  one.onCheck(undefined, 'unhealthy', 3500);
  assert.equal(one.trouble, undefined);
});

test('an instance that accepts requests and answers none for 30 s gets no more, until it answers', () => {
  const one = new Instance(upstreamAt(1), half);
  for (const nowMs of [0, 0, 0]) one.begin(nowMs);
  one.onHead(200, 20_000); // slow, but alive
  one.begin(20_000);
  one.watch(45_000);
  assert.equal(one.trouble, undefined);
  one.watch(50_001);
  assert.equal(one.trouble, 'silent');
  one.onHead(200, 55_000);
  assert.equal(one.trouble, undefined);
});

test('after it has recovered, an instance gets a growing share instead of all new streams', () => {
  let dice = 0;
  const group = make(3, 'least-streams', () => (dice = (dice + 0.37) % 1));
  for (const one of group.instances.slice(0, 2)) one.streams = 250;
  const [, , third] = group.instances;
  third!.onFailure('edge.upstream-refused', false, 0);
  third!.onCheck(undefined, 'unreachable', 100_000);
  const shareAt = (nowMs: number): number => {
    const chosen = Array.from({ length: 1000 }, () => group.balancer.choose(nowMs));
    return chosen.filter((one) => one === third).length / 1000;
  };
  const shares = [100_000, 110_000, 120_000, 130_000].map(shareAt);
  for (const [at, wanted] of [0.1, 0.4, 0.7, 1].entries())
    assert.ok(Math.abs(shares[at]! - wanted) < 0.06, shares.join());
});

test('the last one is never taken out: of instances in trouble, the one most likely to answer is used', () => {
  const group = make(4, 'least-streams');
  const troubles: Trouble[] = ['unreachable', 'failing', 'unhealthy', 'silent'];
  for (const [at, trouble] of troubles.entries()) group.instances[at]!.trouble = trouble;
  const order: (Trouble | undefined)[] = [];
  const tried: Instance[] = [];
  for (let one = group.balancer.choose(0); one; one = group.balancer.choose(0, tried)) {
    order.push(one.trouble);
    tried.push(one);
  }
  assert.deepEqual(order, ['silent', 'unhealthy', 'failing', 'unreachable']);
  assert.equal(group.balancer.spare(0, []), undefined);
});

test('a sticky cookie tells only this program which instance it means, and only over HTTPS', () => {
  const token = tokenOf('secret', 'http://10.0.0.5:8000');
  assert.match(token, /^[\w-]{16}$/);
  assert.equal(token, tokenOf('secret', 'http://10.0.0.5:8000'));
  assert.notEqual(token, tokenOf('other', 'http://10.0.0.5:8000'));
  const name = cookieName('/a/b');
  assert.notEqual(name, cookieName('/a-b'));
  const cookie = setCookie(name, token);
  assert.match(
    cookie,
    /^__Host-everyhop-[0-9a-f]{8}=[\w-]{16}; Path=\/; Secure; HttpOnly; SameSite=None; Partitioned$/,
  );
  const value = `x${name}=no; ${name}=${token} ; ${name}=later`;
  assert.equal(cookieValue(['Cookie', 'cookie', 'session=1', 'cookie', 'cookie', value], name), token);
  assert.equal(cookieValue(['Cookie', 'cookie', 'session=1'], name), undefined);
});
