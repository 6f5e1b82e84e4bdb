import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { DerReader } from '../../src/x509/der-reader.ts';
import { Tag } from '../../src/x509/der-values.ts';
import { der, oid, printableString, sequence, setOf, utf8String } from '../../src/x509/der-writer.ts';
import { makeName, readName } from '../../src/x509/name.ts';

const read = (encoding: Buffer): ReturnType<typeof readName> => readName(DerReader.single(encoding, Tag.sequence));

test('parses the names that it makes', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(text, text, (organization, commonName) => {
      const name = makeName({ organization, commonName });
      assert.deepEqual(read(name.encoding), name);
    }),
  );
  assert.deepEqual(read(makeName({}).encoding), {
    text: '',
    commonName: undefined,
    encoding: Buffer.from('3000', 'hex'),
  });
});

test('displays a name as in RFC 4514, with control characters escaped', () => {
  const country = setOf(sequence(oid('2.5.4.6'), printableString('DE')));
  const pair = setOf(
    sequence(oid('2.5.4.3'), utf8String('a+b, "c"\u001b[2J')),
    sequence(oid('1.2.3.4'), der(Tag.octetString, Buffer.from([1]))),
  );
  const name = read(sequence(country, pair));
  assert.deepEqual(name.text.split(/(?<!\\)[,]/), ['1.2.3.4=#040101+CN=a\\+b\\, \\"c\\"\\1b[2J', 'C=DE']);
  assert.equal(name.commonName, 'a+b, "c"\u001b[2J');
});
