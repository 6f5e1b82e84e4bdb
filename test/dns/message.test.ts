import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import {
  decodeMessage,
  encodeMessage,
  encodeRecord,
  extendedError,
  opcodes,
  questionOf,
  txtData,
} from '../../src/dns/message.ts';
import { dnsError } from '../../src/dns/messages.ts';
import { canonicalName, encodeName, isWithin, labelsOf, parentName, readName } from '../../src/dns/name.ts';
import { recordTypes } from '../../src/dns/record.ts';

const label = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((octets) => Buffer.from(octets));
const wireName = fc
  .array(label, { maxLength: 7 })
  .map((labels) =>
    Buffer.concat([...labels.flatMap((octets) => [Buffer.from([octets.length]), octets]), Buffer.of(0)]),
  );

test('decoding and encoding a name round-trips, in lower case', () => {
  fc.assert(
    fc.property(wireName, (wire) => {
      const { name, end } = readName(wire, 0);
      assert.equal(end, wire.length);
      const lower = Buffer.from(wire.map((octet) => (octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet)));
      // Labels are shorter than 0x41, so this changes no length octet.
      assert.deepEqual(encodeName(name), lower);
      assert.equal(canonicalName(`${name}.`), name);
    }),
    { numRuns: 500 },
  );
});

test('rejects invalid names', () => {
  const wrong = [
    'a..b',
    '.a',
    '..',
    `${'a'.repeat(64)}.test`,
    `${'a.'.repeat(127)}ab`,
    'bücher.test',
    'a\\',
    'a\\12',
    'a\\256',
  ];
  for (const name of wrong)
    assert.throws(
      () => encodeName(name),
      (error) => dnsError.is(error, 'dns.name-invalid'),
      name,
    );
  assert.equal(encodeName(`${'a.'.repeat(126)}a`).length, 255);
  assert.equal(encodeName('').length, 1);
  assert.equal(encodeName('.').length, 1);
});

test('an escaped dot is part of its label', () => {
  assert.deepEqual(labelsOf('a\\.b.c\\\\.d'), ['a\\.b', 'c\\\\', 'd']);
  assert.equal(parentName('a\\.b.example'), 'example');
  assert.equal(parentName(''), undefined);
  assert.ok(isWithin('a.example', 'example') && isWithin('example', 'example') && isWithin('example', ''));
  assert.ok(
    !isWithin('aexample', 'example') && !isWithin('a\\.example', 'example') && !isWithin('example', 'a.example'),
  );
});

test('rejects pointers in a loop, ahead, or too many of them', () => {
  const messageWith = (name: number[]): Buffer => Buffer.concat([header(1, 0), Buffer.from([...name, 0, 1, 0, 1])]);
  assert.equal(decodeMessage(messageWith([0xc0, 12])), undefined, 'to itself');
  assert.equal(decodeMessage(messageWith([0xc0, 14, 0])), undefined, 'ahead');
  assert.equal(decodeMessage(messageWith([1, 0x61, 0xc0, 12])), undefined, 'back to its start');
  assert.equal(decodeMessage(messageWith([0x41, 0x61])), undefined, 'an unknown label type');
  const chain = Buffer.concat([
    Buffer.of(0),
    ...Array.from({ length: 200 }, (_, i) => pointer(i === 0 ? 0 : 2 * i - 1)),
  ]);
  assert.throws(() => readName(chain, chain.length - 2), /too many pointers/);
});

test('reads a compressed name', () => {
  const question = Buffer.concat([encodeName('example.test'), Buffer.of(0, 16, 0, 1)]);
  const record = Buffer.concat([Buffer.of(3, 0x77, 0x77, 0x77, 0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 2, 0xc0, 12)]);
  const message = decodeMessage(Buffer.concat([header(1, 1), question, record]))!;
  assert.equal(message.answers[0]!.name, 'www.example.test');
  assert.deepEqual(message.answers[0]!.data, { type: 'CNAME', target: 'example.test' });
});

test('decoding any octets terminates and never throws', () => {
  const good = encodeMessage({
    id: 7,
    opcode: opcodes.update,
    question: questionOf('example.test', 'SOA'),
    authority: [
      { ...questionOf('_acme-challenge.example.test', 'TXT'), ttlSeconds: 60, octets: txtData('x'.repeat(300)) },
    ],
  });
  assert.ok(decodeMessage(good));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(good.length),
      fc.uint8Array({ maxLength: 40 }),
      (changes, cut, more) => {
        const octets = Buffer.concat([good.subarray(0, cut), more]);
        for (const [at, value] of changes) if (at < octets.length) octets[at] = value;
        const message = decodeMessage(octets);
        if (message) extendedError(message);
      },
    ),
    { numRuns: 3000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => void decodeMessage(Buffer.from(octets))));
});

test('reads the data of each type and rejects invalid data', () => {
  const read = (type: keyof typeof recordTypes, octets: Buffer): unknown => {
    const record = encodeRecord({ ...questionOf('x.test', type), ttlSeconds: 1, octets });
    return decodeMessage(Buffer.concat([header(0, 1), record]))?.answers[0]!.data;
  };
  assert.deepEqual(read('A', Buffer.of(192, 0, 2, 1)), { type: 'A', address: '192.0.2.1' });
  const six = Buffer.from('20010db8000000000000000000000001', 'hex');
  assert.deepEqual(read('AAAA', six), { type: 'AAAA', address: '2001:db8::1' });
  assert.deepEqual(read('TXT', txtData('a'.repeat(600))), { type: 'TXT', value: 'a'.repeat(600) });
  assert.deepEqual(read('TXT', txtData('')), { type: 'TXT', value: '' });
  const caa = Buffer.concat([Buffer.of(0x80, 5), Buffer.from('ISSUEca.test; a=b')]);
  assert.deepEqual(read('CAA', caa), { type: 'CAA', critical: true, tag: 'issue', value: 'ca.test; a=b' });
  const hostile = Buffer.concat([Buffer.of(0, 5), Buffer.from('issue\u001b]0;x\u0007')]);
  assert.deepEqual(read('CAA', hostile), { type: 'CAA', critical: false, tag: 'issue', value: '\ufffd]0;x\ufffd' });
  assert.deepEqual(read('NS', encodeName('NS1.test')), { type: 'NS', target: 'ns1.test' });
  assert.equal(read('A', Buffer.of(1, 2, 3)), undefined);
  assert.equal(read('AAAA', Buffer.alloc(15)), undefined);
  assert.equal(read('TXT', Buffer.of(5, 0x61)), undefined);
  assert.equal(read('CAA', Buffer.of(0, 9, 0x61)), undefined);
  assert.equal(read('SOA', encodeName('a')), undefined);
  assert.equal(read('NS', Buffer.concat([encodeName('a'), Buffer.of(0)])), undefined);
});

test('rejects truncated messages and trailing data', () => {
  const record = encodeRecord({ ...questionOf('x.test', 'A'), ttlSeconds: 1, octets: Buffer.of(1, 2, 3, 4) });
  const message = Buffer.concat([header(0, 1), record]);
  assert.ok(decodeMessage(message));
  for (let cut = 0; cut < message.length; cut++) assert.equal(decodeMessage(message.subarray(0, cut)), undefined);
  assert.equal(decodeMessage(Buffer.concat([message, Buffer.of(0)])), undefined);
});

test('finds the extended error among the EDNS options', () => {
  const option = (code: number, octets: Buffer): Buffer => {
    const head = Buffer.alloc(4);
    head.writeUInt16BE(code, 0);
    head.writeUInt16BE(octets.length, 2);
    return Buffer.concat([head, octets]);
  };
  const withOptions = (octets: Buffer): Buffer =>
    Buffer.concat([
      header(0, 1),
      encodeRecord({ name: '', typeNumber: recordTypes.OPT, classNumber: 1232, ttlSeconds: 0, octets }),
    ]);
  const asAdditional = (message: Buffer): Buffer => {
    message.writeUInt16BE(0, 6);
    message.writeUInt16BE(1, 10);
    return message;
  };
  const read = (octets: Buffer): unknown => extendedError(decodeMessage(asAdditional(withOptions(octets)))!);
  const extended = option(15, Buffer.concat([Buffer.of(0, 6), Buffer.from('DNSSEC Bogus')]));
  assert.deepEqual(read(Buffer.concat([option(10, Buffer.alloc(8)), extended])), { code: 6, text: 'DNSSEC Bogus' });
  const escape = option(15, Buffer.concat([Buffer.of(0, 6), Buffer.from('a\u001b[2Jb\u202ec')]));
  assert.deepEqual(read(escape), { code: 6, text: 'a\ufffd[2Jb\ufffdc' }, 'control characters are replaced');
  assert.equal(read(Buffer.alloc(0)), undefined);
  assert.equal(read(Buffer.of(0, 15, 0, 200, 1)), undefined);
});

function header(questions: number, answers: number): Buffer {
  return Buffer.from([0, 7, 0x80, 0, 0, questions, 0, answers, 0, 0, 0, 0]);
}

function pointer(target: number): Buffer {
  return Buffer.of(0xc0 | (target >> 8), target & 0xff);
}
