import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { pemPieces } from '../../../src/trust/bundle/pem-blocks.ts';
import { decodePem, encodePem } from '../../../src/x509/pem.ts';

const block = fc
  .record({ label: fc.constantFrom('CERTIFICATE', 'X509 CRL'), der: fc.uint8Array({ minLength: 1, maxLength: 200 }) })
  .map(({ label, der }) => encodePem(label, der));
const between = fc.constantFrom('', '\n', '# text\n', 'Bag Attributes: x\n\n');
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');

test('property: reads well-formed texts like decodePem', () => {
  const text = fc
    .tuple(fc.array(fc.tuple(between, block), { maxLength: 5 }), lineEnd)
    .map(([parts, end]) => parts.flat().join('').replaceAll('\n', end));
  fc.assert(
    fc.property(text, (text) => {
      const pieces = [...pemPieces(text)].map(({ label, der, line, fault, isGlued }) => {
        assert.equal(fault, undefined);
        assert.equal(isGlued, false);
        return { label, der, line };
      });
      assert.deepEqual(pieces, decodePem(text));
    }),
  );
});

test('property: a damaged block never hides its neighbours', () => {
  const good = encodePem('CERTIFICATE', Buffer.from('good'));
  fc.assert(
    fc.property(block, fc.nat(), fc.nat(40), (victim, at, length) => {
      const start = at % victim.length;
      const damaged = `${victim.slice(0, start)}${victim.slice(start + length)}\n`;
      const pieces = [...pemPieces(good + damaged + good)];
      const whole = pieces.filter(({ der, fault }) => !fault && der.toString() === 'good');
      assert.ok(whole.length >= 2, good + damaged + good);
    }),
  );
});

test('property: any text gives blocks in line order, and never throws', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('-----BEGIN ', '-----BEGIN A-----', '-----END A-----', '-----', '\n', '\r\n', 'QUJD', '='),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (parts) => {
      const lines = [...pemPieces(parts.join(''))].map(({ line }) => line);
      assert.deepEqual(
        lines,
        lines.toSorted((a, b) => a - b),
      );
    }),
  );
});

test('reports a line that is not base64', () => {
  const good = encodePem('CERTIFICATE', Buffer.alloc(200, 7));
  const lines = good.split('\n');
  lines[3] = 'not base64!';
  const [first, second] = [...pemPieces(good + lines.join('\n'))];
  assert.equal(first!.fault, undefined);
  assert.deepEqual(second!.fault, { what: 'no-base64', line: lines.length - 1 + 4 });
});
