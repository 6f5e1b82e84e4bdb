/** Ctrl-C while an authority is awaited. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { atEnd, cleanEnvironment } from '../../support/up.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { conf, plainMain } from '../corpus/sample.ts';
import { begin, succeeded } from '../corpus/trial.ts';
import { ask } from '../corpus/visitor.ts';

const name = 'chat.example.com';
const programFile = path.resolve(import.meta.dirname, '../../../bin/everyhop.js');

test(
  'Ctrl-C is heard at once while the authority does not answer, and nginx is as before',
  { skip: without('nginx', 'openssl', 'pebble'), timeout: 120_000 },
  async (t) => {
    mends(t, 'nginx/ctrl-c-while-an-authority-is-awaited');
    const silent = createServer((socket) => socket.on('error', () => {}));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    atEnd(t, () => void silent.close());
    const connected = once(silent, 'connection');
    const trial = await begin(
      t,
      {
        title: '',
        names: [name],
        tree: (at) => ({
          'etc/nginx/nginx.conf': plainMain(
            at,
            conf`server { listen ${at.http}; server_name ${name}; return 200 plain; }
`,
          ),
        }),
      },
      0,
      inProcess,
    );
    const before = await snapshot(trial.at.root);
    const authority = ['--authority', `https://127.0.0.1:${(silent.address() as AddressInfo).port}/directory`];
    const flags = ['--yes', '--agree-tos', '--email', 'ops@example.com', '--tls-port', String(trial.at.tls)];
    const child = spawn(
      process.execPath,
      [programFile, 'nginx', 'secure', name, ...flags, ...authority, ...trial.args, '--state', trial.state],
      { env: cleanEnvironment(path.dirname(trial.state)), stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    const closed = once(child, 'close') as Promise<[number | null, string | null]>;
    await Promise.race([connected, closed]);
    const startedMs = performance.now();
    child.kill('SIGINT');
    const [code] = await closed;
    // A request to an authority takes up to 30 s.
    assert.ok(performance.now() - startedMs < 25_000, said);
    assert.notEqual(code, 0, said);
    assert.equal((await ask({ port: trial.at.http, name })).body, 'plain');
    succeeded(await trial.everyhop('recover'));
    assert.deepEqual(await snapshot(trial.at.root), before);
  },
);
