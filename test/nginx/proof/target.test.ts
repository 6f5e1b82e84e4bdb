import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { translatePattern } from '../../../src/nginx/model/pattern.ts';
import { sampleName } from '../../../src/nginx/proof/sample-name.ts';
import type { ServerNameKind } from '../../../src/nginx/model/server.ts';
import { selectTargets } from '../../../src/nginx/proof/selection.ts';
import { keyOf, targetsOf, urlOf } from '../../../src/nginx/proof/target.ts';
import { blocks, listenOn } from './blocks.ts';
import { cpuMs } from '../../support/cpu.ts';

const targetKeys = (servers: ReturnType<typeof blocks>): string[] => targetsOf(servers).targets.map(keyOf);
const unclaimed = 'everyhop-proof.invalid';

test('combines every listener with each name of its blocks, once, and with one unclaimed name', () => {
  const plain = listenOn('0.0.0.0', 80);
  const servers = blocks(
    { listens: [plain, listenOn('0.0.0.0', 443, { ssl: true })], names: ['a.test', 'b.test'] },
    { listens: [plain], names: ['c.test', 'a.test'] },
  );
  assert.deepEqual(targetKeys(servers), [
    `plain 127.0.0.1 80 ${unclaimed}`,
    'plain 127.0.0.1 80 a.test',
    'plain 127.0.0.1 80 b.test',
    'plain 127.0.0.1 80 c.test',
    `tls 127.0.0.1 443 ${unclaimed}`,
    'tls 127.0.0.1 443 a.test',
    'tls 127.0.0.1 443 b.test',
  ]);
});

test('combines the parameters of all blocks on a socket, like nginx', () => {
  const servers = blocks(
    { listens: [listenOn('127.0.0.1', 443)], names: ['a.test'] },
    { listens: [listenOn('127.0.0.1', 443, { ssl: true, proxyProtocol: true })], names: ['b.test'] },
  );
  const { targets } = targetsOf(servers);
  assert.equal(targets.length, 3);
  assert.ok(targets.every(({ secure, proxyProtocol }) => secure && proxyProtocol));
});

test('reaches a listener on all addresses through an address without a separate listener', () => {
  const servers = blocks({
    listens: [listenOn('0.0.0.0', 80), listenOn('127.0.0.1', 80), listenOn('192.0.2.7', 80), listenOn('::', 80)],
  });
  const { targets, skipped } = targetsOf(servers);
  assert.deepEqual(
    targets.map(({ listener, address }) => [listener, address]),
    [
      ['0.0.0.0:80', '127.0.0.2'],
      ['127.0.0.1:80', '127.0.0.1'],
      ['192.0.2.7:80', '192.0.2.7'],
      ['[::]:80', '::1'],
    ],
  );
  assert.deepEqual(skipped, []);
});

test('reaches [::] with ipv6only=off over IPv6 and IPv4, unless ::1 shadows it', () => {
  const both = listenOn('::', 80, { ipv6Only: false });
  assert.deepEqual(targetKeys(blocks({ listens: [both] })), [
    `plain ::1 80 ${unclaimed}`,
    `plain 127.0.0.1 80 ${unclaimed}`,
  ]);
  const shadowed = targetsOf(blocks({ listens: [listenOn('::', 80), listenOn('::1', 80)] }));
  assert.deepEqual(shadowed.targets.map(keyOf), [`plain ::1 80 ${unclaimed}`]);
  assert.deepEqual(shadowed.skipped, [{ listener: '[::]:80', pattern: '', reason: 'shadowed' }]);
});

test('reaches Unix sockets by their path, and skips HTTP/3', () => {
  const { targets, skipped } = targetsOf(
    blocks({
      listens: [listenOn('unix:/run/site.sock', 0), listenOn('0.0.0.0', 443, { quic: true })],
      names: ['a.test'],
    }),
  );
  assert.deepEqual(
    targets.map(({ socketPath, name }) => [socketPath, name]),
    [
      ['/run/site.sock', unclaimed],
      ['/run/site.sock', 'a.test'],
    ],
  );
  assert.deepEqual(skipped, [{ listener: '0.0.0.0:443', pattern: '', reason: 'quic' }]);
});

const sampled: [kind: ServerNameKind, pattern: string, name: string | undefined][] = [
  ['leading-wildcard', '*.example.com', 'everyhop-proof.example.com'],
  ['trailing-wildcard', 'www.example.*', 'www.example.everyhop-proof'],
  ['regex', String.raw`^www\d+\.example\.com$`, 'www1.example.com'],
  ['regex', String.raw`^(?<user>[a-z]{3,8})\.(home|work)\.test$`, 'aaa.home.test'],
  ['regex', String.raw`^(www\.)?(?P<site>.+)$`, 'www.a'],
  ['regex', String.raw`^api-[^a]\.Test$`, 'api-0.Test'],
  ['regex', 'chat', 'chat'],
  ['regex', String.raw`^(?!www\.).*\.test$`, undefined],
  ['regex', String.raw`^(a)\1$`, undefined],
  ['regex', '^[^a-z0-9._-]$', undefined],
  ['regex', '(', undefined],
  ['regex', '^a b$', undefined],
  ['exact', 'b\u00fccher.test', undefined],
  ['exact', '192.0.2.7', '192.0.2.7'],
];

for (const [kind, pattern, wanted] of sampled) {
  test(`a name for ${pattern}: ${wanted ?? 'none'}`, () => {
    const { targets, skipped } = targetsOf(
      blocks({ listens: [listenOn('127.0.0.1', 80)], names: [{ kind, name: pattern }] }),
    );
    assert.equal(targets.find((target) => target.pattern === pattern)?.name, wanted);
    assert.equal(skipped.length, wanted === undefined ? 1 : 0);
  });
}

test('an invented name for any expression matches it, is short, and is found quickly', () => {
  const pieces = [
    'a',
    'B',
    '.',
    String.raw`\.`,
    '+',
    '*',
    '?',
    '(',
    ')',
    '(?:',
    '(?<n>',
    '(?!',
    '|',
    '[a-z]',
    '[^.]',
    '[',
    ']',
    '^',
    '$',
  ];
  const more = [
    '{2}',
    '{99}',
    '{3,}',
    String.raw`\d`,
    String.raw`\w`,
    String.raw`\1`,
    String.raw`\b`,
    '-',
    '{',
    '}',
    '\u00fc',
  ];
  const expressions = fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 12 }).map((all) => all.join(''));
  let found = 0;
  fc.assert(
    fc.property(fc.oneof(expressions, fc.string()), (pattern) => {
      const name = sampleName('regex', pattern);
      if (name === undefined) return;
      found++;
      assert.match(name, translatePattern(pattern)!);
      assert.match(name, /^[\w.:[\]-]{1,253}$/);
    }),
    { numRuns: 3000 },
  );
  assert.ok(found > 300, `${found} of 3000 had one`);
  const begunMs = cpuMs();
  for (const pattern of [
    '((a{200}){200}){200}',
    '^(a+)+$b',
    `${'('.repeat(5000)}a`,
    '(a*){60}(a*){60}$b',
    'a{99999999999}',
  ]) {
    assert.equal(sampleName('regex', pattern), undefined, pattern.slice(0, 20));
  }
  assert.ok(cpuMs() - begunMs < 5000);
});

test('of very many targets, selects all affected ones and a deterministic sample of the others', () => {
  const servers = blocks(
    ...Array.from({ length: 2000 }, (_, index) => ({
      listens: [listenOn('0.0.0.0', 80), listenOn('0.0.0.0', 443, { ssl: true })],
      names: [`site-${index}.test`],
    })),
  );
  const { targets } = targetsOf(servers);
  assert.equal(targets.length, 4002);
  const isTouched = ({ name }: { name: string }): boolean => name === 'site-1234.test';
  const { chosen, skipped } = selectTargets(targets, isTouched);
  assert.equal(chosen.length + skipped, targets.length);
  assert.equal(chosen.filter(isTouched).length, 2);
  assert.equal(chosen.length, 602);
  assert.equal(chosen.filter(({ pattern }) => pattern === '').length, 2);
  for (const secure of [true, false]) {
    const own = chosen.filter((target) => target.secure === secure).length;
    assert.ok(own > 290 && own < 312, String(own));
  }
  assert.deepEqual(selectTargets(targets, isTouched).chosen, chosen);
  assert.equal(selectTargets(targets.slice(0, 500), isTouched).skipped, 0);
});

test('the unclaimed names of many ports take only half of the sample', () => {
  const servers = blocks(
    ...Array.from({ length: 1500 }, (_, index) => ({
      listens: [listenOn('0.0.0.0', 10_000 + index)],
      names: ['a.test'],
    })),
  );
  const { chosen } = selectTargets(targetsOf(servers).targets, () => false, 100);
  assert.equal(chosen.length, 100);
  assert.equal(chosen.filter(({ pattern }) => pattern === '').length, 50);
});

test('shows the URL that a user would type', () => {
  const [plain, secure] = targetsOf(
    blocks({
      listens: [listenOn('127.0.0.1', 8080), listenOn('127.0.0.1', 443, { ssl: true })],
      names: ['2001:db8::1'],
    }),
  ).targets.filter(({ pattern }) => pattern !== '');
  assert.deepEqual(
    [plain, secure].map((target) => target && urlOf(target)),
    ['http://[2001:db8::1]:8080/', 'https://[2001:db8::1]/'],
  );
});
