/** IPv6 addresses as names, dual-stack sockets, and unusual folder names. */
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { mends } from '../../support/outside.ts';
import { without } from '../../support/tools.ts';
import { startApp } from '../corpus/app.ts';
import { inProcess } from '../corpus/command.ts';
import { snapshot, startWith } from '../corpus/install.ts';
import { conf, plainMain, type SampleEnvironment, type Tree } from '../corpus/sample.ts';
import { begin, succeeded, type Trial } from '../corpus/trial.ts';
import { ask } from '../corpus/visitor.ts';

const [one, two] = ['one.home.arpa', 'two.home.arpa'];
const needs = { skip: without('nginx', 'openssl'), timeout: 120_000 };

async function laidOut(t: TestContext, http: (at: SampleEnvironment) => string, main?: string): Promise<Trial> {
  const tree = (at: SampleEnvironment): Tree => ({ [main ?? 'etc/nginx/nginx.conf']: plainMain(at, http(at)) });
  return begin(t, { title: '', names: [one], tree, ...(main !== undefined && { main }) }, await startApp(t), inProcess);
}

const secure = async (trial: Trial, ...names: string[]): Promise<string> => {
  const secured = await trial.everyhop('secure', ...names, '--yes', '--tls-port', String(trial.at.tls));
  succeeded(secured);
  return secured.stdout + secured.stderr;
};

test(
  'after the undo of one dual-stack site, the other one answers on both families, also after a restart',
  needs,
  async (t) => {
    mends(t, 'nginx/dual-stack-after-undo');
    const site = (at: SampleEnvironment, name: string): string =>
      conf`server { listen [::]:${at.http}${name === one ? ' ipv6only=off' : ''}; server_name ${name}; return 200 ${name}; }
`;
    const trial = await laidOut(t, (at) => site(at, one) + site(at, two));
    const { at } = trial;
    await secure(trial, one);
    await secure(trial, two);
    succeeded(await trial.everyhop('undo', one, '--yes'));
    await trial.nginx.stop();
    await startWith(t, trial);
    for (const address of ['127.0.0.1', '::1'])
      assert.equal((await ask({ address, port: at.tls, name: two, isTls: true })).body, two, address);
  },
);

test('an IPv6 address in server_name has brackets, in the command it need not', needs, async (t) => {
  mends(t, 'nginx/ipv6-server-name');
  const trial = await laidOut(
    t,
    (at) => conf`server { listen [::1]:${at.http}; server_name [::1]; return 200 six; }
`,
  );
  const { at } = trial;
  const before = await snapshot(at.root);
  const said = await secure(trial, '::1');
  assert.doesNotMatch(said, /also answers/);
  const redirect = await ask({ address: '::1', port: at.http, name: `[::1]:${at.http}` });
  assert.equal(redirect.headers['location'], `https://[::1]:${at.tls}/`);
  succeeded(await trial.everyhop('undo', '::1', '--yes'));
  assert.deepEqual(await snapshot(at.root), before);
});

for (const folder of ['web [old]', 'a*b', String.raw`back\slash`, 'what?'])
  test(`nginx in a folder named ${folder}`, needs, async (t) => {
    mends(t, 'nginx/folder-with-brackets');
    const main = `${folder}/nginx.conf`;
    const trial = await laidOut(
      t,
      (
        at,
      ) => conf`server { listen ${at.http}; server_name ${one}; location / { proxy_pass http://127.0.0.1:${at.app}; proxy_set_header X-Forwarded-Proto http; } }
`,
      main,
    );
    const { at } = trial;
    // nginx's pattern would also match this one.
    await mkdir(path.join(at.root, 'web o'));
    const before = await snapshot(at.root);
    await secure(trial, one);
    assert.equal((await ask({ port: at.http, name: one })).status, 308);
    assert.match((await trial.everyhop('show')).stdout, /by Everyhop/);
    succeeded(await trial.everyhop('renew'));
    succeeded(await trial.everyhop('undo', one, '--yes'));
    assert.deepEqual(await snapshot(at.root), before);
  });
