/** Later operations on a secured site. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { nginxProgram } from '../../support/nginx.ts';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { atEnd, cleanEnvironment } from '../../support/up.ts';
import { holdConfiguration } from '../../../src/nginx/program/conf-lock.ts';
import { startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot, startWith, writeTree } from '../corpus/install.ts';
import { type SampleEnvironment, conf, plainMain, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask } from '../corpus/visitor.ts';

const name = 'chat.home.arpa';
const programFile = path.resolve(import.meta.dirname, '../../../bin/everyhop.js');
const needs = { skip: without('nginx', 'openssl'), timeout: 60_000 };

async function laidOut(t: TestContext, address = ''): Promise<Trial> {
  const app = await startApp(t);
  return begin(
    t,
    {
      title: '',
      names: [name],
      tree: (at) => ({
        'etc/nginx/nginx.conf': plainMain(
          at,
          conf`server { listen ${address}${at.http}; server_name ${name}; location / { return 200 "hello"; } }
`,
        ),
      }),
    },
    app,
    inProcess,
  );
}

const secure = (trial: Trial, ...more: string[]): ReturnType<Trial['everyhop']> =>
  trial.everyhop('secure', name, '--yes', '--app', 'none', '--tls-port', String(trial.at.tls), ...more);

test('after the loss of the state folder, the hint works', needs, async (t) => {
  const trial = await laidOut(t);
  succeeded(await secure(trial));
  await rename(trial.state, `${trial.state}.lost`);
  for (const again of [await trial.everyhop('renew'), await secure(trial)]) {
    assert.equal(again.code, 1);
    assert.match(
      again.stderr,
      /^nginx\.certificate-lost: [^]*everyhop nginx undo --state .* chat\.home\.arpa — then: everyhop nginx secure --state .* chat\.home\.arpa$/m,
    );
  }
  succeeded(await trial.everyhop('undo', name, '--yes'));
  succeeded(await secure(trial));
});

test('a listener on all addresses added later does not prevent renewals', needs, async (t) => {
  const trial = await laidOut(t, '127.0.0.1:');
  succeeded(await secure(trial));
  const { root, tls, snakeoil } = trial.at;
  await writeTree(root, { 'own.pem': snakeoil.certificate, 'own.key': snakeoil.key });
  const later = conf`server { listen ${tls} ssl; server_name later.home.arpa; ssl_certificate ${root}/own.pem; ssl_certificate_key ${root}/own.key; }
}`;
  await writeFile(trial.confFile, (await readFile(trial.confFile, 'utf8')).replace(/\}\s*$/, later));
  // A reload cannot open it next to the existing socket.
  assert.match((await secure(trial)).stderr, /^nginx\.port-own: /m);
  await trial.nginx.stop();
  await startWith(t, trial);
  succeeded(await trial.everyhop('renew'));
  succeeded(await secure(trial));
});

test('a removed block: makes no order, and the hint names undo', needs, async (t) => {
  const trial = await laidOut(t);
  succeeded(await secure(trial));
  await writeFile(trial.confFile, plainMain(trial.at, `server { listen ${trial.at.http}; return 200 "bare"; }\n`));
  const renewed = await trial.everyhop('renew');
  assert.equal(renewed.code, 1);
  assert.match(renewed.stderr, /^nginx\.site-gone: [^]*everyhop nginx undo --state .* chat\.home\.arpa/m);
  succeeded(await trial.everyhop('undo', name, '--yes'));
  assert.equal((await ask({ port: trial.at.http, name })).body, 'bare');
});

test('rejects a change while another Everyhop with another state folder is at work', needs, async (t) => {
  const trial = await laidOut(t);
  const before = await snapshot(trial.at.root);
  const release = await holdConfiguration(trial.confFile);
  const refused = await secure(trial);
  assert.match(refused.stderr, /^nginx\.busy-elsewhere: /m);
  assert.deepEqual(await snapshot(trial.at.root), before);
  release();
  succeeded(await secure(trial));
});

for (const [what, damage] of [
  ['is damaged', (file: string) => writeFile(file, '{"names": [')],
  ['is empty', (file: string) => writeFile(file, 'null')],
  ['is missing', (file: string) => rm(file)],
] as const)
  test(`the record of a site ${what}: undo --discard still removes its lines`, needs, async (t) => {
    const trial = await laidOut(t);
    const before = await snapshot(trial.at.root);
    succeeded(await secure(trial));
    await damage(path.join(trial.at.root, 'etc/nginx/everyhop', name, 'site.json'));
    for (const refused of [await trial.everyhop('renew'), await secure(trial), await trial.everyhop('undo', '--yes')]) {
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /^nginx\.record-damaged: [^]*everyhop nginx undo --state .* chat\.home\.arpa --discard$/m,
      );
    }
    succeeded(await trial.everyhop('undo', '--yes', '--discard'));
    assert.deepEqual(await snapshot(trial.at.root), before);
  });

test('ignores a repeated name, and rejects an nginx without a master', needs, async (t) => {
  const trial = await laidOut(t);
  const port = ['--tls-port', String(trial.at.tls)];
  const { stdout } = await trial.everyhop('secure', name, `${name}.`, name.toUpperCase(), '--yes', '--json', ...port);
  const { certificate } = JSON.parse(stdout) as { certificate: { names: string[] } };
  assert.deepEqual(certificate.names, [name]);
  await trial.nginx.stop();
  await writeFile(trial.confFile, `master_process off;\n${await readFile(trial.confFile, 'utf8')}`);
  const alone = spawn(nginxProgram, ['-p', trial.at.run, '-c', trial.confFile, '-g', 'daemon off;'], {
    stdio: 'ignore',
  });
  const gone = once(alone, 'exit');
  atEnd(t, async () => {
    alone.kill('SIGKILL');
    await gone;
  });
  while ((await ask({ port: trial.at.http, name }).catch(() => undefined)) === undefined) await pause(20);
  assert.match((await trial.everyhop('renew')).stderr, /^nginx\.no-master: /m);
});

test('a second run changes nothing; undo says how long browsers remember HTTPS', needs, async (t) => {
  const trial = await laidOut(t);
  succeeded(await secure(trial, '--public-port', '443'));
  assert.match((await secure(trial, '--public-port', '443', '--dry-run')).stderr, /^The files need no change\.$/m);
  const undone = await trial.everyhop('undo', '--yes');
  succeeded(undone);
  assert.match(undone.stderr, /insist on HTTPS for another 1 h/);
});

test('undo without a name reports if there is no site, or several', needs, async (t) => {
  const trial = await laidOut(t);
  assert.match((await trial.everyhop('undo', '--yes')).stderr, /^nginx\.nothing-managed: /m);
  const http = [name, 'two.home.arpa'].map(
    (one) => `server { listen ${trial.at.http}; server_name ${one}; return 200; }\n`,
  );
  await writeFile(trial.confFile, plainMain(trial.at, http.join('')));
  for (const one of [name, 'two.home.arpa'])
    succeeded(await trial.everyhop('secure', one, '--yes', '--tls-port', String(trial.at.tls)));
  assert.match(
    (await trial.everyhop('undo', '--yes')).stderr,
    /^nginx\.which-site: [^]*chat\.home\.arpa, two\.home\.arpa/m,
  );
});

test('does not overwrite edits of managed files', needs, async (t) => {
  const trial = await laidOut(t);
  succeeded(await secure(trial));
  const file = path.join(trial.at.root, 'etc/nginx/everyhop', name, 'server-1.conf');
  await appendFile(file, 'keepalive_timeout 5s;\n');
  const before = await snapshot(trial.at.root);
  assert.match(
    (await secure(trial)).stderr,
    /^nginx\.managed-altered: [^]*server-1\.conf[^]*undo .*chat\.home\.arpa --discard/m,
  );
  succeeded(await trial.everyhop('renew'));
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test(
  'a challenge folder of the site still works after HTTPS is enabled',
  { skip: without('nginx', 'openssl', 'pebble'), timeout: 60_000 },
  async (t) => {
    const site = 'chat.example.com';
    const http = (at: SampleEnvironment): string =>
      conf`server { listen ${at.http}; server_name ${site}; location / { root ${at.root}/web; } }
`;
    const tree = (at: SampleEnvironment): Tree => ({
      'etc/nginx/nginx.conf': plainMain(at, http(at)),
      'web/index.html': 'hello',
    });
    const trial = await begin(t, { title: '', names: [site], tree }, 0, inProcess);
    const { directoryUrl, rootFile, dnsAddress } = trial.pebble!;
    const flags = ['--authority', directoryUrl, '--authority-root', rootFile, '--dns-resolver', dnsAddress];
    const args = ['secure', site, '--yes', '--tls-port', String(trial.at.tls), '--webroot', `${trial.at.root}/web`];
    const account = ['--agree-tos', '--email', 'ops@example.com', ...flags];
    succeeded(await trial.everyhop(...args, ...account));
    // A new state folder does not have the first certificate, so it orders one.
    const place = ['--conf', trial.confFile, '--nginx', nginxProgram, '--prefix', trial.at.run];
    const again = ['nginx', ...args, ...account, ...place, '--state', `${trial.state}-2`];
    succeeded(await inProcess(again, path.dirname(trial.state)));
  },
);

test('renew --dry-run tells when a certificate is due and what changes, and changes nothing', needs, async (t) => {
  const trial = await laidOut(t);
  assert.match((await trial.everyhop('renew', '--dry-run')).stdout, /manages no site/);
  succeeded(await secure(trial));
  const before = await snapshot(trial.at.root);
  const later = await trial.everyhop('renew', '--dry-run');
  succeeded(later);
  assert.match(later.stdout, /^chat\.home\.arpa: not due; next renewal \d{4}-\d\d-\d\d \d\d:\d\d UTC\.$/m);
  const why = ['--reason', 'superseded', '--state', trial.state];
  succeeded(await inProcess(['certificates', 'revoke', name, ...why], path.dirname(trial.state)));
  // An edit that the renewal would take up.
  const text = await readFile(trial.confFile, 'latin1');
  await writeFile(trial.confFile, text.replace('location / {', 'location / { add_header X-Own yes;'), 'latin1');
  const due = await trial.everyhop('renew', '--dry-run', '--json');
  const [site] = JSON.parse(due.stdout) as [{ site: string; isDue: boolean; changed: string[] }];
  assert.deepEqual([site.site, site.isDue], [name, true]);
  await writeFile(trial.confFile, text, 'latin1');
  assert.deepEqual(await snapshot(trial.at.root), before);
});

test('without a name, secure lists the names of nginx and asks at a terminal', needs, async (t) => {
  mends(t, 'nginx/names-from-a-list');
  const trial = await laidOut(t);
  const listed = await trial.everyhop('secure', '--yes');
  assert.equal(listed.code, 2);
  assert.match(
    listed.stderr,
    /^cli\.nginx-names-missing: [^]*: chat\.home\.arpa\.$[^]*nginx secure .*chat\.home\.arpa$/m,
  );
  const arguments_ = ['nginx', 'secure', '--yes', '--app', 'none', '--tls-port', String(trial.at.tls)];
  const command = [process.execPath, programFile, ...arguments_, ...trial.args, '--state', trial.state];
  const [program, ...args] = ['script', '-qec', command.join(' '), '/dev/null'] as const;
  const terminal = spawn(program, args, {
    env: cleanEnvironment(path.dirname(trial.state)),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  terminal.stdout.setEncoding('utf8').on('data', (piece: string) => {
    shown += piece;
    if (piece.includes('by number:')) terminal.stdin.write('1\n');
  });
  const [code] = (await once(terminal, 'close')) as [number];
  assert.equal(code, 0, shown);
  assert.match(shown, / 1 {2}chat\.home\.arpa/);
  assert.equal((await ask({ port: trial.at.http, name })).status, 308);
  // A secured name is not offered again.
  assert.match((await trial.everyhop('secure', '--yes')).stderr, /by Everyhop: –\./);
});
