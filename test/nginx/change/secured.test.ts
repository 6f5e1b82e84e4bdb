/** Sites of a real nginx that were secured: what else must be so, beside the proof. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { without } from '../../support/tools.ts';
import { startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/laid-out.ts';
import { type At, conf, plainMain, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask } from '../corpus/visitor.ts';

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
