/** A forbidden name is rejected with the command that permits it; after that command it is served. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { test } from 'node:test';
import { freePorts, runEveryhop, startUp, temporaryFolder } from '../support/up.ts';

test(
  'the hint for a forbidden name leads to a certificate under the published root',
  { timeout: 120_000 },
  async (t) => {
    const folder = await temporaryFolder(t, 'widen');
    const file = path.join(folder, 'everyhop.yaml');
    const [upstream] = await freePorts(1);
    const configure = (...hosts: string[]): Promise<void> =>
      writeFile(
        file,
        `sites:\n${hosts.map((host) => `  - { host: ${host}, upstream: ${upstream}, certificate: private }\n`).join('')}`,
      );
    await configure('localhost');
    const up = await startUp(t, ['--config', file]);
    const run = (...args: string[]) => runEveryhop([...args, '--state', up.state], folder);

    await configure('localhost', 'chat.example.com');
    const refused = await run('reload');
    assert.equal(refused.code, 1, refused.stderr);
    const [, command] = /everyhop -- (authority widen .*chat\.example\.com) — /.exec(refused.stderr) ?? [];
    assert.ok(command, refused.stderr);

    const formerRoot = await readFile(up.rootFile, 'utf8');
    const widened = await runEveryhop(command.split(' '), folder);
    assert.equal(widened.code, 0, widened.stderr);
    const root = await readFile(up.rootFile, 'utf8');
    assert.notEqual(root, formerRoot, 'root.pem is the new root');
    assert.equal((await run('authority', 'root')).stdout, root);

    const reloaded = await run('reload');
    assert.equal(reloaded.code, 0, reloaded.stderr);
    const options = { host: '127.0.0.1', port: up.httpsPort, servername: 'chat.example.com', ca: root };
    const request = https.get({ ...options, headers: { host: `chat.example.com:${up.httpsPort}` } });
    const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    assert.equal(response.statusCode, 502, 'verified; only the app is missing');
  },
);
