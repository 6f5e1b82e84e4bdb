import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFile, rename } from 'node:fs/promises';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { spawn } from 'node:child_process';
import { mends } from '../support/outside.ts';
import { atEnd, cleanEnvironment, startUp, temporaryFolder, type Up } from '../support/up.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Runs `everyhop access add-user` with this standard input. */
async function addUser(name: string, file: string, input: string): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['bin/everyhop.js', 'access', 'add-user', name, '--file', file], {
    cwd: root,
    env: cleanEnvironment(path.dirname(file)),
  });
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, output: (await output).join('') };
}

test('a user added by the command comes in; a changed password and a missing file count without a reload', async (t) => {
  mends(t, 'edge/E16-not-offered');
  const folder = await temporaryFolder(t, 'users');
  const file = path.join(folder, 'users');
  assert.equal((await addUser('alice', file, 'correct horse\n')).code, 0);
  const refused = await addUser('bob', file, '\n');
  assert.equal(refused.code !== 0, true);
  assert.match(refused.output, /passwords\.empty/);

  const app = createServer((incoming, response) =>
    response.end(`hello ${String(incoming.headers['x-forwarded-user'])}`),
  );
  app.listen(0, '127.0.0.1');
  await once(app, 'listening');
  atEnd(t, () => {
    app.close();
    app.closeAllConnections();
  });
  const up = await startUp(t, [`http://127.0.0.1:${(app.address() as AddressInfo).port}`, '--users', file]);
  const visit = visitor(up);
  assert.deepEqual(await visit('alice:correct horse'), [200, 'hello alice']);
  assert.equal((await visit('alice:wrong'))[0], 401);

  assert.equal((await addUser('alice', file, 'battery staple')).code, 0);
  // Each poll with a wrong password would make the next attempt wait.
  await until(async () => (await visit('alice:correct horse'))[0] === 401);
  assert.deepEqual(await visit('alice:battery staple'), [200, 'hello alice']);

  await rename(file, `${file}.away`);
  await until(async () => (await visit('alice:battery staple'))[0] === 503);
  await rename(`${file}.away`, file);
  await until(async () => (await visit('alice:battery staple'))[0] === 200);
});

function visitor(up: Up): (credentials: string) => Promise<[status: number, body: string]> {
  return async (credentials) => {
    const asked = request(up.url, { auth: credentials, ca: await readFile(up.rootFile), agent: false }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    return [answer.statusCode!, await text(answer)];
  };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 200));
}
