/** Several sites of one nginx, repeated commands, and open connections. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { piecesOfStream, startApp } from '../nginx/corpus/app.ts';
import { asProgram, type CommandResult, inProcess } from '../nginx/corpus/command.ts';
import { snapshot } from '../nginx/corpus/install.ts';
import { debian } from '../nginx/corpus/debian.ts';
import { type SampleEnvironment, conf, type Sample } from '../nginx/corpus/sample.ts';
import { begin, isSecured, succeeded, type Trial } from '../nginx/corpus/trial.ts';
import { ask, handshake, lasting, upgrade } from '../nginx/corpus/visitor.ts';
import { without } from '../support/tools.ts';

const skip = without('nginx', 'openssl');
const [one, two] = ['one.home.arpa', 'two.home.arpa'] as const;

const site = (at: SampleEnvironment, name: string): string => conf`server {
	listen ${at.http};
	server_name ${name};
	include snippets/common.conf;
	location / { proxy_pass http://127.0.0.1:${at.app}; include proxy_params; }
}
`;

const sample: Sample = {
  title: 'two sites that share a listener and their snippets',
  names: [one],
  tree: (at) =>
    debian(
      at,
      { one: site(at, one), two: site(at, two) },
      { 'etc/nginx/snippets/common.conf': 'client_body_timeout 30s;\n' },
    ),
};

const start = async (t: TestContext, everyhop = inProcess): Promise<Trial> =>
  begin(t, sample, await startApp(t), everyhop);

const secure = (trial: Trial, ...args: string[]): Promise<CommandResult> =>
  trial.everyhop('secure', '--yes', '--app', 'any', '--tls-port', String(trial.at.tls), ...args);

const serialOf = async ({ at, state }: Trial, name: string): Promise<string> => {
  const ca = await readFile(path.join(state, 'root.pem'), 'utf8');
  return (await handshake({ port: at.tls, name, ca })).serial;
};

test('secures two sites and undoes them in either order', { skip, timeout: 120_000 }, async (t) => {
  const trial = await start(t);
  const before = await snapshot(trial.at.root);
  succeeded(await secure(trial, one));
  const withOne = await snapshot(trial.at.root);
  succeeded(await secure(trial, two));
  assert.notEqual(await serialOf(trial, one), await serialOf(trial, two));
  succeeded(await trial.everyhop('undo', two, '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), withOne);
  succeeded(await secure(trial, two));
  succeeded(await trial.everyhop('undo', one, '--yes'));
  const redirect = await ask({ port: trial.at.http, name: two });
  assert.equal(redirect.status, 308);
  assert.ok(await serialOf(trial, two));
  assert.equal((await ask({ port: trial.at.http, name: one })).status, 200);
  succeeded(await trial.everyhop('undo', '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test(
  'securing a site again changes nothing; a further name gets a new certificate',
  { skip, timeout: 120_000 },
  async (t) => {
    const trial = await start(t);
    const before = await snapshot(trial.at.root);
    succeeded(await secure(trial, one));
    const serial = await serialOf(trial, one);
    const userFiles = async (): Promise<unknown> =>
      Object.entries(await snapshot(trial.at.root)).filter(([file]) => file.includes('sites-available'));
    const edited = await userFiles();
    succeeded(await secure(trial, one));
    assert.deepEqual(await userFiles(), edited);
    assert.equal(await serialOf(trial, one), serial);
    succeeded(await secure(trial, one, two));
    const both = await Promise.all([one, two].map((name) => serialOf(trial, name)));
    assert.equal(both[0], both[1]);
    assert.notEqual(both[0], serial);
    succeeded(await trial.everyhop('undo', two, '--yes'));
    assert.deepEqual(await snapshot(trial.at.root), before);
  },
);

test('--dry-run shows the change without making it', { skip, timeout: 120_000 }, async (t) => {
  const trial = await start(t, asProgram);
  const before = await snapshot(trial.at.root);
  const { code, stdout, stderr } = await secure(trial, one, '--dry-run');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\+\s*include .*everyhop\/one\.home\.arpa\/server-1\.conf;/m);
  assert.match(stdout, /^--- .*sites-available\/one|^--- .*sites-enabled\/one/m);
  assert.match(stdout, /^\+.*ssl_certificate /m);
  assert.deepEqual(await snapshot(trial.at.root), before);
  assert.equal((await ask({ port: trial.at.http, name: one })).status, 200);
});

test('secure and undo do not interrupt running streams', { skip, timeout: 120_000 }, async (t) => {
  const trial = await start(t);
  const { http: port } = trial.at;
  for (const step of [() => secure(trial, one), () => trial.everyhop('undo', one, '--yes')]) {
    const streams = Array.from({ length: 8 }, () => ask({ port, name: two, path: '/slow/stream' }));
    succeeded(await step());
    for (const { body } of await Promise.all(streams)) assert.equal(body.match(/^data: /gm)?.length, piecesOfStream);
  }
});

test('nginx loads a renewed certificate and serves it to visitors', { skip, timeout: 120_000 }, async (t) => {
  const trial = await start(t);
  succeeded(await secure(trial, one));
  const former = await serialOf(trial, one);
  const files = Object.keys(await snapshot(trial.at.root));
  succeeded(await trial.everyhop('renew'));
  assert.equal(await serialOf(trial, one), former, 'not due yet');
  const why = ['--reason', 'superseded', '--state', trial.state];
  succeeded(await inProcess(['certificates', 'revoke', one, ...why], path.dirname(trial.state)));
  succeeded(await trial.everyhop('renew'));
  assert.notEqual(await serialOf(trial, one), former);
  await isSecured(trial);
  assert.deepEqual(Object.keys(await snapshot(trial.at.root)), files);
  const plain = lasting(await ask({ port: trial.at.http, name: two }));
  assert.equal(plain['status'], 200);
  const socket = await upgrade({ port: trial.at.tls, name: one, isTls: true });
  assert.deepEqual(socket, { status: 101, echoed: 'ping' });
});

test(
  'of two simultaneous commands, one waits or fails with nginx.busy, and no change is lost',
  { skip, timeout: 120_000 },
  async (t) => {
    const trial = await start(t, asProgram);
    const before = await snapshot(trial.at.root);
    const ended = await Promise.all([secure(trial, one), secure(trial, two)]);
    for (const { code, stderr } of ended) if (code !== 0) assert.match(stderr, /^nginx\.busy: /m);
    assert.ok(ended.some(({ code }) => code === 0));
    for (const [index, name] of [one, two].entries()) {
      if (ended[index]!.code !== 0) succeeded(await secure(trial, name));
      assert.ok(await serialOf(trial, name));
      assert.equal((await ask({ port: trial.at.http, name })).status, 308);
    }
    for (const name of [one, two]) succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.deepEqual(await snapshot(trial.at.root), before);
  },
);
