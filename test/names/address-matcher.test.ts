import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/names/address.ts';
import { addressMatcher } from '../../src/names/address-matcher.ts';
import { isInBlock, parseCidr } from '../../src/names/cidr.ts';
import * as fc from '../support/fast-check.ts';

const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV6().map((text) => text.toUpperCase()),
  fc.ipV4().map((text) => `::ffff:${text}`),
  fc.constantFrom('::', '::1', '1::', '::ffff:a00:1', '0:0:0:0:0:ffff:a00:1', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8'),
);
/** Almost addresses. */
const broken = fc
  .tuple(address, fc.nat(40), fc.constantFrom(':', '::', '.', '0', '00', 'g', '256', ' ', '', '1', '%'))
  .map(([text, at, piece]) => `${text.slice(0, at)}${piece}${text.slice(at + 1)}`);
const block = fc.tuple(address, fc.nat(128)).map(([text, prefix]) => `${text}/${prefix}`);

test('agrees with a look at every block, for any spelling and for text that is no address', () => {
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 40 }),
      fc.array(fc.oneof(address, broken), { maxLength: 40 }),
      (blocks, tried) => {
        const matches = addressMatcher(blocks);
        const parsed = blocks.map(parseCidr).filter((one) => one !== undefined);
        const near = parsed.map((one) => one.address.join('.')).filter((text) => text.split('.').length === 4);
        for (const text of [...tried, ...near, ...blocks.map((one) => one.split('/')[0]!)]) {
          const octets = parseAddress(text.replace(/(?<=:.*)%.*$/s, ''));
          const expected = octets !== undefined && parsed.some((one) => isInBlock(octets, one));
          assert.equal(matches(text), expected, `${text} in ${blocks.join(' ')}`);
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('ignores the zone of a link-local address, and accepts none on IPv4', () => {
  const matches = addressMatcher(['fe80::/10', '169.254.0.0/16']);
  for (const text of ['fe80::1%eth0', 'fe80::1%2', 'fe80::1', '169.254.1.1']) assert.ok(matches(text), text);
  for (const text of ['169.254.1.1%eth0', '2001:db8::1%eth0']) assert.ok(!matches(text), text);
});

test('finds an address among 10,000 blocks, at their ends and between them', () => {
  const blocks = Array.from({ length: 10_000 }, (_, index) => `10.${index >> 8}.${index & 255}.0/25`);
  const matches = addressMatcher([...blocks, '2001:db8::/32', '10.1.1.1', '0.0.0.0/32', '255.255.255.255/32']);
  for (const text of ['10.0.0.0', '10.0.0.127', '10.39.15.127', '0.0.0.0', '255.255.255.255', '2001:db8:ffff::1'])
    assert.ok(matches(text), text);
  for (const text of ['10.0.0.128', '9.255.255.255', '10.39.16.0', '0.0.0.1', '2001:db9::', '::'])
    assert.ok(!matches(text), text);
});
