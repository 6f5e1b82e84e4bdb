import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateName, matchesHost } from '../../src/x509/host-name.ts';
import { x509Error } from '../../src/x509/messages.ts';

test('accepts host names as users write them', () => {
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
    ['::ffff:10.0.0.1', '10.0.0.1'],
  ];
  for (const [written, expected] of cases) assert.equal(certificateName(written).text, expected, written);
});

test('rejects invalid host names', () => {
  const wrong = [
    '',
    '.',
    '*',
    '*.',
    '*.test',
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
    'a%62.test',
    'a.0x1',
    '_',
  ];
  for (const name of wrong) {
    assert.throws(
      () => certificateName(name),
      (error) => x509Error.is(error, 'x509.name-invalid'),
      JSON.stringify(name),
    );
  }
});

test('RFC 9525: a wildcard matches one whole left-most label, addresses match only addresses', () => {
  const names = { dnsNames: ['a.test', '*.Lab.test', '10.0.0.1'], ipAddresses: ['10.0.0.2', 'fd00::1'] };
  const matching = ['a.test', 'A.TEST.', 'x.lab.test', '*.lab.test', '10.0.0.2', 'fd00:0::1', '[fd00::1]'];
  const other = ['b.test', 'x.a.test', 'lab.test', 'x.y.lab.test', '10.0.0.1', '10.0.0.3', 'fd00::2', '*.a.test'];
  for (const host of matching) assert.ok(matchesHost(names, host), host);
  for (const host of other) assert.ok(!matchesHost(names, host), host);
  assert.ok(!matchesHost({ dnsNames: ['w*.test', 'x.*.test', '*'], ipAddresses: [] }, 'www.test'));
  assert.ok(!matchesHost({ dnsNames: ['*'], ipAddresses: [] }, 'localhost'));
});
