import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { readLedger } from '../../src/app/certificates.ts';
import { Output } from '../../src/cli/output.ts';
import { Progress } from '../../src/cli/progress.ts';
import { startLyingAuthority } from '../acme/lying-authority.ts';
import { mends } from '../support/outside.ts';
import { everyhop, temporaryFolder } from '../support/up.ts';

test('Ctrl-C is heard while an authority is awaited, and the authority is not blamed', async (t) => {
  mends(t, 'acme/misleading-words');
  const authority = await startLyingAuthority(t, ({ path: at }, honest) => (at === '/want/' ? undefined : honest));
  const folder = await temporaryFolder(t, 'progress');
  const [root, state] = [path.join(folder, 'authority.pem'), path.join(folder, 'state')];
  await writeFile(root, authority.rootPem);
  const options = ['--authority', authority.directoryUrl, '--authority-root', root, '--agree-tos', '--state', state];
  const child = everyhop(['certificates', 'obtain', 'a.example.com', ...options], folder);
  let text = '';
  const closed = once(child, 'close');
  child.stderr!.setEncoding('utf8').on('data', (piece: string) => {
    // A pipe gets a line for each step; the order is never answered.
    if (!text.includes('placing the order') && (text + piece).includes('placing the order')) child.kill('SIGINT');
    text += piece;
  });
  const [code] = (await closed) as [number | null];
  assert.equal(code, 130, text);
  const lines = text.split('\n');
  assert.ok(lines[0]!.startsWith('opening the account at 127.0.0.1'), text);
  assert.match(text, /cli\.interrupted: Stopped by SIGINT\./);
  assert.doesNotMatch(text, /The authority failed|issue-failed/);
  assert.deepEqual((await readLedger(state)).attempts, [], 'it counts as no attempt');
});

test('a terminal shows one line that is rewritten; a pipe each step once; JSON output nothing', () => {
  const shown = (isTTY: boolean, json: boolean): string => {
    const stream = Object.assign(new PassThrough(), { isTTY, getWindowSize: () => [40, 20] });
    const output = new Output({ stdout: stream, stderr: stream, env: {} }, 'zh', json);
    const progress = new Progress(output, stream);
    for (const step of ['order', 'order', 'validation'] as const) progress.step(step, 'ca.example');
    progress.clear();
    let text = '';
    for (let piece; (piece = stream.read() as Buffer | null);) text += piece.toString();
    return text;
  };
  assert.equal(shown(false, false), '向 ca.example 下单\n等待 ca.example 验证\n');
  const erased = '\r\u001B[2K';
  assert.equal(shown(true, false), `${erased}向 ca.example 下单 …${erased}${erased}等待 ca.example 验证 …${erased}`);
  assert.equal(shown(true, true), '');
});
