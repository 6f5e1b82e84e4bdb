import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { chown, lstat, mkdir, readdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { requestControl } from '../../src/control/client.ts';
import { startControl } from '../../src/control/server.ts';
import { mends } from '../support/outside.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';

const socketCase = 'security/S10-control-socket-in-tmp';

const controls = {
  status: () => Promise.resolve({ ok: true }),
  reload: () => Promise.resolve({ revision: 8, problems: [] }),
  rehearseCertificates: async () => [],
  applyAccessKeys: async () => ({ isAsked: true }),
  recordKeyUses: async () => {},
  renewCertificates: () => Promise.resolve([]),
};

test('the socket is inside the state folder, however long its path', async (t) => {
  const measured = mends(t, socketCase);
  const before = await readdir(os.tmpdir());
  const folder = path.join(await temporaryFolder(t, 'control'), 'x'.repeat(120), 'y'.repeat(120));
  await mkdir(folder, { recursive: true });
  await assert.rejects(requestControl(folder, 'GET', '/status'), { code: 'cli.not-running' });
  const control = await startControl(folder, controls);
  const socket = await lstat(path.join(folder, 'control.sock'));
  assert.equal(socket.mode & 0o777, 0o600);
  assert.deepEqual(await requestControl(folder, 'GET', '/status'), { status: 200, body: { ok: true } });
  assert.deepEqual(
    (await readdir(os.tmpdir())).filter((name) => name.endsWith('.sock') && !before.includes(name)),
    [],
  );
  await control.close();
  assert.deepEqual(await readdir(folder), []);
  measured['bytes'] = 'over 240';
});

test(
  'refuses the answers of another user who listens in the folder',
  { skip: process.getuid?.() !== 0 && 'needs root' },
  async (t) => {
    const measured = mends(t, socketCase);
    const folder = await temporaryFolder(t, 'control');
    const file = path.join(folder, 'control.sock');
    const server = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}')).listen(file);
    await once(server, 'listening');
    atEnd(t, () => server.close());
    await chown(file, 65534, 65534);
    await assert.rejects(requestControl(folder, 'POST', '/reload'), { code: 'cli.foreign-socket' });
    measured['code'] = 'cli.foreign-socket';
    // The folder's owner could replace the program's socket anyway.
    await chown(folder, 65534, 65534);
    assert.equal((await requestControl(folder, 'GET', '/status')).status, 200);
  },
);

test('a program that answers with anything else is an error with a code', async (t) => {
  const folder = await temporaryFolder(t, 'control');
  let answer = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(answer));
  }).listen(path.join(folder, 'control.sock'));
  await once(server, 'listening');
  atEnd(t, () => server.close());
  const head = (length: number | string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
  for (const bytes of ['SSH-2.0-x\r\n', `${head(3)}<p>`, `${head(4)}null`, `${head(2)}42`, `${head(9)}{}`, head('x')]) {
    answer = bytes;
    await assert.rejects(requestControl(folder, 'GET', '/status'), { code: 'cli.bad-answer' }, bytes);
  }
});

test('a program that hangs does not keep a command that only wants to know more', async (t) => {
  const folder = await temporaryFolder(t, 'control');
  const server = createServer((socket) => socket.on('error', () => {})).listen(path.join(folder, 'control.sock'));
  await once(server, 'listening');
  atEnd(t, () => server.close());
  await assert.rejects(requestControl(folder, 'POST', '/access/record-uses', 1), { code: 'cli.bad-answer' });
});
