import assert from 'node:assert/strict';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { make } from '../../probe/certificates.ts';
import { nginxConf, nginxFolder } from '../../support/nginx.ts';
import { without } from '../../support/tools.ts';
import { runEveryhop } from '../../support/up.ts';

const skip = without('nginx');

async function anyFolder(t: TestContext): Promise<string> {
  const [good, old] = await Promise.all([
    make({ subject: 'chat.test', dns: ['chat.test', 'old.test'], notAfter: new Date('2099-12-31T12:00:00Z') }),
    make({ subject: 'old.test', dns: ['*.test'], notBefore: new Date('2020-01-01'), notAfter: new Date('2020-03-31') }),
  ]);
  const secure = `server { listen 443 ssl http2; server_name chat.test \xe4\xb8\xad\xe6\x96\x87.test; ssl_certificate good.pem;
    include everyhop/chat.test/server-1.conf; location / { proxy_pass http://127.0.0.1:3000; } }`;
  return nginxFolder(t, {
    'nginx.conf': `${nginxConf('include sites/*;')}stream {\n  map $ssl_preread_server_name $to { default 127.0.0.1:443; }\n  server { listen [::]:8443; ssl_preread on; proxy_pass $to; }\n}\n`,
    'sites/chat': `server { listen 80; server_name chat.test; return 301 https://$host; }\n${secure}\n`,
    'sites/old': 'server { listen 443; server_name old.test chat.test; ssl_certificate old.pem; root /srv/old; }',
    'everyhop/chat.test/server-1.conf': '',
    'good.pem': good.pem,
    'old.pem': old.pem,
    'broken.conf': 'http {\n  server {{ }\n}',
  });
}

async function show(folder: string, conf: string, ...flags: string[]): ReturnType<typeof runEveryhop> {
  return runEveryhop(['nginx', 'show', '--conf', path.join(folder, conf), '--prefix', folder, ...flags], folder);
}

test('everyhop nginx show prints the answering block, its certificate and its destination', { skip }, async (t) => {
  const folder = await anyFolder(t);
  const { code, stdout, stderr } = await show(folder, 'nginx.conf');
  assert.deepEqual([code, stderr], [0, '']);
  const good = `${folder}/good.pem (until 2099-12-31)`;
  const old = `${folder}/old.pem (expired 2020-03-31)`;
  const app = 'http://127.0.0.1:3000';
  const cells = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(cells, [
    ['LISTENS ON', 'NAME', 'SERVER BLOCK', 'CERTIFICATE', 'LEADS TO'],
    ['0.0.0.0:80', 'chat.test', 'sites/chat:1', '–', 'return 301 https://$host'],
    ['0.0.0.0:80', '(any other)', 'sites/chat:1', '–', 'return 301 https://$host'],
    ['0.0.0.0:443 TLS h2', 'chat.test', 'sites/chat:2 (by Everyhop)', good, app],
    ['0.0.0.0:443 TLS h2', '中文.test', 'sites/chat:2 (by Everyhop)', `${good} (not for this name)`, app],
    ['0.0.0.0:443 TLS h2', 'old.test', 'sites/old:1', old, 'root /srv/old'],
    ['0.0.0.0:443 TLS h2', 'chat.test (ignored: an earlier block has it)', 'sites/old:1', old, 'root /srv/old'],
    ['0.0.0.0:443 TLS h2', '(any other)', 'sites/chat:2 (by Everyhop)', good, app],
    ['[::]:8443', '(any: passed on by stream)', 'nginx.conf:17', '–', '$to'],
  ]);
});

test('everyhop nginx show prints JSON and Chinese, and rejects an invalid configuration', { skip }, async (t) => {
  const folder = await anyFolder(t);
  const json = JSON.parse((await show(folder, 'nginx.conf', '--json')).stdout) as { confFile: string; rows: object[] };
  assert.equal(json.confFile, path.join(folder, 'nginx.conf'));
  assert.deepEqual(json.rows[5], {
    listener: '0.0.0.0:443',
    quic: false,
    tls: true,
    http2: true,
    name: 'chat.test',
    place: { file: path.join(folder, 'sites/old'), line: 1, column: 1 },
    leadsTo: 'root /srv/old',
    managed: false,
    ignored: true,
    certificates: [{ file: path.join(folder, 'old.pem'), notAfterMs: Date.parse('2020-03-31'), coversName: true }],
  });

  const chinese = await show(folder, 'nginx.conf', '--lang', 'zh');
  assert.match(chinese.stdout, /（其他任何名称）/);

  const broken = await show(folder, 'broken.conf');
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /^nginx\.syntax: .*unexpected "\{"\n {2}\S+broken\.conf:2:11\n/);
  const missing = await show(folder, 'none.conf');
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /^nginx\.configuration-missing: /);
});
