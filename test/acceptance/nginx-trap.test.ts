/** nginx's test and reload succeed, but the old configuration keeps answering. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { startApp } from '../nginx/corpus/app.ts';
import { asProgram } from '../nginx/corpus/command.ts';
import { installSample, snapshot, startWith } from '../nginx/corpus/install.ts';
import { conf, plainMain, type Sample } from '../nginx/corpus/sample.ts';
import { begin, secure } from '../nginx/corpus/trial.ts';
import { ask, lasting, poll } from '../nginx/corpus/visitor.ts';
import { nginxProgram } from '../support/nginx.ts';
import { without } from '../support/tools.ts';
import { atEnd, temporaryFolder } from '../support/up.ts';

const sample: Sample = {
  title: 'a chat app',
  names: ['chat.home.arpa'],
  tree: (at) => ({
    'etc/nginx/nginx.conf': plainMain(at, `    include ${at.root}/etc/nginx/conf.d/*.conf;\n`),
    'etc/nginx/conf.d/chat.conf': conf`server {
    listen ${at.http};
    server_name chat.home.arpa;
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
  }),
};

const notRoot = process.geteuid?.() === 0 ? false : 'only root can become another user';

/** Starts another program on the port. */
async function hold(t: TestContext, port: number): Promise<number> {
  const script = `require('node:http').createServer((_, r) => r.end('mine')).listen(${port}, () => console.log('held'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  atEnd(t, async () => {
    child.kill();
    await ended;
  });
  await once(child.stdout, 'data');
  return child.pid!;
}

/** A script that starts nginx as another user. */
async function nginxAs(t: TestContext, user: string): Promise<string> {
  const file = path.join(await temporaryFolder(t, 'nginx-as'), 'nginx');
  const become = `setpriv --reuid ${user} --regid ${user} --clear-groups`;
  await writeFile(file, `#!/bin/sh\nexec ${become} ${nginxProgram} "$@"\n`, { mode: 0o755 });
  return file;
}

test(
  'reports another process on the TLS port and rolls back',
  { skip: without('nginx', 'openssl'), timeout: 120_000 },
  async (t) => {
    const trial = await begin(t, sample, await startApp(t), asProgram);
    const { at } = trial;
    const pid = await hold(t, at.tls);
    const before = await snapshot(at.root);
    const plain = { port: at.http, name: 'chat.home.arpa' };
    const answered = lasting(await ask(plain));
    const polling = poll(plain);
    const { code, stderr } = await secure(trial);
    const { failures } = await polling.stop();
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^nginx\.port-taken: /m);
    assert.match(stderr, new RegExp(`\\b${at.tls}\\b`));
    assert.match(stderr, new RegExp(`\\b${pid}\\b`), 'which process');
    assert.match(stderr, /node/, 'which program');
    assert.deepEqual(failures, []);
    assert.deepEqual(await snapshot(at.root), before);
    assert.deepEqual(lasting(await ask(plain)), answered);
    const held = await ask({ port: at.tls, name: 'chat.home.arpa' });
    assert.equal(held.body, 'mine');
  },
);

test(
  'reports that the user of nginx cannot read the key and rolls back',
  { skip: without('nginx', 'openssl') || notRoot, timeout: 120_000 },
  async (t) => {
    const laidOut = await installSample(t, sample, await startApp(t));
    const { at } = laidOut;
    await chown(at.run, 33, 33);
    await startWith(t, laidOut, { program: await nginxAs(t, '33') });
    const before = await snapshot(at.root);
    const plain = { port: at.http, name: 'chat.home.arpa' };
    const answered = lasting(await ask(plain));
    const home = await temporaryFolder(t, 'nginx-state');
    const polling = poll(plain);
    const where = [...laidOut.args, '--tls-port', String(at.tls), '--state', path.join(home, 'state')];
    const { code, stderr } = await asProgram(['nginx', 'secure', 'chat.home.arpa', '--yes', ...where], home);
    const { failures } = await polling.stop();
    assert.equal(code, 1, stderr);
    assert.match(stderr, /^nginx\.key-unreadable: [^]*(?:privkey|fullchain)\.pem/m);
    assert.deepEqual(failures, []);
    assert.deepEqual(await snapshot(at.root), before);
    assert.deepEqual(lasting(await ask(plain)), answered);
  },
);
