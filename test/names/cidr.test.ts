import assert from 'node:assert/strict';
import { BlockList, isIPv4 } from 'node:net';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { addressOctets, canonicalAddress } from '../../src/names/address.ts';
import { addressMatcher } from '../../src/names/address-matcher.ts';
import { formatCidr, isInBlock, networkOf, parseCidr } from '../../src/names/cidr.ts';

const cidr = fc.oneof(
  fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
  fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
);

test('parses and formats blocks', () => {
  const expected: Record<string, string | undefined> = {
    '10.0.0.0/8': '10.0.0.0/8',
    '100.64.0.0/10': '100.64.0.0/10',
    '10.1.2.3/8': '10.1.2.3/8',
    '192.0.2.1': '192.0.2.1/32',
    'FE80::/10': 'fe80::/10',
    '::/0': '::/0',
    '0.0.0.0/0': '0.0.0.0/0',
    '::1': '::1/128',
    '::ffff:10.0.0.0/104': '10.0.0.0/8',
    '::ffff:10.0.0.0/96': '10.0.0.0/0',
    '::ffff:10.0.0.0/95': undefined,
    '10.0.0.0/33': undefined,
    '::/129': undefined,
    '10.0.0.0/': undefined,
    '10.0.0.0/8/8': undefined,
    '10.0.0.0/-1': undefined,
    '10.0.0.0/8 ': undefined,
    '10.0.0.0/8\n': undefined,
    '/8': undefined,
    '10.0/8': undefined,
    '[::]/0': undefined,
    'fe80::%eth0/10': undefined,
    'a.test': undefined,
    '': undefined,
  };
  for (const [text, wanted] of Object.entries(expected)) {
    const block = parseCidr(text);
    assert.equal(block && formatCidr(block), wanted, text);
  }
});

test('writes out a mask that is not a prefix', () => {
  const block = { address: Buffer.from([10, 0, 0, 0]), mask: Buffer.from([255, 0, 255, 0]) };
  assert.equal(formatCidr(block), '10.0.0.0/255.0.255.0');
  assert.ok(isInBlock(Buffer.from([10, 7, 0, 9]), block));
});

test('networkOf clears the bits beyond the prefix', () => {
  assert.equal(formatCidr(networkOf(parseCidr('10.1.2.3/8')!)), '10.0.0.0/8');
  assert.equal(formatCidr(networkOf(parseCidr('2001:db8:ffff::1/33')!)), '2001:db8:8000::/33');
});

test('isInBlock compares the masked bits', () => {
  const inside: [string, string, boolean][] = [
    ['10.255.255.255', '10.0.0.0/8', true],
    ['11.0.0.0', '10.0.0.0/8', false],
    ['100.127.255.255', '100.64.0.0/10', true],
    ['100.128.0.0', '100.64.0.0/10', false],
    ['fdff::1', 'fc00::/7', true],
    ['fe00::1', 'fc00::/7', false],
    ['::1', '::1', true],
    ['::2', '::1/128', false],
    ['::a00:1', '10.0.0.0/8', false],
  ];
  for (const [address, block, expected] of inside) {
    assert.equal(isInBlock(addressOctets(address)!, parseCidr(block)!), expected, `${address} in ${block}`);
  }
});

test('a matcher accepts any spelling and treats IPv4-mapped addresses as IPv4', () => {
  const matches = addressMatcher(['10.0.0.0/8', 'fd00::/8', '192.0.2.1', 'nonsense']);
  for (const address of ['10.255.0.1', '::ffff:10.0.0.1', 'FDFF:0::1', '192.0.2.1'])
    assert.ok(matches(address), address);
  for (const address of ['11.0.0.1', 'fe00::1', '192.0.2.2', 'x', '']) assert.ok(!matches(address), address);
});

test('networkOf is idempotent, and the network contains the address', () => {
  fc.assert(
    fc.property(cidr, ([address, prefix]) => {
      const block = parseCidr(`${address}/${prefix}`);
      if (!block) return; // an IPv4-mapped address with a short prefix
      const network = networkOf(block);
      assert.deepEqual(networkOf(network), network);
      assert.deepEqual(parseCidr(formatCidr(network)), network);
      assert.ok(addressMatcher([formatCidr(network)])(address));
    }),
  );
});

test("agrees with node:net's BlockList", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const near = fc.tuple(cidr, address, fc.boolean()).map(([[base, prefix], other, isNear]) => ({
    block: `${base}/${prefix}`,
    base,
    prefix,
    address: isNear ? base.replace(/.$/, '1') : other,
  }));
  fc.assert(
    fc.property(near, ({ block, base, prefix, address }) => {
      const parsed = parseCidr(block);
      const tried = canonicalAddress(address);
      if (!parsed || tried === undefined || canonicalAddress(base)?.includes('.') !== base.includes('.')) return;
      const list = new BlockList();
      list.addSubnet(base, prefix, isIPv4(base) ? 'ipv4' : 'ipv6');
      const sameFamily = isIPv4(tried) === isIPv4(base);
      const expected = sameFamily && list.check(tried, isIPv4(tried) ? 'ipv4' : 'ipv6');
      assert.equal(addressMatcher([block])(tried), expected, `${tried} in ${block}`);
    }),
    { numRuns: 1000 },
  );
});

test('a block of one address family holds no address of the other, in any spelling', () => {
  const cases: Record<string, [inside: string[], outside: string[]]> = {
    '::/0': [
      ['::1', '2001:db8::1', '::a00:1'],
      ['10.0.0.1', '::ffff:10.0.0.1', '::ffff:a00:1'],
    ],
    '0.0.0.0/0': [
      ['10.0.0.1', '::ffff:10.0.0.1'],
      ['::1', '2001:db8::1', '::a00:1', '64:ff9b::a00:1'],
    ],
    '::ffff:0:0/96': [
      ['10.0.0.1', '::ffff:10.0.0.1'],
      ['::1', '2001:db8::1'],
    ],
    '::/1': [['::1'], ['::ffff:10.0.0.1', '10.0.0.1', '8000::1']],
    '::/80': [['::1'], ['::ffff:10.0.0.1', '10.0.0.1']],
  };
  for (const [block, [inside, outside]] of Object.entries(cases)) {
    const matches = addressMatcher([block]);
    for (const address of inside) assert.ok(matches(address), `${address} in ${block}`);
    for (const address of outside) assert.ok(!matches(address), `${address} not in ${block}`);
  }
});
