/** Other users of the TLS port: stream blocks, unknown names, and settings that forbid the handshake. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { conf, plainMain, type SampleEnvironment, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask, handshake } from '../corpus/visitor.ts';

const name = 'chat.home.arpa';
const needs = { skip: without('nginx', 'nginxStream', 'openssl'), timeout: 120_000 };

async function laidOut(
  t: TestContext,
  http: (at: SampleEnvironment) => string,
  main: (at: SampleEnvironment) => string = () => '',
): Promise<Trial> {
  const tree = (at: SampleEnvironment): Tree => ({ 'etc/nginx/nginx.conf': plainMain(at, http(at), main(at)) });
  return begin(t, { title: '', names: [name], tree }, await startApp(t), inProcess);
}

const site = (at: SampleEnvironment): string =>
  conf`server { listen ${at.http}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`;

/** A stream block on the second port that passes names on to the TLS port. */
const stream = (
  at: SampleEnvironment,
  line = '',
): string => conf`load_module ${path.join(at.modules, 'ngx_stream_module.so')};
stream {
    map $ssl_preread_server_name $to { ${name} inner; default 127.0.0.1:1; }
    upstream inner { server 127.0.0.1:${at.tls}; }
    server { listen 127.0.0.1:${at.second}; ssl_preread on; ${line} proxy_pass $to; }
}`;

for (const line of ['', 'proxy_protocol on;'])
  test(
    `HTTPS behind a stream block ${line === '' ? '' : 'with a PROXY line '}is proven through it`,
    needs,
    async (t) => {
      mends(t, 'nginx/08-stream-on-443');
      const trial = await laidOut(t, site, (at) => stream(at, line));
      const { at } = trial;
      const before = await snapshot(at.root);
      const on = (port: number, ...more: string[]): ReturnType<Trial['everyhop']> =>
        trial.everyhop('secure', name, '--yes', '--tls-port', String(port), ...more);
      // The stream block has the port: its place, and a command that works.
      const refused = await on(at.second);
      assert.match(refused.stderr, /^nginx\.stream-port: .*nginx\.conf:7\)/m);
      assert.ok(refused.stderr.includes(`--tls-port ${at.tls} --public-port ${at.second}`), refused.stderr);
      assert.deepEqual(await snapshot(at.root), before);
      const shown = await trial.everyhop('show');
      assert.match(shown.stdout, new RegExp(`^127\\.0\\.0\\.1:${at.second} .*nginx\\.conf:7 .*\\$to$`, 'm'));

      const secured = await on(at.tls, '--public-port', String(at.second));
      succeeded(secured);
      assert.match(secured.stdout, new RegExp(`^✓ https://${name}:${at.second}/ .*status 200$`, 'm'));
      const redirect = await ask({ port: at.http, name, path: '/x' });
      assert.equal(redirect.headers['location'], `https://${name}:${at.second}/x`);
      assert.equal((await ask({ port: at.second, name, isTls: true })).status, 200);
      succeeded(await trial.everyhop('renew'));
      succeeded(await trial.everyhop('undo', name, '--yes'));
      assert.deepEqual(await snapshot(at.root), before);
    },
  );

test('a stream block that does not pass the name on is named', needs, async (t) => {
  mends(t, 'nginx/08-stream-on-443');
  const trial = await laidOut(t, site, (at) => stream(at).replace(`${name} inner`, 'other.test inner'));
  const { at } = trial;
  const before = await snapshot(at.root);
  const port = ['--tls-port', String(at.tls), '--public-port', String(at.second)];
  const refused = await trial.everyhop('secure', name, '--yes', ...port);
  assert.match(refused.stderr, /^nginx\.not-proven: [^]*nginx\.conf:7/m);
  assert.deepEqual(await snapshot(at.root), before);
});

for (const refusal of ['return 444;', 'location / { deny all; }', 'location / { return 404; }'])
  test(`names that "${refusal}" refuses over plain HTTP get no handshake over TLS`, needs, async (t) => {
    mends(t, 'nginx/10-unknown-names-over-tls');
    const trial = await laidOut(
      t,
      (
        at,
      ) => conf`${site(at)}server { listen ${at.http} default_server; listen [::]:${at.http} default_server; server_name _; ${refusal} }
server { listen ${at.http}; server_name other.home.arpa; location / { return 200 "other"; } }
`,
    );
    const { at } = trial;
    const before = await snapshot(at.root);
    const port = ['--tls-port', String(at.tls)];
    succeeded(await trial.everyhop('secure', name, '--yes', ...port));
    assert.equal((await ask({ port: at.tls, name, isTls: true })).status, 200);
    for (const unknown of ['unknown.home.arpa', 'other.home.arpa', ''])
      await assert.rejects(handshake({ port: at.tls, name: unknown }), /unrecognized/, unknown);
    // A second site shares the listener.
    succeeded(await trial.everyhop('secure', 'other.home.arpa', '--yes', ...port));
    assert.equal((await ask({ port: at.tls, name: 'other.home.arpa', isTls: true })).body, 'other');
    await assert.rejects(handshake({ port: at.tls, name: 'unknown.home.arpa' }), /unrecognized/);
    succeeded(await trial.everyhop('undo', name, '--yes'));
    assert.equal((await ask({ port: at.tls, name: 'other.home.arpa', isTls: true })).body, 'other');
    succeeded(await trial.everyhop('undo', 'other.home.arpa', '--yes'));
    assert.deepEqual(await snapshot(at.root), before);
  });

test('settings that forbid the handshake are named before anything is tried', needs, async (t) => {
  mends(t, 'nginx/12-reasons-that-mislead');
  for (const [setting, code] of [
    ['ssl_reject_handshake on;', 'nginx.handshake-rejected'],
    ['ssl_verify_client on; ssl_client_certificate CA;', 'nginx.client-certificate'],
  ] as const) {
    for (const isOwn of [false, true]) {
      const text = (at: SampleEnvironment): string => setting.replace('CA', `${at.root}/ca.pem`);
      const tree = (at: SampleEnvironment): Tree => ({
        'etc/nginx/nginx.conf': plainMain(
          at,
          isOwn ? site(at).replace('server_name', `${text(at)}\n    server_name`) : `${text(at)}\n${site(at)}`,
        ),
        'ca.pem': at.snakeoil.certificate,
      });
      const trial = await begin(t, { title: '', names: [name], tree }, await startApp(t), inProcess);
      const before = await snapshot(trial.at.root);
      const refused = await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls));
      assert.match(refused.stderr, new RegExp(`^${code.replace('.', '\\.')}: .*nginx\\.conf:\\d+`, 'm'));
      assert.deepEqual(await snapshot(trial.at.root), before);
    }
  }
});
