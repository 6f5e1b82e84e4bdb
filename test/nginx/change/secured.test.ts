/** Sites of a real nginx that were secured: what else must be so, beside the proof. */
import assert from 'node:assert/strict';
import { chmod, stat } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { without } from '../../support/tools.ts';
import { type Heard, startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/laid-out.ts';
import { type At, conf, plainMain, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask, type Asking, upgrade } from '../corpus/visitor.ts';

const name = 'chat.home.arpa';
const needs = { skip: without('nginx', 'openssl'), timeout: 60_000 };

function laidOut(t: TestContext, http: (at: At) => string, more: Tree = {}): Promise<Trial> {
  const tree = (at: At): Tree => ({ 'etc/nginx/nginx.conf': plainMain(at, http(at)), ...more });
  return startApp(t).then((app) => begin(t, { title: '', names: [name], tree }, app, inProcess));
}

async function secured(trial: Trial, ...names: string[]): Promise<void> {
  succeeded(await trial.everyhop('secure', ...names, '--yes', '--app', 'none', '--tls-port', String(trial.at.tls)));
}

test('challenges of another client, by an alias, are answered as before', needs, async (t) => {
  const trial = await laidOut(
    t,
    (at) => conf`server {
    listen ${at.http};
    server_name ${name};
    location /.well-known/acme-challenge/ { alias ${at.root}/acme/; }
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
`,
    { 'acme/token': 'its answer' },
  );
  await secured(trial, name);
  const { status, body } = await ask({ port: trial.at.http, name, path: '/.well-known/acme-challenge/token' });
  assert.deepEqual({ status, body }, { status: 200, body: 'its answer' });
});

test('a site is not taken from the names that have it for another name of its block', needs, async (t) => {
  const trial = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name} www.home.arpa; location / { return 200 "hello"; } }
`,
  );
  await secured(trial, name);
  const before = await snapshot(trial.at.root);
  const alone = await trial.everyhop('secure', 'www.home.arpa', '--yes', '--tls-port', String(trial.at.tls));
  assert.match(alone.stderr, /^nginx\.managed-together: [^]*everyhop nginx secure chat\.home\.arpa www\.home\.arpa$/m);
  assert.deepEqual(await snapshot(trial.at.root), before);
  await secured(trial, name, 'www.home.arpa');
  for (const one of [name, 'www.home.arpa']) {
    const { headers } = await ask({ port: trial.at.http, name: one });
    assert.equal(headers['location'], `https://${one}:${trial.at.tls}/`);
  }
});

test('what others may not read of the configuration they may not read of ours', needs, async (t) => {
  const trial = await laidOut(
    t,
    (at) => conf`proxy_set_header Authorization "Basic c2VjcmV0";
server { listen ${at.http}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`,
  );
  await chmod(trial.confFile, 0o600);
  await secured(trial, name);
  const folder = path.join(trial.at.root, 'etc/nginx/everyhop', name);
  for (const file of ['server-1.conf', 'site.json']) {
    assert.equal(((await stat(path.join(folder, file))).mode & 0o777).toString(8), '600', file);
  }
});

test('what is shown of a file cannot command a terminal', needs, async (t) => {
  const escape = '\u001b[2J\u009b31m\u202e';
  const trial = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name}; # ${Buffer.from(escape).toString('utf8')} 中
    location / { return 200; }
}
`,
  );
  const { stdout, code } = await trial.everyhop('secure', name, '--dry-run', '--tls-port', String(trial.at.tls));
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.match(stdout, /# \\u001b\[2J\\u009b31m\\u202e 中/);
});

for (const claim of ['*.home.arpa', '~^chat[.]home[.]arpa$', '.home.arpa'])
  test(`a name that ${claim} claims is asked for itself`, needs, async (t) => {
    const trial = await laidOut(
      t,
      (at) => conf`server { listen ${at.http}; server_name ${claim}; location / { return 200 "hello"; } }
`,
    );
    const { stdout } = await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls));
    assert.match(stdout, /^✓ https:\/\/chat\.home\.arpa:\d+\/ \(127\.0\.0\.1\): .* status 200$/m);
    assert.match(stdout, /^✓ http:\/\/chat\.home\.arpa:\d+\/ \(127\.0\.0\.1\): 308/m);
  });

test('what an expression in server_name has captured is there for every request', needs, async (t) => {
  const trial = await laidOut(
    t,
    (at) => conf`server {
    listen ${at.http};
    server_name ~^(www\.)?(.+)\.home\.arpa$;
    location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header X-Site $2; add_header X-Site $2; }
    location = /captured { return 200 $2; }
}
`,
  );
  succeeded(await trial.everyhop('secure', name, '--yes', '--app', 'any', '--tls-port', String(trial.at.tls)));
  const tls = { port: trial.at.tls, name, isTls: true };
  assert.equal((await ask(tls)).headers['x-site'], 'chat');
  assert.equal((await ask({ ...tls, path: '/captured', headers: { Upgrade: 'websocket' } })).body, 'chat');
  assert.equal((await upgrade(tls)).status, 101);
});

test('an app that was told the scheme by a balancer alone is told it by nginx too', needs, async (t) => {
  const trial = await laidOut(
    t,
    (at) => conf`server {
    listen ${at.http};
    server_name ${name};
    location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header X-Forwarded-Proto $http_x_forwarded_proto; }
}
`,
  );
  const before = await snapshot(trial.at.root);
  await secured(trial, name);
  const heard = async (asking: Asking): Promise<string | undefined> =>
    (JSON.parse((await ask(asking)).body) as Heard).headers['x-forwarded-proto'];
  assert.equal(await heard({ port: trial.at.tls, name, isTls: true }), 'https');
  const balanced = { 'X-Forwarded-Proto': 'https' };
  assert.equal(await heard({ port: trial.at.http, name, headers: balanced }), 'https');
  succeeded(await trial.everyhop('undo', '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test(
  'a name beside the wildcard of another site has a certificate of its own, and the wildcard keeps its',
  needs,
  async (t) => {
    const trial = await laidOut(
      t,
      (at) => conf`server { listen ${at.http}; server_name *.home.arpa; return 200 "any"; }
server { listen ${at.http}; server_name ${name}; return 200 "chat"; }
`,
    );
    const wildcard = await trial.everyhop('secure', '*.home.arpa', '--yes', '--tls-port', String(trial.at.tls));
    assert.match(wildcard.stdout, /^✓ https:\/\/everyhop-proof\.home\.arpa:/m);
    const tls = { port: trial.at.tls, isTls: true };
    const before = await ask({ ...tls, name: 'other.home.arpa' });
    await secured(trial, name);
    assert.deepEqual((await ask({ ...tls, name: 'other.home.arpa' })).serial, before.serial);
    const own = await ask({ ...tls, name });
    assert.notEqual(own.serial, before.serial);
    assert.equal(own.body, 'chat');
  },
);
