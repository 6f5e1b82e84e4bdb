import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { readHost } from '../../src/config/host.ts';
import { readPath } from '../../src/config/path.ts';
import {
  formatDuration,
  formatRate,
  formatSize,
  type Rate,
  readDuration,
  readRate,
  readSize,
} from '../../src/config/quantities.ts';
import { configurationSchema } from '../../src/config/schema.ts';
import { closest, editDistance } from '../../src/config/spelling.ts';
import { readUpstream } from '../../src/config/upstream.ts';
import { mends } from '../support/outside.ts';
import { choices } from './choices.ts';

const outcome = (reading: { value: unknown } | { problem: string }): unknown =>
  'value' in reading ? reading.value : reading.problem.replace('config.', '');

test('parses hosts', (t) => {
  mends(t, 'ux/host-0000');
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
    'a..b': 'host-empty-label',
    '-a.test': 'host-label',
    'a_b.test': 'a_b.test',
    'a\nb.test': 'host-character',
    '[::1': 'bad-host',
    'chat.test/x': 'host-is-url',
    'a b.test': 'host-character',
    '256.1.1.1': 'host-number',
    '1.2.3': 'host-number',
    'a.0x1': 'host-number',
    'fe80::1%eth0': 'host-zone',
    '0.0.0.0': 'host-unspecified',
    '[::]': 'host-unspecified',
    '::ffff:0.0.0.0': 'host-unspecified',
    '224.0.0.251': 'host-reserved',
    'ff02::fb': 'host-reserved',
    '255.255.255.255': 'host-reserved',
    [`${'a'.repeat(64)}.test`]: 'host-too-long',
    [`${'a.'.repeat(127)}test`]: 'host-too-long',
  };
  for (const [text, wanted] of Object.entries(expected)) assert.equal(outcome(readHost(text)), wanted, text);
});

test('parsing a canonical host returns it unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
      const first = readHost(text);
      if ('value' in first) assert.deepEqual(readHost(first.value), first);
    }),
  );
});

test('parses upstreams', () => {
  const expected: Record<string, unknown> = {
    'https://user@model': 'upstream-credentials',
    'http://model/?': 'upstream-suffix',
    'http://model/#x': 'upstream-suffix',
    'ws://model': 'upstream-scheme',
    'unix:///run/app.sock': 'socket-form',
    'http:model': 'bad-upstream',
    'http://': 'bad-upstream',
    'http://model:0': 'bad-upstream',
    'http://model:65536': 'bad-upstream',
    '0': 'bad-upstream',
    model: 'bad-upstream',
    'http://mod el': 'bad-upstream',
    'http://*.example.com': 'bad-upstream',
    'http://a%62.test': 'bad-upstream',
    'http://a\u00adb.test': 'bad-upstream',
    'http://7861': 'bad-upstream',
    'http://127.1:7861': 'bad-upstream',
    'http://-:7861': 'bad-upstream',
    '': 'bad-upstream',
    'HTTPS://Model:8000/a/b//': { protocol: 'https', host: 'model', port: 8000, basePath: '/a/b' },
    'http://vllm_server:8000': { protocol: 'http', host: 'vllm_server', port: 8000, basePath: '' },
    'http://model.internal.:8000': { protocol: 'http', host: 'model.internal.', port: 8000, basePath: '' },
    'http://[::]:8000': { protocol: 'http', host: '::1', port: 8000, basePath: '' },
    '8000/base': { protocol: 'http', host: '127.0.0.1', port: 8000, basePath: '/base' },
  };
  for (const [text, wanted] of Object.entries(expected)) assert.deepEqual(outcome(readUpstream(text)), wanted, text);
});

test('parses paths', () => {
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

test('suggests the closest known key', () => {
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
  assert.equal(editDistance('ab', 'ba'), 1);
  assert.equal(editDistance('kitten', 'sitting'), 3);
});

test('the JSON Schema has the keys of the configuration', () => {
  const schema = configurationSchema(choices) as {
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
    description:
      'Strict-Transport-Security: with auto, max-age grows the longer the site has been proven, and only port 443 sends it.',
  });
});

test('parses durations, sizes and rates, and writes them as it reads them', () => {
  const durations: Record<string, unknown> = {
    '500ms': 500,
    '60s': 60_000,
    '10m': 600_000,
    '10 min': 600_000,
    '12h': 43_200_000,
    '90d': 7_776_000_000,
    '0s': 0,
    '60': 'bad-duration',
    '1h30m': 'bad-duration',
    '1.5h': 'bad-duration',
    '-1s': 'bad-duration',
    '10M': 'bad-duration',
    '3 weeks': 'bad-duration',
    '1constructor': 'bad-duration',
    '': 'bad-duration',
  };
  for (const [text, wanted] of Object.entries(durations)) assert.equal(outcome(readDuration(text)), wanted, text);
  const sizes: Record<string, unknown> = {
    '25MB': 25_000_000,
    '25mb': 25_000_000,
    '25 MiB': 26_214_400,
    '512KB': 512_000,
    '1GB': 1_000_000_000,
    '0B': 0,
    '25': 'bad-size',
    '25M': 'bad-size',
    '1.5GB': 'bad-size',
    '1TB': 'bad-size',
    MB: 'bad-size',
  };
  for (const [text, wanted] of Object.entries(sizes)) assert.equal(outcome(readSize(text)), wanted, text);
  const rates: Record<string, unknown> = {
    '10/s': { count: 10, periodMs: 1000 },
    '60/min': { count: 60, periodMs: 60_000 },
    '60/m': { count: 60, periodMs: 60_000 },
    '1000 / h': { count: 1000, periodMs: 3_600_000 },
    '5000/d': { count: 5000, periodMs: 86_400_000 },
    '0/s': 'bad-rate',
    '60': 'bad-rate',
    '60/ms': 'bad-rate',
    '60 per minute': 'bad-rate',
    '1.5/s': 'bad-rate',
    '60/2s': 'bad-rate',
  };
  for (const [text, wanted] of Object.entries(rates)) assert.deepEqual(outcome(readRate(text)), wanted, text);
  for (const text of ['500ms', '90s', '10m', '12h', '90d'])
    assert.equal(formatDuration(outcome(readDuration(text)) as number), text);
  for (const text of ['512KB', '25MB', '25MiB', '1GB', '1KiB', '7B'])
    assert.equal(formatSize(outcome(readSize(text)) as number), text);
  for (const text of ['10/s', '60/min', '1000/h', '5000/d'])
    assert.equal(formatRate(outcome(readRate(text)) as Rate), text);
});
