import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  addressMatcher,
  canonicalAddress,
  cidrText,
  isAddress,
  networkOf,
  parseCidr,
} from '../../src/config/addresses.ts';
import { isLoopbackName, readHost } from '../../src/config/names.ts';
import { readPath } from '../../src/config/path.ts';
import { configurationSchema } from '../../src/config/schema.ts';
import { closest, slipsBetween } from '../../src/config/spelling.ts';
import { readUpstream } from '../../src/config/upstream.ts';

const outcome = (reading: { value: unknown } | { problem: string }): unknown =>
  'value' in reading ? reading.value : reading.problem.replace('config.', '');

test('hosts', () => {
  const expected: Record<string, string> = {
    'Chat.Example.COM.': 'chat.example.com',
    'bücher.example': 'xn--bcher-kva.example',
    '例え。テスト': 'xn--r8jz45g.xn--zckzah',
    '*.bücher.example': '*.xn--bcher-kva.example',
    localhost: 'localhost',
    '10.0.0.1': '10.0.0.1',
    '[::1]': '::1',
    '0:0:0:0:0:0:0:1': '::1',
    '::ffff:10.0.0.1': '10.0.0.1',
    'https://chat.test/x': 'host-is-url',
    'chat.test:8443': 'host-with-port',
    '*': 'bad-wildcard',
    '*.test': 'bad-wildcard',
    'a.*.test': 'bad-wildcard',
    '*.*.test.example': 'bad-wildcard',
    'a*.test.example': 'bad-wildcard',
    '': 'bad-host',
    '.': 'bad-host',
    'a..b': 'bad-host',
    '-a.test': 'bad-host',
    'a_b.test': 'bad-host',
    'a b.test': 'bad-host',
    '256.1.1.1': 'bad-host',
    '1.2.3': 'bad-host',
    'a.0x1': 'bad-host',
    'fe80::1%eth0': 'bad-host',
    [`${'a'.repeat(64)}.test`]: 'bad-host',
    [`${'a.'.repeat(127)}test`]: 'bad-host',
  };
  for (const [text, wanted] of Object.entries(expected)) assert.equal(outcome(readHost(text)), wanted, text);
});

test('a host that was read reads as itself', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      const first = readHost(text);
      if ('value' in first) assert.deepEqual(readHost(first.value), first);
    }),
  );
});

test('loopback names', () => {
  for (const name of [
    'localhost',
    'LOCALHOST',
    'a.localhost',
    '127.0.0.1',
    '127.9.9.9',
    '::1',
    '0:0::1',
    '::ffff:127.0.0.1',
  ]) {
    assert.ok(isLoopbackName(name), name);
  }
  for (const name of ['localhost.test', 'notlocalhost', '128.0.0.1', '::2', '0.0.0.0', '::', '127.test']) {
    assert.ok(!isLoopbackName(name), name);
  }
});

test('upstreams', () => {
  const expected: Record<string, unknown> = {
    'https://user@model': 'upstream-credentials',
    'http://model/?': 'upstream-suffix',
    'http://model/#x': 'upstream-suffix',
    'ws://model': 'upstream-scheme',
    'unix:///run/app.sock': 'bad-upstream',
    'http:model': 'bad-upstream',
    'http://': 'bad-upstream',
    'http://model:0': 'bad-upstream',
    'http://model:65536': 'bad-upstream',
    '0': 'bad-upstream',
    model: 'bad-upstream',
    'http://mod el': 'bad-upstream',
    '': 'bad-upstream',
    'HTTPS://Model:8000/a/b//': { protocol: 'https', host: 'model', port: 8000, basePath: '/a/b' },
    '8000/base': { protocol: 'http', host: '127.0.0.1', port: 8000, basePath: '/base' },
  };
  for (const [text, wanted] of Object.entries(expected)) assert.deepEqual(outcome(readUpstream(text)), wanted, text);
});

test('paths', () => {
  const expected: Record<string, string> = {
    '/': '/',
    '/v1/': '/v1',
    '/a b': 'bad-path',
    '/ä': '/%C3%A4',
    v1: 'bad-path',
    '//x': 'bad-path',
    '/a/../b': 'bad-path',
    '/a/%2E%2e/b': 'bad-path',
    '/a?b': 'bad-path',
    '/a#b': 'bad-path',
    '/a\\b': 'bad-path',
    '/api/*': 'path-pattern',
  };
  for (const [text, wanted] of Object.entries(expected)) assert.equal(outcome(readPath(text)), wanted, text);
});

test('addresses and blocks', () => {
  assert.equal(canonicalAddress('2001:DB8:0:0::1'), '2001:db8::1');
  assert.equal(canonicalAddress('010.0.0.1'), undefined);
  assert.ok(isAddress('::1') && !isAddress('[::1]') && !isAddress('fe80::1%eth0') && !isAddress('localhost'));
  for (const text of ['10.0.0.0/33', '::/129', '10.0.0.0/', '/8', '10.0/8', 'x', '::ffff:10.0.0.0/95']) {
    assert.equal(parseCidr(text), undefined, text);
  }
  assert.equal(cidrText(parseCidr('::ffff:10.0.0.0/104')!), '10.0.0.0/8');
  assert.equal(cidrText(networkOf(parseCidr('10.1.2.3/8')!)), '10.0.0.0/8');
  assert.equal(cidrText(networkOf(parseCidr('2001:db8:ffff::1/33')!)), '2001:db8:8000::/33');
  const matches = addressMatcher(['10.0.0.0/8', 'fd00::/8', '192.0.2.1']);
  for (const address of ['10.255.0.1', '::ffff:10.0.0.1', 'fdff::1', '192.0.2.1']) assert.ok(matches(address), address);
  for (const address of ['11.0.0.1', 'fe00::1', '192.0.2.2', 'x', '']) assert.ok(!matches(address), address);
});

test('the network of an address holds it, and is its own network', () => {
  const block = fc.oneof(
    fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })),
    fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 })),
  );
  fc.assert(
    fc.property(block, ([address, prefix]) => {
      const parsed = parseCidr(`${address}/${prefix}`);
      if (!parsed) return; // an IPv4-mapped address with a short prefix
      const network = networkOf(parsed);
      assert.deepEqual(networkOf(network), network);
      assert.ok(addressMatcher([cidrText(network)])(address));
    }),
  );
});

test('what was probably meant', () => {
  const known = ['https_port', 'http_port', 'host', 'hsts', 'routes', 'upstream'];
  const expected: Record<string, string | undefined> = {
    httpsPort: 'https_port',
    'http-port': 'http_port',
    hots: 'host',
    upstraem: 'upstream',
    rotues: 'routes',
    colour: undefined,
  };
  for (const [word, wanted] of Object.entries(expected)) assert.equal(closest(word, known), wanted, word);
  assert.equal(slipsBetween('ab', 'ba'), 1);
  assert.equal(slipsBetween('kitten', 'sitting'), 3);
});

test('the JSON Schema for editors is of the same keys', () => {
  const schema = configurationSchema() as {
    required: string[];
    additionalProperties: boolean;
    properties: Record<string, { items: { required: string[]; properties: Record<string, unknown> } }>;
  };
  assert.deepEqual(schema.required, ['sites']);
  assert.equal(schema.additionalProperties, false);
  assert.deepEqual(schema.properties['sites']!.items.required, ['host']);
  assert.deepEqual(schema.properties['sites']!.items.properties['hsts'], {
    default: 'auto',
    type: 'string',
    enum: ['auto', 'off', 'preload'],
    description: 'Strict-Transport-Security: auto grows with the time for which the site has been proven.',
  });
});
