import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../support/fast-check.ts';
import { EveryhopError } from '../../src/base/errors.ts';
import { decodePem, encodePem } from '../../src/x509/pem.ts';

const block = encodePem('CERTIFICATE', Buffer.from('a block of some length, to fill more than one line of base64'));

function garbageLine(text: string): string {
  try {
    decodePem(text);
  } catch (error) {
    assert.ok(error instanceof EveryhopError && error.code === 'x509.pem-garbage', String(error));
    return (error.params as { line: string }).line;
  }
  return 'accepted';
}

test('decodes what it encodes, for any length', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 })), (all) => {
      const text = all.map((der) => encodePem('X509 CRL', der)).join('');
      assert.ok(text.split('\n').every((line) => line.length <= 64));
      assert.deepEqual(
        decodePem(text).map(({ label, der }) => ({ label, der })),
        all.map((der) => ({ label: 'X509 CRL', der: Buffer.from(der) })),
      );
    }),
  );
});

test('accepts CRLF, a byte order mark, trailing spaces, headers and surrounding text', () => {
  const text = `\uFEFF# Root of the lab\r\nSubject: CN=x\r\n${block.replaceAll('\n', ' \r\n')}\r\nbetween\r\n${block}after`;
  const blocks = decodePem(text);
  assert.deepEqual(
    blocks.map(({ label, line }) => [label, line]),
    [
      ['CERTIFICATE', 3],
      ['CERTIFICATE', 9],
    ],
  );
  assert.deepEqual(blocks[0]!.der, blocks[1]!.der);
  const withHeaders = block.replace('-----\n', '-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n');
  assert.deepEqual(decodePem(withHeaders)[0]!.der, blocks[0]!.der);
  assert.deepEqual(decodePem('nothing here\n'), []);
});

test('rejects garbage, with its line', () => {
  assert.equal(garbageLine(block.trimEnd() + block), '4'); // no newline between two blocks
  assert.equal(garbageLine(`x\n${block.replace('YSBi', 'YS i')}`), '3');
  assert.equal(garbageLine(block.replace(/\n-----END.*\n/, '\n')), '1');
  assert.equal(garbageLine(block.replace('END CERTIFICATE', 'END RSA KEY')), '4');
  assert.equal(garbageLine('-----BEGIN A-----\nAAA\n-----END A-----\n'), '3');
  assert.equal(garbageLine('-----BEGIN A-----\nAAA=\nAAAA\n-----END A-----\n'), '3');
  assert.equal(garbageLine('-----BEGIN A-----\n-----END A-----\n'), '2');
  assert.equal(garbageLine('-----BEGIN A-----\n-----BEGIN A-----\nAAAA\n-----END A-----\n'), '2');
});

test('any text either decodes or throws our error', () => {
  const pieces = fc.constantFrom(
    '-----BEGIN A-----',
    '-----END A-----',
    'AAAA',
    'AA==',
    '\n',
    '\r\n',
    ' ',
    '-----',
    'Key: x',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string())), (parts) => {
      garbageLine(parts.join(''));
    }),
    { numRuns: 1000 },
  );
});
