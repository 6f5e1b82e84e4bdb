import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { acmeError } from '../../src/acme/messages.ts';
import { Output } from '../../src/cli/output.ts';
import { tell } from '../../src/cli/up.ts';

function textOf(stream: PassThrough): string {
  const pieces: Buffer[] = [];
  for (let piece; (piece = stream.read() as Buffer | null);) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function told(json: boolean): { stdout: string; stderr: string } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = new Output({ stdout, stderr, env: {} }, 'zh', json);
  const error = acmeError('acme.timeout', { authority: 'https://ca.test/', seconds: 30 }).data();
  tell(output, { type: 'certificate.failed', names: ['a.test'], error });
  return { stdout: textOf(stdout), stderr: textOf(stderr) };
}

test('up --lang zh explains a failed retry in Chinese', () => {
  const { stderr } = told(false);
  assert.match(stderr, /acme\.timeout: .*[一-鿿]/);
  assert.doesNotMatch(stderr, /did not answer|within/);
});

test('with --json, an event also contains the error in words', () => {
  const { stdout } = told(true);
  const event = JSON.parse(stdout) as { event: string; error: { code: string; message: string; hint: string } };
  assert.equal(event.error.code, 'acme.timeout');
  assert.match(event.error.message, /[一-鿿]/);
  assert.notEqual(event.error.hint, '');
});
