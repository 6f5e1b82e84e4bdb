import assert from 'node:assert/strict';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { markLog } from '../../../src/nginx/program/error-log.ts';
import { temporaryFolder } from '../../support/up.ts';

const line = (text: string): string => `2026/11/21 13:58:15 [emerg] 12#12: ${text}\n`;

test('returns only lines after the mark, also after the log is rotated or truncated', async (t) => {
  const file = path.join(await temporaryFolder(t, 'log'), 'error.log');
  const fresh = await markLog(file);
  assert.deepEqual(await fresh.linesSince(), []);
  await writeFile(file, line('first'));
  assert.deepEqual(await fresh.linesSince(), [{ level: 'emerg', text: 'first', pid: 12 }]);

  const mark = await markLog(file);
  assert.deepEqual(await mark.linesSince(), []);
  await appendFile(file, `${line('second')}\tnot a line of its own\n${line('third in /a/b.conf:7')}`);
  const since = await mark.linesSince();
  assert.deepEqual(
    since.map(({ text }) => text),
    ['second', 'third'],
  );
  assert.deepEqual([since[1]!.file, since[1]!.line], ['/a/b.conf', 7]);
  assert.deepEqual(await mark.linesSince(), since, 'asked again, the same');

  await rename(file, `${file}.1`);
  await writeFile(file, line('fourth'));
  assert.deepEqual(
    (await mark.linesSince()).map(({ text }) => text),
    ['fourth'],
  );

  const later = await markLog(file);
  await writeFile(file, line('5'));
  assert.deepEqual(
    (await later.linesSince()).map(({ text }) => text),
    ['5'],
    'truncated (copytruncate)',
  );
});

test('returns no lines if the log is not a file', async (t) => {
  const folder = await temporaryFolder(t, 'log');
  assert.deepEqual(await (await markLog(folder)).linesSince(), []);
  assert.deepEqual(await (await markLog(path.join(folder, 'a/b'))).linesSince(), []);
});
