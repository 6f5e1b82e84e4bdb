/** Configurations from public reports of other programs, tried with a real nginx. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newerNginx, type NewerNginx } from '../../support/newer-nginx.ts';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { type ReceivedRequest, startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot } from '../corpus/install.ts';
import { conf, plainMain, type SampleEnvironment, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask, type VisitorRequest } from '../corpus/visitor.ts';

const name = 'chat.home.arpa';
const needs = { skip: without('nginx', 'openssl'), timeout: 120_000 };

async function laidOut(
  t: TestContext,
  http: (at: SampleEnvironment) => string,
  nginx?: NewerNginx,
): Promise<{ trial: Trial; before: Record<string, string> }> {
  const tree = (at: SampleEnvironment): Tree => ({
    'etc/nginx/nginx.conf': plainMain(at, http(at)),
    'own.pem': at.snakeoil.certificate,
    'own.key': at.snakeoil.key,
  });
  const trial = await begin(t, { title: '', names: [name], tree }, await startApp(t), inProcess, { nginx });
  return { trial, before: await snapshot(trial.at.root) };
}

async function secure(trial: Trial, ...more: string[]): Promise<void> {
  succeeded(await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls), ...more));
}

async function undone({ trial, before }: { trial: Trial; before: Record<string, string> }): Promise<void> {
  succeeded(await trial.everyhop('undo', name, '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
}

const heard = async (request: VisitorRequest): Promise<ReceivedRequest['headers']> =>
  (JSON.parse((await ask(request)).body) as ReceivedRequest).headers;

test('TLS on another port, and port 80 rewrites to it', needs, async (t) => {
  mends(t, 'nginx/tls-on-8443-and-a-rewrite');
  const laid = await laidOut(
    t,
    (at) => conf`server {
    listen ${at.second};
    server_name ${name};
    ssl on;
    ssl_certificate ${at.root}/own.pem;
    ssl_certificate_key ${at.root}/own.key;
    location /media/ { alias ${at.root}/; expires 7d; }
    location / { proxy_pass http://127.0.0.1:${at.app}; }
}
server {
    listen ${at.http};
    server_name ${name};
    rewrite ^/(.*) https://${name}:${at.second}/$1;
}
`,
  );
  const { at } = laid.trial;
  await secure(laid.trial);
  const redirect = await ask({ port: at.http, name, path: '/a?b=1' });
  assert.equal(redirect.headers['location'], `https://${name}:${at.second}/a?b=1`);
  assert.equal((await ask({ port: at.second, name, isTls: true })).status, 200);
  await undone(laid);
});

test('X-Forwarded-Host with the default port contradicts the Origin of a WebSocket', needs, async (t) => {
  mends(t, 'nginx/forwarded-host-with-default-port');
  const laid = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name};
    location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header Host $host; proxy_set_header X-Forwarded-Host $host:$server_port; }
}
`,
  );
  const { at } = laid.trial;
  await secure(laid.trial, '--public-port', '443');
  // As the visitor wrote it: a browser leaves out 443.
  const told = await heard({ port: at.tls, name, isTls: true });
  assert.equal(told['x-forwarded-host'], `${name}:${at.tls}`);
  await undone(laid);
});

test('a container publishes 8443 for 443: the app is told the published port', needs, async (t) => {
  mends(t, 'nginx/published-port');
  const laid = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name};
    location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header Host $host; proxy_set_header X-Forwarded-Port $server_port; }
}
`,
  );
  const { at } = laid.trial;
  await secure(laid.trial, '--public-port', '8443');
  const redirect = await ask({ port: at.http, name, path: '/x' });
  assert.equal(redirect.headers['location'], `https://${name}:8443/x`);
  const told = await heard({ port: at.tls, name, isTls: true, headers: { 'X-Any': '1' } });
  assert.equal(told['x-forwarded-port'], '8443');
  assert.equal(told['host'], `${name}:${at.tls}`, 'as the visitor wrote it');
  await undone(laid);
});

test(
  'add_header_inherit merges the headers of outer blocks, or none',
  { skip: without('nginx130', 'openssl'), timeout: 120_000 },
  async (t) => {
    mends(t, 'nginx/add-header-inherit');
    const laid = await laidOut(
      t,
      (at) => conf`add_header X-Outer yes;
add_header_inherit merge;
server { listen ${at.http}; server_name ${name};
    location / { return 200 root; }
    location /own { add_header X-Own yes; return 200 own; }
    location /off { add_header_inherit off; return 200 off; }
    location /on { add_header_inherit on; add_header X-Own yes; return 200 on; }
}
`,
      newerNginx('forky'),
    );
    await secure(laid.trial, '--public-port', '443');
    for (const [path, outer] of [
      ['/', 'yes'],
      ['/own', 'yes'],
      ['/off', undefined],
      ['/on', undefined],
    ] as const) {
      const { headers } = await ask({ port: laid.trial.at.tls, name, isTls: true, path });
      assert.deepEqual([headers['x-outer'], headers['strict-transport-security']], [outer, 'max-age=3600'], path);
    }
    await undone(laid);
  },
);
