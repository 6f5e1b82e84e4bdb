import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import { type DerElement, DerReader } from '../../src/x509/der-reader.ts';
import {
  readBitStringOctets,
  readBoolean,
  readIntegerOctets,
  readNamedBits,
  readOid,
  readSmallInteger,
  readText,
  readTime,
  Tag,
} from '../../src/x509/der-values.ts';
import * as write from '../../src/x509/der-writer.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** The code and byte offset of the error that `work` throws, or 'accepted'. */
function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof EveryhopError, String(error));
    const { offset } = error.params as { offset?: string };
    return [error.code, offset].filter((part) => part !== undefined).join(' ');
  }
  return 'accepted';
}

test('rejects DER that is not strict, with the byte offset', () => {
  const cases: [string, string][] = [
    ['', 'x509.der-truncated 0'],
    ['30', 'x509.der-truncated 1'],
    ['30 80 00 00', 'x509.der-length 1'], // indefinite
    ['30 81 01 00', 'x509.der-length 1'], // fits one octet
    ['04 82 00 80', 'x509.der-length 1'], // leading zero
    ['30 85 00 00 00 00 01', 'x509.der-length 1'],
    ['30 82 01', 'x509.der-truncated 1'],
    ['30 03 02 01', 'x509.der-truncated 0'],
    ['1f 81 00 00', 'x509.der-tag 0'], // tag number over 30
    ['02 01 05 00', 'x509.der-trailing 3'],
  ];
  for (const [hex, expected] of cases)
    assert.equal(
      refusal(() => DerReader.single(bytes(hex))),
      expected,
      hex,
    );
});

test('errors in nested elements have the offset in the whole input', () => {
  const reader = DerReader.single(bytes('30 08 30 06 02 01 01 02 01 81')).inside().next(Tag.sequence).inside();
  assert.equal(readSmallInteger(reader.next(Tag.integer)), 1);
  assert.equal(
    refusal(() => reader.isNext(Tag.integer) && readSmallInteger(reader.next())),
    'x509.der-value 7',
  );
  const wrong = DerReader.single(bytes('30 03 02 01 01')).inside();
  assert.equal(
    refusal(() => wrong.next(Tag.oid)),
    'x509.der-tag 2',
  );
  assert.equal(
    refusal(() => wrong.finish()),
    'x509.der-trailing 2',
  );
  assert.equal(
    refusal(() => DerReader.single(bytes('30 02 02 05')).inside().next()),
    'x509.der-truncated 2',
  );
});

test('bounds depth and size', () => {
  let nested: Buffer = Buffer.alloc(0);
  for (let level = 0; level < 100; level++) nested = write.sequence(nested);
  const descend = (element: DerElement): void => descend(element.inside().next());
  assert.match(
    refusal(() => descend(DerReader.single(nested))),
    /^x509\.der-depth /,
  );
  assert.equal(
    refusal(() => DerReader.of(Buffer.alloc(1024 * 1024 + 1))),
    'x509.der-too-large',
  );
});

test('rejects invalid values', () => {
  const cases: [string, (element: DerElement) => unknown][] = [
    ['01 01 01', readBoolean],
    ['01 02 ff ff', readBoolean],
    ['02 00', readIntegerOctets],
    ['02 02 00 7f', readIntegerOctets],
    ['02 02 ff 80', readIntegerOctets],
    ['02 05 01 00 00 00 00', readSmallInteger],
    ['06 00', readOid],
    ['06 02 2a 80', readOid], // truncated arc
    ['06 03 2a 80 01', readOid], // padded arc
    ['03 00', readBitStringOctets],
    ['03 02 01 02', readBitStringOctets],
    ['03 00', readNamedBits],
    ['03 01 01', readNamedBits],
    ['03 02 08 00', readNamedBits],
    ['03 02 01 03', readNamedBits], // unused bit set
    ['0c 01 ff', readText],
    ['13 01 80', readText],
    ['1e 01 41', readText],
    ['1c 04 00 11 00 00', readText],
  ];
  for (const [hex, read] of cases) {
    assert.equal(
      refusal(() => read(DerReader.single(bytes(hex)))),
      'x509.der-value 0',
      `${read.name} ${hex}`,
    );
  }
  for (const text of [
    '990230000000Z',
    '99123123596Z',
    '991231235960Z',
    '9912312359+0100',
    '99123123595aZ',
    '991231245959Z',
  ]) {
    assert.equal(
      refusal(() => readTime(DerReader.single(write.ia5(Tag.utcTime, text)))),
      'x509.der-value 0',
      text,
    );
  }
  assert.equal(
    refusal(() => readTime(DerReader.single(write.ia5(Tag.generalizedTime, '20500101000000.5Z')))),
    'x509.der-value 0',
  );
  assert.equal(
    refusal(() => readTime(DerReader.single(write.ia5(Tag.ia5String, '991231235959Z')))),
    'x509.der-value 0',
  );
});

test('times switch from UTCTime to GeneralizedTime at 2050', () => {
  const text = (iso: string): string => {
    const element = DerReader.single(write.time(Date.parse(iso)));
    return `${element.tag} ${element.contents.toString('latin1')}`;
  };
  assert.equal(text('2049-12-31T23:59:59Z'), `${Tag.utcTime} 491231235959Z`);
  assert.equal(text('2050-01-01T00:00:00Z'), `${Tag.generalizedTime} 20500101000000Z`);
  assert.equal(text('1950-01-01T00:00:00Z'), `${Tag.utcTime} 500101000000Z`);
  assert.equal(text('1949-12-31T23:59:59Z'), `${Tag.generalizedTime} 19491231235959Z`);
});

test('reads back every value that it writes', () => {
  const read = (encoding: Buffer): DerElement => DerReader.single(encoding);
  const firstArcs = fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 39 })),
    fc.tuple(fc.constant(2), fc.nat()),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70_000, size: 'max' }), (octets) => {
      assert.deepEqual(read(write.octetString(octets)).contents, Buffer.from(octets));
    }),
    { numRuns: 50 },
  );
  fc.assert(fc.property(fc.nat(), (value) => readSmallInteger(read(write.integer(value))) === value));
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 1n << 160n }), (value) => {
      const hex = value.toString(16);
      const octets = readIntegerOctets(
        read(write.unsignedInteger(bytes(hex.padStart(hex.length + (hex.length % 2), '0')))),
      );
      return octets[0]! < 0x80 && BigInt(`0x${octets.toString('hex')}`) === value;
    }),
  );
  fc.assert(
    fc.property(firstArcs, fc.array(fc.bigInt({ min: 0n, max: 1n << 128n }), { maxLength: 5 }), (first, rest) => {
      const dotted = [...first, ...rest].join('.');
      return readOid(read(write.oid(dotted))) === dotted;
    }),
  );
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 15 })), (bits) => {
      assert.deepEqual(
        readNamedBits(read(write.namedBits(bits))),
        bits.toSorted((a, b) => a - b),
      );
    }),
  );
  const date = fc.date({ min: new Date('0000-01-01'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
  fc.assert(
    fc.property(date, (moment) => {
      const wholeMs = Math.floor(moment.getTime() / 1000) * 1000;
      return readTime(read(write.time(wholeMs))) === wholeMs;
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => readText(read(write.utf8String(text))) === text));
  assert.equal(readText(read(bytes('1e 04 4e 2d 65 87'))), '中文');
  assert.equal(readText(read(bytes('1c 04 00 01 f6 00'))), '😀');
});

test('random bytes either parse or throw our errors', () => {
  const walk = (reader: DerReader, depth: number): void => {
    while (!reader.done) {
      const element = reader.next();
      if (depth < 40 && element.tag & 0x20) walk(element.inside(), depth + 1);
    }
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const outcome = refusal(() => walk(DerReader.of(octets), 0));
      return outcome === 'accepted' || outcome.startsWith('x509.der-');
    }),
    { numRuns: 2000 },
  );
});
