/** Headers towards the app, and Strict-Transport-Security towards the browser, after `secure`. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { atEnd } from '../../support/up.ts';
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
  more: Tree = {},
  app?: number,
): Promise<Trial> {
  const tree = (at: SampleEnvironment): Tree => ({ 'etc/nginx/nginx.conf': plainMain(at, http(at)), ...more });
  return begin(t, { title: '', names: [name], tree }, app ?? (await startApp(t)), inProcess);
}

const secure = async (trial: Trial, ...more: string[]): Promise<string> => {
  const secured = await trial.everyhop('secure', name, '--yes', '--tls-port', String(trial.at.tls), ...more);
  succeeded(secured);
  return secured.stderr;
};

const heard = async (request: VisitorRequest): Promise<ReceivedRequest['headers']> =>
  (JSON.parse((await ask(request)).body) as ReceivedRequest).headers;

test('Strict-Transport-Security comes from every location with own headers', needs, async (t) => {
  mends(t, 'nginx/01-hsts-internal-redirect');
  const own = 'add_header Cache-Control no-cache;';
  const trial = await laidOut(
    t,
    (at) => conf`error_page 404 /missing.html;
server {
    listen ${at.http};
    server_name ${name};
    root ${at.root}/www;
    error_page 403 = @denied;
    error_page 502 /down.html;
    location / { try_files $uri $uri/ /index.html; }
    location = /index.html { ${own} }
    location = /down.html { ${own} }
    location /named { try_files /nothing @named; }
    location @named { ${own} return 200 named; }
    location /denied { deny all; }
    location @denied { ${own} return 403 denied; }
    location /api { proxy_pass http://127.0.0.1:1; }
    location /folder/ { ${own} index other.html; location ~ \.html$ { ${own} } }
    location /old { rewrite ^/old /folder/other.html last; }
    location /if { if ($arg_a) { ${own} return 200 if; } return 204; }
}
`,
    { 'www/index.html': 'page', 'www/down.html': 'down', 'www/folder/other.html': 'other' },
  );
  const before = await snapshot(trial.at.root);
  await secure(trial, '--public-port', '443');
  for (const path of ['/', '/x', '/named', '/denied', '/api', '/folder/', '/old', '/if?a=1', '/if']) {
    const { headers, status } = await ask({ port: trial.at.tls, name, isTls: true, path });
    assert.match(headers['strict-transport-security'] ?? '', /^max-age=\d+$/, `${path}: ${status}`);
  }
  succeeded(await trial.everyhop('undo', name, '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test('a location in a shared file cannot send Strict-Transport-Security: a warning names it', needs, async (t) => {
  mends(t, 'nginx/01-hsts-internal-redirect');
  const trial = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name}; root ${at.root}/www; include spa.conf; }
server { listen ${at.http}; server_name other.home.arpa; root ${at.root}/www; include spa.conf; }
`,
    {
      'www/index.html': 'page',
      'etc/nginx/spa.conf':
        'location / { try_files $uri /index.html; }\nlocation = /index.html { add_header Cache-Control no-cache; }\n',
    },
  );
  const said = await secure(trial, '--public-port', '443');
  assert.match(said, /works, but does not send the Strict-Transport-Security header/);
  assert.match(said, /spa\.conf:2/);
  assert.equal((await ask({ port: trial.at.tls, name, isTls: true })).body, 'page');
});

test('no Strict-Transport-Security on another port than 443, nor with --no-hsts or --no-redirect', needs, async (t) => {
  const trial = await laidOut(
    t,
    (
      at,
    ) => conf`server { listen ${at.http}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`,
  );
  const sent = async (): Promise<string | undefined> =>
    (await ask({ port: trial.at.tls, name, isTls: true })).headers['strict-transport-security'];
  const plain = async (): Promise<number> => (await ask({ port: trial.at.http, name })).status;
  await secure(trial);
  assert.deepEqual([await sent(), await plain()], [undefined, 308]);
  await secure(trial, '--public-port', '443');
  assert.deepEqual([await sent(), await plain()], ['max-age=3600', 308]);
  await secure(trial, '--public-port', '443', '--no-hsts');
  assert.deepEqual([await sent(), await plain()], [undefined, 308]);
  succeeded(await trial.everyhop('renew'));
  assert.equal(await sent(), undefined, 'the renewal remembers it');
  await secure(trial, '--public-port', '443', '--no-redirect');
  assert.deepEqual([await sent(), await plain()], [undefined, 200]);
  succeeded(await trial.everyhop('renew'));
  assert.deepEqual([await sent(), await plain()], [undefined, 200]);
});

test('behind a proxy that terminates TLS, the app receives the same headers as before', needs, async (t) => {
  mends(t, 'nginx/04-behind-a-tls-front', 'nginx/forwarded-proto-of-websockets');
  const trial = await laidOut(
    t,
    (
      at,
    ) => conf`server { listen ${at.http}; server_name ${name}; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`,
  );
  const { at } = trial;
  const told = ['x-forwarded-proto', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-ssl'];
  const toldTo = async (request: VisitorRequest): Promise<unknown[]> => {
    const headers = await heard(request);
    return told.map((one) => headers[one]);
  };
  const address = { 'X-Forwarded-For': '203.0.113.9' };
  const fronts = [
    { 'X-Forwarded-Proto': 'https', ...address },
    { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'public.example', ...address },
    { 'X-Forwarded-Proto': 'https,http', ...address },
    { 'X-Forwarded-Proto': 'wss', ...address },
    { 'X-Forwarded-Ssl': 'on', ...address },
    { 'Front-End-Https': 'on', ...address },
    { 'X-Forwarded-Scheme': 'https', ...address },
  ];
  await secure(trial);
  for (const headers of fronts) {
    const [proto, from, host] = await toldTo({ port: at.http, name, headers });
    assert.deepEqual([proto, from], ['https', '203.0.113.9'], JSON.stringify(headers));
    assert.equal(host, 'X-Forwarded-Host' in headers ? 'public.example' : name);
  }
  // Without TLS in front, the redirect stands, and a visitor cannot choose an address.
  for (const proto of ['http', 'ws'])
    assert.equal((await ask({ port: at.http, name, headers: { 'X-Forwarded-Proto': proto } })).status, 308);
  assert.deepEqual((await toldTo({ port: at.tls, name, isTls: true, headers: address })).slice(0, 2), [
    'https',
    '127.0.0.1',
  ]);
  // A front that speaks TLS to nginx too.
  const both = { port: at.tls, name, isTls: true, headers: fronts[0]! };
  assert.deepEqual((await toldTo(both)).slice(0, 2), ['https', '203.0.113.9']);
});

test('fixed forwarding headers follow the connection', needs, async (t) => {
  mends(t, 'nginx/11-hard-coded-forwarded-port');
  const list = [
    'X-Forwarded-Proto http',
    'X-Forwarded-Port 80',
    'X-Scheme http',
    'X-Forwarded-Scheme http',
    'X-Forwarded-Ssl off',
    'Front-End-Https off',
    'Forwarded "for=$remote_addr;proto=http"',
    'Host $host:80',
    'X-Own http',
  ];
  const trial = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name};
    location / { proxy_pass http://127.0.0.1:${at.app}; ${list.map((one) => `proxy_set_header ${one};`).join(' ')} }
    location /passed { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Forwarded-Ssl $http_x_forwarded_ssl; }
}
`,
  );
  const before = await snapshot(trial.at.root);
  const asked = async (port: number, path = '/'): Promise<unknown> => {
    const { host, ...headers } = await heard({ port: trial.at.tls, name, isTls: true, path });
    const names = Object.keys(headers).filter((one) => /^(x-(?!forwarded-(for|host))|front|forwarded$)/.test(one));
    assert.equal(host, port === 443 || path !== '/' ? host : `${name}:${port}`);
    return Object.fromEntries(names.map((one) => [one, headers[one]]));
  };
  const expected = {
    'x-forwarded-proto': 'https',
    'x-scheme': 'https',
    'x-forwarded-scheme': 'https',
    'x-forwarded-ssl': 'on',
    'front-end-https': 'on',
    forwarded: 'for=127.0.0.1;proto=https',
    'x-own': 'http',
  };
  await secure(trial);
  assert.deepEqual(await asked(trial.at.tls), { ...expected, 'x-forwarded-port': String(trial.at.tls) });
  await secure(trial, '--public-port', '443');
  assert.deepEqual(await asked(443), { ...expected, 'x-forwarded-port': '443' });
  assert.deepEqual(await asked(443, '/passed'), {
    'x-forwarded-port': '443',
    'x-forwarded-ssl': 'on',
    'x-forwarded-proto': 'https',
  });
  succeeded(await trial.everyhop('undo', name, '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

/** An app that builds its links from the headers, as many do. */
async function echoing(t: TestContext): Promise<number> {
  const server = createServer(({ headers }, response) => {
    const base = headers['x-forwarded-host'] ?? headers.host;
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<base href="//${String(base)}/">`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => void server.close());
  return (server.address() as AddressInfo).port;
}

test('undo is not refused for answers that become equal, and can be forced', needs, async (t) => {
  mends(t, 'nginx/05-undo-refused-for-an-equal-answer');
  const site = (at: SampleEnvironment, own: string): string =>
    conf`server { listen ${at.http}; server_name ${own}; location / { proxy_pass http://127.0.0.1:${at.app}; } }
`;
  const trial = await laidOut(
    t,
    (at) => site(at, `${name} www.home.arpa`) + site(at, 'other.home.arpa'),
    {},
    await echoing(t),
  );
  const before = await snapshot(trial.at.root);
  await secure(trial, '--app', 'none');
  succeeded(await trial.everyhop('undo', name, '--yes'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test('undo names the block whose answer changes, and --force removes HTTPS all the same', needs, async (t) => {
  mends(t, 'nginx/05-undo-refused-for-an-equal-answer');
  const trial = await laidOut(
    t,
    (at) => conf`server { listen ${at.http}; server_name ${name}; return 200 page; }
server {
    listen ${at.http};
    server_name other.home.arpa;
    if (-f ${at.root}/link) { return 200 "secured"; }
    return 404 "not secured";
}
`,
  );
  await secure(trial);
  const record = path.join(trial.at.root, 'etc/nginx/everyhop', name, 'site.json');
  await symlink(record, path.join(trial.at.root, 'link'));
  const other = await ask({ port: trial.at.http, name: 'other.home.arpa' });
  assert.equal(other.body, 'secured');
  const refused = await trial.everyhop('undo', name, '--yes');
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /^nginx\.undo-not-proven: [^]*nginx\.conf:12[^]*everyhop nginx undo .*chat\.home\.arpa --force$/m,
  );
  assert.equal((await ask({ port: trial.at.http, name })).status, 308);
  const forced = await trial.everyhop('undo', name, '--yes', '--force');
  succeeded(forced);
  assert.match(forced.stderr, /other\.home\.arpa.*status 404/);
  assert.equal((await ask({ port: trial.at.http, name })).status, 200);
});
