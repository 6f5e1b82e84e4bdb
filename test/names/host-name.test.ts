import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { isAuthority } from '../../src/names/authority.ts';
import { hostName as hostOfRequest } from '../../src/edge/routing.ts';
import { withBrackets } from '../../src/names/address.ts';
import { type HostNameReading, isLoopbackName, parseHostName } from '../../src/names/host-name.ts';

/** The canonical name, or `!` with the reason and its details. */
function answer(reading: HostNameReading): string {
  if ('value' in reading) return reading.value.text;
  const { reason, ...rest } = reading.problem;
  return [`!${reason}`, ...Object.values(rest)].join(' ');
}

const table: Record<string, string> = {
  // names
  'chat.example.com': 'chat.example.com',
  'Chat.Example.COM': 'chat.example.com',
  'chat.example.com.': 'chat.example.com',
  localhost: 'localhost',
  ollama: 'ollama',
  'a-b.test': 'a-b.test',
  'a--b.test': 'a--b.test',
  '1.test': '1.test',
  '1.2.3.4.test': '1.2.3.4.test',
  'a.1a': 'a.1a',
  [`${'a'.repeat(63)}.test`]: `${'a'.repeat(63)}.test`,
  [`${'a.'.repeat(124)}tests`]: `${'a.'.repeat(124)}tests`,
  // underscores
  open_webui: 'open_webui',
  'vllm_server.internal': 'vllm_server.internal',
  '_dmarc.test': '_dmarc.test',
  'a_.test': 'a_.test',
  '*.vllm_server.internal': '*.vllm_server.internal',
  // other scripts
  'bücher.example': 'xn--bcher-kva.example',
  'BÜCHER.example': 'xn--bcher-kva.example',
  'xn--bcher-kva.example': 'xn--bcher-kva.example',
  'XN--Bcher-KVA.example': 'xn--bcher-kva.example',
  'bu\u0308cher.example': 'xn--bcher-kva.example',
  '例え。テスト': 'xn--r8jz45g.xn--zckzah',
  '例え。テスト。': 'xn--r8jz45g.xn--zckzah',
  'faß.test': 'xn--fa-hia.test',
  'ａｂｃ.test': 'abc.test',
  'نامه\u200cای.test': 'xn--mgba3gch31f060k.test',
  // wildcards
  '*.example.com': '*.example.com',
  '*.Lab.internal.': '*.lab.internal',
  '*.bücher.example': '*.xn--bcher-kva.example',
  // addresses
  '192.168.1.20': '192.168.1.20',
  '[192.168.1.20]': '192.168.1.20',
  '::1': '::1',
  '[::1]': '::1',
  '[FD00::0:20]': 'fd00::20',
  '0:0:0:0:0:0:0:1': '::1',
  '2001:DB8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
  '1:0:2:3:4:5:6:7': '1:0:2:3:4:5:6:7',
  '::ffff:10.0.0.1': '10.0.0.1',
  '[::ffff:a00:1]': '10.0.0.1',
  '::10.0.0.1': '::a00:1',

  // more than a name
  'https://chat.test/x': '!url chat.test',
  'HTTPS://User@Chat.Test:8443/x?y#z': '!url chat.test',
  'http://[::1]:7861/': '!url ::1',
  '//chat.test': '!url chat.test',
  'chat.test/x': '!url chat.test',
  'chat.test?x': '!url chat.test',
  'chat.test\\x': '!url chat.test',
  '10.0.0.0/8': '!url 10.0.0.0',
  'chat.test:8443': '!port chat.test',
  '[::1]:8443': '!port ::1',
  '10.0.0.1:80': '!port 10.0.0.1',
  'chat.test:': '!port chat.test',
  'https://a\nb.test/': '!character U+000A',
  'a b.test:80': '!character U+0020',
  'https://': '!empty',
  // wildcards that match nothing
  '*': '!wildcard',
  '*.': '!wildcard',
  '*.test': '!wildcard',
  '*.test.': '!wildcard',
  'a.*.test': '!wildcard',
  '*.*.test.example': '!wildcard',
  'a*.test.example': '!wildcard',
  '*a.test.example': '!wildcard',
  '*.-a.test': '!label -a',
  '*.10.0.0.1': '!number',
  // characters
  'a\nb.test': '!character U+000A',
  'a.test\n': '!character U+000A',
  'a\tb.test': '!character U+0009',
  'a\0.test': '!character U+0000',
  'a\x7f.test': '!character U+007F',
  ' a.test': '!character U+0020',
  'a%62.test': '!character %',
  'a％62.test': '!label a％62',
  'user@a.test': '!character @',
  'a,b.test': '!character ,',
  'a$.test': '!character $',
  'a:b.test': '!character :',
  'a\u00adb.test': '!character U+00AD',
  'a\u200bb.test': '!character U+200B',
  '\u202ea.test': '!character U+202E',
  '\ufeffa.test': '!character U+FEFF',
  'a\u00a0b.test': '!character U+00A0',
  'a\ud800.test': '!character U+D800',
  // labels
  '': '!empty',
  '.': '!empty',
  'a..b': '!empty-label',
  '.a.test': '!empty-label',
  'a.test..': '!empty-label',
  '-a.test': '!label -a',
  'a-.test': '!label a-',
  '-ä.test': '!label xn----0fa',
  _: '!label _',
  '__.test': '!label __',
  '_-_.test': '!label _-_',
  'xn--a.test': '!label xn--a',
  'xn--zz.test': '!label xn--zz',
  'xn--.test': '!label xn--',
  'b.\u200da.test': '!label \u200da',
  '＊.a.test': '!label *',
  'a℀b.test': '!label a℀b',
  [`${'a'.repeat(64)}.test`]: `!long-label ${'a'.repeat(64)}`,
  [`${'a.'.repeat(125)}test`]: '!long-name',
  // numbers and addresses
  '1.2.3': '!number',
  '1.2.3.4.5': '!number',
  '256.1.1.1': '!number',
  '010.0.0.1': '!number',
  '10.0.0.1.': '!number',
  '2130706433': '!number',
  'a.0x1': '!number',
  '0x7f.1': '!number',
  '0x7f.0x1': '!number',
  '１.２.３.４': '!number',
  '[::1': '!address',
  '[a.test]': '!address',
  '1:2:3': '!address',
  '::ffff:256.0.0.1': '!address',
  'fe80::1%eth0': '!zone',
  '[fe80::1%25eth0]': '!zone',
  'fe80::1%': '!zone',
};

for (const [text, wanted] of Object.entries(table)) {
  test(`${JSON.stringify(text.slice(0, 40))} is ${wanted.slice(0, 40)}`, () => {
    const reading = parseHostName(text);
    assert.equal(answer(reading), wanted);
    if ('value' in reading) assert.deepEqual(parseHostName(reading.value.text), reading);
  });
}

test('parses a name into its parts', () => {
  assert.deepEqual(parseHostName('*.Lab.Internal'), {
    value: { kind: 'dns', text: '*.lab.internal', isWildcard: true, base: 'lab.internal' },
  });
  assert.deepEqual(parseHostName('ollama'), {
    value: { kind: 'dns', text: 'ollama', isWildcard: false, base: 'ollama' },
  });
  assert.deepEqual(parseHostName('[::ffff:10.0.0.1]'), {
    value: { kind: 'ip', text: '10.0.0.1', octets: Buffer.from([10, 0, 0, 1]) },
  });
});

const label = fc.stringMatching(/^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,10}[a-zA-Z0-9_])?$/);
const written = fc.oneof(
  fc.domain(),
  fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.')),
  fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => `*.${labels.join('.')}.`),
  fc
    .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 3 })
    .map((parts) => parts.join('.')),
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV6().map((text) => `[${text}]`),
  fc.string({ unit: 'binary' }),
);

test('canonical text is idempotent and matches the grammar', () => {
  fc.assert(
    fc.property(written, (text) => {
      const reading = parseHostName(text);
      if (!('value' in reading)) return;
      assert.deepEqual(parseHostName(reading.value.text), reading);
      const { value } = reading;
      if (value.kind === 'ip') return assert.match(value.text, /^[\da-f.:]+$/);
      assert.match(value.text, /^(\*\.)?([a-z\d_-]{1,63}\.)*[a-z\d_-]{1,63}$/);
      assert.ok(value.base.length <= 253);
    }),
    { numRuns: 3000 },
  );
});

test('rejects a control character or a percent sign anywhere', () => {
  const bad = fc.oneof(
    fc.constant('%'),
    fc.integer({ min: 0, max: 0x1f }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0x7f, max: 0x9f }).map((code) => String.fromCharCode(code)),
    fc.constantFrom('\u00ad', '\u200b', '\u2028', '\u202e', '\u2066', '\ufeff', '\u{e0001}'),
  );
  fc.assert(
    fc.property(written, bad, fc.nat(), (text, character, seed) => {
      const at = seed % (text.length + 1);
      assert.ok('problem' in parseHostName(text.slice(0, at) + character + text.slice(at)));
    }),
    { numRuns: 3000 },
  );
});

test('the edge accepts requests for every valid site name', () => {
  fc.assert(
    fc.property(written, fc.constantFrom('', ':443', ':8443'), (text, port) => {
      const reading = parseHostName(text);
      if (!('value' in reading) || (reading.value.kind === 'dns' && reading.value.isWildcard)) return;
      const host = withBrackets(reading.value.text) + port;
      assert.ok(isAuthority(host), host);
      assert.equal(hostOfRequest(host.toUpperCase()), reading.value.text);
    }),
  );
});

test('recognizes loopback names', () => {
  const loopback = ['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', '127.0.0.1', '127.9.9.9', '::1', '0:0::1'];
  for (const name of [...loopback, '::ffff:127.0.0.1']) assert.ok(isLoopbackName(name), name);
  const others = ['localhost.test', 'notlocalhost', '128.0.0.1', '::2', '0.0.0.0', '::', '127.test', '127.1', ''];
  for (const name of others) assert.ok(!isLoopbackName(name), name);
});
