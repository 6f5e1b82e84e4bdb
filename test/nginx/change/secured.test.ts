/** Further properties of secured sites in a real nginx. */
import assert from 'node:assert/strict';
import { chmod, stat } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { without } from '../../support/tools.ts';
import { type ReceivedRequest, startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { type SampleEnvironment, conf, plainMain, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask, type VisitorRequest, upgrade } from '../corpus/visitor.ts';

const name = 'chat.home.arpa';
const needs = { skip: without('nginx', 'openssl'), timeout: 60_000 };

function laidOut(t: TestContext, http: (at: SampleEnvironment) => string, more: Tree = {}): Promise<Trial> {
  const tree = (at: SampleEnvironment): Tree => ({ 'etc/nginx/nginx.conf': plainMain(at, http(at)), ...more });
  return startApp(t).then((app) => begin(t, { title: '', names: [name], tree }, app, inProcess));
}

async function secured(trial: Trial, ...names: string[]): Promise<void> {
  succeeded(await trial.everyhop('secure', ...names, '--yes', '--app', 'none', '--tls-port', String(trial.at.tls)));
}

test('still answers challenges of another client through an alias', needs, async (t) => {
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

test('does not take HTTPS from the current names of a block for another one', needs, async (t) => {
  const trial = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name} www.home.arpa; location / { return 200 "hello"; } }
`,
  );
  await secured(trial, name);
  const before = await snapshot(trial.at.root);
  const alone = await trial.everyhop('secure', 'www.home.arpa', '--yes', '--tls-port', String(trial.at.tls));
  assert.match(
    alone.stderr,
    /^nginx\.managed-together: [^]*everyhop nginx secure --state \S+ --conf=\S+ .*chat\.home\.arpa www\.home\.arpa$/m,
  );
  assert.deepEqual(await snapshot(trial.at.root), before);
  await secured(trial, name, 'www.home.arpa');
  for (const one of [name, 'www.home.arpa']) {
    const { headers } = await ask({ port: trial.at.http, name: one });
    assert.equal(headers['location'], `https://${one}:${trial.at.tls}/`);
  }
});

test('managed files are no more readable than the configuration', needs, async (t) => {
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

test('the preview escapes terminal control characters', needs, async (t) => {
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
  test(`checks a name that ${claim} matches under that name`, needs, async (t) => {
    const trial = await laidOut(
      t,
      (at) => conf`server { listen ${at.http}; server_name ${claim}; location / { return 200 "hello"; } }
`,
    );
    const { stdout } = await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls));
    assert.match(stdout, /^✓ https:\/\/chat\.home\.arpa:\d+\/ \(127\.0\.0\.1\): .* status 200$/m);
    assert.match(stdout, /^✓ http:\/\/chat\.home\.arpa:\d+\/ \(127\.0\.0\.1\): 308/m);
  });

test('captures of an expression in server_name stay available for every request', needs, async (t) => {
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

test('nginx reports the scheme to an app that relied on a load balancer', needs, async (t) => {
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
  const heard = async (request: VisitorRequest): Promise<string | undefined> =>
    (JSON.parse((await ask(request)).body) as ReceivedRequest).headers['x-forwarded-proto'];
  assert.equal(await heard({ port: trial.at.tls, name, isTls: true }), 'https');
  const balanced = { 'X-Forwarded-Proto': 'https' };
  assert.equal(await heard({ port: trial.at.http, name, headers: balanced }), 'https');
  succeeded(await trial.everyhop('undo', '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test(
  'a name covered by the wildcard of another site gets a separate certificate, and the wildcard keeps its own',
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
