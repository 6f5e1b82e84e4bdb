import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { matchesHost, parseHostName } from '../../src/x509/host-name.ts';
import { formatIpAddress, formatIpSubtree, ipSubtree, isInSubtree, parseIpAddress } from '../../src/x509/ip-address.ts';
import { x509Error } from '../../src/x509/messages.ts';

test('host names are read as people write them', () => {
  const cases: [string, string][] = [
    ['Chat.Example.COM', 'chat.example.com'],
    ['chat.example.com.', 'chat.example.com'],
    ['*.Lab.internal', '*.lab.internal'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['*.聊天.test', '*.xn--rss932g.test'],
    ['ollama', 'ollama'],
    ['open_webui', 'open_webui'],
    ['192.168.1.20', '192.168.1.20'],
    ['[FD00::0:20]', 'fd00::20'],
    ['::ffff:10.0.0.1', '::ffff:a00:1'],
  ];
  for (const [written, expected] of cases) assert.equal(parseHostName(written).text, expected, written);
});

test('what is no host name is refused', () => {
  const wrong = [
    '',
    '.',
    '*',
    '*.',
    '*.*.test',
    'a*.test',
    'a..test',
    '-a.test',
    'a-.test',
    'a b.test',
    'https://a.test',
    'a.test:443',
    'a.test/x',
    'user@a.test',
    '10.0.0.256',
    '10.0.0',
    '1.2.3.4.5',
    'fe80::1%eth0',
    '[10.0.0.1',
    `${'a'.repeat(64)}.test`,
    `${'a.'.repeat(127)}test`,
    'a\u0000.test',
    'a\n.test',
  ];
  for (const name of wrong) {
    assert.throws(
      () => parseHostName(name),
      (error) => x509Error.is(error, 'x509.name-invalid'),
      JSON.stringify(name),
    );
  }
});

test('RFC 9525: one whole left-most label, addresses only as addresses', () => {
  const names = { dnsNames: ['a.test', '*.Lab.test', '10.0.0.1'], ipAddresses: ['10.0.0.2', 'fd00::1'] };
  const matching = ['a.test', 'A.TEST.', 'x.lab.test', '*.lab.test', '10.0.0.2', 'fd00:0::1', '[fd00::1]'];
  const other = ['b.test', 'x.a.test', 'lab.test', 'x.y.lab.test', '10.0.0.1', '10.0.0.3', 'fd00::2', '*.test'];
  for (const host of matching) assert.ok(matchesHost(names, host), host);
  for (const host of other) assert.ok(!matchesHost(names, host), host);
  assert.ok(!matchesHost({ dnsNames: ['w*.test', 'x.*.test', '*'], ipAddresses: [] }, 'www.test'));
  assert.ok(!matchesHost({ dnsNames: ['*'], ipAddresses: [] }, 'localhost'));
});

test('addresses are written in their canonical form', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const octets = parseIpAddress(text)!;
      const canonical = formatIpAddress(octets);
      const viaUrl = new URL(`http://${isIP(text) === 6 ? `[${text}]` : text}`).hostname.replace(/^\[|\]$/g, '');
      assert.equal(canonical, viaUrl);
      assert.deepEqual(parseIpAddress(canonical), octets);
    }),
    { numRuns: 1000 },
  );
  assert.equal(formatIpAddress(parseIpAddress('1:0:0:2:0:0:0:3')!), '1:0:0:2::3');
  assert.equal(formatIpAddress(parseIpAddress('1:0:2:3:4:5:6:7')!), '1:0:2:3:4:5:6:7');
  assert.equal(formatIpAddress(parseIpAddress('::')!), '::');
});

test('an address is in a block as the masks say', () => {
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
    assert.equal(isInSubtree(parseIpAddress(address)!, ipSubtree(block)), expected, `${address} in ${block}`);
  }
  assert.equal(formatIpSubtree(ipSubtree('100.64.0.0/10')), '100.64.0.0/10');
  assert.equal(formatIpSubtree(ipSubtree('fe80::/10')), 'fe80::/10');
  assert.equal(
    formatIpSubtree({ address: Buffer.from([10, 0, 0, 0]), mask: Buffer.from([255, 0, 255, 0]) }),
    '10.0.0.0/255.0.255.0',
  );
});
