import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from '../../support/fast-check.ts';
import { dns01Error } from '../../../src/acme/dns-01/messages.ts';
import { readTsigKey } from '../../../src/acme/dns-01/tsig-key-file.ts';
import { signMessage, type TsigVerdict, verifyAnswer } from '../../../src/acme/dns-01/tsig.ts';
import { decodeMessage, encodeMessage, opcodes, questionOf } from '../../../src/dns/message.ts';

const key = readTsigKey('key "k.test" { algorithm hmac-sha256; secret "c2VjcmV0LW9mLXRoaXMtdGVzdA=="; };', 'k.key');
const now = 1_800_000_000;
const question = { id: 5, opcode: opcodes.update, question: questionOf('example.test', 'SOA') };

/** Verifies a signed request as an answer to an empty MAC: only the prefix of an answer's digest differs. */
function verdictOn(octets: Buffer, requestMac: Buffer): TsigVerdict | undefined {
  const message = decodeMessage(octets);
  return message && verifyAnswer(message, requestMac, key, now);
}

test('rejects an unsigned answer and an answer to another request', () => {
  const message = encodeMessage(question);
  const { octets, mac } = signMessage(message, key, now);
  assert.deepEqual(verdictOn(message, mac), { authentic: false, error: 0, serverTimeSeconds: undefined });
  assert.equal(verdictOn(octets, mac)?.authentic, false, 'a reflected request is not an answer');
});

test('rejects an answer with any octet changed', async () => {
  const { mac } = signMessage(encodeMessage(question), key, now);
  const good = answerSigned(mac);
  assert.deepEqual(verdictOn(good, mac), { authentic: true });
  const late = decodeMessage(good)!;
  assert.deepEqual(verifyAnswer(late, mac, key, now + 301), { authentic: false, error: 0, serverTimeSeconds: now });
  assert.deepEqual(verifyAnswer(late, mac, key, now - 300), { authentic: true });
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, difference) => {
      const changed = Buffer.from(good);
      changed[at]! ^= difference;
      // Names are case-insensitive; the message ID is not signed, and the exchange has checked it.
      const isCase = difference === 0x20 && /[a-z]/i.test(String.fromCharCode(good[at]!));
      if (at >= 2 && !isCase) assert.notDeepEqual(verdictOn(changed, mac), { authentic: true }, `octet ${at}`);
    }),
    { numRuns: 2000 },
  );
});

/** Signs as a server does: the request's MAC, prefixed with its length, precedes the message. */
function answerSigned(requestMac: Buffer): Buffer {
  const message = encodeMessage(question);
  message[2]! |= 0x80;
  const prefix = Buffer.concat([Buffer.of(requestMac.length >> 8, requestMac.length & 0xff), requestMac]);
  const { octets, mac } = signMessage(Buffer.concat([prefix, message]), key, now);
  const macAt = octets.indexOf(mac);
  const answer = Buffer.from(octets.subarray(prefix.length));
  message.copy(answer);
  answer.writeUInt16BE(1, 10);
  // The original ID follows the MAC; the signer took it from the prefix.
  answer.writeUInt16BE(question.id, macAt - prefix.length + mac.length);
  return answer;
}

test('reads key files written by tsig-keygen and by hand', () => {
  const text = `# made by hand\n/* key "old" { } */ key Every.Hop. {\n\talgorithm HMAC-SHA512; // new\n secret "AAEC";\n};`;
  const read = readTsigKey(text, 'a.key');
  assert.deepEqual([read.name, read.algorithm], ['every.hop', 'hmac-sha512']);
  assert.deepEqual([...read.secret.reveal()], [0, 1, 2]);
});

test('rejects a file without a usable key and does not show its secret', () => {
  const wrong = [
    '',
    'zone "x" {};',
    'key "k" { algorithm hmac-md5; secret "c2VjcmV0c2VjcmV0"; };',
    'key "k" { secret "c2VjcmV0c2VjcmV0"; };',
    'key "k" { algorithm hmac-sha256; secret "c2VjcmV0c2VjcmV0*"; };',
    'key "k" { algorithm hmac-sha256; };',
    'key "k" { algorithm constructor; secret "c2VjcmV0c2VjcmV0"; };',
  ];
  for (const text of wrong) {
    assert.throws(
      () => readTsigKey(text, 'a.key'),
      (error) =>
        dns01Error.is(error, 'acme-dns.key-file-invalid') && !JSON.stringify(error.report('en')).includes('c2Vj'),
      text,
    );
  }
});
