import assert from 'node:assert/strict';
import { isIP, isIPv6 } from 'node:net';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import {
  addressOctets,
  canonicalAddress,
  formatAddress,
  isAddress,
  parseAddress,
  withBrackets,
  withoutBrackets,
} from '../../src/names/address.ts';
import { judge } from '../support/oracles.ts';

const hex = fc.stringMatching(/^[0-9a-fA-F]{1,4}$/);
/** An IPv6 address, valid or almost. */
const nearlyIpv6 = fc
  .tuple(fc.array(fc.oneof(hex, fc.constantFrom('', '0', 'ffff', '10.0.0.1', 'g', '%eth0')), { maxLength: 9 }))
  .map(([groups]) => groups.join(':'));

test('addresses have one canonical text', () => {
  const expected: Record<string, string | undefined> = {
    '10.0.0.1': '10.0.0.1',
    '2001:DB8:0:0::1': '2001:db8::1',
    '1:0:0:2:0:0:0:3': '1:0:0:2::3',
    '1:0:0:2:3:0:0:4': '1::2:3:0:0:4',
    '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
    '::': '::',
    '1::': '1::',
    '::ffff:10.0.0.1': '10.0.0.1',
    '::ffff:0:0': '0.0.0.0',
    '::fffe:10.0.0.1': '::fffe:a00:1',
    '010.0.0.1': undefined,
    '10.0.0': undefined,
    '10.0.0.1 ': undefined,
    '10.0.0.256': undefined,
    '[::1]': undefined,
    'fe80::1%eth0': undefined,
    ':::': undefined,
    '1:2:3:4:5:6:7:8:9': undefined,
    localhost: undefined,
    '': undefined,
  };
  for (const [text, wanted] of Object.entries(expected)) {
    assert.equal(canonicalAddress(text), wanted, text);
    assert.equal(isAddress(text), wanted !== undefined, text);
  }
});

test('addressOctets keeps an IPv4-mapped address, parseAddress converts it', () => {
  assert.equal(addressOctets('::ffff:10.0.0.1')!.toString('hex'), '00000000000000000000ffff0a000001');
  assert.equal(formatAddress(addressOctets('::ffff:10.0.0.1')!), '::ffff:a00:1');
  assert.deepEqual([...parseAddress('::ffff:10.0.0.1')!], [10, 0, 0, 1]);
});

test('adds and removes brackets', () => {
  assert.equal(withBrackets('::1'), '[::1]');
  assert.equal(withBrackets('[::1]'), '[::1]');
  assert.equal(withBrackets('a.test'), 'a.test');
  assert.equal(withoutBrackets('[::1]'), '::1');
  assert.equal(withoutBrackets('a.test'), 'a.test');
});

test('canonical text parses to the same octets and equals that of the URL parser', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const octets = addressOctets(text)!;
      const canonical = formatAddress(octets);
      const viaUrl = withoutBrackets(new URL(`http://${isIP(text) === 6 ? `[${text}]` : text}`).hostname);
      assert.equal(canonical, viaUrl);
      assert.deepEqual(addressOctets(canonical), octets);
    }),
    { numRuns: 1000 },
  );
});

test('formatting and parsing round-trips any octets', () => {
  const octets = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
    fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map((each) => Uint8Array.from(each)),
  );
  fc.assert(fc.property(octets, (each) => assert.deepEqual([...addressOctets(formatAddress(each))!], [...each])));
});

test('accepts the same texts as node:net, except zones', () => {
  fc.assert(
    fc.property(nearlyIpv6, (text) => {
      assert.equal(addressOctets(text)?.length === 16, isIPv6(text) && !text.includes('%'), text);
    }),
    { numRuns: 2000 },
  );
});

test("Python's ipaddress parses the same octets", async () => {
  const texts = [...fc.sample(fc.ipV6(), 300), ...fc.sample(nearlyIpv6, 600), ...fc.sample(fc.ipV4(), 100)].filter(
    (text) => !text.includes('%'), // Python accepts zones
  );
  const program = [
    'import ipaddress, sys',
    'for text in sys.argv[1:]:',
    '    try: print(ipaddress.ip_address(text).packed.hex())',
    '    except ValueError: print("none")',
  ].join('\n');
  const { stdout } = await judge('python3', '-c', program, ...texts);
  const octets = texts.map((text) => addressOctets(text)?.toString('hex') ?? 'none');
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line, index) => `${texts[index]} ${line}`),
    octets.map((line, index) => `${texts[index]} ${line}`),
  );
});
